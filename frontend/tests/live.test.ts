/** Beat, fading and rhythm of a live session. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { blocks, isOn, random } from "../src/live/fading";
import { Metronome } from "../src/live/metronome";
import { Window, cadence } from "../src/live/rhythm";

const FADING = { shortest_block_s: 20, longest_block_s: 60 };
const RHYTHM = { slowest_spm: 130, quickest_spm: 230, least_likeness: 0.3 };

class FakeClock {
  currentTime = 0;
  sampleRate = 48_000;
  destination = {} as AudioDestinationNode;
  readonly starts: number[] = [];
  readonly stopped = new Set<number>();

  createBuffer(): AudioBuffer {
    return { getChannelData: () => new Float32Array(16) } as unknown as AudioBuffer;
  }

  createBufferSource(): AudioBufferSourceNode {
    let at = 0;
    return {
      connect: () => undefined,
      start: (timeS: number) => {
        at = timeS;
        this.starts.push(timeS);
      },
      stop: () => this.stopped.add(at),
    } as unknown as AudioBufferSourceNode;
  }

  get heard(): number[] {
    return this.starts.filter((one) => !this.stopped.has(one)).sort((one, other) => one - other);
  }

  run(metronome: Metronome, seconds: number, everyS = 0.25): void {
    for (const until = this.currentTime + seconds; this.currentTime < until; this.currentTime += everyS) metronome.book();
  }
}

describe("metronome", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("after ten minutes no beat is a hundredth of a millisecond off", () => {
    const clock = new FakeClock();
    const metronome = new Metronome(clock);
    metronome.start(177);
    clock.run(metronome, 600);
    metronome.stop();
    expect(clock.heard.length).toBeGreaterThanOrEqual(1770);
    clock.heard.forEach((timeS, beat) => expect(Math.abs(timeS - (beat * 60) / 177)).toBeLessThan(1e-5));
  });

  test("a new tempo begins with the next beat, without a gap or a double beat", () => {
    const clock = new FakeClock();
    const metronome = new Metronome(clock);
    metronome.start(160);
    clock.run(metronome, 10);
    metronome.start(180);
    clock.run(metronome, 10);
    const gaps = clock.heard.slice(1).map((timeS, place) => timeS - clock.heard[place]!);
    expect(Math.min(...gaps)).toBeCloseTo(60 / 180, 6);
    expect(Math.max(...gaps)).toBeCloseTo(60 / 160, 6);
  });

  test("what was slept through is not made up for", () => {
    const clock = new FakeClock();
    const metronome = new Metronome(clock);
    metronome.start(170);
    clock.currentTime = 30;
    metronome.book();
    expect(clock.heard.filter((timeS) => timeS > 2 && timeS < 30)).toEqual([]);
  });

  test("a beat that is wanted only now and then keeps its place", () => {
    const clock = new FakeClock();
    let short = false;
    const metronome = new Metronome(clock, () => short);
    metronome.start(180);
    clock.run(metronome, 10);
    expect(clock.heard).toEqual([]);
    short = true;
    metronome.reconsider();
    expect(Math.min(...clock.heard) - clock.currentTime).toBeLessThanOrEqual(60 / 180);
    clock.run(metronome, 10);
    const places = clock.heard.map((timeS) => timeS * 3);
    places.forEach((place) => expect(place).toBeCloseTo(Math.round(place), 6));
    short = false;
    metronome.reconsider();
    const quiet = clock.currentTime;
    clock.run(metronome, 10);
    expect(clock.heard.filter((timeS) => timeS > quiet)).toEqual([]);
  });
});

describe("fading", () => {
  test.each([0, 0.1, 0.25, 0.5, 0.75, 1])("share %d of the time is on, whatever chance says", (share) => {
    for (let seed = 1; seed <= 50; seed++) {
      const all = blocks(1800, share, FADING, random(seed));
      const on = all.reduce((sum, { fromS, toS, on: it }) => sum + (it ? toS - fromS : 0), 0);
      expect(on).toBeCloseTo(1800 * share, 6);
      expect(all[0]!.fromS).toBe(0);
      expect(all.at(-1)!.toS).toBeCloseTo(1800, 6);
      all.slice(1).forEach((one, place) => {
        expect(one.fromS).toBe(all[place]!.toS);
        expect(one.on).not.toBe(all[place]!.on);
      });
      expect(isOn(all, all[0]!.fromS)).toBe(all[0]!.on);
    }
  });

  test("nobody can foresee the blocks, and the same seed gives them again", () => {
    const one = blocks(1800, 0.5, FADING, random(1));
    expect(blocks(1800, 0.5, FADING, random(1))).toEqual(one);
    expect(blocks(1800, 0.5, FADING, random(2))).not.toEqual(one);
    const lengths = one.map(({ fromS, toS }) => toS - fromS);
    expect(Math.max(...lengths) - Math.min(...lengths)).toBeGreaterThan(10);
  });
});

describe("cadence", () => {
  const noise = random(7);
  const steps = (spm: number, timeS: number, uneven: number): number => {
    const step = (timeS * spm) / 60;
    const left = Math.floor(step) % 2 ? 1 : 1 - uneven;
    return 9.8 + left * 12 * Math.exp(-8 * (step % 1)) + (noise() - 0.5) * 4;
  };

  test.each([
    [143, 0], [158.4, 0.2], [166, 0.5], [171.7, 0.3], [180, 0], [188.2, 0.6], [201, 0.1], [214.5, 0.4],
  ])("%d steps a minute, left and right apart by %d, within one", (spm, uneven) => {
    const window = new Window(20);
    for (let timeS = 0; timeS < 25; timeS += 0.015 + 0.004 * noise()) window.add({ timeS, value: steps(spm, timeS, uneven) });
    expect(window.filled).toBeGreaterThan(0.99);
    const found = cadence(window.even(100), 100, RHYTHM);
    expect(Math.abs((found?.spm ?? 0) - spm)).toBeLessThan(1);
  });

  test("standing still, or a noise, is no cadence", () => {
    const window = new Window(20);
    for (let timeS = 0; timeS < 21; timeS += 0.01) window.add({ timeS, value: 9.8 + (noise() - 0.5) });
    expect(cadence(window.even(100), 100, RHYTHM)).toBeUndefined();
    expect(cadence(new Window(20).even(100), 100, RHYTHM)).toBeUndefined();
  });
});
