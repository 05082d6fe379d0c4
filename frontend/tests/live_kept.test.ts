/** What outlives a browser, and what of a device's answers is believed. */

import { beforeEach, expect, test, vi } from "vitest";

import type { CadenceSource, Heard, SourceName } from "../src/live/cadence_source";
import { SourceRefused } from "../src/live/cadence_source";
import { Sentence, startTold, usualTold } from "../src/live/answers";
import { forgetState, goesOn, keepState, keptSession, tells } from "../src/live/kept";
import { Listening } from "../src/live/listening";
import type { Entry } from "../src/outbox_store";
import { forbids, isTold } from "../src/live/waits";
import type { Numbers, Setup } from "../src/live/setup";
import { stillOffered } from "../src/live/still";
import fixture from "./live_port.json";

const numbers = fixture.numbers as unknown as Numbers;
const store = new Map<string, string>();
let record = "r";

vi.stubGlobal("document", { querySelector: () => ({ content: record }) });
vi.stubGlobal("localStorage", {
  getItem: (name: string) => store.get(name) ?? null,
  setItem: (name: string, text: string) => void store.set(name, text),
  removeItem: (name: string) => void store.delete(name),
});

function setup(more: Partial<Setup> = {}): Setup {
  const practice = {
    id: "gait-1", title: "", times: 1, run_s: 900, walk_s: 0, feedback_share: 1, baseline_spm: 160, beat_spm: 168,
    low_spm: 168, high_spm: 168,
  };
  const day = new Intl.DateTimeFormat("en-CA").format(new Date());
  return { kind: "session", day, practice, usual_pain: 2, numbers, late: {}, language: "en", words: {}, ...more };
}

beforeEach(() => {
  store.clear();
  record = "r";
});

test("a session goes on where the page still offers it, and of another day can be saved", () => {
  const state = startTold(new FormData(), setup());
  if (state instanceof Sentence) throw new Error(state.word);
  state.runS = 400;
  keepState(setup(), state);
  const kept = keptSession()!;
  expect(goesOn(kept, setup())).toBe(true);
  expect(goesOn(kept, setup({ day: "2099-01-01" }))).toBe(false);
  expect(goesOn(kept, setup({ kind: "none", practice: null }))).toBe(false);
  expect([tells(kept.state), tells({ ...kept.state, runS: 0 })]).toEqual([true, false]);
  expect(kept.made.practice?.beat_spm).toBe(168);
  record = "another";
  expect(keptSession()).toBeUndefined();
  record = "r";
  forgetState();
  expect(keptSession()).toBeUndefined();
});

test("a page of another day begins nothing, in the runner's zone", () => {
  expect(startTold(new FormData(), setup({ day: "2020-01-01" }))).toEqual(new Sentence("stale"));
  const far = "Pacific/Kiritimati";
  const day = new Intl.DateTimeFormat("en-CA", { timeZone: far }).format(new Date());
  expect(startTold(new FormData(), setup({ day, timezone: far }))).not.toBeInstanceOf(Sentence);
});

test("an acute calf begins no trial, and an answer is needed", () => {
  const fields = new FormData();
  expect(startTold(fields, setup({ kind: "trial" }))).toEqual(new Sentence("answer_missing"));
  fields.set("acute_calf", "yes");
  expect(startTold(fields, setup({ kind: "trial" }))).toEqual(new Sentence("blocked"));
});

test("counts that cannot be right, or lie apart, are asked for again", () => {
  const told = (one: string, other: string): unknown => {
    const fields = new FormData();
    fields.set("pain", "3");
    for (const count of [one, other]) fields.append("count", count);
    return usualTold(fields, numbers.baseline);
  };
  expect(told("161,5", "160")).toEqual({ counts: [161.5, 160], pain: 3 });
  expect((told("80", "160") as Sentence).word).toBe("count_missing");
  expect((told("150", "170") as Sentence).word).toBe("counts_apart");
});

class Made implements CadenceSource {
  tell: (heard: Heard | undefined) => void = () => undefined;
  stopped = false;

  constructor(
    readonly name: SourceName,
    private readonly refuses?: Error,
  ) {}

  async start(): Promise<void> {
    if (this.refuses) throw this.refuses;
  }

  stop(): void {
    this.stopped = true;
  }

  onCadence(listener: (heard: Heard | undefined) => void): void {
    this.tell = listener;
  }
}

