import { away, el, linked, tel } from "./dom";
import { Item } from "./session";
import { Choice, Message, Source, Supporter } from "./types";

type Texts = Record<string, string>;

// Transcript draws messages in the log. Each seq is drawn once; what waits to
// be sent stays below everything else.
export class Transcript {
  last = 0; // the highest seq drawn
  supporter: Supporter | null = null;
  private atBottom = false;
  private fresh: HTMLElement | null = null;
  private waiting: { item: Item; li: HTMLElement; seq?: number }[] = [];

  constructor(
    private log: HTMLElement,
    private list: HTMLElement,
    private t: Texts,
    private lang: string,
    private choose: (c: Choice) => void,
    private plan: (ending: string) => void,
  ) {
    this.keepBottom();
  }

  // keepBottom holds the last message in view when the room for the log
  // changes: a phone that is turned, its keyboard, an opened fold.
  private keepBottom(): void {
    this.log.addEventListener("scroll", () => {
      this.atBottom = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 40;
    });
    if (!("ResizeObserver" in window)) return;
    new ResizeObserver(() => {
      if (this.atBottom) this.log.scrollTop = this.log.scrollHeight;
    }).observe(this.log);
  }

  clear(): void {
    this.list.replaceChildren();
    this.waiting = [];
    this.last = 0;
  }

  // history draws a whole transcript without having it read aloud.
  history(messages: Message[]): void {
    this.log.setAttribute("aria-busy", "true");
    messages.forEach((m) => this.add(m, false));
    this.log.removeAttribute("aria-busy");
    // Who comes back goes on at the end, who is new reads from the top.
    const back = messages.some((m) => m.from === "inwoner");
    this.log.scrollTop = back ? this.log.scrollHeight : 0;
    this.atBottom = back;
  }

  add(m: Message, show = true): void {
    if (m.seq <= this.last) return;
    this.last = m.seq;
    if (m.from === "inwoner") {
      this.dropChoices();
      if (this.adopt(m)) return;
    } else if (m.choices && m.choices.length) {
      this.dropChoices();
    }
    const li = this.draw(m);
    li.dataset.seq = String(m.seq);
    const next = this.waiting.length ? this.waiting[0].li : null;
    this.list.insertBefore(li, next);
    // Drawing only what is in view pays for itself in a very long conversation.
    if (m.seq === 500) this.log.classList.add("long");
    if (show) this.reveal(li);
  }

  // pending draws what the resident has just said, before the service has it.
  pending(item: Item): HTMLElement {
    this.dropChoices();
    const li = this.bubble("inwoner", item.label, "");
    li.append(el("p", { class: "state" }, this.t.waiting));
    li.classList.add("waiting");
    this.list.append(li);
    this.waiting.push({ item, li });
    this.reveal(li);
    return li;
  }

  // sent: the service has it, under this seq.
  sent(item: Item, seq: number): void {
    const i = this.waiting.findIndex((x) => x.item.id === item.id);
    if (i < 0) return;
    const w = this.waiting[i];
    if (seq <= this.last) {
      // The stream was faster, and its text differs: it stands there already.
      this.waiting.splice(i, 1);
      const had = document.activeElement === w.li;
      w.li.remove();
      const li = had && this.list.querySelector<HTMLElement>('[data-seq="' + seq + '"]');
      if (li) li.focus({ preventScroll: true });
      return;
    }
    w.seq = seq;
    this.settle(w.li);
  }

  failed(item: Item, why: string): void {
    const i = this.waiting.findIndex((x) => x.item.id === item.id);
    if (i < 0) return;
    const [w] = this.waiting.splice(i, 1);
    w.li.classList.remove("waiting");
    w.li.classList.add("failed");
    const state = w.li.querySelector(".state");
    if (state) state.textContent = this.t.failed + " " + why;
  }

  // notice is a remark of this page itself; nothing of it is kept.
  notice(text: string, ...more: Node[]): void {
    const li = el("li", { class: "m notice" }, el("p", { class: "text" }, text), ...more);
    this.list.append(li);
    this.reveal(li);
  }

  // adopt turns a waiting bubble into the message that the service stored. The
  // stored text may differ: a number that must not be kept is masked.
  private adopt(m: Message): boolean {
    let i = this.waiting.findIndex((w) => w.seq === m.seq);
    if (i < 0) i = this.waiting.findIndex((w) => !w.seq && w.item.label === m.text);
    if (i < 0) return false;
    const [w] = this.waiting.splice(i, 1);
    this.settle(w.li);
    const who = w.li.querySelector(".who");
    if (who) this.stamp(who, m.at);
    const text = w.li.querySelector(".text");
    if (text && text.textContent !== m.text) text.textContent = m.text;
    return true;
  }

