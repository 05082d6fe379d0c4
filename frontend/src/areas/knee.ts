/**
 * The knee: the intake keeps every answer as it is given, shows questions as answers call for them, and can be answered
 * with the keyboard alone; the body and the list of findings point at each other.
 */

import "../styles/knee.css";
import { pageData } from "../page";
import { send } from "../requests";

interface Clause {
  question: string;
  one_of: string[];
  at_least: number | null;
  at_most: number | null;
}
type Field = HTMLInputElement | HTMLTextAreaElement;

const BY_KEYS = "kneewise-intake-keys";
const NONE_OF_THEM = new Set(["none", "nothing"]);
const PAUSE_MS = 250;

function fields(form: HTMLFormElement, question: string): Field[] {
  return [...form.querySelectorAll<Field>(`[name="${CSS.escape(question)}"]`)];
}

/** What is answered on this page. */
function answer(form: HTMLFormElement, question: string): string[] {
  const asked = fields(form, question).filter((field) => !field.closest("fieldset:disabled"));
  const given = asked.filter((field) => !/radio|checkbox/.test(field.type) || (field as HTMLInputElement).checked);
  return given.map((field) => field.value).filter((value) => value !== "");
}

function holds(form: HTMLFormElement, clause: Clause): boolean {
  const given = answer(form, clause.question);
  if (clause.one_of.length) return given.some((value) => clause.one_of.includes(value));
  const number = Number((given[0] ?? "").replace(",", "."));
  if (!given.length || Number.isNaN(number)) return false;
  return (clause.at_least === null || number >= clause.at_least) && (clause.at_most === null || number <= clause.at_most);
}

/** Show what the answers call for. */
function showAsked(form: HTMLFormElement): void {
  for (const question of form.querySelectorAll<HTMLFieldSetElement>("fieldset[data-when]")) {
    const clauses = JSON.parse(question.dataset["when"] ?? "[]") as Clause[];
    const asked = clauses.every((clause) => holds(form, clause));
    question.hidden = !asked;
    question.disabled = !asked;
  }
}

/** "None of these" and another answer cannot both be true. */
function settle(form: HTMLFormElement, changed: HTMLInputElement): void {
  if (changed.type !== "checkbox" || !changed.checked) return;
  const none = NONE_OF_THEM.has(changed.value);
  for (const other of fields(form, changed.name) as HTMLInputElement[]) {
    if (other !== changed && (none || NONE_OF_THEM.has(other.value))) other.checked = false;
  }
}

