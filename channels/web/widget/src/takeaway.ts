import { Conversation } from "./types";

// asText writes a conversation for paper.
export function asText(c: Conversation, t: Record<string, string>, lang: string): string {
  const names: Record<string, string> = { bot: t.bot, inwoner: t.you, ondersteuner: t.supporter };
  const out: string[] = [];
  for (const m of c.messages) {
    out.push(new Date(m.at).toLocaleString(lang) + " – " + (m.name || names[m.from]), m.text);
    for (const s of m.sources || []) {
      out.push("* " + [s.name, s.does, s.phone, s.hours, s.address, s.url].filter(Boolean).join(" – "));
    }
    out.push("");
  }
  return out.join("\r\n");
}

// download gives the resident a file; it comes from memory, not from a server.
export function download(name: string, type: string, text: string): void {
  keep(name, new Blob([text], { type: type + ";charset=utf-8" }));
}

export function keep(name: string, file: Blob): void {
  const a = document.createElement("a");
  a.href = URL.createObjectURL(file);
  a.download = name;
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 10000);
}
