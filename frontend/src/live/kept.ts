/** The session under way, kept on this device so that neither a reload nor a closed browser loses it. */

import { meta } from "../page";
import { type State, baseline } from "./course";
import type { Setup } from "./setup";

/** Where a session stands, what it was made from (the plan goes on meanwhile), and when that was written down. */
export interface Kept {
  made: Pick<Setup, "kind" | "day" | "practice" | "usual_pain">;
  state: State;
  at: string;
}

/** Every record has its own: another one behind the same address never sees it. */
function place(): string {
  return `kneewise-live-${meta("record")}`;
}

export function keepState({ kind, day, practice, usual_pain }: Setup, state: State): void {
  const kept: Kept = { made: { kind, day, practice, usual_pain }, state, at: new Date().toISOString() };
  try {
    localStorage.setItem(place(), JSON.stringify(kept));
  } catch {
    // A browser that keeps nothing still runs the session to its end.
  }
}

export function forgetState(): void {
  localStorage.removeItem(place());
}

/** The session that was not brought to its end, whichever page it belongs to. */
export function keptSession(): Kept | undefined {
  try {
    return (JSON.parse(localStorage.getItem(place()) ?? "null") as Kept | null) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Whether it can go on where it stopped: the page offers the same still. */
export function goesOn({ state }: Kept, setup: Setup): boolean {
  return state.kind === setup.kind && state.day === setup.day && state.id === (setup.practice?.id ?? "");
}

/** Whether there is something in it for the record. */
export function tells({ kind, runS, counts, steps }: State): boolean {
  return kind === "session" ? runS > 0 : baseline(counts) !== undefined && steps.length > 0;
}
