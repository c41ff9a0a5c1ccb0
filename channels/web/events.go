package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"wegwijzer/bot"
	"wegwijzer/channels"
	"wegwijzer/dialogs"
)

// batch is how many messages a stream reads at once.
const batch = 200

// events answers GET /api/v1/conversations/{id}/events with Server-Sent
// Events, from Last-Event-ID on, until the reader leaves or the server stops.
func (w *Web) events(c echo.Context) error {
	id, err := w.authorize(c)
	if err != nil {
		return err
	}
	after, err := lastEventID(c.Request())
	if err != nil {
		return err
	}
	release, err := w.server.OpenStream(c)
	if err != nil {
		return err
	}
	defer release()
	wake, stop := w.bot.Watch(id)
	defer stop()
	typing, quiet := w.cfg.Typing.Watch(id)
	defer quiet()
	s := &stream{w: w, c: c, id: id, after: after}
	if err := s.begin(); err != nil {
		return s.end(err)
	}
	beat := time.NewTicker(w.cfg.Heartbeat)
	defer beat.Stop()
	for {
		select {
		case <-c.Request().Context().Done():
			return nil
		case <-w.server.Closing():
			return nil
		case <-wake:
			err = s.news()
		case <-typing:
			err = s.write("event: typing\ndata: {}\n\n")
		case <-beat.C:
			err = s.write(":\n\n")
		}
		if err != nil {
			return s.end(err)
		}
	}
}

// lastEventID is the seq after which the reader wants to go on.
func lastEventID(r *http.Request) (bot.Seq, error) {
	h := strings.TrimSpace(r.Header.Get("Last-Event-ID"))
	if h == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(h, 10, 63)
	if err != nil {
		return 0, channels.NewError(http.StatusBadRequest, sayLastEvent, err)
	}
	return bot.Seq(n), nil
}

// stream is one reader of one conversation.
type stream struct {
	w      *Web
	c      echo.Context
	out    *channels.Stream
	id     bot.ConversationID
	after  bot.Seq
	status string // the last status sent, as JSON
}

// begin sends the head, the status, and what there is to read. An error before
// the head is an ordinary answer.
func (s *stream) begin() error {
	first, err := s.w.bot.Messages(s.c.Request().Context(), s.id, s.after, batch)
	if err != nil {
		return err
	}
	if s.out, err = channels.BeginStream(s.c); err != nil {
		return err
	}
	if err := s.write("retry: 2000\n\n"); err != nil {
		return err
	}
	if err := s.tellStatus(); err != nil {
		return err
	}
	if err := s.messages(first); err != nil || len(first) < batch {
		return err
	}
	_, err = s.rest()
	return err
}

// news sends what came since. A wake without a message is a change of status.
func (s *stream) news() error {
	n, err := s.rest()
	if err != nil || n > 0 {
		return err
	}
	return s.tellStatus()
}

// rest sends all messages that there are and says how many.
func (s *stream) rest() (int, error) {
	for n := 0; ; {
		list, err := s.w.bot.Messages(s.c.Request().Context(), s.id, s.after, batch)
		if err != nil {
			return n, err
		}
		n += len(list)
		if err := s.messages(list); err != nil || len(list) < batch {
			return n, err
		}
	}
}

// messages writes a list in one go. A message that goes with a change of
// status comes after it, so that a supporter's words have their name.
func (s *stream) messages(list []bot.Message) error {
	if len(list) == 0 {
		return nil
	}
	var b strings.Builder
	changes := false
	for i := range list {
		m := &list[i]
		text, err := json.Marshal(m)
		if err != nil {
			return fmt.Errorf("message %d: %w", m.Seq, err)
		}
		fmt.Fprintf(&b, "id: %d\nevent: message\ndata: %s\n\n", m.Seq, text)
		s.after = m.Seq
		changes = changes || m.From == bot.FromSupporter || (m.Kind != "" && m.Kind != dialogs.KindMessage)
	}
	if changes {
		if err := s.tellStatus(); err != nil {
			return err
		}
	}
	return s.write(b.String())
}

// end closes a stream after an error. Once the answer has begun, all that is
// left is to end it: the reader comes back and is told then what is the matter.
func (s *stream) end(err error) error {
	if !s.c.Response().Committed {
		return err
	}
	s.w.cfg.Log.Debug("stream ended", "err", err)
	return nil
}

func (s *stream) tellStatus() error {
	status, supporter, err := s.w.bot.Status(s.c.Request().Context(), s.id)
	if err != nil {
		return err
	}
	text, err := json.Marshal(map[string]any{"status": status, "supporter": supporter})
	if err != nil {
		return fmt.Errorf("status: %w", err)
	}
	if string(text) == s.status {
		return nil
	}
	s.status = string(text)
	return s.write("event: status\ndata: " + s.status + "\n\n")
}

// write sends a piece at once.
func (s *stream) write(text string) error { return s.out.Write(text) }
