/**
 * Moving a session: drag it with mouse or finger, or press its button and choose a day with the keys.
 *
 * While it is under way every day says whether it may take the session, and why not. Without scripts the button is a
 * link to a page that says the same.
 */

import { fill, pageData, sharedTexts, toast } from "../page";
import { send, sentence } from "../requests";

interface MoveTexts {
  moving: string;
  here: string;
  said: string;
  choices: string;
  none: string;
  stays: string;
}

interface Verdict {
  day: string;
  long: string;
  verdict: "allowed" | "warning" | "refused";
  words: string;
  text: string;
}

interface Moving {
  chip: HTMLElement;
  title: string;
  days: Map<string, Verdict>;
}

const FAR_ENOUGH_PX = 6;
const EDGE_PX = 90;
const SCROLL_PX = 14;
const KEYS: Record<string, number> = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

let texts: MoveTexts;
let moving: Moving | undefined;

function days(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(".day[data-day]")];
}

function announce(text: string): void {
  const place = document.getElementById("move-live");
  if (place) place.textContent = text;
}

async function asked(chip: HTMLElement): Promise<Verdict[]> {
  const answer = await fetch(`/plan/sessions/${chip.dataset["session"] ?? ""}/move`, {
    headers: { Accept: "application/json" },
  });
  if (!answer.ok) throw new Error(await sentence(answer));
  return ((await answer.json()) as { days: Verdict[] }).days;
}

/** Let every day say what it thinks. */
async function begin(chip: HTMLElement): Promise<Moving | undefined> {
  end();
  let found: Verdict[];
  try {
    found = await asked(chip);
  } catch (error) {
    toast(error instanceof TypeError ? sharedTexts().failed : (error as Error).message);
    return undefined;
  }
  const title = chip.dataset["title"] ?? "";
  moving = { chip, title, days: new Map(found.map((one) => [one.day, one])) };
  chip.classList.add("chip-moving");
  const bar = document.getElementById("move-bar");
  const words = document.getElementById("move-words");
  if (bar) bar.hidden = false;
  if (words) words.textContent = fill(texts.moving, { title });
  for (const day of days()) show(day);
  const free = found.filter((one) => one.verdict !== "refused").length;
  const summary = free ? fill(texts.choices, { count: String(free) }) : texts.none;
  announce(`${fill(texts.moving, { title })} ${summary}`);
  return moving;
}

function show(day: HTMLElement): void {
  const verdict = moving?.days.get(day.dataset["day"] ?? "");
  const place = day.querySelector<HTMLElement>("[data-verdict]");
  if (!verdict || !place) return;
  day.dataset["says"] = day.contains(moving?.chip ?? null) ? "own" : verdict.verdict;
  const words = document.createElement("p");
  words.className = "day-says";
  words.textContent = verdict.words;
  place.replaceChildren(words);
  if (verdict.text) {
    const why = document.createElement("p");
    why.textContent = verdict.text;
    place.append(why);
  }
  if (verdict.verdict !== "refused") place.append(dropButton(verdict));
  place.hidden = false;
}

function dropButton(verdict: Verdict): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.textContent = texts.here;
  button.setAttribute("aria-label", `${texts.here}: ${saidOf(verdict)}`);
  button.addEventListener("click", () => void drop(verdict.day));
  return button;
}

function saidOf(verdict: Verdict): string {
  return fill(texts.said, { day: verdict.long, verdict: verdict.words, text: verdict.text }).trim();
}

function end(): void {
  moving?.chip.classList.remove("chip-moving");
  moving = undefined;
  const bar = document.getElementById("move-bar");
  if (bar) bar.hidden = true;
  for (const day of days()) {
    delete day.dataset["says"];
    day.classList.remove("day-over");
    const place = day.querySelector<HTMLElement>("[data-verdict]");
    place?.replaceChildren();
    if (place) place.hidden = true;
  }
}

function leave(): void {
  if (!moving) return;
  const { chip, title } = moving;
  end();
  announce(fill(texts.stays, { title }));
  chip.querySelector<HTMLElement>("[data-move]")?.focus();
}

async function drop(day: string): Promise<void> {
  if (!moving) return;
  const verdict = moving.days.get(day);
  if (!verdict || verdict.verdict === "refused") {
    if (verdict?.text) toast(`${verdict.long}: ${verdict.text}`);
    leave();
    return;
  }
  const session = moving.chip.dataset["session"] ?? "";
  try {
    const answer = await send(`/plan/sessions/${session}/move`, { body: new URLSearchParams({ to: day }) });
    if (answer.ok) {
      location.assign(((await answer.json()) as { to: string }).to);
      return;
    }
    toast(await sentence(answer));
  } catch {
    toast(sharedTexts().failed);
  }
  leave();
}

