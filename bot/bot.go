package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"

	lru "github.com/hashicorp/golang-lru/v2"

	"wegwijzer/bot/cases"
	"wegwijzer/dialogs"
	"wegwijzer/dialogs/guard"
	"wegwijzer/knowledge"
)

// Directory looks in the sociale kaart. *index.Index is behind it.
type Directory interface {
	Find(ctx context.Context, q Question) (dialogs.Found, error)
}

// Question is what the kaart is asked: the resident's words with those of the
// dialog's answers, and the latter alone (Terms), for when the former find
// nothing. Now is for "open now".
type Question struct {
	Terms          string
	Text           string
	Gemeente       knowledge.GemeenteID
	Levensgebieden []knowledge.Levensgebied
	Doelgroepen    []knowledge.Doelgroep
	Compare        bool // Found.Offers is wanted too
	Lang           knowledge.Lang
	Now            time.Time
}

// People knows the supporters, and which of them can log in.
type People interface {
	Roster() *cases.Roster
	Active(ctx context.Context) (map[cases.SupporterID]bool, error)
}

// Gemeente is what a turn must know of a municipality.
type Gemeente struct {
	Facts dialogs.GemeenteFacts
	Local guard.Local
	Terms cases.Terms
	// Wlz are the levensgebieden of which care goes to the Wlz side, of who has a
	// Wlz-indicatie (S16).
	Wlz []knowledge.Levensgebied
	// Retention is how long a conversation without an open case is kept after
	// its last change; 0: until it is erased.
	Retention time.Duration
}

// Waker passes on between nodes that a conversation has news. It is only a
// wake-up, and Publish never waits.
type Waker interface {
	Publish(ctx context.Context, id ConversationID)
	// Subscribe calls heard for the news of all nodes until ctx ends; with ""
	// when news may have been missed, of any conversation.
	Subscribe(ctx context.Context, heard func(ConversationID)) error
}

// Parts are what a bot is made of. Every field must be set, except Log and
// Clock, for which slog.Default and time.Now serve, and Waker, which one node
// alone doesn't need.
type Parts struct {
	Store     Store
	Cases     CaseIndex
	Eraser    Eraser
	Timers    Timers
	Engine    *dialogs.Engine
	Guard     *guard.Guard
	Directory Directory
	People    People
	Gemeenten map[knowledge.GemeenteID]Gemeente
	Waker     Waker
	Log       *slog.Logger
	Clock     func() time.Time
	// OnTurn is told how long each message took and how it ended; nil: nobody.
	OnTurn func(took time.Duration, err error)
	// OnCommit is told of each commit; nil: nobody. It must not wait.
	OnCommit func(ConversationID)
	// Reports keeps signals and opinions without personal data, for the report
	// to the gemeente; nil: they stay in the case and go with it.
	Reports Documents
}

// Bot takes turns. It is safe for concurrent use; a turn of one conversation
// waits for the one before.
type Bot struct {
	Parts
	hub   hub
	locks Locks[ConversationID]
	// tokens are hashes of tokens that opened a conversation lately. They never
	// change, so that no message needs a look into the store before its turn.
	tokens *lru.Cache[ConversationID, []byte]
	// looks are when a look at a case was last put into the audit log.
	looks *lru.Cache[lookKey, time.Time]
	// thinking bounds the turns that think at once; see think.
	thinking chan struct{}
}

// maxTokens bounds the remembered hashes: about 100 bytes each.
const maxTokens = 32768

// maxLooks bounds the remembered looks; one that is forgotten is logged again.
const maxLooks = 8192

// New makes a bot of its parts.
func New(p Parts) *Bot {
	if p.Log == nil {
		p.Log = slog.Default()
	}
	if p.Clock == nil {
		p.Clock = time.Now
	}
	tokens, err := lru.New[ConversationID, []byte](maxTokens)
	if err != nil {
		panic(err) // only a size below one is refused
	}
	looks, err := lru.New[lookKey, time.Time](maxLooks)
	if err != nil {
		panic(err) // as above
	}
	return &Bot{Parts: p, tokens: tokens, looks: looks, thinking: make(chan struct{}, thinkers*runtime.GOMAXPROCS(0))}
}

// KeyLife is how long the key of a message is remembered: Telegram repeats an
// update for at most a day.
const KeyLife = 48 * time.Hour

// maxText bounds one message, in characters.
const maxText = 8000

// turnTime bounds the thinking of one turn.
const turnTime = 5 * time.Second

// attempts bounds how often a turn is tried again after a conflict.
const attempts = 20

