/** What the last steps in front of the camera look like, or the one reason why that cannot be told. */

import { Body, type BodySettings, type Seen, type Side, type View } from "./body";
import { type Curve, meanStride, median, percentile, phases } from "./cycle";
import { type LegSettings, toldApart } from "./legs";
import { type Cadence, Window } from "./rhythm";
import { type WaveSettings, waveCadence } from "./wave";

/** Numbers of evidence/parameters.toml, brought by the page. */
export interface GaugeSettings extends BodySettings {
  window_s: number;
  cadence_window_s: number;
  least_filled: number;
  waves: number;
  pelvis_waves: number;
  least_fps: number;
  least_found: number;
  most_crowded: number;
  least_leg_px: number;
  runner_share: number;
  side_breadth: number;
  rear_breadth: number;
  length_percentile: number;
  stance_percentile: number;
  velocity_share: number;
  contact_late_s: number;
  /** Beyond these a number is not told. */
  most_doubt: Record<"ahead_leg" | "shin_deg" | "drop_deg", number>;
  ground_percentile: number;
  timing: ContactTiming;
  peak_reach_s: number;
  legs: LegSettings & LegsAtContact;
  wave: WaveSettings;
}

/** Usual lags of two more signs of contact, and what each counts: gait/filmed_timing.py. */
type ContactTiming = Record<
  | "contact_s"
  | "contact_before_s"
  | "contact_after_s"
  | "farthest_s"
  | "heel_height"
  | "heel_down_s"
  | "heel_down_weight"
  | "shank_turns_s"
  | "shank_turns_weight",
  number
>;

/** Phases around contact in which the foot's way tells when. */
interface LegsAtContact {
  before: number;
  after: number;
  /** Share of them in which the model has put the near leg right. */
  least_sure: number;
  /** Share of them, around either foot's contact, in which it may have exchanged the legs: of halves nobody knows which is right. */
  most_renamed: number;
}

export type Refusal = "nobody" | "crowd" | "slow" | "front" | "oblique" | "small" | "feet" | "mixed" | "still" | "disagree";

/** The near foot at its contacts, from the side. */
export interface SideReading {
  near: Side;
  /** Ankle ahead of the centre of mass, in leg lengths. */
  aheadLeg: number;
  /** Lean of the shin, positive with the foot ahead of the knee. */
  shinDeg: number;
}

/** Peak drop of the pelvis while each leg stands, in degrees from its mean. */
export type RearReading = Record<Side, number>;

export interface Reading {
  fps: number;
  cadence?: Cadence | undefined;
  view?: View;
  refused?: Refusal;
  /** Steps of both feet that it rests on. */
  steps?: number;
  side?: SideReading;
  rear?: RearReading;
}

interface Sample {
  timeS: number;
  height: number;
  body?: Body;
  people?: number | undefined;
}

/** The last stretch, in seconds, that decides what is in the picture now. */
const NOW_S = 2;

const SIDES = ["left", "right"] as const;
/** With fewer, the quickest steps look like slower ones (Nyquist). */
const PICTURES_PER_STEP = 2;
/** Standard errors within which 95 of 100 lie. */
const SURE = 2;
const STEPS_PER_STRIDE = 2;
const SECONDS_PER_MINUTE = 60;

export class Gauge {
  private samples: Sample[] = [];
  private readonly feet: Window;

  constructor(private readonly settings: GaugeSettings) {
    this.feet = new Window(settings.cadence_window_s);
  }

  clear(): void {
    this.samples = [];
    this.feet.clear();
  }

  add(seen: Seen): void {
    const { timeS, height, people } = seen;
    const { least_visibility: least, window_s: windowS } = this.settings;
    const body = Body.in(seen, least);
    this.samples.push({ timeS, height, people, ...(body && { body }) });
    while (this.samples[0]!.timeS < timeS - windowS) this.samples.shift();
    if (!body) return;
    const feet = { timeS, value: body.feetApart() };
    if (known(feet)) this.feet.add(feet);
  }

  /** Cadence of the last pictures; nothing where there is no running, or they are too few to tell it from a slower one. */
  cadence(): Cadence | undefined {
    const { least_filled: filled, wave } = this.settings;
    const least = (PICTURES_PER_STEP * wave.quickest_spm) / SECONDS_PER_MINUTE;
    if (this.feet.filled < filled || this.feet.rate < least || this.crowded()) return undefined;
    return waveCadence(this.feet.all, wave);
  }

