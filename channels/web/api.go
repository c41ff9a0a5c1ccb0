package web

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"wegwijzer/bot"
	"wegwijzer/channels"
	"wegwijzer/knowledge"
)

// maxText is how many characters one message may have.
const maxText = 8000

// The kind sentences of this door; the others are the shared ones of a status.
const (
	sayTooLong  = "Uw bericht is te lang. Het mag 8.000 tekens zijn. Knip het in stukken en stuur die na elkaar."
	sayEmpty    = "Uw bericht is leeg. Typ wat u wilt vertellen of kies een antwoord."
	sayBoth     = "Stuur een tekst of een keuze, niet allebei tegelijk."
	sayID       = "Geef elk bericht een eigen id van 1 tot 64 tekens."
	sayUTF8     = "Dit bericht kunnen wij niet lezen: het is geen geldige UTF-8."
	sayJSON     = "Dit bericht kunnen wij niet lezen: het is geen geldige JSON."
	sayGemeente = "Noem een gemeente."
	sayLang     = "Deze taal kennen wij niet. Wij kennen: nl, en, de, tr, pl, uk, ar."
	sayGone     = "Dit gesprek is er niet of niet meer. U kunt een nieuw gesprek beginnen. " +
		"Had u al een cliëntondersteuner? Die moet van de wet soms een deel bewaren. Vraag het daar na."
	sayLastEvent = "Last-Event-ID is geen volgnummer."
)

// open answers POST /api/v1/conversations.
func (w *Web) open(c echo.Context) error {
	var in struct{ Gemeente, Lang string }
	if err := decode(c, &in); err != nil {
		return err
	}
	if in.Gemeente == "" {
		return channels.NewError(http.StatusUnprocessableEntity, sayGemeente, nil)
	}
	g, err := w.gemeente(in.Gemeente)
	if err != nil {
		return err
	}
	lang, err := language(in.Lang)
	if err != nil {
		return channels.NewError(http.StatusUnprocessableEntity, sayLang, err)
	}
	opened, err := w.begin(c, g, lang)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, "/api/v1/conversations/"+string(opened.ID))
	return c.JSON(http.StatusCreated, map[string]string{"id": string(opened.ID), "token": opened.Token})
}

func (w *Web) begin(c echo.Context, g Gemeente, lang knowledge.Lang) (bot.Opened, error) {
	return w.bot.Open(c.Request().Context(), bot.Opening{Gemeente: g.ID, Lang: lang, Channel: bot.ChannelWeb})
}

// send answers POST /api/v1/conversations/{id}/messages: 202 once the message
// is stored for good.
func (w *Web) send(c echo.Context) error {
	id, err := w.authorize(c)
	if err != nil {
		return err
	}
	var in struct{ ID, Text, Choice string }
	if err := decode(c, &in); err != nil {
		return err
	}
	msg := bot.Incoming{Conversation: id, Key: in.ID, Text: in.Text, Choice: in.Choice}
	if err := check(&msg); err != nil {
		return err
	}
	if err := w.server.LimitConversation(c, string(id)); err != nil {
		return err
	}
	receipt, err := w.bot.Receive(c.Request().Context(), msg)
	if err != nil {
		return err
	}
	// A repeat gets the very same answer.
	return c.JSON(http.StatusAccepted, map[string]any{"id": msg.Key, "seq": receipt.Seq})
}

// view answers GET /api/v1/conversations/{id}: the resident's own copy.
func (w *Web) view(c echo.Context) error {
	id, err := w.authorize(c)
	if err != nil {
		return err
	}
	v, err := w.bot.View(c.Request().Context(), id)
	if err != nil {
		return err
	}
	if v.Messages == nil {
		v.Messages = []bot.Message{} // the contract says an array
	}
	return c.JSON(http.StatusOK, v)
}

// erase answers DELETE /api/v1/conversations/{id}.
func (w *Web) erase(c echo.Context) error {
	id, err := w.authorize(c)
	if err != nil {
		return err
	}
	if err := w.bot.Erase(c.Request().Context(), id); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// authorize reads the bearer token and asks the bot whether it opens the
// conversation in the address.
func (w *Web) authorize(c echo.Context) (bot.ConversationID, error) {
	scheme, token, ok := strings.Cut(c.Request().Header.Get(echo.HeaderAuthorization), " ")
	token = strings.TrimSpace(token)
	if !ok || !strings.EqualFold(scheme, "bearer") || token == "" || len(token) > 512 {
		return "", echo.ErrUnauthorized
	}
	id := bot.ConversationID(c.Param("id"))
	err := w.bot.Authorize(c.Request().Context(), id, token)
	if err != nil && bot.KindOf(err) == bot.KindUnauthorized {
		// One answer for a wrong token, another's conversation, an erased one and
		// one that never was: nobody learns which.
		err = channels.NewError(http.StatusNotFound, sayGone, err)
	}
	return id, err
}

// check trims a message and refuses what no conversation can use.
func check(m *bot.Incoming) error {
	m.Text, m.Choice = strings.TrimSpace(m.Text), strings.TrimSpace(m.Choice)
	switch {
	case m.Key == "" || len(m.Key) > 64 || strings.IndexFunc(m.Key, notPlain) >= 0:
		return channels.NewError(http.StatusUnprocessableEntity, sayID, nil)
	case m.Text == "" && m.Choice == "":
		return channels.NewError(http.StatusUnprocessableEntity, sayEmpty, nil)
	case m.Text != "" && m.Choice != "":
		return channels.NewError(http.StatusUnprocessableEntity, sayBoth, nil)
	case utf8.RuneCountInString(m.Text) > maxText || len(m.Choice) > 256:
		return channels.NewError(http.StatusRequestEntityTooLarge, sayTooLong, nil)
	}
	return nil
}

// notPlain says whether a character may not stand in a message's id.
func notPlain(r rune) bool { return r <= ' ' || r > '~' }

// decode reads one JSON object in UTF-8 and nothing after it, whatever the
// content type says: `curl -d` says form. Another site's page is refused before.
func decode(c echo.Context, into any) error {
	body, err := io.ReadAll(c.Request().Body)
	if err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return err
		}
		return channels.NewError(http.StatusBadRequest, "", err)
	}
	if !utf8.Valid(body) {
		return channels.NewError(http.StatusBadRequest, sayUTF8, nil)
	}
	if err := json.Unmarshal(body, into); err != nil {
		// The error may quote the body: it goes nowhere.
		return channels.NewError(http.StatusBadRequest, sayJSON, nil)
	}
	return nil
}

// language reads a language code such as "nl" or "nl-NL"; none means Dutch.
func language(s string) (knowledge.Lang, error) {
	if s == "" {
		return knowledge.NL, nil
	}
	code, _, _ := strings.Cut(strings.ToLower(s), "-")
	return knowledge.ParseLang(code)
}
