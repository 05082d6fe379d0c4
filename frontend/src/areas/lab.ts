/** Lab trials: the chosen files go one by one, are measured together, and the answer is put below the form. */

import "../styles/lab.css";
import { newKey } from "../outbox_store";
import { pageData } from "../page";
import { send, sentence } from "../requests";
import { Refused, sendFile } from "../sending";

const texts = pageData<Record<"broken" | "missing", string>>("lab-data");
const form = document.querySelector<HTMLFormElement>("#lab-form");
const result = document.querySelector<HTMLElement>("#lab-result");

function show(selector: string, shown: boolean, text?: string): void {
  const found = document.querySelector<HTMLElement>(selector);
  if (!found) return;
  found.hidden = !shown;
  if (text !== undefined) found.textContent = text;
}

function files(of: HTMLFormElement): [string, File][] {
  return [...of.querySelectorAll<HTMLInputElement>("input[data-role]")].flatMap((input) =>
    [...(input.files ?? [])].map((file): [string, File] => [input.dataset["role"] ?? "", file]),
  );
}

async function measure(of: HTMLFormElement, into: HTMLElement, keep: boolean): Promise<void> {
  const chosen = files(of);
  const roles = new Set(chosen.map(([role]) => role));
  if (!roles.has("trial") || !roles.has("static")) {
    show("#lab-error", true, texts.missing);
    return;
  }
  const group = newKey();
  for (const [role, file] of chosen) {
    const name = encodeURIComponent(file.name.slice(-400));
    await sendFile("/lab/upload", file, { "X-File-Name": name, "X-Import-Group": group, "X-Lab-Role": role });
  }
  const body = new URLSearchParams(new FormData(of) as unknown as Record<string, string>);
  body.set("group", group);
  if (keep) body.set("keep", "yes");
  const answer = await send("/lab/measure", { body });
  if (!answer.ok) throw new Refused(await sentence(answer));
  // The answer is a part of a page that the server has escaped.
  into.innerHTML = await answer.text();
  into.scrollIntoView({ block: "start" });
}

async function begin(of: HTMLFormElement, into: HTMLElement, keep: boolean): Promise<void> {
  const buttons = document.querySelectorAll<HTMLButtonElement>("#lab-form button, [data-keep]");
  for (const button of buttons) button.disabled = true;
  show("#lab-error", false);
  show("#lab-progress", true);
  try {
    await measure(of, into, keep);
  } catch (error) {
    show("#lab-error", true, error instanceof Refused ? error.message : texts.broken);
  } finally {
    show("#lab-progress", false);
    for (const button of buttons) button.disabled = false;
  }
}

if (form && result) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void begin(form, result, false);
  });
  result.addEventListener("click", (event) => {
    if ((event.target as HTMLElement).closest("[data-keep]")) void begin(form, result, true);
  });
}
