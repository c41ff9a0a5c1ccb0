package desk

import (
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"wegwijzer/bot"
	"wegwijzer/bot/cases"
)

// queueData is what queue.html shows.
type queueData struct {
	frame
	Parts []part
	Empty bool
	New   int // cases that wait for this supporter
}

// part is a group of cases with its heading.
type part struct {
	ID, Title, None string
	Rows            []row
}

// row is a case in the queue; no words of the resident are in it.
type row struct {
	ID                        cases.CaseID
	Area, Gemeente            string
	Owner, Status, Term, Left string
	Due, Since                string
	Urgent, Late, Waiting     bool
}

// queueLimit is how many of the supporter's own cases, and of the team's, one
// page shows: those whose term ends first.
const queueLimit = 300

// queue answers GET /desk/. A beheerder who handles no cases goes to the
// colleagues.
func (d *Desk) queue(c echo.Context, who *seat) error {
	if !who.works() {
		return c.Redirect(http.StatusSeeOther, "/desk/collegas")
	}
	rows, err := d.rows(c, who)
	if err != nil {
		return err
	}
	data := queueData{frame: d.frame("Vragen", who), Empty: len(rows) == 0}
	data.Here, data.Notice = "vragen", notices(c.QueryParam("bericht"))
	fresh := part{ID: "nieuw", Title: "Nieuw voor u", None: "Er wacht niemand op u. Fijn."}
	mine := part{ID: "gesprek", Title: "Bij u in gesprek", None: "U heeft nu geen gesprekken."}
	team := part{ID: "team", Title: "Team", None: "Uw collega’s hebben nu geen vragen."}
	now := d.cfg.Clock()
	for i := range rows {
		r := d.row(&rows[i], now)
		switch {
		case rows[i].Supporter != who.ID:
			team.Rows = append(team.Rows, r)
		case rows[i].Status.Human():
			r.Waiting = d.unanswered(c.Request().Context(), who, &rows[i])
			mine.Rows = append(mine.Rows, r)
		default:
			fresh.Rows = append(fresh.Rows, r)
		}
	}
	data.Parts, data.New = []part{fresh, mine, team}, len(fresh.Rows)
	return d.render(c, http.StatusOK, "queue.html", data)
}

// rows are the open cases that the supporter may know of: urgent first, then
// by the end of their term. The supporter's own are asked for by themselves, so
// that a large team can't push them off the page.
func (d *Desk) rows(c echo.Context, who *seat) ([]bot.CaseRow, error) {
	q := bot.CaseQuery{Status: cases.OpenStatuses(), Limit: queueLimit, Supporter: who.ID}
	rows, err := d.bot.Queue(c.Request().Context(), who.ID, q)
	if err != nil {
		return nil, err
	}
	q.Supporter = ""
	all, err := d.bot.Queue(c.Request().Context(), who.ID, q)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].Supporter != who.ID {
			rows = append(rows, all[i])
		}
	}
	slices.SortStableFunc(rows, func(a, b bot.CaseRow) int {
		if a.Urgent != b.Urgent {
			if a.Urgent {
				return -1
			}
			return 1
		}
		return a.Due.Compare(b.Due)
	})
	return rows, nil
}

func (d *Desk) row(r *bot.CaseRow, now time.Time) row {
	due := r.Due.In(d.cfg.Location)
	return row{
		ID: r.ID, Area: areaName(r.Levensgebied), Gemeente: d.gemeenteName(r.Gemeente),
		Owner: d.personName(r.Supporter), Status: statusName(r.Status), Term: termName(r.Contacted),
		Left: left(now, due), Due: moment(due), Since: since(r.Opened.In(d.cfg.Location), now.In(d.cfg.Location)), Urgent: r.Urgent, Late: now.After(due),
	}
}

// termName is what must be done before the term ends.
func termName(contacted bool) string {
	if contacted {
		return "Afspraak"
	}
	return "Contact"
}
