package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"wegwijzer/bot"
	"wegwijzer/bot/app"
	"wegwijzer/bot/cases"
)

// open wires the service beside a running one and calls f with it.
func (c *command) open(ctx context.Context, file string, f func(*app.App) error) error {
	cfg, err := c.config(file)
	if err != nil {
		return err
	}
	a, err := app.Open(ctx, cfg, c.logger(cfg), false)
	if err != nil {
		return err
	}
	return errors.Join(f(a), a.Close())
}

func (c *command) supporter(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return usage{"kies add, list, disable, import, check of route"}
	}
	switch args[0] {
	case "import", "check":
		return c.roster(ctx, args)
	case "route":
		return c.route(ctx, args)
	}
	f := flags("supporter")
	file := f.String("config", "", "")
	admin := f.Bool("beheerder", false, "")
	asJSON := f.Bool("json", false, "")
	rest, err := parse(f, args[1:], -1)
	if err != nil {
		return err
	}
	if !slices.Contains([]string{"add", "list", "disable"}, args[0]) {
		return usage{fmt.Sprintf("onbekend: %q; kies add, list, disable, import, check of route", args[0])}
	}
	if args[0] != "list" && len(rest) != 1 {
		return usage{"noem één ondersteuner uit het rooster; zie wegwijzer supporter list"}
	}
	return c.open(ctx, *file, func(a *app.App) error {
		switch args[0] {
		case "list":
			return c.supporterList(ctx, a, *asJSON)
		case "add":
			return c.supporterAdd(ctx, a, cases.SupporterID(rest[0]), *admin)
		}
		return c.supporterDisable(ctx, a, cases.SupporterID(rest[0]))
	})
}

// supporterDisable ends an account and the links that are still out for it.
func (c *command) supporterDisable(ctx context.Context, a *app.App, id cases.SupporterID) error {
	links, err := a.Accounts.Revoke(ctx, id)
	if err != nil {
		return err
	}
	acc, err := a.Accounts.Account(ctx, id)
	if errors.Is(err, bot.ErrNotFound) && links > 0 {
		return nil // there was only a link
	}
	if err != nil {
		return fmt.Errorf("%s has no account: %w", id, err)
	}
	acc.Disabled = true
	return a.Accounts.SaveAccount(ctx, acc)
}

func (c *command) supporterList(ctx context.Context, a *app.App, asJSON bool) error {
	active, err := a.Accounts.Active(ctx)
	if err != nil {
		return err
	}
	for _, s := range a.Roster.Supporters {
		if asJSON {
			err = errors.Join(err, json.NewEncoder(c.out).Encode(map[string]any{
				"id": s.ID, "name": s.Name, "organisation": a.Roster.OrganisationName(s.Organisation), "active": active[s.ID],
			}))
			continue
		}
		state := "kan nog niet inloggen"
		if active[s.ID] {
			state = "kan inloggen"
		}
		c.printf("%-10s %-18s %-40s %s\n", s.ID, s.Name, a.Roster.OrganisationName(s.Organisation), state)
	}
	return err
}

func (c *command) supporterAdd(ctx context.Context, a *app.App, id cases.SupporterID, admin bool) error {
	if _, ok := a.Roster.Supporter(id); !ok {
		return fmt.Errorf("%q is not in the roster; see wegwijzer supporter list", id)
	}
	roles := []bot.Role{bot.RoleOndersteuner}
	if admin {
		roles = append(roles, bot.RoleBeheerder)
	}
	token, err := a.Accounts.Invite(ctx, id, roles, time.Now())
	if err != nil {
		return err
	}
	url := a.Config.Server.URL
	if url == "" {
		url = "http://" + a.Config.Server.Addr
	}
	c.printf("%s/desk/start/%s\n", url, token)
	return nil
}

func (c *command) erase(ctx context.Context, args []string) error {
	f := flags("erase")
	file := f.String("config", "", "")
	id := f.String("conversation", "", "")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	if *id == "" {
		return usage{"noem het gesprek met --conversation"}
	}
	return c.open(ctx, *file, func(a *app.App) error {
		report, err := a.Bot.EraseNamed(ctx, bot.ConversationID(*id), "beheer")
		for _, line := range report {
			c.printf("%s\n", line)
		}
		if errors.Is(err, bot.ErrNotFound) {
			return fmt.Errorf("conversation %s: %w", *id, err)
		}
		return err
	})
}

func (c *command) backup(ctx context.Context, args []string) error {
	f := flags("backup")
	file := f.String("config", "", "")
	rest, err := parse(f, args, 1)
	if err != nil {
		return err
	}
	return c.open(ctx, *file, func(a *app.App) error { return a.Store.Backup(ctx, rest[0]) })
}

func (c *command) restore(ctx context.Context, args []string) error {
	f := flags("restore")
	file := f.String("config", "", "")
	oldKeys := f.String("old-key", "", "")
	rest, err := parse(f, args, 1)
	if err != nil {
		return err
	}
	cfg, err := c.config(*file)
	if err != nil {
		return err
	}
	return app.Restore(ctx, cfg, rest[0], *oldKeys)
}
