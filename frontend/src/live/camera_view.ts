/** The camera's part of a page: picture with stick figure, one gauge, and what the numbers rest on. */

import { fill } from "../page";
import { type CameraSettings, CameraSource, type Looked } from "./camera";
import { type CadenceSource, type Heard, SourceRefused } from "./cadence_source";
import { median } from "./cycle";
import type { Reading } from "./gauge";
import { Stick } from "./stick";

type Doubt = Record<"fps" | "ahead_leg" | "shin_deg" | "drop_deg", number>;
type What = "ahead" | "drop";

export interface CameraData extends CameraSettings {
  doubts: Doubt[];
  scales: Record<What, [number, number]>;
  words: Record<string, string>;
}

/** What the gauge shows of a reading. */
interface Shown {
  what: What;
  /** In the unit that is shown. */
  value: number;
  doubt: number;
  ends: [number, number];
  more: string;
}

const PERCENT = 100;
/** Latencies whose middle is shown. */
const LATENCIES = 30;
/** Readings whose middle is shown: a single one jumps where its pictures came unevenly. */
const READINGS = 6;
/** Numbers change so often at most; a runner cannot read quicker. */
const SHOWN_EVERY_MS = 500;

export class CameraView implements CadenceSource {
  readonly name = "camera";
  private readonly source: CameraSource;
  private readonly stick: Stick;
  private readonly usual: Partial<Record<What, number>> = {};
  private latencies: number[] = [];
  private shownMs = 0;
  private last: Shown | undefined;
  private recent: Reading[] = [];

  constructor(
    private readonly place: HTMLElement,
    private readonly data: CameraData,
  ) {
    this.source = new CameraSource(this.part<HTMLVideoElement>("video"), data);
    this.stick = new Stick(this.part<HTMLCanvasElement>("canvas"), data.gauge.least_visibility);
    this.source.onLooked((looked) => this.show(looked));
    this.part("[data-camera-mark]").addEventListener("click", () => this.mark());
  }

  onCadence(listener: (heard: Heard | undefined) => void): void {
    this.source.onCadence(listener);
  }

  /** Start looking; where that cannot be, say why and throw it on. */
  async start(): Promise<void> {
    this.say("loading");
    try {
      await this.source.start();
    } catch (error) {
      this.say(error instanceof SourceRefused ? error.reason : "failed");
      throw error;
    }
    this.place.dataset["camera"] = "on";
    this.say("looking");
  }

  stop(): void {
    this.source.stop();
    this.stick.clear();
    this.place.dataset["camera"] = "off";
    this.say("stopped");
  }

  private show(looked: Looked): void {
    this.stick.draw(looked.seen);
    this.latencies = [...this.latencies, looked.latencyMs].slice(-LATENCIES);
    const now = performance.now();
    if (now - this.shownMs < SHOWN_EVERY_MS) return;
    this.shownMs = now;
    const reading = this.source.read();
    this.part("[data-camera-pace]").textContent = this.words("pace", {
      fps: this.number(reading.fps),
      ms: this.number(median(this.latencies)),
      where: this.words(this.source.accelerator ?? "wasm"),
    });
    const { cadence } = reading;
    const said = this.part<HTMLDataElement>("[data-camera-cadence]");
    said.value = cadence ? String(cadence.spm) : "";
    said.textContent = cadence ? this.words("cadence", { spm: this.number(cadence.spm) }) : this.words("no_cadence");
    if (reading.refused) this.say(reading.refused, { seconds: this.number(this.data.gauge.window_s) });
    else this.measured(reading);
  }

