package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"wegwijzer/bot"
	"wegwijzer/bot/app"
	"wegwijzer/bot/cases"
)

// audit checks the log of everything that anyone did with a case or saw of it,
// or shows it.
func (c *command) audit(ctx context.Context, args []string) error {
	if len(args) == 0 || args[0] != "verify" && args[0] != "show" {
		return usage{"kies verify of show"}
	}
	f := flags("audit")
	file := f.String("config", "", "")
	asJSON := f.Bool("json", false, "")
	conversation := f.String("conversation", "", "")
	if _, err := parse(f, args[1:], 0); err != nil {
		return err
	}
	return c.open(ctx, *file, func(a *app.App) error {
		if args[0] == "show" {
			return c.auditShow(ctx, a, cases.CaseID(*conversation), *asJSON)
		}
		return c.auditVerify(ctx, a, *asJSON)
	})
}

// auditVerify checks every link and names the first that is broken. The mark is
// one hash over the ends of all chains: kept elsewhere, it shows later that
// nothing of before was changed or cut off.
func (c *command) auditVerify(ctx context.Context, a *app.App, asJSON bool) error {
	var v cases.Verifier
	if err := a.Store.Entries(ctx, v.Check); err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(c.out).Encode(map[string]any{"entries": v.Count(), "mark": v.Mark()})
	}
	c.printf("%d regels in het logboek, elke schakel klopt\nmerk: %s\n", v.Count(), v.Mark())
	return nil
}

func (c *command) auditShow(ctx context.Context, a *app.App, id cases.CaseID, asJSON bool) error {
	return a.Store.Entries(ctx, func(e cases.Entry) error {
		if id != "" && e.Case != id {
			return nil
		}
		why, err := a.Store.Reason(ctx, e)
		if errors.Is(err, bot.ErrNotFound) {
			why, err = "(gewist)", nil
		}
		if err != nil {
			return fmt.Errorf("entry %d of chain %d: %w", e.N, e.Chain, err)
		}
		if asJSON {
			return json.NewEncoder(c.out).Encode(struct {
				cases.Entry
				Why string `json:"why,omitempty"`
			}{e, why})
		}
		c.printf("%s  %-12s %-18s %s  %s\n", e.At.Format(time.RFC3339), e.Actor, e.Action, e.Case, why)
		return nil
	})
}
