// widget.js: <script src="https://…/widget.js" data-gemeente="medemblik" async></script>
//
// It draws a button and nothing else. Only when someone opens it does an
// iframe fetch the chat page, on our origin, out of reach of the host page.
import { contrast, House } from "./contrast";

declare const __CSS__: string;

const ours = "wegwijzerWidget";
const script = document.currentScript as HTMLScriptElement | null;
const src = script && script.src;

const dutch = {
  open: "Hulp nodig? Stel uw vraag",
  news: "Er is een nieuw bericht voor u",
  close: "Sluiten",
  title: "Chat met de wegwijzer",
  wait: "De chat wordt geladen…",
  failed: "De chat doet het nu niet. U kunt bellen:",
  alone: "Of open de chat in een eigen venster",
  lines: ["Levensgevaar of brand", "Denkt u aan zelfmoord", "Geweld thuis (Veilig Thuis)", "Uw gemeente"],
};

const english: typeof dutch = {
  open: "Need help? Ask your question",
  news: "There is a new message for you",
  close: "Close",
  title: "Chat with the help guide",
  wait: "The chat is loading…",
  failed: "The chat doesn't work right now. You can phone:",
  alone: "Or open the chat in a window of its own",
  lines: ["Danger to life or fire", "Thinking of suicide", "Violence at home (Veilig Thuis)", "Your municipality"],
};

// A site in English gets an English chat, unless data-taal says otherwise.
const inEnglish = ((script && script.dataset.taal) || document.documentElement.lang).slice(0, 2) === "en";
const words = inEnglish ? english : dutch;

// The house style's tokens for a button, the most telling first: background
// and text.
const tokens = [
  ["--utrecht-button-primary-action-background-color", "--utrecht-button-primary-action-color"],
  ["--nl-button-primary-background-color", "--nl-button-primary-color"],
  ["--utrecht-button-background-color", "--utrecht-button-color"],
];

// The lines that help when nothing else answers; the same as in the page.
const phones = ["112", "113", "0800-2000"];

function el(tag: string, attrs: Record<string, string>, ...kids: (Node | string)[]): HTMLElement {
  const e = document.createElement(tag);
  for (const k of Object.keys(attrs)) e.setAttribute(k, attrs[k]);
  e.append(...kids);
  return e;
}

