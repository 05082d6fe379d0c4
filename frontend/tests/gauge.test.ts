/** The gauge on a made runner of whom every contact is known; tests/unit/gait/test_live_gauge.py makes the fixture. */

import { readFileSync } from "node:fs";

import { describe, expect, test, vi } from "vitest";

import { Gauge, type GaugeSettings, type Reading } from "../src/live/gauge";
import { waveCadence } from "../src/live/wave";

interface Fixture {
  settings: GaugeSettings;
  doubts: Record<"fps" | "ahead_leg" | "shin_deg" | "drop_deg", number>[];
  stride_s: number;
  width: number;
  height: number;
  rows: Record<"far" | "near" | "rear", Record<string, [number, number]>[]>;
  /** What a clip of 120 pictures a second says. */
  clips: Record<"far" | "near", Record<"ahead_leg" | "shin_deg", number>>;
  drop_deg: number;
}

const made = JSON.parse(readFileSync(new URL("made_stride.json", import.meta.url), "utf-8")) as Fixture;
const [slow, quick] = made.doubts as [Fixture["doubts"][0], Fixture["doubts"][0]];
const POINTS = 33;

// A loaded machine takes ten times as long.
vi.setConfig({ testTimeout: 60_000 });

/** The same numbers on every machine, spread as a bell around nothing. */
function scatter(seed: number): () => number {
  let state = seed;
  const next = (): number => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) / 2 ** 32;
  return () => next() + next() + next() + next() + next() + next() - 3;
}

/** Where a number of the bell lies among all of them: one that bears no relation to the stride. */
const spreadEvenly = (bell: number): number => (((bell * 1e4) % 1) + 1) % 1;

interface Filmed {
  run?: keyof Fixture["rows"];
  fps: number;
  spm?: number;
  seconds?: number;
  /** Scatter of each point in pixels. */
  noisePx?: number;
  /** Share of pictures in which the model exchanges the legs. */
  exchanged?: number;
  /** Share of pictures around contact of the near leg in which it exchanges the legs or puts both between them. */
  mixed?: number;
  /** Share of pictures around contact of either leg in which it exchanges the legs. */
  landing?: number;
  mirrored?: boolean;
  size?: number;
  turn?: number;
  /** How early or late a picture comes, in shares of the time between two. */
  uneven?: number;
  /** Share of pictures that never come. */
  dropped?: number;
  /** Steps a minute after the middle of the time. */
  thenSpm?: number;
  people?: number;
  /** The time that the camera tells of a picture, where it is wrong. */
  told?: (timeS: number) => number;
  /** By how many pixels the runner stands too low in the picture. */
  lower?: number;
}

/** What the gauge says of the made runner, filmed so. */
function filmed(how: Filmed): Reading {
  const { run = "far", fps, spm = 120 / made.stride_s, seconds = 21, noisePx = 2, exchanged = 0 } = how;
  const { mirrored = false, size = 1, turn = 1, uneven = 0.1, dropped = 0, thenSpm = spm, people, lower = 0, mixed = 0, landing = 0 } = how;
  const { told = (timeS: number) => timeS } = how;
  const gauge = new Gauge(made.settings);
  const random = scatter(7);
  const exchanges = scatter(11);
  const rows = made.rows[run];
  const strides = (timeS: number): number =>
    (Math.min(timeS, seconds / 2) * spm + Math.max(timeS - seconds / 2, 0) * thenSpm) / 120;
  for (let picture = 0; picture < seconds * fps; picture++) {
    const timeS = (picture + uneven * random()) / fps;
    if ((picture * 0.724) % 1 < dropped) continue;
    const place = ((strides(timeS) % 1) * rows.length + rows.length) % rows.length;
    const [before, after] = [rows[Math.floor(place)]!, rows[(Math.floor(place) + 1) % rows.length]!];
    const points = new Float32Array(3 * POINTS);
    const visibility = new Float32Array(POINTS).fill(1);
    const lands = Math.abs(place / rows.length - 0.5) < 0.14;
    const either = lands || Math.abs(place / rows.length - 0.5) > 0.36;
    const chance = (picture * 0.618) % 1;
    const between = lands && chance < mixed && picture % 4 > 0;
    const swapped = (lands && chance < mixed && !between) || (either && spreadEvenly(exchanges()) < landing) || chance < exchanged;
    for (let point = 0; point < POINTS; point++) points.set([made.width / 2, made.height / 2], 3 * point);
    for (const [name, [x, y]] of Object.entries(before)) {
      const [laterX, laterY] = after[name]!;
      const share = place % 1;
      const leg = Number(name) >= 25;
      const other = leg && between ? before[flipped(Number(name))]! : [x, y];
      const way = 0.25 + 0.15 * (picture % 4);
      const at = [x + (laterX - x) * share + way * (other[0]! - x), y + (laterY - y) * share + way * (other[1]! - y)].map(
        (one) => one * size + noisePx * random(),
      );
      const into = leg && swapped ? flipped(Number(name)) : Number(name);
      const across = made.width / 2 + ((mirrored ? -1 : 1) * at[0]! - ((mirrored ? -1 : 1) * made.width) / 2) * turn;
      points.set([across, at[1]! + lower], 3 * (mirrored ? flipped(into) : into));
    }
    gauge.add({ timeS: told(timeS), width: made.width, height: made.height, presence: 1, points, visibility, people });
  }
  return gauge.read();
}

