// Package paper makes what a resident takes along of a plan: an accessible page
// and a PDF of the same document.
//
// The page is the accessible one: headings, lists and language are marked. The
// PDF has a title, a language and bookmarks, but no tags, since no kept Go
// library writes those.
package paper

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"

	"wegwijzer/dialogs/plan"
)

//go:embed plan.html
var pageSource string

//go:embed plan.css
var style string

// MIMEPDF is the media type of a PDF.
const MIMEPDF = "application/pdf"

// StyleHash names the page's own style in a Content-Security-Policy:
// "'sha256-…'".
func StyleHash() string {
	sum := sha256.Sum256([]byte(style))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// Links are addresses on a page that stands on the site; a page that is kept as
// a file has none.
type Links struct{ Back, PDF string }

// Page writes a document as one HTML page that needs nothing beside it: no
// script, no other file.
func Page(d plan.Document, links Links) ([]byte, error) {
	t, err := template.New("plan").Parse(pageSource)
	if err != nil {
		return nil, fmt.Errorf("page of a plan: %w", err)
	}
	var b bytes.Buffer
	err = t.Execute(&b, map[string]any{
		"D": d, "Links": links, "T": wordsOf(d.Lang), "Style": template.CSS(style), // #nosec G203 -- our own file
		"Parts": blocks(d.Parts), "Terms": blocks([]plan.Section{d.Terms})[0],
	})
	if err != nil {
		return nil, fmt.Errorf("page of a plan: %w", err)
	}
	return b.Bytes(), nil
}

// block is a section with its items apart from its paragraphs.
type block struct {
	Heading      string
	Lines, Items []string
}

const bullet = "• "

func blocks(list []plan.Section) []block {
	out := make([]block, len(list))
	for i, s := range list {
		out[i].Heading = s.Heading
		for _, line := range s.Lines {
			if item, ok := strings.CutPrefix(line, bullet); ok {
				out[i].Items = append(out[i].Items, item)
				continue
			}
			out[i].Lines = append(out[i].Lines, line)
		}
	}
	return out
}

// words are those around a plan that belong to the paper, not to the plan.
type words struct{ Print, PDF, Back, Page, Unprintable string }

func wordsOf(lang string) words {
	if lang == "en" {
		return words{
			Print: "You can print this page from your browser's menu.", PDF: "Save as PDF", Back: "Back to the conversation",
			Page: "page %d of {nb}", Unprintable: "Some characters can't be printed here. They do stand on the web page of this plan.",
		}
	}
	return words{
		Print: "Afdrukken kan met het menu van uw browser.", PDF: "Bewaar als PDF", Back: "Terug naar het gesprek",
		Page: "bladzijde %d van {nb}", Unprintable: "Sommige tekens kunnen hier niet staan. Op de webpagina van dit plan staan ze wel.",
	}
}
