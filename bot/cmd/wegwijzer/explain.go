package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
)

// explainer prints what the dialog engine says of each turn: which step, why,
// what was filled. Other records are left out, errors aside.
type explainer struct{ w io.Writer }

// Enabled implements slog.Handler.
func (e explainer) Enabled(context.Context, slog.Level) bool { return true }

// Handle implements slog.Handler.
func (e explainer) Handle(_ context.Context, r slog.Record) error {
	var err error
	if r.Level >= slog.LevelError {
		_, err = fmt.Fprintf(e.w, "  ! %s\n", r.Message)
	}
	r.Attrs(func(a slog.Attr) bool {
		lines, ok := a.Value.Any().([]string)
		if a.Key == "trace" && ok {
			for _, l := range lines {
				_, err = fmt.Fprintf(e.w, "  · %s\n", l)
			}
		}
		return err == nil
	})
	return err
}

// WithAttrs implements slog.Handler.
func (e explainer) WithAttrs([]slog.Attr) slog.Handler { return e }

// WithGroup implements slog.Handler.
func (e explainer) WithGroup(string) slog.Handler { return e }
