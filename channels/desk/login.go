package desk

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"wegwijzer/bot"
	"wegwijzer/bot/cases"
	"wegwijzer/channels"
)

// loginData is what login.html shows.
type loginData struct {
	frame
	Name, After, Trouble string
}

// loginPage answers GET /desk/login.
func (d *Desk) loginPage(c echo.Context, _ *seat) error {
	data := loginData{frame: d.frame("Inloggen", nil), After: after(c.QueryParam("naar"))}
	if c.QueryParam("uit") != "" {
		data.Notice = "U bent uitgelogd. Tot de volgende keer."
	}
	return d.render(c, http.StatusOK, "login.html", data)
}

// sayWrong is the same for an unknown name and a wrong password.
const sayWrong = "De naam of het wachtwoord klopt niet. Kijk het nog eens na."

// login answers POST /desk/login.
func (d *Desk) login(c echo.Context, _ *seat) error {
	name, password := strings.TrimSpace(c.FormValue("naam")), c.FormValue("wachtwoord")
	data := loginData{frame: d.frame("Inloggen", nil), Name: name, After: after(c.FormValue("naar"))}
	if name == "" || password == "" || len(name) > 200 || len(password) > 4*maxPassword {
		data.Trouble = "Vul uw naam en uw wachtwoord in."
		return d.render(c, http.StatusUnprocessableEntity, "login.html", data)
	}
	id := d.find(name)
	key, client := "known "+string(id), channels.Network(c.RealIP())
	if id == "" {
		key = "unknown " + strings.ToLower(name)
	}
	if wait := d.attempts.start(key, client, d.cfg.Clock()); wait > 0 {
		return d.tooMany(c, data, wait)
	}
	ok, err := d.check(c, id, password)
	if err != nil {
		return err
	}
	if !ok {
		data.Trouble = sayWrong
		c.Response().Header().Set(echo.HeaderWWWAuthenticate, `Form realm="desk"`)
		return d.render(c, http.StatusUnauthorized, "login.html", data)
	}
	d.attempts.succeeded(key, client)
	if err := d.begin(c, id); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, data.After)
}

func (d *Desk) tooMany(c echo.Context, data loginData, wait time.Duration) error {
	minutes := int(math.Ceil(wait.Minutes()))
	c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	data.Trouble = fmt.Sprintf("Het inloggen ging een paar keer mis. Wacht %s en probeer het dan opnieuw. "+
		"Weet u uw wachtwoord niet meer? Vraag uw beheerder om een nieuwe link.", count(minutes, "minuut", "minuten"))
	return d.render(c, http.StatusTooManyRequests, "login.html", data)
}

// check says whether the password is that of an account that may be used; it
// takes as long for one that isn't there.
func (d *Desk) check(c echo.Context, id cases.SupporterID, password string) (bool, error) {
	acc, err := d.accounts.Account(c.Request().Context(), id)
	if err != nil && !errors.Is(err, bot.ErrNotFound) {
		return false, err
	}
	hash := acc.Password
	person, listed := d.roster().Supporter(id)
	welcome := err == nil && listed && !person.Disabled && acc.CanLogin()
	if !welcome {
		hash = ""
	}
	ok, err := d.hashing.matches(c.Request().Context(), hash, password)
	return ok && welcome, err
}

// logout answers POST /desk/logout: the session ends here, not only in the
// browser.
func (d *Desk) logout(c echo.Context, _ *seat) error {
	token, _ := fromCookie(c)
	if token == "" {
		return d.sendToLogin(c)
	}
	if _, err := d.accounts.Session(c.Request().Context(), token); errors.Is(err, bot.ErrNotFound) {
		c.SetCookie(cookie("", -1))
		return d.sendToLogin(c)
	}
	if err := d.accounts.EndSession(c.Request().Context(), token); err != nil {
		return err
	}
	c.SetCookie(cookie("", -1))
	return c.Redirect(http.StatusSeeOther, "/desk/login?uit=1")
}
