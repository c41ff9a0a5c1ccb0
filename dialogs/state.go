package dialogs

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"wegwijzer/dialogs/plan"
	"wegwijzer/knowledge"
)

// StateVersion is the version that states are written with. States of an
// older version still load; a newer one is an error.
const StateVersion = 1

// Phase says what the conversation is doing.
type Phase string

// The phases, in the order of a conversation without detours.
const (
	PhaseListen   Phase = "luisteren"   // waiting for the story
	PhaseOrder    Phase = "ordenen"     // "what is most pressing?"
	PhaseClarify  Phase = "verhelderen" // asking the steps of a dialog
	PhasePlayback Phase = "teruggeven"  // "this is what I understood, right?"
	PhaseCorrect  Phase = "verbeteren"  // "what is not right?"
	PhaseAnswered Phase = "geantwoord"  // services were shown
	PhaseBroad    Phase = "breed"       // "is there something else, too?"
	PhaseOffer    Phase = "aanbod"      // a person was offered
	PhaseKnows    Phase = "weten"       // does the person know for whom is asked?
	PhaseSummary  Phase = "samenvatting"
	PhaseEdit     Phase = "aanpassen"
	PhaseConsent  Phase = "toestemming"
	PhaseContact  Phase = "contact"
	PhaseReach    Phase = "bereiken" // the number or address to be reached at
	PhaseChoose   Phase = "kiezen"   // which supporter
	PhaseWaiting  Phase = "wachten"  // a supporter has been named
	PhasePlan     Phase = "plan"     // a plan is made, changed or shown
	PhaseShare    Phase = "plan-delen"
	PhaseCompare  Phase = "vergelijken" // services side by side
	PhaseStopped  Phase = "gestopt"
)

// State is all that the dialog remembers of a conversation. The zero value is
// a conversation that has not begun. It holds residents' words: it is kept
// encrypted and is never logged.
type State struct {
	V    int            `json:"v"`
	Lang knowledge.Lang `json:"lang,omitempty"`
	Je   bool           `json:"je,omitempty"` // je/jij instead of u
	// Minor is set once the resident said that they are under sixteen.
	Minor bool `json:"minor,omitempty"`
	// Gemeente is whose texts are said.
	Gemeente knowledge.GemeenteID `json:"gemeente,omitempty"`
	// At is when the resident last said something; zero: not yet, or in a
	// state of before this was kept.
	At    time.Time `json:"at,omitzero"`
	Phase Phase     `json:"phase"`
	// Flow and Step are the dialog and the question that is open.
	Flow knowledge.Levensgebied `json:"flow,omitempty"`
	Step string                 `json:"step,omitempty"`
	// Guides are the guides that were begun, in their order.
	Guides []knowledge.Levensgebied `json:"guides,omitempty"`
	// Asked lists "flow/step" of every question asked, so that none is asked
	// twice.
	Asked []string `json:"asked,omitempty"`
	// Slots holds what was told, by "flow/step".
	Slots     map[string]Slot `json:"slots,omitempty"`
	Hulpvraag Hulpvraag       `json:"hulpvraag"`
	// Named are the levensgebieden that the resident named or pointed at, the
	// most pressing first; the hulpvraag has those that follow from answers too.
	Named []knowledge.Levensgebied `json:"named,omitempty"`
	// Ordered is set once the resident was asked what presses most, Broad once
	// the rest of life was asked about (S21).
	// Greeted is set once a greeting was answered; Elsewhere once it was said
	// what somebody from another gemeente can do.
	Greeted   bool `json:"greeted,omitempty"`
	Elsewhere bool `json:"elsewhere,omitempty"`
	Ordered   bool `json:"ordered,omitempty"`
	// Heard is set once it was said that the story was heard.
	Heard bool `json:"heard,omitempty"`
	Broad bool `json:"broad,omitempty"`
	// More is the question of which the further answers are shown.
	More string `json:"more,omitempty"`
	// Prompt is the last question with its choices, to be asked again after a
	// detour; Offered are the choice ids that count as current.
	Prompt  *Reply   `json:"prompt,omitempty"`
	Offered []string `json:"offered,omitempty"`
	// Before is the question that a detour with a question of its own put aside.
	Before *Reply `json:"before,omitempty"`
	// Turn counts the resident's turns; Stalls those in a row without progress.
	Turn   int `json:"turn"`
	Stalls int `json:"stalls,omitempty"`
	// Waits counts the turns since the resident last got an answer or an offer
	// of a person.
	Waits int `json:"waits,omitempty"`
	// Today is the key of the advice for today that was said last.
	Today string `json:"today,omitempty"`
	// Searched is set once the kaart was asked.
	Searched bool `json:"searched,omitempty"`
	// RefusedAt is the turn in which a person was last declined; 0 is never.
	RefusedAt int `json:"refused_at,omitempty"`
	// CrisisAt is the turn of the last crisis reply; 0 is never.
	CrisisAt int                  `json:"crisis_at,omitempty"`
	Crisis   knowledge.CrisisKind `json:"crisis,omitempty"`
	Scolded  bool                 `json:"scolded,omitempty"`
	Consent  *Consent             `json:"consent,omitempty"`
	Contact  Contact              `json:"contact"`
	// Refused lists supporters that the resident doesn't want.
	Refused []string `json:"refused,omitempty"`
	// Supporter is who was named at the hand-over; nil before it.
	Supporter *SupporterFact `json:"supporter,omitempty"`
	// Rules lists the escalation rules that fired.
	Rules []string `json:"rules,omitempty"`
	// Plan is what the resident makes for a talk; nil: none was begun.
	Plan *plan.Plan `json:"plan,omitempty"`
	// Compares is set once the resident asked to choose a service themselves.
	Compares bool `json:"compares,omitempty"`
	// Matters is what the resident chooses a service by, Chosen the one taken.
	Matters []plan.Criterion `json:"matters,omitempty"`
	Chosen  *Chosen          `json:"chosen,omitempty"`
}

