/** What came out of a live session or of a trial. */

import { type Course, baseline } from "./course";
import { judge } from "./responder";
import { blockCadence, measure } from "./result";
import { type Screen, minutes } from "./screen";

/** Show what a session was, and return what the record is told. */
export function showSession(screen: Screen, course: Course): object {
  const { state, setup } = course;
  const blocks = measure(course.blocks, state.readings, setup.numbers.window_s, state.runS);
  const sources = blocks.some(({ spm }) => spm !== null) ? state.used : [];
  const error = Math.max(0, ...sources.map((name) => setup.numbers.accuracy_spm[name]));
  const told = (on: boolean): string => {
    const found = blockCadence(blocks, on, error);
    return found ? `${screen.number(found.spm)} ± ${screen.number(found.half, 1)}` : "–";
  };
  const [knee, calf] = state.hurts;
  const both = [["with_feedback", true], ["without_feedback", false]] as const;
  const ran = both.filter(([, on]) => blocks.some((block) => block.on === on));
  screen.facts([
    ...ran.map(([name, on]): [string, string] => [screen.word(name), told(on)]),
    [screen.word("pain"), knee ? `${knee.pain}` : "–"],
    [screen.word("calf"), calf ? `${calf.pain}` : "–"],
    [screen.word("ran"), minutes(state.runS)],
  ]);
  screen.part("live-result-text").textContent = setup.numbers.texts.load_shift;
  return {
    session_id: state.id,
    run_s: state.runS,
    planned_s: setup.practice?.run_s,
    ended: state.ended,
    started_at: state.startedAt,
    beat_spm: setup.practice?.beat_spm,
    cue: state.cue,
    sources,
    apart_spm: state.apart.count ? state.apart.sum / state.apart.count : null,
    blocks: blocks.map(({ fromS, toS, on, spm }) => ({ from_s: fromS, to_s: toS, on, cadence_spm: spm })),
    pain_during: knee?.pain ?? null,
    calf_or_achilles_pain: calf?.pain ?? null,
  };
}

/** Show what a trial means, and return what the record is told: nothing where nothing was counted. */
export function showTrial(screen: Screen, course: Course): object | undefined {
  const { state, setup } = course;
  const judged = judge(state.usualPain, state.steps, setup.numbers);
  const found = state.ended === "pain" && !state.steps.length ? { ...judged, verdict: "stop" as const } : judged;
  const percent = screen.number(found.mostPct ?? 0, 1);
  screen.part("live-verdict").textContent = screen.word(`verdict_${found.verdict}`, { percent });
  const change = found.painChange ?? 0;
  const less = change < 0 ? screen.word("less_pain", { points: screen.number(-change) }) : screen.word("comfortable");
  screen.part("live-result-text").textContent = found.verdict === "train" ? less : "";
  const usual = baseline(state.counts);
  screen.facts(usual === undefined ? [] : [[screen.word("usual"), screen.number(usual, 1)]]);
  const pain = worstPain(state);
  const calf = worst(state.hurts.filter(({ where }) => where === "calf").map(({ pain }) => pain));
  if (usual === undefined && pain === null && calf === null) return undefined;
  return {
    counts_spm: usual === undefined ? [] : state.counts,
    pain_usual: state.usualPain,
    pain_during: pain,
    calf_or_achilles_pain: calf,
    acute_calf: state.acuteCalf,
    steps: usual === undefined ? [] : state.steps,
  };
}

/** Worst pain of the knee in a trial, with usual steps and with quicker ones. */
function worstPain({ counts, usualPain, steps, hurts }: Course["state"]): number | null {
  return worst([
    ...(baseline(counts) === undefined ? [] : [usualPain]),
    ...steps.map(({ pain }) => pain),
    ...hurts.filter(({ where }) => where === "knee").map(({ pain }) => pain),
  ]);
}

function worst(told: (number | null)[]): number | null {
  const known = told.filter((one) => one !== null);
  return known.length ? Math.max(...known) : null;
}
