/** How many steps a minute a signal holds: its own echo is loudest one step later. */

/** Numbers of evidence/parameters.toml: the slowest and quickest cadence that running has. */
export interface RhythmSettings {
  slowest_spm: number;
  quickest_spm: number;
  /** How alike the signal and its echo must be, 0 to 1. */
  least_likeness: number;
}

/** A cadence in steps per minute of both feet, and how alike the signal and its echo are, 0 to 1. */
export interface Cadence {
  spm: number;
  likeness: number;
}

const SECONDS_PER_MINUTE = 60;

/** One value of a signal with its time. */
export interface Reading {
  timeS: number;
  value: number;
}

/** The last readings of a signal, no older than `lengthS`. */
export class Window {
  private readings: Reading[] = [];

  constructor(private readonly lengthS: number) {}

  add(reading: Reading): void {
    this.readings.push(reading);
    const oldest = reading.timeS - this.lengthS;
    const kept = this.readings.findIndex(({ timeS }) => timeS >= oldest);
    if (kept > 0) this.readings.splice(0, kept);
  }

  clear(): void {
    this.readings = [];
  }

  get all(): readonly Reading[] {
    return this.readings;
  }

  /** Readings a second. */
  get rate(): number {
    return (this.readings.length - 1) / (this.filled * this.lengthS);
  }

  /** The share of the window that is filled. */
  get filled(): number {
    const [first] = this.readings;
    const last = this.readings.at(-1);
    return first && last ? (last.timeS - first.timeS) / this.lengthS : 0;
  }

  /** The readings at even times, `hz` a second, without their slow part; in between by straight lines. */
  even(hz: number): Float64Array {
    const first = this.readings[0];
    const last = this.readings.at(-1);
    if (!first || !last) return new Float64Array();
    const count = Math.floor((last.timeS - first.timeS) * hz) + 1;
    const values = new Float64Array(count);
    let place = 0;
    for (let one = 0; one < count; one++) {
      const timeS = first.timeS + one / hz;
      while (place < this.readings.length - 2 && this.readings[place + 1]!.timeS <= timeS) place++;
      values[one] = between(this.readings[place]!, this.readings[place + 1] ?? this.readings[place]!, timeS);
    }
    return withoutSlowPart(values, Math.round(hz));
  }
}

function between(before: Reading, after: Reading, timeS: number): number {
  const span = after.timeS - before.timeS;
  return span > 0 ? before.value + ((after.value - before.value) * (timeS - before.timeS)) / span : before.value;
}

/** Take away the mean of the second around each value: gravity, a hand that turns, a room that hums. */
function withoutSlowPart(values: Float64Array, reach: number): Float64Array {
  const sums = new Float64Array(values.length + 1);
  values.forEach((value, place) => (sums[place + 1] = sums[place]! + value));
  const half = Math.max(1, reach >> 1);
  return values.map((value, place) => {
    const from = Math.max(0, place - half);
    const to = Math.min(values.length, place + half + 1);
    return value - (sums[to]! - sums[from]!) / (to - from);
  });
}

/**
 * The cadence of an even signal, or nothing where it has none.
 *
 * Left and right never sound or shake alike, so the echo two steps later is often the louder one: it is looked for
 * there, and again one step later, and what both say together is taken. Many strides later the same echo tells the
 * length of a step more finely than one sample.
 */
export function cadence(values: Float64Array, hz: number, settings: RhythmSettings): Cadence | undefined {
  const likenessAt = echo(values);
  const shortest = Math.floor((SECONDS_PER_MINUTE / settings.quickest_spm) * hz);
  const longest = Math.ceil((SECONDS_PER_MINUTE / settings.slowest_spm) * hz);
  if (2 * longest + 2 >= values.length / 2) return undefined;
  let best = { lag: 0, both: -Infinity };
  for (let lag = shortest; lag <= longest; lag++) {
    const both = likenessAt(lag) + Math.max(...[-1, 0, 1].map((near) => likenessAt(2 * lag + near)));
    if (both > best.both) best = { lag, both };
  }
  const likeness = likenessAt(2 * best.lag);
  if (Math.max(likeness, likenessAt(best.lag)) < settings.least_likeness) return undefined;
  return { spm: (SECONDS_PER_MINUTE * hz) / finer(likenessAt, best.lag, values.length), likeness: Math.max(likeness, 0) };
}

/** Follow the echo to ever later strides, each of which divides what is left of the error by their number. */
function finer(likenessAt: (lag: number) => number, lag: number, length: number): number {
  let step = peak(likenessAt, 2 * lag) / 2;
  for (let steps = 4; steps * step + 2 < length / 2; steps *= 2) step = peak(likenessAt, Math.round(steps * step)) / steps;
  return step;
}

/** The top of the parabola through the highest of the values around a lag. */
function peak(likenessAt: (lag: number) => number, lag: number): number {
  const reach = 2;
  let top = lag;
  for (let near = lag - reach; near <= lag + reach; near++) if (likenessAt(near) > likenessAt(top)) top = near;
  const [before, at, after] = [likenessAt(top - 1), likenessAt(top), likenessAt(top + 1)];
  const bend = before - 2 * at + after;
  return bend < 0 ? top + (before - after) / (2 * bend) : top;
}

/** Return how alike a signal is to itself some samples later, -1 to 1. */
function echo(values: Float64Array): (lag: number) => number {
  const known = new Map<number, number>();
  return (lag) => {
    const found = known.get(lag);
    if (found !== undefined) return found;
    let both = 0;
    let early = 0;
    let late = 0;
    for (let place = 0; place + lag < values.length; place++) {
      const [a, b] = [values[place]!, values[place + lag]!];
      both += a * b;
      early += a * a;
      late += b * b;
    }
    const likeness = early > 0 && late > 0 ? both / Math.sqrt(early * late) : 0;
    known.set(lag, likeness);
    return likeness;
  };
}
