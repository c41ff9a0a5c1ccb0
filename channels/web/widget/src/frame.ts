import { contrast, House } from "./contrast";

// The talk between the chat page and the widget around it. Both sides check
// the other's origin; a message never carries what people write.
export class Frame {
  private origin = "";
  readonly framed = window.parent !== window;

  // sites are the origins that may hold the page, the page's own among them.
  constructor(
    sites: string[],
    private onHello: () => void,
  ) {
    if (!this.framed) return;
    window.addEventListener("message", (e) => {
      if (e.source !== window.parent || !sites.includes(e.origin)) return;
      const data = e.data as { wegwijzer?: string; house?: House } | null;
      if (!data || data.wegwijzer !== "hello") return;
      this.origin = e.origin;
      if (data.house) this.dress(data.house);
      this.tell("ready");
      this.onHello();
    });
  }

  // dress puts on the site's colours, as far as they can be read on this page,
  // light or dark.
  private dress(house: House): void {
    const root = document.documentElement.style;
    const fit = (): void => {
      const paper = getComputedStyle(document.body).backgroundColor;
      const good = contrast(house.accent, house.ink) >= 4.5 && contrast(house.accent, paper) >= 3;
      root.setProperty("--accent", good ? house.accent : "");
      root.setProperty("--on-accent", good ? house.ink : "");
    };
    fit();
    matchMedia("(prefers-color-scheme: dark)").onchange = fit;
  }

  tell(what: string): void {
    if (this.framed && this.origin) window.parent.postMessage({ wegwijzer: what }, this.origin);
  }

  // leave goes to a neutral page, in place of the page around us, so that
  // "back" doesn't return here.
  leave(exit: string): void {
    this.tell("exit");
    if (!this.framed) {
      location.replace(exit);
      return;
    }
    // The browser lets a frame do this because the resident has just clicked.
    try {
      (window.top || window).location.replace(exit);
    } catch {
      location.replace(exit);
    }
  }
}
