/** The phone's shaking, its microphone and a tapping finger as sources of cadence; the camera joins from its own file. */

import { type CadenceSource, type Heard, type SourceName, SourceRefused } from "./cadence_source";
import { Window, cadence } from "./rhythm";
import type { Numbers } from "./setup";

/** Samples a second that a signal is brought to. */
const MOTION_HZ = 60;
const SOUND_HZ = 100;
const TELL_EVERY_MS = 1_000;
const MS_PER_S = 1_000;

type Listener = (heard: Heard | undefined) => void;

/** A signal whose echo tells the cadence. */
abstract class Signal implements CadenceSource {
  abstract readonly name: SourceName;
  protected readonly window: Window;
  private listener: Listener = () => undefined;
  private telling: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly numbers: Numbers,
    private readonly hz: number,
  ) {
    this.window = new Window(numbers.window_s);
  }

  async start(): Promise<void> {
    await this.listen();
    this.telling = setInterval(() => this.tell(), TELL_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.telling);
    this.window.clear();
    this.deafen();
  }

  onCadence(listener: Listener): void {
    this.listener = listener;
  }

  protected abstract listen(): Promise<void>;
  protected abstract deafen(): void;

  private tell(): void {
    if (this.window.filled < this.numbers.least_filled) return this.listener(undefined);
    const found = cadence(this.window.even(this.hz), this.hz, this.numbers.rhythm);
    this.listener(found && { ...found, timeS: performance.now() / MS_PER_S });
  }
}

interface AskedForMotion {
  requestPermission?: () => Promise<"granted" | "denied">;
}

/** How the phone is shaken, whichever way it lies: the length of what it feels. */
export class MotionSource extends Signal {
  readonly name = "motion";
  private readonly feel = (event: DeviceMotionEvent): void => {
    const felt = event.accelerationIncludingGravity;
    if (felt?.x == null || felt.y == null || felt.z == null) return;
    this.window.add({ timeS: event.timeStamp / MS_PER_S, value: Math.hypot(felt.x, felt.y, felt.z) });
  };

  constructor(numbers: Numbers) {
    super(numbers, MOTION_HZ);
  }

  protected async listen(): Promise<void> {
    if (!("DeviceMotionEvent" in globalThis)) throw new SourceRefused("missing");
    const asked = (DeviceMotionEvent as unknown as AskedForMotion).requestPermission;
    if (asked && (await asked.call(DeviceMotionEvent).catch(() => "denied")) !== "granted") {
      throw new SourceRefused("denied");
    }
    addEventListener("devicemotion", this.feel);
  }

  protected deafen(): void {
    removeEventListener("devicemotion", this.feel);
  }
}

/** Steps are thuds: what lies above is voices, fans and the beat itself. */
const THUD_HZ = 300;
const LISTEN_EVERY_MS = 100;
const HELD_SAMPLES = 32_768;

/** How loud the thuds are, a hundred times a second. */
export class MicrophoneSource extends Signal {
  readonly name = "microphone";
  private stream: MediaStream | undefined;
  private context: AudioContext | undefined;
  private listening: ReturnType<typeof setInterval> | undefined;
  private heardS = 0;

  constructor(numbers: Numbers) {
    super(numbers, SOUND_HZ);
  }

  protected async listen(): Promise<void> {
    if (!navigator.mediaDevices) throw new SourceRefused("missing");
    const audio = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
    this.stream = await navigator.mediaDevices.getUserMedia({ audio }).catch((error: unknown) => {
      throw new SourceRefused(error instanceof DOMException && error.name === "NotAllowedError" ? "denied" : "missing");
    });
    this.context = new AudioContext();
    const low = [0, 1].map(() => new BiquadFilterNode(this.context!, { type: "lowpass", frequency: THUD_HZ }));
    const held = new AnalyserNode(this.context, { fftSize: HELD_SAMPLES });
    this.context.createMediaStreamSource(this.stream).connect(low[0]!).connect(low[1]!).connect(held);
    this.heardS = this.context.currentTime;
    this.listening = setInterval(() => this.hear(held), LISTEN_EVERY_MS);
  }

  protected deafen(): void {
    clearInterval(this.listening);
    this.stream?.getTracks().forEach((track) => track.stop());
    void this.context?.close().catch(() => undefined);
    this.stream = this.context = undefined;
  }

  /** Cut what was heard since the last time into pieces of a hundredth of a second, each with its loudness. */
  private hear(held: AnalyserNode): void {
    const { currentTime, sampleRate } = held.context;
    const samples = new Float32Array(HELD_SAMPLES);
    held.getFloatTimeDomainData(samples);
    const piece = Math.round(sampleRate / SOUND_HZ);
    const most = Math.floor(HELD_SAMPLES / piece);
    const count = Math.min(Math.floor(((currentTime - this.heardS) * sampleRate) / piece), most);
    for (let back = count; back > 0; back--) {
      const from = HELD_SAMPLES - back * piece;
      let power = 0;
      for (let place = from; place < from + piece; place++) power += samples[place]! ** 2;
      this.window.add({ timeS: currentTime - ((back - 0.5) * piece) / sampleRate, value: Math.sqrt(power / piece) });
    }
    if (count) this.heardS = count === most ? currentTime : this.heardS + (count * piece) / sampleRate;
  }
}

const STEPS_PER_TAP = 2;
const LEAST_TAPS = 8;
const FORGOTTEN_AFTER_S = 3;
const SECONDS_PER_MINUTE = 60;

/** A finger that taps whenever the right foot lands. */
export class TapSource implements CadenceSource {
  readonly name = "tap";
  private times: number[] = [];
  private listener: Listener = () => undefined;

  constructor(private readonly numbers: Pick<Numbers, "window_s">) {}

  async start(): Promise<void> {
    this.times = [];
  }

  stop(): void {
    this.times = [];
  }

  onCadence(listener: Listener): void {
    this.listener = listener;
  }

  tap(timeS: number): void {
    if (timeS - (this.times.at(-1) ?? timeS) > FORGOTTEN_AFTER_S) this.times = [];
    this.times = [...this.times, timeS].filter((one) => one >= timeS - this.numbers.window_s);
    const spanS = timeS - this.times[0]!;
    if (this.times.length < LEAST_TAPS) return;
    const spm = (STEPS_PER_TAP * SECONDS_PER_MINUTE * (this.times.length - 1)) / spanS;
    this.listener({ timeS, spm, likeness: 1 });
  }
}

/** How each source is made; the camera adds itself. */
export const makers: Partial<Record<SourceName, (numbers: Numbers) => CadenceSource>> = {
  motion: (numbers) => new MotionSource(numbers),
  microphone: (numbers) => new MicrophoneSource(numbers),
  tap: (numbers) => new TapSource(numbers),
};
