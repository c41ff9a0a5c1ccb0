package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"wegwijzer/dialogs/guard"
	"wegwijzer/knowledge"
	"wegwijzer/knowledge/nlu"
)

// understood is one line of `understand --json`.
type understood struct {
	nlu.Understanding
	Moment *knowledge.Moment     `json:"moment"`
	Crisis *knowledge.CrisisKind `json:"crisis"`
}

func (c *command) understand(_ context.Context, args []string) error {
	f := flags("understand")
	asJSON := f.Bool("json", false, "")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	model, err := nlu.Embedded()
	if err != nil {
		return err
	}
	g, err := guard.New(guard.Embedded())
	if err != nil {
		return err
	}
	in := bufio.NewScanner(c.in)
	in.Buffer(make([]byte, 1<<16), 8<<20)
	out := bufio.NewWriter(c.out)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for in.Scan() {
		u := understandLine(model, g, in.Text())
		if *asJSON {
			if err := enc.Encode(u); err != nil {
				return err
			}
			continue
		}
		_, _ = fmt.Fprintln(out, sentence(u))
	}
	if err := in.Err(); err != nil {
		return err
	}
	return out.Flush()
}

func understandLine(model *nlu.Model, g *guard.Guard, text string) understood {
	u := understood{Understanding: model.Understand(text)}
	if u.Levensgebieden == nil {
		u.Levensgebieden = []knowledge.Scored[knowledge.Levensgebied]{}
	}
	if u.Doelgroepen == nil {
		u.Doelgroepen = []knowledge.Doelgroep{}
	}
	if u.Understanding.Moment != "" {
		u.Moment = &u.Understanding.Moment
	}
	if crisis, ok := g.Crisis(text, u.Lang); ok {
		u.Crisis, u.Understanding = &crisis.Kind, u.InCrisis(crisis.Kind)
	}
	return u
}

func sentence(u understood) string {
	areas := make([]string, len(u.Levensgebieden))
	for i, l := range u.Levensgebieden {
		areas[i] = fmt.Sprintf("%s %.2f", l.ID, l.Score)
	}
	text := fmt.Sprintf("%s\n  %s %.2f · %s · taal %s", u.Text, u.Intent.ID, u.Intent.Score, strings.Join(areas, ", "), u.Lang)
	if u.Moment != nil {
		text += " · " + string(*u.Moment)
	}
	if u.Crisis != nil {
		text += " · CRISIS: " + string(*u.Crisis)
	}
	return text
}

// commit is set at build time.
var commit = "onbekend"

// release is the program's version.
const release = "0.1.0"

func (c *command) version(_ context.Context, args []string) error {
	f := flags("version")
	asJSON := f.Bool("json", false, "")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	rev := commit
	if info, ok := debug.ReadBuildInfo(); ok && rev == "onbekend" {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				rev = s.Value
			}
		}
	}
	if *asJSON {
		return json.NewEncoder(c.out).Encode(map[string]string{"version": release, "commit": rev, "go": runtime.Version()})
	}
	c.printf("wegwijzer %s, commit %s, %s\n", release, rev, runtime.Version())
	return nil
}
