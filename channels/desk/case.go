package desk

import (
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"wegwijzer/bot"
	"wegwijzer/bot/cases"
	"wegwijzer/channels"
	"wegwijzer/dialogs"
)

// caseData is what case.html shows.
type caseData struct {
	frame
	ID                              cases.CaseID
	Area, Gemeente, Owner, OwnerOrg string
	Status, Term, Left, Due, Opened string
	Urgent, Late                    bool
	Crisis                          string
	Words, Summary                  string
	Lang, Channel, Consent          string
	Facts                           []fact
	Reach, ReachAt                  string
	ReachLink                       template.URL
	Shown, Because                  []string
	History                         []fact
	Messages                        []line
	LastSeq                         bot.Seq
	ForMe, CanTake, Mine, Read      bool
	Contacted                       string
	Outcomes                        []outcome
	Key, Draft, Trouble             string
}

// fact is a label with what it says.
type fact struct{ Label, Text string }

// line is a message as it is shown.
type line struct {
	Seq                  bot.Seq
	From                 bot.From
	Kind, Label, Speaker string
	Stamp, Clock, Text   string
	Choices, Sources     string
	Last                 bool
}

// casePage answers GET /desk/case/:id.
func (d *Desk) casePage(c echo.Context, who *seat) error {
	data, err := d.look(c, who)
	if err != nil {
		return err
	}
	data.Notice = notices(c.QueryParam("bericht"))
	return d.render(c, http.StatusOK, "case.html", data)
}

func caseID(c echo.Context) cases.CaseID { return cases.CaseID(c.Param("id")) }

// look makes the page of a case for who may see it.
func (d *Desk) look(c echo.Context, who *seat) (*caseData, error) {
	v, err := d.bot.Look(c.Request().Context(), who.ID, caseID(c))
	if bot.KindOf(err) == bot.KindNotFound { // also when it is erased between two reads
		return nil, channels.NewError(http.StatusNotFound, "Dit dossier is er niet (meer).", err)
	}
	if err != nil {
		return nil, err
	}
	k, now := v.Case, d.cfg.Clock().In(d.cfg.Location)
	data := &caseData{
		frame: d.frame("Vraag over "+strings.ToLower(areaName(firstArea(k))), who), ID: k.ID,
		Area: areaName(firstArea(k)), Gemeente: d.gemeenteName(k.Gemeente), Owner: d.personName(k.Supporter),
		Status: statusName(k.Status), Urgent: k.Urgent, Opened: clock(k.Opened.In(d.cfg.Location), now),
		Words: k.Words, Summary: k.Summary, Lang: langName(k.Lang), Channel: channelName(string(v.Channel)),
		Consent: moment(k.Consent.At.In(d.cfg.Location)), Because: cases.Plain(k.Because), Outcomes: outcomes(),
		ForMe: k.Supporter == who.ID, CanTake: k.Status == cases.StatusAssigned, Key: uuid.NewString(),
	}
	data.Here = "vragen"
	data.Mine = data.ForMe && k.Human()
	if k.Crisis != "" {
		data.Crisis = crisisName(k.Crisis)
	}
	d.term(data, k, now)
	data.Facts = facts(k)
	d.reach(data, k)
	data.Shown = shown(k.Shown, v.Messages)
	data.History = d.history(k, now)
	if _, until, ok := k.MayRead(who.ID); ok && !k.Taken.IsZero() {
		data.Read = true
		data.Messages = d.lines(v.Messages, until, now)
	}
	if n := len(data.Messages); n > 0 {
		data.LastSeq = data.Messages[n-1].Seq
	}
	data.Messages = newer(data.Messages, c.QueryParam("na"))
	return data, nil
}

func (d *Desk) term(data *caseData, k *cases.Case, now time.Time) {
	if !k.Open() {
		return
	}
	due := k.ContactBefore
	if !k.Contacted.IsZero() {
		due = k.AppointmentBefore
		data.Contacted = moment(k.Contacted.In(d.cfg.Location))
	}
	if k.Appointment != nil {
		due = k.Appointment.At
	}
	due = due.In(d.cfg.Location)
	data.Term, data.Left, data.Due, data.Late = termName(!k.Contacted.IsZero()), left(now, due), moment(due), now.After(due)
}

// reach shows the number or address to the supporter whose case it is: that is
// what the resident was told.
func (d *Desk) reach(data *caseData, k *cases.Case) {
	data.Reach = reachName(k.Contact.How)
	if !data.ForMe || !k.Open() {
		return
	}
	data.ReachAt = k.Contact.At
	switch k.Contact.How {
	case "phone":
		data.ReachLink = channels.Dial(k.Contact.At)
	case "email":
		data.ReachLink = mailto(k.Contact.At)
	}
}

// mailto is the address that writes a mail; "" when it isn't plainly one.
func mailto(address string) template.URL {
	for _, r := range address {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("@.+-_", r) {
			return ""
		}
	}
	return template.URL("mailto:" + address) // #nosec G203 -- letters, digits and @.+-_ only
}

// lines are the messages up to a time; zero: all.
func (d *Desk) lines(messages []bot.Message, until, now time.Time) []line {
	out := make([]line, 0, len(messages))
	for i := range messages {
		m := &messages[i]
		if !until.IsZero() && m.At.After(until) {
			break
		}
		l := line{
			Seq: m.Seq, From: m.From, Speaker: speaker(m), Label: kindLabel(m.Kind), Text: m.Text,
			Stamp: m.At.Format(time.RFC3339), Clock: clock(m.At.In(d.cfg.Location), now),
		}
		if l.Label != "" {
			l.Kind = string(m.Kind)
		}
		for j, ch := range m.Choices {
			if j > 0 {
				l.Choices += " · "
			}
			l.Choices += ch.Label
		}
		for j, s := range m.Sources {
			if j > 0 {
				l.Sources += " · "
			}
			l.Sources += s.Name
		}
		out = append(out, l)
	}
	if n := len(out); n > 0 {
		out[n-1].Last = true
	}
	return out
}

// newer are the lines after a seq, for a page that has those before.
func newer(list []line, after string) []line {
	n, err := strconv.ParseUint(after, 10, 63)
	if err != nil {
		return list
	}
	i := slices.IndexFunc(list, func(l line) bool { return uint64(l.Seq) > n })
	if i < 0 {
		return nil
	}
	return list[i:]
}

func speaker(m *bot.Message) string {
	switch m.From {
	case bot.FromResident:
		return "Inwoner"
	case bot.FromSupporter:
		if m.Name != "" {
			return m.Name
		}
		return "Ondersteuner"
	default:
		return "Wegwijzer (computer)"
	}
}

func kindLabel(k dialogs.Kind) string {
	switch k {
	case dialogs.KindCrisis:
		return "Crisis: noodnummers getoond"
	case dialogs.KindSummary:
		return "Samenvatting voorgelegd"
	case dialogs.KindConsent:
		return "Toestemming gevraagd"
	case dialogs.KindHandover:
		return "Doorgegeven aan een ondersteuner"
	case dialogs.KindPlan:
		return "Plan"
	case dialogs.KindNotice:
		return "Melding van het systeem"
	default:
		return ""
	}
}
