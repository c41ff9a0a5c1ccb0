import { Item, Session } from "./session";
import { Conversation } from "./types";

// Refused is an answer outside 2xx. `detail` is a sentence for people.
export class Refused extends Error {
  constructor(
    public status: number,
    public detail: string,
    public retryAfter: number, // seconds, 0 when the server names none
  ) {
    super("refused: " + status);
  }
}

// isGone: our service itself says that the conversation isn't there. A proxy's
// 404 page, with a service behind it that starts again, says no such thing.
export function isGone(e: unknown): boolean {
  return e instanceof Refused && (e.status === 401 || e.status === 404) && e.detail !== "";
}

const root = "/api/v1/conversations";

async function call(path: string, init: RequestInit, token?: string): Promise<Response> {
  const headers = new Headers(init.headers);
  if (token) headers.set("Authorization", "Bearer " + token);
  if (init.body) headers.set("Content-Type", "application/json");
  const res = await fetch(root + path, {
    ...init,
    headers,
    credentials: "omit",
    cache: "no-store",
    referrerPolicy: "no-referrer",
  });
  if (res.ok) return res;
  let detail = "";
  try {
    detail = ((await res.json()) as { detail?: string }).detail || "";
  } catch {
    // Not our problem document, a proxy's page perhaps: no sentence to show.
  }
  throw new Refused(res.status, detail, Number(res.headers.get("Retry-After")) || 0);
}

export async function open(gemeente: string, lang: string): Promise<Session> {
  const res = await call("", { method: "POST", body: JSON.stringify({ gemeente, lang }) });
  const { id, token } = (await res.json()) as { id: string; token: string };
  return { id, token, queue: [] };
}

const at = (s: Session) => "/" + encodeURIComponent(s.id);

// send returns the seq that the message got.
export async function send(s: Session, item: Item): Promise<number> {
  const body = JSON.stringify({ id: item.id, text: item.text, choice: item.choice });
  const res = await call(at(s) + "/messages", { method: "POST", body }, s.token);
  return ((await res.json()) as { seq: number }).seq;
}

export async function view(s: Session): Promise<Conversation> {
  return (await (await call(at(s), {}, s.token)).json()) as Conversation;
}

// plan returns the plan as a file: "" is a page, ".pdf" a PDF.
export async function plan(s: Session, ending: string): Promise<Blob> {
  return (await call(at(s) + "/plan" + ending, {}, s.token)).blob();
}

export async function erase(s: Session): Promise<void> {
  await call(at(s), { method: "DELETE" }, s.token);
}

export async function events(s: Session, after: number, signal: AbortSignal): Promise<Response> {
  const headers = { Accept: "text/event-stream", "Last-Event-ID": String(after) };
  return call(at(s) + "/events", { headers, signal }, s.token);
}
