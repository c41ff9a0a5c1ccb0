package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/go-telegram/bot/models"
)

const (
	pollWait     = 25 * time.Second // how long Telegram may wait for an update
	pollMaxBody  = 16 << 20
	pollFirst    = time.Second // pause after a failure, doubled each time
	pollLongest  = 30 * time.Second
	pollConflict = "a webhook is set: delete it first (wegwijzer telegram delete-webhook)"
)

// allowedUpdates are the kinds of update that the channel uses.
func allowedUpdates() []string {
	return []string{
		models.AllowedUpdateMessage, models.AllowedUpdateEditedMessage,
		models.AllowedUpdateCallbackQuery, models.AllowedUpdateMyChatMember,
	}
}

// Poller fetches a bot's updates where there is no public address. Its offset
// moves on only after the bot has kept an update: what a crash leaves behind
// comes again.
type Poller struct {
	d *Door
	c *client
}

// Poller returns the poller of a configured bot.
func (d *Door) Poller(name string) (*Poller, error) {
	c := d.bots[name]
	if c == nil {
		return nil, fmt.Errorf("telegram bot %q is not configured", name)
	}
	return &Poller{d, c}, nil
}

// Run fetches until ctx ends and returns nil then; failures are logged and
// tried again. Only one Run of a bot may be active anywhere.
func (p *Poller) Run(ctx context.Context) error {
	var offset int64
	pause := pollFirst
	for ctx.Err() == nil {
		list, err := p.fetch(ctx, offset)
		if err == nil {
			offset, err = p.handle(ctx, list, offset)
		}
		if err == nil {
			pause = pollFirst
			continue
		}
		if ctx.Err() != nil {
			break
		}
		p.d.log.Warn("fetch updates", "bot", p.c.cfg.Name, "err", err, "again_in", pause)
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		pause = min(2*pause, pollLongest)
	}
	return nil
}

// handle takes updates in order and returns the offset behind the last one
// that is done with.
func (p *Poller) handle(ctx context.Context, list []json.RawMessage, offset int64) (int64, error) {
	for _, raw := range list {
		var id struct {
			ID int64 `json:"update_id"`
		}
		if err := json.Unmarshal(raw, &id); err != nil || id.ID <= 0 {
			p.d.log.Warn("something that is no update was passed over", "bot", p.c.cfg.Name)
			continue
		}
		u, err := decode(raw)
		if err == nil {
			turn, cancel := context.WithTimeout(ctx, handleTime)
			err = p.d.take(turn, p.c, u)
			cancel()
		} else {
			p.d.log.Warn("an update that can't be read was passed over", "bot", p.c.cfg.Name)
			err = nil
		}
		if err != nil {
			return offset, err
		}
		offset = id.ID + 1
	}
	return offset, nil
}

// fetch is getUpdates. The library's own loop confirms what is still only in
// memory, so this is ours.
func (p *Poller) fetch(ctx context.Context, offset int64) ([]json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, pollWait+10*time.Second)
	defer cancel()
	body, err := json.Marshal(map[string]any{
		"offset": offset, "timeout": int(pollWait.Seconds()), "limit": 100, "allowed_updates": allowedUpdates(),
	})
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.c.cfg.APIURL+"/bot"+p.c.cfg.Token+"/getUpdates", bytes.NewReader(body))
	if err != nil {
		return nil, errors.New("telegram.api_url is no address") // the cause holds the token
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := p.c.http.Do(req)
	if err != nil {
		var ue *url.Error
		if errors.As(err, &ue) {
			err = ue.Err // without the address, which holds the token
		}
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode == http.StatusConflict {
		return nil, errors.New(pollConflict)
	}
	var a struct {
		OK     bool              `json:"ok"`
		Code   int               `json:"error_code"`
		Result []json.RawMessage `json:"result"`
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, pollMaxBody)).Decode(&a); err != nil {
		return nil, fmt.Errorf("%w (status %d)", errStrange, res.StatusCode)
	}
	if !a.OK {
		return nil, fmt.Errorf("telegram answered %d", a.Code)
	}
	return a.Result, nil
}
