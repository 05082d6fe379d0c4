/**
 * How many steps a minute a signal holds whose readings come seldom and unevenly: pictures of a camera.
 *
 * A wave is fitted to the readings at every rate that running has (least squares at uneven times: Lomb 1976, Scargle
 * 1982), and the rate at which it explains most is the cadence. Nothing is filled in between readings, so that eight a
 * second are enough. Where another rate explains nearly as much, as after a change of pace or where too even pictures
 * show a quick wave as a slow one, nobody knows, and nothing is told.
 */

import type { Cadence, Reading, RhythmSettings } from "./rhythm";

/** Numbers of evidence/parameters.toml. */
export interface WaveSettings extends Pick<RhythmSettings, "slowest_spm" | "quickest_spm"> {
  /** Share of the signal's variance that the wave explains at least. */
  least_explained: number;
  /** The most that a wave at another rate may explain, as a share of what the best one does. */
  most_doubled: number;
}

const SECONDS_PER_MINUTE = 60;
/** Rates that are tried, for each turn that one wave gains on another over the whole window. */
const TRIED_PER_TURN = 5;
/** Waves that gain fewer turns than this on the best one are the same wave. */
const SAME_TURNS = 2;
/** Readings beyond these percentiles count as if they were there: a point that was lost once is far away. */
const OUTERMOST = 0.05;

export function waveCadence(readings: readonly Reading[], settings: WaveSettings): Cadence | undefined {
  const span = (readings.at(-1)?.timeS ?? 0) - (readings[0]?.timeS ?? 0);
  if (!(span > 0)) return undefined;
  const explained = explainedBy(readings);
  const step = 1 / (TRIED_PER_TURN * span);
  const from = settings.slowest_spm / SECONDS_PER_MINUTE;
  const count = Math.floor((settings.quickest_spm / SECONDS_PER_MINUTE - from) / step) + 1;
  const shares = Array.from({ length: count }, (_, place) => explained(from + place * step));
  const best = shares.reduce((top, share, place) => (share > shares[top]! ? place : top), 0);
  const likeness = shares[best]!;
  if (best === 0 || best === count - 1 || !(likeness >= settings.least_explained)) return undefined;
  const other = Math.max(...shares.filter((_, place) => Math.abs(place - best) > SAME_TURNS * TRIED_PER_TURN));
  if (other > settings.most_doubled * likeness) return undefined;
  return { spm: SECONDS_PER_MINUTE * top(explained, from + best * step, step), likeness };
}

/** The share of the readings' variance that a wave explains, by its turns a second. */
function explainedBy(readings: readonly Reading[]): (hz: number) => number {
  const middle = (readings[0]!.timeS + readings.at(-1)!.timeS) / 2;
  const times = Float64Array.from(readings, ({ timeS }) => timeS - middle);
  const values = withoutLine(times, inward(readings.map(({ value }) => value)));
  const all = values.reduce((sum, value) => sum + value * value, 0);
  return (hz) => {
    let [cc, cs, ss, vc, vs] = [0, 0, 0, 0, 0];
    times.forEach((timeS, place) => {
      const turn = 2 * Math.PI * hz * timeS;
      const [cos, sin, value] = [Math.cos(turn), Math.sin(turn), values[place]!];
      cc += cos * cos;
      cs += cos * sin;
      ss += sin * sin;
      vc += value * cos;
      vs += value * sin;
    });
    const whole = cc * ss - cs * cs;
    return whole > 0 && all > 0 ? (vc * vc * ss - 2 * vc * vs * cs + vs * vs * cc) / whole / all : 0;
  };
}

function inward(values: readonly number[]): Float64Array {
  const sorted = [...values].sort((one, other) => one - other);
  const cut = Math.floor(OUTERMOST * (sorted.length - 1));
  const [low, high] = [sorted[cut]!, sorted[sorted.length - 1 - cut]!];
  return Float64Array.from(values, (value) => Math.min(Math.max(value, low), high));
}

/** Take away mean and slope: a runner who comes nearer. */
function withoutLine(times: Float64Array, values: Float64Array): Float64Array {
  const mean = (of: Float64Array): number => of.reduce((sum, one) => sum + one, 0) / of.length;
  const [timeS, value] = [mean(times), mean(values)];
  const across = times.reduce((sum, one) => sum + (one - timeS) ** 2, 0);
  const slope = times.reduce((sum, one, place) => sum + (one - timeS) * (values[place]! - value), 0) / across;
  return values.map((one, place) => one - value - slope * (times[place]! - timeS));
}

/** The top of the parabola through a rate and its neighbours, whose own are not tried. */
function top(explained: (hz: number) => number, hz: number, step: number): number {
  const [before, at, after] = [explained(hz - step), explained(hz), explained(hz + step)];
  const bend = before - 2 * at + after;
  return bend < 0 ? hz + (step * (before - after)) / (2 * bend) : hz;
}
