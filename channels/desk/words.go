package desk

import (
	"fmt"
	"strings"
	"time"

	"wegwijzer/bot/cases"
	"wegwijzer/knowledge"
)

// count writes a number with its noun.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// span writes a duration in its two largest units: "1 dag en 3 uur".
func span(d time.Duration) string {
	minutes := int(d / time.Minute)
	days, hours, minutes := minutes/(24*60), minutes/60%24, minutes%60
	var parts []string
	if days > 0 {
		parts = append(parts, count(days, "dag", "dagen"))
	}
	if hours > 0 {
		parts = append(parts, fmt.Sprintf("%d uur", hours))
	}
	if minutes > 0 && days == 0 && hours < 6 {
		parts = append(parts, count(minutes, "minuut", "minuten"))
	}
	if len(parts) == 0 {
		return "minder dan een minuut"
	}
	return strings.Join(parts, " en ")
}

// left says how long there is until a term ends, or how late it is.
func left(now, due time.Time) string {
	if now.After(due) {
		return span(now.Sub(due)) + " te laat"
	}
	return "nog " + span(due.Sub(now))
}

// day writes a date with its weekday: "dinsdag 24 november".
func day(at time.Time) string {
	weekdays := [...]string{"zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"}
	months := [...]string{
		"januari", "februari", "maart", "april", "mei", "juni", "juli",
		"augustus", "september", "oktober", "november", "december",
	}
	return fmt.Sprintf("%s %d %s", weekdays[at.Weekday()], at.Day(), months[at.Month()-1])
}

// moment writes a day and a time: "dinsdag 24 november om 14:30".
func moment(at time.Time) string { return day(at) + " om " + at.Format("15:04") }

// clock writes the time of a message, with its day when that isn't today.
func clock(at, now time.Time) string {
	if at.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return at.Format("15:04")
	}
	return moment(at)
}

// since says when something began: "om 15:04" when that is today.
func since(at, now time.Time) string {
	if at.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return "om " + at.Format("15:04")
	}
	return moment(at)
}

// words looks a code up in a table; an unknown one shows as it is.
func words(table map[string]string, id string) string {
	if text, ok := table[id]; ok {
		return text
	}
	return id
}

func areaName(l knowledge.Levensgebied) string {
	return words(map[string]string{
		"wonen": "Wonen", "werk": "Werk", "participatie": "Meedoen", "onderwijs": "Onderwijs",
		"jeugdzorg": "Jeugdzorg", "zorg-wmo": "Zorg en Wmo", "zorg": "Zorg", "inkomen-en-schulden": "Geld en schulden",
		"opvoeding": "Opvoeding", "preventie": "Gezond blijven", "mobiliteit": "Vervoer", "zingeving": "Zingeving",
		"anders": "Papieren, recht en andere vragen", "": "Nog niet duidelijk",
	}, string(l))
}

func groupName(g knowledge.Doelgroep) string {
	return words(map[string]string{
		"ouderen": "oudere", "dementie": "dementie", "nah": "niet-aangeboren hersenletsel", "lvb": "licht verstandelijke beperking",
		"lichamelijke-beperking": "lichamelijke beperking", "psychisch": "psychische klachten", "verslaving": "verslaving",
		"dakloos": "dak- of thuisloos", "gezin-jonge-kinderen": "gezin met jonge kinderen", "jongeren": "jongere",
		"mantelzorger": "mantelzorger", "migrant-statushouder": "migrant of statushouder", "laaggeletterd": "moeite met lezen",
		"langdurig-bijstand": "lang in de bijstand", "grote-schulden": "grote schulden",
	}, string(g))
}

func momentName(m knowledge.Moment) string {
	return words(map[string]string{
		"orientatie": "oriënteert zich", "toegang": "vraagt hulp aan", "ondersteuning": "heeft al hulp",
	}, string(m))
}

func crisisName(k knowledge.CrisisKind) string {
	return words(map[string]string{
		"suicide": "denkt aan zelfmoord", "geweld": "geweld of dreiging", "medisch": "medische nood",
		"dakloos": "geen slaapplek", "anders-acuut": "acute nood",
	}, string(k))
}

func langName(l knowledge.Lang) string {
	return words(map[string]string{
		"nl": "Nederlands", "en": "Engels", "de": "Duits", "tr": "Turks", "pl": "Pools", "uk": "Oekraïens", "ar": "Arabisch",
	}, string(l))
}

func statusName(s cases.Status) string {
	return words(map[string]string{
		"assigned": "wacht op oppakken", "taken": "in gesprek", "consulting": "in overleg met een collega",
		"handed-over": "wacht op een ja voor de overdracht", "waakvlam": "op waakvlam", "returned": "terug bij de wegwijzer", "closed": "afgesloten",
	}, string(s))
}

// reachName is how a resident wants to be reached.
func reachName(how string) string {
	return words(map[string]string{
		"phone": "Wil gebeld worden", "email": "Wil een e-mail", "chat": "Wil hier in de chat antwoord", "": "Heeft geen voorkeur",
	}, how)
}

func channelName(ch string) string {
	return words(map[string]string{"web": "de website", "telegram": "Telegram", "terminal": "de terminal"}, ch)
}

// outcome is one way in which a case ends.
type outcome struct{ ID, Label string }

func outcomes() []outcome {
	return []outcome{
		{"geholpen", "De inwoner is geholpen"},
		{"doorverwezen", "Doorverwezen naar een andere hulpverlener"},
		{"geen-contact", "Geen contact gekregen"},
		{"ingetrokken", "De inwoner wil geen hulp meer"},
		{"anders", "Iets anders"},
	}
}

func outcomeName(id string) string {
	for _, o := range outcomes() {
		if o.ID == id {
			return o.Label
		}
	}
	return id
}
