package main

import (
	"context"
	"encoding/json"

	"wegwijzer/bot/app"
)

// store moves the embedded store to Redis.
func (c *command) store(ctx context.Context, args []string) error {
	if len(args) == 0 || args[0] != "copy" {
		return usage{"kies copy"}
	}
	f := flags("store")
	file := f.String("config", "", "")
	asJSON := f.Bool("json", false, "")
	if _, err := parse(f, args[1:], 0); err != nil {
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
