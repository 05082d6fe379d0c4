/** The browser answers as Python does; tests/unit/motion/test_pose_port.py asks the other side. */

import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { decode } from "../src/live/pose/detection";
import { refine } from "../src/live/pose/heatmap";
import { type Point, type Region, regionBetween, sample, toPicture, wholePicture } from "../src/live/pose/region";

interface Answers {
  repeated: number[][];
  black: number[];
  points: number[][];
  between: number[][];
  refined: number[];
  detected: number[][];
}

type Settings = Record<"region_scale" | "heatmap_confidence" | "detector_score" | "detector_overlap", number>;

const { answers, settings } = JSON.parse(readFileSync(new URL("pose_port.json", import.meta.url), "utf-8")) as {
  answers: Answers;
  settings: Settings;
};
const [WIDTH, HEIGHT, SIDE, LANDMARKS] = [48, 36, 8, 39];
const REGIONS: Region[] = [
  { x: 24, y: 18, size: 20, turn: 0 },
  { x: 10.5, y: 30.25, size: 40, turn: 0.7 },
  { x: 40, y: 5, size: 12.5, turn: -2.1 },
];
const POINTS: Point[] = [[0.5, 0.5], [0.01, 0.99], [0.33, 0.71], [-0.2, 0.5], [0.999, 0]];
const ANCHORS = 2254;

function noise(count: number, seed: number): number[] {
  return Array.from({ length: count }, (_, place) => {
    let mixed = Math.imul(place + seed, 2654435761) >>> 0;
    mixed = Math.imul(mixed ^ (mixed >>> 15), 2246822519) >>> 0;
    return ((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 32;
  });
}

const picture = {
  width: WIDTH,
  height: HEIGHT,
  data: new Uint8ClampedArray(noise(WIDTH * HEIGHT * 4, 1).map((one) => Math.trunc(one * 256))),
};

function near(found: readonly number[], told: readonly number[]): void {
  expect(found.length).toBe(told.length);
  found.forEach((one, place) => expect(Math.abs(one - told[place]!)).toBeLessThan(2e-3));
}

function cut(region: Region, blackOutside: boolean): number[] {
  const into = new Float32Array(SIDE * SIDE * 3);
  sample(picture, region, SIDE, into, { high: 255, blackOutside });
  return [...into];
}

test("regions are cut out alike", () => {
  REGIONS.forEach((region, place) => near(cut(region, false), answers.repeated[place]!));
  near(cut(wholePicture(picture), true), answers.black);
});

test("points of a region lie on the same pixels", () => {
  REGIONS.forEach((region, place) => near(POINTS.flatMap((one) => [...toPicture(region, one)]), answers.points[place]!));
});

test("the next region is the same", () => {
  ([[3, -8], [-1, 5]] as const).forEach((edge, place) => {
    const { x, y, size, turn } = regionBetween([3, 4], edge, settings.region_scale);
    near([x, y, size, turn], answers.between[place]!);
  });
});

test("heatmaps move points alike", () => {
  const logits = new Float32Array(noise(64 * 64 * LANDMARKS, 2).map((one) => one * 12 - 9));
  const map = { side: 64, landmarks: LANDMARKS, logits };
  const refined = Array.from({ length: LANDMARKS }, (_, place) => refine(POINTS[place % 5]!, place, map, settings.heatmap_confidence));
  near(refined.flatMap((one) => [...one]), answers.refined);
});

test("the detector's people are the same", () => {
  const boxes = new Float32Array(noise(ANCHORS * 12, 3).map((one) => (one - 0.5) * 60));
  const logits = new Float32Array(noise(ANCHORS, 4).map((one) => one * 6 - 5.9));
  const found = decode(boxes, logits, { score: settings.detector_score, overlap: settings.detector_overlap });
  expect(found.length).toBeGreaterThan(5);
  near(found.flatMap(({ score, middle, edge }) => [score, ...middle, ...edge]), answers.detected.flat());
});
