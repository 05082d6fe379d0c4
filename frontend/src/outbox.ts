/**
 * The outbox: a form with `data-outbox` never loses what it was told.
 *
 * What is sent is first kept here under a key of its own, then posted with that key; it leaves the outbox when the
 * server has answered. Without a connection it waits. Sent twice it is stored once, because the key is the same.
 */

import { type Entry, drop, keep, newKey, waiting } from "./outbox_store";
import { fill, sharedTexts } from "./page";
import { renewToken, send, sentence } from "./requests";

type Outcome = { state: "stored"; answer: Response } | { state: "waits" } | { state: "refused"; text: string };

const UNSIGNED = 401;
const FORBIDDEN = 403;
const SERVER_TROUBLE = 500;

async function post(entry: Entry): Promise<Response> {
  return send(entry.url, {
    body: new URLSearchParams(entry.fields),
    headers: { "Idempotency-Key": entry.key, "X-Told-At": entry.toldAt },
  });
}

/** Send one entry; what the server could not take for reasons of its own waits for the next time. */
export async function deliver(entry: Entry): Promise<Outcome> {
  let answer: Response;
  try {
    answer = await post(entry);
    if (answer.status === FORBIDDEN) {
      await renewToken();
      answer = await post(entry);
    }
  } catch {
    return { state: "waits" };
  }
  if (answer.ok) {
    await drop(entry.key);
    return { state: "stored", answer };
  }
  if ([UNSIGNED, FORBIDDEN].includes(answer.status) || answer.status >= SERVER_TROUBLE) return { state: "waits" };
  const text = await sentence(answer);
  await keep({ ...entry, refused: text });
  return { state: "refused", text };
}

let replaying = false;

/** Send everything that waits, in the order of telling. */
export async function replay(): Promise<void> {
  if (replaying) return;
  replaying = true;
  let stored = 0;
  try {
    for (const entry of await waiting()) {
      if (entry.refused) continue;
      const outcome = await deliver(entry);
      if (outcome.state === "waits") break;
      if (outcome.state === "stored") stored += 1;
    }
  } finally {
    replaying = false;
  }
  await show(stored > 0);
  if (stored) document.dispatchEvent(new CustomEvent("outbox:stored", { detail: { count: stored } }));
}

async function show(justSent = false): Promise<void> {
  const bar = document.getElementById("outbox-bar");
  if (!bar) return;
  const entries = await waiting();
  const texts = sharedTexts();
  const refused = entries.find((entry) => entry.refused);
  bar.hidden = entries.length === 0 && !justSent;
  if (refused) {
    bar.textContent = fill(texts.refused, { text: refused.refused ?? "" });
    bar.append(discard(refused, texts.discard));
  } else if (entries.length) {
    bar.textContent = fill(texts.waiting, { count: String(entries.length) });
  } else if (justSent) {
    bar.textContent = texts.sent;
  }
}

function discard(entry: Entry, words: string): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-quiet";
  button.textContent = words;
  button.addEventListener("click", () => void drop(entry.key).then(() => show()));
  return button;
}

function fieldsOf(form: HTMLFormElement, submitter: HTMLElement | null): [string, string][] {
  const fields: [string, string][] = [];
  for (const [name, value] of new FormData(form, submitter)) {
    if (typeof value === "string" && name !== "csrf_token") fields.push([name, value]);
  }
  return fields;
}

async function submit(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  const place = form.querySelector<HTMLElement>("[data-answer]");
  const entry: Entry = {
    key: newKey(),
    url: form.action,
    fields: fieldsOf(form, submitter),
    toldAt: new Date().toISOString(),
  };
  await keep(entry);
  const outcome = await deliver(entry);
  if (outcome.state === "stored") {
    const detail = { answer: await outcome.answer.json().catch(() => null) };
    // A page that shows the answer itself prevents this; else the page is loaded anew.
    if (form.dispatchEvent(new CustomEvent("outbox:answer", { bubbles: true, cancelable: true, detail }))) {
      location.assign(form.dataset["next"] ?? location.href);
    }
    return;
  }
  if (outcome.state === "refused") await drop(entry.key); // the form still holds it, and says why
  else form.reset();
  if (place) place.textContent = outcome.state === "refused" ? outcome.text : sharedTexts().kept;
  form.dispatchEvent(new CustomEvent(`outbox:${outcome.state}`, { bubbles: true }));
  await show();
}

/** Take over every form with `data-outbox`, now and later, and send what waits whenever there is a chance. */
export function startOutbox(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.matches("form[data-outbox]")) return;
    event.preventDefault();
    void submit(form, event.submitter);
  });
  window.addEventListener("online", () => void replay());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void replay();
  });
  void replay();
}
