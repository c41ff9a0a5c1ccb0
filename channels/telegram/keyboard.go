package telegram

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"

	"wegwijzer/bot"
	"wegwijzer/dialogs"
)

// maxData is how many bytes a button may carry.
const maxData = 64

// hashMark begins the data of a choice whose id is too long.
const hashMark = "#"

// dataOf is what the button of a choice carries: its id, or a hash of it.
func dataOf(id string) string {
	if id != "" && len(id) <= maxData && !strings.HasPrefix(id, hashMark) {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return hashMark + base64.RawURLEncoding.EncodeToString(sum[:16])
}

// keyboard and button are the library's types without its field copy_text,
// which it always writes: a button may do one thing only.
type keyboard struct {
	Rows [][]button `json:"inline_keyboard"`
}

type button struct {
	Text string `json:"text"`
	Data string `json:"callback_data"`
}

// keyboardOf has one choice a row; nil when there are none.
func keyboardOf(choices []dialogs.Choice) *keyboard {
	if len(choices) == 0 {
		return nil
	}
	k := &keyboard{}
	for _, c := range choices {
		label := strings.TrimSpace(c.Label)
		if label == "" {
			label = c.ID
		}
		k.Rows = append(k.Rows, []button{{Text: label, Data: dataOf(c.ID)}})
	}
	return k
}

// choice finds the id behind a button's data; data that is no hash of
// anything that was offered stays as it is.
func (d *Door) choice(ctx context.Context, id bot.ConversationID, data string) (string, error) {
	if !strings.HasPrefix(data, hashMark) {
		return data, nil
	}
	conv, err := d.cfg.Store.Load(ctx, id)
	if err != nil {
		return "", err
	}
	for _, offered := range conv.State.Offered {
		if dataOf(offered) == data {
			return offered, nil
		}
	}
	list, err := d.cfg.Store.Messages(ctx, id, 0, 0)
	if err != nil {
		return "", err
	}
	for _, m := range slices.Backward(list) {
		for _, c := range m.Choices {
			if dataOf(c.ID) == data {
				return c.ID, nil
			}
		}
	}
	return data, nil
}
