/** Several sources at once: which one is shown, and whether two of them agree. */

import { type CadenceSource, type Heard, type SourceName, SourceRefused } from "./cadence_source";

/** A reading older than this is none. */
const FRESH_S = 5;
/** The more exact one is shown. */
const ORDER: SourceName[] = ["motion", "camera", "microphone", "tap"];
const MS_PER_S = 1_000;

export class Listening {
  private readonly last = new Map<SourceName, Heard>();
  private running: CadenceSource[] = [];

  constructor(private readonly told: (shown: Heard | undefined) => void) {}

  get names(): SourceName[] {
    return this.running.map(({ name }) => name);
  }

  source(name: SourceName): CadenceSource | undefined {
    return this.running.find((one) => one.name === name);
  }

  /** Start what was chosen; return what could not, and why. */
  async start(chosen: CadenceSource[]): Promise<{ name: SourceName; reason: string }[]> {
    const refused: { name: SourceName; reason: string }[] = [];
    for (const source of chosen) {
      source.onCadence((heard) => this.hear(source.name, heard));
      try {
        await source.start();
        this.running.push(source);
      } catch (error) {
        refused.push({ name: source.name, reason: error instanceof SourceRefused ? error.reason : "missing" });
      }
    }
    this.running.sort((one, other) => ORDER.indexOf(one.name) - ORDER.indexOf(other.name));
    return refused;
  }

  stop(): void {
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

  private fresh(): (Heard & { name: SourceName })[] {
    const nowS = performance.now() / MS_PER_S;
    return this.running.flatMap(({ name }) => {
      const heard = this.last.get(name);
      return heard && nowS - heard.timeS < FRESH_S ? [{ ...heard, name }] : [];
    });
  }

  private hear(name: SourceName, heard: Heard | undefined): void {
    if (heard) this.last.set(name, heard);
    else this.last.delete(name);
    // Only the shown one is counted, once for each of its readings.
    if (this.shown?.name === name || !this.shown) this.told(this.shown);
  }
}
