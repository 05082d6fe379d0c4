/** Strength work as it is told: the page stays as it is, so that the next exercise is at hand. */

import { ours } from "../outbox";
import { pageData } from "../page";

interface Stored {
  id: string;
  exercise: string;
  text: string;
}

interface Answered extends Event {
  detail: { answer?: Stored | null; answers?: (Stored | null)[] };
}

let texts: { kept: string; again: string };

function exercise(id: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-exercise="${CSS.escape(id)}"]`);
}

function tell(place: HTMLElement, text: string, stored: boolean): void {
  place.classList.toggle("exercise-done", stored);
  place.classList.toggle("exercise-waits", !stored);
  const line = place.querySelector<HTMLElement>("[data-logged]");
  const words = line?.querySelector("span");
  if (words) words.textContent = text;
  if (line) line.hidden = false;
  const log = place.querySelector<HTMLDetailsElement>("[data-log]");
  if (log) log.open = false;
  const summary = log?.querySelector("summary");
  if (summary?.lastChild) summary.lastChild.textContent = texts.again;
  summary?.focus();
}

function showStored(answer: Stored | null | undefined): void {
  const place = answer ? exercise(answer.exercise) : null;
  if (!answer || !place) return;
  tell(place, answer.text, true);
  const form = place.querySelector("form");
  const name = `${answer.exercise}.correct`;
  let correct = form?.querySelector<HTMLInputElement>(`input[name="${name}"]`);
  if (form && !correct) {
    correct = document.createElement("input");
    correct.type = "hidden";
    correct.name = name;
    form.append(correct);
  }
  if (correct) correct.value = answer.id;
}

/** Say of exercises that were told and wait for a connection. */
async function showWaiting(): Promise<void> {
  for (const entry of await ours()) {
    const id = entry.fields.find(([name]) => name === "exercise")?.[1];
    const place = id && !entry.refused ? exercise(id) : null;
    if (place) tell(place, texts.kept, false);
  }
}

export function startStrength(): void {
  if (!document.querySelector("[data-exercise]")) return;
  texts = pageData("strength-data");
  document.addEventListener("outbox:answer", (event) => {
    const form = event.target as HTMLElement;
    if (!form.closest("[data-exercise]")) return;
    event.preventDefault();
    showStored((event as Answered).detail.answer);
  });
  document.addEventListener("outbox:stored", (event) => (event as Answered).detail.answers?.forEach(showStored));
  document.addEventListener("outbox:waits", () => void showWaiting());
  void showWaiting();
}
