package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestExampleFileEqualsTheDefaults(t *testing.T) {
	data, err := os.ReadFile("../../config.example.toml")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(Example()), string(data)); diff != "" {
		t.Errorf("config.example.toml differs from bot/config/example.toml (-default +file):\n%s", diff)
	}
	loaded, err := Load("../../config.example.toml", nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Default(), loaded); diff != "" {
		t.Errorf("the example file yields other settings (-default +file):\n%s", diff)
	}
}

func TestEnvironmentWins(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("geheim\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load("", []string{
		"WEGWIJZER_SERVER_ADDR=127.0.0.1:0", "WEGWIJZER_LIMITS_ENABLED=false", "WEGWIJZER_LIMITS_CLIENT=7",
		"WEGWIJZER_TELEGRAM_TOKEN=1:a", "WEGWIJZER_TELEGRAM_GEMEENTE=opmeer", "WEGWIJZER_TELEGRAM_WEBHOOK_SECRET_FILE=" + secret,
		"WEGWIJZER_SERVER_TRUSTED_PROXIES=10.0.0.0/8,192.168.0.0/16", "PATH=/bin",
		"WEGWIJZER_STORE_REDIS_URL=redis://127.0.0.1:6379/0", "WEGWIJZER_STORE_KEY=k", "WEGWIJZER_STORE_REDIS_ACCEPT_LOSS=true",
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.Server.Addr != "127.0.0.1:0" || c.Limits.Enabled || c.Limits.Client != 7 || len(c.Server.TrustedProxies) != 2 {
		t.Errorf("the environment didn't win: %+v", c)
	}
	if c.Store.RedisURL != "redis://127.0.0.1:6379/0" || c.Store.Key != "k" || !c.Store.Redis.AcceptLoss {
		t.Errorf("the environment didn't choose Redis: %+v", c.Store)
	}
	if bots := c.Bots(); len(bots) != 1 || bots[0].WebhookSecret != "geheim" {
		t.Errorf("the secret was not read from its file: %+v", bots)
	}
}

func TestWrongSettingsNameTheirPlace(t *testing.T) {
	for _, c := range []struct{ name, file, env, want string }{
		{"an unknown key names the nearest", "[server]\nadr = \"x\"\n", "", `c.toml:2: unknown key "server.adr", did you mean "server.addr"?`},
		{"a wrong type names the line", "\n[server]\naddr = 5\n", "", "c.toml:3"},
		{"broken TOML names the line", "[server\n", "", "c.toml:2"},
		{"a gemeente without its numbers is refused", "[[gemeente]]\nid = \"x\"\nname = \"X\"\n", "", "homeless is missing"},
		{"a number that is none names the variable", "", "WEGWIJZER_LIMITS_CLIENT=veel", "WEGWIJZER_LIMITS_CLIENT"},
		{"Redis without a key is refused", "[store]\nredis_url = \"redis://127.0.0.1:6379/0\"\n", "", "store.key: is empty"},
		{"an unknown variable names the nearest", "", "WEGWIJZER_SERVER_ADRES=x", "did you mean WEGWIJZER_SERVER_ADDR?"},
		{"a bot for nobody is refused", "[telegram]\ntoken = \"1:a\"\ngemeente = \"hoorn\"\nwebhook_secret = \"s\"\n", "", `unknown gemeente "hoorn"`},
		{"impossible terms are refused", "[[gemeente]]\nid=\"x\"\nname=\"X\"\nphone=\"1\"\nout_of_hours=\"1\"\nhomeless=\"1\"\ncontact_days=-1\n", "", "contact_days"},
		{"a kaart that is never fresh is refused", "[kaart]\nfresh_months = 0\n", "", "kaart: fresh_months is 0"},
		{"a kaart that is hidden while fresh is refused", "[kaart]\nfresh_months = 12\nhidden_months = 12\n", "", "kaart: hidden_months is 12"},
		{"months without end are refused", "", "WEGWIJZER_KAART_HIDDEN_MONTHS=5000", "kaart: hidden_months is 5000"},
		{"own months are held against the other's", "[[gemeente]]\nid=\"x\"\nname=\"X\"\nphone=\"1\"\nout_of_hours=\"1\"\nhomeless=\"1\"\nkaart_fresh_months=30\n", "", "gemeente 1 (x): kaart: hidden_months is 24"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := ""
			if c.file != "" {
				file = filepath.Join(t.TempDir(), "c.toml")
				if err := os.WriteFile(file, []byte(c.file), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			_, err := Load(file, []string{c.env})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

func TestAGemeenteHasItsOwnMonths(t *testing.T) {
	all := Kaart{FreshMonths: 12, HiddenMonths: 24}
	if got := (Gemeente{KaartFreshMonths: 6}).Kaart(all); got != (Kaart{FreshMonths: 6, HiddenMonths: 24}) {
		t.Errorf("got %+v", got)
	}
	if got := (Gemeente{}).Kaart(all); got != all {
		t.Errorf("got %+v without its own", got)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(string(Example()))
	f.Add("[server]\naddr=1")
	f.Fuzz(func(t *testing.T, s string) {
		c := Default()
		_ = decode("f.toml", []byte(s), &c)
		_ = c.Validate("f.toml")
	})
}
