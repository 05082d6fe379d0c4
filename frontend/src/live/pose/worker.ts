/** The worker that sees: pictures come in, the runner's points go out, nothing else happens here. */

import { Follower, type PoseSettings } from "./follow";
import { type Models, loadNetworks } from "./networks";
import type { Picture } from "./region";

/** One picture of the camera. */
export type Shot = ImageBitmap | VideoFrame;

/** What the page tells the worker. */
export type Told =
  | { kind: "load"; models: Models; settings: PoseSettings }
  | { kind: "picture"; picture: Shot; timeMs: number };

/** What the worker answers; points are x, y, z in pixels of the picture. */
export type Answer =
  | { kind: "ready"; accelerator: Models["accelerator"] }
  | { kind: "failed"; why: string }
  | {
      kind: "seen";
      timeMs: number;
      tookMs: number;
      width: number;
      height: number;
      presence: number;
      points?: Float32Array;
      visibility?: Float32Array;
      people?: number | undefined;
    };

declare const self: DedicatedWorkerGlobalScope;

/** Numbers of one picture of the landmark model. */
const LOOKED_AT = 256 * 256 * 3;

let follower: Follower | undefined;
let canvas: OffscreenCanvas | undefined;

async function load({ models, settings }: Extract<Told, { kind: "load" }>): Promise<void> {
  try {
    const networks = await loadNetworks(models);
    // The first look takes several times as long as those after it.
    await networks.landmarks(new Float32Array(LOOKED_AT));
    follower = new Follower(networks, settings);
    answer({ kind: "ready", accelerator: models.accelerator });
  } catch (failure) {
    answer({ kind: "failed", why: String(failure) });
  }
}

async function look({ picture: shot, timeMs }: Extract<Told, { kind: "picture" }>): Promise<void> {
  const begun = performance.now();
  const picture = pixels(shot);
  const { width, height } = picture;
  const seen = await follower?.see(picture);
  const people = await follower?.count(picture, timeMs);
  const tookMs = performance.now() - begun;
  const common = { kind: "seen", timeMs, tookMs, width, height, people } as const;
  if (seen) answer({ ...common, presence: seen.presence, points: seen.points, visibility: seen.visibility });
  else answer({ ...common, presence: 0 });
}

function pixels(shot: Shot): Picture {
  const [width, height] = "displayWidth" in shot ? [shot.displayWidth, shot.displayHeight] : [shot.width, shot.height];
  if (canvas?.width !== width || canvas.height !== height) canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true, alpha: false });
  if (!context) throw new Error("this browser gives a worker no canvas");
  context.drawImage(shot, 0, 0);
  shot.close();
  return context.getImageData(0, 0, width, height);
}

function answer(what: Answer): void {
  self.postMessage(what);
}

self.onmessage = ({ data }: MessageEvent<Told>): void => {
  if (data.kind === "load") void load(data);
  else look(data).catch((failure: unknown) => answer({ kind: "failed", why: String(failure) }));
};
