// Package config reads the settings: defaults, then a TOML file, then the
// environment. A wrong key or value is an error that names file:line or the
// variable.
package config

import (
	"bytes"
	"cmp"
	_ "embed"
	"errors"
	"fmt"
	"net"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"wegwijzer/bot/cases"
	"wegwijzer/dialogs"
	"wegwijzer/dialogs/guard"
	"wegwijzer/knowledge"
)

// Config is every setting. The zero value is of no use; Default is.
type Config struct {
	Server   Server     `toml:"server"`
	Store    Store      `toml:"store"`
	Limits   Limits     `toml:"limits"`
	Telegram Telegram   `toml:"telegram"`
	Metrics  Metrics    `toml:"metrics"`
	Content  Content    `toml:"content"`
	Kaart    Kaart      `toml:"kaart"`
	Log      Log        `toml:"log"`
	Gemeente []Gemeente `toml:"gemeente"`
}

// Server is the HTTP server. TrustedProxies are the networks whose
// X-Forwarded-For is believed; empty: none.
type Server struct {
	Addr           string   `toml:"addr"`
	URL            string   `toml:"url"`
	TrustedProxies []string `toml:"trusted_proxies"`
	// SecurityContact is a mailto: or https: address for security.txt; empty:
	// there is none.
	SecurityContact string `toml:"security_contact"`
}

// Store says where conversations are kept. A set RedisURL chooses Redis, for
// which Key must be set too.
type Store struct {
	Dir      string `toml:"dir"`
	RedisURL string `toml:"redis_url"`
	Key      string `toml:"key"`
	Redis    Redis  `toml:"redis"`
}

// Redis holds what concerns Redis alone. AcceptLoss starts on one whose
// settings lose messages that were acknowledged.
type Redis struct {
	AcceptLoss bool `toml:"accept_loss"`
}

// Limits bounds what one client and one conversation may ask. The numbers are
// per minute.
type Limits struct {
	Enabled      bool `toml:"enabled"`
	Client       int  `toml:"client"`
	Conversation int  `toml:"conversation"`
}

// Telegram is the channel; it is on when a token is set. More bots, one for
// each gemeente, stand in Bot.
type Telegram struct {
	Token         string        `toml:"token"`
	APIURL        string        `toml:"api_url"`
	WebhookSecret string        `toml:"webhook_secret"`
	Gemeente      string        `toml:"gemeente"`
	Bot           []TelegramBot `toml:"bot"`
}

// TelegramBot is one more bot, at /telegram/webhook/{name}.
type TelegramBot struct {
	Name          string `toml:"name"`
	Token         string `toml:"token"`
	WebhookSecret string `toml:"webhook_secret"`
	Gemeente      string `toml:"gemeente"`
}

// Metrics is the address of /metrics; empty: off.
type Metrics struct {
	Addr string `toml:"addr"`
}

// Content takes the gemeente's own files in place of those that come with the
// program: Dialogs is a folder with what differs from dialogs/flows, Roster a
// TOML file.
type Content struct {
	Dialogs string `toml:"dialogs"`
	Roster  string `toml:"roster"`
}

// Kaart says how long after its last check a record of the sociale kaart is
// fresh, and when it is hidden; both in months, as far as a gemeente doesn't
// say otherwise.
type Kaart struct {
	FreshMonths  int `toml:"fresh_months"`
	HiddenMonths int `toml:"hidden_months"`
}

// Log sets how much is logged: debug, info, warn or error.
type Log struct {
	Level string `toml:"level"`
}

// Gemeente is one municipality. Its own emergency numbers are a duty: without
// them the service doesn't start.
type Gemeente struct {
	ID              string   `toml:"id"`
	Name            string   `toml:"name"`
	Service         string   `toml:"service"`
	Phone           string   `toml:"phone"`
	Walkin          string   `toml:"walkin"`
	OutOfHours      string   `toml:"out_of_hours"`
	Homeless        string   `toml:"homeless"`
	Sites           []string `toml:"sites"`
	WorkingDays     bool     `toml:"working_days"`
	ContactDays     int      `toml:"contact_days"`
	AppointmentDays int      `toml:"appointment_days"`
	UrgentHours     int      `toml:"urgent_hours"`
	OfficeFrom      int      `toml:"office_from"`
	OfficeTo        int      `toml:"office_to"`
	RetentionDays   int      `toml:"retention_days"`
	TimeZone        string   `toml:"time_zone"`
	// WlzAreas are the levensgebieden of which care goes to the Wlz side, of who
	// has a Wlz-indicatie; empty: zorg and zorg-wmo.
	WlzAreas []string `toml:"wlz_levensgebieden"`
	// Zero takes that of Kaart.
	KaartFreshMonths  int `toml:"kaart_fresh_months"`
	KaartHiddenMonths int `toml:"kaart_hidden_months"`
}

