// Package dialogs holds the conversation: it listens, orders, asks one thing
// at a time and can be corrected. It is pure: Next takes a state, an input and
// facts, and returns a state, replies and requests. It has no clock, no store
// and no network; what it needs from above comes in as Facts, what it wants
// done goes back up as Requests, and the bot answers a request within the same
// turn by calling Next again.
//
// Behaviour is content: the dialogs stand in flows/*.toml, what they say in
// flows/texts/<language>/*.toml. No sentence that a resident reads stands in
// Go code.
package dialogs
