/**
 * Which leg is which, told from the whole stretch of running.
 *
 * A pose model sees one picture at a time. Where a runner's legs are far apart it takes the one for the other now and
 * then, and as often it puts both somewhere in between: at some moments of the stride in most pictures, and no mean of
 * those tells where the foot was. But all strides are alike, and one leg does what the other did half a stride before.
 * So one stride is drawn through both legs. Where the legs of a picture lie on it exchanged, they are exchanged; a leg
 * that lies on it neither way is put where the stride has it, as far beside it as this leg is on the whole.
 */

import { Body, type Part, type Side } from "./body";
import { dot, fitted, wavesAt } from "./cycle";

/** Numbers of evidence/parameters.toml. */
export interface LegSettings {
  /** Mean distance of a leg's points from the stride, in leg lengths, beyond which the model has misplaced it. */
  farthest: number;
  /** By how much nearer exchanged legs must lie, as a mean over both. */
  gain: number;
  /** Waves in which one leg's stride may differ from that of both. */
  own_waves: number;
}

const PARTS: readonly Part[] = ["knee", "ankle", "heel", "toe"];
const SIDES: readonly Side[] = ["left", "right"];
/** One leg does what the other did half a stride before. */
const LATER = { left: 0.5, right: 0 } as const;
/** Distances in leg lengths at which a leg counts a quarter, from pass to pass: what most pictures say wins. */
const SCALES: readonly number[] = [0.8, 0.4, 0.2, 0.1, 0.05, 0.05, 0.05];

/** x and y of a leg's points from the middle of the hips, in leg lengths. */
type Leg = Float64Array;
type Legs = Record<Side, Leg>;
type Stride = (phase: number) => Leg;

/** The pictures of a stretch, with every leg where it belongs. */
export interface ToldApart {
  /** As seen, and legs that the model has misplaced where the stride has them. */
  seen: Body[];
  /** Every leg that is seen where the stride has it: with a sharper eye for when, which both legs share. */
  drawn: Body[];
  /** Which legs the model has put where the stride has them. */
  sure: Record<Side, boolean[]>;
  /** Pictures in which each leg has the other's name. */
  renamed: boolean[];
}

/** Tell legs apart in pictures at phases of the stride; nothing where too few are seen. */
export function toldApart(
  bodies: readonly Body[],
  phases: readonly number[],
  legPx: number,
  waves: number,
  settings: LegSettings,
): ToldApart | undefined {
  const found = bodies.map((body) => ({ left: legOf(body, "left", legPx), right: legOf(body, "right", legPx) }));
  let legs: Legs[] = found;
  const phasesOf = (side: Side): number[] => phases.map((phase) => phase + LATER[side]);
  const both = strideOf(
    () => SIDES.flatMap((side) => legs.map((leg) => leg[side])),
    SIDES.flatMap(phasesOf),
    waves,
    (stride) => (legs = found.map((one, place) => named(one, phases[place]!, stride, settings.gain))),
  );
  if (!both) return undefined;
  const sure = (side: Side): boolean[] =>
    phasesOf(side).map((phase, place) => !(apart(legs[place]![side], both(phase)) > settings.farthest));
  const told = { left: sure("left"), right: sure("right") };
  const own = (side: Side): Stride | undefined => {
    const beside = phasesOf(side).map((phase, place) => (told[side][place] ? less(legs[place]![side], both(phase)) : UNSEEN));
    return strideOf(() => beside, phases, settings.own_waves);
  };
  const owns = { left: own("left"), right: own("right") };
  const put = (every: boolean): Body[] =>
    bodies.map((body, place) => {
      const at = (side: Side): Leg => {
        const [leg, beside] = [legs[place]![side], owns[side]];
        if (!beside || !leg.every(Number.isFinite) || (told[side][place] && !every)) return leg;
        const stride = both(phases[place]! + LATER[side]);
        return beside(phases[place]!).map((one, axis) => one + stride[axis]!);
      };
      return withLegs(body, { left: at("left"), right: at("right") }, legPx);
    });
  const renamed = legs.map(({ left }, place) => left === found[place]!.right);
  return { seen: put(false), drawn: put(true), sure: told, renamed };
}

const UNSEEN: Leg = new Float64Array(2 * PARTS.length).fill(Number.NaN);

function legOf(body: Body, side: Side, legPx: number): Leg {
  const [x, y] = body.middle("hip");
  return Float64Array.from(
    PARTS.flatMap((part) => {
      const at = body.of(side, part);
      return [(at[0] - x) / legPx, (at[1] - y) / legPx];
    }),
  );
}

function withLegs(body: Body, legs: Legs, legPx: number): Body {
  const [x, y] = body.middle("hip");
  return body.moved(
    SIDES.flatMap((side) =>
      PARTS.map((part, place) => {
        const [across, down] = [legs[side][2 * place]!, legs[side][2 * place + 1]!];
        return { side, part, at: [x + across * legPx, y + down * legPx] as const };
      }),
    ),
  );
}

/** The legs of a picture by the names under which they lie on a stride. */
function named({ left, right }: Legs, phase: number, stride: Stride, gain: number): Legs {
  const [ofLeft, ofRight] = [stride(phase + LATER.left), stride(phase + LATER.right)];
  const asTold = apart(left, ofLeft) + apart(right, ofRight);
  const exchanged = apart(right, ofLeft) + apart(left, ofRight);
  return exchanged < asTold - 2 * gain ? { left: right, right: left } : { left, right };
}

/** The stride on which most legs lie; nothing where too few are seen. After each pass legs may get other names. */
function strideOf(
  legs: () => readonly Leg[],
  phases: readonly number[],
  waves: number,
  then?: (stride: Stride) => void,
): Stride | undefined {
  const rows = phases.map((phase) => wavesAt(phase % 1, waves));
  let weights = phases.map(() => 1);
  let parts: Float64Array[] = [];
  const at = (row: Float64Array): Leg => {
    const leg = new Float64Array(parts.length);
    parts.forEach((one, axis) => (leg[axis] = dot(one, row)));
    return leg;
  };
  const stride: Stride = (phase) => at(wavesAt(phase % 1, waves));
  for (const scale of SCALES) {
    const seen = legs().flatMap((leg, place) => (leg.every(Number.isFinite) ? [{ leg, place }] : []));
    if (seen.length < 2 * rows[0]!.length) return undefined;
    parts = fitted(
      seen.map(({ place }) => rows[place]!),
      Array.from({ length: 2 * PARTS.length }, (_, axis) => seen.map(({ leg }) => leg[axis]!)),
      seen.map(({ place }) => weights[place]!),
    );
    then?.(stride);
    weights = legs().map((leg, place) => 1 / (1 + (apart(leg, at(rows[place]!)) / scale) ** 2) ** 2);
  }
  return stride;
}

/** The mean distance of a leg's points from where they should be; not a number where one is not seen. */
function apart(leg: Leg, place: Leg): number {
  let sum = 0;
  for (let point = 0; point < leg.length; point += 2) {
    const [x, y] = [leg[point]! - place[point]!, leg[point + 1]! - place[point + 1]!];
    sum += Math.sqrt(x * x + y * y);
  }
  return sum / PARTS.length;
}

function less(leg: Leg, other: Leg): Leg {
  return leg.map((one, axis) => one - other[axis]!);
}
