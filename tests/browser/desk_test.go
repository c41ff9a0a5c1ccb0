// Package browser plays the service in a real browser, as people use it.
package browser

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"wegwijzer/bot"
	"wegwijzer/bot/cases"
	"wegwijzer/tests/harness"
)

// shots is where screenshots go: the project's own only when they are asked
// for.
func shots(t *testing.T) string {
	t.Helper()
	if os.Getenv("WEGWIJZER_SCREENSHOTS") == "1" {
		return "../../docs/screenshots"
	}
	return t.TempDir()
}

// resident is a window with the chat page.
type resident struct{ *harness.Window }

// hears waits until the conversation has a text.
func (r resident) hears(text string) time.Duration {
	return r.Until(fmt.Sprintf(`document.querySelector("#lijst").textContent.includes(%q)`, text))
}

// says types a message.
func (r resident) says(text string) { r.Type("#tekst", text+"\r") }

// presses presses the choice with an id, once it is there.
func (r resident) presses(id string) {
	button := fmt.Sprintf(`[...document.querySelectorAll("#lijst button[data-choice]")].findLast(b => b.dataset.choice === %q)`, id)
	r.Until(button)
	r.Eval(button + `.click()`)
}

// clarifies answers the questions of the dialog by pressing buttons, as someone
// without haste does, until there is an answer with services.
func (r resident) clarifies() {
	for range 12 {
		// The choices stand under the last word once the bot has answered.
		r.Until(`document.querySelector("#lijst > li:last-child.bot button[data-choice]")`)
		if r.Eval(`!!document.querySelector(".source")`) == "true" {
			return
		}
		before := r.Eval(`document.querySelectorAll("#lijst > li").length`)
		r.Eval(`(l => (l.find(b => b.textContent.startsWith("Ja, dat klopt")) ||
			l.find(b => b.textContent.startsWith("Nee")) || l[0]).click())(
			[...document.querySelectorAll("#lijst > li:last-child button[data-choice]")])`)
		r.Until(`document.querySelectorAll("#lijst > li").length >= 2 + ` + before)
	}
	r.Fail("no answer after twelve questions")
}

// countFrom counts the messages of one sender on the resident's page.
func (r resident) countFrom(from string) string {
	return r.Eval(fmt.Sprintf(`document.querySelectorAll("#lijst .m.%s").length`, from))
}

// toAPerson leads a resident from the first words to a named supporter.
func (r resident) toAPerson() {
	r.hears("computerprogramma")
	r.says(firstWords)
	r.Until(`document.querySelector("#lijst .inwoner")`)
	r.clarifies()
	r.says(secondWords)
	for _, id := range []string{"mens:ja", "summary:ok", "consent:yes", "contact:chat", "supporter:fatima"} {
		r.presses(id)
	}
	r.hears("Uw vraag staat nu bij Fatima Haddad")
}

