/** Load and pain over the years: two charts on one time, moved together. */

import "uplot/dist/uPlot.min.css";
import uPlot from "uplot";
import { fill } from "../page";
import { type Look, amount, inWords, look, plainAxis, whenChanged } from "./look";
import {
  type By,
  DAY_S,
  type LoadDocument,
  type PainDays,
  type Periods,
  addressOf,
  painDays,
  periods,
  placeOf,
  second,
} from "./periods";
import { clip, drawLength, drawPainDay, drawSpike } from "./shapes";
import { type Span, followHand, inside, moved, zoomed } from "./span";
import { type Tick, ticks } from "./ticks";

type Texts = Record<
  | "day"
  | "week"
  | "month"
  | "nothing"
  | "unknown"
  | "cost"
  | "length"
  | "run"
  | "runs"
  | "pain"
  | "longest"
  | "spike"
  | "open_one"
  | "open_many"
  | "failed",
  string
>;

export interface HistoryData {
  by: By;
  metres: number;
  scale: number;
  unit: string;
  knee: string;
  marks: { day: string; letter: string; text: string }[];
  texts: Texts;
}

const LEAST_S = 14 * DAY_S;
const FIRST_DAYS: Record<By, number> = { day: 42, week: 183, month: 0 };
const AXIS = 44;
const HEIGHT = { pain: 104, load: 264 };
const WIDEST_BAR = 44;

export class HistoryChart {
  private chosen: Periods;
  private readonly told: PainDays;
  private readonly whole: Span;
  private span: Span;
  private readonly pain: uPlot;
  private readonly load: uPlot;
  private readonly shade = [document.createElement("div"), document.createElement("div")];
  private colours: Look = look();
  private place = -1;
  /** Called with the number of days that a button stands for, or `null` after a move by hand. */
  ranged: (days: number | null) => void = () => undefined;

  constructor(
    private readonly element: HTMLElement,
    private readonly readout: HTMLElement,
    private readonly found: LoadDocument,
    private readonly words: HistoryData,
  ) {
    this.chosen = this.made(words.by);
    this.told = painDays(found);
    const first = Math.min(this.chosen.start[0] ?? 0, this.told.day[0] ?? Infinity);
    const last = Math.max(...(["day", "week"] as const).map((by) => this.made(by).end.at(-1) ?? 0));
    this.whole = { min: first - DAY_S, max: last + DAY_S };
    this.span = this.whole;
    const inner = (id: string): HTMLElement => element.querySelector<HTMLElement>(id) as HTMLElement;
    this.pain = new uPlot(this.options("pain"), this.painData(), inner(".chart-pain"));
    this.load = new uPlot(this.options("load"), this.loadData(), inner(".chart-load"));
    this.begin();
  }

  /** Show the last so many days, or everything for 0. */
  range(days: number): void {
    this.show({ min: days ? this.whole.max - days * DAY_S : this.whole.min, max: this.whole.max });
    this.ranged(days);
  }

  /** Sum by days, weeks or months. */
  sumBy(by: By): void {
    this.chosen = this.made(by);
    this.pick(-1);
    this.load.setData(this.loadData(), false);
    this.show(this.span);
  }

  move(how: string): void {
    const about = (this.span.min + this.span.max) / 2;
    const to: Record<string, Span> = {
      earlier: moved(this.span, -0.5),
      later: moved(this.span, 0.5),
      closer: zoomed(this.span, about, 0.5),
      wider: zoomed(this.span, about, 2),
    };
    this.byHand(to[how] ?? this.span);
  }

  private made(by: By): Periods {
    return periods(this.found, by, this.words.scale, this.words.metres);
  }

  private begin(): void {
    for (const [at, chart] of [this.pain, this.load].entries()) {
      const shade = this.shade[at] as HTMLElement;
      shade.className = "chart-shade";
      shade.hidden = true;
      chart.over.append(shade);
      followHand(chart.over, {
        span: () => this.span,
        at: (clientX) => chart.posToVal(clientX - chart.over.getBoundingClientRect().left, "x"),
        width: () => chart.over.clientWidth,
        show: (span) => this.byHand(span),
        tapped: (clientX, touch) => this.tapped(chart, clientX, touch),
      });
      chart.over.addEventListener("pointermove", (event) => {
        if (event.pointerType === "mouse" && !event.buttons) this.pick(this.under(chart, event.clientX));
      });
    }
    this.element.addEventListener("keydown", (event) => this.key(event));
    whenChanged(
      this.element,
      () => this.resize(),
      () => {
        this.colours = look();
        this.redraw();
      },
    );
    this.range(FIRST_DAYS[this.words.by]);
    this.pick(this.chosen.start.length - 1);
  }

