/** What was told on this device and waits for the server: some of it forbids a session before the server says so. */

import type { Entry } from "../outbox_store";
import { anyHolds } from "./criteria";
import { type TrialStep, judge, tooMuch } from "./responder";
import type { Numbers, Setup } from "./setup";

/** Signs of a check-in that make a day red, whatever the pain. */
const RED_SIGNS = ["swelling", "limp"];

interface ToldLive {
  session_id?: string;
  ended?: string;
  run_s?: number;
  planned_s?: number;
  pain_usual?: number | null;
  pain_during?: number | null;
  calf_or_achilles_pain?: number | null;
  steps?: TrialStep[];
}

/** Whether one of these answers says that nobody runs on now. */
export function forbids(entries: Entry[], numbers: Numbers): boolean {
  return entries.some((entry) => {
    const path = new URL(entry.url, "https://kneewise").pathname;
    if (path === "/check-in") return entry.fields.some(([name, text]) => redAnswer(name, text, numbers));
    return path.startsWith("/live") && liveStops(entry, numbers);
  });
}

/**
 * Whether one of these answers tells what the page still offers: a page without a connection does not hear of it.
 *
 * What was broken off so early that the server offers it once more is not told.
 */
export function isTold(entries: Entry[], { kind, practice, numbers }: Pick<Setup, "kind" | "practice" | "numbers">): boolean {
  return entries.some((entry) => {
    const path = new URL(entry.url, "https://kneewise").pathname;
    const told = toldLive(entry);
    if (!told) return false;
    if (path === "/live/trial") return kind === "trial" && judge(told.pain_usual ?? null, told.steps ?? [], numbers).verdict !== "unanswered";
    if (path !== "/live" || told.session_id !== practice?.id) return false;
    return (told.run_s ?? 0) >= numbers.share_done * (told.planned_s ?? 0);
  });
}

/** A field of a check-in is named by its day and its question. */
function redAnswer(name: string, text: string, numbers: Numbers): boolean {
  const question = name.split(".")[1] ?? "";
  if (question === "during") return text.trim() !== "" && tooMuch(Number(text), numbers);
  return RED_SIGNS.includes(question) && text === "yes";
}

function toldLive({ fields }: Entry): ToldLive | undefined {
  const text = fields.find(([name]) => name === "told")?.[1];
  return text ? (JSON.parse(text) as ToldLive) : undefined;
}

function liveStops(entry: Entry, numbers: Numbers): boolean {
  const told = toldLive(entry);
  if (!told) return false;
  if (told.ended === "pain" || tooMuch(told.pain_during ?? null, numbers)) return true;
  if (anyHolds(numbers.rules.stop, { calf_or_achilles_pain: told.calf_or_achilles_pain ?? null }) === true) return true;
  return judge(told.pain_usual ?? null, told.steps ?? [], numbers).verdict === "stop";
}
