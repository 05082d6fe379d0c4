/** Refinement of the model's landmarks by its own heatmaps; the same as kneewise.motion.pose.heatmap. */

import type { Point } from "./region";

/** Half the window of 7 x 7 cells that the model's makers use. */
const REACH = 3;

/** A heatmap of logits: rows x columns x landmarks. */
export interface Heatmap {
  side: number;
  landmarks: number;
  logits: Float32Array;
}

export const logistic = (logit: number): number => 1 / (1 + Math.exp(-logit));

/** Move a point, in shares of the region, to the weighted middle of its heatmap nearby; an unsure map leaves it. */
export function refine(point: Point, landmark: number, { side, landmarks, logits }: Heatmap, sure: number): Point {
  const [across, down] = point;
  const column = Math.trunc(across * side);
  const row = Math.trunc(down * side);
  if (across < 0 || down < 0 || column >= side || row >= side) return point;
  let total = 0;
  let most = 0;
  let columns = 0;
  let rows = 0;
  for (let r = Math.max(0, row - REACH); r <= Math.min(side - 1, row + REACH); r++) {
    for (let c = Math.max(0, column - REACH); c <= Math.min(side - 1, column + REACH); c++) {
      const weight = logistic(logits[(r * side + c) * landmarks + landmark]!);
      most = Math.max(most, weight);
      total += weight;
      columns += weight * c;
      rows += weight * r;
    }
  }
  return most >= sure && total > 0 ? [columns / total / side, rows / total / side] : point;
}
