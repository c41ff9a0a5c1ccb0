package bot

import (
	"context"
	"fmt"

	"wegwijzer/bot/cases"
)

// Erase destroys a conversation everywhere.
func (b *Bot) Erase(ctx context.Context, id ConversationID) error {
	_, err := b.EraseNamed(ctx, id, cases.ActorBot)
	return err
}

// EraseNamed is Erase by somebody, which the audit log keeps when there was a
// case, and says where it looked. What the case reports without a name stays.
func (b *Bot) EraseNamed(ctx context.Context, id ConversationID, by cases.Actor) ([]string, error) {
	defer b.locks.Lock(id)()
	b.tokens.Remove(id)
	helped := b.report(ctx, id)
	where, err := b.Eraser.Erase(ctx, id)
	if err != nil {
		return where, fmt.Errorf("erase: %w", err)
	}
	if helped {
		if err := b.Store.Log(ctx, id, []cases.Event{{At: b.Clock().UTC(), Actor: string(by), Action: "erased"}}); err != nil {
			b.Log.Error("log that a case was erased", "conversation", id, "err", err)
		}
	}
	b.wake(ctx, id)
	return where, nil
}
