/** Cadence with and without feedback: `block_cadence` of retraining/practice.py, on the device. */

import type { Block } from "./fading";

export interface MeasuredBlock extends Block {
  spm: number | null;
}

export interface BlockCadence {
  spm: number;
  half: number;
}

export function blockCadence(blocks: MeasuredBlock[], on: boolean, errorSpm: number): BlockCadence | undefined {
  const known = blocks.filter((block) => block.on === on && block.spm !== null);
  const seconds = known.reduce((sum, { fromS, toS }) => sum + toS - fromS, 0);
  if (!seconds) return undefined;
  const mean = known.reduce((sum, { fromS, toS, spm }) => sum + (toS - fromS) * spm!, 0) / seconds;
  const variance = known.reduce((sum, { fromS, toS, spm }) => sum + (toS - fromS) * (spm! - mean) ** 2, 0) / seconds;
  return { spm: mean, half: Math.hypot(errorSpm, Math.sqrt(variance / known.length)) };
}

/** A reading of cadence at a moment of the running time. */
export interface Reading {
  runS: number;
  spm: number;
}

/** Give each block the mean of the readings whose whole window lies in it; what is shorter than a window has none. */
export function measure(blocks: Block[], readings: Reading[], windowS: number, runS: number): MeasuredBlock[] {
  return blocks
    .filter(({ fromS }) => fromS < runS)
    .map((block) => {
      const toS = Math.min(block.toS, runS);
      const inside = readings.filter((one) => one.runS - windowS >= block.fromS && one.runS <= toS);
      const spm = inside.length ? inside.reduce((sum, one) => sum + one.spm, 0) / inside.length : null;
      return { fromS: block.fromS, toS, on: block.on, spm };
    });
}