  private measured(reading: Reading): void {
    this.recent = [...this.recent.filter(({ view }) => view === reading.view), reading].slice(-READINGS);
    const shown = this.shown(middle(this.recent, reading));
    this.last = shown;
    if (this.recent.length === READINGS) this.usual[shown.what] ??= shown.value;
    this.part("[data-camera-said]").textContent = this.words("trend", {
      fps: this.number(reading.fps),
      steps: this.number(reading.steps ?? 0),
    });
    this.part("[data-camera-name]").textContent = this.words(shown.what);
    this.part("[data-camera-number]").textContent = this.number(shown.value);
    this.part("[data-camera-unit]").textContent = this.words(`${shown.what}_unit`);
    this.part("[data-camera-doubt]").textContent = this.words("doubt", { doubt: this.number(shown.doubt) });
    this.part("[data-camera-low]").textContent = this.words(`${shown.what}_low`);
    this.part("[data-camera-high]").textContent = this.words(`${shown.what}_high`);
    this.part("[data-camera-more]").textContent = shown.more;
    this.draw(shown);
    this.part("[data-camera-gauge]").hidden = false;
  }

  private shown({ side, rear, fps }: Reading): Shown {
    const { doubts, scales } = this.data;
    const doubt = doubts.filter((one) => fps >= one.fps).at(-1) ?? doubts[0]!;
    if (side) {
      const more = this.words("shin", { degrees: this.number(side.shinDeg), doubt: this.number(doubt.shin_deg) });
      const [low, high] = scales.ahead;
      const ends: [number, number] = [low * PERCENT, high * PERCENT];
      return { what: "ahead", value: side.aheadLeg * PERCENT, doubt: doubt.ahead_leg * PERCENT, ends, more };
    }
    const legs = rear ?? { left: Number.NaN, right: Number.NaN };
    const more = this.words("legs", { left: this.number(legs.left), right: this.number(legs.right) });
    return { what: "drop", value: Math.max(legs.left, legs.right), doubt: doubt.drop_deg, ends: scales.drop, more };
  }

  /** The needle, its doubt and the mark, in shares of the scale. */
  private draw({ what, value, doubt, ends: [low, high] }: Shown): void {
    const gauge = this.part("[data-camera-scale]");
    const usual = this.usual[what] ?? value;
    const share = (one: number): string => `${PERCENT * Math.min(Math.max((one - low) / (high - low), 0), 1)}%`;
    gauge.style.setProperty("--now", share(value));
    gauge.style.setProperty("--from", share(value - doubt));
    gauge.style.setProperty("--to", share(value + doubt));
    gauge.style.setProperty("--usual", share(usual));
    const marked = this.usual[what] !== undefined;
    // Nobody is coached towards what is a trend at most.
    const aims = what === "ahead";
    gauge.dataset["where"] = aims ? (value <= usual ? "right" : "over") : "trend";
    this.part(".camera-aim-part").hidden = !aims;
    this.part(".camera-needle").style.background = aims ? "" : "var(--soft-ink)";
    this.part("[data-camera-aim]").textContent = aims && marked ? this.words("ahead_aim") : "";
    this.part("[data-camera-usual]").textContent = marked ? this.words("usual", { number: this.number(usual) }) : "";
  }

  private mark(): void {
    if (!this.last) return;
    this.usual[this.last.what] = this.last.value;
    this.draw(this.last);
  }

  /** Say one sentence instead of a number. */
  private say(word: string, values: Record<string, string> = {}): void {
    this.part("[data-camera-gauge]").hidden = true;
    this.part("[data-camera-said]").textContent = this.words(word, values);
  }

  private words(name: string, values: Record<string, string> = {}): string {
    return fill(this.data.words[name] ?? "", values);
  }

  private number(one: number): string {
    return new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 0 }).format(one);
  }

  private part<T extends HTMLElement>(selector: string): T {
    const found = this.place.querySelector<T>(selector);
    if (!found) throw new Error(`this page has no ${selector}`);
    return found;
  }
}

/** The last reading with the middle of each number of the readings before it. */
function middle(readings: readonly Reading[], last: Reading): Reading {
  const of = (number: (reading: Reading) => number | undefined): number =>
    median(readings.map((reading) => number(reading) ?? Number.NaN));
  const { side, rear } = last;
  if (side) {
    return { ...last, side: { ...side, aheadLeg: of((one) => one.side?.aheadLeg), shinDeg: of((one) => one.side?.shinDeg) } };
  }
  return rear ? { ...last, rear: { left: of((one) => one.rear?.left), right: of((one) => one.rear?.right) } } : last;
}