const flipped = (place: number): number => (place % 2 ? place + 1 : place - 1);

describe("cadence over 20 seconds is right within one step a minute", () => {
  const cadences = [150, 157.3, 165, 172.5, 180, 190];
  /** What a model errs in pictures of this size: 1.5 % of the leg, a tenth of the pictures with legs exchanged. */
  const model: Partial<Filmed> = { noisePx: 4, exchanged: 0.1 };

  test.each([
    [8, 0.05, 0], [8.5, 0.25, 0.05], [10, 0.25, 0.1], [12, 0.25, 0.2], [15, 0.4, 0.3], [20, 0.25, 0.4], [30, 0.25, 0.6],
  ])("at %d pictures a second, early or late by %d, a share of %d dropped", (fps, uneven, dropped) => {
    for (const run of ["far", "near", "rear"] as const) {
      for (const spm of cadences) {
        const found = filmed({ run, fps, uneven, dropped, spm, ...model }).cadence;
        expect(Math.abs((found?.spm ?? 0) - spm), `${run} ${spm}`).toBeLessThan(1);
      }
    }
  });

  test("and untold where it cannot be known", () => {
    const untold: Record<string, Filmed> = {
      "too few pictures": { fps: 7 },
      "a new pace in the middle": { fps: 15, spm: 160, thenSpm: 175 },
      "somebody who stands": { fps: 15, spm: 0 },
      "two people": { fps: 15, people: 2 },
      "a window that is not full": { fps: 15, seconds: 15 },
    };
    for (const [why, how] of Object.entries(untold)) expect(filmed(how).cadence, why).toBeUndefined();
  });

  test("of even pictures none is told that could as well be another", () => {
    const wave = made.settings.wave;
    for (let spm = 130; spm <= 220; spm += 10) {
      for (const fps of [5, 6, 6.5, 7]) {
        const readings = Array.from({ length: 20 * fps }, (_, place) => {
          const timeS = place / fps;
          return { timeS, value: Math.sin((2 * Math.PI * spm * timeS) / 60) };
        });
        const found = waveCadence(readings, wave)?.spm;
        // Rates that mirror one another so nearly are one wave.
        if (found !== undefined) expect(Math.abs(found - spm), `${spm} at ${fps}`).toBeLessThan(6);
      }
    }
  });
});

