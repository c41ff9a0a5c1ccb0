import { isGone, Refused, send } from "./api";
import { Item, Session } from "./session";

// Events is what the outbox tells its owner.
interface Events {
  changed(): void; // the queue has changed: save it
  sent(item: Item, seq: number): void; // stored for good by the service
  failed(item: Item, why: string): void; // it will never be accepted
  trouble(e: unknown): void; // tried again later
  gone(): void; // the conversation doesn't exist any more
}

// Outbox sends one item at a time, in order, and the same item again until
// the service says 202.
export class Outbox {
  private busy = false;
  private timer = 0;
  private tries = 0;
  private stopped = false;

  constructor(
    private session: Session,
    private on: Events,
  ) {}

  add(item: Item): void {
    this.session.queue.push(item);
    this.on.changed();
    this.flush();
  }

  // stop ends the sending: the conversation is forgotten.
  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  // flush tries at once, also when a later attempt was planned.
  async flush(): Promise<void> {
    if (this.busy || this.stopped) return;
    this.busy = true;
    clearTimeout(this.timer);
    try {
      while (this.session.queue.length && !this.stopped) {
        const item = this.session.queue[0];
        if (!(await this.one(item))) return;
        this.session.queue.shift();
        this.on.changed();
      }
    } finally {
      this.busy = false;
    }
  }

  // one says whether the item is done with, accepted or not.
  private async one(item: Item): Promise<boolean> {
    try {
      const seq = await send(this.session, item);
      this.tries = 0;
      if (!this.stopped) this.on.sent(item, seq);
      return true;
    } catch (e) {
      if (this.stopped) return false;
      if (isGone(e)) {
        this.on.gone();
        return false;
      }
      // Ours, and about this message: it would be refused each time.
      if (e instanceof Refused && e.detail && e.status < 500 && e.status !== 429) {
        this.on.failed(item, e.detail);
        return true;
      }
      this.timer = window.setTimeout(() => this.flush(), delay(this.tries++, e));
      this.on.trouble(e);
      return false;
    }
  }
}

// delay is the wait in ms before attempt n+1: what the server asks for, or 1,
// 2, 4 … 30 seconds, each with a random part so that not everybody comes back
// at once.
export function delay(n: number, e: unknown): number {
  const asked = e instanceof Refused ? e.retryAfter * 1000 : 0;
  return Math.max(asked, Math.min(30000, 1000 * 2 ** Math.min(n, 5)) * (0.5 + Math.random() / 2));
}
