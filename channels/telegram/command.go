package telegram

import (
	"regexp"
	"strings"

	"wegwijzer/dialogs"
)

// command is what a message that begins with a slash asks for. At most one of
// the fields is set; none is: it is no command, Text is what to receive.
type command struct {
	Text   string // words for the dialog
	Choice string // a choice that is always open
	Aside  string // key of a text of this channel
	Start  bool   // /start, with Payload
	// Payload came with a deep link: A-Z a-z 0-9 _ -, at most 64.
	Payload string
}

var (
	commandForm = regexp.MustCompile(`^/([A-Za-z_]{1,32})(?:@[A-Za-z0-9_]{1,64})?(?:\s+|$)`)
	payloadForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
)

// choiceOf returns the choice that a command stands for, "" for none.
func choiceOf(name string) string {
	switch name {
	case "mens":
		return dialogs.ChoiceMens
	case "opnieuw":
		return "opnieuw"
	case "wis":
		return "wis"
	}
	return ""
}

// parseCommand reads a message. A command with more words behind it is taken
// as a story: "/help mijn man slaat mij" must be heard, not answered with a
// list of commands.
func parseCommand(text string) command {
	m := commandForm.FindStringSubmatch(text)
	if m == nil {
		return command{Text: text}
	}
	name, rest := strings.ToLower(m[1]), strings.TrimSpace(text[len(m[0]):])
	if name == "start" && (rest == "" || payloadForm.MatchString(rest)) {
		return command{Start: true, Payload: rest}
	}
	if rest != "" {
		if name == "start" {
			return command{Text: rest}
		}
		return command{Text: name + " " + rest}
	}
	if id := choiceOf(name); id != "" {
		return command{Choice: id}
	}
	switch name {
	case "help", "gegevens":
		return command{Aside: name}
	}
	return command{Text: name} // /stop and what people think of: the dialog understands words
}
