package kaart

import (
	"slices"
	"strings"

	"wegwijzer/knowledge"
)

// TaxonomyID names one of the published taxonomies of our own facts.
type TaxonomyID string

// The taxonomies in which our own facts ride on HSDS attributes. In the last
// five the fact is the attribute's value.
const (
	TaxLevensgebied TaxonomyID = "wegwijzer-levensgebied"
	TaxDoelgroep    TaxonomyID = "wegwijzer-doelgroep"
	TaxMoment       TaxonomyID = "wegwijzer-moment"
	TaxStelsel      TaxonomyID = "wegwijzer-stelsel"
	TaxKind         TaxonomyID = "wegwijzer-soort"
	TaxOrder        TaxonomyID = "wegwijzer-volgorde"
	TaxHulpsoort    TaxonomyID = "wegwijzer-hulpsoort"
	TaxUPL          TaxonomyID = "upl"
	TaxRecord       TaxonomyID = "wegwijzer-record"
)

// Codes of TaxRecord.
const (
	codeID         = "id"             // our own short id
	codeDoes       = "wat-doet-het"   // one sentence for residents
	codeSource     = "bron"           // where the facts were checked
	codeExample    = "voorbeeld"      // invented, for the example region
	codeExceptions = "uitzonderingen" // of the opening hours, as in the template
	codeNote       = "openingstijden-notitie"
	codeIndicated  = "levert-geindiceerd"
	codeWall       = "chinese-wall"
)

// Taxonomy is one published list of terms.
type Taxonomy struct {
	ID          TaxonomyID
	Name        string
	Description string
	Terms       []Term
}

// Term is one code of a taxonomy.
type Term struct{ Code, Name string }

// UUID returns the HSDS id of the taxonomy.
func (t Taxonomy) UUID() string { return uuidOf("taxonomy", string(t.ID)) }

// TermUUID returns the HSDS id of a code in a taxonomy.
func TermUUID(t TaxonomyID, code string) string { return uuidOf("term", string(t)+"/"+code) }

// Taxonomies returns every taxonomy that the export uses; kinds may be nil.
func Taxonomies(kinds []Hulpsoort) []Taxonomy {
	record := []string{codeID, codeDoes, codeSource, codeExample, codeExceptions, codeNote, codeIndicated, codeWall}
	list := []Taxonomy{
		{TaxLevensgebied, "Levensgebied", "De dertien levensgebieden van integrale cliëntondersteuning.", terms(knowledge.Levensgebieden())},
		{TaxDoelgroep, "Doelgroep", "Vijftien groepen met een eigen vraagstuk.", terms(knowledge.Doelgroepen())},
		{TaxMoment, "Moment", "Waar een inwoner staat: oriëntatie, toegang of ondersteuning.", terms(knowledge.Momenten())},
		{TaxStelsel, "Stelsel", "De wet waaronder de hulp valt.", terms(knowledge.Stelsels())},
		{TaxKind, "Soort", "Wie de hulp geeft: informeel, vrijwillig, ervaringsdeskundig, collectief of professioneel.", terms(Kinds())},
		{TaxOrder, "Volgorde", "Eigen kracht, netwerk, voorliggend, geïndiceerd.", terms(Orders())},
		{TaxRecord, "Record", "Feiten over het record zelf; het feit staat in de waarde.", terms(record)},
	}
	h := Taxonomy{ID: TaxHulpsoort, Name: "Hulpsoort", Description: "De soorten hulp, in gewone woorden."}
	for _, k := range kinds {
		h.Terms = append(h.Terms, Term{string(k.ID), k.Name})
	}
	return append(list, h)
}

func terms[T ~string](list []T) []Term {
	out := make([]Term, len(list))
	for i, v := range list {
		out[i] = Term{string(v), plainName(string(v))}
	}
	return out
}

// plainName makes a readable name of an id.
func plainName(id string) string {
	if id == "" {
		return id
	}
	s := strings.ReplaceAll(id, "-", " ")
	return strings.ToUpper(s[:1]) + s[1:]
}

// attribute makes the HSDS attribute of one fact.
func attribute(entity, link string, t TaxonomyID, code, value string) hsdsAttribute {
	return hsdsAttribute{
		ID: uuidOf("attribute", link+"/"+string(t)+"/"+code), LinkID: link, LinkEntity: entity,
		LinkType: strings.TrimPrefix(string(t), "wegwijzer-"), Value: value, TaxonomyTermID: TermUUID(t, code),
		TaxonomyTerm: &hsdsTerm{
			ID: TermUUID(t, code), Code: code, Name: plainName(code), Taxonomy: string(t), Language: "nl",
			Description: plainName(strings.TrimPrefix(string(t), "wegwijzer-")) + ": " + plainName(code),
		},
	}
}

// facts are the attributes of a record, read.
type facts struct {
	byTaxonomy map[TaxonomyID][]string // codes
	record     map[string]string       // values of TaxRecord by code
}

// readFacts reads our own attributes and those of others that say the same.
func readFacts(list []hsdsAttribute) facts {
	f := facts{byTaxonomy: map[TaxonomyID][]string{}, record: map[string]string{}}
	for _, a := range list {
		if a.TaxonomyTerm == nil {
			continue
		}
		t, code := taxonomyOf(a), a.TaxonomyTerm.Code
		switch {
		case t == TaxRecord:
			f.record[code] = a.Value
		case t != "":
			if code == "" {
				code = a.TaxonomyTerm.Name
			}
			if !slices.Contains(f.byTaxonomy[t], code) {
				f.byTaxonomy[t] = append(f.byTaxonomy[t], code)
			}
		}
	}
	return f
}

// isOurs reports whether the export writes this attribute itself.
func isOurs(a hsdsAttribute) bool {
	if a.TaxonomyTerm == nil {
		return false
	}
	t := a.TaxonomyTerm.Taxonomy
	return strings.HasPrefix(t, "wegwijzer-") || t == string(TaxUPL)
}

// taxonomyOf tells which of our taxonomies an attribute speaks, by the name
// of its taxonomy or its link type; empty for none.
func taxonomyOf(a hsdsAttribute) TaxonomyID {
	name := strings.ToLower(a.TaxonomyTerm.Taxonomy)
	if name == "" {
		name = strings.ToLower(a.LinkType)
	}
	for _, t := range []struct {
		has string
		id  TaxonomyID
	}{
		{string(TaxRecord), TaxRecord}, {"levensgebied", TaxLevensgebied}, {"doelgroep", TaxDoelgroep}, {"hulpsoort", TaxHulpsoort},
		{"stelsel", TaxStelsel}, {string(TaxMoment), TaxMoment}, {string(TaxKind), TaxKind}, {string(TaxOrder), TaxOrder},
	} {
		if strings.Contains(name, t.has) {
			return t.id
		}
	}
	if name == "upl" || strings.Contains(name, "uniforme productnamen") {
		return TaxUPL
	}
	return ""
}

// known keeps the codes that parse; another list's spelling of ours is
// understood ("inkomen-schulden", "Zorg (Wmo)").
func known[T ~string](codes []string, all []T) []T {
	var out []T
	for _, c := range codes {
		want := looseCode(c)
		for _, v := range all {
			if looseCode(string(v)) == want && !slices.Contains(out, v) {
				out = append(out, v)
			}
		}
	}
	return out
}

func looseCode(s string) string {
	var keep []string
	for _, w := range strings.FieldsFunc(slug(s), func(r rune) bool { return r == '-' }) {
		if w != "en" {
			keep = append(keep, w)
		}
	}
	return strings.Join(keep, "-")
}
