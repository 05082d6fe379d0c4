/** The run at another cadence: every answer came with the page, so the slider never waits. */

import { pageData } from "./page";

interface WhatIf {
  percent: number;
  label: string;
  steps: string;
  cost: string;
  text: string;
}

export function startWhatIf(): void {
  const changes = new Map(pageData<WhatIf[]>("what-if-data").map((change) => [change.percent, change]));
  const slider = document.querySelector<HTMLInputElement>("#cadence");
  if (!slider) return;
  const put = (id: string, text: string): void => {
    const place = document.getElementById(id);
    if (place) place.textContent = text;
  };
  const tell = (): void => {
    const change = changes.get(Number(slider.value));
    if (!change) return;
    put("cadence-change", change.label);
    put("cadence-cost", change.cost);
    put("cadence-steps", change.steps);
    put("cadence-text", change.text);
    slider.setAttribute("aria-valuetext", `${change.label}, ${change.steps}, ${change.cost}`);
  };
  slider.addEventListener("input", tell);
  tell();
}
