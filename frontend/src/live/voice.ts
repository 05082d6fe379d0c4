/** A voice of the device itself, one sentence at a time; without one there is silence. */

export class Voice {
  constructor(private readonly language: string) {}

  /** The device's own voice for the language; voices from elsewhere would send the words away. */
  private get own(): SpeechSynthesisVoice | undefined {
    if (!("speechSynthesis" in globalThis)) return undefined;
    return speechSynthesis.getVoices().find(({ localService, lang }) => localService && lang.startsWith(this.language));
  }

  get there(): boolean {
    return this.own !== undefined;
  }

  say(text: string): void {
    const voice = this.own;
    if (!voice || !text || speechSynthesis.speaking) return;
    const said = new SpeechSynthesisUtterance(text);
    said.voice = voice;
    said.lang = voice.lang;
    speechSynthesis.speak(said);
  }

  stop(): void {
    if ("speechSynthesis" in globalThis) speechSynthesis.cancel();
  }
}
