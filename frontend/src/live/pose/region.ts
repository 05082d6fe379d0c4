/** The square of the picture that the pose model looks at; the same as kneewise.motion.region, number for number. */

/** A picture as a canvas gives it: rows of red, green, blue, alpha. x runs to the right, y down. */
export interface Picture {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

/** A square turned clockwise by `turn` radians around its middle, in pixels of the picture. */
export interface Region {
  x: number;
  y: number;
  size: number;
  turn: number;
}

export type Point = readonly [number, number];

/** Pixels of the picture for a point in shares of the region. */
export function toPicture(region: Region, [across, down]: Point): Point {
  const dx = (across - 0.5) * region.size;
  const dy = (down - 0.5) * region.size;
  const cos = Math.cos(region.turn);
  const sin = Math.sin(region.turn);
  return [region.x + dx * cos - dy * sin, region.y + dx * sin + dy * cos];
}

/** The region around a body from the middle of the hips and a point on the circle around the body. */
export function regionBetween(middle: Point, edge: Point, scale: number): Region {
  const dx = edge[0] - middle[0];
  const dy = edge[1] - middle[1];
  const turn = Math.atan2(dy, dx) + Math.PI / 2;
  const whole = 2 * Math.PI;
  return {
    x: middle[0],
    y: middle[1],
    size: 2 * Math.hypot(dx, dy) * scale,
    turn: turn - whole * Math.floor((turn + Math.PI) / whole),
  };
}

export function wholePicture({ width, height }: Picture): Region {
  return { x: width / 2, y: height / 2, size: Math.max(width, height), turn: 0 };
}

export function touches(region: Region, { width, height }: Picture): boolean {
  return region.size >= 1 && region.x >= 0 && region.x <= width && region.y >= 0 && region.y <= height;
}

/**
 * Cut a region out of a picture, bilinearly, into `side` x `side` red, green, blue between `low` and `high`.
 *
 * Pixel (i, j) stands for the point (j, i) / side of the region and pixel centres lie on whole numbers: MediaPipe's
 * convention, which its models were trained with. Outside, the picture is black or its edge is repeated.
 */
export function sample(
  picture: Picture,
  region: Region,
  side: number,
  into: Float32Array,
  { low = 0, high = 1, blackOutside = false } = {},
): void {
  const { width, height, data } = picture;
  const step = region.size / side;
  const cos = Math.cos(region.turn) * step;
  const sin = Math.sin(region.turn) * step;
  const unit = (high - low) / 255;
  let place = 0;
  for (let row = 0; row < side; row++) {
    const v = row - side / 2;
    for (let column = 0; column < side; column++) {
      const u = column - side / 2;
      const x = region.x + u * cos - v * sin;
      const y = region.y + u * sin + v * cos;
      if (blackOutside && !(x > -1 && x < width && y > -1 && y < height)) {
        into[place++] = low;
        into[place++] = low;
        into[place++] = low;
        continue;
      }
      const inX = Math.min(Math.max(x, 0), width - 1);
      const inY = Math.min(Math.max(y, 0), height - 1);
      const left = inX | 0;
      const top = inY | 0;
      const dx = inX - left;
      const dy = inY - top;
      const first = (top * width + left) * 4;
      const right = left < width - 1 ? 4 : 0;
      const below = top < height - 1 ? width * 4 : 0;
      for (let colour = 0; colour < 3; colour++) {
        const corner = first + colour;
        const a = data[corner]!;
        const c = data[corner + below]!;
        const upper = a + (data[corner + right]! - a) * dx;
        const lower = c + (data[corner + below + right]! - c) * dx;
        into[place++] = low + (upper + (lower - upper) * dy) * unit;
      }
    }
  }
}
