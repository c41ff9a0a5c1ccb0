// Fetching the page again and taking what is new of it.
import { arrived, answering } from "./answer";

const byId = (id: string) => document.getElementById(id);
const title = document.title;

type Fetched = { status: number; page: Document | null };

// fetchPage reads a page as a document: no text is turned into markup by a
// script, which the page's policy forbids.
function fetchPage(url: string): Promise<Fetched> {
  return new Promise((resolve) => {
    const x = new XMLHttpRequest();
    x.open("GET", url);
    x.responseType = "document";
    x.timeout = 15_000;
    x.setRequestHeader("Accept", "text/html");
    x.onload = () => resolve({ status: x.status, page: x.response as Document | null });
    x.onerror = x.ontimeout = () => resolve({ status: 0, page: null });
    x.send();
  });
}

// showConnection says what is the matter with the connection; "" that it works.
export function showConnection(what: "" | "weg" | "uit"): void {
  const p = byId("verbinding");
  if (!p || p.dataset.staat === what) return;
  p.dataset.staat = what;
  p.replaceChildren();
  if (what === "weg") p.textContent = "Er is even geen verbinding. Wat u typt blijft staan. Wij proberen het steeds opnieuw.";
  if (what === "uit") {
    const a = document.createElement("a");
    a.href = "/desk/login?naar=" + encodeURIComponent(location.pathname);
    a.textContent = "Log opnieuw in";
    p.append("U bent uitgelogd. Wat u typte, blijft in dit tabblad bewaard. ", a, ".");
  }
}

let busy = false;
let again = false;

// leaving is set while a form takes the page elsewhere: a reload then would
// stop it half-way. A page that stays after all (a download, a lost
// connection) is refreshed again a little later.
let leaving = false;
addEventListener("submit", (e) => {
  setTimeout(() => {
    if (e.defaultPrevented) return;
    leaving = true;
    setTimeout(() => (leaving = false), 10_000);
  });
});

// refresh asks for the page as it is now; calls during a refresh make one more.
export async function refresh(): Promise<void> {
  if (leaving) return;
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  try {
    do {
      again = false;
      const one = byId("vraag");
      const url = one ? `${location.pathname}?deel=1&na=${one.dataset.laatste || 0}` : "/desk/?deel=1";
      const { status, page } = await fetchPage(url);
      if (status === 401) showConnection("uit");
      else if (status === 0 || status >= 500) showConnection("weg");
      else {
        showConnection("");
        if (one) freshCase(one, page);
        else freshQueue(page);
      }
    } while (again);
  } finally {
    busy = false;
  }
}

function say(text: string): void {
  const p = byId("melding");
  if (p) p.textContent = text;
}

// aimed is when the pointer last moved: a list must not move under the hand of
// who is about to press.
let aimed = 0;
for (const kind of ["pointermove", "pointerdown"]) document.addEventListener(kind, () => (aimed = Date.now()));

// freshQueue replaces the list when it is another, and keeps the focus on the
// case where it was.
function freshQueue(page: Document | null): void {
  const now = byId("rij");
  const next = page?.getElementById("rij");
  if (!now || !next) return;
  const ids = (root: Element) => [...root.querySelectorAll<HTMLElement>(".rij-nieuw .vraag")].map((li) => li.dataset.id);
  const known = new Set(ids(now));
  const fresh = ids(next).filter((id) => !known.has(id)).length;
  badge(Number(next.dataset.nieuw) + next.querySelectorAll(".wacht").length);
  if (now.textContent === next.textContent && ids(now).join() === ids(next).join()) return;
  if (now.matches(":hover") && Date.now() - aimed < 1000) {
    setTimeout(() => void refresh(), 1000);
    return;
  }
  const focused = document.activeElement?.getAttribute("href");
  now.replaceWith(document.importNode(next, true));
  if (focused) byId("rij")?.querySelector<HTMLElement>(`a[href="${CSS.escape(focused)}"]`)?.focus();
  if (fresh) say(fresh === 1 ? "Er is een nieuwe vraag voor u." : `Er zijn ${fresh} nieuwe vragen voor u.`);
}

export function badge(n: number): void {
  document.title = n > 0 ? `(${n}) ${title}` : title;
}

// freshCase adds new messages and replaces what else changed. Whose case it is
// changes the whole page; the words being typed are kept beside it.
function freshCase(now: HTMLElement, page: Document | null): void {
  const next = page?.getElementById("vraag");
  if (!next) {
    const why = page?.querySelector("main [role=alert]")?.textContent || "Deze vraag is er niet meer.";
    say(why);
    gone(now, why);
    return;
  }
  if (next.dataset.staat !== now.dataset.staat) {
    // The page with all messages: this answer has only the new ones.
    if (!leaving) location.reload();
    return;
  }
  replace("kop", next);
  if (next.dataset.versie !== now.dataset.versie) {
    replace("kaart", next);
    replace("acties", next);
  }
  now.dataset.versie = next.dataset.versie;
  const list = byId("lijst");
  const log = byId("log");
  if (!list || !log) return;
  const last = Number(now.dataset.laatste) || 0;
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  for (const li of next.querySelectorAll<HTMLElement>("#lijst > li")) {
    if (Number(li.dataset.seq) <= last) continue;
    byId("laatste")?.removeAttribute("id");
    list.append(document.importNode(li, true));
    now.dataset.laatste = li.dataset.seq;
    arrived(li);
  }
  if (atEnd) log.scrollTop = log.scrollHeight;
}

function replace(id: string, next: Element): void {
  const old = byId(id);
  const other = next.querySelector("#" + id);
  if (!old || !other || old.textContent === other.textContent) return;
  const open = [...old.querySelectorAll("details")].map((d) => d.open);
  old.replaceWith(document.importNode(other, true));
  const details = byId(id)?.querySelectorAll("details") || [];
  if (details.length === open.length) details.forEach((d, i) => (d.open = open[i]));
  answering();
}

// gone leaves the words that were typed, and takes away what can't be done any
// more.
function gone(now: HTMLElement, why: string): void {
  if (now.dataset.weg) return;
  now.dataset.weg = "ja";
  const p = document.createElement("p");
  p.className = "fout";
  p.setAttribute("role", "alert");
  p.textContent = why;
  now.prepend(p);
  byId("log")?.remove();
  byId("kaart")?.remove();
  for (const b of now.querySelectorAll("button")) b.remove();
}
