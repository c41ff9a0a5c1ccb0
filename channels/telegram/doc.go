// Package telegram is the door for Telegram: updates come in by webhook or
// long polling and go to the bot, what the bot committed goes out as messages.
//
// A Door holds one client for each configured bot. Door.Register adds the
// webhook's addresses, Door.Poller fetches updates where there is no public
// address, Door.Deliver is what bot.Sender calls, and Door.Run does what may
// get lost without harm (answers to button presses, the sentence that asks for
// words instead of a voice message).
//
// An update is acknowledged after the bot has kept it, never before. Its key
// is "tg:<bot>:<update_id>", so Telegram may repeat it. A chat's conversation
// is found by its address "<bot>:<chat id>". Nothing here logs what people
// write, their names, their chat ids or a token.
package telegram
