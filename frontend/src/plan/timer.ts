/**
 * The timer of pace and rest. It goes by the clock and not by counting ticks, so it is right after the screen was
 * locked; tones are set on the audio clock ahead of time, which goes on where a browser slows everything else down.
 */

import { fill, pageData } from "../page";
import { type Exercise, type Position, type Program, type Segment, after, segments } from "./program";

interface TimerData {
  programs: Record<string, Program>;
  words: Record<string, string>;
}

const TICK_MS = 100;
const TONE_S = 0.12;
const HIGH_HZ = 880;
const LOW_HZ = 587;
const TONES_AHEAD = 90;

class Timer {
  private all: Segment[] = [];
  private program: Program | undefined;
  private at: Position = { index: 0, left: null };
  private last = 0;
  private running = false;
  private ticking: ReturnType<typeof setInterval> | undefined;
  private lock: WakeLockSentinel | undefined;
  private sound: AudioContext | undefined;
  private shown = "";

  constructor(
    private readonly dialog: HTMLDialogElement,
    private readonly data: TimerData,
  ) {
    this.part("timer-pause").addEventListener("click", () => (this.running ? this.pause() : this.resume()));
    this.part("timer-skip").addEventListener("click", () => this.skip());
    this.part("timer-close").addEventListener("click", () => dialog.close());
    this.part("timer-sound").addEventListener("change", () => this.tones());
    dialog.addEventListener("close", () => this.stop());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "visible" || !this.running) return;
      this.tick();
      void this.keepAwake();
    });
  }

  open(name: string): void {
    const program = this.data.programs[name];
    if (!program) return;
    this.program = program;
    this.all = segments(program);
    this.at = { index: 0, left: this.all[0]?.seconds ?? null };
    this.part("timer-name").textContent = program.name;
    this.part("timer-pause").hidden = false;
    this.part("timer-skip").hidden = false;
    this.dialog.showModal();
    this.part("timer-pause").focus();
    this.resume();
  }

  private part(id: string): HTMLElement {
    return this.dialog.querySelector<HTMLElement>(`#${id}`)!;
  }

  private resume(): void {
    this.running = true;
    this.last = Date.now();
    clearInterval(this.ticking);
    this.ticking = setInterval(() => this.tick(), TICK_MS);
    this.part("timer-pause").textContent = this.data.words["pause"] ?? "";
    this.tones();
    void this.keepAwake();
    this.show();
  }

  private pause(): void {
    this.tick();
    this.running = false;
    clearInterval(this.ticking);
    this.part("timer-pause").textContent = this.data.words["resume"] ?? "";
    this.silence();
    this.show();
  }

  private stop(): void {
    this.running = false;
    clearInterval(this.ticking);
    this.silence();
    void this.lock?.release().catch(() => undefined);
    this.lock = undefined;
    this.shown = "";
  }

  private skip(): void {
    const index = this.at.index + 1;
    this.at = { index, left: this.all[index]?.seconds ?? null };
    this.last = Date.now();
    if (this.running) this.tones();
    this.show();
  }

  private tick(): void {
    if (!this.running) return;
    const now = Date.now();
    const before = this.at.index;
    this.at = after(this.all, this.at, (now - this.last) / 1000);
    this.last = now;
    if (this.at.index >= this.all.length) this.finish();
    // Tones are set up to the next pause; behind it they begin anew.
    else if (this.at.index !== before && (this.all[this.at.index]?.seconds ?? null) === null) this.silence();
    this.show();
  }

  private finish(): void {
    this.running = false;
    clearInterval(this.ticking);
    this.part("timer-pause").hidden = true;
    this.part("timer-skip").hidden = true;
    this.part("timer-close").focus();
  }

  private show(): void {
    const segment = this.all[this.at.index];
    const { words } = this.data;
    const told = segment ? [this.word(segment.words), segment.note].filter(Boolean).join(", ") : (words["done"] ?? "");
    const where = segment ? this.where(segment) : "";
    const phase = `${this.at.index} ${told}`;
    if (phase !== this.shown) {
      this.shown = phase;
      this.part("timer-phase").textContent = told;
      this.part("timer-set").textContent = where;
      this.dialog.dataset["phase"] = segment?.words ?? "done";
      const next = this.all[this.at.index + 1];
      this.part("timer-next").textContent = next ? fill(words["next"] ?? "", { words: this.word(next.words) }) : "";
    }
    const left = this.at.left;
    this.part("timer-count").textContent = segment && left !== null ? clock(Math.ceil(left)) : "";
    const bar = this.part("timer-progress") as HTMLProgressElement;
    bar.hidden = !segment || left === null;
    bar.max = segment?.seconds ?? 1;
    bar.value = left === null ? 0 : bar.max - left;
  }

  private word(name: string): string {
    return this.data.words[name] ?? name;
  }

  private where(segment: Segment): string {
    const { words } = this.data;
    const parts: string[] = [];
    if (segment.step && this.program && "steps" in this.program) {
      const steps = String(this.program.steps.length);
      parts.push(fill(words["step"] ?? "", { step: String(segment.step), steps }));
    }
    if (segment.set) {
      const { sets, reps } = this.program as Exercise;
      parts.push(fill(words["set"] ?? "", { set: String(segment.set), sets: String(sets) }));
      if (segment.side) parts.push((segment.side > 1 ? words["other_side"] : words["side"]) ?? "");
      if (segment.rep) parts.push(fill(words["rep"] ?? "", { rep: String(segment.rep), reps: String(reps) }));
    }
    return parts.join(" · ");
  }

  private async keepAwake(): Promise<void> {
    if (!("wakeLock" in navigator) || this.lock?.released === false) return;
    this.lock = await navigator.wakeLock.request("screen").catch(() => undefined);
  }

  /** Set a tone for the beginning of each segment to come, as far as they follow by themselves. */
  private tones(): void {
    this.silence();
    if (!(this.part("timer-sound") as HTMLInputElement).checked || !this.running || this.at.left === null) return;
    const sound = new AudioContext();
    this.sound = sound;
    let time = sound.currentTime + this.at.left;
    for (const segment of this.all.slice(this.at.index + 1, this.at.index + TONES_AHEAD)) {
      tone(sound, time, ["rest", "switch"].includes(segment.words) ? LOW_HZ : HIGH_HZ);
      if (segment.seconds === null) return;
      time += segment.seconds;
    }
    tone(sound, time, LOW_HZ);
  }

  private silence(): void {
    void this.sound?.close().catch(() => undefined);
    this.sound = undefined;
  }
}

function tone(sound: AudioContext, time: number, pitch: number): void {
  const source = sound.createOscillator();
  const volume = sound.createGain();
  source.frequency.value = pitch;
  volume.gain.setValueAtTime(0, time);
  volume.gain.linearRampToValueAtTime(0.25, time + 0.01);
  volume.gain.linearRampToValueAtTime(0, time + TONE_S);
  source.connect(volume).connect(sound.destination);
  source.start(time);
  source.stop(time + TONE_S);
}

function clock(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return minutes ? `${minutes}:${String(seconds % 60).padStart(2, "0")}` : String(seconds);
}

/** Offer the timer where the page has one. */
export function startTimer(): void {
  const dialog = document.querySelector<HTMLDialogElement>("dialog#timer");
  if (!dialog) return;
  const timer = new Timer(dialog, pageData<TimerData>("timer-data"));
  document.addEventListener("click", (event) => {
    const button = (event.target as HTMLElement).closest<HTMLElement>("[data-timer]");
    if (button) timer.open(button.dataset["timer"] ?? "");
  });
}