// A resident and a supporter, from the first words to a named person's answer
// and back to the bot.
func TestResidentAndSupporterTalk(t *testing.T) {
	s := harness.Start(t, nil)
	b := harness.StartBrowser(t)
	folder := shots(t)

	desk := b.Window(t, 1280, 900)
	logInFirst(t, s, desk)
	desk.Until(`document.querySelector(".leeg")`)

	r := resident{b.Window(t, 1280, 900)}
	r.Open(s.URL + "/chat/medemblik")
	r.toAPerson()

	took := desk.Until(`document.querySelector(".rij-nieuw .vraag a")`)
	t.Logf("the case was in the queue after %v", took)
	if took > 4*time.Second {
		t.Errorf("the case was in the queue after %v, want a second or two", took)
	}
	other := resident{b.Window(t, 360, 740)}
	other.Open(s.URL + "/chat/medemblik")
	other.hears("computerprogramma")
	other.says("ik ben bang dat mijn man mij vannacht weer slaat")
	other.Until(`document.querySelector(".m.crisis")`)
	other.Screenshot(folder, "chat-360.png")

	desk.Eval(`document.querySelector(".rij-nieuw .vraag a").click()`)
	desk.Until(`document.querySelector(".samenvatting")`)
	if got := desk.Eval(`document.querySelector("#log")`); got != "null" {
		t.Error("the conversation shows before the taking")
	}
	if got := desk.Eval(`document.querySelector(".woorden").innerText`); !strings.Contains(got, firstWords) {
		t.Errorf("own words: %q", got)
	}
	desk.Click(".oppakken button")
	r.hears("heeft uw gesprek opgepakt")
	before := r.countFrom("bot")

	talk(t, r, desk)
	if after := r.countFrom("bot"); after != before {
		t.Errorf("the bot wrote beside the human: %s messages, then %s", before, after)
	}
	desk.Eval(`scrollTo(0, 0)`)
	r.Screenshot(folder, "chat.png")
	desk.Screenshot(folder, "desk-case.png")
	busy(t, s, desk)
	desk.Screenshot(folder, "desk-queue.png")
	desk.Eval(`document.querySelector(".rij-gesprek .vraag a").click()`) // not by place: the list may move just then
	desk.Until(`document.querySelector("#antwoord")`)

	giveBack(t, r, desk)
	for name, w := range map[string]*harness.Window{"chat": r.Window, "desk": desk} {
		if got := w.Stopped(); got != "" {
			t.Errorf("%s: the policy had to stop %s", name, got)
		}
	}
}

// logInFirst uses the first one-time link, as the person who installs it does.
func logInFirst(t *testing.T, s *harness.Service, desk *harness.Window) {
	t.Helper()
	token, err := s.App.FirstLink(context.Background())
	if err != nil || token == "" {
		t.Fatalf("first link %q: %v", token, err)
	}
	desk.Open(s.URL + "/desk/start/" + token)
	desk.Click(`input[name=wie][value=fatima]`)
	desk.Type("#wachtwoord", "een fiets zonder bel")
	desk.Click("main form button:not([type=button])")
	desk.Until(`document.querySelector("#rij")`)
	if got := desk.Eval(`document.querySelector(".ik").innerText`); !strings.Contains(got, "Fatima Haddad") {
		t.Fatalf("logged in as %q", got)
	}
}

// talk lets them exchange words, and bounds how long those take.
func talk(t *testing.T, r resident, desk *harness.Window) {
	t.Helper()
	desk.Until(`document.querySelector("#antwoord") && document.querySelector("#lijst").textContent.includes("ik kan mijn huur niet betalen")`)
	desk.Type("#tekst", "Dag, ik ben Fatima. Zullen we morgen bellen?")
	r.Until(`document.querySelector("#typt").textContent`)
	desk.Click("#antwoord button")
	took := r.hears("Zullen we morgen bellen?")
	t.Logf("the resident read the answer after %v", took)
	if took > 2*time.Second {
		t.Errorf("the answer came after %v", took)
	}
	if got := r.Eval(`document.querySelector(".m.ondersteuner .who").innerText`); !strings.Contains(got, "Fatima Haddad") {
		t.Errorf("the answer came under the name %q", got)
	}
	desk.Until(`document.querySelector("#tekst").value === ""`)
	r.says("ja graag, na tien uur")
	took = desk.Until(`document.querySelector("#lijst").textContent.includes("na tien uur")`)
	t.Logf("the supporter read the reply after %v", took)
	if took > 2*time.Second {
		t.Errorf("the reply came after %v", took)
	}
	// A half-written answer survives a reload.
	desk.Type("#tekst", "Tot mor")
	desk.Eval(`location.reload()`)
	desk.Until(`document.readyState === "complete" && document.querySelector("#tekst").value === "Tot mor"`)
	desk.Type("#tekst", "gen!")
	desk.Eval(`document.querySelector("#antwoord").requestSubmit(), document.querySelector("#antwoord").requestSubmit()`)
	r.hears("Tot morgen!")
	if got := r.countFrom("ondersteuner"); got != "2" {
		t.Errorf("%s messages of the supporter, want 2", got)
	}
}

