/** Sliders from 0 to 10: the number beside them, and no value at all until they are touched. */

/** Show a slider's value, and let the form send it. */
export function showValue(input: HTMLInputElement): void {
  delete input.dataset["untold"];
  input.name = input.dataset["name"] ?? "";
  const output = input.closest("[data-slider]")?.querySelector("output");
  if (output) output.textContent = input.value;
}

export function startSliders(): void {
  const told = (event: Event): void => {
    const input = event.target as HTMLElement;
    if (input instanceof HTMLInputElement && input.type === "range" && input.closest("[data-slider]")) showValue(input);
  };
  document.addEventListener("input", told);
  // A touch on the thumb says zero: the value does not change then, and no input event comes.
  document.addEventListener("pointerup", told);
  document.addEventListener("reset", (event) => {
    for (const input of (event.target as HTMLElement).querySelectorAll<HTMLInputElement>("[data-slider] input")) {
      if (input.defaultValue !== "0") continue;
      input.dataset["untold"] = "";
      input.removeAttribute("name");
      const output = input.closest("[data-slider]")?.querySelector("output");
      if (output) output.textContent = "–";
    }
  });
  document.addEventListener("keyup", (event) => {
    if (event.key === "0" || event.key === "Home" || event.key === "Enter") told(event);
  });
}
