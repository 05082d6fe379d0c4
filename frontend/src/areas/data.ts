/** My data: a backup is sent with its progress; after erasing, this browser keeps nothing either. */

import "../styles/data.css";
import { fill, pageData } from "../page";
import { Refused, sendFile } from "../sending";

type Texts = Record<"sending" | "checking" | "broken", string>;

const DATABASE = "kneewise-outbox";

async function restore(input: HTMLInputElement): Promise<void> {
  const file = input.files?.[0];
  const progress = document.getElementById("restoring");
  const words = progress?.querySelector("[data-restoring-text]");
  const bar = progress?.querySelector<HTMLProgressElement>("[data-restoring-bar]");
  const error = document.getElementById("restore-error");
  if (!file || !progress || !words || !bar || !error) return;
  const texts = pageData<Texts>("data-texts");
  const percent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });
  const show = (bytes: number): void => {
    const share = file.size ? bytes / file.size : 1;
    bar.value = share;
    words.textContent = share < 1 ? fill(texts.sending, { percent: percent.format(share) }) : texts.checking;
  };
  error.hidden = true;
  progress.hidden = false;
  show(0);
  try {
    const headers = { "X-File-Name": encodeURIComponent(file.name) };
    const answer = await sendFile("/my-data/restore", file, headers, { onSent: show });
    location.assign(`/my-data/restore/${(JSON.parse(answer) as { key: string }).key}`);
  } catch (failure) {
    error.textContent = failure instanceof Refused ? failure.message : texts.broken;
    error.hidden = false;
    progress.hidden = true;
    input.value = "";
  }
}

/** Not every browser heeds the server's word: forget kept pages and waiting entries here too. */
async function forget(): Promise<void> {
  for (const worker of (await navigator.serviceWorker?.getRegistrations()) ?? []) await worker.unregister();
  if ("caches" in window) for (const name of await caches.keys()) await caches.delete(name);
  indexedDB.deleteDatabase(DATABASE);
  sessionStorage.clear();
  localStorage.clear();
}

document.addEventListener("change", (event) => {
  const input = event.target as HTMLInputElement;
  if (input.matches("[data-restore]")) void restore(input);
});
if (document.getElementById("erased")) void forget();
