package main

import (
	"context"
	"errors"
	"fmt"
	"net"

	"wegwijzer/bot/app"
)

func (c *command) serve(ctx context.Context, args []string) (err error) {
	f := flags("serve")
	file := f.String("config", "", "")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	cfg, err := c.config(*file)
	if err != nil {
		return err
	}
	a, err := app.Open(ctx, cfg, c.logger(cfg), true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", cfg.Server.Addr)
	if err != nil {
		return fmt.Errorf("server.addr: %w", err)
	}
	url := cfg.Server.URL
	if url == "" {
		url = "http://" + ln.Addr().String()
	}
	if err := c.welcome(ctx, a, url); err != nil {
		return errors.Join(err, ln.Close())
	}
	return a.Serve(ctx, ln)
}

// welcome prints what to open.
func (c *command) welcome(ctx context.Context, a *app.App, url string) error {
	c.printf("wegwijzer draait.\n")
	c.printf("  pagina van de gemeente   %s/\n", url)
	c.printf("  chat                     %s/chat/%s\n", url, a.Config.Gemeente[0].ID)
	c.printf("  balie van ondersteuners  %s/desk/\n", url)
	token, err := a.FirstLink(ctx)
	if err != nil {
		return err
	}
	if token != "" {
		c.printf("  eerste keer inloggen     %s/desk/start/%s\n", url, token)
		c.printf("                           (deze link werkt één keer, zeven dagen lang)\n")
	}
	c.printf("  stoppen                  Ctrl-C\n")
	return nil
}
