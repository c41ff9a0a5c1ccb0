package desk

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"wegwijzer/bot"
	"wegwijzer/channels"
)

// notices are the sentences for what was just done; the address carries the
// code only.
func notices(code string) string {
	text, ok := map[string]string{
		"opgepakt":   "U heeft deze vraag opgepakt. De inwoner ziet uw naam en leest wat u schrijft.",
		"verstuurd":  "Uw antwoord is verstuurd.",
		"contact":    "Het contact is genoteerd. Nu loopt de termijn voor een afspraak.",
		"terug":      "Het gesprek is terug bij de wegwijzer. De inwoner weet dat.",
		"afgesloten": "De vraag is afgesloten. De inwoner weet dat.",
	}[code]
	if !ok {
		return ""
	}
	return text
}

// asks says whether the page's script sent the request: it wants a status, not
// a page.
func asks(c echo.Context) bool {
	return strings.HasPrefix(c.Request().Header.Get(echo.HeaderAccept), "application/json")
}

// done sends the browser on after an action.
func done(c echo.Context, path, code string) error {
	if asks(c) {
		return c.JSON(http.StatusOK, map[string]string{"status": code})
	}
	return c.Redirect(http.StatusSeeOther, path+"?bericht="+code)
}

func casePath(c echo.Context) string { return "/desk/case/" + c.Param("id") }

// failed shows the case again with what stood in the way; nothing that was
// typed is lost.
func (d *Desk) failed(c echo.Context, who *seat, err error) error {
	kind := bot.KindOf(err)
	if asks(c) || kind == bot.KindInternal || kind == bot.KindNotFound {
		return err
	}
	data, lookErr := d.look(c, who)
	if lookErr != nil {
		return err // no longer to be seen: the first reason is the one to tell
	}
	p := d.server.Problem(err)
	data.Trouble, data.Draft = p.Detail, c.FormValue("tekst")
	if key := c.FormValue("id"); key != "" && len(key) <= 100 {
		data.Key = key // the same words again are the same answer
	}
	if kind == bot.KindConflict && !data.ForMe {
		data.Trouble = data.Owner + " was u net voor en helpt deze inwoner nu."
	}
	return d.render(c, p.Status, "case.html", data)
}

func (d *Desk) take(c echo.Context, who *seat) error {
	if err := d.bot.Take(c.Request().Context(), who.ID, caseID(c)); err != nil {
		return d.failed(c, who, err)
	}
	return done(c, casePath(c), "opgepakt")
}

// answer answers POST /desk/case/:id/answer. The key in the form makes one
// answer of a form that is sent twice.
func (d *Desk) answer(c echo.Context, who *seat) error {
	key := c.FormValue("id")
	if key == "" || len(key) > 100 {
		return channels.NewError(http.StatusUnprocessableEntity, "Het formulier is niet compleet. Laad de pagina opnieuw.", nil)
	}
	text := strings.TrimSpace(strings.ReplaceAll(c.FormValue("tekst"), "\r\n", "\n"))
	if text == "" {
		return d.failed(c, who, bot.Errorf(bot.KindInvalid, "Schrijf eerst een antwoord.", "empty answer"))
	}
	receipt, err := d.bot.Answer(c.Request().Context(), who.ID, caseID(c), key, text)
	if err != nil {
		if bot.KindOf(err) == bot.KindTooLarge {
			err = bot.Errorf(bot.KindTooLarge, "Uw antwoord is te lang voor één bericht. Deel het op in stukken.", "answer: %w", err)
		}
		return d.failed(c, who, err)
	}
	if asks(c) {
		return c.JSON(http.StatusOK, map[string]any{"seq": receipt.Seq})
	}
	return c.Redirect(http.StatusSeeOther, casePath(c)+"?bericht=verstuurd#laatste")
}

// typing answers POST /desk/case/:id/typing, which the page's script sends now
// and then while its owner writes.
func (d *Desk) typing(c echo.Context, who *seat) error {
	v, err := d.bot.Look(c.Request().Context(), who.ID, caseID(c))
	if err != nil {
		return err
	}
	if err := v.Case.Answer(who.ID); err != nil {
		return channels.NewError(http.StatusConflict, "Deze vraag is niet (meer) bij u.", err)
	}
	d.cfg.Typing.Signal(bot.ConversationID(caseID(c)))
	return c.NoContent(http.StatusNoContent)
}

func (d *Desk) contact(c echo.Context, who *seat) error {
	if err := d.bot.LogContact(c.Request().Context(), who.ID, caseID(c)); err != nil {
		return d.failed(c, who, err)
	}
	return done(c, casePath(c), "contact")
}

func (d *Desk) handBack(c echo.Context, who *seat) error {
	if err := d.bot.HandBack(c.Request().Context(), who.ID, caseID(c)); err != nil {
		return d.failed(c, who, err)
	}
	return done(c, "/desk/", "terug")
}

func (d *Desk) close(c echo.Context, who *seat) error {
	reason := c.FormValue("uitkomst")
	if !slices.ContainsFunc(outcomes(), func(o outcome) bool { return o.ID == reason }) {
		return d.failed(c, who, bot.Errorf(bot.KindInvalid, "Kies eerst hoe het is afgelopen.", "unknown outcome"))
	}
	if err := d.bot.Close(c.Request().Context(), who.ID, caseID(c), reason); err != nil {
		return d.failed(c, who, err)
	}
	return done(c, "/desk/", "afgesloten")
}
