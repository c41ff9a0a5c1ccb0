package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"wegwijzer/bot"
	"wegwijzer/bot/cases"
	"wegwijzer/bot/config"
	"wegwijzer/knowledge"
)

// The document that an imported roster is kept in.
const (
	rosterKind = "rooster"
	rosterID   = "nu"
)

// keptRoster is an imported roster as the file was.
type keptRoster struct {
	File string `json:"file"`
	Data []byte `json:"data"`
}

// LoadRoster reads the roster of the config, else the example's. An imported
// one is in the store: see App.Roster.
func LoadRoster(c config.Config) (*cases.Roster, error) {
	if c.Content.Roster == "" {
		return cases.ExampleRoster()
	}
	data, err := os.ReadFile(filepath.Clean(c.Content.Roster))
	if err != nil {
		return nil, err
	}
	return cases.ParseRoster(c.Content.Roster, data)
}

// ReviewRoster checks a roster for the gemeenten of the config.
func ReviewRoster(c config.Config, r *cases.Roster) cases.Review {
	var list []knowledge.GemeenteID
	for _, g := range c.Gemeente {
		list = append(list, knowledge.GemeenteID(g.ID))
	}
	return r.Review(list)
}

// ErrRosterFile says that the config names a file as the roster.
var ErrRosterFile = errors.New("content.roster names a file, and that is the roster: empty it to use an imported one")

// ImportRoster makes a roster the one that the service works with, from the
// next look on. It must have been checked.
func (a *App) ImportRoster(ctx context.Context, file string, data []byte) error {
	if a.Config.Content.Roster != "" {
		return ErrRosterFile
	}
	body, err := json.Marshal(keptRoster{File: filepath.Base(file), Data: data})
	if err != nil {
		return err
	}
	version, err := a.Store.DocumentVersion(ctx, rosterKind, rosterID)
	if err != nil && !errors.Is(err, bot.ErrNotFound) {
		return err
	}
	_, err = a.Store.PutDocument(ctx, bot.Document{Kind: rosterKind, ID: rosterID, Version: version, Body: body})
	return err
}

// people joins the roster and the accounts. The roster can be replaced while
// the service runs.
type people struct {
	roster   atomic.Pointer[cases.Roster]
	version  uint64
	accounts *bot.Accounts
}

// Roster is who there is now.
func (p *people) Roster() *cases.Roster { return p.roster.Load() }

// Active implements bot.People.
func (p *people) Active(ctx context.Context) (map[cases.SupporterID]bool, error) {
	return p.accounts.Active(ctx)
}

// openRoster takes the imported roster, when there is one and the config names
// no file, and follows imports until Close.
func (a *App) openRoster(ctx context.Context) error {
	a.people = &people{accounts: a.Accounts}
	a.people.roster.Store(a.Roster)
	if a.Config.Content.Roster != "" {
		return nil
	}
	if err := a.takeRoster(ctx); err != nil {
		return err
	}
	a.Roster = a.people.Roster()
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	before := a.stop
	a.stop = func() { stop(); before() }
	a.wg.Go(func() { a.followRoster(background) })
	return nil
}

// rosterPause is how often is looked for an import.
const rosterPause = 2 * time.Second

func (a *App) followRoster(ctx context.Context) {
	tick := time.NewTicker(rosterPause)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := a.takeRoster(ctx); err != nil && ctx.Err() == nil {
			a.Log.Error("an imported roster can't be used: the one of before stays", "err", err)
		}
	}
}

// takeRoster uses the imported roster when it is another version.
func (a *App) takeRoster(ctx context.Context) error {
	version, err := a.Store.DocumentVersion(ctx, rosterKind, rosterID)
	if errors.Is(err, bot.ErrNotFound) || err == nil && version == a.people.version {
		return nil
	}
	if err != nil {
		return err
	}
	d, err := a.Store.Document(ctx, rosterKind, rosterID)
	if err != nil {
		return err
	}
	var kept keptRoster
	if err := json.Unmarshal(d.Body, &kept); err != nil {
		return fmt.Errorf("the imported roster: %w", err)
	}
	a.people.version = d.Version // also of one that can't be used: it is told once
	r, err := cases.ParseRoster(kept.File, kept.Data)
	if err != nil {
		return fmt.Errorf("the imported roster: %w", err)
	}
	a.people.roster.Store(r)
	return nil
}

// RosterChange is what an import would do with one supporter.
type RosterChange struct {
	ID     cases.SupporterID `json:"id"`
	Name   string            `json:"name"`
	Change string            `json:"change"` // nieuw, veranderd, weg, gelijk
	Open   int               `json:"open"`   // open cases, which of who is gone go to somebody else
}

// CompareRosters says what is different between the roster of now and another.
func CompareRosters(now, next *cases.Roster, open map[cases.SupporterID]int) []RosterChange {
	var list []RosterChange
	for _, s := range next.Supporters {
		change := RosterChange{s.ID, s.Name, "nieuw", open[s.ID]}
		if old, ok := now.Supporter(s.ID); ok {
			a, _ := json.Marshal(old) // plain values
			b, _ := json.Marshal(s)
			if change.Change = "veranderd"; slices.Equal(a, b) {
				change.Change = "gelijk"
			}
		}
		list = append(list, change)
	}
	for _, s := range now.Supporters {
		if _, ok := next.Supporter(s.ID); !ok {
			list = append(list, RosterChange{s.ID, s.Name, "weg", open[s.ID]})
		}
	}
	return list
}
