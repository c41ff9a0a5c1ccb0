// Aloud reads answers with a voice on the device itself. A voice in the cloud
// would hear the conversation, so it is never used.
export class Aloud {
  private voice: SpeechSynthesisVoice | null = null;
  private on = false;

  // The button appears when the device has a voice for the language.
  constructor(
    private button: HTMLElement,
    private lang: string,
  ) {
    if (!("speechSynthesis" in window)) return;
    this.look();
    speechSynthesis.addEventListener("voiceschanged", () => this.look());
    button.addEventListener("click", () => {
      this.on = !this.on;
      button.setAttribute("aria-pressed", String(this.on));
      if (!this.on) this.hush();
    });
  }

  say(text: string): void {
    if (!this.on || !this.voice) return;
    const u = new SpeechSynthesisUtterance(text);
    u.voice = this.voice;
    u.lang = this.voice.lang;
    speechSynthesis.speak(u);
  }

  hush(): void {
    if ("speechSynthesis" in window) speechSynthesis.cancel();
  }

  private look(): void {
    const own = speechSynthesis.getVoices().filter((v) => v.localService && v.lang.toLowerCase().startsWith(this.lang));
    this.voice = own[0] || null;
    this.button.hidden = !this.voice;
  }
}
