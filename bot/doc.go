// Package bot takes one turn of a conversation and keeps it safe: receive,
// order, commit, deliver. This page is the map of the house.
//
// # Floors
//
// Imports only go down; tests/arch_test.go holds the table.
//
//	channels/   doors: web (API, widget), telegram, desk            floor 4
//	bot/        one turn and its keeping; cases; store              floor 3
//	dialogs/    the conversation, pure                              floor 2
//	knowledge/  sociale kaart, search, understanding (spaGO)        floor 1
//	bot/app     the roof: the only place that wires parts together
//
// # The road of one message
//
//  1. A door (channels/web, channels/telegram, the terminal) decodes it and
//     calls Bot.Receive with the conversation and a key of the sender's.
//  2. Under the conversation's lock the bot loads it, masks personal data,
//     asks the crisis guard, and, while the bot owns the conversation, calls
//     dialogs.Engine.Next. What the engine requests (search, escalate) the
//     bot does and calls Next again within the turn.
//  3. One conditional Commit keeps it all: the key, the resident's message,
//     the new state, the replies, the deliveries, the case. Only then the
//     door answers. A conflict loads and tries again; a repeat of the key
//     yields the first receipt.
//  4. The web reads the committed log by seq. For channels that are pushed to
//     (Telegram), the commit wrote deliveries; the Sender hands them to the
//     channel's Deliver in order.
//
// # Whose conversation
//
// cases.Case.Status says whose it is. In one place, turn.run, the engine is
// skipped while a human owns the conversation; then the only thing the
// service writes is a notice, and the store refuses anything else.
package bot
