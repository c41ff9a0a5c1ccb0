package bot

import (
	"context"
	"slices"

	"wegwijzer/dialogs"
	"wegwijzer/dialogs/plan"
)

// Plan returns the resident's plan to be read or printed; KindNotFound when
// none was made.
func (b *Bot) Plan(ctx context.Context, id ConversationID) (plan.Document, error) {
	conv, err := b.Store.Load(ctx, id)
	if err != nil {
		return plan.Document{}, err
	}
	d, ok := b.Engine.PlanDocument(&conv.State, b.Gemeenten[conv.Gemeente].Facts.Name)
	if !ok {
		return d, Errorf(KindNotFound, "Er is in dit gesprek nog geen plan gemaakt.", "no plan in the conversation")
	}
	return d, nil
}

// readable leaves out what a supporter may not read: the turns about a plan
// that the resident kept. What danger was said in them stays.
func readable(s *dialogs.State, list []Message) []Message {
	private := false
	return slices.DeleteFunc(list, func(m Message) bool {
		if m.From != FromBot {
			private = m.From == FromResident && s.Private(uint64(m.Seq))
		}
		return private && m.Kind != dialogs.KindCrisis && m.Kind != dialogs.KindNotice
	})
}
