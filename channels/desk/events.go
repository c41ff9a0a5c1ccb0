package desk

import (
	"fmt"
	"hash/fnv"
	"time"

	"github.com/labstack/echo/v4"

	"wegwijzer/bot"
	"wegwijzer/channels"
)

// A stream of the desk carries no content, only that there is news: the page
// then asks for it as it would for itself, with all that is checked there.
const (
	eventNews = "event: nieuws\ndata: {}\n\n"
	eventGone = "event: weg\ndata: {}\n\n"
	beat      = ":\n\n"
)

// caseEvents answers GET /desk/case/:id/events.
func (d *Desk) caseEvents(c echo.Context, who *seat) error {
	id := caseID(c)
	if _, err := d.bot.Look(c.Request().Context(), who.ID, id); err != nil {
		return err
	}
	wake, stop := d.bot.Watch(bot.ConversationID(id))
	defer stop()
	return d.stream(c, wake, nil, nil)
}

// queueEvents answers GET /desk/events: news when anything in the queue is
// other than it was.
func (d *Desk) queueEvents(c echo.Context, who *seat) error {
	before, err := d.fingerprint(c, who)
	if err != nil {
		return err
	}
	tick := time.NewTicker(d.cfg.Pace)
	defer tick.Stop()
	return d.stream(c, nil, tick.C, func() (bool, error) {
		after, err := d.fingerprint(c, who)
		changed := after != before
		before = after
		return changed, err
	})
}

// stream tells of news until the reader leaves, may no longer read, or the
// server stops.
func (d *Desk) stream(c echo.Context, wake <-chan struct{}, tick <-chan time.Time, changed func() (bool, error)) error {
	release, err := d.server.OpenStream(c)
	if err != nil {
		return err
	}
	defer release()
	s, err := channels.BeginStream(c)
	if err != nil {
		return err
	}
	// What came between the page and this stream is news too.
	err = s.Write("retry: 2000\n\n" + eventNews)
	heart := time.NewTicker(d.cfg.Heartbeat)
	defer heart.Stop()
	for err == nil {
		select {
		case <-c.Request().Context().Done():
			return nil
		case <-d.server.Closing():
			return nil
		case <-wake:
			err = s.Write(eventNews)
		case <-tick:
			var news bool
			if news, err = changed(); err == nil && news {
				err = s.Write(eventNews)
			}
		case <-heart.C:
			err = d.heartbeat(c, s)
		}
	}
	d.cfg.Log.Debug("desk: stream ended", "err", err)
	return nil
}

// heartbeat ends a stream whose session ended: by logout, by time, or because
// the account was closed.
func (d *Desk) heartbeat(c echo.Context, s *channels.Stream) error {
	if _, err := d.sit(c.Request().Context(), c); err != nil {
		if werr := s.Write(eventGone); werr != nil {
			return werr
		}
		return err
	}
	return s.Write(beat)
}

// fingerprint is one number for what the queue shows.
func (d *Desk) fingerprint(c echo.Context, who *seat) (uint64, error) {
	rows, err := d.rows(c, who)
	if err != nil {
		return 0, err
	}
	h := fnv.New64a()
	for i := range rows {
		r := &rows[i]
		_, _ = fmt.Fprintln(h, r.ID, r.Status, r.Supporter, r.Urgent, r.Due.UnixMilli(), r.Updated.UnixMilli()) // never fails
	}
	return h.Sum64(), nil
}
