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

// Phone numbers as the Dutch write them, and web addresses. Anything else,
// `javascript:` among it, stays text.
const links = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)]|\b(?:112|113|14 ?0\d{2,3}|0[89]00[- ]?\d{4,7}|0\d{1,3}[- ]?\d{6,8})\b/g;

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
    out.push(found.startsWith("http") ? away(found, found) : el("a", { href: tel(found) }, found));
    from = (m.index || 0) + found.length;
  }
  out.push(text.slice(from));
  return out;
}
