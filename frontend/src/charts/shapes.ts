/** What a pen draws on a chart of the history: one function for each shape. */

import type uPlot from "uplot";
import type { Look } from "./look";

export function clip(chart: uPlot): void {
  const { left, top, width, height } = chart.bbox;
  chart.ctx.beginPath();
  chart.ctx.rect(left, top, width, height);
  chart.ctx.clip();
}

/** Kilometres are a line across the bar: under its top, the knee got more than the watch counted. */
export function drawLength(
  pen: CanvasRenderingContext2D,
  x: number,
  width: number,
  y: number,
  colours: Look,
  dot: number,
): void {
  const beyond = width > 6 * dot ? 3 * dot : 0;
  if (width > 3 * dot) {
    pen.fillStyle = colours.surface;
    pen.fillRect(x - beyond, y - 2.5 * dot, width + 2 * beyond, 5 * dot);
  }
  pen.fillStyle = colours.series[1];
  pen.fillRect(x - beyond, y - 1.25 * dot, width + 2 * beyond, 2.5 * dot);
}

export function drawSpike(pen: CanvasRenderingContext2D, x: number, y: number, colours: Look, dot: number): void {
  const top = Math.max(y - 10 * dot, 2 * dot);
  pen.fillStyle = colours.stop;
  pen.beginPath();
  pen.moveTo(x, top);
  pen.lineTo(x + 6 * dot, top + 10 * dot);
  pen.lineTo(x - 6 * dot, top + 10 * dot);
  pen.fill();
}

/** The colour of a day is also its shape. */
export function drawPainDay(
  pen: CanvasRenderingContext2D,
  x: number,
  y: number,
  size: number,
  colour: string | null,
  colours: Look,
  dot: number,
): void {
  const shades: Record<string, string> = { green: colours.go, amber: colours.caution, red: colours.stop };
  const shade = shades[colour ?? ""];
  pen.beginPath();
  if (colour === "amber") {
    pen.moveTo(x, y - size * 1.2);
    pen.lineTo(x + size * 1.2, y + size);
    pen.lineTo(x - size * 1.2, y + size);
    pen.closePath();
  } else if (colour === "red") pen.rect(x - size, y - size, 2 * size, 2 * size);
  else pen.arc(x, y, size * (shade ? 1 : 0.8), 0, 2 * Math.PI);
  if (shade) {
    pen.fillStyle = shade;
    pen.fill();
  } else {
    pen.strokeStyle = colours.soft;
    pen.lineWidth = 1.5 * dot;
    pen.stroke();
  }
}