function define(base: URL, data: DOMStringMap): CustomElementConstructor {
  return class extends HTMLElement {
    static wegwijzerWidget = true;
    private panel: HTMLElement | null = null;
    private frame: HTMLIFrameElement | null = null;
    private button = el("button", { type: "button", class: "open", "aria-expanded": "false" }, words.open);
    private ready = false;
    private house: House | null = null;

    connectedCallback(): void {
      if (this.shadowRoot) return;
      const root = this.attachShadow({ mode: "open" });
      if (!("adoptedStyleSheets" in root)) {
        // An old browser: a link to the chat page does the same work.
        (root as ShadowRoot).append(el("a", { href: this.page() }, words.open));
        return;
      }
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(__CSS__);
      root.adoptedStyleSheets = [sheet];
      root.append(this.button);
      this.house = this.readHouse(root);
      if (this.house) {
        this.style.setProperty("--accent", this.house.accent);
        this.style.setProperty("--on-accent", this.house.ink);
      }
      this.button.addEventListener("click", () => this.toggle());
      root.addEventListener("keydown", (e) => {
        if ((e as KeyboardEvent).key === "Escape" && this.isOpen()) this.close();
      });
      addEventListener("message", (e) => this.hear(e));
    }

    // readHouse is the first pair of the site's own button colours that can be
    // read; a site without them, or with pale ones, gets ours.
    private readHouse(root: ShadowRoot): House | null {
      const probe = el("span", { hidden: "" });
      root.append(probe);
      const computed = (token: string) => {
        probe.style.setProperty("color", "var(" + token + ", transparent)");
        return getComputedStyle(probe).color;
      };
      const pairs = tokens.map(([accent, ink]) => ({ accent: computed(accent), ink: computed(ink) }));
      probe.remove();
      return pairs.find((p) => contrast(p.accent, p.ink) >= 4.5) || null;
    }

    private page(): string {
      const gemeente = this.getAttribute("data-gemeente") || data.gemeente || "";
      return new URL("chat/" + encodeURIComponent(gemeente) + (inEnglish ? "?taal=en" : ""), base).href;
    }

    private isOpen(): boolean {
      return !!this.panel && !this.panel.hidden;
    }

    private toggle(): void {
      if (this.isOpen()) this.close();
      else this.open();
    }

    private open(): void {
      if (!this.panel) this.build();
      this.panel!.hidden = false;
      this.button.setAttribute("aria-expanded", "true");
      this.button.hidden = true;
      this.button.textContent = words.open;
      if (this.ready) this.hello(); // else when it has loaded
      this.frame!.focus();
      this.dispatchEvent(new CustomEvent("wegwijzer-open"));
    }

    private close(): void {
      this.panel!.hidden = true;
      this.button.hidden = false;
      this.button.setAttribute("aria-expanded", "false");
      this.button.focus();
      this.dispatchEvent(new CustomEvent("wegwijzer-close"));
    }

    // build makes the panel at the first opening: nothing is asked of the
    // service before.
    private build(): void {
      const close = el("button", { type: "button", class: "close" }, words.close);
      close.addEventListener("click", () => this.close());
      const bar = el("div", { class: "bar" }, el("span", {}, words.title), close);
      const state = el("div", { class: "state", role: "status" }, words.wait);
      const frame = el("iframe", { title: words.title, src: this.page(), referrerpolicy: "no-referrer" });
      this.frame = frame as HTMLIFrameElement;
      this.frame.addEventListener("load", () => this.hello());
      this.panel = el("div", { class: "panel", role: "dialog", "aria-label": words.title }, bar, state, frame);
      this.shadowRoot!.append(this.panel);
      // A frame doesn't say that it could not load: no greeting in eight seconds
      // means that nobody is there yet; who comes later is let in.
      setTimeout(() => this.ready || this.fail(state), 8000);
    }

    private fail(state: HTMLElement): void {
      const list = el("ul", {});
      phones.concat(data.telefoon || []).forEach((phone, i) => {
        const call = el("a", { href: "tel:" + phone.replace(/[^\d+]/g, "") }, phone);
        list.append(el("li", {}, words.lines[i] + ": ", call));
      });
      const alone = el("a", { href: this.page() }, words.alone);
      state.replaceChildren(el("p", {}, words.failed), list, el("p", {}, alone));
      this.panel!.classList.add("failed");
    }

    private hello(): void {
      const w = this.frame && this.frame.contentWindow;
      if (w) w.postMessage({ wegwijzer: "hello", house: this.house }, base.origin);
    }

    // hear listens to our own frame on our own origin and to nobody else.
    private hear(e: MessageEvent): void {
      if (!this.frame || e.source !== this.frame.contentWindow || e.origin !== base.origin) return;
      const what = (e.data as { wegwijzer?: string } | null)?.wegwijzer;
      if (what === "ready") {
        this.ready = true;
        this.panel!.classList.remove("failed");
        this.panel!.classList.add("ready");
      } else if (what === "news" && !this.isOpen()) {
        this.button.textContent = words.news;
      } else if (what === "close" && this.isOpen()) {
        this.close();
      } else if (what === "exit") {
        this.remove();
      }
    }
  } as unknown as CustomElementConstructor;
}

function begin(): void {
  if (!script || !src) return;
  // The element's name may be taken by somebody else: then another one is ours.
  let name = "wegwijzer-chat";
  for (;;) {
    const taken = customElements.get(name) as unknown as Record<string, unknown> | undefined;
    if (!taken) {
      customElements.define(name, define(new URL(".", src), script.dataset));
      break;
    }
    if (taken[ours]) break;
    name += "-x";
  }
  // The site may have placed the element itself; the script twice adds one.
  if (!document.querySelector(name)) document.body.append(document.createElement(name));
}

if (document.body) begin();
else document.addEventListener("DOMContentLoaded", begin);
