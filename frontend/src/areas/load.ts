/** Load: the chart of the whole history, and the charts and the slider of one run. */

import "../styles/load.css";
import { AlongCharts, type AlongData } from "../charts/along";
import { HistoryChart, type HistoryData } from "../charts/history";
import { type By, type LoadDocument } from "../charts/periods";
import { pageData } from "../page";
import { startWhatIf } from "../what_if";

function element(id: string): HTMLElement | null {
  return document.getElementById(id);
}

async function startHistory(): Promise<void> {
  const place = element("history");
  const readout = element("history-readout");
  if (!place || !readout) return;
  const words = pageData<HistoryData>("history-data");
  const answer = await fetch("/api/load?by=day", { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) {
    readout.textContent = words.texts.failed;
    place.dataset["state"] = "failed";
    return;
  }
  const found = (await answer.json()) as LoadDocument;
  const began = performance.now();
  const chart = new HistoryChart(place, readout, found, words);
  performance.measure("history-chart", { start: began });
  listen(chart);
  place.dataset["state"] = "ready";
}

function listen(chart: HistoryChart): void {
  const ranges = [...document.querySelectorAll<HTMLButtonElement>("#ranges [data-days]")];
  const press = (days: number | null): void => {
    for (const button of ranges) button.setAttribute("aria-pressed", String(button.dataset["days"] === String(days)));
  };
  chart.ranged = press;
  press({ day: 42, week: 183, month: 0 }[checkedBy()]);
  for (const button of ranges) {
    button.addEventListener("click", () => {
      const began = performance.now();
      chart.range(Number(button.dataset["days"]));
      requestAnimationFrame(() => performance.measure("history-range", { start: began }));
    });
  }
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-move]"))
    button.addEventListener("click", () => chart.move(button.dataset["move"] ?? ""));
  element("by-form")?.addEventListener("change", () => {
    const by = checkedBy();
    chart.sumBy(by);
    for (const only of document.querySelectorAll<HTMLElement>("[data-only]")) only.hidden = only.dataset["only"] !== by;
  });
}

function checkedBy(): By {
  return (document.querySelector<HTMLInputElement>('#by-form input[name="by"]:checked')?.value ?? "week") as By;
}

function startRun(): void {
  const along = element("along");
  const readout = element("along-readout");
  if (along && readout) {
    new AlongCharts(along, readout, pageData<AlongData>("along-data"));
    along.dataset["state"] = "ready";
  }
  if (element("what-if-data")) startWhatIf();
}

void startHistory();
startRun();
