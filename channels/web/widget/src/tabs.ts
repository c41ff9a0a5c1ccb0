import { Session } from "./session";

type Word = { ask?: true; here?: { id: string; token: string }; forget?: true };

// Tabs lets a second tab of the same browser show the same conversation. The
// token passes between tabs of this origin only, and is stored by none.
export class Tabs {
  private channel: BroadcastChannel | null = null;
  private answer: (s: Session) => void = () => undefined;

  constructor(gemeente: string, current: () => Session | null, forget: () => void) {
    if (!("BroadcastChannel" in window)) return;
    this.channel = new BroadcastChannel("wegwijzer:" + gemeente);
    this.channel.onmessage = (e) => {
      const word = e.data as Word;
      const s = current();
      if (word.ask && s) this.tell({ here: { id: s.id, token: s.token } });
      if (word.here) this.answer({ id: word.here.id, token: word.here.token, queue: [] });
      if (word.forget && s) forget();
    };
  }

  // find asks the other tabs for their conversation; null when none answers.
  find(): Promise<Session | null> {
    if (!this.channel) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.answer = resolve;
      setTimeout(() => resolve(null), 100);
      this.tell({ ask: true });
    });
  }

  // forget makes the other tabs forget too.
  forget(): void {
    this.tell({ forget: true });
  }

  private tell(word: Word): void {
    if (this.channel) this.channel.postMessage(word);
  }
}
