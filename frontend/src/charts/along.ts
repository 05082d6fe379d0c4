/** One run along its way: knee load with its interval, and what the watch recorded, under one line that moves. */

import "uplot/dist/uPlot.min.css";
import uPlot from "uplot";
import { fill } from "../page";
import { type Look, amount, look, plainAxis, whenChanged } from "./look";

type Column = (number | null)[];

interface Line {
  id: string;
  label: string;
  unit: string;
  decimals: number;
  values: Column;
  /** The same in words, where numbers are no words: a pace. */
  shown?: string[];
  /** Metres of one unit of length, for a pace. */
  pace?: number;
}

export interface AlongData {
  x: number[];
  unit: string;
  elapsed: (string | null)[];
  cost: { label: string; unit: string; values: Column; low: Column; high: Column };
  lines: Line[];
  pauses: number[];
  texts: Record<"at" | "between" | "none", string>;
}

const AXIS = 52;
const HEIGHT = { main: 220, small: 92 };
const EASY = 1;

export class AlongCharts {
  private readonly charts: uPlot[] = [];
  private readonly outputs: HTMLElement[] = [];
  private colours: Look = look();
  private at = -1;

  constructor(
    private readonly element: HTMLElement,
    private readonly readout: HTMLElement,
    private readonly data: AlongData,
  ) {
    this.add("cost", HEIGHT.main, [data.x, data.cost.values, data.cost.low, data.cost.high], this.costOptions());
    data.lines.forEach((line, at) => {
      this.add(line.id, HEIGHT.small, [data.x, line.values], this.lineOptions(line, at === data.lines.length - 1));
    });
    element.addEventListener("keydown", (event) => this.key(event));
    whenChanged(
      element,
      () => this.charts.forEach((chart) => chart.setSize({ width: element.clientWidth, height: chart.height })),
      () => {
        this.colours = look();
        for (const chart of this.charts) chart.redraw(false, true);
      },
    );
  }

  private add(id: string, height: number, data: uPlot.AlignedData, options: Partial<uPlot.Options>): void {
    const place = this.element.querySelector<HTMLElement>(`[data-chart="${id}"]`);
    const output = this.element.querySelector<HTMLElement>(`[data-of="${id}"]`);
    if (!place || !output) return;
    const whole: uPlot.Options = {
      width: Math.max(this.element.clientWidth, 200),
      height,
      legend: { show: false },
      padding: [8, 10, 0, 0],
      series: [{}],
      ...options,
      cursor: {
        sync: { key: "along", setSeries: false },
        drag: { x: false, y: false },
        y: false,
        points: { size: 8 },
      },
      hooks: {
        ...options.hooks,
        setCursor: [(chart) => this.tell(chart.cursor.idx)],
        draw: [(chart) => this.drawPauses(chart)],
      },
    };
    this.charts.push(new uPlot(whole, data, place));
    this.outputs.push(output);
  }

  private across(labelled: boolean): uPlot.Axis {
    return {
      ...plainAxis(() => this.colours),
      size: labelled ? 30 : 8,
      incrs: [0.1, 0.2, 0.5, 1, 2, 5, 10, 20],
      values: (_chart, splits) =>
        splits.map((each) => (labelled ? `${amount(each, Number.isInteger(each) ? 0 : 1)} ${this.data.unit}` : "")),
    };
  }

  private costOptions(): Partial<uPlot.Options> {
    const shade = (): string => `color-mix(in srgb, ${this.colours.series[0]} 26%, transparent)`;
    return {
      scales: { x: { time: false }, y: { range: (_chart, min, max) => [Math.min(min ?? 1, 0.8), Math.max(max ?? 1, 1.2)] } },
      series: [
        {},
        { stroke: () => this.colours.series[0], width: 2.5, points: { show: false } },
        { stroke: "transparent", points: { show: false } },
        { stroke: "transparent", points: { show: false } },
      ],
      bands: [{ series: [3, 2], fill: shade }],
      axes: [this.across(true), { ...plainAxis(() => this.colours), size: AXIS, values: (_chart, all) => all.map((each) => amount(each, 1)) }],
      hooks: { drawClear: [(chart) => this.drawEasy(chart)] },
    };
  }

