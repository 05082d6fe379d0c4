/** The camera's large files, kept on this device when its runner asks: then it sees without a connection too. */

import { fill, meta } from "../page";

/** Where the service worker looks for them. */
const PLACE = "kneewise-late";
const PERCENT = 100;
const BYTES_PER_MB = 1e6;

export class Ready {
  constructor(
    private readonly place: HTMLElement,
    private readonly files: Record<string, number>,
    private readonly words: Record<string, string>,
  ) {
    // Without a service worker nothing brings them back; staff of a clinic keep nothing.
    if (!("serviceWorker" in navigator) || !("caches" in globalThis) || !meta("record")) return;
    this.button.addEventListener("click", () => void this.get());
    void this.show();
  }

  private get button(): HTMLButtonElement {
    return this.place.querySelector("button")!;
  }

  private async missing(): Promise<string[]> {
    const there = await Promise.all(Object.keys(this.files).map(async (one) => ((await caches.match(one)) ? [] : [one])));
    return there.flat();
  }

  private async show(): Promise<void> {
    const missing = await this.missing();
    const size = (missing.length ? missing : Object.keys(this.files)).reduce((sum, one) => sum + this.files[one]!, 0);
    const values = { size: String(Math.ceil(size / BYTES_PER_MB)) };
    this.say(missing.length ? "not_ready" : "ready", values);
    this.button.hidden = !missing.length;
    this.button.textContent = fill(this.words["get_ready"] ?? "", values);
    this.place.hidden = false;
  }

  private async get(): Promise<void> {
    this.button.hidden = true;
    try {
      const missing = await this.missing();
      const all = missing.reduce((sum, one) => sum + this.files[one]!, 0);
      const kept = await caches.open(PLACE);
      let done = 0;
      for (const one of missing) {
        this.say("getting", { percent: String(Math.floor((PERCENT * done) / all)) });
        await kept.add(one);
        done += this.files[one]!;
      }
      await this.show();
    } catch {
      await this.show();
      this.say("no_room");
    }
  }

  private say(word: string, values: Record<string, string> = {}): void {
    this.place.querySelector("[data-ready-said]")!.textContent = fill(this.words[word] ?? "", values).replaceAll(" %", "\u00a0%");
  }
}
