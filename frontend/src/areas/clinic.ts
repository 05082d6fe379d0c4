/** The clinic: server-drawn; its looks, and the time zone of a runner who accepts an invitation. */

import "../styles/clinic.css";

const zone = document.querySelector<HTMLInputElement>("[data-timezone]");
if (zone) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone;

for (const link of document.querySelectorAll<HTMLInputElement>("input#link[readonly]")) {
  link.addEventListener("focus", () => link.select());
}
