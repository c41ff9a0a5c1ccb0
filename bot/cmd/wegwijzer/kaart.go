package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"wegwijzer/bot/app"
	"wegwijzer/knowledge/index"
	"wegwijzer/knowledge/kaart"
)

func (c *command) kaart(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return usage{"kies template, import, export, search, check of history"}
	}
	switch args[0] {
	case "import":
		return c.kaartImport(ctx, args[1:])
	case "export":
		return c.kaartExport(ctx, args[1:])
	case "search":
		return c.kaartSearch(ctx, args[1:])
	case "check":
		return c.kaartCheck(ctx, args[1:])
	case "history":
		return c.kaartHistory(ctx, args[1:])
	case "template":
		return c.kaartTemplate(ctx, args[1:])
	}
	return usage{fmt.Sprintf("onbekend: %q; kies template, import, export, search, check of history", args[0])}
}

// kaarten opens the kaart of the config and calls f with it.
func (c *command) kaarten(ctx context.Context, file string, f func(*app.Kaarten) error) error {
	cfg, err := c.config(file)
	if err != nil {
		return err
	}
	k, closeStore, err := app.OpenKaarten(ctx, cfg)
	if err != nil {
		return err
	}
	return errors.Join(f(k), closeStore())
}

func (c *command) kaartImport(ctx context.Context, args []string) error {
	f := flags("kaart")
	config := f.String("config", "", "")
	replace := f.Bool("replace", false, "")
	partial := f.Bool("partial", false, "")
	by := f.String("by", "", "")
	asJSON := f.Bool("json", false, "")
	rest, err := parse(f, args, 1)
	if err != nil {
		return err
	}
	return c.kaarten(ctx, *config, func(k *app.Kaarten) error {
		report, err := k.Import(ctx, rest[0], kaart.ApplyOptions{Replace: *replace, Partial: *partial, By: c.editor(*by), At: time.Now()})
		if err != nil && !errors.Is(err, kaart.ErrRejected) {
			return err
		}
		if *asJSON {
			e := json.NewEncoder(c.out)
			err = errors.Join(e.Encode(map[string]int{
				"added": report.Added, "changed": report.Changed, "unchanged": report.Unchanged,
				"removed": report.Removed, "rejected": len(report.Rejected),
			}), err)
		} else if err == nil {
			c.printf("toegevoegd %d, veranderd %d, gelijk %d, verwijderd %d, geweigerd %d\n",
				report.Added, report.Changed, report.Unchanged, report.Removed, len(report.Rejected))
		}
		for _, w := range report.Warnings {
			_, _ = fmt.Fprintf(c.err, "%s: let op: %s\n", rest[0], w.Error())
		}
		for _, r := range report.Rejected {
			_, _ = fmt.Fprintf(c.err, "%s: %s\n", rest[0], r.Error())
		}
		return err
	})
}

func (c *command) kaartExport(ctx context.Context, args []string) error {
	f := flags("kaart")
	config := f.String("config", "", "")
	format := f.String("format", "hsds-json", "")
	rest, err := parse(f, args, 1)
	if err != nil {
		return err
	}
	if !slices.Contains([]string{"hsds-json", "hsds-csv", "csv", "xlsx"}, *format) {
		return usage{fmt.Sprintf("onbekend formaat %q; kies hsds-json, hsds-csv, csv of xlsx", *format)}
	}
	return c.kaarten(ctx, *config, func(k *app.Kaarten) error {
		out, err := os.OpenFile(filepath.Clean(rest[0]), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) // #nosec G304 G703 -- the operator names the file
		if err != nil {
			return err
		}
		return errors.Join(k.Export(ctx, *format, out), out.Close())
	})
}

// hit is one result of `kaart search --json`.
type hit struct {
	ID    string  `json:"id"`
	Name  string  `json:"name"`
	Score float64 `json:"score"`
}

