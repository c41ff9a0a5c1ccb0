// The answer box: what is typed survives a reload and the end of a session,
// and is sent once.
import { badge, refresh, showConnection } from "./fresh";

const byId = (id: string) => document.getElementById(id);

// Draft is what is kept in this tab. tried are the words that were last sent
// under the key: other words are another answer and get another key.
type Draft = { text: string; key: string; tried: string };

let unread = 0;

function place(): string {
  return "antwoord " + (byId("vraag")?.dataset.id || "");
}

function load(): Draft | null {
  try {
    return JSON.parse(sessionStorage.getItem(place()) || "null") as Draft | null;
  } catch {
    return null;
  }
}

function keep(d: Draft | null): void {
  try {
    if (d) sessionStorage.setItem(place(), JSON.stringify(d));
    else sessionStorage.removeItem(place());
  } catch {
    // no storage: the words are on the page still
  }
}

function newKey(): string {
  const b = crypto.getRandomValues(new Uint8Array(16));
  return [...b].map((n) => n.toString(16).padStart(2, "0")).join("");
}

function parts(): { form: HTMLFormElement; box: HTMLTextAreaElement; key: HTMLInputElement } | null {
  const form = byId("antwoord") as HTMLFormElement | null;
  const box = byId("tekst") as HTMLTextAreaElement | null;
  const key = form?.querySelector<HTMLInputElement>("input[name=id]");
  return form && box && key ? { form, box, key } : null;
}

function trouble(text: string): void {
  const p = byId("mislukt");
  if (!p) return;
  p.textContent = text;
  p.hidden = text === "";
}

// answering wires the box; calling it again does nothing more.
export function answering(): void {
  const log = byId("log");
  if (log && !log.dataset.klaar) {
    log.dataset.klaar = "ja";
    log.scrollTop = log.scrollHeight;
  }
  const p = parts();
  if (!p || p.form.dataset.klaar) return;
  p.form.dataset.klaar = "ja";
  const old = load();
  if (old && !p.box.value) {
    p.box.value = old.text;
    p.key.value = old.key;
  }
  p.box.addEventListener("input", () => {
    tellTyping();
    const d = load();
    if (d && d.tried && d.tried !== p.box.value.trim()) p.key.value = newKey();
    keep(p.box.value ? { text: p.box.value, key: p.key.value, tried: d?.tried === p.box.value.trim() ? d.tried : "" } : null);
  });
  p.box.addEventListener("keydown", (e) => {
    if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) {
      e.preventDefault();
      p.form.requestSubmit();
    }
  });
  p.form.addEventListener("submit", (e) => {
    e.preventDefault();
    void send();
  });
}

let told = 0;

// tellTyping lets the resident know that a person is writing.
function tellTyping(): void {
  const id = byId("vraag")?.dataset.id;
  if (!id || Date.now() - told < 5000) return;
  told = Date.now();
  fetch(`/desk/case/${encodeURIComponent(id)}/typing`, { method: "POST", headers: { Accept: "application/json" } }).catch(() => undefined);
}

let sending = false;

async function send(): Promise<void> {
  const p = parts();
  const text = p?.box.value.trim();
  if (!p || !text || sending) return;
  sending = true;
  trouble("");
  keep({ text: p.box.value, key: p.key.value, tried: text });
  try {
    const r = await fetch(p.form.action, {
      method: "POST",
      headers: { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ id: p.key.value, tekst: text }).toString(),
    });
    if (r.ok) {
      // Words typed while the answer was under way stay.
      if (p.box.value.trim() === text) clear(p.box, p.key);
      else p.key.value = newKey();
      await refresh();
    } else if (r.status === 401) {
      showConnection("uit");
      trouble("Uw antwoord is niet verstuurd: u bent uitgelogd.");
    } else {
      const problem = (await r.json().catch(() => null)) as { detail?: string } | null;
      trouble((problem && problem.detail) || "Uw antwoord is niet verstuurd. Probeer het zo opnieuw.");
      void refresh();
    }
  } catch {
    trouble("Uw antwoord is nog niet verstuurd: er is even geen verbinding. Probeer het zo opnieuw. Het komt maar één keer aan.");
  } finally {
    sending = false;
  }
}

function clear(box: HTMLTextAreaElement, key: HTMLInputElement): void {
  box.value = "";
  key.value = newKey();
  keep(null);
}

// arrived hears of each message that came in.
export function arrived(li: HTMLElement): void {
  const p = parts();
  const d = load();
  const words = li.querySelector(".tekst")?.textContent || "";
  // An answer whose receipt was lost did arrive.
  if (p && d && li.classList.contains("ondersteuner") && d.tried && d.tried === words.trim() && d.tried === p.box.value.trim() && !sending) {
    clear(p.box, p.key);
    trouble("");
  }
  if (document.hidden && li.classList.contains("inwoner")) badge(++unread);
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && unread) {
    unread = 0;
    badge(0);
  }
});
