/** Whether what a page offers is still offered: it may have stood open since before an answer that forbids it. */

import type { Setup } from "./setup";

/** Who has no connection by then begins with what the page knows. */
const LONGEST_MS = 10_000;

/** False where the server offers something else by now; true where it offers the same, or cannot be asked. */
export async function stillOffered({ kind, practice }: Setup): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(LONGEST_MS);
    const answer = await fetch(`/api/live?trial=${kind === "trial"}`, { headers: { Accept: "application/json" }, signal });
    if (!answer.ok) return true;
    const now = (await answer.json()) as Pick<Setup, "kind" | "practice">;
    return now.kind === kind && now.practice?.id === practice?.id;
  } catch {
    return true;
  }
}