// example is the documented file with all defaults; `make` copies it to
// config.example.toml, and a test proves that they are equal.
//
//go:embed example.toml
var example []byte

// Example returns the documented file that holds the defaults.
func Example() []byte { return bytes.Clone(example) }

// Default returns the defaults: the example region on 127.0.0.1:8080.
func Default() Config {
	var c Config
	if err := toml.Unmarshal(example, &c); err != nil {
		panic(err) // compiled in; a test reads it
	}
	return c
}

// Load reads the settings. file may be ""; env is os.Environ().
func Load(file string, env []string) (Config, error) {
	c := Default()
	if file != "" {
		data, err := os.ReadFile(file) // #nosec G304 -- the operator's own file
		if err != nil {
			return c, err
		}
		if err := decode(file, data, &c); err != nil {
			return c, err
		}
	}
	if err := environment(&c, env); err != nil {
		return c, err
	}
	return c, c.Validate(file)
}

// typeLine finds the line in the TOML library's errors about types.
var typeLine = regexp.MustCompile(`^toml: line (\d+) `)

func decode(file string, data []byte, c *Config) error {
	if bytes.Contains(data, []byte("[[gemeente]]")) {
		c.Gemeente = nil // the file's own gemeenten replace the example's
	}
	md, err := toml.Decode(string(data), c)
	var pe toml.ParseError
	if errors.As(err, &pe) {
		return fmt.Errorf("%s:%d: %s", file, pe.Position.Line, pe.Message)
	}
	if err != nil { // a wrong type: the library's text names the line
		return fmt.Errorf("%s:%s", file, typeLine.ReplaceAllString(err.Error(), "$1: "))
	}
	var faults []error
	known := keys()
	for _, k := range md.Undecoded() {
		faults = append(faults, fmt.Errorf("%s:%d: unknown key %q, did you mean %q?", file, lineOf(data, k[len(k)-1]), k.String(), nearest(k.String(), known)))
	}
	return errors.Join(faults...)
}

// lineOf finds the first line that begins with a key.
func lineOf(data []byte, key string) int {
	for i, l := range strings.Split(string(data), "\n") {
		if l = strings.TrimSpace(l); strings.HasPrefix(l, key) || strings.HasPrefix(l, "["+key) {
			return i + 1
		}
	}
	return 1
}

// Validate checks what a decoder can't: that values make sense together.
func (c *Config) Validate(file string) error {
	var faults []error
	fault := func(key, format string, args ...any) {
		where := key
		if file != "" {
			where = file + ": " + key
		}
		faults = append(faults, fmt.Errorf("%s: %s", where, fmt.Sprintf(format, args...)))
	}
	if _, _, err := net.SplitHostPort(c.Server.Addr); err != nil {
		fault("server.addr", "%q is no address like 127.0.0.1:8080", c.Server.Addr)
	}
	if c.Store.Dir == "" && c.Store.RedisURL == "" {
		fault("store.dir", "is empty")
	}
	if c.Store.RedisURL != "" && c.Store.Key == "" {
		fault("store.key", "is empty: Redis needs one, the same for all nodes (32 bytes in base64, for example from: openssl rand -base64 32)")
	}
	if c.Limits.Enabled && (c.Limits.Client < 1 || c.Limits.Conversation < 1) {
		fault("limits", "client and conversation must be at least 1")
	}
	if err := c.Kaart.check(); err != nil {
		fault("kaart", "%v", err)
	}
	if len(c.Gemeente) == 0 {
		fault("gemeente", "there is none")
	}
	seen := map[string]bool{}
	for i, g := range c.Gemeente {
		key := fmt.Sprintf("gemeente %d (%s)", i+1, g.ID)
		if g.ID == "" || seen[g.ID] || strings.ToLower(g.ID) != g.ID || strings.ContainsAny(g.ID, " /") {
			fault(key, "id must be its own, in lower case, without spaces")
		}
		seen[g.ID] = true
		for name, value := range map[string]string{"name": g.Name, "phone": g.Phone, "out_of_hours": g.OutOfHours, "homeless": g.Homeless} {
			if value == "" {
				fault(key, "%s is missing: a gemeente without its own numbers can't start", name)
			}
		}
		if g.RetentionDays < 0 {
			fault(key, "retention_days can't be negative")
		}
		if own := g.Kaart(c.Kaart); own != c.Kaart {
			if err := own.check(); err != nil {
				fault(key, "kaart: %v", err)
			}
		}
		for _, l := range g.WlzAreas {
			if _, err := knowledge.ParseLevensgebied(l); err != nil {
				fault(key, "wlz_levensgebieden: %v", err)
			}
		}
		if terms, err := g.Terms(); err != nil {
			fault(key, "%v", err)
		} else if err := terms.Check(); err != nil {
			fault(key, "%v", err)
		}
	}
	for _, t := range c.Bots() {
		if !seen[t.Gemeente] {
			fault("telegram.gemeente", "unknown gemeente %q", t.Gemeente)
		}
	}
	return errors.Join(faults...)
}

