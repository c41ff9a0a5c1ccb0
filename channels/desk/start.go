package desk

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"wegwijzer/bot"
	"wegwijzer/bot/cases"
)

// startData is what start.html shows. Gone means that the link doesn't work.
type startData struct {
	frame
	Token   string
	Gone    bool
	Person  *cases.Supporter // whom the link is for; nil: who uses it says so
	People  []choice
	Trouble string
}

// choice is a person who may use a link that names nobody.
type choice struct {
	ID, Name, Organisation string
	Chosen                 bool
}

// startPage answers GET /desk/start/:token. Looking doesn't use up the link.
func (d *Desk) startPage(c echo.Context, _ *seat) error {
	data, err := d.invited(c)
	if err != nil {
		return err
	}
	if data.Gone {
		return d.render(c, http.StatusGone, "start.html", data)
	}
	return d.render(c, http.StatusOK, "start.html", data)
}

// invited reads the link of a request.
func (d *Desk) invited(c echo.Context) (startData, error) {
	ctx, token := c.Request().Context(), c.Param("token")
	data := startData{frame: d.frame("Welkom", nil), Token: token}
	id, ok, err := d.accounts.Invited(ctx, token, d.cfg.Clock())
	if err != nil {
		return data, err
	}
	if !ok {
		data.Gone = true
		return data, nil
	}
	if id == "" {
		data.People, err = d.strangers(c)
		data.Gone = len(data.People) == 0
		return data, err
	}
	person, listed := d.roster().Supporter(id)
	acc, err := d.accounts.Account(ctx, id)
	if err != nil && !errors.Is(err, bot.ErrNotFound) {
		return data, err
	}
	data.Person, data.Gone = &person, !listed || person.Disabled || acc.Disabled
	return data, nil
}

// strangers are those of the roster without an account: a link that names
// nobody can't take over a colleague's.
func (d *Desk) strangers(c echo.Context) ([]choice, error) {
	list, err := d.accounts.Accounts(c.Request().Context())
	if err != nil {
		return nil, err
	}
	known := map[cases.SupporterID]bool{}
	for _, a := range list {
		known[a.Supporter] = true
	}
	var out []choice
	for _, s := range d.roster().Supporters {
		if !known[s.ID] && !s.Disabled {
			out = append(out, choice{string(s.ID), s.Name, d.roster().OrganisationName(s.Organisation), false})
		}
	}
	return out, nil
}

// start answers POST /desk/start/:token: it sets the password and logs in.
func (d *Desk) start(c echo.Context, _ *seat) error {
	data, err := d.invited(c)
	if err != nil {
		return err
	}
	if data.Gone {
		return d.render(c, http.StatusGone, "start.html", data)
	}
	password := c.FormValue("wachtwoord")
	who := d.chosen(c, &data)
	person, _ := d.roster().Supporter(who)
	if who == "" {
		data.Trouble = "Kies eerst wie u bent."
	} else {
		data.Trouble = weakness(password, person.Name, person.Email)
	}
	if data.Trouble != "" {
		return d.render(c, http.StatusUnprocessableEntity, "start.html", data)
	}
	ctx := c.Request().Context()
	hash, err := d.hashing.hash(ctx, password)
	if err != nil {
		return err
	}
	if _, err := d.accounts.Redeem(ctx, data.Token, who, hash, d.cfg.Clock()); err != nil {
		if bot.KindOf(err) != bot.KindForbidden {
			return err
		}
		data.Gone = true // someone was quicker
		return d.render(c, http.StatusGone, "start.html", data)
	}
	if err := d.begin(c, who); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/desk/")
}

// chosen is who uses the link; "" when that isn't clear.
func (d *Desk) chosen(c echo.Context, data *startData) (who cases.SupporterID) {
	if data.Person != nil {
		return data.Person.ID
	}
	for i := range data.People {
		p := &data.People[i]
		if p.Chosen = p.ID == c.FormValue("wie"); p.Chosen {
			who = cases.SupporterID(p.ID)
		}
	}
	return who
}
