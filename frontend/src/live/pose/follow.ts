/** Following one runner from picture to picture; what one picture says is not smoothed by those before. */

import { DETECTOR_SIDE, type DetectorSettings, decode } from "./detection";
import { logistic, refine } from "./heatmap";
import { type Picture, type Point, type Region, regionBetween, sample, toPicture, touches, wholePicture } from "./region";

/** Side of the landmark model's picture, and of its heatmaps. */
const SIDE = 256;
const HEATMAP_SIDE = 64;
const LANDMARKS = 39;
/** The 33 keypoints of a body, then the middle of the hips and a point on the circle around the body. */
export const KEYPOINTS = 33;
const MIDDLE = 33;
const EDGE = 34;
/** Numbers per landmark: x, y, z, visibility, presence. */
const NUMBERS = 5;
/** How often the model looks again in the region that it has just named, until the region settles. */
const SETTLING_LOOKS = 2;
const MS_PER_S = 1_000;

/** Numbers of evidence/parameters.toml, brought by the page. */
export interface PoseSettings {
  region_scale: number;
  heatmap_confidence: number;
  detector_score: number;
  detector_overlap: number;
  least_presence: number;
  jump_sizes: number;
  people_every_s: number;
}

/** Outputs of the two networks, row by row. */
export interface Networks {
  landmarks(picture: Float32Array): Promise<{ points: Float32Array; presence: number; heatmap: Float32Array }>;
  detector(picture: Float32Array): Promise<{ boxes: Float32Array; scores: Float32Array }>;
}

/** One look at one region: x, y in pixels and z for 33 points, how visible each is, and where to look next. */
export interface Sighting {
  presence: number;
  points: Float32Array;
  visibility: Float32Array;
  next: Region;
}

export class Follower {
  private region: Region | undefined;
  private countedMs = -Infinity;
  private readonly cut = new Float32Array(SIDE * SIDE * 3);
  private readonly detectorCut = new Float32Array(DETECTOR_SIDE * DETECTOR_SIDE * 3);

  constructor(
    private readonly networks: Networks,
    private readonly settings: PoseSettings,
  ) {}

  /** Look at the next picture; nothing where nobody is seen. */
  async see(picture: Picture): Promise<Sighting | undefined> {
    const seen = (this.region && (await this.look(picture, this.region))) ?? (await this.enter(picture));
    this.region = seen?.next;
    return seen;
  }

  /** How many people are in a picture; counted now and then, because it takes time. */
  async count(picture: Picture, timeMs: number): Promise<number | undefined> {
    if (timeMs - this.countedMs < this.settings.people_every_s * MS_PER_S) return undefined;
    this.countedMs = timeMs;
    return (await this.people(picture)).length;
  }

  /** Follow whoever is in this region from now on, instead of the largest person. */
  point(region: Region): void {
    this.region = region;
  }

  /** One look; nothing where nobody is there or the answer has jumped to somebody else. */
  async look(picture: Picture, region: Region): Promise<Sighting | undefined> {
    if (!touches(region, picture)) return undefined;
    sample(picture, region, SIDE, this.cut);
    const seen = this.sighting(region, await this.networks.landmarks(this.cut));
    const moved = Math.hypot(seen.next.x - region.x, seen.next.y - region.y);
    const { jump_sizes: jump, least_presence: least } = this.settings;
    return moved <= jump * region.size && seen.presence >= least ? seen : undefined;
  }

  private async enter(picture: Picture): Promise<Sighting | undefined> {
    for (const region of await this.people(picture)) {
      let seen = await this.look(picture, region);
      for (let again = 0; seen && again < SETTLING_LOOKS; again++) seen = await this.look(picture, seen.next);
      if (seen) return seen;
    }
    return undefined;
  }

  /** Everybody whom the detector sees, the largest first. */
  private async people(picture: Picture): Promise<Region[]> {
    const whole = wholePicture(picture);
    sample(picture, whole, DETECTOR_SIDE, this.detectorCut, { low: -1, high: 1, blackOutside: true });
    const { boxes, scores } = await this.networks.detector(this.detectorCut);
    const { detector_score: score, detector_overlap: overlap, region_scale: scale } = this.settings;
    const limits: DetectorSettings = { score, overlap };
    return decode(boxes, scores, limits)
      .map(({ middle, edge }) => regionBetween(toPicture(whole, middle), toPicture(whole, edge), scale))
      .sort((one, other) => other.size - one.size);
  }

  private sighting(
    region: Region,
    { points: raw, presence, heatmap }: { points: Float32Array; presence: number; heatmap: Float32Array },
  ): Sighting {
    const map = { side: HEATMAP_SIDE, landmarks: LANDMARKS, logits: heatmap };
    const at = (landmark: number): Point => {
      const start = landmark * NUMBERS;
      const share: Point = [raw[start]! / SIDE, raw[start + 1]! / SIDE];
      return toPicture(region, refine(share, landmark, map, this.settings.heatmap_confidence));
    };
    const points = new Float32Array(KEYPOINTS * 3);
    const visibility = new Float32Array(KEYPOINTS);
    for (let landmark = 0; landmark < KEYPOINTS; landmark++) {
      const depth = (raw[landmark * NUMBERS + 2]! / SIDE) * region.size;
      points.set([...at(landmark), depth], landmark * 3);
      visibility[landmark] = logistic(raw[landmark * NUMBERS + 3]!);
    }
    return { presence, points, visibility, next: regionBetween(at(MIDDLE), at(EDGE), this.settings.region_scale) };
  }
}
