package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"wegwijzer/bot/app"
	"wegwijzer/dialogs"
	"wegwijzer/dialogs/draw"
	"wegwijzer/knowledge"
)

// dialogs lists the dialogs or draws one.
func (c *command) dialogs(_ context.Context, args []string) error {
	if len(args) == 0 || args[0] != "graph" && args[0] != "list" {
		return usage{"kies list of graph"}
	}
	f := flags("dialogs")
	file := f.String("config", "", "")
	folder := f.String("dialogs", "", "")
	gemeente := f.String("gemeente", "", "")
	mermaid := f.Bool("mermaid", false, "")
	out := f.String("out", "", "")
	n := 1
	if args[0] == "list" {
		n = 0
	}
	rest, err := parse(f, args[1:], n)
	if err != nil {
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
	if err != nil {
		return err
	}
	content := library.For(knowledge.GemeenteID(*gemeente))
	if args[0] == "list" {
		c.listDialogs(content)
		return nil
	}
	g, err := draw.Of(content, knowledge.Levensgebied(rest[0]))
	if err != nil {
		return err
	}
	return c.draw(g, *out, *mermaid)
}

// listDialogs prints each levensgebied with the number of its questions.
func (c *command) listDialogs(content *dialogs.Content) {
	for _, l := range append(knowledge.Levensgebieden(), dialogs.General) {
		if flow := content.Flows[l]; flow != nil {
			c.printf("%-22s %d vragen\n", l, len(flow.Steps))
			continue
		}
		c.printf("%-22s geen eigen dialoog: algemeen\n", l)
	}
}

// draw writes a graph to a file, or to the output when none is named.
func (c *command) draw(g *draw.Graph, out string, mermaid bool) (err error) {
	w := c.out
	if out != "" {
		file, err := os.Create(filepath.Clean(out))
		if err != nil {
			return err
		}
		defer func() {
			if closed := file.Close(); err == nil {
				err = closed
			}
		}()
		w = file
	}
	if mermaid {
		_, err := fmt.Fprint(w, g.Mermaid())
		return err
	}
	return g.SVG(w)
}
