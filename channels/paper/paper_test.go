package paper

import (
	"bytes"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wegwijzer/dialogs/plan"
)

// document is a plan with everything that a plan can have.
func document() plan.Document {
	return plan.Document{
		Lang: "nl", Made: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), Title: "Mijn persoonlijk plan",
		About: []string{"Gemaakt op zondag 22 november 2026, gemeente Medemblik", "Dit plan gaat over: mijn moeder"},
		Own:   "Dit plan is van u. U beslist wie het ziet.", Room: "Hier kunt u zelf nog iets opschrijven.",
		Parts: []plan.Section{
			{Heading: "Hoe het nu gaat", Lines: []string{"Het stofzuigen lukt niet meer, en de trap is eng.", "Ook café “’t Hoekje” is te ver — <b>echt</b> & waar."}},
			{Heading: "Wie mij helpt"},
			{Heading: "De hulp die ik kies", Lines: []string{"Hulp Łódź Ağrı Київ", "• Telefoon: 0229 - 00 00 01"}},
		},
		Terms: plan.Section{Heading: "Wanneer gebeurt er wat?", Lines: []string{"• Binnen zeven dagen", "• Binnen zes weken"}},
	}
}

// run runs one of poppler's programs on a PDF.
func run(t *testing.T, pdf []byte, name string, args ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "plan.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(name, append(args, file, "-")[:len(args)+map[string]int{"pdftotext": 2, "pdfinfo": 1}[name]]...).CombinedOutput() // #nosec G204 -- a test's own program
	if err != nil {
		t.Fatalf("%s: %v\n%s (the package is poppler-utils; make needs installs it)", name, err, out)
	}
	return string(out)
}

// texts are all texts of a document.
func texts(d plan.Document) []string {
	list := append([]string{d.Title, d.Own, d.Room, d.Terms.Heading}, d.About...)
	for _, s := range append(d.Parts, d.Terms) {
		list = append(append(list, s.Heading), s.Lines...)
	}
	return list
}

func TestThePDFOpensAndHoldsThePlan(t *testing.T) {
	d := document()
	pdf, err := PDF(d)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(run(t, pdf, "pdftotext", "-layout")), " ")
	for _, want := range append(texts(d), "Mijn persoonlijk plan · bladzijde 1 van 1") {
		if !strings.Contains(text, want) {
			t.Errorf("%q isn't in the PDF:\n%s", want, text)
		}
	}
	info := run(t, pdf, "pdfinfo")
	for _, want := range []string{"Title:           Mijn persoonlijk plan", "Pages:           1", "(A4)"} {
		if !strings.Contains(info, want) {
			t.Errorf("%q isn't in\n%s", want, info)
		}
	}
	if !bytes.Contains(pdf, []byte("/Lang (nl-NL)")) {
		t.Error("the PDF names no language")
	}
	again, err := PDF(d)
	if err != nil || !bytes.Equal(pdf, again) {
		t.Errorf("the same plan gives another PDF: %v", err)
	}
	if len(pdf) > 120_000 {
		t.Errorf("the PDF has %d bytes", len(pdf))
	}
}

func TestALongPlanTakesMoreSheets(t *testing.T) {
	d := document()
	d.Lang = "en"
	for i := range 10 {
		d.Parts = append(d.Parts, plan.Section{Heading: fmt.Sprintf("Part %d", i), Lines: []string{strings.Repeat("a long story ", 60)}})
	}
	pdf, err := PDF(d)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(run(t, pdf, "pdftotext")), " ")
	if !strings.Contains(text, "page 2 of") || strings.Contains(text, "{nb}") || !bytes.Contains(pdf, []byte("/Lang (en-GB)")) {
		t.Errorf("no second page in:\n%s", text)
	}
	if n := strings.Count(text, "story"); n != 600 {
		t.Errorf("%d of 600 pieces are there", n)
	}
}

func TestWhatTheFontLacksIsSaid(t *testing.T) {
	d := document()
	d.Parts[0].Lines = []string{"Groet 👋 عربي", "cafe\u0301", "\xff"}
	pdf, err := PDF(d)
	if err != nil {
		t.Fatal(err)
	}
	text := run(t, pdf, "pdftotext", "-layout")
	for _, want := range []string{"Groet □ □□□□", "café", "Op de webpagina van dit plan staan ze wel"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q isn't in:\n%s", want, text)
		}
	}
}

func TestThePageHoldsThePlan(t *testing.T) {
	d := document()
	page, err := Page(d, Links{Back: "/chat/medemblik", PDF: "/chat/medemblik/plan.pdf"})
	if err != nil {
		t.Fatal(err)
	}
	got := html.UnescapeString(string(page))
	for _, want := range texts(d) {
		if !strings.Contains(got, strings.TrimPrefix(want, bullet)) {
			t.Errorf("%q isn't in the page", want)
		}
	}
	for _, want := range []string{`<html lang="nl">`, "<title>Mijn persoonlijk plan</title>", "<h2>Wie mij helpt</h2>", "<li>Binnen zeven dagen</li>", `href="/chat/medemblik/plan.pdf"`, `<p class="room">`} {
		if !strings.Contains(string(page), want) {
			t.Errorf("%q isn't in\n%s", want, page)
		}
	}
	if strings.Contains(string(page), "<b>echt") {
		t.Error("a resident's words are taken for markup")
	}
	for _, bad := range []string{"<script", " style=", "src=", "http://", "https://"} {
		if strings.Contains(string(page), bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	file, err := Page(d, Links{})
	if err != nil || strings.Contains(string(file), "<nav") || strings.Contains(string(file), "href=") {
		t.Errorf("a page that is kept as a file has links: %v", err)
	}
}

func TestTheStyleHashIsThePages(t *testing.T) {
	page, err := Page(document(), Links{})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), "<style>"+style+"</style>") || !strings.HasPrefix(StyleHash(), "'sha256-") {
		t.Error("the page's style isn't the one that is named")
	}
}

// FuzzPaper holds that whatever a resident wrote can be printed.
func FuzzPaper(f *testing.F) {
	for _, s := range []string{"", "é\u0301", "👋🏽", "\u202eabc", "\xff\xfe", strings.Repeat("w", 500), "(\\)", "<b>&amp;</b>", "\u0000", "العربية", "{nb}", "• a"} {
		f.Add(s, "nl")
	}
	f.Add("a", "en")
	f.Fuzz(func(t *testing.T, text, lang string) {
		d := plan.Document{Lang: lang, Title: text, About: []string{text}, Own: text, Room: text, Parts: []plan.Section{{Heading: text, Lines: strings.Split(text, "\n")}, {}}}
		pdf, err := PDF(d)
		if err != nil || !bytes.HasPrefix(pdf, []byte("%PDF-")) {
			t.Fatalf("no PDF of %q: %v", text, err)
		}
		if _, err := Page(d, Links{}); err != nil {
			t.Fatalf("no page of %q: %v", text, err)
		}
	})
}
