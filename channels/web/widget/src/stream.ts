// Reading Server-Sent Events from a fetch body: EventSource can't send the
// Authorization header, and a token doesn't belong in a URL.
export interface ServerEvent {
  id: string;
  event: string;
  data: string;
}

// EventParser turns pieces of text into events. A piece may end anywhere,
// also between CR and LF.
export class EventParser {
  private rest = "";
  private id = "";
  private event = "";
  private data: string[] = [];

  push(piece: string): ServerEvent[] {
    const out: ServerEvent[] = [];
    const lines = (this.rest + piece).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() || "";
    for (const line of lines) {
      if (line === "") {
        if (this.data.length) {
          out.push({ id: this.id, event: this.event || "message", data: this.data.join("\n") });
        }
        this.event = "";
        this.data = [];
      } else {
        this.field(line);
      }
    }
    return out;
  }

  private field(line: string): void {
    const colon = line.indexOf(":");
    if (colon === 0) return; // a comment: the heartbeat
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "data") this.data.push(value);
    else if (name === "event") this.event = value;
    else if (name === "id") this.id = value;
  }
}

// readEvents calls onEvent for each event until the body ends. It throws when
// the connection breaks or stays silent for longer than `silence` ms.
export async function readEvents(
  body: ReadableStream<Uint8Array>,
  silence: number,
  onEvent: (e: ServerEvent) => void,
): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const parser = new EventParser();
  for (;;) {
    let timer = 0;
    const late = new Promise<never>((_, reject) => {
      timer = window.setTimeout(() => reject(new Error("silent")), silence);
    });
    try {
      const { done, value } = await Promise.race([reader.read(), late]);
      if (done) return;
      parser.push(decoder.decode(value, { stream: true })).forEach(onEvent);
    } catch (e) {
      reader.cancel().catch(() => undefined);
      throw e;
    } finally {
      clearTimeout(timer);
    }
  }
}