  private byHand(span: Span): void {
    this.show(span);
    this.ranged(null);
  }

  private show(span: Span): void {
    this.span = inside(span, this.whole, LEAST_S);
    this.pain.setScale("x", this.span);
    this.load.setScale("x", this.span);
    this.shadePlace();
  }

  private redraw(): void {
    this.pain.redraw(false, true);
    this.load.redraw(false, true);
  }

  private resize(): void {
    this.pain.setSize({ width: this.element.clientWidth, height: HEIGHT.pain });
    this.load.setSize({ width: this.element.clientWidth, height: HEIGHT.load });
    this.shadePlace();
  }

  private under(chart: uPlot, clientX: number): number {
    const time = chart.posToVal(clientX - chart.over.getBoundingClientRect().left, "x");
    return placeOf(this.chosen.start, time);
  }

  private tapped(chart: uPlot, clientX: number, touch: boolean): void {
    const at = this.under(chart, clientX);
    // A finger chooses first, so that it sees what it opens; a mouse has seen it.
    if (touch && at !== this.place) this.pick(at);
    else {
      this.pick(at);
      this.open();
    }
  }

  private open(): void {
    const address = this.place < 0 ? "" : addressOf(this.found, this.chosen, this.place);
    if (address) location.assign(address);
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const steps: Record<string, () => void> = {
      ArrowLeft: () => this.step(-1),
      ArrowRight: () => this.step(1),
      Home: () => this.bring(0),
      End: () => this.bring(this.chosen.start.length - 1),
      PageUp: () => this.move("earlier"),
      PageDown: () => this.move("later"),
      "+": () => this.move("closer"),
      "-": () => this.move("wider"),
      Enter: () => this.open(),
    };
    const step = steps[event.key];
    if (!step || event.target !== this.element) return;
    event.preventDefault();
    step();
  }

  /** Go to the next period in which something was run or told. */
  private step(by: number): void {
    let at = this.place + by;
    while (at >= 0 && at < this.chosen.start.length && !this.chosen.runs[at] && this.chosen.pain[at] === null) at += by;
    if (at >= 0 && at < this.chosen.start.length) this.bring(at);
  }

  private bring(at: number): void {
    const start = this.chosen.start[at] ?? 0;
    const end = this.chosen.end[at] ?? start;
    if (start < this.span.min) this.byHand({ min: start, max: start + this.span.max - this.span.min });
    else if (end > this.span.max) this.byHand({ min: end - (this.span.max - this.span.min), max: end });
    this.pick(at);
  }

  private pick(at: number): void {
    if (at === this.place) return;
    this.place = at;
    this.shadePlace();
    this.readout.replaceChildren(...(at < 0 ? [] : this.said(at)));
  }

  private shadePlace(): void {
    const { place, chosen, load, span } = this;
    const start = chosen.start[place] ?? 0;
    const seen = place >= 0 && start < span.max && (chosen.end[place] ?? 0) > span.min;
    const left = seen ? load.valToPos(start, "x") : 0;
    const width = seen ? load.valToPos(chosen.end[place] ?? start, "x") - left : 0;
    for (const shade of this.shade) {
      shade.hidden = !seen;
      shade.style.left = `${left}px`;
      shade.style.width = `${Math.max(width, 1)}px`;
    }
  }

  private said(at: number): Node[] {
    const { texts, unit, knee } = this.words;
    const { chosen } = this;
    const runs = chosen.runs[at] ?? 0;
    const day = inWords(chosen.start[at] ?? 0, chosen.by === "month" ? "month" : "day");
    const parts = [runs ? this.costSaid(at) : texts.nothing];
    if (runs) {
      parts.push(fill(texts.length, { value: amount(chosen.length[at] ?? 0, 1), unit }));
      if (chosen.by !== "day" || runs > 1) parts.push(runs === 1 ? texts.run : fill(texts.runs, { count: String(runs) }));
    }
    const longest = chosen.longest?.[at];
    if (longest) parts.push(fill(texts.longest, { value: amount(longest, 1), unit: knee }));
    if (chosen.spiked.has(at)) parts.push(texts.spike);
    const worst = chosen.pain[at];
    if (worst !== null && worst !== undefined) parts.push(fill(texts.pain, { value: amount(worst, 0) }));
    parts.push(...this.marksIn(at));
    const title = document.createElement("strong");
    title.textContent = fill(texts[chosen.by], { day });
    const nodes: Node[] = [title, document.createTextNode(`: ${parts.join(" · ")}`)];
    const address = addressOf(this.found, chosen, at);
    if (address) nodes.push(document.createTextNode(" "), link(address, runs === 1 ? texts.open_one : texts.open_many));
    return nodes;
  }

