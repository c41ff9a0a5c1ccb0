package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"

	"wegwijzer/bot"
	"wegwijzer/channels"
	"wegwijzer/channels/web"
	"wegwijzer/knowledge"
)

// Serve opens the doors and answers on ln until ctx ends. It closes ln.
func (a *App) Serve(ctx context.Context, ln net.Listener) error {
	s, err := a.server()
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	var m *metrics
	if a.Config.Metrics.Addr != "" {
		m = newMetrics(a) // before the first turn
	}
	work, err := a.pushed(s, m)
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	// What runs beside the server ends after it: an answer that was just
	// committed may still be sent.
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	var wg sync.WaitGroup
	if w := a.Bot.Waker; w != nil {
		work = append(work, func(ctx context.Context) error { return w.Subscribe(ctx, a.Bot.Heard) })
	}
	if m != nil {
		work = append(work, func(ctx context.Context) error { return a.serveMetrics(ctx, m) })
	}
	for _, run := range append(work, a.Bot.RunTimers, a.Bot.RunReconciler, a.followDialogs) {
		wg.Go(func() {
			if err := run(background); err != nil {
				a.Log.Error("work beside the server ended", "err", err)
			}
		})
	}
	err = s.Serve(ctx, ln)
	stop()
	wg.Wait()
	return err
}

// pushed mounts the channels that are sent to and returns what must run for
// them. m may be nil.
func (a *App) pushed(s *channels.Server, m *metrics) ([]func(context.Context) error, error) {
	reach := map[bot.Channel]bot.Deliver{}
	sender := bot.NewSender(m.counting(a.Store), reach, a.Log)
	if a.Config.Store.RedisURL == "" {
		sender.Owner = "embedded" // the folder is ours alone: no old lease to wait for
	}
	door, err := a.telegram()
	if err != nil || door == nil {
		return nil, err
	}
	reach[bot.ChannelTelegram] = door
	a.Bot.OnCommit = sender.Wake
	door.Register(s.Echo())
	polls, err := pollers(door, a.Config)
	return append(polls, sender.Run, door.Run), err
}

func (a *App) server() (*channels.Server, error) {
	var proxies []netip.Prefix
	for _, p := range a.Config.Server.TrustedProxies {
		prefix, err := netip.ParsePrefix(p)
		if err != nil {
			return nil, fmt.Errorf("server.trusted_proxies: %w", err)
		}
		proxies = append(proxies, prefix)
	}
	s := channels.NewServer(channels.Config{
		TrustedProxies: proxies, Limits: a.limits(), Ready: a.Store.Ready, Log: a.Log,
		SecurityContact: a.Config.Server.SecurityContact,
	})
	typing := channels.NewTyping()
	door, err := a.web(typing)
	if err != nil {
		return nil, err
	}
	door.Mount(s)
	balie, err := a.desk(typing)
	if err != nil {
		return nil, err
	}
	balie.Mount(s)
	return s, a.hsds(s)
}

// limits are the channels' own, with the numbers of the config; half a minute's
// worth may come at once.
func (a *App) limits() channels.Limits {
	c := a.Config.Limits
	if !c.Enabled {
		return channels.Limits{}
	}
	l := channels.DefaultLimits()
	l.Client = channels.Rate{PerMinute: c.Client, Burst: max(1, c.Client/2)}
	l.Conversation = channels.Rate{PerMinute: c.Conversation, Burst: max(1, c.Conversation/2)}
	return l
}

func (a *App) web(typing *channels.Typing) (*web.Web, error) {
	cfg := web.Config{Example: true, Location: amsterdam(), Typing: typing, Log: a.Log}
	for _, g := range a.Config.Gemeente {
		cfg.Gemeenten = append(cfg.Gemeenten, web.Gemeente{
			ID: knowledge.GemeenteID(g.ID), Name: g.Name, Phone: g.Phone, Hours: g.Walkin, Sites: g.Sites,
		})
	}
	return web.New(a.Bot, cfg)
}

// FirstLink returns the token of the one-time link with which the first
// supporter sets a password; "" when there is an account or link already.
func (a *App) FirstLink(ctx context.Context) (string, error) {
	first, err := a.Accounts.First(ctx)
	if err != nil || !first {
		return "", err
	}
	return a.Accounts.Invite(ctx, "", []bot.Role{bot.RoleOndersteuner, bot.RoleCoordinator, bot.RoleBeheerder}, a.Bot.Clock())
}
