/** The runner as a stick figure over the picture of the camera. */

import type { Seen } from "./body";

const TRUNK = [[11, 12], [11, 23], [12, 24], [23, 24]] as const;
const LEFT = [[11, 13], [13, 15], [23, 25], [25, 27], [27, 29], [29, 31]] as const;
const RIGHT = [[12, 14], [14, 16], [24, 26], [26, 28], [28, 30], [30, 32]] as const;
const BREADTH = 1 / 120;

export class Stick {
  private readonly colours: Record<"trunk" | "left" | "right", string>;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly leastVisibility: number,
  ) {
    const style = getComputedStyle(canvas);
    this.colours = {
      trunk: style.getPropertyValue("--stick-trunk"),
      left: style.getPropertyValue("--stick-left"),
      right: style.getPropertyValue("--stick-right"),
    };
  }

  draw({ width, height, points, visibility }: Seen): void {
    const { canvas } = this;
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    const context = canvas.getContext("2d");
    if (!context) return;
    context.clearRect(0, 0, width, height);
    if (!points || !visibility) return;
    context.lineWidth = Math.max(2, height * BREADTH);
    context.lineCap = "round";
    const parts = [[TRUNK, this.colours.trunk], [LEFT, this.colours.left], [RIGHT, this.colours.right]] as const;
    for (const [lines, colour] of parts) {
      context.strokeStyle = colour;
      context.beginPath();
      for (const [from, to] of lines) {
        if (Math.min(visibility[from]!, visibility[to]!) < this.leastVisibility) continue;
        context.moveTo(points[3 * from]!, points[3 * from + 1]!);
        context.lineTo(points[3 * to]!, points[3 * to + 1]!);
      }
      context.stroke();
    }
  }

  clear(): void {
    this.canvas.getContext("2d")?.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }
}
