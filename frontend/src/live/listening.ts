/** Several sources at once: which one is shown, and whether two of them agree. */

import { type CadenceSource, type Heard, type SourceName, SourceRefused } from "./cadence_source";
import type { RhythmSettings } from "./rhythm";

/** A reading older than this is none. */
const FRESH_S = 5;
/** The more exact one is shown. */
const ORDER: SourceName[] = ["motion", "camera", "microphone", "tap"];
const MS_PER_S = 1_000;

/** Why a source gives nothing: what it says itself, or that it broke. */
export interface Refused {
  name: SourceName;
  reason: "denied" | "missing" | "failed";
}

export class Listening {
  private readonly last = new Map<SourceName, Heard>();
  private running: CadenceSource[] = [];
  private wanted = false;
  private bothFeetS = -Infinity;

  constructor(
    private readonly limits: Pick<RhythmSettings, "slowest_spm" | "quickest_spm">,
    private readonly told: (shown: Heard | undefined) => void,
  ) {}

  /** Whether sources were started, or are about to be. */
  get begun(): boolean {
    return this.wanted;
  }

  get names(): SourceName[] {
    return this.running.map(({ name }) => name);
  }

  source(name: SourceName): CadenceSource | undefined {
    return this.running.find((one) => one.name === name);
  }

  /** Start what was chosen; return what could not, and why. */
  async start(chosen: CadenceSource[]): Promise<Refused[]> {
    this.wanted = true;
    const refused = await Promise.all(chosen.map((source) => this.startOne(source)));
    return refused.flatMap((one) => one ?? []);
  }

  /** Each is asked for at once: browsers allow it only in the tap itself. */
  private async startOne(source: CadenceSource): Promise<Refused | undefined> {
    source.onCadence((heard) => this.hear(source.name, heard));
    try {
      await source.start();
    } catch (error) {
      return { name: source.name, reason: error instanceof SourceRefused ? error.reason : "failed" };
    }
    if (!this.wanted) source.stop();
    else this.running = [...this.running, source].sort((one, other) => ORDER.indexOf(one.name) - ORDER.indexOf(other.name));
    return undefined;
  }

  stop(): void {
    this.wanted = false;
    this.running.forEach((source) => source.stop());
    this.running = [];
    this.last.clear();
  }

  /** The reading that is shown: of the most exact source that has a fresh one. */
  get shown(): (Heard & { name: SourceName }) | undefined {
    const [first] = this.fresh();
    return first;
  }

  /** The two most exact readings side by side. */
  get pair(): [Heard & { name: SourceName }, Heard & { name: SourceName }] | undefined {
    const [one, other] = this.fresh();
    return one && other ? [one, other] : undefined;
  }

  /** Whether the finger taps so quickly that it can only be every step. */
  get bothFeet(): boolean {
    return performance.now() / MS_PER_S - this.bothFeetS < FRESH_S;
  }

  private fresh(): (Heard & { name: SourceName })[] {
    const nowS = performance.now() / MS_PER_S;
    return this.running.flatMap(({ name }) => {
      const heard = this.last.get(name);
      return heard && nowS - heard.timeS < FRESH_S ? [{ ...heard, name }] : [];
    });
  }

  private hear(name: SourceName, heard: Heard | undefined): void {
    // Who taps both feet, or one stride in two, is not running so.
    if (heard && heard.spm >= this.limits.slowest_spm && heard.spm <= this.limits.quickest_spm) this.last.set(name, heard);
    else this.last.delete(name);
    if (name === "tap" && heard) {
      const both = heard.spm > this.limits.quickest_spm && heard.spm / 2 <= this.limits.quickest_spm;
      this.bothFeetS = both ? heard.timeS : -Infinity;
    }
    // Only the shown one is counted, once for each of its readings.
    if (this.shown?.name === name || !this.shown) this.told(this.shown);
  }
}
