package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"wegwijzer/bot"
	"wegwijzer/bot/cases"
	"wegwijzer/channels"
)

// cookieName's prefix makes browsers refuse the cookie from anywhere but this
// host over a safe connection. Chromium counts 127.0.0.1 and localhost over
// plain http as safe, so that the desk can be tried on one's own machine.
const cookieName = "__Host-desk"

// A session ends after idleTime without use, and at the latest after
// wholeTime.
const (
	idleTime  = time.Hour
	wholeTime = 12 * time.Hour
)

// touchTime is how old "last used" may be before it is written again.
const touchTime = time.Minute

// seat is who is at the desk in a request.
type seat struct {
	cases.Supporter
	account bot.Account
}

// works says whether the person handles cases.
func (s *seat) works() bool {
	return s.account.Has(bot.RoleOndersteuner) || s.account.Has(bot.RoleCoordinator)
}

func (s *seat) may(who access) bool {
	switch who {
	case supporter:
		return s.works()
	case beheerder:
		return s.account.Has(bot.RoleBeheerder)
	default:
		return true
	}
}

// errNobody says that a request has no session that counts.
var errNobody = errors.New("no session")

// background says whether the page's script asks by itself: that is no use of
// the desk by a person.
func background(c echo.Context) bool {
	return c.QueryParam("deel") != "" || strings.HasSuffix(c.Path(), "/events")
}

// guard lets a request through to its handler when its sender may, and turns
// errors into the desk's own pages.
func (d *Desk) guard(r route) echo.HandlerFunc {
	return func(c echo.Context) error {
		channels.SetPolicy(c, channels.Policy{TrustedTypes: true})
		if r.who == everyone {
			return d.explain(c, nil, r.do(c, nil))
		}
		who, err := d.sit(c.Request().Context(), c)
		if errors.Is(err, errNobody) {
			return d.sendToLogin(c)
		}
		if err != nil {
			return d.explain(c, nil, err)
		}
		if !who.may(r.who) {
			return d.explain(c, who, channels.NewError(http.StatusForbidden, "Dit hoort niet bij uw rol.", nil))
		}
		return d.explain(c, who, r.do(c, who))
	}
}

// sit finds the session of a request; errNobody when there is none, or when it
// ended, or when the account or the person is no longer welcome.
func (d *Desk) sit(ctx context.Context, c echo.Context) (*seat, error) {
	token, mark := fromCookie(c)
	if token == "" {
		return nil, errNobody
	}
	s, err := d.accounts.Session(ctx, token)
	if errors.Is(err, bot.ErrNotFound) {
		return nil, errNobody
	}
	if err != nil {
		return nil, err
	}
	now := d.cfg.Clock()
	if !now.Before(s.Until) || now.Sub(s.Seen) >= idleTime {
		return nil, errors.Join(errNobody, d.accounts.EndSession(ctx, token))
	}
	who := &seat{}
	if who.account, err = d.accounts.Account(ctx, s.Supporter); err != nil {
		if errors.Is(err, bot.ErrNotFound) {
			err = errNobody
		}
		return nil, err
	}
	person, listed := d.roster().Supporter(s.Supporter)
	if !listed || person.Disabled || !who.account.CanLogin() || mark != markOf(who.account) {
		return nil, errors.Join(errNobody, d.accounts.EndSession(ctx, token))
	}
	who.Supporter = person
	if now.Sub(s.Seen) >= touchTime && !background(c) {
		s.Seen = now
		if err := d.accounts.TouchSession(ctx, token, s); err != nil {
			return nil, err
		}
	}
	return who, nil
}

// fromCookie reads the session's token and the mark of the password it was
// made with; "" when there is none.
func fromCookie(c echo.Context) (token, mark string) {
	ck, err := c.Cookie(cookieName)
	if err != nil || len(ck.Value) > 200 {
		return "", ""
	}
	token, mark, _ = strings.Cut(ck.Value, ".")
	return token, mark
}

// markOf names an account's password as it is now: a new password ends the
// sessions that began with the old one.
func markOf(a bot.Account) string {
	sum := sha256.Sum256([]byte(a.Password))
	return hex.EncodeToString(sum[:8])
}

// begin gives a person a new session: no token from before the login counts
// after it.
func (d *Desk) begin(c echo.Context, id cases.SupporterID) error {
	ctx, now := c.Request().Context(), d.cfg.Clock()
	if old, _ := fromCookie(c); old != "" {
		if err := d.accounts.EndSession(ctx, old); err != nil {
			return err
		}
	}
	acc, err := d.accounts.Account(ctx, id)
	if err != nil {
		return err
	}
	token, err := d.accounts.StartSession(ctx, bot.Session{Supporter: id, Created: now, Seen: now, Until: now.Add(wholeTime)})
	if err != nil {
		return err
	}
	c.SetCookie(cookie(token+"."+markOf(acc), int(wholeTime.Seconds())))
	return nil
}

// cookie holds a session's token; a negative age takes it away.
func cookie(value string, age int) *http.Cookie {
	return &http.Cookie{
		Name: cookieName, Value: value, Path: "/", MaxAge: age,
		Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}

// sendToLogin answers who isn't logged in: a page that was asked for comes
// after the login; what was sent isn't kept, which the answer says.
func (d *Desk) sendToLogin(c echo.Context) error {
	if c.Request().Method == http.MethodGet && c.QueryParam("deel") == "" {
		return c.Redirect(http.StatusSeeOther, "/desk/login?naar="+url.QueryEscape(c.Request().URL.Path))
	}
	return d.explain(c, nil, channels.NewError(http.StatusUnauthorized,
		"U bent uitgelogd. Er is niets verstuurd. Log opnieuw in.", nil))
}

// returnPath matches where a login may lead to.
var returnPath = regexp.MustCompile(`^/desk/(case/[a-z0-9]{1,64}|collegas)?$`)

// after is where a login leads to: the page that was asked for, when it is one
// of the desk's.
func after(naar string) string {
	if returnPath.MatchString(naar) {
		return naar
	}
	return "/desk/"
}

// find returns the supporter whom someone means by an id, an e-mail address or
// a name; "" when nobody.
func (d *Desk) find(name string) cases.SupporterID {
	name = strings.TrimSpace(name)
	list := d.roster().Supporters
	i := slices.IndexFunc(list, func(s cases.Supporter) bool {
		return strings.EqualFold(string(s.ID), name) || strings.EqualFold(s.Name, name) ||
			s.Email != "" && strings.EqualFold(s.Email, name)
	})
	if i < 0 {
		return ""
	}
	return list[i].ID
}