// Gemeente returns what is known of a municipality; KindNotFound with the
// known names when there is none.
func (b *Bot) gemeente(id knowledge.GemeenteID) (Gemeente, error) {
	g, ok := b.Gemeenten[id]
	if !ok {
		return g, Errorf(KindNotFound, "Deze gemeente ken ik niet.", "unknown gemeente %q", id)
	}
	return g, nil
}

// Open starts a conversation: the opening messages are kept before it
// returns.
func (b *Bot) Open(ctx context.Context, o Opening) (Opened, error) {
	o.Gemeente = knowledge.GemeenteID(strings.ToLower(string(o.Gemeente)))
	if _, err := b.gemeente(o.Gemeente); err != nil {
		return Opened{}, err
	}
	token, hash := newToken()
	now := b.Clock().UTC()
	conv := &Conversation{
		ID: newID(), Gemeente: o.Gemeente, Channel: o.Channel, Address: o.Address,
		TokenHash: hash, Created: now, Updated: now,
	}
	if o.Lang != "" {
		conv.State.Lang = o.Lang
	}
	t := b.newTurn(conv, Incoming{}, now)
	if err := t.next(ctx, dialogs.Input{Kind: dialogs.InputStart}); err != nil {
		return Opened{}, fmt.Errorf("open a conversation: %w", err)
	}
	if _, err := b.Store.Commit(ctx, t.commit()); err != nil {
		return Opened{}, fmt.Errorf("open a conversation: %w", err)
	}
	b.committed(ctx, conv.ID)
	return Opened{ID: conv.ID, Token: token}, nil
}

// errNoConversation is the same for an absent conversation and a wrong token.
var errNoConversation = &Error{
	Kind: KindUnauthorized, Public: "Dit gesprek is niet gevonden. Begin gerust een nieuw gesprek.",
	Err: errors.New("no such conversation, or not this token's"),
}

// Authorize checks that the token opens the conversation. One that was erased
// elsewhere a moment ago may still pass; there is nothing left behind it.
func (b *Bot) Authorize(ctx context.Context, id ConversationID, token string) error {
	if hash, ok := b.tokens.Get(id); ok {
		if !opens(hash, token) {
			return errNoConversation
		}
		return nil
	}
	conv, err := b.Store.Load(ctx, id)
	switch {
	case errors.Is(err, ErrNotFound):
		return errNoConversation
	case err != nil:
		return err
	case !opens(conv.TokenHash, token):
		return errNoConversation
	}
	b.tokens.Add(id, conv.TokenHash)
	return nil
}

// Receive takes one message of the resident and keeps it with the answer
// before it returns.
func (b *Bot) Receive(ctx context.Context, in Incoming) (Receipt, error) {
	if err := check(in); err != nil {
		return Receipt{}, err
	}
	forget, opined, began := false, false, time.Now()
	r, err := b.change(ctx, in.Conversation, func(conv *Conversation, now time.Time) (*Commit, error) {
		t := b.newTurn(conv, in, now)
		t.run(ctx)
		forget, opined = t.forget, t.opined
		return t.commit(), nil
	})
	if err == nil && opined {
		b.report(ctx, in.Conversation)
	}
	if err == nil && forget {
		err = b.Erase(ctx, in.Conversation)
	}
	if b.OnTurn != nil {
		b.OnTurn(time.Since(began), err)
	}
	return r, err
}

func check(in Incoming) error {
	switch {
	case in.Key == "" || len(in.Key) > 200:
		return Errorf(KindInvalid, "Het bericht heeft geen geldig kenmerk.", "key of %d bytes", len(in.Key))
	case !utf8.ValidString(in.Text) || !utf8.ValidString(in.Choice):
		return Errorf(KindInvalid, "Het bericht is geen leesbare tekst.", "invalid UTF-8")
	case utf8.RuneCountInString(in.Text) > maxText:
		return Errorf(KindTooLarge, "Uw bericht is te lang voor één keer. Schrijf het in kleinere stukken, dan lees ik alles.", "text of %d bytes", len(in.Text))
	case strings.TrimSpace(in.Text) == "" && in.Choice == "":
		return Errorf(KindInvalid, "Ik zag geen tekst. Schrijf gerust in een paar woorden wat er is.", "empty message")
	case len(in.Choice) > 100:
		return Errorf(KindInvalid, "Deze keuze ken ik niet.", "choice of %d bytes", len(in.Choice))
	}
	return nil
}

