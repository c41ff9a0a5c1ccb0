package botapi

import (
	"fmt"
	"net/http"
	"time"
)

// Fault is one way in which a call goes wrong. The zero value is none.
type Fault struct {
	// Code is an error answer: 429, 500, 403, … 0 is none.
	Code int
	// RetryAfter goes with 429, in seconds.
	RetryAfter int
	Text       string // the answer's description; "" is the usual one
	// HTML answers Code as a proxy does: with a page that is no JSON.
	HTML bool
	// Hang says nothing for so long, then cuts the connection.
	Hang time.Duration
	// Accept does what was asked first; the answer is what fails.
	Accept bool
	// Drop cuts the connection instead of answering.
	Drop bool
}

// TooMany is the answer when a limit is passed; it says how long to wait.
func TooMany(seconds int) Fault { return Fault{Code: http.StatusTooManyRequests, RetryAfter: seconds} }

// Internal is Telegram's own failure.
func Internal() Fault { return Fault{Code: http.StatusInternalServerError} }

// BadGateway is a page instead of an answer.
func BadGateway() Fault { return Fault{Code: http.StatusBadGateway, HTML: true} }

// Blocked is the answer when a person has blocked the bot.
func Blocked() Fault {
	return Fault{Code: http.StatusForbidden, Text: "Forbidden: bot was blocked by the user"}
}

// LostAnswer does what was asked and cuts the connection before the answer.
func LostAnswer() Fault { return Fault{Accept: true, Drop: true} }

// Timeout never answers and does nothing.
func Timeout(d time.Duration) Fault { return Fault{Hang: d, Drop: true} }

func (f Fault) none() bool { return f == Fault{} }

// fail answers a call with the fault.
func (f Fault) fail(w http.ResponseWriter, r *http.Request) {
	if f.Hang > 0 {
		select {
		case <-time.After(f.Hang):
		case <-r.Context().Done():
		}
	}
	if f.Drop || f.Code == 0 {
		panic(http.ErrAbortHandler)
	}
	if f.HTML {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(f.Code)
		_, _ = fmt.Fprintf(w, "<html><body><h1>%d</h1></body></html>", f.Code)
		return
	}
	text := f.Text
	if text == "" {
		text = http.StatusText(f.Code)
	}
	a := answer{ErrorCode: f.Code, Description: text}
	if f.RetryAfter > 0 {
		a.Parameters = map[string]any{"retry_after": f.RetryAfter}
		a.Description = fmt.Sprintf("Too Many Requests: retry after %d", f.RetryAfter)
	}
	a.write(w)
}
