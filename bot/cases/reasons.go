package cases

import "strings"

// ReasonCode is why somebody was chosen or wasn't. In Choice.Because it stands
// as "code" or "code:what".
type ReasonCode string

// The reasons for.
const (
	ReasonGemeente     ReasonCode = "gemeente"
	ReasonLevensgebied ReasonCode = "levensgebied"
	ReasonDoelgroep    ReasonCode = "doelgroep"
	ReasonMoment       ReasonCode = "moment"
	ReasonLanguage     ReasonCode = "taal"
	ReasonChosen       ReasonCode = "gekozen"
	ReasonEarlier      ReasonCode = "eerder"
	ReasonMatrix       ReasonCode = "matrix"
	ReasonHandover     ReasonCode = "overdracht"
	ReasonCoordinator  ReasonCode = "coordinator"
)

// The reasons against.
const (
	AgainstDisabled     ReasonCode = "uit-dienst"
	AgainstDeciding     ReasonCode = "beslist"
	AgainstGemeente     ReasonCode = "andere-gemeente"
	AgainstRefused      ReasonCode = "geweigerd"
	AgainstWall         ReasonCode = "muur"
	AgainstAbsent       ReasonCode = "afwezig"
	AgainstFull         ReasonCode = "vol"
	AgainstSide         ReasonCode = "andere-wet"
	AgainstKind         ReasonCode = "geen-beroepskracht"
	AgainstMatrix       ReasonCode = "niet-in-matrix"
	AgainstLevensgebied ReasonCode = "ander-levensgebied"
)

func reason(code ReasonCode, what string) string {
	if what == "" {
		return string(code)
	}
	return string(code) + ":" + what
}

// ReasonOf takes a reason apart. Of a case of before there were codes it is
// the whole sentence, with no code.
func ReasonOf(text string) (code ReasonCode, what string) {
	head, what, _ := strings.Cut(text, ":")
	if _, known := sentences()[ReasonCode(head)]; known {
		return ReasonCode(head), what
	}
	return "", text
}

// Plain writes reasons as people read them, in Dutch; what is an id is written
// as it is.
func Plain(reasons []string) []string {
	list := make([]string, len(reasons))
	for i, text := range reasons {
		code, what := ReasonOf(text)
		list[i] = what
		if code != "" {
			list[i] = strings.TrimSpace(strings.ReplaceAll(sentences()[code], "*", what))
		}
	}
	return list
}

func sentences() map[ReasonCode]string {
	return map[ReasonCode]string{
		ReasonGemeente:     "werkt in deze gemeente",
		ReasonLevensgebied: "weet veel van *",
		ReasonDoelgroep:    "kent de groep *",
		ReasonMoment:       "helpt bij *",
		ReasonLanguage:     "spreekt *",
		ReasonChosen:       "door de inwoner gekozen",
		ReasonEarlier:      "hielp deze inwoner eerder",
		ReasonMatrix:       "staat in de matrix voor deze vraag",
		ReasonHandover:     "overgedragen door *, met toestemming van de inwoner",
		ReasonCoordinator:  "niemand anders past: de coördinator pakt het op",

		AgainstDisabled:     "is uit dienst",
		AgainstDeciding:     "beslist over aanvragen",
		AgainstGemeente:     "werkt niet in deze gemeente",
		AgainstRefused:      "is door de inwoner geweigerd, of liet de termijn voorbijgaan",
		AgainstWall:         "de organisatie geeft hier ook geïndiceerde hulp, zonder Chinese muur",
		AgainstAbsent:       "is afwezig",
		AgainstFull:         "heeft geen plek meer",
		AgainstSide:         "werkt aan de andere kant van de naad tussen Wmo en Wlz",
		AgainstKind:         "is geen beroepskracht, en de vraag heeft spoed",
		AgainstMatrix:       "staat niet in de matrix voor deze vraag",
		AgainstLevensgebied: "doet geen vragen over *",
	}
}
