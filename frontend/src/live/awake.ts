/** Keeps the screen on while a session runs; a phone lets go when the page is hidden, so it is asked again. */

export class Awake {
  private lock: WakeLockSentinel | undefined;
  private wanted = false;

  constructor() {
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && this.wanted) void this.hold();
    });
  }

  /** Return whether the browser keeps it on. */
  async hold(): Promise<boolean> {
    this.wanted = true;
    if (!("wakeLock" in navigator)) return false;
    if (this.lock?.released === false) return true;
    const lock = await navigator.wakeLock.request("screen").catch(() => undefined);
    this.lock = lock;
    if (!this.wanted) this.release();
    return lock !== undefined;
  }

  release(): void {
    this.wanted = false;
    void this.lock?.release().catch(() => undefined);
    this.lock = undefined;
  }
}
