/** One picture's runner: points by name, the view, and what is measured in it; as gait/filmed_*.py does. */

export type Side = "left" | "right";
export type View = "side" | "rear";

/** What the worker saw in one picture. */
export interface Seen {
  timeS: number;
  width: number;
  height: number;
  presence: number;
  /** x, y, z in pixels for 33 points. */
  points?: Float32Array | undefined;
  visibility?: Float32Array | undefined;
  /** How many there are, in the pictures in which they were counted. */
  people?: number | undefined;
}

const LEFT = { shoulder: 11, hip: 23, knee: 25, ankle: 27, heel: 29, toe: 31 } as const;
export type Part = keyof typeof LEFT;
export type Xy = readonly [number, number];

/** Mass of a segment over the body's, and its centre from the upper end. */
interface Segment {
  mass: number;
  centre: number;
}

/** Numbers of evidence/parameters.toml. */
export interface BodySettings {
  least_visibility: number;
  mass: Record<"thigh" | "shank" | "foot", Segment>;
  upper_body_centre: number;
}

export class Body {
  private constructor(
    private readonly points: Float32Array,
    private readonly seen: readonly boolean[],
  ) {}

  /** The body in a picture. What the model puts beside the picture it has not seen. */
  static in({ width, height, points, visibility }: Seen, leastVisibility: number): Body | undefined {
    if (!points || !visibility) return undefined;
    const within = (one: number, end: number): boolean => one >= 0 && one <= end;
    const seen = Array.from(visibility, (visible, place) => {
      const [x, y] = [points[3 * place]!, points[3 * place + 1]!];
      return visible >= leastVisibility && within(x, width) && within(y, height);
    });
    return new Body(points, seen);
  }

  /** A point in pixels, x right and y down; not a number where it is not seen. */
  of(side: Side, part: Part): Xy {
    const place = LEFT[part] + (side === "left" ? 0 : 1);
    return this.seen[place] ? [this.points[3 * place]!, this.points[3 * place + 1]!] : [Number.NaN, Number.NaN];
  }

  /** The same picture with some points elsewhere, not a number for those that are not seen. */
  moved(to: readonly { side: Side; part: Part; at: Xy }[]): Body {
    const [points, seen] = [this.points.slice(), this.seen.slice()];
    for (const { side, part, at } of to) {
      const place = LEFT[part] + (side === "left" ? 0 : 1);
      points.set(at, 3 * place);
      seen[place] = at.every(Number.isFinite);
    }
    return new Body(points, seen);
  }

  middle(part: Part): Xy {
    const [left, right] = [this.of("left", part), this.of("right", part)];
    return [(left[0] + right[0]) / 2, (left[1] + right[1]) / 2];
  }

  /** Width of shoulders and hips over the trunk's length: positive from behind, negative from the front. */
  breadth(): number {
    const across = (["shoulder", "hip"] as const).map((part) => this.of("right", part)[0] - this.of("left", part)[0]);
    return (across[0]! + across[1]!) / 2 / length(this.middle("shoulder"), this.middle("hip"));
  }

  /** Distance between the feet, squared: the same wave for both steps, whichever leg the model calls left. */
  feetApart(): number {
    const [left, right] = [this.of("left", "ankle"), this.of("right", "ankle")];
    return (left[0] - right[0]) ** 2 + (left[1] - right[1]) ** 2;
  }

  /** How far the toes are to the right of the heels. */
  facing(): number {
    return this.of("left", "toe")[0] - this.of("left", "heel")[0] + this.of("right", "toe")[0] - this.of("right", "heel")[0];
  }

  thigh(side: Side): number {
    return length(this.of(side, "hip"), this.of(side, "knee"));
  }

  shank(side: Side): number {
    return length(this.of(side, "knee"), this.of(side, "ankle"));
  }

  /** Across from the centre of mass of the segments, in pixels to the right. */
  massX({ mass, upper_body_centre: trunk }: BodySettings): number {
    const parts = [["hip", "knee", mass.thigh], ["knee", "ankle", mass.shank], ["heel", "toe", mass.foot]] as const;
    let middle = 0;
    let rest = 1;
    for (const [upper, lower, segment] of parts) {
      for (const side of ["left", "right"] as const) {
        const from = this.of(side, upper)[0];
        middle += segment.mass * (from + segment.centre * (this.of(side, lower)[0] - from));
        rest -= segment.mass;
      }
    }
    const hips = this.middle("hip")[0];
    return middle + rest * (hips + trunk * (this.middle("shoulder")[0] - hips));
  }

  /** Lean of the shin in degrees, positive with the foot ahead of the knee. */
  shinDeg(side: Side, facing: number): number {
    const [knee, ankle] = [this.of(side, "knee"), this.of(side, "ankle")];
    return degrees(Math.atan2(facing * (ankle[0] - knee[0]), ankle[1] - knee[1]));
  }

  /** Lean of the pelvis in degrees, positive with the right side up, from behind. */
  rightUpDeg(): number {
    const [left, right] = [this.of("left", "hip"), this.of("right", "hip")];
    return degrees(Math.atan2(left[1] - right[1], right[0] - left[0]));
  }

  /** From the highest to the lowest point, in pixels. */
  heightPx(): number {
    let [high, low] = [Infinity, -Infinity];
    for (let place = 1; place < this.points.length; place += 3) {
      high = Math.min(high, this.points[place]!);
      low = Math.max(low, this.points[place]!);
    }
    return low - high;
  }
}

function length(one: Xy, other: Xy): number {
  return Math.hypot(one[0] - other[0], one[1] - other[1]);
}

function degrees(radians: number): number {
  return (radians * 180) / Math.PI;
}
