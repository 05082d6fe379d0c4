/**
 * Whether quicker steps help this runner at once: `judge_trial` of retraining/trial.py, on the device.
 *
 * The server judges again when the trial reaches it; frontend/tests/live_port.json holds both to the same answers.
 */

import { type Measured, allHold, anyHolds } from "./criteria";
import type { Numbers } from "./setup";

export interface TrialStep {
  above_pct: number;
  pain: number | null;
  comfortable: boolean | null;
  calf_or_achilles_pain: number | null;
}

export interface Judged {
  verdict: "train" | "no_response" | "stop" | "unanswered";
  mostPct: number | null;
  painChange: number | null;
}

function measured(usualPain: number | null, step: TrialStep): Measured {
  return {
    pain_change_in_trial: usualPain === null || step.pain === null ? null : step.pain - usualPain,
    comfortable_in_trial: step.comfortable === null ? null : Number(step.comfortable),
    calf_or_achilles_pain: step.calf_or_achilles_pain,
    cadence_above_baseline_pct: step.above_pct,
  };
}

/** Whether a step was one too many: the trial ends there. */
export function stepStops(usualPain: number | null, step: TrialStep, numbers: Numbers): boolean {
  return anyHolds(numbers.rules.stop, measured(usualPain, step)) === true;
}

/** Whether it hurts so much that nobody runs on, whatever it is compared with. */
export function tooMuch(pain: number | null, { rules }: Numbers): boolean {
  return anyHolds(rules.too_much, { pain_during: pain }) === true;
}

export function judge(usualPain: number | null, told: TrialStep[], numbers: Numbers): Judged {
  const { select, stop } = numbers.rules;
  const steps = [...told].sort((one, other) => one.above_pct - other.above_pct);
  const calf = stop.filter(({ metric }) => metric === "calf_or_achilles_pain");
  const refused = (verdict: Judged["verdict"]): Judged => ({ verdict, mostPct: null, painChange: null });
  if (!steps.length) return refused("unanswered");
  if (steps.some((step) => anyHolds(calf, measured(null, step)) === true)) return refused("stop");
  if (tooMuch(usualPain, numbers)) return refused("stop");
  const helped: TrialStep[] = [];
  for (const step of steps) {
    const known = measured(usualPain, step);
    if (anyHolds(stop, known) === true) {
      if (!helped.length) return refused("stop");
      break;
    }
    if (known["pain_change_in_trial"] === null || known["calf_or_achilles_pain"] === null) continue;
    if (anyHolds(select, known) === true) helped.push(step);
  }
  const best = helped.at(-1);
  if (best) {
    const mostPct = Math.min(best.above_pct, numbers.trial.most_pct);
    return { verdict: "train", mostPct, painChange: measured(usualPain, best)["pain_change_in_trial"] ?? null };
  }
  const unknown = usualPain === null || steps.some((step) => step.pain === null || step.calf_or_achilles_pain === null);
  return refused(unknown ? "unanswered" : "no_response");
}

export type Hurts = { where: "knee" | "calf"; pain: number };

/** What pain in the middle of a session means: more than the limit, or more than usual, ends it; so does a sore calf. */
export function painStops({ where, pain }: Hurts, usualPain: number | null, numbers: Numbers): boolean {
  if (where === "calf") return anyHolds(numbers.rules.stop, { calf_or_achilles_pain: pain }) === true;
  const change = usualPain === null ? null : pain - usualPain;
  if (anyHolds(numbers.rules.stop, { pain_change_in_trial: change }) === true) return true;
  return allHold(numbers.rules.pain_limit, { pain_during: pain }) === false;
}