describe("from the side", () => {
  const ways: Filmed[] = [{ fps: 0 }, { fps: 0, spm: 171 }, { fps: 0, exchanged: 0.2 }, { fps: 0, mixed: 0.5 }, { fps: 0, mirrored: true }];

  test.each([
    [10.2, slow],
    [12, slow],
    [15, slow],
    [20, slow],
    [30, quick],
  ])("at %d pictures a second foot and shin agree with a clip within what is stated", (fps, doubt) => {
    for (const run of ["far", "near"] as const) {
      for (const way of ways) {
        const reading = filmed({ ...way, run, fps, seconds: 9 });
        expect(reading.refused).toBeUndefined();
        expect(reading.side!.near).toBe(way.mirrored ? "left" : "right");
        expect(Math.abs(reading.side!.aheadLeg - made.clips[run].ahead_leg)).toBeLessThan(doubt.ahead_leg);
        expect(Math.abs(reading.side!.shinDeg - made.clips[run].shin_deg)).toBeLessThan(doubt.shin_deg);
      }
    }
  });
});

test.each([
  [10, slow],
  [15, slow],
  [20, slow],
  [30, quick],
])("from behind at %i pictures a second the pelvis is within what is stated", (fps, doubt) => {
  const { left, right } = filmed({ run: "rear", fps, noisePx: 1 }).rear!;
  expect(Math.abs(left - made.drop_deg)).toBeLessThan(doubt.drop_deg);
  expect(Math.abs(right - made.drop_deg)).toBeLessThan(doubt.drop_deg);
});

describe("what cannot be measured is refused for one reason", () => {
  test("too few pictures", () => expect(filmed({ fps: 8 }).refused).toBe("slow"));
  test("a runner too far away", () => expect(filmed({ fps: 30, size: 0.25, noisePx: 0.3 }).refused).toBe("small"));
  test("from the front", () => expect(filmed({ run: "rear", fps: 30, turn: -1 }).refused).toBe("front"));
  test("from an angle", () => expect(filmed({ run: "rear", fps: 30, turn: 0.5 }).refused).toBe("oblique"));
  test("somebody who stands", () => expect(filmed({ fps: 30, spm: 0 }).refused).toBe("still"));
  test("not yet a stretch of running", () => expect(filmed({ fps: 30, seconds: 4 }).refused).toBe("still"));
  test("a camera that tells wrong times", () => {
    // A wave of a tenth of a second: no stride fits all pictures.
    const wrong = (timeS: number): number => timeS + 0.1 * Math.sin(1.7 * timeS);
    expect(filmed({ fps: 15, told: wrong }).refused).toBe("still");
    expect(filmed({ run: "rear", fps: 15, told: wrong }).refused).toBe("still");
  });
  test("legs that the model mixes up at nearly every contact", () =>
    expect(filmed({ fps: 30, mixed: 0.95, seconds: 9 }).refused).toBe("mixed"));
  test.each([15, 20])("legs that the model exchanges in half of the pictures at contact, mostly, at %i a second", (fps) => {
    const runs = (["far", "near"] as const).flatMap((run) => [158, 165, 172, 180].map((spm) => ({ run, spm })));
    const refused = runs.filter((run) => filmed({ ...run, fps, landing: 0.5, seconds: 9 }).refused === "mixed");
    expect(refused.length).toBeGreaterThanOrEqual(6);
  });
  test("pictures that do not agree", () => {
    expect(filmed({ run: "rear", fps: 10.2, noisePx: 8, seconds: 9 }).refused).toBe("disagree");
    // Every stride shows the same few moments.
    expect(filmed({ fps: 10, spm: 150, uneven: 0 }).refused).toBe("disagree");
  });
  test("two people", () => expect(filmed({ fps: 30, people: 2 }).refused).toBe("crowd"));
  test("one person", () => expect(filmed({ fps: 30, people: 1 }).refused).toBeUndefined());
  test("half a runner", () => {
    expect(filmed({ fps: 30, lower: 90 }).refused).toBe("feet");
    expect(filmed({ run: "rear", fps: 30, lower: 90 }).refused).toBe("feet");
  });
  test("side numbers from behind", () => expect(filmed({ run: "rear", fps: 30 }).side).toBeUndefined());
  test("the pelvis from the side", () => expect(filmed({ fps: 30 }).rear).toBeUndefined());
  test("nobody", () => {
    const gauge = new Gauge(made.settings);
    for (let timeS = 0; timeS < 3; timeS += 0.05) gauge.add({ timeS, width: 480, height: 640, presence: 0 });
    expect(gauge.read()).toMatchObject({ refused: "nobody" });
  });
});