  private lineOptions(line: Line, last: boolean): Partial<uPlot.Options> {
    const shown = (value: number): string => (line.pace ? pace(value, line.pace) : amount(value, value % 1 ? 1 : 0));
    return {
      scales: { x: { time: false } },
      series: [{}, { stroke: () => this.colours.series[line.id === "grade_percent" ? 3 : 2], width: 1.8, points: { show: false } }],
      axes: [this.across(last), { ...plainAxis(() => this.colours), size: AXIS, space: 28, values: (_chart, all) => all.map(shown) }],
    };
  }

  /** The line that easy flat running would be. */
  private drawEasy(chart: uPlot): void {
    const pen = chart.ctx;
    const y = Math.round(chart.valToPos(EASY, "y", true));
    const { left, width } = chart.bbox;
    pen.save();
    pen.strokeStyle = this.colours.soft;
    pen.lineWidth = devicePixelRatio;
    pen.setLineDash([5 * devicePixelRatio, 4 * devicePixelRatio]);
    pen.beginPath();
    pen.moveTo(left, y);
    pen.lineTo(left + width, y);
    pen.stroke();
    pen.restore();
  }

  private drawPauses(chart: uPlot): void {
    const pen = chart.ctx;
    const { top, height } = chart.bbox;
    pen.save();
    pen.strokeStyle = this.colours.series[1];
    pen.lineWidth = devicePixelRatio;
    pen.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
    for (const pause of this.data.pauses) {
      const x = Math.round(chart.valToPos(pause, "x", true));
      pen.beginPath();
      pen.moveTo(x, top);
      pen.lineTo(x, top + height);
      pen.stroke();
    }
    pen.restore();
  }

  private tell(at: number | null | undefined): void {
    if (at === null || at === undefined || at === this.at) return;
    this.at = at;
    const { data } = this;
    const values = [this.costSaid(at), ...data.lines.map((line) => this.lineSaid(line, at))];
    this.outputs.forEach((output, place) => (output.textContent = values[place] ?? ""));
    const where = fill(data.texts.at, { at: amount(data.x[at] ?? 0, 2), unit: data.unit, time: data.elapsed[at] ?? "–" });
    this.readout.textContent = `${where}: ${data.cost.label} ${values[0] ?? ""} ${data.cost.unit}`;
  }

  private costSaid(at: number): string {
    const { cost, texts } = this.data;
    const [value, low, high] = [cost.values[at], cost.low[at], cost.high[at]];
    if (value == null) return texts.none;
    if (low == null || high == null) return amount(value, 2);
    return fill(texts.between, { value: amount(value, 2), low: amount(low, 2), high: amount(high, 2) });
  }

  private lineSaid(line: Line, at: number): string {
    const value = line.values[at];
    if (value == null) return this.data.texts.none;
    return line.shown?.[at] ?? amount(value, line.decimals);
  }

  private key(event: KeyboardEvent): void {
    const last = this.data.x.length - 1;
    const to: Record<string, number> = {
      ArrowLeft: this.at - 1,
      ArrowRight: this.at + 1,
      PageUp: this.at - 10,
      PageDown: this.at + 10,
      Home: 0,
      End: last,
    };
    const place = to[event.key];
    if (place === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const at = Math.min(Math.max(place, 0), last);
    this.tell(at);
    const [first] = this.charts;
    first?.setCursor({ left: first.valToPos(this.data.x[at] ?? 0, "x"), top: 10 });
  }
}

function pace(speed: number, metres: number): string {
  if (!(speed > 0)) return "";
  const seconds = Math.round(metres / speed);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
