package hsds

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"

	"github.com/labstack/echo/v4"
)

// page is one page of a list, as HSDS has it.
type page struct {
	TotalItems int   `json:"total_items"`
	TotalPages int   `json:"total_pages"`
	PageNumber int   `json:"page_number"`
	Size       int   `json:"size"` // of this page
	First      bool  `json:"first_page"`
	Last       bool  `json:"last_page"`
	Empty      bool  `json:"empty"`
	Contents   []any `json:"contents"`
}

// answer sends the page of a list that q asks for, or all of it as ndjson.
// show makes one item; usual is the size of a page when none is asked for.
func answer[T any](c echo.Context, v *view, q *query, list []T, usual int, show func(T) any) error {
	size, number, lines := q.number("per_page", usual, max(maxPage, usual)), q.number("page", 1, math.MaxInt32), q.ndjson()
	if q.err != nil {
		return q.err
	}
	if lines {
		return stream(c, v, list, show)
	}
	p := page{TotalItems: len(list), TotalPages: (len(list) + size - 1) / size, PageNumber: number, Contents: []any{}}
	from := min(len(list), (number-1)*size)
	for _, item := range list[from:min(len(list), from+size)] {
		p.Contents = append(p.Contents, show(item))
	}
	p.Size = len(p.Contents)
	p.First, p.Last, p.Empty = number == 1, number >= p.TotalPages, p.Size == 0
	return send(c, v, p)
}

// stream sends one item a line.
func stream[T any](c echo.Context, v *view, list []T, show func(T) any) error {
	answerFor(c.Response().Header(), `"`+v.kaart.Stamp()+`"`)
	c.Response().Header().Set(echo.HeaderContentType, "application/x-ndjson; charset=utf-8")
	c.Response().WriteHeader(http.StatusOK)
	out := json.NewEncoder(c.Response())
	for _, item := range list {
		if err := out.Encode(show(item)); err != nil {
			return fmt.Errorf("send ndjson: %w", err)
		}
	}
	return nil
}
