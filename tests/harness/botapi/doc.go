// Package botapi is a Telegram Bot API server for tests. It runs on loopback,
// knows every method and type from the machine-readable specification in
// tests/testdata/telegram, and refuses a call as Telegram would: unknown
// method or field, missing or mistyped field, text of 0 or more than 4,096
// UTF-16 units, callback data of more than 64 bytes. It records what was
// called, in order, and can be told to fail in every way that Telegram fails.
//
// A call that breaks the specification is answered 400 and noted as a fault;
// Server.Check fails a test that caused one.
package botapi
