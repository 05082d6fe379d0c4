/** What the device decides is what Python decides: tests/unit/retraining/test_live_port.py writes the questions. */

import { describe, expect, test } from "vitest";

import { type TrialStep, judge, painStops } from "../src/live/responder";
import { type MeasuredBlock, blockCadence } from "../src/live/result";
import type { Numbers } from "../src/live/setup";
import fixture from "./live_port.json";

const numbers = fixture.numbers as unknown as Numbers;

test("every trial is judged as Python judges it", () => {
  fixture.trials.forEach(({ usual, steps }, place) => {
    const found = judge(usual, steps as TrialStep[], numbers);
    expect([found.verdict, found.mostPct, found.painChange], `trial ${place}`).toEqual(fixture.answers.judged[place]);
  });
});

test("cadence with and without feedback is Python's", () => {
  fixture.sessions.forEach(({ blocks, error_spm }, place) => {
    const told = blocks.map(
      ({ from_s, to_s, on, cadence_spm }): MeasuredBlock => ({ fromS: from_s, toS: to_s, on, spm: cadence_spm }),
    );
    [true, false].forEach((on, other) => {
      const found = blockCadence(told, on, error_spm);
      const answer = fixture.answers.cadence[2 * place + other] as [number, number] | null;
      expect(found === undefined).toBe(answer === null);
      if (!found || !answer) return;
      expect(found.spm).toBeCloseTo(answer[0], 6);
      expect(found.half).toBeCloseTo(answer[1], 6);
    });
  });
});

describe("pain in the middle", () => {
  test.each([
    ["knee", 1, 1, false], ["knee", 2, 1, true], ["knee", 3, 4, true], ["knee", 2, 3, false], ["knee", 3, null, true],
    ["calf", 2, 3, false], ["calf", 3, 3, true],
  ] as const)("%s at %d with %s as usual", (where, pain, usual, stops) => {
    expect(painStops({ where, pain }, usual, numbers)).toBe(stops);
  });
});
