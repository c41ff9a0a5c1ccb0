package telegram

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"wegwijzer/bot"
	"wegwijzer/dialogs/plan"
	"wegwijzer/knowledge"
)

// Bot is one bot at Telegram. Name is the last part of its webhook's address,
// "" for the first one; APIURL "" is Telegram itself. Secret has 1-256 of
// A-Z a-z 0-9 _ and -; one that only polls needs none.
type Bot struct {
	Name     string
	Token    string
	Secret   string
	APIURL   string
	Gemeente knowledge.GemeenteID
}

// DefaultAPIURL is where Telegram's own Bot API is.
const DefaultAPIURL = "https://api.telegram.org"

var (
	tokenForm  = regexp.MustCompile(`^\d+:[A-Za-z0-9_-]+$`)
	secretForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)
	nameForm   = regexp.MustCompile(`^[A-Za-z0-9_-]{0,64}$`)
)

// check says what is wrong with the settings, without repeating a secret.
func (b Bot) check() error {
	switch {
	case !nameForm.MatchString(b.Name):
		return fmt.Errorf("telegram bot %q: name has more than letters, digits, _ and -", b.Name)
	case !tokenForm.MatchString(b.Token):
		return fmt.Errorf("telegram bot %q: token has not the form 123456:ABC", b.Name)
	case b.Secret != "" && !secretForm.MatchString(b.Secret):
		return fmt.Errorf("telegram bot %q: webhook_secret must be 1-256 of A-Z a-z 0-9 _ -", b.Name)
	}
	return nil
}

// Conversations takes what residents write; *bot.Bot does.
type Conversations interface {
	Open(ctx context.Context, o bot.Opening) (bot.Opened, error)
	Receive(ctx context.Context, in bot.Incoming) (bot.Receipt, error)
}

// Store finds a chat's conversation and what was offered in it; bot.Store does.
type Store interface {
	Find(ctx context.Context, ch bot.Channel, address string) (bot.ConversationID, error)
	Load(ctx context.Context, id bot.ConversationID) (*bot.Conversation, error)
	Messages(ctx context.Context, id bot.ConversationID, after bot.Seq, limit int) ([]bot.Message, error)
}

// Config is what a Door is made of. Bots, Conversations and Store must be set.
type Config struct {
	Bots          []Bot
	Conversations Conversations
	Store         Store
	// Crisis answers acute danger while the store can't be used; nil: such a
	// message waits like any other until Telegram repeats it.
	Crisis func(g knowledge.GemeenteID, text string) (reply string, acute bool)
	// Plan returns the plan of a conversation, which goes out as a file behind the
	// message that tells it; nil: as a message alone.
	Plan func(context.Context, bot.ConversationID) (plan.Document, error)
	// Client makes the calls to Telegram; nil is one that follows no redirect.
	Client *http.Client
	// Log is for counts and causes; nil is slog.Default.
	Log *slog.Logger
}

// Door is the Telegram channel. It is safe for concurrent use.
type Door struct {
	cfg    Config
	log    *slog.Logger
	bots   map[string]*client
	texts  *texts
	asides chan aside
	chats  bot.Locks[string]
	// done remembers updates that left no key in the store: asides, and those
	// that erased their own conversation.
	done *recent
	left *recent
	sent parts
}

var _ bot.Deliver = (*Door)(nil)

// New makes the channel. It opens nothing and calls nobody.
func New(cfg Config) (*Door, error) {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	t, err := loadTexts()
	if err != nil {
		return nil, err
	}
	d := &Door{
		cfg: cfg, log: cfg.Log, bots: map[string]*client{}, texts: t,
		asides: make(chan aside, 1024), done: newRecent(20_000), left: newRecent(1_000),
	}
	for _, b := range cfg.Bots {
		if d.bots[b.Name] != nil {
			return nil, fmt.Errorf("telegram bot %q is there twice", b.Name)
		}
		c, err := newClient(b, cfg.Client)
		if err != nil {
			return nil, err
		}
		d.bots[b.Name] = c
	}
	return d, nil
}

// addressOf is where a chat's messages go.
func addressOf(name string, chat int64) string { return name + ":" + strconv.FormatInt(chat, 10) }

// parseAddress is the reverse of addressOf.
func parseAddress(a string) (name string, chat int64, err error) {
	i := strings.LastIndexByte(a, ':')
	if i < 0 {
		return "", 0, fmt.Errorf("telegram address without a bot")
	}
	chat, err = strconv.ParseInt(a[i+1:], 10, 64)
	if err != nil {
		return "", 0, fmt.Errorf("telegram address without a chat")
	}
	return a[:i], chat, nil
}