// busy fills the queue: one urgent case comes in, one by phone, and a colleague
// takes one.
func busy(t *testing.T, s *harness.Service, desk *harness.Window) {
	t.Helper()
	desk.Click(".terug a")
	desk.Until(`document.querySelector("#rij")`)
	colleague, urgent := opened(t, s), opened(t, s)
	opened(t, s, "contact:phone", "> 06 00 00 00 01")
	if err := s.App.Bot.Take(context.Background(), "jan", cases.CaseID(colleague.ID)); err != nil {
		t.Fatal(err)
	}
	if err := urgent.Say("mijn man slaat mij, ik ben bang"); err != nil {
		t.Fatal(err)
	}
	desk.Until(`document.querySelectorAll(".rij-nieuw .vraag").length === 2 && document.querySelector(".rij-nieuw .dringend") && document.querySelector(".rij-team .vraag")`)
	if got := desk.Eval(`document.querySelector(".rij-nieuw .vraag").classList.contains("dringend")`); got != "true" {
		t.Error("the urgent case isn't the first")
	}
	if got := desk.Eval(`document.title`); !strings.HasPrefix(got, "(2) ") {
		t.Errorf("title %q", got)
	}
}

func giveBack(t *testing.T, r resident, desk *harness.Window) {
	t.Helper()
	desk.Eval(`document.querySelector("form[action$='/return']").parentElement.open = true`)
	desk.Click("form[action$='/return'] button")
	desk.Until(`document.querySelector("#rij") && document.querySelector(".gelukt")`)
	r.hears("weer met het computerprogramma")
	r.says("dank je wel")
	r.Until(`document.querySelector("#lijst > li:last-child").matches(".bot")`)
}

// The session ends while an answer is half written: nothing is sent, nothing
// is lost, and after logging in it goes on.
func TestAnAnswerOutlivesTheSession(t *testing.T) {
	s := harness.Start(t, nil)
	desk := harness.StartBrowser(t).Window(t, 1280, 900)
	logInFirst(t, s, desk)
	w := opened(t, s)
	path := "/desk/case/" + w.ID
	desk.Open(s.URL + path)
	desk.Click(".oppakken button")
	desk.Until(`document.querySelector("#antwoord")`)
	desk.Type("#tekst", "Ik bel u om tien uur.")
	s.Clock.Move(2 * time.Hour)
	desk.Click("#antwoord button")
	desk.Until(`document.querySelector("#mislukt").textContent.includes("niet verstuurd") && document.querySelector("#verbinding a")`)
	if v, err := w.View(); err != nil || strings.Contains(v.Messages[len(v.Messages)-1].Text, "tien uur") {
		t.Errorf("the answer was sent without a session, or %v", err)
	}
	desk.Click("#verbinding a")
	desk.Until(`document.querySelector("#naam")`)
	desk.Type("#naam", "fatima")
	desk.Type("#wachtwoord", password+"\r")
	desk.Until(`document.querySelector("#tekst")?.value === "Ik bel u om tien uur."`)
	if got := desk.Eval(`location.pathname`); got != path {
		t.Errorf("after logging in the page is %s", got)
	}
	desk.Click("#antwoord button")
	desk.Until(`document.querySelector("#tekst").value === "" && document.querySelector("#laatste").textContent.includes("tien uur")`)

	// What the resident erases is gone here too.
	if err := s.App.Bot.Erase(context.Background(), bot.ConversationID(w.ID)); err != nil {
		t.Fatal(err)
	}
	desk.Until(`!document.querySelector("#log") && !document.querySelector("#kaart")`)
	if got := desk.Eval(`document.querySelector("main").textContent`); !strings.Contains(got, "Dit dossier is er niet") || strings.Contains(got, "huur") {
		t.Errorf("after the erasure the page says %q", got)
	}
}
