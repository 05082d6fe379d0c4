/** The screen of a runner who runs: one phase, one time, one number. */

import type { Course } from "./course";
import type { Listening } from "./listening";
import { type Screen, minutes } from "./screen";

/** A source that is silent for so long after its first window is told of. */
const SILENT_AFTER_S = 5;

export class RunningView {
  constructor(
    private readonly screen: Screen,
    private readonly listening: Listening,
  ) {}

  /** Draw where the course stands. */
  draw(course: Course, paused: boolean): void {
    const { stage } = course;
    if (!stage) return;
    this.screen.part("live-phase").textContent = paused ? this.screen.word("paused") : this.phase(course);
    this.screen.part("live-pause").textContent = this.screen.word(paused ? "resume" : "pause");
    this.screen.part("live-skip").hidden = stage.kind !== "warm_up";
    // Who is measured otherwise need not tap.
    const tapped = this.listening.source("tap") && course.runs && (this.listening.shown?.name ?? "tap") === "tap";
    this.screen.place.querySelector<HTMLElement>('[data-act="tap"]')!.hidden = !tapped;
    this.screen.place.dataset["feedback"] = course.feedback ? "on" : "off";
    this.screen.place.dataset["stage"] = stage.kind;
    this.screen.part("live-cue").textContent = stage.kind === "run" && course.feedback ? course.state.cue : "";
    this.drawTime(course);
    this.drawNumber(course);
    this.screen.part("live-sources-said").textContent = this.sourcesSaid(course);
  }

  private phase(course: Course): string {
    const { kind, number } = course.stage!;
    if (kind === "run") return this.screen.word(course.feedback ? "run_on" : "run_off");
    const count = String(course.setup.numbers.baseline.repeats);
    return this.screen.word(kind, { number: String(number + 1), count, percent: this.screen.number(course.stepPct, 1) });
  }

  private drawTime(course: Course): void {
    const running = course.stage!.kind === "run";
    const all = running ? (course.setup.practice?.run_s ?? 0) : (course.stage!.seconds ?? 0);
    const done = running ? course.state.runS : course.state.stageS;
    this.screen.part("live-time").textContent = this.screen.word("left", { time: minutes(Math.ceil(all - done)) });
    const bar = this.screen.part<HTMLProgressElement>("live-progress");
    bar.max = all || 1;
    bar.value = done;
  }

  /** One number, where the runner is to see one. */
  private drawNumber(course: Course): void {
    const box = this.screen.part("live-box");
    const seen = course.feedback || course.stage!.kind === "settle";
    const spm = this.listening.shown?.spm;
    box.hidden = course.stage!.kind === "warm_up" || course.stage!.kind === "walk";
    const beat = course.beatSpm;
    const low = course.setup.practice?.low_spm ?? beat;
    const high = course.setup.practice?.high_spm ?? beat;
    this.screen.part("live-number").textContent = !seen ? "•" : spm === undefined ? "–" : this.screen.number(Math.round(spm));
    const aim = low === undefined || high === undefined ? "" : low === high ? "aim_one" : "aim";
    this.screen.part("live-aim").textContent =
      seen && aim ? this.screen.word(aim, { low: this.screen.number(low!), high: this.screen.number(high!) }) : "";
    const wait = this.screen.word("listening", { seconds: this.screen.number(course.setup.numbers.window_s) });
    const unit = spm === undefined ? wait : this.screen.word("steps_a_minute");
    const unseen = this.screen.word(course.stage!.kind === "count" ? "counting" : "hidden");
    const wrong = spm === undefined && this.listening.bothFeet;
    this.screen.part("live-unit").textContent = wrong ? this.screen.word("tap_right") : seen ? unit : unseen;
    const where = seen && spm !== undefined ? whereIs(spm, course.setup.numbers.short_by_spm, low, high) : undefined;
    box.dataset["where"] = where ?? "";
    const said = where && { short: "faster", over: "slower", right: "right" }[where];
    if (said) this.screen.part("live-unit").textContent = `${this.screen.word("steps_a_minute")} · ${this.screen.word(said)}`;
  }

  private sourcesSaid(course: Course): string {
    const { numbers } = course.setup;
    const pair = this.listening.pair;
    if (pair && (course.feedback || !["run", "count"].includes(course.stage!.kind))) {
      const [one, other] = pair;
      const name = Math.abs(one.spm - other.spm) < numbers.disagree_spm ? "agree" : "disagree";
      return this.screen.word(name, {
        one: this.screen.word(one.name), first: this.screen.number(one.spm), other: this.screen.word(other.name), second: this.screen.number(other.spm),
      });
    }
    const [first] = this.listening.names;
    const silent = (first === "motion" || first === "microphone") && course.runs && !this.listening.shown;
    if (silent && course.state.steadyS > numbers.window_s + SILENT_AFTER_S) return this.screen.word(`silent_${first}`);
    // Tapping stands by; it is named where nothing else counts.
    return this.listening.names
      .filter((one) => one !== "tap" || first === "tap" || this.listening.shown?.name === "tap")
      .map((one) => this.screen.word("source", { name: this.screen.word(one), accuracy: this.screen.number(numbers.accuracy_spm[one], 1) }))
      .join(" · ");
  }
}

function whereIs(spm: number, near: number, low?: number, high?: number): "short" | "over" | "right" | undefined {
  if (low === undefined || high === undefined) return undefined;
  return spm < low - near ? "short" : spm > high + near ? "over" : "right";
}
