package app

import (
	"time"

	"wegwijzer/channels"
	"wegwijzer/channels/desk"
	"wegwijzer/knowledge"
)

// desk is the supporters' door.
func (a *App) desk(typing *channels.Typing) (*desk.Desk, error) {
	cfg := desk.Config{
		Roster: a.Roster, Now: a.people.Roster, URL: a.Config.Server.URL, Example: a.Config.Content.Roster == "", Location: amsterdam(),
		Typing: typing, Log: a.Log,
		Clock: func() time.Time { return a.Bot.Clock() }, Gemeenten: map[knowledge.GemeenteID]string{},
	}
	for _, g := range a.Config.Gemeente {
		cfg.Gemeenten[knowledge.GemeenteID(g.ID)] = g.Name
	}
	return desk.New(a.Bot, a.Accounts, cfg)
}
