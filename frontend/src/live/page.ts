/** The page of a live session: one screen at a time, one tap each; what it does is decided in course.ts. */

import { ours } from "../outbox";
import { Sentence, afterTold, hurtsTold, startTold, stepTold, usualTold } from "./answers";
import { Awake } from "./awake";
import type { SourceName } from "./cadence_source";
import { Course, type State } from "./course";
import { type Kept, forgetState, goesOn, keepState, keptSession, tells } from "./kept";
import { Listening, type Refused } from "./listening";
import { Metronome, sounding } from "./metronome";
import { showSession, showTrial } from "./outcome";
import { type Hurts, painStops, stepStops, tooMuch } from "./responder";
import { offer } from "./offer";
import { RunningView } from "./running_view";
import { Screen, minutes } from "./screen";
import type { Setup } from "./setup";
import { type TapSource, makers } from "./sources";
import { stillOffered } from "./still";
import { Voice } from "./voice";
import { forbids, isTold } from "./waits";

const TICK_MS = 200;
const MS_PER_S = 1_000;
/** What is lost at most where a browser dies. */
const KEEP_EVERY_MS = 5_000;
/** A sentence that asks for nothing leaves the screen to the number. */
const PASSES_MS = 20_000;

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
  private keptMs = 0;
  private feedback = false;
  /** What is not measured may be too slow. */
  private short = true;
  /** Why what waits in the outbox forbids to begin. */
  private waits: "told_stop" | "told_done" | undefined;
  private looked: Promise<void>;

  constructor(
    private readonly place: HTMLElement,
    private setup: Setup,
  ) {
    this.screen = new Screen(place, setup);
    this.voice = new Voice(setup.language);
    this.listening = new Listening(setup.numbers.rhythm, (heard) => this.hear(heard?.spm));
    this.view = new RunningView(this.screen, this.listening);
    this.wire();
    offer(place, this.voice);
    this.open(keptSession());
    this.looked = this.lookBack();
    void this.looked.then(() => this.waits && !this.ticking && this.screen.say(this.screen.word(this.waits)));
    document.addEventListener("outbox:stored", () => void this.stored());
  }

  /** A page that was kept before an answer does not know it: the outbox does, until the server has it. */
  private async lookBack(): Promise<void> {
    const entries = (await ours().catch(() => [])).filter(({ refused }) => !refused);
    if (forbids(entries, this.setup.numbers)) this.waits = "told_stop";
    else this.waits = isTold(entries, this.setup) ? "told_done" : undefined;
  }

  /** What waited is with the server: what it offers now stands on the page once it is loaded again. */
  private async stored(): Promise<void> {
    await this.looked;
    const waited = this.waits;
    await this.lookBack();
    if (!waited || this.waits || this.ticking) return;
    if (this.course) this.screen.say("");
    else location.reload();
  }

  /** What stopped in the middle goes on where the page still offers it; of another day it can only be saved. */
  private open(kept: Kept | undefined): void {
    const further = kept && goesOn(kept, this.setup);
    if (!kept || (!further && !tells(kept.state))) return this.screen.show("start");
    const { state, made, at } = kept;
    this.setup = { ...this.setup, ...made };
    this.course = new Course(this.setup, state);
    if (!further) this.screen.part("live-send").dataset["toldAt"] = at;
    if (this.course.over) return this.finish();
    const time = minutes(state.runS);
    const day = new Date(at).toLocaleDateString(this.setup.language, { dateStyle: "medium" });
    this.screen.part("live-resume-text").textContent = further
      ? this.screen.word("resume_at", { time })
      : this.screen.word(`resume_${state.kind}`, { time, day });
    for (const [act, there] of [["resume", further], ["save", tells(state)]] as const) {
      this.place.querySelector<HTMLElement>(`[data-screen="resume"] [data-act="${act}"]`)!.hidden = !there;
    }
    this.screen.show("resume");
  }

  private wire(): void {
    this.place.addEventListener("click", (event) => {
      const act = (event.target as HTMLElement).closest<HTMLElement>("[data-act]")?.dataset["act"];
      if (act) this.act(act, event.timeStamp);
    });
    const forms: Record<string, (fields: FormData) => Sentence | void> = {
      "live-start": (fields) => this.begin(startTold(fields, this.setup)),
      "live-hurts": (fields) => this.tellPain(hurtsTold(fields)),
      "live-ask-usual": (fields) => this.tellUsual(usualTold(fields, this.setup.numbers.baseline)),
      "live-ask-step": (fields) => this.tellStep(stepTold(fields, this.course?.stepPct ?? 0)),
      "live-ask-after": (fields) => this.tellAfter(afterTold(fields)),
    };
    for (const [id, told] of Object.entries(forms)) {
      this.place.querySelector(`#${id}`)?.addEventListener("submit", (event) => {
        event.preventDefault();
        this.screen.say("");
        const said = told(new FormData(event.target as HTMLFormElement));
        if (said) this.screen.say(this.screen.word(said.word, said.values), said.word === "pain_goes_on" ? PASSES_MS : undefined);
      });
    }
    this.wireSending();
    document.addEventListener("visibilitychange", () => this.seen());
    addEventListener("pagehide", () => this.ticking && this.keep());
  }

  private wireSending(): void {
    const sending = this.screen.part<HTMLFormElement>("live-send");
    sending.addEventListener("outbox:answer", (event) => {
      event.preventDefault();
      const answer = (event as CustomEvent<{ answer: { text?: string } | null }>).detail.answer;
      this.sent([this.screen.word("stored"), answer?.text].filter(Boolean).join(" "));
    });
    sending.addEventListener("outbox:waits", () => this.sent(sending.querySelector("[data-answer]")?.textContent ?? ""));
    sending.addEventListener("outbox:refused", () => {
      this.screen.say(sending.querySelector("[data-answer]")?.textContent ?? "");
      this.screen.part("live-refused").hidden = false;
    });
  }

  // ---------------------------------------------------------------------------------------------------- begin

  private begin(state: State | Sentence): Sentence | void {
    if (state instanceof Sentence) return state;
    if (this.waits) return new Sentence(this.waits);
    this.course = new Course(this.setup, state);
    this.resume();
    void this.askAgain();
  }

  /** While the runner warms up: what is not offered any more ends, and the page says why. */
  private async askAgain(): Promise<void> {
    await this.lookBack();
    if (!this.waits && (await stillOffered(this.setup))) return;
    if (this.ticking) this.pause();
    forgetState();
    location.reload();
  }

  /** Sound, sensors and the screen are asked for in the tap itself: browsers allow it only then. */
  private resume(): void {
    const { course } = this;
    if (!course) return;
    this.audio ??= new AudioContext();
    this.metronome ??= new Metronome(this.audio, () => this.sounds());
    const [loud, awake] = [sounding(this.audio), this.awake.hold()];
    const refused = this.listening.begun ? Promise.resolve([]) : this.listen(course.state);
    void Promise.all([refused, loud, awake]).then((known) => this.tellLack(...known));
    course.resumed();
    this.lastMs = Date.now();
    clearInterval(this.ticking);
    this.ticking = setInterval(() => this.tick(), TICK_MS);
    this.enter();
  }

  /** Start what was chosen; a finger that taps is always there for what cannot be measured. */
  private listen({ sources }: State): Promise<Refused[]> {
    const names: SourceName[] = [...sources, "tap"];
    return this.listening.start(names.flatMap((name) => makers[name]?.(this.setup.numbers) ?? []));
  }

  /** One sentence for each thing that this device does not give. */
  private tellLack(refused: Refused[], loud: boolean, awake: boolean): void {
    // Its place would push what stands for it, a finger that taps, below the edge.
    if (refused.some(({ name }) => name === "camera")) this.screen.part("live-camera").hidden = true;
    const said = refused.map(({ name, reason }) => this.screen.word(`${reason}_${name}`));
    if (!loud) said.push(this.screen.word("no_sound"));
    if (!awake) said.push(this.screen.word("no_wake"));
    if (said.length) this.screen.say(said.join(" "));
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
    const passedS = Math.max(nowMs - this.lastMs, 0) / MS_PER_S;
    this.lastMs = nowMs;
    if (passedS > course.setup.numbers.longest_gap_s) return this.slept(passedS);
    const changed = course.pass(passedS);
    if (changed) return this.enter();
    if (nowMs - this.keptMs >= KEEP_EVERY_MS) this.keep();
    if (course.feedback !== this.feedback) this.turn();
    this.draw();
  }

  /** A closed lid, a locked phone: nobody knows what happened meanwhile, so it does not count. */
  private slept(seconds: number): void {
    this.pause();
    this.screen.say(this.screen.word("slept", { time: minutes(seconds) }));
  }

  /** The page is looked at again: a phone may have silenced it meanwhile. */
  private seen(): void {
    if (this.ticking && document.visibilityState === "visible") void this.audio?.resume();
    this.tick();
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
    const short = spm === undefined || (low !== undefined && spm < low - course.setup.numbers.short_by_spm);
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
    this.draw();
  }

  private draw(): void {
    if (this.course) this.view.draw(this.course, !this.ticking);
  }

  private keep(): void {
    this.keptMs = Date.now();
    if (this.course) keepState(this.setup, this.course.state);
  }

  // -------------------------------------------------------------------------------------------------- answers

  private act(act: string, stampMs: number): void {
    const { course } = this;
    if (act === "resume" || (act === "pause" && !this.ticking)) {
      this.screen.say(this.waits ? this.screen.word(this.waits) : "");
      return this.waits ? undefined : this.resume();
    }
    if (act === "pause") return this.pause();
    if (act === "discard") {
      forgetState();
      return location.reload();
    }
    if (!course) return;
    if (act === "tap") (this.listening.source("tap") as TapSource | undefined)?.tap(stampMs / MS_PER_S);
    if (act === "back") this.resume();
    if (act === "hurts") {
      this.pause();
      this.screen.part<HTMLFormElement>("live-hurts").reset();
      this.screen.show("hurts");
    }
    if (act === "skip") {
      course.next();
      this.enter();
    }
    if (act === "end" || act === "save") this.end("stopped");
  }

  private end(how: State["ended"]): void {
    if (this.ticking) this.pause();
    this.course?.end(how);
    this.enter();
  }

  private tellPain(hurts: Hurts | Sentence): Sentence | void {
    const { course } = this;
    if (!course || hurts instanceof Sentence) return hurts as Sentence;
    course.state.hurts.push(hurts);
    if (painStops(hurts, course.state.usualPain, course.setup.numbers)) {
      if (this.setup.kind === "trial") this.painInTrial(hurts);
      this.end("pain");
      return new Sentence("pain_stops");
    }
    this.resume();
    return new Sentence("pain_goes_on");
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

  private tellUsual(told: ReturnType<typeof usualTold>): Sentence | void {
    const { course } = this;
    if (!course || told instanceof Sentence) return told as Sentence;
    course.state.counts = told.counts;
    course.state.usualPain = told.pain;
    if (tooMuch(told.pain, course.setup.numbers)) {
      this.end("pain");
      return new Sentence("pain_stops");
    }
    course.next();
    this.resume();
  }

  private tellStep(step: ReturnType<typeof stepTold>): Sentence | void {
    const { course } = this;
    if (!course || step instanceof Sentence) return step as Sentence;
    course.state.steps.push(step);
    course.next();
    if (stepStops(course.state.usualPain, step, this.setup.numbers) || course.over) {
      course.end("done");
      this.enter();
    } else this.resume();
  }

  private tellAfter(hurts: ReturnType<typeof afterTold>): Sentence | void {
    const { course } = this;
    if (!course || hurts instanceof Sentence) return hurts as Sentence;
    course.state.hurts = hurts;
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

  private send({ key, kind }: State, told: object): void {
    const form = this.screen.part<HTMLFormElement>("live-send");
    form.action = kind === "session" ? "/live" : "/live/trial";
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