// Slot is one thing told: the id of a choice or free words, and the message
// that it comes from (0: unknown).
type Slot struct {
	Value string `json:"value"`
	Text  string `json:"text,omitempty"`
	Seq   uint64 `json:"seq,omitempty"`
}

// Quote is a piece of the resident's own words.
type Quote struct {
	Text string `json:"text"`
	Seq  uint64 `json:"seq"`
}

// Deadline is a date that the resident named, with the words that named it.
type Deadline struct {
	On   time.Time `json:"on"`
	Text string    `json:"text"`
	// Within is the number of days of a term ("binnen zes weken"), which counts
	// from the letter when that has a day; 0: a day that was named.
	Within int    `json:"within,omitempty"`
	Seq    uint64 `json:"seq"`
}

// Hulpvraag is the clarified question: what a conversation works towards.
type Hulpvraag struct {
	Words          []Quote                  `json:"words,omitempty"`
	Levensgebieden []knowledge.Levensgebied `json:"levensgebieden,omitempty"`
	Moment         knowledge.Moment         `json:"moment,omitempty"`
	Doelgroepen    []knowledge.Doelgroep    `json:"doelgroepen,omitempty"`
	For            *Quote                   `json:"for,omitempty"`
	Since          *Quote                   `json:"since,omitempty"`
	Tried          *Quote                   `json:"tried,omitempty"`
	Helps          *Quote                   `json:"helps,omitempty"`
	Wish           *Quote                   `json:"wish,omitempty"`
	Amounts        []Quote                  `json:"amounts,omitempty"`
	Deadlines      []Deadline               `json:"deadlines,omitempty"`
	Letter         *time.Time               `json:"letter,omitempty"` // the day of a letter or decision that was named
	Risks          []string                 `json:"risks,omitempty"`
	Urgent         bool                     `json:"urgent,omitempty"` // an answer was given that can't wait
	Signs          []string                 `json:"signs,omitempty"`  // ids of rules whose words were written
	Stelsels       []knowledge.Stelsel      `json:"stelsels,omitempty"`
	Steunvormen    []knowledge.Steunvorm    `json:"steunvormen,omitempty"`
	Knows          *Quote                   `json:"knows,omitempty"`    // whether the person for whom is asked knows of it
	Shown          []string                 `json:"shown,omitempty"`    // ids of services shown
	Cards          []Shown                  `json:"cards,omitempty"`    // what can be told again of those shown last
	Services       []Quote                  `json:"services,omitempty"` // their names, with the message that they answered
	Added          []Quote                  `json:"added,omitempty"`    // the resident's own additions to the summary
	Hidden         []string                 `json:"hidden,omitempty"`   // keys of summary lines left out on wish
	// From holds the messages that something comes from, by what it is:
	// "levensgebied:wonen", "moment", "risico:deurwaarder", "stelsel:wmo",
	// "steunvorm:geschil-klacht-bezwaar".
	From map[string][]uint64 `json:"from,omitempty"`
}

