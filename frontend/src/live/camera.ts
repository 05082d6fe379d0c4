/** The device's camera and the worker that sees: pictures go from one to the other and nowhere else. */

import type { Seen } from "./body";
import { type CadenceSource, type Heard, SourceRefused } from "./cadence_source";
import { Gauge, type GaugeSettings, type Reading } from "./gauge";
import type { PoseSettings } from "./pose/follow";
import type { Models } from "./pose/networks";
import type { Answer, Shot, Told } from "./pose/worker";

/** What the server tells; made by web/gait/camera.py. */
export interface CameraSettings {
  models: Pick<Models, "landmarks" | "detector">;
  pose: PoseSettings;
  gauge: GaugeSettings;
}

export type Accelerator = Models["accelerator"];

/** The browser cannot run the pose model. */
export class PoseFailed extends Error {}

/** What was seen in a picture, and how long that took from when it was taken. */
export interface Looked {
  seen: Seen;
  latencyMs: number;
}

/** A picture with when it was taken, on the clock of `performance.now()`. */
interface Taken {
  shot: Shot;
  timeMs: number;
}

/** Not yet among the types of browsers. */
type WithGraphics = Navigator & { gpu?: { requestAdapter(): Promise<object | null> } };

const MS_PER_S = 1_000;
const TELL_EVERY_MS = 1_000;
/** A frame whose time is further from what was called for tells it on another clock. */
const MOST_LATER_MS = 200;
/** More is not seen: the model looks at 256 pixels of it. */
const WANTED = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 60 } };

export class CameraSource implements CadenceSource {
  readonly name = "camera";
  /** Where the networks run, once they do. */
  accelerator: Accelerator | undefined;
  private readonly gauge: Gauge;
  private worker: Worker | undefined;
  private stream: MediaStream | undefined;
  private telling: ReturnType<typeof setInterval> | undefined;
  private busy = false;
  /** The newest picture, while another one is looked at. */
  private newest: Taken | undefined;
  private heard: (heard: Heard | undefined) => void = () => undefined;
  private looked: (looked: Looked) => void = () => undefined;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly settings: CameraSettings,
  ) {
    this.gauge = new Gauge(settings.gauge);
  }

  onCadence(listener: (heard: Heard | undefined) => void): void {
    this.heard = listener;
  }

  /** Called for every picture. */
  onLooked(listener: (looked: Looked) => void): void {
    this.looked = listener;
  }

  /** What the last pictures say together. */
  read(): Reading {
    return this.gauge.read();
  }

  /** Throws `SourceRefused` without a camera, `PoseFailed` without the networks. */
  async start(): Promise<void> {
    if (!navigator.mediaDevices || !("requestVideoFrameCallback" in this.video)) throw new SourceRefused("missing");
    this.stream = await navigator.mediaDevices.getUserMedia({ video: WANTED }).catch((error: unknown) => {
      throw new SourceRefused(error instanceof DOMException && error.name === "NotAllowedError" ? "denied" : "missing");
    });
    this.video.srcObject = this.stream;
    try {
      await this.video.play();
      this.worker = await this.seeing();
    } catch (error) {
      this.stop();
      throw error;
    }
    this.worker.onmessage = ({ data }: MessageEvent<Answer>) => this.take(data);
    this.telling = setInterval(() => this.tell(), TELL_EVERY_MS);
    this.wait();
  }

  stop(): void {
    clearInterval(this.telling);
    this.worker?.terminate();
    this.stream?.getTracks().forEach((track) => track.stop());
    this.video.srcObject = null;
    this.newest?.shot.close();
    this.worker = this.stream = this.accelerator = this.newest = undefined;
    this.busy = false;
    this.gauge.clear();
  }

  /** The graphics processor first, then the processor. A worker that failed once cannot load again. */
  private async seeing(): Promise<Worker> {
    const graphics = await (navigator as WithGraphics).gpu?.requestAdapter().catch(() => null);
    const tried: Accelerator[] = graphics ? ["webgpu", "wasm"] : ["wasm"];
    let why = "";
    for (const accelerator of tried) {
      const worker = new Worker(new URL("./pose/worker.ts", import.meta.url));
      const answer = await this.loaded(worker, accelerator);
      if (answer.kind === "ready") {
        this.accelerator = answer.accelerator;
        return worker;
      }
      worker.terminate();
      why = answer.kind === "failed" ? answer.why : why;
    }
    throw new PoseFailed(why);
  }

  private loaded(worker: Worker, accelerator: Accelerator): Promise<Answer> {
    return new Promise((resolve) => {
      worker.onmessage = ({ data }: MessageEvent<Answer>) => resolve(data);
      worker.onerror = ({ message }) => resolve({ kind: "failed", why: message });
      const { models, pose } = this.settings;
      tell(worker, { kind: "load", models: { ...models, accelerator }, settings: pose });
    });
  }

  /** Take the next picture that comes; of those that come while one is looked at, the newest waits. */
  private wait(): void {
    this.video.requestVideoFrameCallback((now, { captureTime, mediaTime }) => {
      if (!this.stream) return;
      void this.hold(captureTime ?? now, mediaTime);
      this.wait();
    });
  }

  /**
   * Hold on to the picture that the video shows.
   *
   * It may be a later one than was called for, and at ten pictures a second a foot is elsewhere by then: a frame tells
   * its own time. Browsers without frames copy the picture, and only where it is looked at at once.
   */
  private async hold(calledMs: number, mediaTime: number): Promise<void> {
    if ("VideoFrame" in globalThis) {
      const shot = new VideoFrame(this.video);
      const laterMs = shot.timestamp / MS_PER_S - mediaTime * MS_PER_S;
      this.newest?.shot.close();
      this.newest = { shot, timeMs: calledMs + (Math.abs(laterMs) < MOST_LATER_MS ? laterMs : 0) };
    } else if (!this.busy && !this.newest) {
      this.newest = { shot: await createImageBitmap(this.video), timeMs: calledMs };
    }
    if (!this.busy) this.send();
  }

  private send(): void {
    const { worker, newest } = this;
    if (!worker || !newest) return;
    this.busy = true;
    this.newest = undefined;
    tell(worker, { kind: "picture", picture: newest.shot, timeMs: newest.timeMs }, [newest.shot]);
  }

  private take(answer: Answer): void {
    this.busy = false;
    this.send();
    if (answer.kind !== "seen") return;
    const seen: Seen = { ...answer, timeS: answer.timeMs / MS_PER_S };
    this.gauge.add(seen);
    this.looked({ seen, latencyMs: performance.now() - answer.timeMs });
  }

  private tell(): void {
    const found = this.gauge.cadence();
    this.heard(found && { ...found, timeS: performance.now() / MS_PER_S });
  }
}

function tell(worker: Worker, what: Told, moved: Transferable[] = []): void {
  worker.postMessage(what, moved);
}
