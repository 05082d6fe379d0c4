/** The stages of a live session, and what of it is measured. */

import { describe, expect, test } from "vitest";

import { Course, type State, stagesOf } from "../src/live/course";
import { isOn } from "../src/live/fading";
import { measure } from "../src/live/result";
import type { Numbers, Practice, Setup } from "../src/live/setup";
import { TapSource } from "../src/live/sources";
import fixture from "./live_port.json";

const numbers = fixture.numbers as unknown as Numbers;
const PRACTICE: Practice = {
  id: "gait-6", title: "", times: 1, run_s: 1680, walk_s: 0, feedback_share: 0.5, baseline_spm: 160, beat_spm: 172,
  low_spm: 172, high_spm: 176,
};

function setup(practice: Partial<Practice> | null): Setup {
  const kind = practice ? "session" : "trial";
  return {
    kind, day: "2026-03-15", practice: practice && { ...PRACTICE, ...practice }, usual_pain: 2, numbers,
    late: {}, language: "en", words: {},
  };
}

function state(kind: State["kind"], seed = 5): State {
  return {
    key: "k", kind, day: "2026-03-15", id: "gait-6", seed, startedAt: "", stage: 0, stageS: 0, runS: 0, steadyS: 0,
    cue: "", shortOnly: false, voice: false, sources: [], readings: [], counts: [null, null], countReadings: [],
    usualPain: null, acuteCalf: false, steps: [], hurts: [], ended: "done", apart: { sum: 0, count: 0 }, used: [],
  };
}

/** Run second by second, with a cadence that depends on the feedback. */
function run(course: Course, seconds: number, spm: (on: boolean) => number): void {
  for (let second = 0; second < seconds && course.stage?.seconds != null; second++) {
    course.pass(1);
    course.read(spm(course.feedback), "motion");
  }
}

describe("a session", () => {
  test("blocks are as scheduled, and each is measured by itself", () => {
    const course = new Course(setup({}), state("session"));
    course.next();
    const seen: boolean[] = [];
    while (course.stage?.kind === "run") {
      seen.push(course.feedback);
      run(course, 1, (on) => (on ? 173 : 168));
    }
    const share = seen.filter(Boolean).length / seen.length;
    expect(share).toBeCloseTo(0.5, 2);
    seen.forEach((on, second) => expect(on).toBe(isOn(course.blocks, second)));
    const blocks = measure(course.blocks, course.state.readings, numbers.window_s, course.state.runS);
    expect(blocks.length).toBe(course.blocks.length);
    expect(blocks.filter(({ spm }) => spm !== null).length).toBeGreaterThan(blocks.length / 2);
    blocks.filter(({ spm }) => spm !== null).forEach(({ on, spm }) => expect(spm).toBeCloseTo(on ? 173 : 168, 6));
    expect(course.stage?.kind).toBe("ask_after");
  });

  test("walks between bouts take no running time, and what follows a walk is measured only after a window", () => {
    const course = new Course(setup({ times: 3, walk_s: 60, run_s: 900 }), state("session"));
    expect(stagesOf(course.setup).map(({ kind }) => kind)).toEqual([
      "warm_up", "run", "walk", "run", "walk", "run", "ask_after",
    ]);
    course.next();
    run(course, 2000, () => 170);
    expect(course.state.runS).toBeCloseTo(900, 6);
    const first = course.state.readings.filter(({ runS }) => runS > 300.5)[0]!;
    expect(first.runS).toBeGreaterThanOrEqual(300 + numbers.window_s);
  });

  test("a minute in a hidden page passes at once, over the ends of stages", () => {
    const course = new Course(setup({ times: 2, walk_s: 30, run_s: 120 }), state("session"));
    course.next();
    expect(course.pass(100)).toBe(true);
    expect([course.stage?.kind, course.state.stageS, course.state.runS]).toEqual(["run", 10, 70]);
  });

  test("kept and taken up again it is where it was, with the same blocks", () => {
    const course = new Course(setup({}), state("session"));
    course.next();
    run(course, 500, () => 170);
    const again = new Course(setup({}), JSON.parse(JSON.stringify(course.state)) as State);
    expect(again.blocks).toEqual(course.blocks);
    expect([again.stage, again.state.runS, again.feedback]).toEqual([course.stage, 500, course.feedback]);
    again.resumed();
    const before = again.state.readings.length;
    run(again, numbers.window_s - 1, () => 170);
    expect(again.state.readings.length).toBe(before);
  });
});

test("what pain ended is saved as that after a reload too", () => {
  const course = new Course(setup({}), state("session"));
  course.end("pain");
  const again = new Course(setup({}), JSON.parse(JSON.stringify(course.state)) as State);
  again.end("stopped");
  expect([again.state.ended, again.stage?.kind]).toEqual(["pain", "ask_after"]);
});

describe("a trial", () => {
  test("two counts, then two steps whose beats stand on their mean", () => {
    const course = new Course(setup(null), state("trial"));
    course.next();
    run(course, 60, () => 159);
    run(course, 60, () => 160);
    run(course, 60, () => 162);
    expect(course.stage?.kind).toBe("ask_usual");
    expect(course.state.counts).toEqual([160, 162]);
    course.next();
    expect([course.stage?.kind, course.beatSpm, course.stepPct]).toEqual(["step", 169, 5]);
    run(course, 200, () => 169);
    course.next();
    expect([course.stage?.kind, course.beatSpm]).toEqual(["step", 173]);
  });

  test("without a source there is no count", () => {
    const course = new Course(setup(null), state("trial"));
    course.next();
    while (course.stage?.seconds != null) course.pass(1);
    expect(course.state.counts).toEqual([null, null]);
  });
});

test("a finger that taps each right foot, late and early by 40 ms, is within two", () => {
  const tap = new TapSource(numbers);
  let found = 0;
  tap.onCadence((heard) => (found = heard?.spm ?? 0));
  for (let stride = 0; stride < 40; stride++) tap.tap((stride * 120) / 171 + 0.04 * Math.sin(stride * 2.4));
  expect(Math.abs(found - 171)).toBeLessThan(2);
});
