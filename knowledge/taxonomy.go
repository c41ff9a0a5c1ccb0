// Package knowledge holds the words that all floors share: the closed sets of
// the field (levensgebieden, doelgroepen, momenten, stelsels, ...) with the
// exact ids that files, the API and the model use.
//
// The sets come from the handreiking integrale cliëntondersteuning (Movisie)
// and are listed in docs/inhoud.md.
package knowledge

import (
	"fmt"
	"slices"
	"strings"
)

// GemeenteID names a municipality in lower case, as in the config
// ("medemblik", "stede-broec"). The zero value means no gemeente.
type GemeenteID string

// Lang is a language code of two letters. The zero value means unknown.
type Lang string

// The languages that the guard understands; dialogs exist in nl and en.
const (
	NL Lang = "nl"
	EN Lang = "en"
	DE Lang = "de"
	TR Lang = "tr"
	PL Lang = "pl"
	UK Lang = "uk"
	AR Lang = "ar"
)

// Langs lists every language of the guard, Dutch first.
var langs = []Lang{NL, EN, DE, TR, PL, UK, AR}

// Langs returns every language that is recognised, Dutch first.
func Langs() []Lang { return slices.Clone(langs) }

// ParseLang reads a language code; an unknown one is an error.
func ParseLang(s string) (Lang, error) { return parse("language", s, langs) }

// Levensgebied is one of the thirteen life domains (S21).
type Levensgebied string

// The thirteen life domains.
const (
	Wonen             Levensgebied = "wonen"
	Werk              Levensgebied = "werk"
	Participatie      Levensgebied = "participatie"
	Onderwijs         Levensgebied = "onderwijs"
	Jeugdzorg         Levensgebied = "jeugdzorg"
	ZorgWmo           Levensgebied = "zorg-wmo"
	Zorg              Levensgebied = "zorg"
	InkomenEnSchulden Levensgebied = "inkomen-en-schulden"
	Opvoeding         Levensgebied = "opvoeding"
	Preventie         Levensgebied = "preventie"
	Mobiliteit        Levensgebied = "mobiliteit"
	Zingeving         Levensgebied = "zingeving"
	Anders            Levensgebied = "anders"
)

var levensgebieden = []Levensgebied{
	Wonen, Werk, Participatie, Onderwijs, Jeugdzorg, ZorgWmo, Zorg,
	InkomenEnSchulden, Opvoeding, Preventie, Mobiliteit, Zingeving, Anders,
}

// Levensgebieden returns all thirteen, in the order of the field's own list.
func Levensgebieden() []Levensgebied { return slices.Clone(levensgebieden) }

// ParseLevensgebied reads an id; an unknown one is an error.
func ParseLevensgebied(s string) (Levensgebied, error) {
	return parse("levensgebied", s, levensgebieden)
}

// Doelgroep is one of the fifteen groups with a specific problem (S22).
type Doelgroep string

// The fifteen groups.
const (
	Ouderen             Doelgroep = "ouderen"
	Dementie            Doelgroep = "dementie"
	NAH                 Doelgroep = "nah"
	LVB                 Doelgroep = "lvb"
	LichamelijkeBeperk  Doelgroep = "lichamelijke-beperking"
	Psychisch           Doelgroep = "psychisch"
	Verslaving          Doelgroep = "verslaving"
	Dakloos             Doelgroep = "dakloos"
	GezinJongeKinderen  Doelgroep = "gezin-jonge-kinderen"
	Jongeren            Doelgroep = "jongeren"
	Mantelzorger        Doelgroep = "mantelzorger"
	MigrantStatushouder Doelgroep = "migrant-statushouder"
	Laaggeletterd       Doelgroep = "laaggeletterd"
	LangdurigBijstand   Doelgroep = "langdurig-bijstand"
	GroteSchulden       Doelgroep = "grote-schulden"
)

var doelgroepen = []Doelgroep{
	Ouderen, Dementie, NAH, LVB, LichamelijkeBeperk, Psychisch, Verslaving,
	Dakloos, GezinJongeKinderen, Jongeren, Mantelzorger, MigrantStatushouder,
	Laaggeletterd, LangdurigBijstand, GroteSchulden,
}

// Doelgroepen returns all fifteen.
func Doelgroepen() []Doelgroep { return slices.Clone(doelgroepen) }

// ParseDoelgroep reads an id; an unknown one is an error.
func ParseDoelgroep(s string) (Doelgroep, error) { return parse("doelgroep", s, doelgroepen) }

// Moment is where a resident stands in getting help (S23). The zero value
// means not known.
type Moment string

// The three moments.
const (
	Orientatie    Moment = "orientatie"
	Toegang       Moment = "toegang"
	Ondersteuning Moment = "ondersteuning"
)

var momenten = []Moment{Orientatie, Toegang, Ondersteuning}

// Momenten returns the three, in order of a resident's road.
func Momenten() []Moment { return slices.Clone(momenten) }

// ParseMoment reads an id; an unknown one is an error.
func ParseMoment(s string) (Moment, error) { return parse("moment", s, momenten) }

