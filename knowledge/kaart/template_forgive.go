package kaart

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// What people write in a sheet without thinking, and what it means.

// website adds what people leave out of an address.
func (r *row) website() string {
	s := r.line("website")
	if strings.HasPrefix(strings.ToLower(s), "www.") {
		return "https://" + s
	}
	return s
}

// email reads an address; a word that is none is a fault.
func (r *row) email() string {
	s := strings.ToLower(r.line("email"))
	if at := strings.IndexByte(s, '@'); s != "" && (at < 1 || at == len(s)-1) {
		r.fail("email", fmt.Errorf("%q is geen e-mailadres", clip(s)))
	}
	return s
}

// parseDutchKind is ParseKind for who writes the Dutch word.
func parseDutchKind(s string) (Kind, error) {
	dutch := map[string]Kind{
		"informeel": Informal, "vrijwilliger": Volunteer, "vrijwilligers": Volunteer, "vrijwillig": Volunteer,
		"collectief": Collective, "groep": Collective, "beroepskracht": Professional, "beroepskrachten": Professional, "professioneel": Professional,
	}
	if k, ok := dutch[strings.ToLower(strings.TrimSpace(s))]; ok {
		return k, nil
	}
	return ParseKind(s)
}

// parseWrittenDate is ParseDate that reads 1 november 2026 and 1/11/2026 too.
func parseWrittenDate(s string) (Date, error) {
	months := []string{"jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"}
	parts := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return r == ' ' || r == '/' || r == '.' })
	if len(parts) == 3 {
		month := parts[1]
		if m := strings.ReplaceAll(month, "maa", "mrt"); len(m) >= 3 {
			if i := slices.Index(months, m[:3]); i >= 0 {
				month = fmt.Sprint(i + 1)
			}
		}
		if d, err := ParseDate(parts[0] + "-" + month + "-" + parts[2]); err == nil {
			return d, nil
		}
	}
	return ParseDate(s)
}

// knownKinds are the kinds of help that search knows, when the batch names any.
func (b *Batch) knownKinds() ([]string, error) {
	if !slices.ContainsFunc(b.Services, func(s Service) bool { return len(s.Hulpsoorten) > 0 }) {
		return nil, nil
	}
	kinds, err := Hulpsoorten()
	if err != nil {
		return nil, err
	}
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = string(k.ID)
	}
	return names, nil
}

// unknownKinds are the kinds of help that nobody knows, each with the one that
// was likely meant.
func unknownKinds(ids []HulpsoortID, known []string) []string {
	var out []string
	for _, id := range ids {
		if !contains(known, string(id)) {
			out = append(out, fmt.Sprintf("%q bestaat niet; bedoelt u %q?", clip(string(id)), cmp.Or(nearest(string(id), known), "-")))
		}
	}
	return out
}
