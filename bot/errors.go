package bot

import (
	"errors"
	"fmt"
)

// ErrorKind classes an error for whoever has to answer it; doors map it to a
// status in one table.
type ErrorKind string

// The kinds of error.
const (
	KindInvalid      ErrorKind = "invalid"
	KindUnauthorized ErrorKind = "unauthorized"
	KindForbidden    ErrorKind = "forbidden"
	KindNotFound     ErrorKind = "not-found"
	KindConflict     ErrorKind = "conflict"
	KindTooLarge     ErrorKind = "too-large"
	KindTooMany      ErrorKind = "too-many"
	KindUnavailable  ErrorKind = "unavailable"
	KindInternal     ErrorKind = "internal"
)

// Error has two faces: Err is the cause for the log, Public a sentence in
// plain Dutch for the person.
type Error struct {
	Kind   ErrorKind
	Public string
	Err    error
}

func (e *Error) Error() string {
	if e.Err != nil {
		return e.Err.Error()
	}
	return string(e.Kind)
}

func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an error of a kind with a public sentence and a cause.
func Errorf(kind ErrorKind, public, format string, args ...any) *Error {
	return &Error{Kind: kind, Public: public, Err: fmt.Errorf(format, args...)}
}

// KindOf returns the kind of an error; KindInternal when it has none.
func KindOf(err error) ErrorKind {
	var e *Error
	switch {
	case errors.As(err, &e):
		return e.Kind
	case errors.Is(err, ErrNotFound):
		return KindNotFound
	case errors.Is(err, ErrUnavailable):
		return KindUnavailable
	}
	return KindInternal
}

// Errors that a store returns.
var (
	ErrNotFound    = errors.New("not found")
	ErrConflict    = errors.New("changed by someone else meanwhile")
	ErrUnavailable = errors.New("the store can't be used now")
	ErrOwned       = errors.New("a human owns the conversation: only notices may be written")
)
