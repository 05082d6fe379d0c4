/** Gait: one clip is sent with its progress; a tap on its picture says who the runner is. */

import "../styles/gait.css";
import { fill, pageData } from "../page";
import { Refused, sendFile } from "../sending";

type Texts = Record<"sending" | "looking" | "stopped" | "broken", string>;

let stopping: AbortController | undefined;

function part<T extends HTMLElement>(within: HTMLElement, selector: string): T {
  const found = within.querySelector<T>(selector);
  if (!found) throw new Error(`this page has no ${selector}`);
  return found;
}

function percent(share: number): string {
  return new Intl.NumberFormat(document.documentElement.lang, { style: "percent" }).format(share);
}

async function take(form: HTMLFormElement, file: File, texts: Texts): Promise<void> {
  if (stopping) return;
  stopping = new AbortController();
  const sending = part(form, "[data-sending]");
  const said = part(form, "[data-sending-text]");
  const bar = part<HTMLProgressElement>(form, "[data-sending-bar]");
  const refused = part(form, "[data-sent]");
  refused.hidden = true;
  sending.hidden = false;
  said.textContent = fill(texts.sending, { percent: percent(0) });
  const onSent = (bytes: number): void => {
    const share = Math.min(1, bytes / (file.size || 1));
    bar.value = share;
    said.textContent = share < 1 ? fill(texts.sending, { percent: percent(share) }) : texts.looking;
  };
  try {
    const headers = { "X-File-Name": encodeURIComponent(file.name.slice(-400)) };
    const answer = await sendFile("/gait/upload", file, headers, { onSent, signal: stopping.signal });
    stopping = undefined;
    window.location.assign((JSON.parse(answer) as { href: string }).href);
    return;
  } catch (error) {
    if (error instanceof Refused) refused.textContent = error.message;
    else refused.textContent = error instanceof DOMException ? texts.stopped : texts.broken;
    refused.hidden = false;
  }
  stopping = undefined;
  sending.hidden = true;
}

function startSending(form: HTMLFormElement): void {
  const texts = pageData<Texts>("gait-data");
  form.addEventListener("change", (event) => {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    input.value = input.files ? "" : input.value;
    if (file) void take(form, file, texts);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  part(form, "[data-stop]").addEventListener("click", () => stopping?.abort());
  window.addEventListener("beforeunload", (event) => {
    if (stopping) event.preventDefault();
  });
}

function startTapping(tap: HTMLElement): void {
  const form = tap.closest("form");
  const mark = part(tap, "[data-tap-mark]");
  if (!form) return;
  const set = (x: string, y: string): void => {
    part<HTMLInputElement>(form, 'input[name="tap_x"]').value = x;
    part<HTMLInputElement>(form, 'input[name="tap_y"]').value = y;
  };
  const show = (x: number, y: number): void => {
    mark.hidden = false;
    mark.style.setProperty("--x", `${x * 100}%`);
    mark.style.setProperty("--y", `${y * 100}%`);
  };
  const [x, y] = ["tap_x", "tap_y"].map((name) => part<HTMLInputElement>(form, `input[name="${name}"]`).value);
  if (x && y) show(Number(x), Number(y));
  part(form, "[data-tap-hint]").hidden = false;
  tap.classList.add("tap-ready");
  tap.addEventListener("click", (event) => {
    const box = part(tap, "img").getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width;
    const y = (event.clientY - box.top) / box.height;
    if (x < 0 || x > 1 || y < 0 || y > 1) return;
    set(x.toFixed(4), y.toFixed(4));
    show(x, y);
    for (const one of form.querySelectorAll<HTMLInputElement>('input[name="place"]')) one.checked = false;
  });
  form.addEventListener("change", (event) => {
    if ((event.target as HTMLInputElement).name !== "place") return;
    set("", "");
    mark.hidden = true;
  });
}

/** The belt's speed is asked only on a belt. */
function startGround(form: HTMLFormElement): void {
  const speed = form.querySelector<HTMLInputElement>('input[name="speed"]')?.closest<HTMLElement>(".field");
  const show = (): void => {
    const chosen = form.querySelector<HTMLInputElement>('input[name="ground"]:checked');
    if (speed) speed.hidden = chosen?.value !== "treadmill";
  };
  form.addEventListener("change", show);
  show();
}

/** A picture of straight standing is looked at right away; what it shows goes with the form. */
function startStanding(form: HTMLFormElement, standing: HTMLElement): void {
  const texts = pageData<Record<"looking" | "broken", string>>("standing-data");
  const seen = part(standing, "[data-standing-seen]");
  const words = part(standing, "[data-standing-words]");
  const drop = part(standing, "[data-standing-drop]");
  const refused = part(standing, "[data-standing-refused]");
  const shows = part<HTMLInputElement>(standing, 'input[name="standing"]');
  const measure = part<HTMLButtonElement>(form, 'button[type="submit"]');

  const tell = (text: string, looking: boolean): void => {
    words.textContent = text;
    seen.hidden = !text;
    drop.hidden = looking;
    measure.disabled = looking;
  };
  const look = async (file: File): Promise<void> => {
    shows.value = "";
    refused.hidden = true;
    tell(texts.looking, true);
    try {
      const headers = { "X-File-Name": encodeURIComponent(file.name.slice(-400)) };
      const answer = JSON.parse(await sendFile("/gait/standing", file, headers)) as Record<"standing" | "words", string>;
      shows.value = answer.standing;
      tell(answer.words, false);
    } catch (error) {
      tell("", false);
      refused.textContent = error instanceof Refused ? error.message : texts.broken;
      refused.hidden = false;
    }
  };
  part<HTMLInputElement>(standing, "[data-standing-file]").addEventListener("change", (event) => {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    if (file) void look(file);
    input.value = "";
  });
  drop.addEventListener("click", () => {
    shows.value = "";
    tell("", false);
  });
  const show = (): void => {
    standing.hidden = form.querySelector<HTMLInputElement>('input[name="view"]:checked')?.value !== "side";
  };
  form.addEventListener("change", show);
  show();
}

const form = document.querySelector<HTMLFormElement>("[data-gait-send]");
if (form) startSending(form);
const tap = document.querySelector<HTMLElement>("[data-tap]");
if (tap) startTapping(tap);
const told = document.querySelector<HTMLFormElement>("#measure-form");
if (told) startGround(told);
const standing = told?.querySelector<HTMLElement>("[data-standing]");
if (told && standing) startStanding(told, standing);
document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
