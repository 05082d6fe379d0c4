/**
 * Today: the check-in, also on a page that was kept on the phone, perhaps days ago.
 *
 * A kept page knows the days ahead as they looked when it was kept. What was told meanwhile stands in the outbox and is
 * not asked again.
 */

import "../styles/today.css";
import { ours } from "../outbox";
import { type Entry, drop } from "../outbox_store";
import { fill, pageData } from "../page";
import { showValue } from "../slider";

interface TodayData {
  day?: string;
  zone?: string;
  waits?: string;
  nothing: string;
}

interface Answered extends Event {
  detail: { answer?: { ids: string[] } | null; answers?: ({ ids: string[] } | null)[] };
}

const texts = pageData<TodayData>("today-data");
const DAY_MS = 86_400_000;

/** The calendar day in the runner's zone. */
function dayIn(zone: string, at: Date): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(at);
}

/** Whether this page comes from the server of now. */
async function connected(): Promise<boolean> {
  try {
    return (await fetch("/session.json", { headers: { Accept: "application/json" } })).ok;
  } catch {
    return false;
  }
}

/** Turn a page of an earlier day into the one that it foresaw for today. */
async function bringUpToDate(): Promise<void> {
  const place = document.getElementById("today");
  if (!place || !texts.day || !texts.zone) return;
  const today = dayIn(texts.zone, new Date());
  if (today <= texts.day || today === place.dataset["day"]) return;
  if (await connected()) {
    reloadOnce(today);
    return;
  }
  const stopped = place.querySelector(".halt");
  const template =
    document.querySelector<HTMLTemplateElement>(`template[data-kept="${today}"]`) ??
    document.querySelector<HTMLTemplateElement>('template[data-kept="later"]');
  if (!template) return;
  const yesterday = new Date(Date.parse(today) - DAY_MS).toISOString().slice(0, 10);
  const long = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "full", timeZone: "UTC" });
  const copy = document.createElement("template");
  copy.innerHTML = fill(template.innerHTML, { today, yesterday, long: long.format(new Date(today)) });
  place.dataset["day"] = today;
  place.replaceChildren(...(stopped ? [stopped] : []), copy.content);
}

/** The server's clock may stand on another day than this device's: ask it once, not for ever. */
function reloadOnce(today: string): void {
  if (sessionStorage.getItem("kneewise-reloaded") === today) return;
  sessionStorage.setItem("kneewise-reloaded", today);
  location.reload();
}

function inputOf(name: string): HTMLInputElement | undefined {
  return [...document.querySelectorAll<HTMLInputElement>("#today [data-slider] input")].find(
    (input) => input.dataset["name"] === name,
  );
}

/** Take questions away that were answered and wait in the outbox. */
async function leaveOutWhatWaits(): Promise<void> {
  const entries = (await ours()).filter((entry) => !entry.refused);
  for (const [name, value] of entries.flatMap((entry) => entry.fields)) {
    const slider = inputOf(name)?.closest<HTMLElement>("[data-slider]");
    const label = slider?.querySelector("label")?.textContent;
    if (!slider || !label) continue;
    const told = document.createElement("p");
    told.className = "told-waits";
    told.textContent = fill(texts.waits ?? "", { answer: `${label} ${value}` });
    slider.replaceWith(told);
  }
  for (const form of document.querySelectorAll<HTMLFormElement>("#today form[data-outbox]")) {
    if (form.querySelector("[data-slider]")) continue;
    for (const part of form.querySelectorAll<HTMLElement>(".signs, .form-actions, .form-actions + .hint")) part.hidden = true;
  }
}

/** Say "nothing was told" here instead of sending an empty form. */
function refuseEmpty(event: Event): void {
  const form = event.target as HTMLFormElement;
  if (!form.matches("form[data-outbox]")) return;
  const told = [...new FormData(form)].some(([name]) => name.includes("."));
  if (told) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const place = form.querySelector("[data-answer]");
  if (place) place.textContent = texts.nothing;
}

function noPain(button: HTMLElement): void {
  for (const input of button.closest("form")?.querySelectorAll<HTMLInputElement>("[data-slider] input") ?? []) {
    if (!("untold" in input.dataset)) continue;
    input.value = "0";
    showValue(input);
  }
}

function goToAnswers(answers: ({ ids: string[] } | null | undefined)[]): void {
  const ids = answers.flatMap((answer) => answer?.ids ?? []);
  location.assign(ids.length ? `/?told=${ids.join(",")}` : "/");
}

/** Fill the form of one day with an entry that was not accepted. */
async function mend(key: string): Promise<void> {
  const entry = (await ours()).find((one) => one.key === key);
  const form = document.querySelector<HTMLFormElement>("form#whole");
  if (!entry || !form) return;
  const day = entry.fields.map(([name]) => name.split(".")[0]).find((part) => /^\d{4}-\d{2}-\d{2}$/.test(part ?? ""));
  if (day && !form.querySelector(`[data-name^="${day}."]`)) {
    location.replace(`/check-in?day=${day}&entry=${key}`);
    return;
  }
  fillIn(form, entry);
  form.addEventListener("outbox:answer", () => void drop(key));
  form.addEventListener("outbox:waits", () => void drop(key));
}

function fillIn(form: HTMLFormElement, entry: Entry): void {
  for (const [name, value] of entry.fields) {
    const slider = form.querySelector<HTMLInputElement>(`[data-name="${name}"]`);
    if (slider) {
      slider.value = value;
      showValue(slider);
    }
    const choice = form.querySelector<HTMLInputElement>(`input[type="radio"][name="${name}"][value="${value}"]`);
    if (choice) choice.checked = true;
  }
}

document.addEventListener("submit", refuseEmpty, { capture: true });
document.addEventListener("click", (event) => {
  const button = (event.target as HTMLElement).closest<HTMLElement>("[data-no-pain]");
  if (button) noPain(button);
});
document.addEventListener("outbox:answer", (event) => {
  event.preventDefault();
  goToAnswers([(event as Answered).detail.answer]);
});
document.addEventListener("outbox:stored", (event) => goToAnswers((event as Answered).detail.answers ?? []));
document.addEventListener("outbox:waits", () => void leaveOutWhatWaits());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") void bringUpToDate().then(leaveOutWhatWaits);
});

void bringUpToDate().then(leaveOutWhatWaits);
const asked = new URLSearchParams(location.search).get("entry");
if (asked) void mend(asked);
