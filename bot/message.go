package bot

import (
	"log/slog"
	"time"

	"wegwijzer/bot/cases"
	"wegwijzer/dialogs"
	"wegwijzer/knowledge"
	"wegwijzer/knowledge/kaart"
)

// ConversationID names a conversation: 128 random bits in lower-case base 32.
type ConversationID string

// Seq counts the messages of a conversation, from 1.
type Seq uint64

// From says who wrote a message.
type From string

// Who can write.
const (
	FromBot       From = "bot"
	FromResident  From = "inwoner"
	FromSupporter From = "ondersteuner"
)

// Message is one message as everyone reads it; its JSON is the message object
// of the public interface.
type Message struct {
	Seq     Seq              `json:"seq"`
	From    From             `json:"from"`
	Name    string           `json:"name,omitempty"`
	Text    string           `json:"text"`
	Choices []dialogs.Choice `json:"choices,omitempty"`
	Sources []kaart.Card     `json:"sources,omitempty"`
	Kind    dialogs.Kind     `json:"kind,omitempty"`
	At      time.Time        `json:"at"`
}

// LogValue keeps words out of logs.
func (m Message) LogValue() slog.Value {
	return slog.GroupValue(slog.Uint64("seq", uint64(m.Seq)), slog.String("from", string(m.From)), slog.String("kind", string(m.Kind)))
}

// Channel is a door.
type Channel string

// The doors. Pushed ones need deliveries; the others read the log.
const (
	ChannelWeb      Channel = "web"
	ChannelTelegram Channel = "telegram"
	ChannelTerminal Channel = "terminal"
)

// pushed says whether replies must be sent rather than read.
func (c Channel) pushed() bool { return c == ChannelTelegram }

// Opening asks for a conversation. Address is where a pushed channel sends to
// ("<bot>:<chat>"); "" elsewhere.
type Opening struct {
	Gemeente knowledge.GemeenteID
	Lang     knowledge.Lang
	Channel  Channel
	Address  string
}

// Opened is the new conversation with the token that opens it; the token is
// shown once and kept as a hash.
type Opened struct {
	ID    ConversationID `json:"id"`
	Token string         `json:"token"`
}

// Incoming is one message of the resident: text or a choice. Key is the
// sender's own id of it: the same key again has no second effect.
type Incoming struct {
	Conversation ConversationID
	Key          string
	Text         string
	Choice       string
}

// LogValue keeps words out of logs.
func (in Incoming) LogValue() slog.Value {
	return slog.GroupValue(slog.String("conversation", string(in.Conversation)), slog.Int("length", len(in.Text)))
}

// Receipt says that a message is kept. Repeat is set when it was before.
type Receipt struct {
	Seq    Seq  `json:"seq"`
	Repeat bool `json:"-"`
}

// SupporterView is what a resident sees of their supporter.
type SupporterView struct {
	Name         string `json:"name"`
	Organisation string `json:"organisation"`
	Email        string `json:"email,omitempty"`
	Phone        string `json:"phone,omitempty"`
}

// TermsView is what was promised.
type TermsView struct {
	ContactBefore     time.Time `json:"contact_before,omitzero"`
	AppointmentBefore time.Time `json:"appointment_before,omitzero"`
}

// View is the resident's own copy of a conversation.
type View struct {
	ID        ConversationID       `json:"id"`
	Gemeente  knowledge.GemeenteID `json:"gemeente"`
	Lang      knowledge.Lang       `json:"lang"`
	Status    Status               `json:"status"`
	Messages  []Message            `json:"messages"`
	Hulpvraag dialogs.Hulpvraag    `json:"hulpvraag"`
	Supporter *SupporterView       `json:"supporter"`
	Terms     TermsView            `json:"terms"`
}

// Status says whose the conversation is.
type Status string

// Who has the conversation: the bot, the bot while a supporter was named, a
// person, or nobody any more because it was closed (then the bot again, as
// soon as something is written).
const (
	StatusBot      Status = "bot"
	StatusAssigned Status = "assigned"
	StatusHuman    Status = "human"
	StatusClosed   Status = "closed"
)

func statusOf(c *cases.Case) Status {
	switch {
	case c == nil || c.Status == cases.StatusReturned || c.Status == cases.StatusWaakvlam:
		return StatusBot
	case c.Status == cases.StatusAssigned:
		return StatusAssigned
	case c.Human():
		return StatusHuman
	}
	return StatusClosed
}
