/** What the page of a live session shows and says: its parts, its words, its numbers. */

import { fill } from "../page";
import type { Setup } from "./setup";

const SECONDS_PER_MINUTE = 60;

export class Screen {
  private passing: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly place: HTMLElement,
    private readonly setup: Setup,
  ) {}

  /** A part of the page by its id. */
  part<T extends HTMLElement = HTMLElement>(id: string): T {
    return this.place.querySelector<T>(`#${id}`)!;
  }

  /** One of the page's words, its holes filled. */
  word(name: string, values: Record<string, string> = {}): string {
    return fill(this.setup.words[name] ?? name, values).replaceAll(" %", "\u00a0%");
  }

  number(value: number, digits = 0): string {
    return value.toLocaleString(this.setup.language, { maximumFractionDigits: digits });
  }

  /** Show one screen and hide the others. */
  show(screen: string): void {
    for (const one of this.place.querySelectorAll<HTMLElement>("[data-screen]")) one.hidden = one.dataset["screen"] !== screen;
    const headed = ["start", "resume", "result"].includes(screen);
    this.part("live-head").hidden = !headed;
    this.part("live-title").hidden = headed;
    document.documentElement.toggleAttribute("data-live", screen === "run");
    if (screen === "start") return;
    this.place.scrollIntoView({ block: "start" });
    const first = this.place.querySelector<HTMLElement>(`[data-screen="${screen}"] h2`);
    first?.setAttribute("tabindex", "-1");
    first?.focus({ preventScroll: true });
  }

  /** Say one sentence where something is to be put right; nothing takes it away but the next one, or so much time. */
  say(text: string, forMs?: number): void {
    clearTimeout(this.passing);
    if (forMs !== undefined) this.passing = setTimeout(() => this.say(""), forMs);
    const place = this.part("live-said");
    place.textContent = text;
    place.hidden = !text;
  }

  /** Write a list of words and amounts. */
  facts(lines: [string, string][]): void {
    const rows = lines.map(([words, amount]) => {
      const row = document.createElement("div");
      const [term, told] = [document.createElement("dt"), document.createElement("dd")];
      term.textContent = words;
      told.textContent = amount;
      told.className = "figures";
      row.append(term, told);
      return row;
    });
    this.part("live-result").replaceChildren(...rows);
  }
}

export function minutes(seconds: number): string {
  const whole = Math.max(Math.floor(seconds), 0);
  return `${Math.floor(whole / SECONDS_PER_MINUTE)}:${String(whole % SECONDS_PER_MINUTE).padStart(2, "0")}`;
}
