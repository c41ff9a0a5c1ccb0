// Keeps the desk's pages fresh. Every page works without it: what it fetches
// are the same pages, made on the server, of which it takes the parts.
import { answering } from "./answer";
import { refresh, showConnection } from "./fresh";

document.documentElement.classList.add("js");

const byId = (id: string) => document.getElementById(id);

// What was just done is told once, not at each reload.
if (location.search.includes("bericht=")) history.replaceState(null, "", location.pathname + location.hash);

// The buttons that need a script.
for (const b of document.querySelectorAll<HTMLButtonElement>("[data-toon], [data-kopieer]")) b.hidden = false;

document.addEventListener("click", (e) => {
  const b = (e.target as Element).closest("button");
  const shown = b && b.dataset.toon && byId(b.dataset.toon);
  if (b && shown instanceof HTMLInputElement) {
    const open = shown.type === "password";
    shown.type = open ? "text" : "password";
    b.textContent = open ? "Verberg" : "Toon";
    b.setAttribute("aria-pressed", String(open));
  }
  const copied = b && b.dataset.kopieer && byId(b.dataset.kopieer);
  if (b && copied instanceof HTMLInputElement) {
    copied.select();
    navigator.clipboard?.writeText(copied.value).then(() => (b.textContent = "Gekopieerd"), () => undefined);
  }
});

// A second press of the same button sends nothing.
document.addEventListener("submit", (e) => {
  const form = e.target as HTMLFormElement;
  if (e.defaultPrevented) return;
  if (form.dataset.bezig) {
    e.preventDefault();
    return;
  }
  form.dataset.bezig = "ja";
  form.querySelector("button:not([type=button])")?.setAttribute("aria-disabled", "true");
  if ("vergeet" in form.dataset) {
    try {
      sessionStorage.clear();
    } catch {
      // no storage, nothing to forget
    }
  }
});
// Back and forward show the page as it was left.
addEventListener("pageshow", (e) => {
  if (!e.persisted) return;
  for (const f of document.querySelectorAll<HTMLFormElement>("form[data-bezig]")) {
    delete f.dataset.bezig;
    f.querySelector("[aria-disabled]")?.removeAttribute("aria-disabled");
  }
  void refresh();
});

// listen asks again at each piece of news, and every few seconds while there
// is no stream.
function listen(url: string): void {
  let timer = 0;
  const source = new EventSource(url);
  const poll = () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      void refresh().then(() => source.readyState !== EventSource.OPEN && poll());
    }, 4000);
  };
  source.addEventListener("open", () => clearTimeout(timer));
  source.addEventListener("nieuws", () => void refresh());
  source.addEventListener("weg", () => {
    source.close();
    showConnection("uit");
  });
  source.addEventListener("error", poll);
  addEventListener("pagehide", () => source.close());
}

if (byId("rij")) {
  listen("/desk/events");
  // The words of the terms change with the clock.
  setInterval(() => void refresh(), 60_000);
}
const one = byId("vraag");
if (one) {
  answering();
  listen(`/desk/case/${encodeURIComponent(one.dataset.id || "")}/events`);
  setInterval(() => void refresh(), 60_000);
}
