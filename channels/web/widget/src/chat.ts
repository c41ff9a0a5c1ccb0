import { Aloud } from "./aloud";
import { erase, events, isGone, open, plan, Refused, view } from "./api";
import { el } from "./dom";
import { Frame } from "./frame";
import { delay, Outbox } from "./outbox";
import { Item, Keeper, Session, uuid } from "./session";
import { readEvents, ServerEvent } from "./stream";
import { Tabs } from "./tabs";
import { asText, download, keep } from "./takeaway";
import { Choice, Config, Message, Status, Supporter } from "./types";
import { Transcript } from "./view";

const $ = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;

// Three heartbeats missed: the connection is dead, whatever TCP thinks.
const silence = 45000;

class Chat {
  private cfg: Config = JSON.parse(document.body.dataset.config || "{}");
  private t = this.cfg.texts;
  private keeper = new Keeper(this.cfg.gemeente);
  private session: Session | null = null;
  private outbox: Outbox | null = null;
  private stream: AbortController | null = null;
  private early: Item[] = []; // said before there was a conversation
  private timer = 0;
  private tries = 0;
  private text = $<HTMLTextAreaElement>("tekst");
  private log = $("log");
  private trouble = $("storing");
  private script = new Transcript(this.log, $("lijst"), this.t, this.cfg.lang, (c) => this.choose(c), (e) => this.takePlan(e));
  private frame = new Frame([location.origin].concat(this.cfg.sites), () => this.focus());

  private tabs = new Tabs(this.cfg.gemeente, () => this.session, () => this.gone());
  private aloud = new Aloud($("lees"), this.cfg.lang);

