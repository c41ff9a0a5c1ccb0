// What this tab remembers: the conversation's id and token, and what waits to
// be sent. It lives in the frame's own session storage, which the host page
// can't read and which ends with the tab.
export interface Item {
  id: string; // the client's own id: sent again, it has no second effect
  text?: string;
  choice?: string;
  label: string; // what the resident sees of it
}

export interface Session {
  id: string;
  token: string;
  queue: Item[];
}

export class Keeper {
  private key: string;

  constructor(gemeente: string) {
    this.key = "wegwijzer:" + gemeente;
  }

  load(): Session | null {
    try {
      const s = JSON.parse(sessionStorage.getItem(this.key) || "null") as Session | null;
      return s && s.id && s.token && Array.isArray(s.queue) ? s : null;
    } catch {
      return null; // storage is blocked or broken: a new conversation
    }
  }

  save(s: Session): void {
    try {
      sessionStorage.setItem(this.key, JSON.stringify(s));
    } catch {
      // Storage is blocked: the conversation lasts as long as the page.
    }
  }

  forget(): void {
    try {
      sessionStorage.removeItem(this.key);
    } catch {
      // Nothing was stored.
    }
  }
}

// uuid makes a version 4 UUID. crypto.randomUUID exists on https and
// localhost only.
export function uuid(): string {
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 15) | 64;
  b[8] = (b[8] & 63) | 128;
  const hex = Array.from(b, (x) => x.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
