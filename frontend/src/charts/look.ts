/** How charts look: our colours, our type, the reader's numbers and days. */

import type uPlot from "uplot";

export interface Look {
  ink: string;
  soft: string;
  line: string;
  surface: string;
  series: [string, string, string, string];
  go: string;
  caution: string;
  stop: string;
  font: string;
}

/** Return the colours of the page as they are now: light, dark or on paper. */
export function look(): Look {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: of("ink"),
    soft: of("soft-ink"),
    line: of("line"),
    surface: of("surface"),
    series: [of("series-1"), of("series-2"), of("series-3"), of("series-4")],
    go: of("go"),
    caution: of("caution"),
    stop: of("stop"),
    font: `13px ${getComputedStyle(document.body).fontFamily}`,
  };
}

/** Return a plain axis; its colours are asked for at each drawing, since the theme may change. */
export function plainAxis(colours: () => Look): uPlot.Axis {
  return {
    font: colours().font,
    stroke: () => colours().soft,
    grid: { stroke: () => colours().line, width: 1 },
    ticks: { show: false },
  };
}

const language = document.documentElement.lang === "de" ? "de-DE" : "en-GB";

export function amount(value: number, decimals: number): string {
  return new Intl.NumberFormat(language, { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
    .format(value)
    .replace("-", "−");
}

const days: Record<string, Intl.DateTimeFormatOptions> = {
  day: { day: "numeric", month: "short", year: "numeric" },
  month: { month: "long", year: "numeric" },
  tickDay: { day: "numeric", month: "short" },
  tickMonth: { month: "short" },
  tickYear: { year: "numeric" },
};

/** Return a day in words; `second` is its midnight in UTC. */
export function inWords(second: number, kind: keyof typeof days): string {
  return new Intl.DateTimeFormat(language, { ...days[kind], timeZone: "UTC" }).format(new Date(second * 1000));
}

/** Call back when a chart has to be drawn anew: another width, other colours, paper. */
export function whenChanged(element: HTMLElement, resized: () => void, recoloured: () => void): void {
  let width = element.clientWidth;
  new ResizeObserver(() => {
    if (element.clientWidth === width || !element.clientWidth) return;
    width = element.clientWidth;
    resized();
  }).observe(element);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recoloured);
  // Paper is white whatever the screen is.
  const root = document.documentElement;
  const chosen = root.dataset["theme"] ?? "auto";
  addEventListener("beforeprint", () => {
    root.dataset["theme"] = "light";
    recoloured();
  });
  addEventListener("afterprint", () => {
    root.dataset["theme"] = chosen;
    recoloured();
  });
}