  start(): void {
    document.documentElement.classList.add("js");
    this.script.clear();
    document.addEventListener("submit", (e) => this.submit(e));
    document.addEventListener("keydown", (e) => this.key(e));
    $("groter").addEventListener("click", (e) => this.larger(e.currentTarget as HTMLElement));
    $("druk").addEventListener("click", () => window.print());
    $("bewaar").addEventListener("click", () => this.take(true));
    $("gegevens").addEventListener("click", () => this.take(false));
    window.addEventListener("online", () => this.again());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && !this.stream) this.again();
    });
    this.phoneKeyboard();
    this.begin();
  }

  // focus goes to the text box; where that would bring up a keyboard over what
  // there is to read, to the conversation.
  private focus(): void {
    (matchMedia("(pointer: coarse)").matches ? this.log : this.text).focus();
  }

  // begin goes on with this tab's conversation, or opens a new one.
  private async begin(): Promise<void> {
    clearTimeout(this.timer);
    this.beginning = true;
    try {
      if (!this.session) {
        const known = this.keeper.load() || (await this.tabs.find());
        this.use(known || (await open(this.cfg.gemeente, this.cfg.lang)));
      }
      const copy = await view(this.session!);
      this.status(copy);
      this.script.history(copy.messages);
      this.reachable();
      this.tries = 0;
      this.outbox!.flush();
      this.beginning = false;
      this.listen();
    } catch (e) {
      if (this.isGone(e)) this.gone();
      else this.later(e, () => this.begin());
    }
  }
  private beginning = false;

  private use(s: Session): void {
    this.session = s;
    this.keeper.save(s);
    this.outbox = new Outbox(s, {
      changed: () => this.keeper.save(s),
      sent: (item, seq) => {
        this.reachable();
        this.script.sent(item, seq);
      },
      failed: (item, why) => this.script.failed(item, why),
      trouble: (e) => this.unreachable(e),
      gone: () => this.gone(),
    });
    s.queue.forEach((item) => this.script.pending(item));
    this.early.splice(0).forEach((item) => s.queue.push(item)); // drawn already
    this.keeper.save(s);
  }

  // listen reads events until the page closes; each break is followed by a
  // new try that resumes after the last message seen.
  private async listen(): Promise<void> {
    const stream = (this.stream = new AbortController());
    let why: unknown = null;
    try {
      const res = await events(this.session!, this.script.last, stream.signal);
      this.tries = 0;
      this.reachable();
      this.outbox!.flush();
      await readEvents(res.body!, silence, (e) => this.event(e));
    } catch (e) {
      why = e;
    }
    if (this.stream !== stream) return; // another has taken over
    stream.abort();
    this.stream = null;
    if (this.isGone(why)) this.gone();
    else this.later(why, () => this.listen());
  }

  private event(e: ServerEvent): void {
    const data = JSON.parse(e.data);
    if (e.event === "message") {
      this.quiet();
      const m = data as Message;
      if (m.from !== "inwoner" && m.seq > this.script.last) {
        this.aloud.say(m.text);
        this.frame.tell("news");
      }
      this.script.add(m);
    } else if (e.event === "status") {
      this.status(data as Status);
    } else if (e.event === "typing") {
      this.typing();
    }
  }

  private later(e: unknown, what: () => void): void {
    const wait = delay(this.tries++, e);
    // One break in a minute is no news; the second failure in a row is.
    if (this.tries > 1 || e instanceof Refused || !this.session) this.unreachable(e);
    clearTimeout(this.timer);
    this.timer = window.setTimeout(what, wait);
  }

  // again tries at once: the network is back, or the resident is.
  private again(): void {
    if (this.stream || !this.session) {
      if (!this.session) this.begin();
      return;
    }
    clearTimeout(this.timer);
    this.listen();
  }

  private isGone(e: unknown): boolean {
    return !!this.session && isGone(e);
  }

  // gone: the conversation was erased, here or elsewhere, or is past its term.
  private gone(): void {
    this.forget();
    this.aloud.hush();
    this.script.clear();
    const b = el("button", { type: "button", class: "plain" }, this.t.again);
    b.addEventListener("click", () => {
      this.script.clear();
      this.begin();
      this.text.focus();
    });
    this.script.notice(this.t.gone, b);
    b.focus();
  }

  private forget(): void {
    clearTimeout(this.timer);
    const stream = this.stream;
    this.stream = null;
    if (stream) stream.abort();
    if (this.outbox) this.outbox.stop();
    this.session = this.outbox = null;
    this.beginning = false;
    this.keeper.forget();
    this.status({ status: "" });
  }

  private submit(e: Event): void {
    e.preventDefault();
    const by = (e as SubmitEvent).submitter;
    const what = (by && by.getAttribute("value")) || "zeg";
    if (what === "weg") {
      this.aloud.hush();
      this.tabs.forget();
      this.forget();
      this.script.clear();
      this.text.value = "";
      this.frame.leave(this.cfg.exit);
    } else if (what === "wis") {
      this.wipe();
    } else {
      this.say({ id: uuid(), text: this.text.value.trim(), label: this.text.value.trim() });
    }
  }

  private say(item: Item): void {
    if (!item.label) {
      this.text.focus();
      return;
    }
    this.text.value = "";
    const li = this.script.pending(item);
    // Focus stays in the text box after typing; after a choice the button is
    // gone, and the next choices follow right after the answer.
    if (item.choice) li.focus({ preventScroll: true });
    if (this.outbox) {
      this.outbox.add(item);
      return;
    }
    this.early.push(item);
    if (!this.beginning) this.begin();
  }

  private choose(c: Choice): void {
    this.say({ id: uuid(), choice: c.id, label: c.label });
  }

  private async wipe(): Promise<void> {
    const s = this.session;
    if (s) {
      try {
        await erase(s);
      } catch (e) {
        if (!this.isGone(e)) {
          this.unreachable(e);
          this.script.notice(this.t.not_erased);
          return;
        }
      }
    }
    $<HTMLDetailsElement>("meer").open = false;
    this.gone();
  }

  // take gives the resident the conversation to keep, as text or as data.
  private async take(readable: boolean): Promise<void> {
    if (!this.session) return;
    try {
      const copy = await view(this.session);
      if (readable) download("gesprek.txt", "text/plain", asText(copy, this.t, this.cfg.lang));
      else download("gesprek.json", "application/json", JSON.stringify(copy, null, 2));
    } catch (e) {
      this.unreachable(e);
    }
  }

  // takePlan gives the resident the plan as it stands now.
  private async takePlan(ending: string): Promise<void> {
    if (!this.session) return;
    try {
      const name = this.cfg.lang === "en" ? "my-plan" : "mijn-plan";
      keep(name + (ending || ".html"), await plan(this.session, ending));
    } catch (e) {
      if (e instanceof Refused && e.detail && e.status === 404) this.script.notice(e.detail);
      else this.unreachable(e);
    }
  }

  private key(e: KeyboardEvent): void {
    if (e.isComposing) return;
    if (e.key === "Escape") this.frame.tell("close");
    // On a phone Enter makes a new line, as people there expect.
    const sends = e.key === "Enter" && !e.shiftKey && !matchMedia("(pointer: coarse)").matches;
    if (sends && e.target === this.text) {
      e.preventDefault();
      const said = this.text.value.trim();
      this.say({ id: uuid(), text: said, label: said });
      // Some input methods put the line break in all the same.
      setTimeout(() => (this.text.value = this.text.value.replace(/^\n+/, "")));
    }
  }

  private larger(button: HTMLElement): void {
    const on = document.documentElement.classList.toggle("groot");
    button.setAttribute("aria-pressed", String(on));
  }

  // status says who is at the other end: always visible.
  private status(s: Status): void {
    const human: Supporter | null = s.supporter || null;
    this.script.supporter = human;
    const live = human && s.status === "human";
    const who = live ? [human.name, this.t.supporter, human.organisation].filter(Boolean).join(" · ") : "";
    const line = live ? this.t.with_human + " " + who : this.t.with_bot;
    const place = $("wie");
    if (place.textContent !== line) place.textContent = line;
    document.body.classList.toggle("mens", !!live);
  }

  private typing(): void {
    $("typt").textContent = this.t.typing;
    clearTimeout(this.typingTimer);
    this.typingTimer = window.setTimeout(() => this.quiet(), 6000);
  }
  private typingTimer = 0;

  private quiet(): void {
    $("typt").textContent = "";
  }

  // unreachable says so, and shows the numbers that always work.
  private unreachable(e: unknown): void {
    const said = e instanceof Refused ? e.detail : "";
    this.trouble.textContent = e instanceof Refused && e.status === 429 ? said || this.t.busy : this.t.unreachable;
    this.trouble.hidden = false;
    $<HTMLDetailsElement>("nood").open = true;
  }

  private reachable(): void {
    if (this.trouble.hidden) return;
    this.trouble.hidden = true;
    this.trouble.textContent = "";
    $<HTMLDetailsElement>("nood").open = false;
  }

  // phoneKeyboard keeps the text box above a phone's keyboard in browsers
  // where 100dvh doesn't shrink with it.
  private phoneKeyboard(): void {
    const vv = window.visualViewport;
    if (!vv) return;
    vv.addEventListener("resize", () => {
      const covered = window.innerHeight - vv.height;
      document.body.style.setProperty("--toetsenbord", (vv.scale === 1 && covered > 0 ? covered : 0) + "px");
    });
  }
}

new Chat().start();
