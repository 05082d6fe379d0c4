/** The session that is under way, kept so that a reload loses nothing. */

import type { State } from "./course";

const PLACE = "kneewise-live";

export function keepState(state: State): void {
  try {
    sessionStorage.setItem(PLACE, JSON.stringify(state));
  } catch {
    // A browser that keeps nothing still runs the session to its end.
  }
}

export function forgetState(): void {
  sessionStorage.removeItem(PLACE);
}

/** The session under way, where it is the one of this page. */
export function keptState(kind: string, day: string, id: string): State | undefined {
  try {
    const kept = JSON.parse(sessionStorage.getItem(PLACE) ?? "null") as State | null;
    return kept && kept.kind === kind && kept.day === day && kept.id === id ? kept : undefined;
  } catch {
    return undefined;
  }
}