// Bots returns all Telegram bots that are on; the first one's name is "".
func (c *Config) Bots() []TelegramBot {
	var list []TelegramBot
	if c.Telegram.Token != "" {
		list = append(list, TelegramBot{Token: c.Telegram.Token, WebhookSecret: c.Telegram.WebhookSecret, Gemeente: c.Telegram.Gemeente})
	}
	return append(list, c.Telegram.Bot...)
}

// mostMonths is the longest that a record may count as checked: ten years.
const mostMonths = 120

func (k Kaart) check() error {
	switch {
	case k.FreshMonths < 1 || k.FreshMonths > mostMonths:
		return fmt.Errorf("fresh_months is %d, must be 1 to %d", k.FreshMonths, mostMonths)
	case k.HiddenMonths <= k.FreshMonths || k.HiddenMonths > mostMonths:
		return fmt.Errorf("hidden_months is %d, must be more than fresh_months (%d), at most %d", k.HiddenMonths, k.FreshMonths, mostMonths)
	}
	return nil
}

// Kaart returns the months that hold in the gemeente; all are those of the
// installation where it has none of its own.
func (g Gemeente) Kaart(all Kaart) Kaart {
	return Kaart{FreshMonths: cmp.Or(g.KaartFreshMonths, all.FreshMonths), HiddenMonths: cmp.Or(g.KaartHiddenMonths, all.HiddenMonths)}
}

// Terms returns the promises of the gemeente; a zero number takes the default.
func (g Gemeente) Terms() (cases.Terms, error) {
	name := g.TimeZone
	if name == "" {
		name = "Europe/Amsterdam"
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return cases.Terms{}, fmt.Errorf("time_zone: %w", err)
	}
	t := cases.DefaultTerms(zone)
	t.Working = g.WorkingDays
	for _, f := range []struct {
		to   *int
		from int
	}{
		{&t.ContactDays, g.ContactDays}, {&t.AppointmentDays, g.AppointmentDays}, {&t.UrgentHours, g.UrgentHours},
		{&t.Office.From, g.OfficeFrom}, {&t.Office.To, g.OfficeTo},
	} {
		if f.from != 0 {
			*f.to = f.from
		}
	}
	return t, nil
}

// Wlz are the levensgebieden of WlzAreas.
func (g Gemeente) Wlz() []knowledge.Levensgebied {
	if len(g.WlzAreas) == 0 {
		return []knowledge.Levensgebied{knowledge.Zorg, knowledge.ZorgWmo}
	}
	list := make([]knowledge.Levensgebied, len(g.WlzAreas))
	for i, l := range g.WlzAreas {
		list[i] = knowledge.Levensgebied(l)
	}
	return list
}

// Facts is what the dialogs may say of the gemeente.
func (g Gemeente) Facts() dialogs.GemeenteFacts {
	return dialogs.GemeenteFacts{
		ID: knowledge.GemeenteID(g.ID), Name: g.Name, Service: g.Service, Phone: g.Phone, Walkin: g.Walkin,
	}
}

// Local is what the crisis guard may say of the gemeente.
func (g Gemeente) Local() guard.Local {
	return guard.Local{Gemeente: g.Name, Phone: g.Phone, OutOfHours: g.OutOfHours, Homeless: g.Homeless}
}
