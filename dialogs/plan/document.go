package plan

import (
	"strings"
	"time"
)

// Document is a plan as it is read: on a page, on paper, in a message. Every
// text is plain, in the language of Lang.
type Document struct {
	Lang  string // "nl" or "en"
	Made  time.Time
	Title string
	// About are lines under the title: the day, the gemeente, whose it is.
	About []string
	// Own is what is said of whose it is: who decides who sees it.
	Own   string
	Parts []Section
	// Terms is what the law says about when; Heading "" is nothing.
	Terms Section
	// Room stands where a part is empty, for a pen.
	Room string
}

// Section is one heading with its lines. Lines are paragraphs or, when they
// begin with a bullet, items.
type Section struct {
	Heading string
	Lines   []string
}

// Text is the plan as a message: the title and the parts in which something
// stands.
func (d Document) Text() string {
	var b strings.Builder
	b.WriteString(d.Title)
	for _, s := range d.Parts {
		if len(s.Lines) > 0 {
			b.WriteString("\n\n" + s.Heading + "\n" + strings.Join(s.Lines, "\n"))
		}
	}
	return b.String()
}

// FileName is what a download of the plan is called, without its ending.
func (d Document) FileName() string {
	if d.Lang == "en" {
		return "my-plan"
	}
	return "mijn-plan"
}
