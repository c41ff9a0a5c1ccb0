// Package plan holds what residents make for a talk about help: a persoonlijk
// plan (Wmo 2015, art. 2.3.2) or a familiegroepsplan (Jeugdwet, art. 4.1.2),
// and services side by side on the resident's own criteria. It is pure: it
// keeps and orders what was told, and has no words of its own; those stand in
// the dialogs' texts.
package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Kind says which plan it is.
type Kind string

// The two plans that the law gives residents the right to make.
const (
	Personal Kind = "persoonlijk"
	Family   Kind = "familie"
)

// Kinds returns both.
func Kinds() []Kind { return []Kind{Personal, Family} }

// ParseKind reads a kind by its id.
func ParseKind(s string) (Kind, error) {
	if k := Kind(s); slices.Contains(Kinds(), k) {
		return k, nil
	}
	return "", fmt.Errorf("unknown plan %q", s)
}

// PartID names a part of a plan.
type PartID string

// The parts. Who, Tasks and Again stand in a familiegroepsplan only.
const (
	Now       PartID = "nu"
	Who       PartID = "wie"
	Matters   PartID = "belangrijk"
	Well      PartID = "goed"
	Helpers   PartID = "hulp"
	Needed    PartID = "nodig"
	Wish      PartID = "wens"
	Tasks     PartID = "taken"
	Again     PartID = "terugkijken"
	Practical PartID = "praktisch"
)

// Parts returns the parts of a plan in the order in which they are asked and
// read. Both kinds have Now first and Practical last.
func (k Kind) Parts() []PartID {
	if k == Family {
		return []PartID{Now, Who, Matters, Well, Helpers, Needed, Wish, Tasks, Again, Practical}
	}
	return []PartID{Now, Matters, Well, Helpers, Needed, Wish, Practical}
}

// Part is what stands in one part, in the resident's words. Skipped is set when
// the resident left it out; then Text is empty.
type Part struct {
	Text    string `json:"text,omitempty"`
	Seq     uint64 `json:"seq,omitempty"` // of the message that it comes from; 0: unknown
	Skipped bool   `json:"skipped,omitempty"`
}

// Plan is a plan as it is kept in a conversation's state: residents' words, so
// kept encrypted and never logged. The zero value has no kind and no parts.
type Plan struct {
	Kind  Kind            `json:"kind"`
	Parts map[PartID]Part `json:"parts,omitempty"`
	// Open is the part that is asked for now; "" is none.
	Open PartID `json:"open,omitempty"`
	// Changing is set while Open is asked again to be changed.
	Changing bool `json:"changing,omitempty"`
	// Remark is what was said while the plan stood there, until it is known
	// where it belongs.
	Remark string `json:"remark,omitempty"`
	// Good is set once the resident said that it is good as it is; a change
	// takes it away.
	Good bool `json:"good,omitempty"`
	// Share is the resident's answer to whether a supporter may have it.
	Share Share     `json:"share,omitempty"`
	Made  time.Time `json:"made,omitzero"` // the last change
	// Turns are the seqs of the resident's messages by which it was made, and
	// SharedTo the last of them that a supporter may read; 0 is none.
	Turns    []uint64 `json:"turns,omitempty"`
	SharedTo uint64   `json:"shared_to,omitempty"`
}

// Share is what a resident answered when asked whether a supporter may have
// the plan; "" is not asked since the last change.
type Share string

// The answers.
const (
	ShareYes Share = "ja"
	ShareNo  Share = "nee"
)

// New begins a plan with what was told before.
func New(k Kind, told map[PartID]Part) *Plan {
	p := &Plan{Kind: k, Parts: map[PartID]Part{}}
	for _, id := range k.Parts() {
		if part, ok := told[id]; ok && strings.TrimSpace(part.Text) != "" {
			p.Parts[id] = part
		}
	}
	return p
}

// Clone copies a plan; nil stays nil.
func (p *Plan) Clone() *Plan {
	if p == nil {
		return nil
	}
	c := *p
	c.Parts, c.Turns = maps.Clone(p.Parts), slices.Clone(p.Turns)
	return &c
}

// Next returns the first part that was neither told nor left out, "" when the
// plan is through.
func (p *Plan) Next() PartID {
	for _, id := range p.Kind.Parts() {
		if part, ok := p.Parts[id]; !ok || part.Text == "" && !part.Skipped {
			return id
		}
	}
	return ""
}

// Before returns the part that is asked before another, "" for the first.
func (p *Plan) Before(id PartID) PartID {
	list := p.Kind.Parts()
	if i := slices.Index(list, id); i > 0 {
		return list[i-1]
	}
	return ""
}

// Told returns the parts in which something stands, in order.
func (p *Plan) Told() []PartID {
	if p == nil {
		return nil
	}
	var list []PartID
	for _, id := range p.Kind.Parts() {
		if p.Parts[id].Text != "" {
			list = append(list, id)
		}
	}
	return list
}

// Has says whether the plan has such a part.
func (p *Plan) Has(id PartID) bool { return slices.Contains(p.Kind.Parts(), id) }

// MaxPart bounds the text of one part, in characters.
const MaxPart = 1500

// Put writes a part. An empty text leaves it out.
func (p *Plan) Put(id PartID, text string, seq uint64, at time.Time) {
	text = Sentence(strings.TrimSpace(text))
	if r := []rune(text); len(r) > MaxPart {
		text = strings.TrimSpace(string(r[:MaxPart-1])) + "…"
	}
	if p.Parts == nil {
		p.Parts = map[PartID]Part{}
	}
	p.Parts[id] = Part{Text: text, Seq: seq, Skipped: text == ""}
	p.Touch(at)
}

// Sentence gives a text the capital that a sentence begins with.
func Sentence(text string) string {
	r, n := utf8.DecodeRuneInString(text)
	if n == 0 || r == utf8.RuneError {
		return text
	}
	return string(unicode.ToUpper(r)) + text[n:]
}

// Add puts a line under what stands in a part.
func (p *Plan) Add(id PartID, text string, seq uint64, at time.Time) {
	if now := p.Parts[id].Text; now != "" {
		text = now + "\n" + Sentence(strings.TrimSpace(text))
	}
	p.Put(id, text, seq, at)
}

// Skip leaves a part as it is: what stands there stays, an empty one is left
// out.
func (p *Plan) Skip(id PartID, at time.Time) {
	if p.Parts[id].Text == "" {
		p.Put(id, "", 0, at)
	}
}

// Touch notes a change: nobody said yet that it is good, or who may have it.
func (p *Plan) Touch(at time.Time) {
	p.Made, p.Good, p.Share = at, false, ""
}

// Worked notes the message by which the plan was worked on; 0 is no message.
func (p *Plan) Worked(seq uint64) {
	if seq > 0 && !slices.Contains(p.Turns, seq) {
		p.Turns = append(slices.Clip(p.Turns), seq)
	}
}

// Private says whether a message of the resident belongs to the plan and isn't
// for a supporter. A nil plan has none.
func (p *Plan) Private(seq uint64) bool {
	return p != nil && seq > p.SharedTo && slices.Contains(p.Turns, seq)
}
