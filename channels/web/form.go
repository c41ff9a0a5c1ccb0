package web

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"wegwijzer/bot"
	"wegwijzer/channels"
)

// cookieName is the cookie of a conversation without JavaScript. The prefix
// makes browsers refuse it from anywhere but this host over https; on plain
// http Chromium takes it from localhost only, not from 127.0.0.1.
const cookieName = "__Host-wegwijzer"

// answerTime is how long a form waits for the bot's answer, so that the page
// that follows has it.
const answerTime = 2500 * time.Millisecond

// form answers POST /chat/{gemeente}, the page without JavaScript, and sends
// the browser on to the page.
func (w *Web) form(c echo.Context) error {
	g, err := w.gemeente(c.Param("gemeente"))
	if err != nil {
		return err
	}
	if err := c.Request().ParseForm(); err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return err
		}
		return channels.NewError(http.StatusBadRequest, "", err)
	}
	back := chatAddress(g, pageLang(c))
	switch c.FormValue("actie") {
	case "weg":
		c.SetCookie(cookie("", -1))
		return c.Redirect(http.StatusSeeOther, w.cfg.Exit)
	case "wis":
		if id, ok := w.fromCookie(c); ok {
			if err := w.bot.Erase(c.Request().Context(), id); err != nil {
				return err
			}
		}
		c.SetCookie(cookie("", -1))
		return c.Redirect(http.StatusSeeOther, back)
	}
	if err := w.say(c, g); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, back+"#laatste")
}

// say passes on what the form says, in a new conversation when there is none.
func (w *Web) say(c echo.Context, g Gemeente) error {
	in := bot.Incoming{Key: c.FormValue("id"), Text: c.FormValue("tekst"), Choice: c.FormValue("keuze")}
	if !utf8.ValidString(in.Text + in.Choice + in.Key) {
		return channels.NewError(http.StatusBadRequest, sayUTF8, nil)
	}
	begin := c.FormValue("actie") == "begin"
	if !begin {
		if err := check(&in); err != nil {
			return err
		}
	}
	id, ok := w.fromCookie(c)
	if ok {
		v, err := w.bot.View(c.Request().Context(), id)
		if err != nil {
			return err
		}
		ok = v.Gemeente == g.ID
	}
	if !ok {
		opened, err := w.begin(c, g, pageLang(c))
		if err != nil {
			return err
		}
		id = opened.ID
		c.SetCookie(cookie(string(id)+"."+opened.Token, 0))
	}
	in.Conversation = id
	if err := w.server.LimitConversation(c, string(id)); err != nil {
		return err
	}
	wake, stop := w.bot.Watch(id)
	defer stop()
	if !begin {
		if _, err := w.bot.Receive(c.Request().Context(), in); err != nil {
			return err
		}
	}
	w.awaitAnswer(c.Request().Context(), id, wake)
	return nil
}

// awaitAnswer waits until the last word isn't the resident's, or a moment: the
// page shows what there is and asks again.
func (w *Web) awaitAnswer(ctx context.Context, id bot.ConversationID, wake <-chan struct{}) {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	for {
		v, err := w.bot.View(ctx, id)
		if err != nil || live(v) {
			return
		}
		if n := len(v.Messages); n > 0 && v.Messages[n-1].From != bot.FromResident {
			return
		}
		select {
		case <-wake:
		case <-ctx.Done():
			return
		}
	}
}

// fromCookie is the conversation that the cookie opens, when it does.
func (w *Web) fromCookie(c echo.Context) (bot.ConversationID, bool) {
	ck, err := c.Cookie(cookieName)
	if err != nil {
		return "", false
	}
	id, token, ok := strings.Cut(ck.Value, ".")
	if !ok || id == "" || token == "" || len(ck.Value) > 512 {
		return "", false
	}
	if err := w.bot.Authorize(c.Request().Context(), bot.ConversationID(id), token); err != nil {
		return "", false
	}
	return bot.ConversationID(id), true
}

// cookie holds a conversation for as long as the browser is open; a negative
// age takes it away.
func cookie(value string, age int) *http.Cookie {
	return &http.Cookie{
		Name: cookieName, Value: value, Path: "/", MaxAge: age,
		Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode, Partitioned: true,
	}
}
