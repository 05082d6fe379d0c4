/** What a runner answers in the forms of a live session: read, or the sentence that says what is missing. */

import { newKey } from "../outbox_store";
import type { SourceName } from "./cadence_source";
import type { State } from "./course";
import type { Hurts, TrialStep } from "./responder";
import type { Numbers, Setup } from "./setup";

/** One of the page's words, to be said, with what fills its holes. */
export class Sentence {
  constructor(
    readonly word: string,
    readonly values: Record<string, string> = {},
  ) {}
}

const UNANSWERED = new Sentence("answer_missing");
const SENSORS: SourceName[] = ["motion", "microphone", "camera"];

function point(fields: FormData, name: string): number | null {
  const told = fields.get(name);
  return told === null ? null : Number(told);
}

/** The day in the runner's zone, as the server names days. */
function dayIn(timeZone: string | undefined): string {
  const form = { timeZone, year: "numeric", month: "2-digit", day: "2-digit" } as const;
  return new Intl.DateTimeFormat("en-CA", form).format(new Date());
}

/** How a session begins: at its first stage, with what was chosen. */
export function startTold(fields: FormData, setup: Setup): State | Sentence {
  const acute = fields.get("acute_calf");
  if (setup.kind === "trial") {
    if (acute === null) return UNANSWERED;
    if (acute === "yes") return new Sentence("blocked");
  }
  if (setup.day !== dayIn(setup.timezone)) return new Sentence("stale");
  return {
    key: newKey(), kind: setup.kind === "trial" ? "trial" : "session", day: setup.day, id: setup.practice?.id ?? "",
    seed: crypto.getRandomValues(new Uint32Array(1))[0]!, startedAt: new Date().toISOString(),
    stage: 0, stageS: 0, runS: 0, steadyS: 0,
    cue: String(fields.get("cue") ?? ""), shortOnly: fields.has("short_only"), voice: fields.has("voice"),
    sources: SENSORS.filter((name) => fields.has(name)),
    readings: [], counts: Array.from({ length: setup.numbers.baseline.repeats }, () => null), countReadings: [],
    usualPain: setup.usual_pain, acuteCalf: acute === null ? null : acute === "yes",
    steps: [], hurts: [], ended: "done", apart: { sum: 0, count: 0 }, used: [],
  };
}

/** Pain in the middle of it. */
export function hurtsTold(fields: FormData): Hurts | Sentence {
  const pain = point(fields, "hurt");
  return pain === null ? UNANSWERED : { where: fields.get("where") === "calf" ? "calf" : "knee", pain };
}

/** The counts of usual steps, and the pain with them. */
export function usualTold(fields: FormData, limits: Numbers["baseline"]): { counts: number[]; pain: number } | Sentence {
  const { low_spm, high_spm, spread } = limits;
  const counts = fields.getAll("count").map((text) => Number(String(text).replace(",", ".")));
  const pain = point(fields, "pain");
  if (pain === null) return UNANSWERED;
  if (counts.some((one) => !(one >= low_spm && one <= high_spm))) {
    return new Sentence("count_missing", { low: String(low_spm), high: String(high_spm) });
  }
  const mean = counts.reduce((sum, one) => sum + one, 0) / counts.length;
  if (Math.max(...counts) - Math.min(...counts) > mean * spread) return new Sentence("counts_apart");
  return { counts, pain };
}

/** How a step of the trial was. */
export function stepTold(fields: FormData, abovePct: number): TrialStep | Sentence {
  const [pain, calf, comfortable] = [point(fields, "pain"), point(fields, "calf"), fields.get("comfortable")];
  if (pain === null || calf === null || comfortable === null) return UNANSWERED;
  return { above_pct: abovePct, pain, comfortable: comfortable === "yes", calf_or_achilles_pain: calf };
}

/** The worst pain of knee and of calf when it is over. */
export function afterTold(fields: FormData): Hurts[] | Sentence {
  const [pain, calf] = [point(fields, "pain"), point(fields, "calf")];
  if (pain === null || calf === null) return UNANSWERED;
  return [{ where: "knee", pain }, { where: "calf", pain: calf }];
}
