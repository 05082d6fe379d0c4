/** Feedback that comes and goes: on for a share of the time, in blocks that nobody can foresee. */

/** A stretch of running, in seconds from its beginning, with the feedback on or off. */
export interface Block {
  fromS: number;
  toS: number;
  on: boolean;
}

/** Numbers of evidence/parameters.toml: how long a block is at least and at most, in seconds. */
export interface FadingSettings {
  shortest_block_s: number;
  longest_block_s: number;
}

/** Random numbers from 0 to 1 that a seed decides, so that a session interrupted and resumed keeps its blocks. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Divide a run into blocks with exactly `share` of it on.
 *
 * The time on and the time off are each cut into parts of random length; on and off alternate, and chance decides with
 * which the run begins and ends.
 */
export function blocks(runS: number, share: number, settings: FadingSettings, chance: () => number): Block[] {
  const onS = runS * Math.min(Math.max(share, 0), 1);
  const rarer = Math.min(onS, runS - onS);
  if (rarer <= 0) return runS > 0 ? [{ fromS: 0, toS: runS, on: onS > 0 }] : [];
  const mean = (settings.shortest_block_s + settings.longest_block_s) / 2;
  const parts = Math.max(1, Math.round(rarer / mean));
  // Alternating, one of both kinds may stand at both ends: the commoner one.
  const framed = chance() < 0.5;
  const onIsRarer = onS <= runS - onS;
  const onParts = parts + (framed && !onIsRarer ? 1 : 0);
  const offParts = parts + (framed && onIsRarer ? 1 : 0);
  const startsOn = framed ? !onIsRarer : chance() < 0.5;
  const lengths = { on: cut(onS, onParts, chance), off: cut(runS - onS, offParts, chance) };
  const found: Block[] = [];
  let fromS = 0;
  for (let place = 0; place < onParts + offParts; place++) {
    const on = startsOn === (place % 2 === 0);
    const length = (on ? lengths.on : lengths.off).shift()!;
    found.push({ fromS, toS: fromS + length, on });
    fromS += length;
  }
  return found;
}

/** Cut a time into parts of random length; none is shorter than half of the mean, so that each can be felt. */
function cut(totalS: number, parts: number, chance: () => number): number[] {
  const weights = Array.from({ length: parts }, () => 0.5 + chance());
  const sum = weights.reduce((all, one) => all + one, 0);
  return weights.map((one) => (one / sum) * totalS);
}

/** Whether the feedback is on at a moment of the run. */
export function isOn(all: readonly Block[], atS: number): boolean {
  return all.some(({ fromS, toS, on }) => on && atS >= fromS && atS < toS);
}
