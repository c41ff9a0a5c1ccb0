package desk

import (
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"wegwijzer/bot"
	"wegwijzer/bot/cases"
	"wegwijzer/channels"
)

// teamData is what team.html shows. Link is a new one-time link, for For; it
// is shown once.
type teamData struct {
	frame
	Groups    []teamGroup
	Link, For string
}

// teamGroup is an organisation with its people.
type teamGroup struct {
	Name   string
	People []member
}

type member struct {
	ID, Name, Kind, State string
	CanLink, Renew        bool
	CanDisable, CanEnable bool
}

// team answers GET /desk/collegas.
func (d *Desk) team(c echo.Context, who *seat) error { return d.teamPage(c, who, "", "") }

func (d *Desk) teamPage(c echo.Context, who *seat, link, forWhom string) error {
	list, err := d.accounts.Accounts(c.Request().Context())
	if err != nil {
		return err
	}
	accounts := map[cases.SupporterID]bot.Account{}
	for _, a := range list {
		accounts[a.Supporter] = a
	}
	data := teamData{frame: d.frame("Collega’s", who), Link: link, For: forWhom}
	data.Here = "collegas"
	for _, o := range d.roster().Organisations {
		g := teamGroup{Name: o.Name}
		for _, s := range d.roster().Supporters {
			if s.Organisation == o.ID {
				acc, known := accounts[s.ID]
				g.People = append(g.People, memberOf(who, s, acc, known))
			}
		}
		if len(g.People) > 0 {
			data.Groups = append(data.Groups, g)
		}
	}
	return d.render(c, http.StatusOK, "team.html", data)
}

func memberOf(who *seat, s cases.Supporter, acc bot.Account, known bool) member {
	m := member{ID: string(s.ID), Name: s.Name, Kind: kindName(s)}
	switch {
	case s.Disabled:
		m.State = "Staat niet meer in het rooster"
	case acc.Disabled:
		m.State, m.CanEnable = "Toegang is dicht", true
	case known && acc.Password != "":
		m.State, m.CanDisable, m.Renew = "Kan inloggen", s.ID != who.ID, true
	default:
		m.State = "Kan nog niet inloggen"
	}
	m.CanLink = mayLink(who, s, acc) == ""
	return m
}

func kindName(s cases.Supporter) string {
	kind := words(map[string]string{
		"professional": "professional", "volunteer": "vrijwilliger", "ervaringsdeskundige": "ervaringsdeskundige", "informal": "informele ondersteuner",
	}, string(s.Kind))
	if s.Coordinator {
		kind += ", coördinator"
	}
	return kind
}

// mayLink says why a beheerder may not make a link for someone; "" when they
// may. Whoever has a link can log in as that person: for someone of another
// organisation who already can, that would be a way through the wall between
// organisations.
func mayLink(who *seat, s cases.Supporter, acc bot.Account) string {
	switch {
	case s.Disabled || acc.Disabled:
		return "De toegang van deze collega is dicht."
	case acc.Password != "" && s.Organisation != who.Organisation:
		return "Deze collega werkt bij een andere organisatie en kan al inloggen. De beheerder daar kan een nieuwe link maken."
	}
	return ""
}

// colleague finds the person of a request with the account, a zero one when
// there is none.
func (d *Desk) colleague(c echo.Context) (cases.Supporter, bot.Account, error) {
	s, ok := d.roster().Supporter(cases.SupporterID(c.Param("supporter")))
	if !ok {
		return s, bot.Account{}, channels.NewError(http.StatusNotFound, "Deze collega staat niet in het rooster.", nil)
	}
	acc, err := d.accounts.Account(c.Request().Context(), s.ID)
	if errors.Is(err, bot.ErrNotFound) {
		err = nil
	}
	return s, acc, err
}

// link makes a one-time link and shows it, once.
func (d *Desk) link(c echo.Context, who *seat) error {
	s, acc, err := d.colleague(c)
	if err != nil {
		return err
	}
	if why := mayLink(who, s, acc); why != "" {
		return channels.NewError(http.StatusForbidden, why, nil)
	}
	roles := acc.Roles
	if len(roles) == 0 {
		roles = []bot.Role{bot.RoleOndersteuner}
		if s.Coordinator {
			roles = append(roles, bot.RoleCoordinator)
		}
	}
	token, err := d.accounts.Invite(c.Request().Context(), s.ID, roles, d.cfg.Clock())
	if err != nil {
		return err
	}
	d.cfg.Log.Info("desk: one-time link made", "by", string(who.ID), "for", string(s.ID))
	return d.teamPage(c, who, d.base(c)+"/desk/start/"+token, s.Name)
}

func (d *Desk) base(c echo.Context) string {
	if d.cfg.URL != "" {
		return strings.TrimSuffix(d.cfg.URL, "/")
	}
	return c.Scheme() + "://" + c.Request().Host
}

func (d *Desk) disable(c echo.Context, who *seat) error { return d.setDisabled(c, who, true) }
func (d *Desk) enable(c echo.Context, who *seat) error  { return d.setDisabled(c, who, false) }

// setDisabled closes or opens an account; each request looks at it, so that it
// works at once.
func (d *Desk) setDisabled(c echo.Context, who *seat, disabled bool) error {
	s, acc, err := d.colleague(c)
	if err != nil {
		return err
	}
	if s.ID == who.ID {
		return channels.NewError(http.StatusConflict, "U kunt uw eigen toegang niet sluiten. Vraag een andere beheerder.", nil)
	}
	if acc.Supporter == "" {
		return channels.NewError(http.StatusConflict, "Deze collega heeft nog geen toegang.", nil)
	}
	acc.Disabled = disabled
	if err := d.accounts.SaveAccount(c.Request().Context(), acc); err != nil {
		if errors.Is(err, bot.ErrConflict) {
			err = channels.NewError(http.StatusConflict, "Er veranderde net iets aan deze collega. Probeer het nog eens.", err)
		}
		return err
	}
	d.cfg.Log.Info("desk: account changed", "by", string(who.ID), "for", string(s.ID), "disabled", disabled)
	return c.Redirect(http.StatusSeeOther, "/desk/collegas")
}