test("what refuses is named, the rest counts, and what is no running is no reading", async () => {
  let shown: Heard | undefined;
  const listening = new Listening(numbers.rhythm, (heard) => (shown = heard));
  const tap = new Made("tap");
  const refused = await listening.start([
    new Made("motion", new SourceRefused("denied")), new Made("camera", new Error("no networks")), tap,
  ]);
  expect(refused).toEqual([{ name: "motion", reason: "denied" }, { name: "camera", reason: "failed" }]);
  const at = (spm: number): Heard => ({ spm, likeness: 1, timeS: performance.now() / 1000 });
  tap.tell(at(171));
  expect(shown?.spm).toBe(171);
  expect(listening.bothFeet).toBe(false);
  tap.tell(at(342)); // both feet tapped
  expect([shown, listening.bothFeet]).toEqual([undefined, true]);
  listening.stop();
  expect(tap.stopped).toBe(true);
});

test("a source that is there only after everything ended is let go", async () => {
  const listening = new Listening(numbers.rhythm, () => undefined);
  const late = new Made("microphone");
  const started = listening.start([late]);
  listening.stop();
  await started;
  expect([late.stopped, listening.names]).toEqual([true, []]);
});

test.each([
  [{ kind: "session", practice: { id: "gait-1" } }, true],
  [{ kind: "none", practice: null }, false],
  [{ kind: "session", practice: { id: "gait-2" } }, false],
  [undefined, true],
])("a page that stood open begins only what is still offered", async (now, still) => {
  vi.stubGlobal("fetch", () => (now ? Promise.resolve(Response.json(now)) : Promise.reject(new TypeError("offline"))));
  expect(await stillOffered(setup())).toBe(still);
});

const told = (answers: object): [string, string][] => [["told", JSON.stringify(answers)]];

test.each<[string, [string, string][], boolean]>([
  ["/check-in", [["2026-11-22.during", "6"]], true],
  ["/check-in", [["2026-11-22.during", ""], ["2026-11-22.limp", "yes"]], true],
  ["/check-in", [["2026-11-22.during", "2"], ["2026-11-22.swelling", "no"]], false],
  ["/live", told({ ended: "pain", pain_during: 3 }), true],
  ["/live", told({ ended: "done", pain_during: 1, calf_or_achilles_pain: 4 }), true],
  ["/live", told({ ended: "done", pain_during: 1, calf_or_achilles_pain: 0 }), false],
  ["/live/trial", told({ pain_usual: 3, calf_or_achilles_pain: 6, steps: [] }), true],
  ["/live/trial", told({ pain_usual: 3, steps: [{ above_pct: 5, pain: 5, calf_or_achilles_pain: 0 }] }), true],
  ["/plan/strength", [["pain", "9"]], false],
])("an answer that waits in the outbox and says stop begins no session: %s %j", (path, fields, stops) => {
  const entry: Entry = { key: "k", url: `http://127.0.0.1:8000${path}`, fields, toldAt: "", record: "r" };
  expect(forbids([entry], numbers)).toBe(stops);
});

const ANSWERED = { pain_usual: 3, steps: [{ above_pct: 5, pain: 2, comfortable: true, calf_or_achilles_pain: 0 }] };

test.each<[string, object, Partial<Setup>, boolean]>([
  ["/live", { session_id: "gait-1", run_s: 900, planned_s: 900 }, {}, true],
  ["/live", { session_id: "gait-1", run_s: 90, planned_s: 900 }, {}, true],
  ["/live", { session_id: "gait-1", run_s: 89, planned_s: 900 }, {}, false],
  ["/live", { session_id: "gait-0", run_s: 900, planned_s: 900 }, {}, false],
  ["/live/trial", ANSWERED, {}, false],
  ["/live/trial", ANSWERED, { kind: "trial" }, true],
  ["/live/trial", { pain_usual: 3, steps: [] }, { kind: "trial" }, false],
  ["/check-in", { session_id: "gait-1", run_s: 900, planned_s: 900 }, {}, false],
])("what waits in the outbox is not begun once more, but what the server offers again is: %s %j %j", (path, answers, more, done) => {
  const entry: Entry = { key: "k", url: `http://127.0.0.1:8000${path}`, fields: told(answers), toldAt: "", record: "r" };
  expect(isTold([entry], setup(more))).toBe(done);
});
