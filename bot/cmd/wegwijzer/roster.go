package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"wegwijzer/bot/app"
	"wegwijzer/bot/cases"
	"wegwijzer/knowledge"
)

// roster runs supporter import and check: a roster with its matrix, as TOML or
// CSV.
func (c *command) roster(ctx context.Context, args []string) error {
	f := flags("supporter")
	file := f.String("config", "", "")
	dry := f.Bool("dry-run", false, "")
	asJSON := f.Bool("json", false, "")
	rest, err := parse(f, args[1:], 1)
	if err != nil {
		return err
	}
	cfg, err := c.config(*file)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(filepath.Clean(rest[0])) // #nosec G304 G703 -- the file that the operator names
	if err != nil {
		return err
	}
	next, err := cases.ParseRoster(rest[0], data)
	if err != nil {
		return err
	}
	review := app.ReviewRoster(cfg, next)
	for _, w := range review.Warnings {
		_, _ = fmt.Fprintf(c.err, "let op: %s: %s\n", rest[0], w)
	}
	if len(review.Faults) > 0 {
		faults := make([]error, len(review.Faults))
		for i, text := range review.Faults {
			faults[i] = fmt.Errorf("%s: %s", rest[0], text)
		}
		return errors.Join(faults...)
	}
	if args[0] == "check" {
		c.printf("%s: %d organisaties, %d ondersteuners, %d regels in de matrix: in orde\n", rest[0], len(next.Organisations), len(next.Supporters), len(next.Cover))
		return nil
	}
	return c.open(ctx, *file, func(a *app.App) error {
		open, err := a.Store.OpenCases(ctx)
		if err != nil {
			return err
		}
		c.printChanges(app.CompareRosters(a.Roster, next, open), *asJSON)
		if *dry {
			c.printf("proef: er is niets veranderd\n")
			return nil
		}
		return a.ImportRoster(ctx, rest[0], data)
	})
}

func (c *command) printChanges(list []app.RosterChange, asJSON bool) {
	for _, ch := range list {
		if asJSON {
			_ = json.NewEncoder(c.out).Encode(ch) // plain values to a buffer or a pipe
			continue
		}
		text := fmt.Sprintf("%-10s %-12s %s", ch.Change, ch.ID, ch.Name)
		if ch.Change == "weg" && ch.Open > 0 {
			text += fmt.Sprintf(": %d open vragen gaan naar een ander, de inwoner hoort dat", ch.Open)
		}
		c.printf("%s\n", text)
	}
}

// route says to whom a question would go, and with --explain why, for every
// supporter.
func (c *command) route(ctx context.Context, args []string) error {
	f := flags("supporter")
	file := f.String("config", "", "")
	explain := f.Bool("explain", false, "")
	asJSON := f.Bool("json", false, "")
	urgent := f.Bool("spoed", false, "")
	values := map[string]*string{}
	for _, name := range []string{"gemeente", "levensgebied", "doelgroep", "moment", "taal", "kant"} {
		values[name] = f.String(name, "", "")
	}
	if _, err := parse(f, args[1:], 0); err != nil {
		return err
	}
	n, err := needOf(values)
	if err != nil {
		return usage{err.Error()}
	}
	n.Urgent = *urgent
	return c.open(ctx, *file, func(a *app.App) error {
		g, ok := a.Bot.Gemeenten[n.Gemeente]
		if !ok {
			return usage{fmt.Sprintf("onbekende gemeente %q", n.Gemeente)}
		}
		n.Now = time.Now().In(g.Terms.Zone)
		open, err := a.Store.OpenCases(ctx)
		if err != nil {
			return err
		}
		active, err := a.Accounts.Active(ctx)
		if err != nil {
			return err
		}
		load := cases.Load{Open: open, Active: active}
		to, err := a.Roster.Route(n, "", load)
		if err != nil {
			return err
		}
		c.printRoute(a.Roster, to, a.Roster.Explain(n, load), *explain, *asJSON)
		return nil
	})
}

// needOf reads a question of the flags.
func needOf(v map[string]*string) (cases.Need, error) {
	n := cases.Need{Gemeente: knowledge.GemeenteID(strings.ToLower(*v["gemeente"])), Lang: knowledge.Lang(*v["taal"]), Side: cases.Side(*v["kant"])}
	for name := range strings.SplitSeq(*v["levensgebied"], ",") {
		if name == "" {
			continue
		}
		l, err := knowledge.ParseLevensgebied(strings.TrimSpace(name))
		if err != nil {
			return n, err
		}
		n.Levensgebieden = append(n.Levensgebieden, l)
	}
	for name := range strings.SplitSeq(*v["doelgroep"], ",") {
		if name == "" {
			continue
		}
		d, err := knowledge.ParseDoelgroep(strings.TrimSpace(name))
		if err != nil {
			return n, err
		}
		n.Doelgroepen = append(n.Doelgroepen, d)
	}
	var err error
	if *v["moment"] != "" {
		n.Moment, err = knowledge.ParseMoment(*v["moment"])
	}
	return n, err
}

func (c *command) printRoute(r *cases.Roster, to cases.Choice, list []cases.Verdict, explain, asJSON bool) {
	if asJSON {
		for _, v := range list {
			_ = json.NewEncoder(c.out).Encode(map[string]any{ // plain values to a buffer or a pipe
				"id": v.Supporter.ID, "chosen": v.Supporter.ID == to.Supporter.ID, "score": v.Score,
				"because": v.Because, "against": v.Against,
			})
		}
		return
	}
	c.printf("%s (%s): %s\n", to.Supporter.Name, r.OrganisationName(to.Supporter.Organisation), strings.Join(cases.Plain(to.Because), "; "))
	if !explain {
		return
	}
	for _, v := range list {
		if len(v.Against) > 0 {
			c.printf("  niet  %-18s     %s\n", v.Supporter.Name, strings.Join(cases.Plain(v.Against), "; "))
			continue
		}
		c.printf("  past  %-18s %3d %s\n", v.Supporter.Name, v.Score, strings.Join(cases.Plain(v.Because), "; "))
	}
}
