// Package app is the roof: the only place that wires the parts together. It
// may import every floor; nothing imports it but the command.
package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"wegwijzer/bot"
	"wegwijzer/bot/cases"
	"wegwijzer/bot/config"
	"wegwijzer/dialogs"
	"wegwijzer/dialogs/guard"
	"wegwijzer/dialogs/plan"
	"wegwijzer/knowledge"
	"wegwijzer/knowledge/index"
	"wegwijzer/knowledge/kaart"
	"wegwijzer/knowledge/nlu"
)

// App is the service without its doors.
type App struct {
	Config   config.Config
	Store    Store
	Bot      *bot.Bot
	Accounts *bot.Accounts
	Engine   *dialogs.Engine
	Guard    *guard.Guard
	Model    *nlu.Model
	// Roster is who there was at the start; see People.Roster for now.
	Roster *cases.Roster
	people *people
	Log    *slog.Logger
	kaart  *directory
	// dialogsSeen is the fingerprint of the folder with own dialogs when it was
	// read; 0 has them read again.
	dialogsSeen uint64
	unlock      func() error
	stop        context.CancelFunc
	wg          sync.WaitGroup
}

// Open wires the service. exclusive takes the folder's lock, so that two
// services don't run on one folder; commands beside a running service don't.
// On Redis many services run beside each other, and there is no lock.
func Open(ctx context.Context, cfg config.Config, log *slog.Logger, exclusive bool) (*App, error) {
	a := &App{Config: cfg, Log: log, unlock: func() error { return nil }}
	if err := a.knowledge(); err != nil {
		return nil, err
	}
	var err error
	if exclusive && cfg.Store.RedisURL == "" {
		if a.unlock, err = lockFolder(cfg.Store.Dir); err != nil {
			return nil, err
		}
	}
	if err := a.open(ctx); err != nil {
		return nil, errors.Join(err, a.unlock())
	}
	return a, nil
}

// knowledge loads everything that needs no store.
func (a *App) knowledge() (err error) {
	if a.Model, err = nlu.Embedded(); err != nil {
		return fmt.Errorf("the model: %w", err)
	}
	if a.Guard, err = guard.New(guard.Embedded()); err != nil {
		return fmt.Errorf("the crisis guard: %w", err)
	}
	if own := dialogFolder(a.Config); own != nil {
		a.dialogsSeen, _ = fingerprint(own) // a folder that can't be read fails below
	}
	library, err := LoadDialogs(a.Config)
	if err != nil {
		return fmt.Errorf("the dialogs: %w", err)
	}
	a.Engine = dialogs.New(library.Base(), a.Model)
	a.Engine.Use(library)
	if a.Roster, err = LoadRoster(a.Config); err != nil {
		return fmt.Errorf("the roster: %w", err)
	}
	return nil
}

func (a *App) open(ctx context.Context) error {
	var err error
	if a.Store, err = openStore(ctx, a.Config, a.Log); err != nil {
		return err
	}
	a.Accounts = bot.NewAccounts(a.Store)
	if err := a.openKaart(ctx); err != nil {
		return errors.Join(fmt.Errorf("the sociale kaart: %w", err), a.Store.Close())
	}
	if err := a.openRoster(ctx); err != nil {
		a.stop()
		a.wg.Wait()
		return errors.Join(fmt.Errorf("the roster: %w", err), a.Store.Close())
	}
	gemeenten := map[knowledge.GemeenteID]bot.Gemeente{}
	for _, g := range a.Config.Gemeente {
		terms, err := g.Terms()
		if err != nil {
			return errors.Join(err, a.Store.Close())
		}
		gemeenten[knowledge.GemeenteID(g.ID)] = bot.Gemeente{
			Facts: g.Facts(), Local: g.Local(), Terms: terms, Wlz: g.Wlz(), Retention: time.Duration(g.RetentionDays) * 24 * time.Hour,
		}
	}
	waker, _ := a.Store.(bot.Waker) // one node alone has none
	a.Bot = bot.New(bot.Parts{
		Store: a.Store, Cases: a.Store, Eraser: a.Store, Timers: a.Store, Waker: waker, Engine: a.Engine, Guard: a.Guard,
		Directory: a.kaart, People: a.people, Gemeenten: gemeenten, Reports: a.Store, Log: a.Log,
	})
	return nil
}

// Close ends the parts in reverse order. It is harmless when called twice.
func (a *App) Close() error {
	a.stop()
	a.wg.Wait()
	return errors.Join(a.Store.Close(), a.unlock())
}

// directory answers questions from the index; the index can be replaced while
// questions are answered.
type directory struct {
	index  atomic.Pointer[index.Index]
	model  *nlu.Model
	limits kaart.Limits
}

// openKaart indexes the kaart and follows its imports until Close.
func (a *App) openKaart(ctx context.Context) error {
	kept := &Kaarten{a.Store, kaartLimits(a.Config)}
	current, version, err := kept.Current(ctx)
	if err != nil {
		return err
	}
	a.kaart = &directory{model: a.Model, limits: kept.limits}
	if err := a.kaart.use(current); err != nil {
		return err
	}
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	a.stop = stop
	a.wg.Go(func() {
		a.kaart.follow(background, kept, version, func(err error) { a.Log.Error("an import can't be used", "err", err) })
	})
	return nil
}

// use makes a kaart the one that is searched.
func (d *directory) use(k *kaart.Kaart) error {
	x, err := index.New(k, index.WithUnderstander(understander{d.model}), index.WithLimits(d.limits))
	if err != nil {
		return err
	}
	d.index.Store(x)
	return nil
}

// cards is how many services a search hands to the dialog, which shows a few
// and keeps those that were shown before out.
const cards = 9

// Find implements bot.Directory.
func (d *directory) Find(ctx context.Context, q bot.Question) (dialogs.Found, error) {
	query := index.Query{
		Text: q.Text, Gemeente: string(q.Gemeente), Levensgebieden: q.Levensgebieden,
		Doelgroepen: q.Doelgroepen, Now: q.Now, Limit: cards,
	}
	res, err := d.index.Load().Search(ctx, query)
	if err == nil && !res.Answerable && q.Terms != "" {
		query.Text = q.Terms
		res, err = d.index.Load().Search(ctx, query)
	}
	if err != nil {
		return dialogs.Found{}, err
	}
	zone := amsterdam()
	found := dialogs.Found{Answerable: res.Answerable}
	// What nobody has checked comes after what somebody has.
	slices.SortStableFunc(res.Hits, func(a, b index.Hit) int {
		return cmp.Compare(unchecked(a), unchecked(b))
	})
	for _, h := range res.Hits {
		card := h.Service.Card(q.Lang, q.Now.In(zone))
		card.Why = strings.Join(h.Why, " ")
		found.Cards = append(found.Cards, card)
		if q.Compare {
			found.Offers = append(found.Offers, plan.OfferOf(d.index.Load().Kaart(), h.Service, card, q.Lang == knowledge.EN))
		}
	}
	return found, nil
}

// unchecked is 1 for a service without a date of checking, else 0.
func unchecked(h index.Hit) int {
	if h.Service.AssuredDate == "" {
		return 1
	}
	return 0
}

func amsterdam() *time.Location {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		return time.UTC
	}
	return zone
}
