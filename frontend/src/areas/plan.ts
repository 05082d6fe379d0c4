/** The plan: sessions are moved by hand or keys, a timer leads through steps, strength work is told and kept. */

import "../styles/today.css";
import "../styles/plan.css";
import { startMoving } from "../plan/move";
import { startStrength } from "../plan/strength";
import { startTimer } from "../plan/timer";

startMoving();
startTimer();
startStrength();

for (const button of document.querySelectorAll<HTMLButtonElement>("[data-print]")) {
  button.addEventListener("click", () => window.print());
}

/** On a phone the weeks do not fit: begin with this one. */
const chart = document.querySelector<HTMLElement>(".weeks-scroll");
const now = chart?.querySelector<SVGRectElement>(".weeks-now");
if (chart && now) {
  const middle = now.getBoundingClientRect().left - chart.getBoundingClientRect().left;
  chart.scrollLeft = Math.max(middle - chart.clientWidth / 2, 0);
}
