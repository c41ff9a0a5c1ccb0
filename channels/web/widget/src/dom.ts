// el makes an element. Text goes in as text nodes only: there is no road from
// a message to markup.
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attrs: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const e = document.createElement(tag);
  for (const name of Object.keys(attrs)) e.setAttribute(name, attrs[name]);
  e.append(...children);
  return e;
}

// Web and mail addresses, and phone numbers as the Dutch write them. Anything
// else, `javascript:` among it, stays text. render.go has the twin.
const links =
  /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b(?:112|113|14 ?0\d{2,3}|0[89]00[- ]?\d{4,7}|0\d{1,3}(?: ?- ?| )?(?:\d{6,8}|\d{2,3}(?: \d{2,3}){2,3}))\b/g;

export function tel(phone: string): string {
  return "tel:" + phone.replace(/[^\d+]/g, "");
}

export function away(href: string, ...children: (Node | string)[]): HTMLAnchorElement {
  return el("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

// linked cuts a text into text and links.
export function linked(text: string): (Node | string)[] {
  const out: (Node | string)[] = [];
  let from = 0;
  for (const m of text.matchAll(links)) {
    const found = m[0];
    out.push(text.slice(from, m.index));
    if (found.startsWith("http")) out.push(away(found, found));
    else out.push(el("a", { href: found.includes("@") ? "mailto:" + found : tel(found) }, found));
    from = (m.index || 0) + found.length;
  }
  out.push(text.slice(from));
  return out;
}
