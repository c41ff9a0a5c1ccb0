package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"wegwijzer/bot/app"
	"wegwijzer/knowledge/kaart"
)

// change is one line of `kaart history --json`.
type change struct {
	At      string             `json:"at"`
	By      string             `json:"by"`
	Action  string             `json:"action"`
	ID      kaart.ServiceID    `json:"id"`
	Name    string             `json:"name"`
	Changes []kaart.Difference `json:"changes"`
}

// kaartHistory tells who changed what and when, the oldest first.
func (c *command) kaartHistory(ctx context.Context, args []string) error {
	f := flags("kaart")
	config := f.String("config", "", "")
	service := f.String("service", "", "")
	asJSON := f.Bool("json", false, "")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	return c.kaarten(ctx, *config, func(k *app.Kaarten) error {
		out := bufio.NewWriter(c.out)
		e := json.NewEncoder(out)
		e.SetEscapeHTML(false)
		told := 0
		err := k.History(ctx, func(one kaart.Change) error {
			if *service != "" && string(one.ID) != *service {
				return nil
			}
			told++
			if *asJSON {
				return e.Encode(change{one.At.UTC().Format(time.RFC3339), one.By, one.Action, one.ID, one.Name(), append([]kaart.Difference{}, one.Differences()...)})
			}
			_, err := fmt.Fprint(out, changeText(one))
			return err
		})
		if err == nil && told == 0 && !*asJSON {
			_, err = fmt.Fprintln(out, "er is nog niets veranderd")
		}
		return errors.Join(err, out.Flush())
	})
}

// changeText writes a change for people, with what was and what is.
func changeText(one kaart.Change) string {
	var b strings.Builder
	did := map[string]string{"added": "toegevoegd", "changed": "veranderd", "removed": "verwijderd"}[one.Action]
	fmt.Fprintf(&b, "%s  %s  %s: %s (%s)\n", one.At.Local().Format("2006-01-02 15:04"), one.By, did, one.Name(), one.ID)
	list := one.Differences()
	for _, d := range list {
		fmt.Fprintf(&b, "    %s: %s → %s\n", d.Column, cmp.Or(d.Before, "(leeg)"), cmp.Or(d.After, "(leeg)"))
	}
	if len(list) == 0 && one.Action == "changed" {
		fmt.Fprintf(&b, "    %s\n", strings.Join(one.Fields, ", "))
	}
	return b.String()
}

// kaartTemplate writes the spreadsheet to fill in, with one example row.
func (c *command) kaartTemplate(_ context.Context, args []string) error {
	rest, err := parse(flags("kaart"), args, 1)
	if err != nil {
		return err
	}
	encode := kaart.EncodeTemplate
	switch strings.ToLower(filepath.Ext(rest[0])) {
	case ".csv":
		encode = kaart.EncodeTemplateCSV
	case ".xlsx":
	default:
		return usage{fmt.Sprintf("%q: kies een naam die op .xlsx of .csv eindigt", rest[0])}
	}
	out, err := os.OpenFile(filepath.Clean(rest[0]), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) // #nosec G304 G703 -- the operator names the file
	if err != nil {
		return err
	}
	return errors.Join(encode(out), out.Close())
}

// editor is who imports: the name that is given, else the machine's user.
func (c *command) editor(name string) string {
	env := map[string]string{}
	for _, kv := range c.env {
		key, value, _ := strings.Cut(kv, "=")
		env[key] = value
	}
	return cmp.Or(name, env["SUDO_USER"], env["USER"], env["LOGNAME"], env["USERNAME"], "wegwijzer kaart import")
}
