package store

import (
	"crypto/cipher"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"strconv"
	"time"

	"github.com/klauspost/compress/s2"

	"wegwijzer/bot"
	"wegwijzer/bot/cases"
	"wegwijzer/dialogs"
	"wegwijzer/knowledge"
	"wegwijzer/knowledge/kaart"
)

// Partitions is how many parts the conversations fall into, for leases and
// for Redis. It is fixed: another number would lose conversations.
const Partitions = 64

func partition(id bot.ConversationID) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(id))
	return int(h.Sum32() % Partitions)
}

// plain is what of a conversation is kept in the clear, to find and sort by.
type plain struct {
	gemeente, channel string
	status, org, who  string
	area              string
	mark, guest       string
	urgent, contacted bool
	due, opened       int64
	timer             int64 // when the earliest timer goes off; 0: none
	created, updated  int64
}

func plainOf(c *bot.Conversation) plain {
	p := plain{
		gemeente: string(c.Gemeente), channel: string(c.Channel),
		created: c.Created.UnixMilli(), updated: c.Updated.UnixMilli(),
	}
	if next := c.NextTimer(); !next.IsZero() {
		p.timer = next.UnixMilli()
	}
	k := c.Case
	if k == nil {
		return p
	}
	p.mark = string(k.Warned)
	if k.Consult != nil {
		p.guest = string(k.Consult.With)
	}
	p.status, p.org, p.who = string(k.Status), string(k.Organisation), string(k.Supporter)
	if len(k.Levensgebieden) > 0 {
		p.area = string(k.Levensgebieden[0])
	}
	p.urgent, p.contacted = k.Urgent, !k.Contacted.IsZero()
	p.opened = k.Opened.UnixMilli()
	due := k.ContactBefore
	switch {
	case k.Appointment != nil:
		due = k.Appointment.At
	case p.contacted:
		due = k.AppointmentBefore
	}
	p.due = due.UnixMilli()
	return p
}

func (p plain) row(id string) bot.CaseRow {
	return bot.CaseRow{
		ID: cases.CaseID(id), Gemeente: knowledge.GemeenteID(p.gemeente), Organisation: cases.OrganisationID(p.org),
		Supporter: cases.SupporterID(p.who), Status: cases.Status(p.status), Levensgebied: knowledge.Levensgebied(p.area),
		Urgent: p.urgent, Contacted: p.contacted, Mark: cases.Stage(p.mark), Guest: cases.SupporterID(p.guest),
		Due: time.UnixMilli(p.due).UTC(), Opened: time.UnixMilli(p.opened).UTC(), Updated: time.UnixMilli(p.updated).UTC(),
	}
}

// packHead writes a conversation as it is before it is sealed.
func packHead(c *bot.Conversation) ([]byte, error) {
	data, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("write the state: %w", err)
	}
	return pack(data), nil
}

func sealHead(a cipher.AEAD, c *bot.Conversation) ([]byte, error) {
	data, err := packHead(c)
	if err != nil {
		return nil, err
	}
	return seal(a, headPlace(c.ID), data), nil
}

func headPlace(id bot.ConversationID) string { return "head " + string(id) }

func openHead(a cipher.AEAD, id bot.ConversationID, sealed []byte) (*bot.Conversation, error) {
	data, err := unseal(a, headPlace(id), sealed)
	if err != nil {
		return nil, err
	}
	return readHead(data)
}

// readHead reads what packHead wrote.
func readHead(data []byte) (*bot.Conversation, error) {
	data, err := unpack(data)
	if err != nil {
		return nil, fmt.Errorf("read the state: %w", err)
	}
	c := &bot.Conversation{}
	if err := json.Unmarshal(data, c); err != nil {
		return nil, fmt.Errorf("read the state: %w", err)
	}
	if err := c.State.Check(); err != nil {
		return nil, err
	}
	return c, nil
}

// body is the sealed part of a message.
type body struct {
	Name    string           `json:"n,omitempty"`
	Text    string           `json:"t"`
	Choices []dialogs.Choice `json:"c,omitempty"`
	Sources []kaart.Card     `json:"s,omitempty"`
}

func place(id bot.ConversationID, seq bot.Seq) string {
	return "message " + string(id) + " " + strconv.FormatUint(uint64(seq), 10)
}

func sealBody(a cipher.AEAD, id bot.ConversationID, m bot.Message) ([]byte, error) {
	data, err := json.Marshal(body{Name: m.Name, Text: m.Text, Choices: m.Choices, Sources: m.Sources})
	if err != nil {
		return nil, fmt.Errorf("write a message: %w", err)
	}
	return seal(a, place(id, m.Seq), pack(data)), nil
}

func openBody(a cipher.AEAD, id bot.ConversationID, m *bot.Message, sealed []byte) error {
	data, err := unseal(a, place(id, m.Seq), sealed)
	if err != nil {
		return err
	}
	if data, err = unpack(data); err != nil {
		return fmt.Errorf("read a message: %w", err)
	}
	var b body
	if err := json.Unmarshal(data, &b); err != nil {
		return fmt.Errorf("read a message: %w", err)
	}
	m.Name, m.Text, m.Choices, m.Sources = b.Name, b.Text, b.Choices, b.Sources
	return nil
}

// packed begins what was compressed before it was sealed. No JSON begins so:
// what an older version wrote is read as it stands.
const packed = 1

const (
	worthPacking = 512      // bytes; less gains nothing
	maxUnpacked  = 64 << 20 // far above any state; what claims more is damaged
)

// pack compresses what is large: a page less to write counts for more than the
// microseconds that it takes.
func pack(data []byte) []byte {
	if len(data) < worthPacking {
		return data
	}
	out := make([]byte, 1+s2.MaxEncodedLen(len(data)))
	out[0] = packed
	return out[:1+len(s2.Encode(out[1:], data))]
}

func unpack(data []byte) ([]byte, error) {
	if len(data) == 0 || data[0] != packed {
		return data, nil
	}
	n, err := s2.DecodedLen(data[1:])
	if err != nil {
		return nil, err
	}
	if n > maxUnpacked {
		return nil, fmt.Errorf("%d bytes packed", n)
	}
	return s2.Decode(nil, data[1:])
}

// allowedBeside enforces that beside a human, in the state that a commit leads
// to, the service writes notices only.
func allowedBeside(after cases.Status, messages []bot.Message) error {
	if !after.Human() {
		return nil
	}
	for _, m := range messages {
		if m.From == bot.FromBot && m.Kind != dialogs.KindNotice {
			return bot.ErrOwned
		}
	}
	return nil
}

// number gives the commit's messages their seqs.
func number(c *bot.Commit) {
	for i := range c.Messages {
		c.Messages[i].Seq = c.Conversation.LastSeq + bot.Seq(i) + 1
	}
	c.Conversation.LastSeq += bot.Seq(len(c.Messages))
	c.Conversation.Version++
}