// ------------------------------------------------------------------------------------------------------ by hand

interface Drag {
  chip: HTMLElement;
  pointer: number;
  x: number;
  y: number;
  ghost?: HTMLElement;
  ready?: Promise<Moving | undefined>;
}

let drag: Drag | undefined;
let dragged = false;

function down(event: PointerEvent): void {
  dragged = false;
  const target = event.target as HTMLElement;
  const chip = target.closest<HTMLElement>(".chip");
  const handle = target.closest("[data-move]");
  if (!chip?.querySelector("[data-move]") || event.button !== 0) return;
  // A finger on the session itself scrolls the page; on its handle it drags.
  if (event.pointerType !== "mouse" && !handle) return;
  drag = { chip, pointer: event.pointerId, x: event.clientX, y: event.clientY };
}

function moved(event: PointerEvent): void {
  if (!drag || event.pointerId !== drag.pointer) return;
  if (!drag.ghost) {
    if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < FAR_ENOUGH_PX) return;
    take(drag);
  }
  event.preventDefault();
  if (drag.ghost) drag.ghost.style.transform = `translate(${event.clientX - drag.x}px, ${event.clientY - drag.y}px)`;
  scrollAtEdge(event.clientY);
  const over = dayAt(event);
  for (const day of days()) day.classList.toggle("day-over", day === over);
}

function take(current: Drag): void {
  dragged = true;
  current.chip.setPointerCapture(current.pointer);
  const box = current.chip.getBoundingClientRect();
  const ghost = current.chip.cloneNode(true) as HTMLElement;
  ghost.className = `${current.chip.className} chip-ghost`;
  ghost.setAttribute("aria-hidden", "true");
  ghost.inert = true;
  Object.assign(ghost.style, { left: `${box.left}px`, top: `${box.top}px`, width: `${box.width}px` });
  document.body.append(ghost);
  current.ghost = ghost;
  current.ready = begin(current.chip);
}

function dayAt(event: PointerEvent): HTMLElement | undefined {
  const under = document.elementsFromPoint(event.clientX, event.clientY);
  return under.map((one) => one.closest<HTMLElement>(".day[data-day]")).find((day) => day !== null) ?? undefined;
}

function scrollAtEdge(y: number): void {
  if (y < EDGE_PX) window.scrollBy(0, -SCROLL_PX);
  else if (y > window.innerHeight - EDGE_PX) window.scrollBy(0, SCROLL_PX);
}

async function up(event: PointerEvent): Promise<void> {
  if (!drag || event.pointerId !== drag.pointer) return;
  const { ghost, ready, chip } = drag;
  const over = event.type === "pointerup" ? dayAt(event) : undefined;
  drag = undefined;
  ghost?.remove();
  if (!ghost || !(await ready)) return;
  const day = over?.dataset["day"];
  if (day && over !== chip.closest(".day")) await drop(day);
  else leave();
}

// ------------------------------------------------------------------------------------------------------ by keys

async function choose(chip: HTMLElement): Promise<void> {
  const begun = await begin(chip);
  const first = document.querySelector<HTMLElement>("[data-verdict] button");
  if (begun) (first ?? document.getElementById("move-cancel"))?.focus();
}

function key(event: KeyboardEvent): void {
  if (!moving) return;
  if (event.key === "Escape") {
    event.preventDefault();
    leave();
    return;
  }
  const step = KEYS[event.key];
  const buttons = [...document.querySelectorAll<HTMLElement>("[data-verdict] button")];
  const at = buttons.indexOf(document.activeElement as HTMLElement);
  if (step === undefined || at < 0) return;
  event.preventDefault();
  buttons[(at + step + buttons.length) % buttons.length]?.focus();
}

function click(event: MouseEvent): void {
  const target = event.target as HTMLElement;
  const chip = target.closest<HTMLElement>(".chip");
  if (dragged && chip) {
    // What ends a drag is no click.
    event.preventDefault();
    dragged = false;
    return;
  }
  if (chip && target.closest("[data-move]") && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    void choose(chip);
  }
}

/** Let the sessions of the week be moved. */
export function startMoving(): void {
  const week = document.getElementById("week");
  if (!week) return;
  texts = pageData<MoveTexts>("plan-data");
  week.addEventListener("pointerdown", down);
  week.addEventListener("dragstart", (event) => event.preventDefault());
  window.addEventListener("pointermove", moved, { passive: false });
  window.addEventListener("pointerup", (event) => void up(event));
  window.addEventListener("pointercancel", (event) => void up(event));
  week.addEventListener("click", click);
  document.addEventListener("keydown", key);
  document.getElementById("move-cancel")?.addEventListener("click", leave);
}
