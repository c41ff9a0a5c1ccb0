package channels

import (
	"errors"
	"net/http"

	"wegwijzer/bot"
)

// statusOf is the one table from a kind of error to an HTTP status.
func statusOf(k bot.ErrorKind) int {
	switch k {
	case bot.KindInvalid:
		return http.StatusUnprocessableEntity
	case bot.KindUnauthorized:
		return http.StatusUnauthorized
	case bot.KindForbidden:
		return http.StatusForbidden
	case bot.KindNotFound:
		return http.StatusNotFound
	case bot.KindConflict:
		return http.StatusConflict
	case bot.KindTooLarge:
		return http.StatusRequestEntityTooLarge
	case bot.KindTooMany:
		return http.StatusTooManyRequests
	case bot.KindUnavailable:
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

// fromBot reads an error of the floors below; ok is false for any other. The
// sentence is empty when the error brings none.
func fromBot(err error) (code int, public string, ok bool) {
	var e *bot.Error
	if errors.As(err, &e) {
		return statusOf(e.Kind), e.Public, true
	}
	kind := bot.KindOf(err)
	return statusOf(kind), "", kind != bot.KindInternal
}