  private costSaid(at: number): string {
    const { chosen } = this;
    const cost = chosen.cost[at] ?? null;
    if (cost === null) return this.words.texts.unknown;
    const [low, high] = [chosen.low[at] ?? cost, chosen.high[at] ?? cost];
    const values = { value: amount(cost, 1), low: amount(low, 1), high: amount(high, 1), unit: this.words.knee };
    return fill(this.words.texts.cost, values);
  }

  private marksIn(at: number): string[] {
    const from = this.chosen.start[at] ?? 0;
    const until = this.chosen.end[at] ?? 0;
    return this.words.marks
      .filter((mark) => second(mark.day) >= from && second(mark.day) < until)
      .map((mark) => mark.text.replace(/\.$/, ""));
  }

  private loadData(): uPlot.AlignedData {
    const { chosen } = this;
    const longest = chosen.longest ?? chosen.start.map(() => null);
    return [chosen.start, chosen.cost, chosen.low, chosen.high, chosen.length, longest];
  }

  private painData(): uPlot.AlignedData {
    return [this.told.day, this.told.worst];
  }

  private options(which: "pain" | "load"): uPlot.Options {
    const hidden: uPlot.Series = { paths: () => null, points: { show: false } };
    const pain = which === "pain";
    const vertical: uPlot.Scale = pain
      ? { range: [-0.9, 10.9] }
      : { range: (_chart, _min, max) => [0, Math.max(1, (max ?? 0) * 1.1)] };
    return {
      width: Math.max(this.element.clientWidth, 200),
      height: HEIGHT[which],
      legend: { show: false },
      cursor: { show: false },
      padding: [pain ? 18 : 8, 8, pain ? 6 : 0, 0],
      scales: { x: { time: false, range: () => [this.span.min, this.span.max] }, y: vertical },
      series: [{}, ...new Array<uPlot.Series>(pain ? 1 : 5).fill(hidden)],
      axes: [this.across(!pain), this.upright(pain)],
      hooks: { draw: [(chart) => (pain ? this.drawPain(chart) : this.drawLoad(chart))] },
    };
  }

  private across(labelled: boolean): uPlot.Axis {
    const placed = (chart: uPlot): Tick[] => ticks(this.span.min, this.span.max, chart.over?.clientWidth || 300, 64);
    return {
      ...plainAxis(() => this.colours),
      size: labelled ? 30 : 0,
      splits: (chart) => placed(chart).map((tick) => tick.at),
      values: (chart) => (labelled ? placed(chart).map((tick) => tick.label) : placed(chart).map(() => "")),
    };
  }

