// Wegwijzer is a first door to independent help: a chat for residents, a desk
// for cliëntondersteuners, in one program. `wegwijzer help` lists its commands.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	_ "time/tzdata" // the Dutch clock, on machines without zone files

	"wegwijzer/bot/config"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	c := &command{in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.Environ()}
	os.Exit(c.main(ctx, os.Args[1:]))
}

// command is one run of the program; tests make their own.
type command struct {
	in       io.Reader
	out, err io.Writer
	env      []string
}

// usage is an error of wrong use: exit status 2.
type usage struct{ text string }

func (u usage) Error() string { return u.text }

// verb is one command: its help and what it does.
type verb struct {
	name, args, does, example string
	run                       func(*command, context.Context, []string) error
}

func verbs() []verb {
	return []verb{
		{"serve", "[--config FILE]", "start de dienst", "wegwijzer serve --config config.toml", (*command).serve},
		{"chat", "[--gemeente G] [--dialogs MAP] [--json] [--explain]", "voer een gesprek in de terminal; --explain zegt bij elke beurt welke stap, waarom en wat er is ingevuld", "wegwijzer chat --gemeente medemblik", (*command).chat},
		{"understand", "[--json]", "laat zien wat een bericht zegt; een bericht per regel op stdin", `echo "ik kan mijn huur niet betalen" | wegwijzer understand --json`, (*command).understand},
		{"kaart", "template FILE | import [--replace] [--partial] [--by NAAM] [--json] FILE | export [--format hsds-json|hsds-csv|csv|xlsx] FILE | search [--gemeente G] [--near PLAATS|POSTCODE] [--json] | check [--mail] [--links] [--json] | history [--service ID] [--json]", "beheer en doorzoek de sociale kaart; history laat zien wie wanneer wat veranderde", `echo "hulp bij schulden" | wegwijzer kaart search --gemeente opmeer`, (*command).kaart},
		{"check", "[--config FILE] [--dialogs MAP] [--scripts MAP] [--lang TAAL] [--json]", "controleer instellingen, dialogen, teksten, kaart en model, en speel eigen gesprekken", "wegwijzer check --dialogs eigen --scripts eigen/gesprekken", (*command).check},
		{"dialogs", "list | graph LEVENSGEBIED [--mermaid] [--out FILE] [--dialogs MAP] [--gemeente G]", "noem de dialogen, of teken er een als SVG of Mermaid", "wegwijzer dialogs graph wonen --out wonen.svg", (*command).dialogs},
		{"nlu", "train --data FILE.tsv --out MODEL | eval --train A.tsv --test B.tsv [--json] | retrain [--dir MAP]", "train of meet het taalmodel", "wegwijzer nlu eval --train a.tsv --test b.tsv --json", (*command).nlu},
		{"supporter", "add [--beheerder] NAAM | list [--json] | disable NAAM | check FILE | import [--dry-run] [--json] FILE | route --gemeente G [--levensgebied L] [--doelgroep D] [--moment M] [--taal T] [--kant wmo|wlz] [--spoed] [--explain] [--json]", "beheer wie er kan inloggen, lees een rooster met zijn matrix in (TOML of CSV, zie docs/zaken.md), of zie bij wie een vraag terechtkomt en waarom", "wegwijzer supporter import --dry-run rooster.csv", (*command).supporter},
		{"audit", "verify [--json] | show [--conversation ID] [--json]", "controleer het logboek van alles wat iemand met een dossier deed of ervan zag, of laat het zien", "wegwijzer audit verify", (*command).audit},
		{"backup", "FILE", "maak een kopie van de opslag, ook terwijl de dienst draait", "wegwijzer backup wegwijzer.bak", (*command).backup},
		{"restore", "[--old-key FILE] FILE", "zet een kopie terug; de dienst moet stil staan en de map keys/ moet er nog zijn. Is store.key sinds de kopie veranderd, noem dan het bestand met de oude sleutel; de sleutels die de map zelf maakte, staan daar nog", "wegwijzer restore wegwijzer.bak", (*command).restore},
		{"store", "copy [--json] | rotate-key [--new-key FILE] [--json] | erasures | replay-erasures [--json] FILE…", "beheer de opslag: verhuis van de map (store.dir) naar Redis (store.redis_url), verander store.key (voor beide moet de dienst stil staan), laat zien wat gewist is, of wis na het terugzetten van een kopie opnieuw wat op een lijst staat", "wegwijzer store rotate-key --config config.toml --new-key nieuw.key", (*command).store},
		{"erase", "--conversation ID", "wis een gesprek overal en laat zien waar is gekeken", "wegwijzer erase --conversation abc", (*command).erase},
		{"telegram", "set-webhook|delete-webhook|info", "meld de bot aan of af bij Telegram", "wegwijzer telegram info", (*command).telegram},
		{"version", "[--json]", "laat de versie zien", "wegwijzer version", (*command).version},
	}
}

// main runs a command and returns the exit status: 0 done, 1 failed, 2 wrong
// use.
func (c *command) main(ctx context.Context, args []string) int {
	if len(args) == 0 || args[0] == "help" || args[0] == "--help" || args[0] == "-h" {
		return c.help(args)
	}
	all := verbs()
	i := slices.IndexFunc(all, func(v verb) bool { return v.name == args[0] })
	if i < 0 {
		_, _ = fmt.Fprintf(c.err, "wegwijzer: onbekend commando %q; zie wegwijzer help\n", args[0])
		return 2
	}
	err := all[i].run(c, ctx, args[1:])
	var wrong usage
	switch {
	case err == nil, errors.Is(err, context.Canceled):
		return 0
	case errors.As(err, &wrong):
		_, _ = fmt.Fprintf(c.err, "wegwijzer %s: %s\n", args[0], wrong.text)
		return 2
	}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		_, _ = fmt.Fprintf(c.err, "wegwijzer %s: %s\n", args[0], line)
	}
	return 1
}

func (c *command) help(args []string) int {
	all := verbs()
	if len(args) > 1 {
		for _, v := range all {
			if v.name == args[1] {
				c.printf("%s\n\n%s.\n\nVoorbeeld:\n  %s\n", strings.TrimSpace("wegwijzer "+v.name+" "+v.args), v.does, v.example)
				return 0
			}
		}
		_, _ = fmt.Fprintf(c.err, "wegwijzer: onbekend commando %q\n", args[1])
		return 2
	}
	c.printf("wegwijzer: de eerste deur naar onafhankelijke hulp\n\n")
	for _, v := range all {
		c.printf("  %-11s %s\n", v.name, v.does)
	}
	c.printf("\nMeer over een commando: wegwijzer help COMMANDO\n")
	if len(args) == 0 {
		return 2
	}
	return 0
}

func (c *command) printf(format string, args ...any) {
	_, _ = fmt.Fprintf(c.out, format, args...)
}

// config reads the settings of a command.
func (c *command) config(file string) (config.Config, error) { return config.Load(file, c.env) }

func (c *command) logger(cfg config.Config) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.Log.Level)); err != nil {
		level = slog.LevelInfo
	}
	return slog.New(slog.NewJSONHandler(c.err, &slog.HandlerOptions{Level: level}))
}
