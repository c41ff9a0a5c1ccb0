package dialogs

import (
	"time"

	"wegwijzer/dialogs/plan"
	"wegwijzer/knowledge"
	"wegwijzer/knowledge/kaart"
)

// Kind types a reply; the ids are those of the message object.
type Kind string

// The kinds of a reply. The zero value counts as KindMessage.
const (
	KindMessage  Kind = "message"
	KindCrisis   Kind = "crisis"
	KindSummary  Kind = "summary"
	KindConsent  Kind = "consent"
	KindHandover Kind = "handover"
	KindPlan     Kind = "plan"
	KindNotice   Kind = "notice"
)

// Choice is one answer that can be given by pressing it.
type Choice struct {
	ID    string `json:"id"`
	Label string `json:"label"`
}

// Fixed choice ids on the road to a human, wherever they are offered.
const (
	ChoiceMens        = "mens:ja"
	ChoiceGeenMens    = "mens:nee"
	ChoiceSummaryOK   = "summary:ok"
	ChoiceSummaryEdit = "summary:edit"
	ChoiceConsentYes  = "consent:yes"
	ChoiceConsentNo   = "consent:no"
	ChoicePhone       = "contact:phone"
	ChoiceEmail       = "contact:email"
	ChoiceChat        = "contact:chat"
	ChoiceAnyone      = "supporter:any"
	ChoiceAndere      = "andere-ondersteuner"
	ChoiceWithdraw    = "toestemming:intrekken"
	supporterPrefix   = "supporter:"
)

// Reply is one message of the bot.
type Reply struct {
	Text    string       `json:"text"`
	Choices []Choice     `json:"choices,omitempty"`
	Sources []kaart.Card `json:"sources,omitempty"`
	Kind    Kind         `json:"kind,omitempty"`
}

// InputKind says what a turn answers to.
type InputKind int

// The kinds of input. Text and Choice come from a resident; the others answer
// a request of the turn before or tell what happened elsewhere.
const (
	InputStart    InputKind = iota // the conversation opens
	InputText                      // the resident wrote
	InputChoice                    // the resident chose
	InputFound                     // answers Requests.Search
	InputAssigned                  // answers Requests.Escalate and Requests.Another
	InputReturned                  // a supporter gave the conversation back
)

// Input is one thing for the dialog to react to. Text is masked already.
type Input struct {
	Kind   InputKind
	Text   string
	Choice string
	Seq    uint64 // seq of the resident's message
	// Crisis is set when the guard found acute danger; the guard's reply has
	// been said before Next is called.
	Crisis knowledge.CrisisKind
	Found  *Found
	// Assigned is nil-safe: a zero Supporter name means that nobody fits.
	Assigned *Assignment
}

// Found answers a search.
type Found struct {
	Cards      []kaart.Card
	Answerable bool
	// Offers are the same services with what their records say of what can be
	// compared; only for a search that asks for it.
	Offers []plan.Offer
}

// SupporterFact is what a resident may know of a supporter before choosing.
type SupporterFact struct {
	ID           string   `json:"id"`
	Name         string   `json:"name"`
	Organisation string   `json:"organisation"`
	Kind         string   `json:"kind,omitempty"`
	Languages    []string `json:"languages,omitempty"`
	Phone        string   `json:"phone,omitempty"`
	Email        string   `json:"email,omitempty"`
}

// Assignment tells who was found and by when contact will be made.
type Assignment struct {
	Supporter     SupporterFact
	ContactBefore time.Time
	Coordinator   bool // nobody else fitted
	Urgent        bool
}

// Facts is what the floors above know and a turn needs. Times are in the
// gemeente's own zone.
type Facts struct {
	Now      time.Time
	Gemeente GemeenteFacts
	// Supporters are those who may take this conversation, best first.
	Supporters []SupporterFact
}

// GemeenteFacts is what replies may say of the gemeente; all of it is checked
// content from the config.
type GemeenteFacts struct {
	ID      knowledge.GemeenteID
	Name    string
	Service string // how the independent support is called there
	Phone   string
	Walkin  string // address and hours of the desk
}

// Search asks the bot to look in the kaart: Text holds the resident's words
// and those of the answers chosen, Terms the latter alone.
type Search struct {
	Text           string
	Terms          string
	Levensgebieden []knowledge.Levensgebied
	Doelgroepen    []knowledge.Doelgroep
	// Compare asks for Found.Offers too.
	Compare bool
}

// Escalation asks the bot to make a case. Summary is exactly the text that
// consent was given to.
type Escalation struct {
	Summary   string
	Supporter string // "" is anyone who fits
	Contact   Contact
	Consent   time.Time
}

// Requests is what the dialog wants done. The bot answers Search with
// InputFound, Escalate and Another with InputAssigned, all in the same turn.
type Requests struct {
	Search   *Search
	Escalate *Escalation
	Another  bool // another supporter for the existing case
	Forget   bool // the resident wants the conversation erased
	Withdraw bool // the resident takes the consent back
}

// Output is what a turn yields. Trace names what was done, for --explain: no
// words of the resident stand in it.
type Output struct {
	Replies  []Reply
	Requests Requests
	Trace    []string
}
