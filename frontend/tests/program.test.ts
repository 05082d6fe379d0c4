import { expect, test } from "vitest";

import { type Exercise, after, segments } from "../src/plan/program";

const squat: Exercise = { name: "Squat", sets: 2, sides: 1, reps: 3, tempo: [2, 0, 2], hold: null, rest: 60 };

test("an exercise is every repetition at its pace, and a rest between sets but not after the last", () => {
  const all = segments(squat);
  expect(all[0]?.words).toBe("ready");
  expect(all.filter((one) => one.words === "down")).toHaveLength(6);
  expect(all.filter((one) => one.words === "hold")).toHaveLength(0);
  expect(all.filter((one) => one.words === "rest").map((one) => one.seconds)).toEqual([60]);
  expect(all.at(-1)).toMatchObject({ words: "up", set: 2, rep: 3 });
});

test("both sides are done before the rest", () => {
  const words = segments({ ...squat, sides: 2, reps: 1 }).map((one) => one.words);
  expect(words.slice(1, 7)).toEqual(["down", "up", "switch", "down", "up", "rest"]);
});

test("a hold is one phase, and what has no pace waits for the runner", () => {
  expect(segments({ ...squat, reps: null, tempo: null, hold: 30 }).filter((one) => one.words === "hold")).toHaveLength(2);
  expect(segments({ ...squat, tempo: null }).find((one) => one.words === "do")?.seconds).toBeNull();
});

test("a run is its steps", () => {
  const all = segments({ name: "Walk-run", steps: [{ words: "Walk", seconds: 240, note: "" }, { words: "Run", seconds: 60, note: "" }] });
  expect(all.map((one) => one.seconds)).toEqual([5, 240, 60]);
  expect(all.at(-1)?.step).toBe(2);
});

test("a minute behind a locked screen is a minute later in the program, and it stops where the runner is asked", () => {
  const all = segments(squat);
  expect(after(all, { index: 0, left: 5 }, 6)).toEqual({ index: 1, left: 1 });
  expect(after(all, { index: 0, left: 5 }, 5 + 12 + 10)).toEqual({ index: 7, left: 50 });
  expect(after(all, { index: 0, left: 5 }, 10_000).index).toBe(all.length);
  const open = segments({ ...squat, tempo: null });
  expect(after(open, { index: 0, left: 5 }, 10_000)).toEqual({ index: 1, left: null });
});