  private settle(li: HTMLElement): void {
    li.classList.remove("waiting");
    const state = li.querySelector(".state");
    if (state) state.remove();
  }

  private draw(m: Message): HTMLElement {
    const kind = m.kind && m.kind !== "message" ? m.kind : "";
    const li = this.bubble(m.from, m.text, kind, m.name, m.at);
    if (m.sources && m.sources.length) {
      li.append(el("ul", { class: "sources", "aria-label": this.t.sources }, ...m.sources.map((s) => this.card(s))));
    }
    if (kind === "plan") li.append(this.takeaway());
    if (m.choices && m.choices.length) li.append(this.group(m.choices));
    return li;
  }

  // takeaway are the buttons with which a plan is kept.
  private takeaway(): HTMLElement {
    const files: [string, string][] = [
      [".pdf", this.t.plan_pdf],
      ["", this.t.plan_page],
    ];
    const buttons = files.map(([ending, label]) => {
      const b = el("button", { type: "button", class: "plain" }, label);
      b.addEventListener("click", () => this.plan(ending));
      return b;
    });
    return el("p", { class: "take" }, ...buttons);
  }

  private bubble(from: string, text: string, kind: string, name?: string, at?: string): HTMLElement {
    const who = el("p", { class: "who" }, this.speaker(from, name));
    if (at) this.stamp(who, at);
    const li = el("li", { class: "m " + from + (kind ? " " + kind : ""), tabindex: "-1" }, who);
    const label = this.t["kind_" + kind];
    if (label) li.append(el("p", { class: "label" }, label));
    const body = from === "inwoner" ? [text] : linked(text);
    li.append(el("p", { class: "text", dir: "auto" }, ...body));
    return li;
  }

  private stamp(who: Element, at: string): void {
    const time = new Date(at);
    if (isNaN(+time)) return;
    const clock = time.toLocaleTimeString(this.lang, { hour: "2-digit", minute: "2-digit" });
    who.append(" ", el("time", { datetime: at }, clock));
  }

  private speaker(from: string, name?: string): string {
    if (from === "inwoner") return this.t.you;
    if (from === "bot") return this.t.bot;
    const s = this.supporter;
    const org = s && (!name || s.name === name) ? s.organisation : "";
    return [name || (s && s.name) || "", this.t.supporter, org].filter(Boolean).join(" · ");
  }

  private card(s: Source): HTMLElement {
    const name = s.url && /^https?:\/\//.test(s.url) ? away(s.url, s.name) : s.name;
    const li = el("li", { class: "source", dir: "auto" }, el("h2", {}, name));
    if (s.does) li.append(el("p", {}, s.does));
    if (s.phone) {
      const call = el("a", { href: tel(s.phone) }, s.phone);
      li.append(el("p", { class: "phone" }, this.t.phone + " ", call));
    }
    if (s.hours) li.append(el("p", {}, this.t.hours + " " + s.hours));
    if (s.address) li.append(el("p", {}, this.t.address + " " + s.address));
    if (s.why) li.append(el("p", {}, this.t.why + " " + s.why));
    const day = new Date(s.checked_at);
    if (!isNaN(+day)) {
      const date = day.toLocaleDateString(this.lang, { day: "numeric", month: "long", year: "numeric" });
      li.append(el("p", { class: "checked" }, this.t.checked + " " + date));
    }
    return li;
  }

  private group(choices: Choice[]): HTMLElement {
    const box = el("div", { class: "choices", role: "group", "aria-label": this.t.choices });
    for (const c of choices) {
      const b = el("button", { type: "button", "data-choice": c.id, dir: "auto" }, c.label);
      b.addEventListener("click", () => this.choose(c));
      box.append(b);
    }
    return box;
  }

  private dropChoices(): void {
    this.list.querySelectorAll(".choices").forEach((g) => g.remove());
  }

  // reveal shows what is new, once a frame however much came.
  private reveal(li: HTMLElement): void {
    if (!this.fresh) requestAnimationFrame(() => this.show());
    this.fresh = li;
  }

  // show starts at the first new line: answers that belong together and are
  // longer than the log are read from the top.
  private show(): void {
    const li = this.fresh;
    this.fresh = null;
    if (!li) return;
    let first = li;
    if (!li.classList.contains("inwoner")) {
      for (let e = li.previousElementSibling; e && !e.classList.contains("inwoner"); e = e.previousElementSibling) {
        first = e as HTMLElement;
      }
    }
    const room = Math.min(this.log.clientHeight, window.innerHeight);
    const height = li.getBoundingClientRect().bottom - first.getBoundingClientRect().top;
    if (height > room) first.scrollIntoView({ block: "start" });
    else li.scrollIntoView({ block: "nearest" });
  }
}
