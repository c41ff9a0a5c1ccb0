// Package scripts reads and plays conversations that are written as text, in
// the language of tests/testdata/conversations/README.md: the project's own
// tests are such scripts, and a gemeente can have its own run by
// `wegwijzer check --scripts`.
package scripts

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"wegwijzer/bot"
)

// Script is one conversation as text.
type Script struct {
	File string
	Name string
	// Tags say what the script shows ("toont: herstel-terug regel-termijn"), so
	// that a test can count what is covered.
	Tags  []string
	Lines []Line
}

// Line is one line of a script with its number in the file.
type Line struct {
	N    int
	Text string
}

// Parse takes a file apart: a script begins at a line "-- name --". A line
// before the first that is no remark is an error, with file:line.
func Parse(file, data string) ([]Script, error) {
	var list []Script
	for i, text := range strings.Split(data, "\n") {
		text = strings.TrimRight(text, " \r")
		if name, ok := strings.CutPrefix(text, "-- "); ok && strings.HasSuffix(name, " --") {
			list = append(list, Script{File: file, Name: strings.TrimSuffix(name, " --")})
			continue
		}
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		if len(list) == 0 {
			return nil, fmt.Errorf("%s:%d: a script begins with -- name --", file, i+1)
		}
		last := &list[len(list)-1]
		if tags, ok := strings.CutPrefix(text, "toont: "); ok {
			last.Tags = append(last.Tags, strings.Fields(tags)...)
			continue
		}
		last.Lines = append(last.Lines, Line{i + 1, text})
	}
	return list, nil
}

// Door is a resident's way in.
type Door interface {
	Say(text string) error
	Press(id string) error
	// News returns the messages that weren't seen before; it waits until the
	// turn is over.
	News() ([]bot.Message, error)
	// Conversation is the id of the resident's conversation.
	Conversation() (bot.ConversationID, error)
	Close() error
}

// Opener makes a resident's door for a gemeente.
type Opener func(gemeente string) (Door, error)

// Channels are those that a script must be played through; "-" when its lines
// name each themselves.
func (s Script) Channels() []string {
	if slices.ContainsFunc(s.Lines, func(l Line) bool { return strings.HasPrefix(l.Text, "alle ") }) {
		return []string{"web", "telegram", "terminal"}
	}
	if slices.ContainsFunc(s.Lines, func(l Line) bool { return strings.HasPrefix(l.Text, "beide ") }) {
		return []string{"web", "telegram"} // a terminal has a clock of its own
	}
	return []string{"-"}
}

// MovesClock says whether a script puts the clock forward: it can't share a
// service with others.
func (s Script) MovesClock() bool {
	return slices.ContainsFunc(s.Lines, func(l Line) bool { return strings.HasPrefix(l.Text, "clock ") })
}

// expectation is a "<" line: a glob over the text, and what must hold besides.
type expectation struct {
	glob  *regexp.Regexp
	not   bool
	wants map[string]string
}

// The options of an expectation, in the order in which they may stand.
var optionRE = regexp.MustCompile(`\s{2,}(choices|source|kind|name|from|within):\s*`)

func parseExpectation(text string) (expectation, error) {
	e := expectation{wants: map[string]string{}}
	text, e.not = strings.CutPrefix(text, "!")
	text = strings.TrimSpace(strings.TrimPrefix(text, "<"))
	marks := optionRE.FindAllStringSubmatchIndex(" "+text, -1)
	text = " " + text
	end := len(text)
	for _, m := range slices.Backward(marks) {
		e.wants[text[m[2]:m[3]]] = strings.TrimSpace(text[m[1]:end])
		end = m[0]
	}
	pattern := strings.TrimSpace(text[:end])
	var err error
	e.glob, err = regexp.Compile("(?is)^" + strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*") + "$")
	return e, err
}

// matches says whether a message is the expected one; why names the first
// thing that is not.
func (e expectation) matches(m bot.Message) (ok bool, why string) {
	if !e.glob.MatchString(m.Text) {
		return false, "text"
	}
	for option, want := range e.wants {
		if !optionHolds(option, want, m) {
			return false, option + ": " + want
		}
	}
	return true, ""
}

func optionHolds(option, want string, m bot.Message) bool {
	switch option {
	case "kind":
		return string(m.Kind) == want
	case "name":
		return m.Name == want
	case "from":
		return string(m.From) == want
	case "source":
		for id := range strings.SplitSeq(want, "|") {
			if !slices.ContainsFunc(m.Sources, func(c card) bool {
				ok, err := path.Match(strings.TrimSpace(id), c.ID)
				return err == nil && ok
			}) {
				return false
			}
		}
	case "choices":
		for label := range strings.SplitSeq(want, "|") {
			if choice(m, strings.TrimSpace(label)) == "" {
				return false
			}
		}
	case "within":
		return within(want, m.Text)
	}
	return true
}

// choice finds the id of a choice by its label or id; "" when it isn't there.
func choice(m bot.Message, label string) string {
	for _, c := range m.Choices {
		if strings.EqualFold(c.Label, label) || c.ID == label {
			return c.ID
		}
	}
	return ""
}

var daysRE = regexp.MustCompile(`^(\d+) (?:werk)?dag(?:en)?$`)

// within says whether a text names the day that lies so many days ahead, or
// one before it.
func within(want, text string) bool {
	m := daysRE.FindStringSubmatch(want)
	if m == nil {
		return false
	}
	n, _ := strconv.Atoi(m[1])
	return slices.ContainsFunc(daysAhead(n), func(day string) bool { return strings.Contains(text, day) })
}
