/** Where cadence comes from: one shape for the phone's shaking, its microphone, its camera and a finger that taps. */

import type { Cadence } from "./rhythm";

export type SourceName = "motion" | "microphone" | "camera" | "tap";

/** Why a source gives nothing. */
export type Refusal = "denied" | "missing";

/** A source that cannot start says why. */
export class SourceRefused extends Error {
  constructor(readonly reason: Refusal) {
    super(reason);
  }
}

/** A cadence with its time, in seconds of `performance.now()`. */
export interface Heard extends Cadence {
  timeS: number;
}

/**
 * A source of cadence.
 *
 * `start` is called from a tap of the finger, because browsers ask for permission only then; it throws `SourceRefused`.
 * Once started, it tells about every second what the last window held, or `undefined` where that was no running.
 */
export interface CadenceSource {
  readonly name: SourceName;
  start(): Promise<void>;
  stop(): void;
  onCadence(listener: (heard: Heard | undefined) => void): void;
}