// change loads a conversation, lets f make a commit of it and keeps that; a
// conflict starts again from the load.
func (b *Bot) change(ctx context.Context, id ConversationID, f func(*Conversation, time.Time) (*Commit, error)) (Receipt, error) {
	defer b.locks.Lock(id)()
	for range attempts {
		conv, err := b.Store.Load(ctx, id)
		if err != nil {
			return Receipt{}, fmt.Errorf("load the conversation: %w", err)
		}
		c, err := b.think(ctx, conv, f)
		if err != nil {
			return Receipt{}, err
		}
		if c == nil {
			return Receipt{Seq: conv.LastSeq, Repeat: true}, nil
		}
		r, err := b.Store.Commit(ctx, c)
		if errors.Is(err, ErrConflict) {
			continue
		}
		if err != nil {
			return Receipt{}, fmt.Errorf("keep the turn: %w", err)
		}
		b.committed(ctx, id)
		return r, nil
	}
	return Receipt{}, Errorf(KindUnavailable, "Het is nu erg druk. Probeer het zo nog eens.", "no commit in %d attempts: %w", attempts, ErrConflict)
}

// thinkers is how many turns each processor has under way at most.
const thinkers = 1

// think makes the commit of a turn. Under load turns wait here in the order of
// their coming, rather than all at once for a processor: the slowest waits
// less, and the store's writer isn't kept waiting.
func (b *Bot) think(ctx context.Context, conv *Conversation, f func(*Conversation, time.Time) (*Commit, error)) (*Commit, error) {
	select {
	case b.thinking <- struct{}{}:
		defer func() { <-b.thinking }()
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, ctx.Err())
	}
	now := b.Clock().UTC()
	c, err := f(conv, now)
	if c != nil {
		conv.Updated = now
	}
	return c, err
}

// committed tells whoever waits for news.
func (b *Bot) committed(ctx context.Context, id ConversationID) {
	b.wake(ctx, id)
	if b.OnCommit != nil {
		b.OnCommit(id)
	}
}

// Messages returns the messages after a seq, in order; limit 0 is all.
func (b *Bot) Messages(ctx context.Context, id ConversationID, after Seq, limit int) ([]Message, error) {
	return b.Store.Messages(ctx, id, after, limit)
}

// Watch returns a channel that gets a value when there may be news. stop must
// be called.
func (b *Bot) Watch(id ConversationID) (wake <-chan struct{}, stop func()) { return b.hub.watch(id) }

// Heard wakes who watches a conversation here, because another node has news
// of it; "" is all of them.
func (b *Bot) Heard(id ConversationID) {
	if id == "" {
		b.hub.wakeAll()
		return
	}
	b.hub.wake(id)
}

// wake tells who watches, here and on other nodes.
func (b *Bot) wake(ctx context.Context, id ConversationID) {
	b.hub.wake(id)
	if b.Waker != nil {
		b.Waker.Publish(ctx, id)
	}
}

// View returns the resident's own copy.
func (b *Bot) View(ctx context.Context, id ConversationID) (View, error) {
	conv, err := b.Store.Load(ctx, id)
	if err != nil {
		return View{}, err
	}
	messages, err := b.Store.Messages(ctx, id, 0, 0)
	if err != nil {
		return View{}, err
	}
	v := View{
		ID: id, Gemeente: conv.Gemeente, Lang: conv.State.Lang, Status: statusOf(conv.Case), Supporter: b.supporterView(conv.Case),
		Messages: messages, Hulpvraag: conv.State.Hulpvraag,
	}
	if c := conv.Case; c != nil && c.Open() {
		v.Terms = TermsView{ContactBefore: c.ContactBefore, AppointmentBefore: c.AppointmentBefore}
	}
	return v, nil
}

// Status says whose the conversation is: of View what may change without a
// message, for those who follow it.
func (b *Bot) Status(ctx context.Context, id ConversationID) (Status, *SupporterView, error) {
	conv, err := b.Store.Load(ctx, id)
	if err != nil {
		return "", nil, err
	}
	return statusOf(conv.Case), b.supporterView(conv.Case), nil
}

// supporterView is nil when nobody was named.
func (b *Bot) supporterView(c *cases.Case) *SupporterView {
	if !c.Owned() {
		return nil
	}
	f := b.supporterFact(c.Supporter)
	return &SupporterView{Name: f.Name, Organisation: f.Organisation, Email: f.Email, Phone: f.Phone}
}

// supporterFact is what a resident may read of a supporter; a zero fact when
// the roster no longer has them.
func (b *Bot) supporterFact(id cases.SupporterID) dialogs.SupporterFact {
	r := b.People.Roster()
	s, ok := r.Supporter(id)
	if !ok {
		return dialogs.SupporterFact{ID: string(id), Name: string(id)}
	}
	langs := make([]string, len(s.Languages))
	for i, l := range s.Languages {
		langs[i] = string(l)
	}
	return dialogs.SupporterFact{
		ID: string(s.ID), Name: s.Name, Organisation: r.OrganisationName(s.Organisation), Kind: string(s.Kind),
		Languages: langs, Phone: s.Phone, Email: s.Email,
	}
}
