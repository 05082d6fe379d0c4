/**
 * The mean stride of a stretch of running, from pictures that come seldom and unevenly.
 *
 * A stride is some twenty pictures at 30 a second and nine at 12: too few to see one contact. But strides are alike and
 * pictures fall on another part of each, so together they draw the whole curve. It is a sum of few waves, which ends
 * where the filter of the Python pipeline ends, and pictures far from it hardly count.
 */

const HUBER = 1.5;
const SCATTER_OF_MEDIAN = 1.4826;
const PASSES = 4;
const PHASES = 200;
/** Keeps waves small that the pictures cannot tell. */
const STIFFNESS = 1e-5;
/** The longest stretch of the stride in which a value may be hidden, in lengths of the quickest wave. */
const LONGEST_GAP = 0.75;

export interface Curve {
  at(phase: number): number;
  /** Change per second. */
  slope(phase: number): number;
  /** Mean over the stride. */
  mean: number;
  /** Standard error at a phase, from how far the pictures are from the curve. */
  doubt(phase: number): number;
}

/** Phases from 0 to 1 at which curves are searched. */
export const phases: readonly number[] = Array.from({ length: PHASES }, (_, place) => place / PHASES);

/** The mean stride through values at times; nothing where too few values are known. */
export function meanStride(
  timesS: readonly number[],
  values: readonly number[],
  strideS: number,
  waves: number,
): Curve | undefined {
  const known = timesS.flatMap((_, place) => (Number.isFinite(values[place]!) ? [place] : []));
  const terms = 2 * waves + 1;
  if (known.length < 2 * terms) return undefined;
  // Between pictures that fall on the same few moments of each stride a smooth curve bridges; what is hidden always at
  // the same moment, as a foot below the picture's edge, would be invented.
  const hidden = longestGap(known.map((place) => timesS[place]!), strideS);
  if (hidden > LONGEST_GAP / waves && hidden > longestGap(timesS, strideS)) return undefined;
  const rows = known.map((place) => wavesAt((timesS[place]! / strideS) % 1, waves));
  const wanted = known.map((place) => values[place]!);
  let weights = wanted.map(() => 1);
  let parts: Float64Array = new Float64Array(terms);
  let off: number[] = [];
  for (let pass = 0; pass < PASSES; pass++) {
    [parts] = fitted(rows, [wanted], weights) as [Float64Array];
    off = rows.map((row, place) => Math.abs(wanted[place]! - dot(row, parts)));
    const most = Math.max(HUBER * SCATTER_OF_MEDIAN * median(off), Number.EPSILON);
    weights = off.map((one) => (one <= most ? 1 : (most / one) ** 2));
  }
  const whole = 2 * Math.PI;
  const table = equations(rows, weights);
  const scatter = SCATTER_OF_MEDIAN * median(off) * Math.sqrt(rows.length / (rows.length - terms));
  return {
    at: (phase) => dot(wavesAt(phase, waves), parts),
    slope: (phase) => {
      let sum = 0;
      for (let wave = 1; wave <= waves; wave++) {
        const turn = whole * wave * phase;
        sum += wave * (parts[2 * wave]! * Math.cos(turn) - parts[2 * wave - 1]! * Math.sin(turn));
      }
      return (sum * whole) / strideS;
    },
    mean: parts[0]!,
    doubt: (phase) => {
      const row = wavesAt(phase, waves);
      return scatter * Math.sqrt(dot(row, solvedFor(table, row)));
    },
  };
}

/** The longest part of the stride on which none of these times falls. */
function longestGap(timesS: readonly number[], strideS: number): number {
  const on = timesS.map((timeS) => (timeS / strideS) % 1).sort((one, other) => one - other);
  return Math.max(...on.map((phase, place) => phase - (place ? on[place - 1]! : on.at(-1)! - 1)));
}

/** The waves of a stride at a phase, from 0 to 1: what a curve's parts are weighed by. */
export function wavesAt(phase: number, waves: number): Float64Array {
  const row = new Float64Array(2 * waves + 1);
  row[0] = 1;
  for (let wave = 1; wave <= waves; wave++) {
    const turn = 2 * Math.PI * wave * phase;
    row[2 * wave - 1] = Math.cos(turn);
    row[2 * wave] = Math.sin(turn);
  }
  return row;
}

/** The parts of several curves through the same pictures: weighted least squares by the normal equations and Gauss. */
export function fitted(
  rows: readonly Float64Array[],
  wanted: readonly (readonly number[])[],
  weights: readonly number[],
): Float64Array[] {
  const table = equations(rows, weights);
  return wanted.map((values) => {
    const right = new Float64Array(rows[0]!.length);
    rows.forEach((row, place) => {
      const weighted = weights[place]! * values[place]!;
      for (let term = 0; term < row.length; term++) right[term]! += weighted * row[term]!;
    });
    return solvedFor(table, right);
  });
}

function equations(rows: readonly Float64Array[], weights: readonly number[]): Float64Array[] {
  const terms = rows[0]!.length;
  const table = Array.from({ length: terms }, () => new Float64Array(terms));
  rows.forEach((row, place) => {
    for (let one = 0; one < terms; one++) {
      const [weighted, into] = [weights[place]! * row[one]!, table[one]!];
      for (let other = 0; other <= one; other++) into[other]! += weighted * row[other]!;
    }
  });
  for (let one = 0; one < terms; one++) for (let other = 0; other < one; other++) table[other]![one] = table[one]![other]!;
  for (let one = 1; one < terms; one++) table[one]![one]! += STIFFNESS * rows.length * ((one + 1) >> 1) ** 4;
  return table;
}

function solvedFor(equal: readonly Float64Array[], wanted: Float64Array): Float64Array {
  const terms = wanted.length;
  const table = equal.map((row) => Float64Array.from(row));
  const right = Float64Array.from(wanted);
  for (let one = 0; one < terms; one++) {
    for (let below = one + 1; below < terms; below++) {
      const share = table[below]![one]! / table[one]![one]!;
      for (let column = one; column < terms; column++) table[below]![column]! -= share * table[one]![column]!;
      right[below]! -= share * right[one]!;
    }
  }
  const parts = new Float64Array(terms);
  for (let one = terms - 1; one >= 0; one--) {
    let left = right[one]!;
    for (let column = one + 1; column < terms; column++) left -= table[one]![column]! * parts[column]!;
    parts[one] = left / table[one]![one]!;
  }
  return parts;
}

export function dot(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let place = 0; place < one.length; place++) sum += one[place]! * other[place]!;
  return sum;
}

export function percentile(values: readonly number[], percent: number): number {
  const known = values.filter(Number.isFinite).sort((one, other) => one - other);
  if (!known.length) return Number.NaN;
  const place = (percent / 100) * (known.length - 1);
  const low = Math.floor(place);
  const high = Math.min(low + 1, known.length - 1);
  return known[low]! + (known[high]! - known[low]!) * (place - low);
}

export const median = (values: readonly number[]): number => percentile(values, 50);
