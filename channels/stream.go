package channels

import (
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// streamWriteTime is how long one write to a stream may take before the reader
// is taken for gone.
const streamWriteTime = 30 * time.Second

// Stream is an answer of Server-Sent Events that has begun.
type Stream struct {
	c  echo.Context
	rc *http.ResponseController
}

// BeginStream sends the head of a stream. The server's timeouts are for
// requests; a stream has no end. An error before the head is an ordinary
// answer.
func BeginStream(c echo.Context) (*Stream, error) {
	s := &Stream{c: c, rc: http.NewResponseController(c.Response())}
	if err := s.rc.SetReadDeadline(time.Time{}); err != nil {
		return nil, fmt.Errorf("lift read deadline: %w", err)
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "text/event-stream; charset=utf-8")
	h.Set("X-Accel-Buffering", "no") // nginx in front must not hold events back
	c.Response().WriteHeader(http.StatusOK)
	return s, nil
}

// Write sends a piece at once.
func (s *Stream) Write(text string) error {
	if err := s.rc.SetWriteDeadline(time.Now().Add(streamWriteTime)); err != nil {
		return fmt.Errorf("set write deadline: %w", err)
	}
	if _, err := s.c.Response().Write([]byte(text)); err != nil {
		return err
	}
	return s.rc.Flush()
}
