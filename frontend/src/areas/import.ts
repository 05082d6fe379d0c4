/** Import: files are sent one by one and imported in parts, so that the first runs are in before the last is sent. */

import htmx from "htmx.org/dist/htmx.esm.js";

import "../styles/import.css";
import { type Named, chosen, dropped, parts, sorted } from "../dropped";
import { newKey } from "../outbox_store";
import { fill, pageData, toast } from "../page";
import { send, sentence } from "../requests";
import { Refused, sendFile } from "../sending";

type Texts = Record<"sending" | "sent" | "left_out" | "stopped" | "nothing" | "broken" | "over", string>;

const texts = document.getElementById("import-data") ? pageData<Texts>("import-data") : undefined;
const AT_ONCE = 3;

let stopping: AbortController | undefined;
let group = "";

function place<T extends HTMLElement>(selector: string): T {
  const found = document.querySelector<T>(selector);
  if (!found) throw new Error(`this page has no ${selector}`);
  return found;
}

function showSent(text: string): void {
  const said = place("#sent");
  said.textContent = text;
  said.hidden = false;
}

function percent(share: number): string {
  return new Intl.NumberFormat(document.documentElement.lang, { style: "percent" }).format(share);
}

/** Everything that is being sent, and how much of it has gone. */
class Sending {
  private readonly gone = new Map<Named, number>();
  private readonly size: number;
  private done = 0;

  constructor(private readonly files: Named[]) {
    this.size = files.reduce((sum, { file }) => sum + file.size, 0) || 1;
    place("#sending").hidden = false;
    place("#sent").hidden = true;
    this.show();
  }

  sent(one: Named, bytes: number): void {
    this.gone.set(one, Math.min(bytes, one.file.size));
    this.show();
  }

  finished(one: Named): void {
    this.done += 1;
    this.sent(one, one.file.size);
  }

  private show(): void {
    const share = [...this.gone.values()].reduce((sum, bytes) => sum + bytes, 0) / this.size;
    const shown = { done: String(this.done), all: String(this.files.length), percent: percent(share) };
    place("[data-sending-text]").textContent = fill(texts?.sending ?? "", shown);
    place<HTMLProgressElement>("[data-sending-bar]").value = share;
  }
}

/** Send files, some at the same time. */
async function sendAll(files: Named[], sending: Sending, signal: AbortSignal): Promise<void> {
  const waiting = [...files];
  const lane = async (): Promise<void> => {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      const current = one;
      const headers = { "X-File-Name": encodeURIComponent(current.name.slice(-400)), "X-Import-Group": group };
      await sendFile("/import/upload", current.file, headers, { onSent: (bytes) => sending.sent(current, bytes), signal });
      sending.finished(current);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

async function begin(strip: boolean): Promise<void> {
  const body = new URLSearchParams({ group, strip_positions: String(strip) });
  const answer = await send("/import/begin", { body });
  if (!answer.ok) throw new Refused(await sentence(answer));
  showProgress();
}

/** Fetch the state now; from then on it is asked for every second. */
function showProgress(): void {
  void htmx.ajax("get", "/import/progress", { target: "#batches", swap: "outerHTML" });
}

async function take(all: Named[]): Promise<void> {
  const { wanted, leftOut } = sorted(all);
  const note = leftOut ? ` ${fill(texts?.left_out ?? "", { count: String(leftOut) })}` : "";
  if (stopping) return;
  if (!wanted.length) {
    showSent((texts?.nothing ?? "") + note);
    return;
  }
  stopping = new AbortController();
  group = newKey();
  const strip = place<HTMLInputElement>('input[name="strip_positions"]').checked;
  const sending = new Sending(wanted);
  try {
    for (const part of parts(wanted)) {
      await sendAll(part, sending, stopping.signal);
      await begin(strip);
    }
    showSent(fill(texts?.sent ?? "", { count: String(wanted.length) }) + note);
  } catch (error) {
    await ended(error, strip);
  } finally {
    stopping = undefined;
    place("#sending").hidden = true;
  }
}

/** Say why sending ended; what has come in by then is imported all the same. */
async function ended(error: unknown, strip: boolean): Promise<void> {
  stopping?.abort();
  await begin(strip).catch(() => undefined); // nothing may have come in, or the import was ended
  if (error instanceof Refused) {
    showSent(error.message);
    toast(error.message);
  } else showSent((error instanceof DOMException ? texts?.stopped : texts?.broken) ?? "");
}

function startDropping(target: HTMLElement): void {
  const holds = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
  // Beside the target a drop would open the file in place of the page.
  for (const name of ["dragover", "drop"] as const) {
    window.addEventListener(name, (event) => {
      if (holds(event)) event.preventDefault();
    });
  }
  target.addEventListener("dragover", () => target.classList.add("drop-over"));
  target.addEventListener("dragleave", () => target.classList.remove("drop-over"));
  target.addEventListener("drop", (event) => {
    target.classList.remove("drop-over");
    if (event.dataTransfer) void dropped(event.dataTransfer).then(take);
  });
}

async function inspect(input: HTMLInputElement): Promise<void> {
  const file = input.files?.[0];
  const shown = place("#inspected-file");
  if (!file) return;
  shown.replaceChildren();
  try {
    const headers = { "X-File-Name": encodeURIComponent(file.name) };
    // The answer is a part of a page that the server has escaped.
    shown.innerHTML = await sendFile("/import/inspect", file, headers);
  } catch (error) {
    shown.textContent = error instanceof Refused ? error.message : (texts?.broken ?? "");
  }
  input.value = "";
}

/** Tell a screen reader once when an import is over, not every second. */
function tellTheEnd(): void {
  const states = new Map<string, string>();
  document.addEventListener("htmx:afterSwap", () => {
    for (const batch of document.querySelectorAll<HTMLElement>(".batch")) {
      const state = batch.dataset["state"] ?? "";
      const before = states.get(batch.id);
      if (before && before !== state && !["running", "waiting"].includes(state)) {
        place("#import-said").textContent = fill(texts?.over ?? "", { what: batch.dataset["words"] ?? "" });
      }
      states.set(batch.id, state);
    }
  });
}

if (texts) {
  startDropping(place("[data-drop]"));
  tellTheEnd();
  document.addEventListener("change", (event) => {
    const input = event.target as HTMLInputElement;
    if (input.matches("[data-inspect]")) void inspect(input);
    else if (input.matches("[data-files]") && input.files) {
      const files = chosen(input.files);
      input.value = "";
      void take(files);
    }
  });
  document.addEventListener("click", (event) => {
    if ((event.target as HTMLElement).closest("[data-stop]")) stopping?.abort();
  });
  document.addEventListener("submit", (event) => {
    if (!stopping || (event.target as HTMLElement).dataset["cancel"] !== group) return;
    group = ""; // what still comes in of it belongs to nothing
    stopping.abort();
  });
  window.addEventListener("beforeunload", (event) => {
    if (stopping) event.preventDefault();
  });
}
