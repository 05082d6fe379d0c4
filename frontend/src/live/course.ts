/** The stages of a live session in their order, and where a runner is in them: no page, no clock, no sound. */

import type { SourceName } from "./cadence_source";
import { type Block, blocks, isOn, random } from "./fading";
import type { Hurts, TrialStep } from "./responder";
import type { Reading } from "./result";
import type { Setup } from "./setup";

const SECONDS_PER_MINUTE = 60;

export interface Stage {
  kind: "warm_up" | "settle" | "count" | "ask_usual" | "step" | "ask_step" | "run" | "walk" | "ask_after";
  /** How long it is; what waits for an answer has no length. */
  seconds: number | null;
  /** Which count, which step of the trial, which bout, from 0. */
  number: number;
}

/** All that has to outlive a reload. */
export interface State {
  /** Our name of this session; the server stores it once. */
  key: string;
  kind: "session" | "trial";
  day: string;
  id: string;
  seed: number;
  startedAt: string;
  stage: number;
  stageS: number;
  runS: number;
  /** Since when it runs without a pause, in seconds. */
  steadyS: number;
  cue: string;
  shortOnly: boolean;
  voice: boolean;
  /** What was chosen beside tapping. */
  sources: SourceName[];
  readings: Reading[];
  counts: (number | null)[];
  countReadings: number[];
  usualPain: number | null;
  acuteCalf: boolean | null;
  steps: TrialStep[];
  hurts: Hurts[];
  ended: "done" | "stopped" | "pain";
  apart: { sum: number; count: number };
  /** What gave the readings that count. */
  used: SourceName[];
}

export function stagesOf({ kind, practice, numbers }: Setup): Stage[] {
  const warm: Stage = { kind: "warm_up", seconds: numbers.warm_up_min * SECONDS_PER_MINUTE, number: 0 };
  if (kind === "session" && practice) {
    // The parts of a plan without walks between are for watches; here chance divides the run.
    const times = practice.walk_s ? practice.times : 1;
    const bouts = Array.from({ length: times }, (_, number): Stage[] => [
      { kind: "run", seconds: practice.run_s / times, number },
      ...(number < times - 1 ? [{ kind: "walk", seconds: practice.walk_s, number } as Stage] : []),
    ]);
    return [warm, ...bouts.flat(), { kind: "ask_after", seconds: null, number: 0 }];
  }
  const { count_s, repeats, run_min } = numbers.baseline;
  const settle = Math.max(run_min * SECONDS_PER_MINUTE - repeats * count_s, 0);
  return [
    warm,
    { kind: "settle", seconds: settle, number: 0 },
    ...Array.from({ length: repeats }, (_, number): Stage => ({ kind: "count", seconds: count_s, number })),
    { kind: "ask_usual", seconds: null, number: 0 },
    ...numbers.trial.steps_pct.flatMap((_, number): Stage[] => [
      { kind: "step", seconds: numbers.trial.step_min * SECONDS_PER_MINUTE, number },
      { kind: "ask_step", seconds: null, number },
    ]),
  ];
}

export function blocksOf({ practice, numbers }: Setup, seed: number): Block[] {
  return practice ? blocks(practice.run_s, practice.feedback_share, numbers.fading, random(seed)) : [];
}

/** Mean of the counts; undefined until each is there. */
export function baseline(counts: (number | null)[]): number | undefined {
  const known = counts.filter((one): one is number => one !== null);
  return known.length && known.length === counts.length
    ? known.reduce((sum, one) => sum + one, 0) / known.length
    : undefined;
}

export class Course {
  readonly stages: Stage[];
  readonly blocks: Block[];

  constructor(
    readonly setup: Setup,
    readonly state: State,
  ) {
    this.stages = stagesOf(setup);
    this.blocks = blocksOf(setup, state.seed);
  }

  get stage(): Stage | undefined {
    return this.stages[this.state.stage];
  }

  get over(): boolean {
    return this.stage === undefined;
  }

  /** Whether the runner runs here, so that cadence is measured. */
  get runs(): boolean {
    return ["settle", "count", "step", "run"].includes(this.stage?.kind ?? "");
  }

  /** Whether number and beat are there at this moment. */
  get feedback(): boolean {
    if (this.stage?.kind === "run") return isOn(this.blocks, this.state.runS);
    return this.stage?.kind === "step";
  }

  /** The beat of this stage in whole steps a minute; undefined where it has none. */
  get beatSpm(): number | undefined {
    if (this.stage?.kind === "run") return this.setup.practice?.beat_spm;
    const own = baseline(this.state.counts);
    if (this.stage?.kind !== "step" || own === undefined) return undefined;
    return Math.floor(own * (1 + this.stepPct / 100) + 1e-9);
  }

  get stepPct(): number {
    return this.setup.numbers.trial.steps_pct[this.stage?.number ?? 0] ?? 0;
  }

  /** Seconds left of this stage. */
  get leftS(): number | null {
    const seconds = this.stage?.seconds;
    return seconds === null || seconds === undefined ? null : Math.max(seconds - this.state.stageS, 0);
  }

  /** Let time pass; true where a new stage began. */
  pass(seconds: number): boolean {
    let left = seconds;
    let changed = false;
    while (this.stage && this.stage.seconds !== null) {
      const part = Math.min(left, this.stage.seconds - this.state.stageS);
      this.state.stageS += part;
      if (this.runs) this.state.steadyS += part;
      if (this.stage.kind === "run") this.state.runS += part;
      left -= part;
      if (this.state.stageS < this.stage.seconds - 1e-9) return changed;
      this.next();
      changed = true;
    }
    return changed;
  }

  /** Go on to the next stage. */
  next(): void {
    const before = this.stage;
    if (before?.kind === "count") this.endCount(before.number);
    this.state.stage += 1;
    this.state.stageS = 0;
    if (!this.runs || before?.kind === "warm_up" || before?.kind === "walk") this.state.steadyS = 0;
  }

  /** Skip the rest of the running; what was run stays, and what ended by pain did, however it is saved. */
  end(how: State["ended"]): void {
    if (this.state.ended !== "pain") this.state.ended = how;
    const last = this.stages.findIndex(({ kind }) => kind === "ask_after");
    this.state.stage = last < 0 ? this.stages.length : last;
    this.state.stageS = 0;
  }

  /** After a pause the window holds standing still: readings count again when it has run through. */
  resumed(): void {
    this.state.steadyS = 0;
  }

  /** Take in a reading of the shown source. */
  read(spm: number, name: SourceName): void {
    const { numbers } = this.setup;
    if (this.state.steadyS < numbers.window_s) return;
    if (this.stage?.kind === "run") {
      this.state.readings.push({ runS: this.state.runS, spm });
      if (!this.state.used.includes(name)) this.state.used.push(name);
    }
    if (this.stage?.kind === "count" && this.state.stageS >= numbers.window_s) this.state.countReadings.push(spm);
  }

  private endCount(number: number): void {
    const found = this.state.countReadings;
    this.state.counts[number] = found.length
      ? Math.round((10 * found.reduce((sum, one) => sum + one, 0)) / found.length) / 10
      : null;
    this.state.countReadings = [];
  }
}
