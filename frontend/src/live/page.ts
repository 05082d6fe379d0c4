/** The page of a live session: one screen at a time, one tap each; what it does is decided in course.ts. */

import { newKey } from "../outbox_store";
import { Awake } from "./awake";
import type { SourceName } from "./cadence_source";
import { Course, type State } from "./course";
import { forgetState, keepState, keptState } from "./kept";
import { Listening } from "./listening";
import { Metronome } from "./metronome";
import { showSession, showTrial } from "./outcome";
import { painStops, stepStops } from "./responder";
import { RunningView } from "./running_view";
import { Screen, minutes } from "./screen";
import type { Setup } from "./setup";
import { type TapSource, makers } from "./sources";
import { Voice } from "./voice";

const TICK_MS = 200;
const MS_PER_S = 1_000;

export class LivePage {
  private readonly screen: Screen;
  private readonly view: RunningView;
  private readonly voice: Voice;
  private readonly awake = new Awake();
  private readonly listening: Listening;
  private course: Course | undefined;
  private audio: AudioContext | undefined;
  private metronome: Metronome | undefined;
  private ticking: ReturnType<typeof setInterval> | undefined;
  private lastMs = 0;
  private feedback = false;
  private short = false;

  constructor(
    private readonly place: HTMLElement,
    private readonly setup: Setup,
  ) {
    this.screen = new Screen(place, setup);
    this.voice = new Voice(setup.language);
    this.listening = new Listening((heard) => this.hear(heard?.spm));
    this.view = new RunningView(this.screen, this.listening);
    this.wire();
    this.offerSources();
    this.open(keptState(setup.kind, setup.day, setup.practice?.id ?? ""));
  }

  private open(kept: State | undefined): void {
    if (!kept) return this.screen.show("start");
    this.course = new Course(this.setup, kept);
    if (this.course.over) return this.finish();
    this.screen.part("live-resume-text").textContent = this.screen.word("resume_at", { time: minutes(kept.runS) });
    this.screen.show("resume");
  }

  private wire(): void {
    this.place.addEventListener("click", (event) => {
      const act = (event.target as HTMLElement).closest<HTMLElement>("[data-act]")?.dataset["act"];
      if (act) this.act(act, event.timeStamp);
    });
    const forms: Record<string, (fields: FormData) => void> = {
      "live-start": (fields) => void this.begin(fields),
      "live-hurts": (fields) => this.tellPain(fields),
      "live-ask-usual": (fields) => this.tellUsual(fields),
      "live-ask-step": (fields) => this.tellStep(fields),
      "live-ask-after": (fields) => this.tellAfter(fields),
    };
    for (const [id, told] of Object.entries(forms)) {
      this.place.querySelector(`#${id}`)?.addEventListener("submit", (event) => {
        event.preventDefault();
        this.screen.say("");
        told(new FormData(event.target as HTMLFormElement));
      });
    }
    const sending = this.screen.part<HTMLFormElement>("live-send");
    sending.addEventListener("outbox:answer", (event) => {
      event.preventDefault();
      const answer = (event as CustomEvent<{ answer: { text?: string } | null }>).detail.answer;
      // What a trial means stands above already.
      this.sent([this.screen.word("stored"), this.setup.kind === "session" ? answer?.text : ""].filter(Boolean).join(" "));
    });
    sending.addEventListener("outbox:waits", () => this.sent(sending.querySelector("[data-answer]")?.textContent ?? ""));
    sending.addEventListener("outbox:refused", () => this.screen.say(sending.querySelector("[data-answer]")?.textContent ?? ""));
    document.addEventListener("visibilitychange", () => this.tick());
  }

  private offerSources(): void {
    const touched = navigator.maxTouchPoints > 0 && "DeviceMotionEvent" in globalThis;
    for (const one of this.place.querySelectorAll<HTMLElement>("[data-source]")) {
      const name = one.dataset["source"] as SourceName;
      one.hidden = !makers[name];
      if (name === "motion") one.querySelector("input")!.checked = touched;
    }
    const voices = (): void => {
      const place = this.place.querySelector<HTMLElement>("[data-voice]");
      if (place) place.hidden = !this.voice.there;
    };
    voices();
    if ("speechSynthesis" in globalThis) speechSynthesis.addEventListener("voiceschanged", voices);
  }

  // ---------------------------------------------------------------------------------------------------- begin

  private async begin(fields: FormData): Promise<void> {
    const acute = fields.get("acute_calf");
    if (this.setup.kind === "trial") {
      if (acute === null) return this.screen.say(this.screen.word("answer_missing"));
      if (acute === "yes") return this.screen.say(this.screen.word("blocked"));
    }
    if (this.setup.day !== today()) return this.screen.say(this.screen.word("stale"));
    const state: State = {
      key: newKey(),
      kind: this.setup.kind === "trial" ? "trial" : "session",
      day: this.setup.day,
      id: this.setup.practice?.id ?? "",
      seed: crypto.getRandomValues(new Uint32Array(1))[0]!,
      startedAt: new Date().toISOString(),
      stage: 0,
      stageS: 0,
      runS: 0,
      steadyS: 0,
      cue: String(fields.get("cue") ?? ""),
      shortOnly: fields.has("short_only"),
      voice: fields.has("voice"),
      sources: Object.keys(makers).filter((name) => fields.has(name)),
      readings: [],
      counts: Array.from({ length: this.setup.numbers.baseline.repeats }, () => null),
      countReadings: [],
      usualPain: this.setup.usual_pain,
      acuteCalf: acute === null ? null : acute === "yes",
      steps: [],
      hurts: [],
      ended: "done",
      apart: { sum: 0, count: 0 },
      used: [],
    };
    this.course = new Course(this.setup, state);
    await this.resume();
  }