// Stelsel is a system of law (S35).
type Stelsel string

// The six systems of law.
const (
	Wmo             Stelsel = "wmo"
	Wlz             Stelsel = "wlz"
	Jeugdwet        Stelsel = "jeugdwet"
	Zvw             Stelsel = "zvw"
	Participatiewet Stelsel = "participatiewet"
	Justitie        Stelsel = "justitie"
)

var stelsels = []Stelsel{Wmo, Wlz, Jeugdwet, Zvw, Participatiewet, Justitie}

// Stelsels returns the six.
func Stelsels() []Stelsel { return slices.Clone(stelsels) }

// ParseStelsel reads an id; an unknown one is an error.
func ParseStelsel(s string) (Stelsel, error) { return parse("stelsel", s, stelsels) }

// Steunvorm is a form of support that a hulpvraag needs (S04).
type Steunvorm string

// The five forms of support.
const (
	InformatieAdvies     Steunvorm = "informatie-advies"
	Vraagverheldering    Steunvorm = "vraagverheldering"
	ActiveringNetwerk    Steunvorm = "activering-netwerk"
	BemiddelenVerwijzen  Steunvorm = "bemiddelen-verwijzen"
	GeschilKlachtBezwaar Steunvorm = "geschil-klacht-bezwaar"
)

var steunvormen = []Steunvorm{
	InformatieAdvies, Vraagverheldering, ActiveringNetwerk, BemiddelenVerwijzen, GeschilKlachtBezwaar,
}

// Steunvormen returns the five.
func Steunvormen() []Steunvorm { return slices.Clone(steunvormen) }

// ParseSteunvorm reads an id; an unknown one is an error.
func ParseSteunvorm(s string) (Steunvorm, error) {
	return parse("vorm van ondersteuning", s, steunvormen)
}

// CrisisKind says which acute danger a message speaks of. The zero value
// means none.
type CrisisKind string

// The kinds of acute danger.
const (
	CrisisSuicide CrisisKind = "suicide"
	CrisisGeweld  CrisisKind = "geweld"
	CrisisMedisch CrisisKind = "medisch"
	CrisisDakloos CrisisKind = "dakloos"
	CrisisAnders  CrisisKind = "anders-acuut"
)

var crisisKinds = []CrisisKind{CrisisSuicide, CrisisGeweld, CrisisMedisch, CrisisDakloos, CrisisAnders}

// CrisisKinds returns the five kinds, the gravest first.
func CrisisKinds() []CrisisKind { return slices.Clone(crisisKinds) }

// ParseCrisisKind reads an id; an unknown one is an error.
func ParseCrisisKind(s string) (CrisisKind, error) { return parse("crisis", s, crisisKinds) }

// Intent is what a resident wants with a message.
type Intent string

// The intents.
const (
	IntentHulpvraag    Intent = "hulpvraag"
	IntentMens         Intent = "mens-spreken"
	IntentAndere       Intent = "andere-ondersteuner"
	IntentKlacht       Intent = "klacht-bezwaar"
	IntentGroet        Intent = "groet"
	IntentDank         Intent = "dank"
	IntentAfscheid     Intent = "afscheid"
	IntentJa           Intent = "ja"
	IntentNee          Intent = "nee"
	IntentWeetNiet     Intent = "weet-niet"
	IntentOpnieuw      Intent = "opnieuw"
	IntentStop         Intent = "stop"
	IntentUitlegBot    Intent = "uitleg-bot"
	IntentPrivacy      Intent = "privacy"
	IntentAndereTaal   Intent = "andere-taal"
	IntentCorrectie    Intent = "correctie"
	IntentBuitenBereik Intent = "buiten-bereik"
	IntentSchelden     Intent = "schelden"
)

var intents = []Intent{
	IntentHulpvraag, IntentMens, IntentAndere, IntentKlacht, IntentGroet, IntentDank,
	IntentAfscheid, IntentJa, IntentNee, IntentWeetNiet, IntentOpnieuw, IntentStop,
	IntentUitlegBot, IntentPrivacy, IntentAndereTaal, IntentCorrectie,
	IntentBuitenBereik, IntentSchelden,
}

// Intents returns all intents.
func Intents() []Intent { return slices.Clone(intents) }

// ParseIntent reads an id; an unknown one is an error.
func ParseIntent(s string) (Intent, error) { return parse("intent", s, intents) }

// Scored is an id with the model's calibrated probability, 0 to 1.
type Scored[T ~string] struct {
	ID    T       `json:"id"`
	Score float64 `json:"score"`
}

// parse finds s in a closed set; the error lists the set.
func parse[T ~string](what, s string, set []T) (T, error) {
	if i := slices.Index(set, T(s)); i >= 0 {
		return set[i], nil
	}
	names := make([]string, len(set))
	for i, v := range set {
		names[i] = string(v)
	}
	return "", fmt.Errorf("unknown %s %q, known are %s", what, s, strings.Join(names, ", "))
}
