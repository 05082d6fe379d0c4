/** What the person detector's raw output means; the same as kneewise.motion.pose.detection. */

import { logistic } from "./heatmap";
import type { Point } from "./region";

/** Side of the detector's picture in pixels. */
export const DETECTOR_SIDE = 224;
/** Cell sizes in pixels of the network's grids, and how many anchors each cell has. */
const GRIDS = [[8, 2], [16, 2], [32, 6]] as const;
/** Numbers per anchor: a box (middle and size), then four points. */
const NUMBERS = 12;
const LOGIT_LIMIT = 100;

/** One person: the middle of the hips and a point on the circle around the body, in shares of the picture. */
export interface Detection {
  score: number;
  middle: Point;
  edge: Point;
}

export interface DetectorSettings {
  score: number;
  overlap: number;
}

interface Proposal {
  score: number;
  /** Left, top, right, bottom, then the four points. */
  numbers: number[];
}

const anchors: readonly Point[] = GRIDS.flatMap(([stride, perCell]) => {
  const cells = DETECTOR_SIDE / stride;
  return Array.from({ length: cells * cells * perCell }, (_, index): Point => {
    const cell = Math.trunc(index / perCell);
    return [((cell % cells) + 0.5) / cells, (Math.trunc(cell / cells) + 0.5) / cells];
  });
});

/** Turn the network's output into one detection per person, the surest first. */
export function decode(boxes: Float32Array, logits: Float32Array, settings: DetectorSettings): Detection[] {
  const proposals: Proposal[] = [];
  anchors.forEach((anchor, index) => {
    const score = logistic(Math.min(Math.max(logits[index]!, -LOGIT_LIMIT), LOGIT_LIMIT));
    if (score >= settings.score) proposals.push({ score, numbers: proposed(boxes, index, anchor) });
  });
  proposals.sort((one, other) => other.score - one.score);
  return onePerPerson(proposals, settings.overlap);
}

function proposed(boxes: Float32Array, index: number, [anchorX, anchorY]: Point): number[] {
  const raw = Array.from(boxes.subarray(index * NUMBERS, (index + 1) * NUMBERS), (one) => one / DETECTOR_SIDE);
  const [x, y, width, height, ...points] = raw as [number, number, number, number, ...number[]];
  const middle = [x + anchorX, y + anchorY] as const;
  return [
    middle[0] - width / 2,
    middle[1] - height / 2,
    middle[0] + width / 2,
    middle[1] + height / 2,
    ...points.map((one, place) => one + (place % 2 ? anchorY : anchorX)),
  ];
}

/** Overlapping proposals become their score-weighted mean (MediaPipe's weighted non-maximum suppression). */
function onePerPerson(proposals: Proposal[], overlap: number): Detection[] {
  const found: Detection[] = [];
  let left = proposals;
  while (left[0]) {
    const [first] = left;
    const near = left.filter((one) => one === first || shared(first.numbers, one.numbers) > overlap);
    left = left.filter((one) => !near.includes(one));
    const total = near.reduce((sum, one) => sum + one.score, 0);
    const mean = (place: number): number =>
      near.reduce((sum, one) => sum + (one.score / total) * one.numbers[place]!, 0);
    found.push({ score: first.score, middle: [mean(4), mean(5)], edge: [mean(6), mean(7)] });
  }
  return found;
}

/** Intersection over union of two boxes. */
function shared(one: number[], other: number[]): number {
  const across = Math.max(0, Math.min(one[2]!, other[2]!) - Math.max(one[0]!, other[0]!));
  const down = Math.max(0, Math.min(one[3]!, other[3]!) - Math.max(one[1]!, other[1]!));
  const both = across * down;
  const union = area(one) + area(other) - both;
  return union > 0 ? both / union : 0;
}

function area(box: number[]): number {
  return Math.max(0, box[2]! - box[0]!) * Math.max(0, box[3]! - box[1]!);
}
