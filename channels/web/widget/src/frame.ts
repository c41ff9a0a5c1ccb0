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
      const data = e.data as { wegwijzer?: string } | null;
      if (!data || data.wegwijzer !== "hello") return;
      this.origin = e.origin;
      this.tell("ready");
      this.onHello();
    });
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
