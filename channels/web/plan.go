package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"wegwijzer/channels"
	"wegwijzer/channels/paper"
	"wegwijzer/dialogs/plan"
)

// plan answers GET /api/v1/conversations/{id}/plan and …/plan.pdf: the plan as a
// file to keep, a page or a PDF.
func (w *Web) plan(c echo.Context) error {
	id, err := w.authorize(c)
	if err != nil {
		return err
	}
	d, err := w.bot.Plan(c.Request().Context(), id)
	if err != nil {
		return err
	}
	if strings.HasSuffix(c.Path(), ".pdf") {
		return sendPDF(c, d)
	}
	page, err := paper.Page(d, paper.Links{})
	if err != nil {
		return err
	}
	attach(c, d.FileName()+".html")
	return c.HTMLBlob(http.StatusOK, page)
}

// planPage answers GET /chat/{gemeente}/plan and …/plan.pdf for the page without
// JavaScript: the cookie says whose plan it is.
func (w *Web) planPage(c echo.Context) error {
	g, err := w.gemeente(c.Param("gemeente"))
	if err != nil {
		return err
	}
	back := chatAddress(g, pageLang(c))
	id, ok := w.fromCookie(c)
	if !ok {
		return c.Redirect(http.StatusSeeOther, back)
	}
	d, err := w.bot.Plan(c.Request().Context(), id)
	if err != nil {
		return err
	}
	if strings.HasSuffix(c.Path(), ".pdf") {
		channels.SetPolicy(c, channels.Policy{Nothing: true})
		return sendPDF(c, d)
	}
	page, err := paper.Page(d, paper.Links{Back: back, PDF: planAddress(g, ".pdf")})
	if err != nil {
		return err
	}
	channels.SetPolicy(c, channels.Policy{Style: paper.StyleHash(), TrustedTypes: true, FrameAncestors: append([]string{}, g.Sites...)})
	return c.HTMLBlob(http.StatusOK, page)
}

// planAddress is where the plan of the page without JavaScript stands.
func planAddress(g Gemeente, ending string) string {
	path, _, _ := strings.Cut(chatAddress(g, ""), "?")
	return path + "/plan" + ending
}

func sendPDF(c echo.Context, d plan.Document) error {
	pdf, err := paper.PDF(d)
	if err != nil {
		return err
	}
	attach(c, d.FileName()+".pdf")
	return c.Blob(http.StatusOK, paper.MIMEPDF, pdf)
}

// attach makes the answer a file to keep; nothing of it stays in a cache.
func attach(c echo.Context, name string) {
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="`+name+`"`)
}
