/** The page of a live session: one screen at a time, one tap each; what it does is decided in course.ts. */

import { newKey } from "../outbox_store";
import { fill } from "../page";
import { Awake } from "./awake";
import type { SourceName } from "./cadence_source";
import { Course, type State, baseline } from "./course";
import { forgetState, keepState, keptState } from "./kept";
import { Listening } from "./listening";
import { Metronome } from "./metronome";
import { judge, painStops, stepStops } from "./responder";
import { blockCadence, measure } from "./result";
import type { Setup } from "./setup";
import { type TapSource, makers } from "./sources";
import { Voice } from "./voice";

const TICK_MS = 200;
const MS_PER_S = 1_000;
const SECONDS_PER_MINUTE = 60;
/** A source that is silent for so long after its first window is told of. */
const SILENT_AFTER_S = 5;

export class LivePage {
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
    this.voice = new Voice(setup.language);
    this.listening = new Listening((heard) => this.hear(heard?.spm));
    this.wire();
    this.offerSources();
    this.open(keptState(setup.kind, setup.day, setup.practice?.id ?? ""));
  }

  private open(kept: State | undefined): void {
    if (!kept) return this.show("start");
    this.course = new Course(this.setup, kept);
    if (this.course.over) return this.finish();
    this.part("live-resume-text").textContent = this.word("resume_at", { time: minutes(kept.runS) });
    this.show("resume");
  }

  // ------------------------------------------------------------------------------------------------------ page

  private part<T extends HTMLElement = HTMLElement>(id: string): T {
    return this.place.querySelector<T>(`#${id}`)!;
  }

  private word(name: string, values: Record<string, string> = {}): string {
    return fill(this.setup.words[name] ?? name, values).replaceAll(" %", "\u00a0%");
  }

  private number(value: number, digits = 0): string {
    return value.toLocaleString(this.setup.language, { maximumFractionDigits: digits });
  }

  private show(screen: string): void {
    for (const one of this.place.querySelectorAll<HTMLElement>("[data-screen]")) one.hidden = one.dataset["screen"] !== screen;
    const headed = ["start", "resume", "result"].includes(screen);
    this.part("live-head").hidden = !headed;
    this.part("live-title").hidden = headed;
    document.documentElement.toggleAttribute("data-live", screen === "run");
    if (screen === "start") return;
    this.place.scrollIntoView({ block: "start" });
    const first = this.place.querySelector<HTMLElement>(`[data-screen="${screen}"] h2`);
    first?.setAttribute("tabindex", "-1");
    first?.focus({ preventScroll: true });
  }

  private say(text: string): void {
    const place = this.part("live-said");
    place.textContent = text;
    place.hidden = !text;
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
        this.say("");
        told(new FormData(event.target as HTMLFormElement));
      });
    }
    const sending = this.part<HTMLFormElement>("live-send");
    sending.addEventListener("outbox:answer", (event) => {
      event.preventDefault();
      const answer = (event as CustomEvent<{ answer: { text?: string } | null }>).detail.answer;
      // What a trial means stands above already.
      this.sent([this.word("stored"), this.setup.kind === "session" ? answer?.text : ""].filter(Boolean).join(" "));
    });
    sending.addEventListener("outbox:waits", () => this.sent(sending.querySelector("[data-answer]")?.textContent ?? ""));
    sending.addEventListener("outbox:refused", () => this.say(sending.querySelector("[data-answer]")?.textContent ?? ""));
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
      if (acute === null) return this.say(this.word("answer_missing"));
      if (acute === "yes") return this.say(this.word("blocked"));
    }
    if (this.setup.day !== today()) return this.say(this.word("stale"));
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
      this.say(refused.map(({ name, reason }) => this.word(`${reason}_${name}`)).join(" "));
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
    this.show("run");
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

  private keep(): void {
    if (this.course) keepState(this.course.state);
  }

  // -------------------------------------------------------------------------------------------------- drawing

  private draw(): void {
    const { course } = this;
    const stage = course?.stage;
    if (!course || !stage) return;
    const paused = !this.ticking;
    this.part("live-phase").textContent = paused ? this.word("paused") : this.phase(course);
    this.part("live-pause").textContent = this.word(paused ? "resume" : "pause");
    this.part("live-skip").hidden = stage.kind !== "warm_up";
    // Who is measured otherwise need not tap.
    const tapped = this.listening.source("tap") && course.runs && (this.listening.shown?.name ?? "tap") === "tap";
    this.place.querySelector<HTMLElement>('[data-act="tap"]')!.hidden = !tapped;
    this.place.dataset["feedback"] = course.feedback ? "on" : "off";
    this.place.dataset["stage"] = stage.kind;
    this.part("live-cue").textContent = stage.kind === "run" && course.feedback ? course.state.cue : "";
    this.drawTime(course);
    this.drawNumber(course);
    this.part("live-sources-said").textContent = this.sourcesSaid(course);
  }

  private phase(course: Course): string {
    const { kind, number } = course.stage!;
    if (kind === "run") return this.word(course.feedback ? "run_on" : "run_off");
    const count = String(course.setup.numbers.baseline.repeats);
    return this.word(kind, { number: String(number + 1), count, percent: this.number(course.stepPct, 1) });
  }

  private drawTime(course: Course): void {
    const running = course.stage!.kind === "run";
    const all = running ? (course.setup.practice?.run_s ?? 0) : (course.stage!.seconds ?? 0);
    const done = running ? course.state.runS : course.state.stageS;
    this.part("live-time").textContent = this.word("left", { time: minutes(Math.ceil(all - done)) });
    const bar = this.part<HTMLProgressElement>("live-progress");
    bar.max = all || 1;
    bar.value = done;
  }

  /** One number, where the runner is to see one. */
  private drawNumber(course: Course): void {
    const box = this.part("live-box");
    const seen = course.feedback || course.stage!.kind === "settle";
    const spm = this.listening.shown?.spm;
    box.hidden = course.stage!.kind === "warm_up" || course.stage!.kind === "walk";
    const beat = course.beatSpm;
    const low = course.setup.practice?.low_spm ?? beat;
    const high = course.setup.practice?.high_spm ?? beat;
    this.part("live-number").textContent = !seen ? "•" : spm === undefined ? "–" : this.number(Math.round(spm));
    const aim = low === undefined || high === undefined ? "" : low === high ? "aim_one" : "aim";
    this.part("live-aim").textContent =
      seen && aim ? this.word(aim, { low: this.number(low!), high: this.number(high!) }) : "";
    const wait = this.word("listening", { seconds: this.number(course.setup.numbers.window_s) });
    this.part("live-unit").textContent = !seen
      ? this.word("hidden")
      : spm === undefined
        ? wait
        : this.word("steps_a_minute");
    const where = seen && spm !== undefined ? this.where(spm, low, high) : undefined;
    box.dataset["where"] = where ?? "";
    const said = where && { short: "faster", over: "slower", right: "right" }[where];
    if (said) this.part("live-unit").textContent = `${this.word("steps_a_minute")} · ${this.word(said)}`;
  }

  private where(spm: number, low?: number, high?: number): "short" | "over" | "right" | undefined {
    if (low === undefined || high === undefined) return undefined;
    const near = this.setup.numbers.short_by_spm;
    return spm < low - near ? "short" : spm > high + near ? "over" : "right";
  }

  private sourcesSaid(course: Course): string {
    const { numbers } = course.setup;
    const pair = this.listening.pair;
    if (pair && (course.feedback || !["run", "count"].includes(course.stage!.kind))) {
      const [one, other] = pair;
      const name = Math.abs(one.spm - other.spm) < numbers.disagree_spm ? "agree" : "disagree";
      return this.word(name, {
        one: this.word(one.name), first: this.number(one.spm), other: this.word(other.name), second: this.number(other.spm),
      });
    }
    const silent = this.listening.names[0] === "motion" && !this.listening.shown;
    if (silent && course.state.stageS > numbers.window_s + SILENT_AFTER_S) return this.word("silent_motion");
    return this.listening.names
      .map((one) => this.word("source", { name: this.word(one), accuracy: this.number(numbers.accuracy_spm[one], 1) }))
      .join(" · ");
  }

  // -------------------------------------------------------------------------------------------------- answers

  private act(act: string, stampMs: number): void {
    const { course } = this;
    if (act === "resume" || (act === "pause" && !this.ticking)) return void this.resume();
    if (act === "pause") return this.pause();
    if (act === "discard") {
      forgetState();
      this.course = undefined;
      return this.show("start");
    }
    if (!course) return;
    if (act === "tap") (this.listening.source("tap") as TapSource | undefined)?.tap(stampMs / MS_PER_S);
    if (act === "back") void this.resume();
    if (act === "hurts") {
      this.pause();
      this.part<HTMLFormElement>("live-hurts").reset();
      this.show("hurts");
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
    if (!course || pain === null) return this.say(this.word("answer_missing"));
    const hurts = { where: fields.get("where") === "calf" ? ("calf" as const) : ("knee" as const), pain };
    course.state.hurts.push(hurts);
    if (painStops(hurts, course.state.usualPain, course.setup.numbers)) {
      if (this.setup.kind === "trial") this.painInTrial(hurts);
      this.end("pain");
      this.say(this.word("pain_stops"));
    } else {
      void this.resume().then(() => this.say(this.word("pain_goes_on")));
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
    const form = this.part<HTMLFormElement>(`live-${kind.replace("_", "-")}`);
    form.reset();
    if (kind === "ask_usual") {
      const counts = this.course?.state.counts ?? [];
      form.querySelectorAll<HTMLInputElement>('[name="count"]').forEach((field, place) => {
        field.value = counts[place] == null ? "" : this.number(counts[place], 1);
      });
    }
    if (kind === "ask_after") this.presetPain(form);
    this.show(kind);
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
    if (!course || pain === null) return this.say(this.word("answer_missing"));
    if (counts.some((one) => !(one >= low_spm && one <= high_spm))) {
      return this.say(this.word("count_missing", { low: String(low_spm), high: String(high_spm) }));
    }
    const mean = counts.reduce((sum, one) => sum + one, 0) / counts.length;
    if (Math.max(...counts) - Math.min(...counts) > mean * spread) return this.say(this.word("counts_apart"));
    course.state.counts = counts;
    course.state.usualPain = pain;
    course.next();
    void this.resume();
  }

  private tellStep(fields: FormData): void {
    const { course } = this;
    const [pain, calf] = [point(fields, "pain"), point(fields, "calf")];
    const comfortable = fields.get("comfortable");
    if (!course || pain === null || calf === null || comfortable === null) return this.say(this.word("answer_missing"));
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
    if (!course || pain === null || calf === null) return this.say(this.word("answer_missing"));
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
    if (course.state.kind === "session") this.resultOfSession(course);
    else this.resultOfTrial(course);
    this.show("result");
  }

  private resultOfSession(course: Course): void {
    const { state, setup } = course;
    const blocks = measure(course.blocks, state.readings, setup.numbers.window_s, state.runS);
    const sources = blocks.some(({ spm }) => spm !== null) ? state.used : [];
    const error = Math.max(0, ...sources.map((name) => setup.numbers.accuracy_spm[name]));
    const told = (on: boolean): string => {
      const found = blockCadence(blocks, on, error);
      return found ? `${this.number(found.spm)} ± ${this.number(found.half, 1)}` : "–";
    };
    const [knee, calf] = state.hurts;
    const both = [["with_feedback", true], ["without_feedback", false]] as const;
    const ran = both.filter(([, on]) => blocks.some((block) => block.on === on));
    this.facts([
      ...ran.map(([name, on]): [string, string] => [this.word(name), told(on)]),
      [this.word("pain"), knee ? `${knee.pain}` : "–"],
      [this.word("calf"), calf ? `${calf.pain}` : "–"],
      [this.word("ran"), minutes(state.runS)],
    ]);
    this.part("live-result-text").textContent = setup.numbers.texts.load_shift;
    this.send(state, {
      session_id: state.id,
      run_s: state.runS,
      planned_s: setup.practice?.run_s,
      ended: state.ended,
      started_at: state.startedAt,
      beat_spm: setup.practice?.beat_spm,
      cue: state.cue,
      sources,
      apart_spm: state.apart.count ? state.apart.sum / state.apart.count : null,
      blocks: blocks.map(({ fromS, toS, on, spm }) => ({ from_s: fromS, to_s: toS, on, cadence_spm: spm })),
      pain_during: knee?.pain ?? null,
      calf_or_achilles_pain: calf?.pain ?? null,
    });
  }

  private resultOfTrial(course: Course): void {
    const { state, setup } = course;
    const found = judge(state.usualPain, state.steps, setup.numbers);
    const percent = this.number(found.mostPct ?? 0, 1);
    this.part("live-verdict").textContent = this.word(`verdict_${found.verdict}`, { percent });
    const change = found.painChange ?? 0;
    const less = change < 0 ? this.word("less_pain", { points: this.number(-change) }) : this.word("comfortable");
    this.part("live-result-text").textContent = found.verdict === "train" ? less : "";
    const usual = baseline(state.counts);
    this.facts(usual === undefined ? [] : [[this.word("usual"), this.number(usual, 1)]]);
    if (usual === undefined) return forgetState();
    this.send(state, {
      counts_spm: state.counts, pain_usual: state.usualPain, acute_calf: state.acuteCalf, steps: state.steps,
    });
  }

  private facts(lines: [string, string][]): void {
    const rows = lines.map(([words, amount]) => {
      const row = document.createElement("div");
      const [term, told] = [document.createElement("dt"), document.createElement("dd")];
      term.textContent = words;
      told.textContent = amount;
      told.className = "figures";
      row.append(term, told);
      return row;
    });
    this.part("live-result").replaceChildren(...rows);
  }

  private send({ key }: State, told: unknown): void {
    const form = this.part<HTMLFormElement>("live-send");
    form.dataset["key"] = key;
    form.querySelector<HTMLInputElement>('[name="told"]')!.value = JSON.stringify(told);
    form.requestSubmit();
  }

  /** It is stored, or kept by the outbox: either way it is not ours any more. */
  private sent(text: string): void {
    forgetState();
    this.part("live-after").textContent = text;
  }
}

function minutes(seconds: number): string {
  const whole = Math.max(Math.floor(seconds), 0);
  return `${Math.floor(whole / SECONDS_PER_MINUTE)}:${String(whole % SECONDS_PER_MINUTE).padStart(2, "0")}`;
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
