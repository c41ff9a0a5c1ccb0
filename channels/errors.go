package channels

import (
	"context"
	"encoding/json"
	"errors"
	"html/template"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// Problem is an RFC 9457 problem document. Detail is a sentence in Dutch for
// the person at the other end.
type Problem struct {
	Type      string   `json:"type"`
	Title     string   `json:"title"`
	Status    int      `json:"status"`
	Detail    string   `json:"detail"`
	Emergency []Number `json:"emergency,omitempty"`
}

// MIMEProblem is the media type of a Problem.
const MIMEProblem = "application/problem+json"

// NewError is an error with a status and a sentence for people; cause goes to
// the log and may be nil.
func NewError(status int, detail string, cause error) error {
	return &echo.HTTPError{Code: status, Message: detail, Internal: cause}
}

// details are the sentences for errors that bring none of their own.
func details(status int) string {
	switch status {
	case http.StatusBadRequest:
		return "Dit bericht kunnen wij niet lezen."
	case http.StatusUnauthorized:
		return "U heeft geen toegang tot dit gesprek. Begin een nieuw gesprek."
	case http.StatusForbidden:
		return "Dit mag niet vanaf deze pagina."
	case http.StatusNotFound:
		return "Dit is er niet of niet meer."
	case http.StatusMethodNotAllowed:
		return "Dit kan niet op dit adres."
	case http.StatusConflict:
		return "Dit past niet meer bij het gesprek. Laad de pagina opnieuw."
	case http.StatusRequestEntityTooLarge:
		return "Uw bericht is te groot. Maak het korter en stuur het opnieuw."
	case http.StatusUnprocessableEntity:
		return "Hier ontbreekt iets. Typ een bericht of kies een antwoord."
	case http.StatusTooManyRequests:
		return "U stuurt nu veel achter elkaar. Wacht even en probeer het dan opnieuw."
	case http.StatusServiceUnavailable:
		return "Wij kunnen uw bericht nu niet opslaan. Probeer het zo opnieuw."
	default:
		return "Er ging bij ons iets mis. Probeer het zo opnieuw."
	}
}

// Problem turns any error into what the caller may know of it.
func (s *Server) Problem(err error) Problem {
	status, detail := http.StatusInternalServerError, ""
	var he *echo.HTTPError
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		status = http.StatusRequestEntityTooLarge
	} else if errors.As(err, &he) {
		status = he.Code
		// Echo's own messages are English words for programmers.
		if text, ok := he.Message.(string); ok && text != http.StatusText(status) {
			detail = text
		}
	} else if st, text, ok := fromBot(err); ok {
		status, detail = st, text
	}
	if detail == "" {
		detail = details(status)
	}
	p := Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail}
	if status == http.StatusTooManyRequests || status >= http.StatusInternalServerError {
		p.Detail += " " + Sentence(s.cfg.Emergency)
		p.Emergency = s.cfg.Emergency
	}
	return p
}

// handleError answers with a problem document, or with a small page where a
// browser asked for one.
func (s *Server) handleError(err error, c echo.Context) {
	p := s.Problem(err)
	gone := errors.Is(err, context.Canceled) && c.Request().Context().Err() != nil
	if p.Status >= http.StatusInternalServerError && !gone {
		s.cfg.Log.Error("request failed", "route", c.Path(), "status", p.Status, "err", cause(err))
	}
	if c.Response().Committed {
		return
	}
	h := c.Response().Header()
	if p.Status == http.StatusUnauthorized && h.Get(echo.HeaderWWWAuthenticate) == "" {
		h.Set(echo.HeaderWWWAuthenticate, "Bearer")
	}
	if p.Status == http.StatusServiceUnavailable && h.Get(echo.HeaderRetryAfter) == "" {
		h.Set(echo.HeaderRetryAfter, "5")
	}
	if c.Request().Method == http.MethodHead {
		err = c.NoContent(p.Status)
	} else if wantsPage(c.Request()) {
		err = s.errorPage(c, p)
	} else {
		err = sendProblem(c, p)
	}
	if err != nil {
		s.cfg.Log.Debug("answer not sent", "route", c.Path(), "err", err)
	}
}

func sendProblem(c echo.Context, p Problem) error {
	SetPolicy(c, Policy{Nothing: true})
	body, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return c.Blob(p.Status, MIMEProblem, append(body, '\n'))
}

// cause is the error for the log: what lies under the words for the caller.
func cause(err error) error {
	var he *echo.HTTPError
	if errors.As(err, &he) && he.Internal != nil {
		return he.Internal
	}
	return err
}

// wantsPage says whether a person looks at the answer in a browser.
func wantsPage(r *http.Request) bool {
	return strings.Contains(r.Header.Get(echo.HeaderAccept), "text/html") && !strings.HasPrefix(r.URL.Path, "/api/")
}

func (s *Server) errorPage(c echo.Context, p Problem) error {
	SetPolicy(c, Policy{})
	var b strings.Builder
	detail := strings.TrimSuffix(p.Detail, " "+Sentence(s.cfg.Emergency))
	err := errorTemplate().Execute(&b, map[string]any{
		"Detail": detail, "Emergency": s.cfg.Emergency, "Back": wayBack(c.Request(), p.Status),
	})
	if err != nil {
		return err
	}
	return c.HTML(p.Status, b.String())
}

// wayBack is the page that a refused form came from; empty when there is none.
func wayBack(r *http.Request, status int) string {
	if r.Method != http.MethodPost || status == http.StatusNotFound {
		return ""
	}
	return r.URL.Path
}

func errorTemplate() *template.Template {
	return template.Must(template.New("error").Funcs(template.FuncMap{"dial": Dial}).Parse(`<!doctype html>
<html lang="nl">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Dit lukt nu niet</title></head>
<body><main>
<h1>Dit lukt nu niet</h1>
<p>{{.Detail}}</p>
{{with .Back}}<p><a href="{{.}}">Terug naar de vorige pagina</a></p>{{end}}
<h2>Direct hulp nodig?</h2>
<ul>{{range .Emergency}}<li>{{.For}}: <a href="{{dial .Phone}}">{{.Phone}}</a> ({{.Name}})</li>{{end}}</ul>
</main></body>
</html>
`))
}
