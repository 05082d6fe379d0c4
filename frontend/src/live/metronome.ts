/**
 * The beat: every one is booked on the audio clock ahead of its time, so that nothing the page does can delay it.
 *
 * Beat k since the last change of tempo sounds at anchor + k * period: products, not sums, so that errors cannot add up.
 */

/** What of an audio context the metronome needs; an OfflineAudioContext has it too. */
export type Clock = Pick<BaseAudioContext, "currentTime" | "createBuffer" | "createBufferSource" | "destination" | "sampleRate">;

/** Beats are booked this far ahead: longer than a hidden page's timers sleep. */
const AHEAD_S = 1.5;
/** How often to look whether there is something to book. */
const LOOK_EVERY_MS = 250;
const CLICK_S = 0.03;
const CLICK_HZ = 1_000;
/** How fast a click dies away. */
const CLICK_FADE_PER_S = 150;
const SECONDS_PER_MINUTE = 60;
/** A browser that has not let the sound go by then does not do it by itself. */
const SOUND_MS = 2_000;

/** Let a context sound, in a tap; false where the browser does not. */
export async function sounding(audio: AudioContext): Promise<boolean> {
  await Promise.race([audio.resume().catch(() => undefined), new Promise((late) => setTimeout(late, SOUND_MS))]);
  return audio.state === "running";
}

export class Metronome {
  private readonly click: AudioBuffer;
  private booked: { source: AudioBufferSourceNode; timeS: number }[] = [];
  private anchorS = 0;
  private next = 0;
  private periodS = 0;
  private timer: ReturnType<typeof setInterval> | undefined;

  /** `sounds` says of every beat, a moment before it is booked, whether it is heard. */
  constructor(
    private readonly clock: Clock,
    private readonly sounds: (timeS: number) => boolean = () => true,
    private readonly aheadS: number = AHEAD_S,
  ) {
    this.click = drawClick(clock);
  }

  get running(): boolean {
    return this.timer !== undefined;
  }

  /** Begin, or change the tempo with the beat that comes next; steps per minute of both feet. */
  start(beatsPerMinute: number): void {
    const nextS = this.running ? this.timeOf(this.next) : this.clock.currentTime;
    this.periodS = SECONDS_PER_MINUTE / beatsPerMinute;
    this.anchorS = nextS;
    this.next = 0;
    this.book();
    this.timer ??= setInterval(() => this.book(), LOOK_EVERY_MS);
  }

  /** Silence, at once: what is booked and has not sounded is taken back. */
  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.takeBack();
  }

  /** Ask anew which of the booked beats sound: the reason for them has changed. */
  reconsider(): void {
    if (!this.running) return;
    this.takeBack();
    // Also those of the near future that were passed over: a reason to sound holds from the very next beat on.
    const coming = Math.floor((this.clock.currentTime - this.anchorS) / this.periodS) + 1;
    this.next = Math.min(this.next, Math.max(coming, 0));
    this.book();
  }

  /** Book all beats of the near future; public for a clock that does not run by itself. */
  book(): void {
    const nowS = this.clock.currentTime;
    // After a sleep (a locked phone) what was missed stays missed.
    this.next = Math.max(this.next, Math.ceil((nowS - this.anchorS) / this.periodS));
    for (; this.timeOf(this.next) < nowS + this.aheadS; this.next++) {
      const timeS = this.timeOf(this.next);
      if (this.sounds(timeS)) this.bookOne(timeS);
    }
  }

  private timeOf(beat: number): number {
    return this.anchorS + beat * this.periodS;
  }

  private bookOne(timeS: number): void {
    const source = this.clock.createBufferSource();
    source.buffer = this.click;
    source.connect(this.clock.destination);
    source.start(timeS);
    this.booked.push({ source, timeS });
    source.onended = (): void => {
      this.booked = this.booked.filter((one) => one.source !== source);
    };
  }

  private takeBack(): void {
    for (const { source, timeS } of this.booked) if (timeS > this.clock.currentTime) source.stop();
    this.booked = this.booked.filter(({ timeS }) => timeS <= this.clock.currentTime);
  }
}

/** A short click that begins at full height, so that its beginning is its time. */
function drawClick(clock: Clock): AudioBuffer {
  const buffer = clock.createBuffer(1, Math.ceil(CLICK_S * clock.sampleRate), clock.sampleRate);
  const samples = buffer.getChannelData(0);
  samples.forEach((_, place) => {
    const timeS = place / clock.sampleRate;
    samples[place] = Math.cos(2 * Math.PI * CLICK_HZ * timeS) * Math.exp(-CLICK_FADE_PER_S * timeS);
  });
  return buffer;
}
