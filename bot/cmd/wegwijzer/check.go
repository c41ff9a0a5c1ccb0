package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"wegwijzer/bot"
	"wegwijzer/bot/app"
	"wegwijzer/bot/config"
	"wegwijzer/bot/scripts"
	"wegwijzer/dialogs"
	"wegwijzer/dialogs/guard"
	"wegwijzer/knowledge"
	"wegwijzer/knowledge/kaart"
	"wegwijzer/knowledge/nlu"
)

// check reads everything that a start would read and names each fault; then it
// measures the texts, says what a language lacks, and plays a gemeente's own
// conversations.
func (c *command) check(ctx context.Context, args []string) error {
	f := flags("check")
	file := f.String("config", "", "")
	folder := f.String("dialogs", "", "")
	play := f.String("scripts", "", "")
	lang := f.String("lang", "", "")
	asJSON := f.Bool("json", false, "")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	cfg, err := c.config(*file)
	if err != nil {
		return err
	}
	if *folder != "" {
		cfg.Content.Dialogs = *folder
	}
	library, err := app.LoadDialogs(cfg)
	_, rosterErr := app.LoadRoster(cfg)
	_, guardErr := guard.New(guard.Embedded())
	example, kaartErr := kaart.Example()
	if err := errors.Join(err, rosterErr, guardErr, kaartErr, checkModel()); err != nil {
		return err
	}
	if *lang != "" {
		return c.missing(library.Base(), *lang)
	}
	findings := review(library)
	var played played
	if *play != "" {
		played, err = playFolder(ctx, cfg, *play)
	}
	if err := errors.Join(c.report(findings, *asJSON), err); err != nil {
		return err
	}
	base := library.Base()
	if *asJSON {
		return json.NewEncoder(c.out).Encode(map[string]int{
			"gemeenten": len(cfg.Gemeente), "dialogen": len(base.Flows), "teksten": len(base.Texts.Keys(knowledge.NL)),
			"eigen": len(library.Own()), "diensten": len(example.Services()), "gesprekken": played.n,
		})
	}
	c.printf("in orde: %d gemeenten, %d dialogen, %d teksten, %d diensten in het voorbeeld\n",
		len(cfg.Gemeente), len(base.Flows), len(base.Texts.Keys(knowledge.NL)), len(example.Services()))
	if *play != "" {
		c.printf("%d gesprekken gespeeld in %s\n", played.n, *play)
	}
	return nil
}

// review gathers the findings of all gemeenten, each once.
func review(library *dialogs.Library) []dialogs.Finding {
	now := time.Now()
	list := library.Base().Review(now)
	seen := map[string]bool{}
	for _, f := range list {
		seen[f.String()] = true
	}
	for _, g := range library.Own() {
		for _, f := range library.For(g).Review(now) {
			if !seen[f.String()] {
				seen[f.String()] = true
				list = append(list, f)
			}
		}
	}
	return list
}

// report prints advice and returns what must be mended.
func (c *command) report(list []dialogs.Finding, asJSON bool) error {
	var wrong []error
	for _, f := range list {
		switch {
		case f.Wrong:
			wrong = append(wrong, errors.New(f.String()))
		case asJSON:
			if err := json.NewEncoder(c.out).Encode(f); err != nil {
				return err
			}
		default:
			c.printf("let op: %s\n", f)
		}
	}
	return errors.Join(wrong...)
}

// missing lists every text that a language lacks, as lines that can be pasted
// into its files.
func (c *command) missing(content *dialogs.Content, code string) error {
	lang, err := knowledge.ParseLang(code)
	if err != nil {
		return usage{err.Error()}
	}
	for _, key := range content.Missing(lang) {
		c.printf("%s = %q\n", key, content.Texts.Say(knowledge.NL, false, key, nil))
	}
	return nil
}

// checkModel says when the model is older than the examples it should know.
func checkModel() error {
	model, err := nlu.Embedded()
	if err != nil {
		return err
	}
	stamp, err := nlu.ExamplesStamp()
	if err != nil {
		return err
	}
	if model.Stamp() != stamp {
		return errors.New("the model is older than its examples: run wegwijzer nlu retrain and build again")
	}
	return nil
}

// played counts the conversations that were played.
type played struct{ n int }

// playFolder plays every conversation of a folder on a service of its own, in
// a folder that is gone afterwards. Every one that fails is in the error.
func playFolder(ctx context.Context, cfg config.Config, folder string) (played, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.txtar"))
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("%s holds no conversations (*.txtar)", folder)
	}
	if err != nil {
		return played{}, err
	}
	var done played
	var failed []error
	for _, file := range files {
		data, err := os.ReadFile(filepath.Clean(file))
		if err != nil {
			return done, err
		}
		list, err := scripts.Parse(file, string(data))
		failed = append(failed, err)
		n, err := playAll(ctx, cfg, list)
		done.n += n
		failed = append(failed, err)
	}
	return done, errors.Join(failed...)
}

// playAll plays conversations on one service; one that moves the clock gets a
// service of its own.
func playAll(ctx context.Context, cfg config.Config, list []scripts.Script) (n int, err error) {
	var shared, alone []scripts.Script
	for _, s := range list {
		if s.MovesClock() {
			alone = append(alone, s)
		} else {
			shared = append(shared, s)
		}
	}
	groups := [][]scripts.Script{shared}
	for _, s := range alone {
		groups = append(groups, []scripts.Script{s})
	}
	var failed []error
	for _, g := range groups {
		if len(g) > 0 {
			failed = append(failed, playGroup(ctx, cfg, g))
			n += len(g)
		}
	}
	return n, errors.Join(failed...)
}

func playGroup(ctx context.Context, cfg config.Config, list []scripts.Script) (err error) {
	dir, err := os.MkdirTemp("", "wegwijzer-check-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	cfg.Store.Dir, cfg.Store.RedisURL = dir, ""
	a, err := app.Open(ctx, cfg, slog.New(slog.DiscardHandler), true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	for i := range a.Roster.Supporters {
		a.Roster.Supporters[i].Capacity = 0 // nobody is ever full here
	}
	var moved atomic.Int64
	a.Bot.Clock = func() time.Time { return time.Now().Add(time.Duration(moved.Load())) }
	doors := map[string]scripts.Opener{}
	for _, ch := range []bot.Channel{bot.ChannelWeb, bot.ChannelTelegram, bot.ChannelTerminal} {
		doors[string(ch)] = scripts.Direct(a.Bot, ch)
	}
	var failed []error
	for _, s := range list {
		p := &scripts.Player{Bot: a.Bot, Doors: doors, Move: func(d time.Duration) { moved.Add(int64(d)) }}
		failed = append(failed, p.Play(s, string(bot.ChannelWeb)))
	}
	return errors.Join(failed...)
}