  read(): Reading {
    const fps = rate(this.samples);
    const found = { fps, cadence: this.cadence() };
    const view = this.view(fps);
    if (view !== "side" && view !== "rear") return { ...found, refused: view };
    const bodies = this.samples.flatMap(({ timeS, body }) => (body ? [{ timeS, body }] : []));
    const stride = this.stride(bodies);
    if (!stride) return { ...found, view, refused: "still" };
    const steps = Math.floor((STEPS_PER_STRIDE * (bodies.at(-1)!.timeS - bodies[0]!.timeS)) / stride.strideS);
    const measured = view === "side" ? this.fromSide(stride) : this.fromBehind(stride);
    return typeof measured === "string" ? { ...found, view, refused: measured } : { ...found, view, steps, ...measured };
  }

  /** What the camera looks at now, or why that cannot be measured. */
  private view(fps: number): View | Refusal {
    const last = this.samples.at(-1)?.timeS ?? 0;
    const now = this.samples.filter(({ timeS }) => timeS > last - NOW_S);
    const bodies = now.flatMap(({ body }) => (body ? [body] : []));
    if (bodies.length < this.settings.least_found * now.length || !bodies.length) return "nobody";
    if (this.crowded()) return "crowd";
    if (now.length < this.samples.length && fps < this.settings.least_fps) return "slow";
    const wide = median(bodies.map((body) => body.breadth()));
    const { side_breadth: side, rear_breadth: rear } = this.settings;
    if (wide < -rear) return "front";
    const view = Math.abs(wide) <= side ? "side" : wide >= rear ? "rear" : undefined;
    if (!view) return "oblique";
    const share = median(bodies.map((body) => body.heightPx())) / now[0]!.height;
    const small = this.legPx(bodies) < this.settings.least_leg_px || (view === "rear" && share < this.settings.runner_share);
    return small ? "small" : view;
  }

  /** Whether others are in the picture: the one who is followed may not be the one who runs. */
  private crowded(): boolean {
    const counted = this.samples.flatMap(({ people }) => (people === undefined ? [] : [people]));
    return counted.filter((people) => people > 1).length > this.settings.most_crowded * counted.length;
  }

  private legPx(bodies: readonly Body[]): number {
    const usual = (lengths: number[]): number => percentile(lengths, this.settings.length_percentile);
    const legs = SIDES.map(
      (side) => usual(bodies.map((body) => body.thigh(side))) + usual(bodies.map((body) => body.shank(side))),
    ).filter(Number.isFinite);
    return legs.reduce((sum, one) => sum + one, 0) / legs.length;
  }

  private stride(bodies: readonly { timeS: number; body: Body }[]): Stride | undefined {
    const filled = (bodies.at(-1)?.timeS ?? 0) - (bodies[0]?.timeS ?? 0);
    if (filled < this.settings.least_filled * this.settings.window_s) return undefined;
    const startS = bodies[0]!.timeS;
    const feet = bodies.map(({ timeS, body }) => ({ timeS: timeS - startS, value: body.feetApart() }));
    const rhythm = waveCadence(feet.filter(known), this.settings.wave);
    if (!rhythm) return undefined;
    const timesS = feet.map(({ timeS }) => timeS);
    const strideS = (STEPS_PER_STRIDE * SECONDS_PER_MINUTE) / rhythm.spm;
    const all = bodies.map(({ body }) => body);
    const curve = (of: (body: Body) => number, waves = this.settings.waves): Curve | undefined =>
      meanStride(timesS, all.map(of), strideS, waves);
    return { bodies: all, timesS, strideS, curve };
  }

  private fromSide({ bodies, timesS, strideS }: Stride): Pick<Reading, "side"> | Refusal {
    const { legs: settings, waves, most_doubt: most } = this.settings;
    const facing = median(bodies.map((body) => body.facing())) >= 0 ? 1 : -1;
    const near: Side = facing > 0 ? "right" : "left";
    const legPx = this.legPx(bodies);
    const seenAt = timesS.map((timeS) => (timeS / strideS) % 1);
    const legs = toldApart(bodies, seenAt, legPx, waves, settings);
    if (!legs) return "feet";
    const of = (pictures: readonly Body[], what: (body: Body) => number): Curve | undefined =>
      meanStride(timesS, pictures.map(what), strideS, waves);
    const foot = (body: Body): number =>
      (body.of(near, "ankle")[0] + body.of(near, "heel")[0] + body.of(near, "toe")[0]) / 3;
    // When it lands both legs tell together, which scatters less; how it stands there the near one tells.
    const ahead = of(legs.drawn, (body) => (facing * (foot(body) - body.middle("hip")[0])) / legPx);
    const heel = of(legs.drawn, (body) => (body.middle("hip")[1] - body.of(near, "heel")[1]) / legPx);
    const turning = of(legs.drawn, (body) => body.shinDeg(near, facing));
    const beforeMass = of(legs.seen, (body) => (facing * (body.of(near, "ankle")[0] - body.massX(this.settings))) / legPx);
    const shin = of(legs.seen, (body) => body.shinDeg(near, facing));
    const first = ahead && this.contact(ahead);
    if (first === undefined || !heel || !turning || !beforeMass || !shin) return "feet";
    const contact = this.sharpened(first, heel, turning, strideS);
    const around = (contacts: number) => (_: boolean, place: number): boolean =>
      (seenAt[place]! - contact + settings.before + 2) % (1 / contacts) < settings.before + settings.after;
    if (share(legs.sure[near].filter(around(1))) < settings.least_sure) return "mixed";
    if (share(legs.renamed.filter(around(STEPS_PER_STRIDE))) > settings.most_renamed) return "mixed";
    if (SURE * beforeMass.doubt(contact) > most.ahead_leg || SURE * shin.doubt(contact) > most.shin_deg) return "disagree";
    return { side: { near, aheadLeg: beforeMass.at(contact), shinDeg: shin.at(contact) } };
  }

