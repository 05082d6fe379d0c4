/** The clinic: server-drawn; its looks, the time zone of a runner who accepts an invitation, copying a link or a key. */

import "../styles/clinic.css";

const zone = document.querySelector<HTMLInputElement>("[data-timezone]");
if (zone) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone;

for (const part of document.querySelectorAll<HTMLElement>("[data-copied]")) {
  const text = part.querySelector<HTMLElement>(".copied-text");
  const button = part.querySelector<HTMLButtonElement>("[data-copy]");
  const said = part.querySelector<HTMLElement>("[role=status]");
  if (!text || !button || !said) continue;
  const choose = (): void => getSelection()?.selectAllChildren(text);
  text.addEventListener("focus", choose);
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.textContent);
      said.textContent = said.dataset["done"] ?? "";
    } catch {
      choose();
      said.textContent = said.dataset["failed"] ?? "";
    }
  });
}
