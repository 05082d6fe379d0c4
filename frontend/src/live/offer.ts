/** What of a live session this device has: the sensors that count steps, and a voice of its own. */

import type { SourceName } from "./cadence_source";
import { makers } from "./sources";
import type { Voice } from "./voice";

/** Show what can be chosen; a phone's motion is chosen already. */
export function offer(place: HTMLElement, voice: Voice): void {
  const touched = navigator.maxTouchPoints > 0 && "DeviceMotionEvent" in globalThis;
  for (const one of place.querySelectorAll<HTMLElement>("[data-source]")) {
    const name = one.dataset["source"] as SourceName;
    one.hidden = !makers[name];
    if (name === "motion") one.querySelector("input")!.checked = touched;
  }
  const voices = (): void => {
    const said = place.querySelector<HTMLElement>("[data-voice]");
    if (said) said.hidden = !voice.there;
  };
  voices();
  // Browsers find their voices a while after the page.
  if ("speechSynthesis" in globalThis) speechSynthesis.addEventListener("voiceschanged", voices);
}