  /** The phase of initial contact: the foot's way back has reached a share of its speed in stance. */
  private contact(ahead: Curve): number | undefined {
    const standing = percentile(phases.map((phase) => ahead.slope(phase)), this.settings.stance_percentile);
    const level = this.settings.velocity_share * standing;
    const front = phases.reduce((best, phase) => (ahead.at(phase) > ahead.at(best) ? phase : best), 0);
    const step = 1 / phases.length;
    for (let phase = front; phase < front + 0.5; phase += step) {
      const [before, here] = [ahead.slope(phase), ahead.slope(phase + step)];
      if (here <= level) return before > here ? phase + (step * (before - level)) / (before - here) : undefined;
    }
    return undefined;
  }

  /** Contact moved by what the heel that comes down and the shin that turns back say, each less its usual lag. */
  private sharpened(contact: number, heel: Curve, shin: Curve, strideS: number): number {
    const { timing, ground_percentile: low, contact_late_s: usuallyS } = this.settings;
    const steps = Math.round((timing.contact_before_s + timing.contact_after_s) / strideS * phases.length);
    const around = Array.from({ length: steps + 1 }, (_, place) => contact - timing.contact_before_s / strideS + place / phases.length);
    const down = percentile(phases.map((phase) => heel.at(phase)), low) + timing.heel_height;
    const lands = around.find((phase, place) => heel.at(phase) <= down && place > 0 && heel.at(around[place - 1]!) > down);
    const turns = around.reduce((best, phase) => (shin.slope(phase) < shin.slope(best) ? phase : best));
    const inside = turns !== around[0] && turns !== around.at(-1) ? turns : undefined;
    const moved = (found: number | undefined, usualS: number, weight: number): number => {
      if (found === undefined) return 0;
      const unusualS = (found - contact) * strideS - usualS;
      return weight * Math.min(Math.max(unusualS, -timing.farthest_s), timing.farthest_s);
    };
    const lateS =
      usuallyS +
      timing.contact_s +
      moved(lands, timing.heel_down_s, timing.heel_down_weight) +
      moved(inside, timing.shank_turns_s, timing.shank_turns_weight);
    return contact + lateS / strideS;
  }

  private fromBehind({ curve, strideS }: Stride): Pick<Reading, "rear"> | Refusal {
    const hips = curve((body) => body.middle("hip")[1]);
    const leftLower = curve((body) => body.of("left", "ankle")[1] - body.of("right", "ankle")[1]);
    const rightUp = curve((body) => body.rightUpDeg(), this.settings.pelvis_waves);
    if (!hips || !leftLower || !rightUp) return "feet";
    if (SURE * Math.max(...phases.map((phase) => rightUp.doubt(phase))) > this.settings.most_doubt.drop_deg) return "disagree";
    const reach = this.settings.peak_reach_s / strideS;
    const drop = (way: 1 | -1): number => {
      const stands = phases.filter((phase) => -way * leftLower.at(phase) > 0);
      const middle = stands.reduce((best, phase) => (hips.at(phase) > hips.at(best) ? phase : best), stands[0] ?? 0);
      const near = phases.filter((phase) => Math.abs(((phase - middle + 1.5) % 1) - 0.5) <= reach);
      return Math.max(...near.map((phase) => way * (rightUp.at(phase) - rightUp.mean)));
    };
    return { rear: { left: drop(-1), right: drop(1) } };
  }
}

interface Stride {
  bodies: Body[];
  timesS: number[];
  strideS: number;
  curve(of: (body: Body) => number, waves?: number): Curve | undefined;
}

/** Pictures a second. */
function rate(samples: readonly Sample[]): number {
  const last = samples.at(-1)?.timeS ?? 0;
  const spanS = last - (samples[0]?.timeS ?? last);
  return spanS > 0 ? (samples.length - 1) / spanS : 0;
}

const share = (which: readonly boolean[]): number => which.filter((one) => one).length / which.length;

const known = ({ value }: { value: number }): boolean => Number.isFinite(value);