  /** Sound, sensors and the screen are asked for in the tap itself: browsers allow it only then. */
  private async resume(): Promise<void> {
    const { course } = this;
    if (!course) return;
    this.audio ??= new AudioContext();
    void this.audio.resume();
    void this.awake.hold();
    this.metronome ??= new Metronome(this.audio, () => this.sounds());
    course.resumed();
    if (!this.listening.names.length) {
      const chosen = course.state.sources.flatMap((name) => makers[name as SourceName]?.(this.setup.numbers) ?? []);
      const refused = await this.listening.start(chosen);
      this.screen.say(refused.map(({ name, reason }) => this.screen.word(`${reason}_${name}`)).join(" "));
    }
    this.lastMs = Date.now();
    clearInterval(this.ticking);
    this.ticking = setInterval(() => this.tick(), TICK_MS);
    this.enter();
  }

  private pause(): void {
    this.tick();
    clearInterval(this.ticking);
    this.ticking = undefined;
    this.metronome?.stop();
    this.voice.stop();
    this.keep();
    this.draw();
  }

  // -------------------------------------------------------------------------------------------------- running

  private sounds(): boolean {
    const { course } = this;
    if (!course?.feedback || !this.ticking) return false;
    return !course.state.shortOnly || this.short;
  }

  private tick(): void {
    const { course } = this;
    if (!course || !this.ticking) return;
    const nowMs = Date.now();
    const changed = course.pass(Math.max(nowMs - this.lastMs, 0) / MS_PER_S);
    this.lastMs = nowMs;
    if (changed) return this.enter();
    if (course.feedback !== this.feedback) this.turn();
    this.draw();
  }

  /** A stage begins: what it needs is started, what it does not is stopped. */
  private enter(): void {
    const { course } = this;
    if (!course) return;
    this.keep();
    if (course.over) return this.finish();
    const kind = course.stage!.kind;
    if (kind.startsWith("ask")) return this.ask(kind);
    const beat = course.beatSpm;
    if (beat === undefined) this.metronome?.stop();
    else this.metronome?.start(beat);
    this.screen.show("run");
    this.turn();
    this.draw();
  }

  /** Feedback begins or ends. */
  private turn(): void {
    const { course } = this;
    if (!course) return;
    this.feedback = course.feedback;
    this.metronome?.reconsider();
    if (this.feedback && course.state.voice) this.voice.say(course.state.cue);
  }

  private hear(spm: number | undefined): void {
    const { course } = this;
    if (!course || !this.ticking) return;
    const low = course.setup.practice?.low_spm ?? course.beatSpm;
    const short = spm !== undefined && low !== undefined && spm < low - course.setup.numbers.short_by_spm;
    if (spm !== undefined) course.read(spm, this.listening.shown?.name ?? "tap");
    const pair = course.runs ? this.listening.pair : undefined;
    if (pair) {
      course.state.apart.sum += Math.abs(pair[0].spm - pair[1].spm);
      course.state.apart.count += 1;
    }
    if (short !== this.short) {
      this.short = short;
      if (course.state.shortOnly) this.metronome?.reconsider();
    }
    this.keep();
    this.draw();
  }

  private draw(): void {
    if (this.course) this.view.draw(this.course, !this.ticking);
  }

  private keep(): void {
    if (this.course) keepState(this.course.state);
  }

  // -------------------------------------------------------------------------------------------------- answers

  private act(act: string, stampMs: number): void {
    const { course } = this;
    if (act === "resume" || (act === "pause" && !this.ticking)) return void this.resume();
    if (act === "pause") return this.pause();
    if (act === "discard") {
      forgetState();
      this.course = undefined;
      return this.screen.show("start");
    }
    if (!course) return;
    if (act === "tap") (this.listening.source("tap") as TapSource | undefined)?.tap(stampMs / MS_PER_S);
    if (act === "back") void this.resume();
    if (act === "hurts") {
      this.pause();
      this.screen.part<HTMLFormElement>("live-hurts").reset();
      this.screen.show("hurts");
    }
    if (act === "skip") {
      course.next();
      this.enter();
    }
    if (act === "end") this.end("stopped");
  }

  private end(how: State["ended"]): void {
    this.pause();
    this.course?.end(how);
    this.enter();
  }