// from notes that something comes from a message; 0 is no message.
func (h *Hulpvraag) from(what string, seq uint64) {
	if seq == 0 || slices.Contains(h.From[what], seq) {
		return
	}
	if h.From == nil {
		h.From = map[string][]uint64{}
	}
	h.From[what] = append(slices.Clip(h.From[what]), seq)
}

// Shown is what can be told again of a service that was shown, as its record
// has it.
type Shown struct {
	ID        string `json:"id,omitempty"`
	Name      string `json:"name"`
	Phone     string `json:"phone,omitempty"`
	Hours     string `json:"hours,omitempty"`
	Address   string `json:"address,omitempty"`
	URL       string `json:"url,omitempty"`
	Cost      string `json:"cost,omitempty"`
	Languages string `json:"languages,omitempty"`
	About     string `json:"about,omitempty"` // description, conditions, how to apply
}

// Primary returns the first levensgebied, "" when none is known.
func (h *Hulpvraag) Primary() knowledge.Levensgebied {
	if len(h.Levensgebieden) == 0 {
		return ""
	}
	return h.Levensgebieden[0]
}

// add puts v at the end of set unless it is there.
func add[T comparable](set []T, v ...T) []T {
	for _, x := range v {
		if !slices.Contains(set, x) {
			set = append(set, x)
		}
	}
	return set
}

// Consent is the recorded toestemming: to exactly which text, when.
type Consent struct {
	Summary string    `json:"summary"`
	At      time.Time `json:"at"`
}

// Contact says how the resident wants to be reached.
type Contact struct {
	How string `json:"how,omitempty"` // "phone", "email", "chat"
	At  string `json:"at,omitempty"`  // number or address; "" for chat
}

// Check refuses a state of a newer version and repairs what an older one
// lacks.
func (s *State) Check() error {
	if s.V > StateVersion {
		return fmt.Errorf("state of version %d, this program knows %d", s.V, StateVersion)
	}
	s.V = StateVersion
	if s.Phase == "" {
		s.Phase = PhaseListen
	}
	if s.Lang == "" {
		s.Lang = knowledge.NL
	}
	if s.Named == nil { // of before it was kept
		s.Named = slices.Clone(s.Hulpvraag.Levensgebieden)
	}
	return nil
}

// Release lets the supporter go: the dialog listens again.
func (s *State) Release() { s.Supporter, s.Phase = nil, PhaseListen }

// Withdraw takes the consent back, and with it the supporter.
func (s *State) Withdraw() {
	s.Consent = nil
	s.Release()
}

func (s *State) slotKey(step string) string { return string(s.Flow) + "/" + step }

// clone copies what Next may change, so that a failed turn leaves the caller's
// state as it was.
func (s State) clone() State {
	s.Asked = slices.Clone(s.Asked)
	if s.Slots = maps.Clone(s.Slots); s.Slots == nil {
		s.Slots = map[string]Slot{}
	}
	s.Offered = slices.Clone(s.Offered)
	s.Named = slices.Clone(s.Named)
	s.Guides = slices.Clone(s.Guides)
	s.Refused = slices.Clone(s.Refused)
	s.Rules = slices.Clone(s.Rules)
	s.Plan, s.Matters = s.Plan.Clone(), slices.Clone(s.Matters)
	h := &s.Hulpvraag
	h.Words = slices.Clone(h.Words)
	h.Levensgebieden = slices.Clone(h.Levensgebieden)
	h.Doelgroepen = slices.Clone(h.Doelgroepen)
	h.Amounts = slices.Clone(h.Amounts)
	h.Deadlines = slices.Clone(h.Deadlines)
	h.Risks = slices.Clone(h.Risks)
	h.Stelsels = slices.Clone(h.Stelsels)
	h.Steunvormen = slices.Clone(h.Steunvormen)
	h.Signs = slices.Clone(h.Signs)
	h.Shown = slices.Clone(h.Shown)
	h.Services = slices.Clone(h.Services)
	h.From = maps.Clone(h.From)
	h.Added = slices.Clone(h.Added)
	h.Hidden = slices.Clone(h.Hidden)
	return s
}
