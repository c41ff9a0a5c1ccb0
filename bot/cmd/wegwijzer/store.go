package main

import (
	"context"
	"encoding/json"
	"fmt"

	"wegwijzer/bot/app"
	"wegwijzer/bot/store"
)

// store does what concerns the store as a whole.
func (c *command) store(ctx context.Context, args []string) error {
	if len(args) > 0 {
		switch args[0] {
		case "copy":
			return c.storeCopy(ctx, args[1:])
		case "rotate-key":
			return c.storeRotate(ctx, args[1:])
		case "erasures":
			return c.storeErasures(ctx, args[1:])
		case "replay-erasures":
			return c.storeReplay(ctx, args[1:])
		}
	}
	return usage{"kies copy, rotate-key, erasures of replay-erasures"}
}

// storeCopy moves the embedded store to Redis.
func (c *command) storeCopy(ctx context.Context, args []string) error {
	f := flags("store")
	file := f.String("config", "", "")
	asJSON := f.Bool("json", false, "")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	cfg, err := c.config(*file)
	if err != nil {
		return err
	}
	n, err := app.CopyStore(ctx, cfg, c.progress())
	if err != nil {
		return err
	}
	if *asJSON {
		return json.NewEncoder(c.out).Encode(map[string]int{
			"conversations": n.Conversations, "there": n.There, "messages": n.Messages,
			"documents": n.Documents, "deliveries": n.Deliveries, "erasures": n.Erasures,
		})
	}
	c.printf("gekopieerd en vergeleken: %d gesprekken (%d waren er al) met %d berichten, %d documenten, %d nog te sturen berichten, %d gewiste gesprekken\n",
		n.Conversations, n.There, n.Messages, n.Documents, n.Deliveries, n.Erasures)
	return nil
}

// storeRotate changes store.key.
func (c *command) storeRotate(ctx context.Context, args []string) error {
	f := flags("store")
	file := f.String("config", "", "")
	newKey := f.String("new-key", "", "")
	asJSON := f.Bool("json", false, "")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	cfg, err := c.config(*file)
	if err != nil {
		return err
	}
	r, err := app.RotateKey(ctx, cfg, *newKey, c.progress())
	if r.Made != "" {
		_, _ = fmt.Fprintf(c.err, "wegwijzer store: nieuwe sleutel gemaakt in %s; bewaar dit bestand\n", r.Made)
	}
	if err != nil {
		return err
	}
	if *asJSON {
		return json.NewEncoder(c.out).Encode(map[string]int{
			"conversations": r.Conversations, "messages": r.Messages, "documents": r.Documents, "keyless": r.Keyless,
		})
	}
	c.printf("de opslag heeft een nieuwe sleutel; daarmee geopend: %d gesprekken met %d berichten, %d documenten\n", r.Conversations, r.Messages, r.Documents)
	if r.Keyless > 0 {
		c.printf("%d gesprekken hebben geen eigen sleutel meer: het wissen brak af; wis ze opnieuw\n", r.Keyless)
	}
	if cfg.Store.Key != "" {
		c.printf("zet nu store.key op de inhoud van %s, op elke machine, en start de dienst\n", *newKey)
	}
	return nil
}

// storeErasures prints the list of erasures, to be kept apart from the copies.
func (c *command) storeErasures(ctx context.Context, args []string) error {
	f := flags("store")
	file := f.String("config", "", "")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	cfg, err := c.config(*file)
	if err != nil {
		return err
	}
	return app.ListErasures(ctx, cfg, func(e store.Erasure) error {
		_, err := fmt.Fprintln(c.out, e)
		return err
	})
}

// storeReplay erases again what lists name.
func (c *command) storeReplay(ctx context.Context, args []string) error {
	f := flags("store")
	file := f.String("config", "", "")
	asJSON := f.Bool("json", false, "")
	files, err := parse(f, args, -1)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return usage{"noem een of meer lijsten; zie wegwijzer store erasures"}
	}
	cfg, err := c.config(*file)
	if err != nil {
		return err
	}
	listed, erased, err := app.ReplayErasures(ctx, cfg, files)
	if err != nil {
		return err
	}
	if *asJSON {
		return json.NewEncoder(c.out).Encode(map[string]int{"listed": listed, "erased": erased})
	}
	c.printf("%d gesprekken op de lijst; %d waren er weer en zijn gewist\n", listed, erased)
	return nil
}