  private tellPain(fields: FormData): void {
    const { course } = this;
    const pain = point(fields, "hurt");
    if (!course || pain === null) return this.screen.say(this.screen.word("answer_missing"));
    const hurts = { where: fields.get("where") === "calf" ? ("calf" as const) : ("knee" as const), pain };
    course.state.hurts.push(hurts);
    if (painStops(hurts, course.state.usualPain, course.setup.numbers)) {
      if (this.setup.kind === "trial") this.painInTrial(hurts);
      this.end("pain");
      this.screen.say(this.screen.word("pain_stops"));
    } else {
      void this.resume().then(() => this.screen.say(this.screen.word("pain_goes_on")));
    }
  }

  /** Pain that ends a trial belongs to its step; before the first step there is nothing to judge. */
  private painInTrial({ where, pain }: { where: "knee" | "calf"; pain: number }): void {
    const { course } = this;
    if (course?.stage?.kind !== "step") return;
    course.state.steps.push({
      above_pct: course.stepPct,
      pain: where === "knee" ? pain : null,
      comfortable: false,
      calf_or_achilles_pain: where === "calf" ? pain : null,
    });
  }

  /** A question: time, beat and sensors wait. */
  private ask(kind: string): void {
    clearInterval(this.ticking);
    this.ticking = undefined;
    this.metronome?.stop();
    const form = this.screen.part<HTMLFormElement>(`live-${kind.replace("_", "-")}`);
    form.reset();
    if (kind === "ask_usual") {
      const counts = this.course?.state.counts ?? [];
      form.querySelectorAll<HTMLInputElement>('[name="count"]').forEach((field, place) => {
        field.value = counts[place] == null ? "" : this.screen.number(counts[place], 1);
      });
    }
    if (kind === "ask_after") this.presetPain(form);
    this.screen.show(kind);
  }

  /** What was told in the middle stands there already. */
  private presetPain(form: HTMLFormElement): void {
    for (const [name, where] of [["pain", "knee"], ["calf", "calf"]] as const) {
      const told = this.course?.state.hurts.filter((one) => one.where === where).map(({ pain }) => pain) ?? [];
      const worst = form.querySelector<HTMLInputElement>(`[name="${name}"][value="${Math.max(...told)}"]`);
      if (worst) worst.checked = true;
    }
  }

  private tellUsual(fields: FormData): void {
    const { course } = this;
    const { low_spm, high_spm, spread } = this.setup.numbers.baseline;
    const counts = fields.getAll("count").map((text) => Number(String(text).replace(",", ".")));
    const pain = point(fields, "pain");
    if (!course || pain === null) return this.screen.say(this.screen.word("answer_missing"));
    if (counts.some((one) => !(one >= low_spm && one <= high_spm))) {
      return this.screen.say(this.screen.word("count_missing", { low: String(low_spm), high: String(high_spm) }));
    }
    const mean = counts.reduce((sum, one) => sum + one, 0) / counts.length;
    if (Math.max(...counts) - Math.min(...counts) > mean * spread) return this.screen.say(this.screen.word("counts_apart"));
    course.state.counts = counts;
    course.state.usualPain = pain;
    course.next();
    void this.resume();
  }

  private tellStep(fields: FormData): void {
    const { course } = this;
    const [pain, calf] = [point(fields, "pain"), point(fields, "calf")];
    const comfortable = fields.get("comfortable");
    if (!course || pain === null || calf === null || comfortable === null) return this.screen.say(this.screen.word("answer_missing"));
    const step = {
      above_pct: course.stepPct, pain, comfortable: comfortable === "yes", calf_or_achilles_pain: calf,
    };
    course.state.steps.push(step);
    course.next();
    if (stepStops(course.state.usualPain, step, this.setup.numbers) || course.over) {
      course.end("done");
      this.enter();
    } else void this.resume();
  }

  private tellAfter(fields: FormData): void {
    const [pain, calf] = [point(fields, "pain"), point(fields, "calf")];
    const { course } = this;
    if (!course || pain === null || calf === null) return this.screen.say(this.screen.word("answer_missing"));
    course.state.hurts = [{ where: "knee", pain }, { where: "calf", pain: calf }];
    course.next();
    this.enter();
  }

  // --------------------------------------------------------------------------------------------------- result

  private finish(): void {
    const { course } = this;
    if (!course) return;
    clearInterval(this.ticking);
    this.ticking = undefined;
    this.metronome?.stop();
    this.awake.release();
    this.voice.stop();
    this.listening.stop();
    const session = course.state.kind === "session";
    const told = session ? showSession(this.screen, course) : showTrial(this.screen, course);
    if (told) this.send(course.state, told);
    else forgetState();
    this.screen.show("result");
  }

  private send({ key }: State, told: object): void {
    const form = this.screen.part<HTMLFormElement>("live-send");
    form.dataset["key"] = key;
    form.querySelector<HTMLInputElement>('[name="told"]')!.value = JSON.stringify(told);
    form.requestSubmit();
  }

  /** It is stored, or kept by the outbox: either way it is not ours any more. */
  private sent(text: string): void {
    forgetState();
    this.screen.part("live-after").textContent = text;
  }
}

function point(fields: FormData, name: string): number | null {
  const told = fields.get(name);
  return told === null ? null : Number(told);
}

/** The day by this device, as the server names days. */
function today(): string {
  const now = new Date();
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