function startKeeping(form: HTMLFormElement): void {
  const texts = pageData<Record<"kept" | "not_kept", string>>("intake-texts");
  const place = form.querySelector<HTMLElement>("[data-kept]");
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = Promise.resolve();

  async function keep(): Promise<void> {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
    try {
      const stored = await send(`${form.action}/keep`, { body, keepalive: true });
      if (place) place.textContent = stored.ok ? texts.kept : texts.not_kept;
    } catch {
      if (place) place.textContent = texts.not_kept;
    }
  }
  function flush(): void {
    if (timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    last = last.then(keep);
  }
  form.addEventListener("input", (event) => {
    settle(form, event.target as HTMLInputElement);
    showAsked(form);
    clearTimeout(timer);
    timer = setTimeout(flush, PAUSE_MS);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    timer = undefined;
  });
  window.addEventListener("pagehide", flush);
}

/** While a question has the focus, a digit chooses: 1 the first answer, on a scale the number itself. */
function startDigits(form: HTMLFormElement): void {
  form.addEventListener("keydown", (event) => {
    sessionStorage.setItem(BY_KEYS, "yes");
    const target = event.target as HTMLElement;
    if (!/^\d$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!(target instanceof HTMLInputElement) || !/radio|checkbox/.test(target.type)) return;
    const question = target.closest("fieldset");
    if (!question) return;
    const choices = [...question.querySelectorAll<HTMLInputElement>('input[type="radio"], input[type="checkbox"]')];
    const scale = question.querySelector(".scale") !== null;
    const chosen = scale ? choices.find((one) => one.value === event.key) : choices[Number(event.key) - 1];
    if (!chosen) return;
    event.preventDefault();
    chosen.click();
    if (chosen.type === "radio") chosen.focus();
  });
  form.addEventListener("pointerdown", () => sessionStorage.removeItem(BY_KEYS));
  // Who goes on with the keyboard finds the first question under it; the safety list is read from its top.
  if (sessionStorage.getItem(BY_KEYS) && !location.hash && !document.querySelector(".safety-list")) {
    form.querySelector<Field>("fieldset:not([disabled]) :is(input:not([type=hidden]), textarea)")?.focus();
  }
}

const DIRECTIONS: Record<string, [number, number]> = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

/** On the drawn knee the arrow keys go to the next place in their direction; the drawing is one stop of the Tab key. */
function startMap(map: HTMLElement): void {
  const spots = [...map.querySelectorAll<HTMLInputElement>(".spot input")];
  const rest = (current: HTMLInputElement): void => spots.forEach((one) => (one.tabIndex = one === current ? 0 : -1));
  const list = (one: HTMLInputElement): HTMLElement | null => map.querySelector(`.zones label[for="${one.id}"]`);
  const show = (): void => spots.forEach((one) => list(one)?.classList.toggle("chosen", one.checked));
  const centre = (one: HTMLInputElement): [number, number] => {
    const box = one.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
  };
  const next = (from: HTMLInputElement, [right, down]: [number, number]): HTMLInputElement | undefined => {
    const [x, y] = centre(from);
    const ahead = spots.flatMap((one) => {
      const [otherX, otherY] = centre(one);
      const along = (otherX - x) * right + (otherY - y) * down;
      const aside = Math.abs((otherX - x) * down) + Math.abs((otherY - y) * right);
      return one !== from && along > 1 ? [{ one, far: along + 2 * aside }] : [];
    });
    return ahead.sort((one, other) => one.far - other.far)[0]?.one;
  };
  for (const one of spots) {
    one.addEventListener("keydown", (event) => {
      const direction = DIRECTIONS[event.key];
      if (!direction) return;
      event.preventDefault();
      const found = next(one, direction);
      if (!found) return;
      rest(found);
      found.focus();
    });
    one.addEventListener("focus", () => {
      rest(one);
      list(one)?.classList.add("pointed");
    });
    one.addEventListener("blur", () => list(one)?.classList.remove("pointed"));
    one.parentElement?.addEventListener("pointerenter", () => list(one)?.classList.add("pointed"));
    one.parentElement?.addEventListener("pointerleave", () => list(one)?.classList.remove("pointed"));
  }
  map.addEventListener("change", show);
  if (spots[0]) rest(spots.find((one) => one.checked) ?? spots[0]);
  show();
  document.querySelectorAll<HTMLInputElement>('input[name="side"]').forEach((side) =>
    side.addEventListener("change", () => {
      const drawn = map.querySelector<HTMLElement>(".knee");
      if (drawn && side.value !== "") drawn.dataset["side"] = side.value;
    }),
  );
}

/** The body and the list point at each other. */
function startChain(): void {
  const all = [...document.querySelectorAll<HTMLElement>("[data-area]")];
  const point = (area: string | undefined, on: boolean): void => {
    for (const one of all) if (one.dataset["area"] === area) one.classList.toggle("pointed", on);
  };
  for (const one of all) {
    const area = one.dataset["area"];
    for (const name of ["pointerenter", "focusin"]) one.addEventListener(name, () => point(area, true));
    for (const name of ["pointerleave", "focusout"]) one.addEventListener(name, () => point(area, false));
  }
}

const form = document.querySelector<HTMLFormElement>("form[data-intake]");
if (form) {
  showAsked(form);
  startKeeping(form);
  document.querySelectorAll<HTMLElement>("[data-pain-map]").forEach(startMap);
  startDigits(form);
}
document.querySelectorAll<HTMLButtonElement>("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
startChain();