func (c *command) kaartSearch(ctx context.Context, args []string) error {
	f := flags("kaart")
	config := f.String("config", "", "")
	gemeente := f.String("gemeente", "", "")
	near := f.String("near", "", "")
	asJSON := f.Bool("json", false, "")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	return c.kaarten(ctx, *config, func(k *app.Kaarten) error {
		x, err := k.Index(ctx)
		if err != nil {
			return err
		}
		from := x.Place(*near)
		if *near != "" && !from.Known() {
			return fmt.Errorf("%q: geen plaats of postcode met een plek op de kaart", *near)
		}
		in := bufio.NewScanner(c.in)
		in.Buffer(make([]byte, 1<<16), 8<<20)
		out := bufio.NewWriter(c.out)
		for in.Scan() {
			res, err := x.Search(ctx, index.Query{Text: in.Text(), Gemeente: *gemeente, Near: from, Now: time.Now()})
			if err != nil {
				return err
			}
			if err := printHits(out, in.Text(), res, *asJSON); err != nil {
				return err
			}
		}
		return errors.Join(in.Err(), out.Flush())
	})
}

func printHits(w io.Writer, query string, res index.Result, asJSON bool) error {
	if asJSON {
		hits := make([]hit, 0, len(res.Hits))
		for _, h := range res.Hits {
			hits = append(hits, hit{string(h.Service.ID), h.Service.Name, h.Score})
		}
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		return e.Encode(map[string]any{"query": query, "results": hits, "answerable": res.Answerable})
	}
	_, err := fmt.Fprintln(w, query)
	if !res.Answerable {
		_, err = fmt.Fprintln(w, "  niets gevonden dat past")
		return err
	}
	for _, h := range res.Hits {
		_, err = fmt.Fprintf(w, "  %.2f  %s (%s)\n", h.Score, h.Service.Name, h.Service.ID)
	}
	return err
}

func (c *command) kaartCheck(ctx context.Context, args []string) error {
	f := flags("kaart")
	config := f.String("config", "", "")
	asJSON := f.Bool("json", false, "")
	mails := f.Bool("mail", false, "")
	links := f.Bool("links", false, "")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	return c.kaarten(ctx, *config, func(k *app.Kaarten) error {
		current, _, err := k.Current(ctx)
		if err != nil {
			return err
		}
		list := k.Check(current, kaart.DateOf(time.Now()))
		if *asJSON {
			if err := checkJSON(c.out, list); err != nil {
				return err
			}
		} else {
			c.printChecks(current, list, *mails)
		}
		if *links {
			for _, l := range app.Links(ctx, current, http.DefaultClient) {
				if err := c.deadLink(l, *asJSON); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// printChecks lists what should be checked, by organisation; with the text of
// a mail to each when mails is set.
func (c *command) printChecks(k *kaart.Kaart, list []kaart.Check, mails bool) {
	services := 0
	for _, check := range list {
		c.printf("%s%s\n", check.Name(), map[bool]string{true: "", false: " <" + check.Address() + ">"}[check.Address() == ""])
		for _, i := range check.Items {
			services++
			c.printf("  %s (%s): %s\n", i.Service.Name, i.Service.ID, strings.Join(i.Reasons, "; "))
		}
		if mails {
			c.printf("\n%s\n", check.Mail())
		}
	}
	c.printf("%d diensten, %d te controleren\n", len(k.Services()), services)
}

// checkJSON writes one line a service.
func checkJSON(w io.Writer, list []kaart.Check) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	for _, check := range list {
		for _, i := range check.Items {
			err := e.Encode(map[string]any{
				"id": i.Service.ID, "name": i.Service.Name, "checked_at": i.Service.AssuredDate,
				"organisation": check.Name(), "mail_to": check.Address(), "reasons": i.Reasons,
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *command) deadLink(l app.DeadLink, asJSON bool) error {
	ids := make([]string, len(l.Services))
	for i, s := range l.Services {
		ids[i] = string(s.ID)
	}
	if asJSON {
		return json.NewEncoder(c.out).Encode(map[string]any{"url": l.URL, "ids": ids, "reason": l.Reason})
	}
	c.printf("%s (%s): %s\n", l.URL, strings.Join(ids, ", "), l.Reason)
	return nil
}