  private upright(pain: boolean): uPlot.Axis {
    const axis: uPlot.Axis = { ...plainAxis(() => this.colours), size: AXIS, values: (_chart, splits) => splits.map((each) => amount(each, 0)) };
    return pain ? { ...axis, splits: () => [0, 5, 10] } : { ...axis, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500] };
  }

  private drawLoad(chart: uPlot): void {
    const { chosen, colours, span } = this;
    const pen = chart.ctx;
    const dot = devicePixelRatio;
    const y = (value: number): number => Math.round(chart.valToPos(value, "y", true));
    const zero = y(0);
    pen.save();
    clip(chart);
    this.drawMarks(chart, false);
    const from = Math.max(placeOf(chosen.start, span.min), 0);
    for (let at = from; at < chosen.start.length && (chosen.start[at] ?? 0) < span.max; at++) {
      const runs = chosen.runs[at] ?? 0;
      if (!runs) continue;
      const left = chart.valToPos(chosen.start[at] ?? 0, "x", true);
      const room = chart.valToPos(chosen.end[at] ?? 0, "x", true) - left;
      const width = Math.max(Math.min(room * 0.68, WIDEST_BAR * dot), dot);
      const x = Math.round(left + (room - width) / 2);
      this.drawBar(pen, at, x, width, y, zero, dot);
      const length = chosen.length[at];
      if (length) drawLength(pen, x, width, y(length), colours, dot);
      if (chosen.spiked.has(at)) drawSpike(pen, x + width / 2, y(chosen.high[at] ?? length ?? 0) - 6 * dot, colours, dot);
    }
    this.drawLongest(chart, y, dot);
    pen.restore();
  }

  private drawBar(
    pen: CanvasRenderingContext2D,
    at: number,
    x: number,
    width: number,
    y: (value: number) => number,
    zero: number,
    dot: number,
  ): void {
    const { chosen, colours } = this;
    const cost = chosen.cost[at] ?? null;
    if (cost === null) {
      pen.strokeStyle = colours.soft;
      pen.lineWidth = dot;
      pen.setLineDash([3 * dot, 3 * dot]);
      pen.strokeRect(x, zero - 10 * dot, width, 10 * dot);
      pen.setLineDash([]);
      return;
    }
    const low = y(chosen.low[at] ?? cost);
    const high = y(chosen.high[at] ?? cost);
    pen.fillStyle = colours.series[0];
    pen.fillRect(x, low, width, zero - low);
    pen.globalAlpha = 0.38;
    pen.fillRect(x, high, width, low - high);
    pen.globalAlpha = 1;
    pen.fillRect(x, y(cost) - dot / 2, width, 1.5 * dot);
  }

  private drawLongest(chart: uPlot, y: (value: number) => number, dot: number): void {
    const { chosen, colours, span } = this;
    if (!chosen.longest) return;
    const pen = chart.ctx;
    pen.strokeStyle = colours.series[2];
    pen.lineWidth = 2 * dot;
    pen.setLineDash([6 * dot, 4 * dot]);
    pen.beginPath();
    let open = false;
    for (let at = Math.max(placeOf(chosen.start, span.min), 0); at < chosen.start.length; at++) {
      if ((chosen.start[at] ?? 0) > span.max) break;
      const value = chosen.longest[at];
      if (value === null || value === undefined) {
        open = false;
        continue;
      }
      const x = chart.valToPos(chosen.start[at] ?? 0, "x", true);
      if (open) pen.lineTo(x, y(value));
      else pen.moveTo(x, y(value));
      pen.lineTo(chart.valToPos(chosen.end[at] ?? 0, "x", true), y(value));
      open = true;
    }
    pen.stroke();
    pen.setLineDash([]);
  }

  private drawPain(chart: uPlot): void {
    const pen = chart.ctx;
    const dot = devicePixelRatio;
    const { told, colours, span } = this;
    this.drawMarks(chart, true);
    pen.save();
    clip(chart);
    const room = (DAY_S / (span.max - span.min)) * chart.bbox.width;
    const size = Math.max(Math.min(room * 0.42, 5 * dot), 2 * dot);
    told.day.forEach((day, at) => {
      if (day < span.min || day > span.max) return;
      const x = chart.valToPos(day + DAY_S / 2, "x", true);
      const y = chart.valToPos(told.worst[at] ?? 0, "y", true);
      drawPainDay(pen, x, y, size, told.colour[at] ?? null, colours, dot);
    });
    pen.restore();
  }

  private drawMarks(chart: uPlot, lettered: boolean): void {
    const pen = chart.ctx;
    const dot = devicePixelRatio;
    const { top, height, left, width } = chart.bbox;
    pen.save();
    pen.strokeStyle = this.colours.soft;
    pen.fillStyle = this.colours.ink;
    pen.lineWidth = dot;
    pen.font = `600 ${12 * dot}px sans-serif`;
    pen.textAlign = "center";
    let free = -Infinity;
    for (const mark of this.words.marks) {
      const x = Math.round(chart.valToPos(second(mark.day) + DAY_S / 2, "x", true));
      if (x < left || x > left + width) continue;
      pen.setLineDash([2 * dot, 3 * dot]);
      pen.beginPath();
      pen.moveTo(x, top);
      pen.lineTo(x, top + height);
      pen.stroke();
      if (!lettered || x < free) continue;
      pen.fillText(mark.letter, x, top - 5 * dot);
      free = x + 14 * dot;
    }
    pen.restore();
  }
}

function link(address: string, words: string): HTMLAnchorElement {
  const made = document.createElement("a");
  made.href = address;
  made.textContent = words;
  return made;
}
