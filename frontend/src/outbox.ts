/**
 * The outbox: a form with `data-outbox` never loses what it was told.
 *
 * What is sent is first kept here under a key of its own, then posted with that key; it leaves the outbox when the
 * server has answered. Without a connection it waits. Sent twice it is stored once, because the key is the same.
 */

import { type Entry, drop, keep, newKey, waiting } from "./outbox_store";
import { type SharedTexts, fill, meta, sharedTexts } from "./page";
import { renewToken, send, sentence } from "./requests";

type Outcome = { state: "stored"; answer: Response } | { state: "waits" } | { state: "refused"; text: string };

const UNSIGNED = 401;
const FORBIDDEN = 403;
const SERVER_TROUBLE = 500;

/** Whether the server asked for its key when something was sent last. */
let unsigned = false;

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
    unsigned = false;
    await drop(entry.key).catch(() => undefined);
    return { state: "stored", answer };
  }
  unsigned = answer.status === UNSIGNED;
  if ([UNSIGNED, FORBIDDEN].includes(answer.status) || answer.status >= SERVER_TROUBLE) return { state: "waits" };
  const text = await sentence(answer);
  await keep({ ...entry, refused: text }).catch(() => undefined);
  return { state: "refused", text };
}

let replaying = false;

/** Entries that were told to the record behind this page. */
export async function ours(): Promise<Entry[]> {
  return (await waiting()).filter((entry) => entry.record === meta("record"));
}

/** Send everything that waits, in the order of telling. */
export async function replay(): Promise<void> {
  if (replaying || !meta("record")) return;
  replaying = true;
  const answers: unknown[] = [];
  try {
    for (const entry of await ours()) {
      if (entry.refused) continue;
      const outcome = await deliver(entry);
      if (outcome.state === "waits") break;
      if (outcome.state === "stored") answers.push(await outcome.answer.json().catch(() => null));
    }
  } finally {
    replaying = false;
  }
  await show(answers.length > 0);
  if (answers.length) document.dispatchEvent(new CustomEvent("outbox:stored", { detail: { answers } }));
}

const SOON_MS = 3000;
const AT_MOST_MS = 60_000;
let pause = SOON_MS;
let trying: ReturnType<typeof setTimeout> | undefined;

/** Try again after a while: no event tells that a server on this very machine is back. */
function tryAgain(): void {
  clearTimeout(trying);
  trying = setTimeout(() => {
    pause = Math.min(pause * 2, AT_MOST_MS);
    if (document.visibilityState === "visible") void replay();
  }, pause);
}

/** Show what waits, what was refused and what belongs elsewhere. */
export async function show(justSent = false): Promise<void> {
  const bar = document.getElementById("outbox-bar");
  if (!bar) return;
  const all = await waiting();
  const entries = all.filter((entry) => entry.record === meta("record"));
  const texts = sharedTexts();
  const refused = entries.filter((entry) => entry.refused);
  const open = entries.length - refused.length;
  const said = refused.map((entry) => refusedLine(entry, texts));
  if (open === 1) said.push(line(texts.waiting_one));
  else if (open) said.push(line(fill(texts.waiting, { count: String(open) })));
  if (open && unsigned) said.push(line(texts.unsigned));
  if (all.length > entries.length) said.push(line(fill(texts.elsewhere, { count: String(all.length - entries.length) })));
  if (!said.length && justSent) said.push(line(texts.sent));
  bar.replaceChildren(...said);
  bar.hidden = said.length === 0;
  if (open) tryAgain();
  else pause = SOON_MS;
}

function line(text: string): HTMLElement {
  const place = document.createElement("p");
  place.textContent = text;
  return place;
}

function refusedLine(entry: Entry, texts: SharedTexts): HTMLElement {
  const place = line(fill(texts.refused, { text: entry.refused ?? "" }));
  place.append(" ");
  if (entry.mend) {
    const link = document.createElement("a");
    link.className = "button";
    link.href = `${entry.mend}?entry=${entry.key}`;
    link.textContent = texts.mend;
    place.append(link, " ");
  }
  place.append(discard(entry, texts.discard));
  return place;
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
    // What was begun long before it is told brings its own key, so that a reload in between does not tell it twice.
    key: form.dataset["key"] || newKey(),
    url: form.action,
    fields: fieldsOf(form, submitter),
    toldAt: form.dataset["toldAt"] || new Date().toISOString(),
    record: meta("record"),
    ...(form.dataset["mend"] ? { mend: form.dataset["mend"] } : {}),
  };
  // A browser that keeps nothing can still send what it has.
  const kept = await keep(entry).then(
    () => true,
    () => false,
  );
  const outcome = await deliver(entry);
  if (outcome.state === "stored") {
    const detail = { answer: await outcome.answer.json().catch(() => null) };
    // A page that shows the answer itself prevents this; else the page is loaded anew.
    if (form.dispatchEvent(new CustomEvent("outbox:answer", { bubbles: true, cancelable: true, detail }))) {
      location.assign(form.dataset["next"] ?? location.href);
    }
    return;
  }
  const texts = sharedTexts();
  if (outcome.state === "refused") await drop(entry.key).catch(() => undefined); // the form holds it, and says why
  else if (kept) form.reset();
  if (place) place.textContent = outcome.state === "refused" ? outcome.text : kept ? texts.kept : texts.unkept;
  form.dispatchEvent(new CustomEvent(`outbox:${outcome.state}`, { bubbles: true }));
  await show();
}

const sending = new WeakSet<HTMLFormElement>();

/** Send a form once at a time: a second tap while the first is under way tells nothing new. */
async function once(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  if (sending.has(form)) return;
  sending.add(form);
  try {
    await submit(form, submitter);
  } finally {
    sending.delete(form);
  }
}

/** Take over every form with `data-outbox`, now and later, and send what waits whenever there is a chance. */
export function startOutbox(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.matches("form[data-outbox]")) return;
    event.preventDefault();
    void once(form, event.submitter);
  });
  window.addEventListener("online", () => void replay());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void replay();
  });
  void replay();
}
