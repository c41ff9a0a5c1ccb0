package guard

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMask(t *testing.T) {
	g := open(t)
	bsn, iban, phone, email := DataBSN, DataIBAN, DataPhone, DataEmail
	cases := []struct {
		name, in, want string
		found          []PersonalData
		allow          []PersonalData
	}{
		{"bsn solid", "mijn bsn is 999994669 hoor", "mijn bsn is [bsn] hoor", []PersonalData{bsn}, nil},
		{"bsn without a word", "111222333", "[bsn]", []PersonalData{bsn}, nil},
		{"bsn with spaces", "bsn 111 222 333.", "bsn [bsn].", []PersonalData{bsn}, nil},
		{"bsn with dots", "1112.22.333", "[bsn]", []PersonalData{bsn}, nil},
		{"bsn with dashes", "111-222-333", "[bsn]", []PersonalData{bsn}, nil},
		{"bsn glued to its word", "BSN:111222333", "BSN:[bsn]", []PersonalData{bsn}, nil},
		{"bsn in Arabic digits", "رقمي ١١١٢٢٢٣٣٣", "رقمي [bsn]", []PersonalData{bsn}, nil},
		{"bsn with hidden characters", "111\u200b222\u200b333", "[bsn]", []PersonalData{bsn}, nil},
		{"bsn digit by digit", "1 1 1 2 2 2 3 3 3", "[bsn]", []PersonalData{bsn}, nil},
		{"two bsn", "111222333 en 999990019", "[bsn] en [bsn]", []PersonalData{bsn}, nil},
		{"bsn is masked when allowed", "111222333", "[bsn]", []PersonalData{bsn}, []PersonalData{bsn}},
		{"bsn after a case number", "zaaknummer 4455, bsn 111222333", "zaaknummer 4455, bsn [bsn]", []PersonalData{bsn}, nil},
		{"wrong checksum stays", "111252333", "111252333", nil, nil},
		{"ten digits stay", "1112223334", "1112223334", nil, nil},
		{"zeros stay", "000000000", "000000000", nil, nil},
		{"case number stays", "zaaknummer 111222333", "zaaknummer 111222333", nil, nil},
		{"invoice number stays", "uw factuurnummer: 999990019", "uw factuurnummer: 999990019", nil, nil},
		{"amount stays", "€ 111.222.333", "€ 111.222.333", nil, nil},
		{"years stay", "van 2019 tot 2024 en in 2025", "van 2019 tot 2024 en in 2025", nil, nil},
		{"iban", "NL91ABNA0417164300", "[rekeningnummer]", []PersonalData{iban}, nil},
		{"iban in groups", "op nl91 abna 0417 1643 00 graag", "op [rekeningnummer] graag", []PersonalData{iban}, nil},
		{"iban of another country", "DE89 3704 0044 0532 0130 00", "[rekeningnummer]", []PersonalData{iban}, nil},
		{"iban with wrong digits stays", "NL92ABNA0417164300", "NL92ABNA0417164300", nil, nil},
		{"mobile", "bel 06-12345678 maar", "bel [telefoonnummer] maar", []PersonalData{phone}, nil},
		{"mobile in groups", "06 12 34 56 78", "[telefoonnummer]", []PersonalData{phone}, nil},
		{"international", "+31 6 12345678", "[telefoonnummer]", []PersonalData{phone}, nil},
		{"landline", "(0228) 123456", "[telefoonnummer]", []PersonalData{phone}, nil},
		{"phone stays when asked for", "06-12345678", "06-12345678", nil, []PersonalData{phone}},
		{"allowed phone is no bsn", "+31 611222333", "+31 611222333", nil, []PersonalData{phone}},
		{"help lines stay", "bel 112, 113, 0800-0113, 0800-2000 of 0900 1234567, 14 0229", "bel 112, 113, 0800-0113, 0800-2000 of 0900 1234567, 14 0229", nil, nil},
		{"email", "jan.jansen@example.nl!", "[e-mail]!", []PersonalData{email}, nil},
		{"birth date by word", "ik ben geboren op 3 mei 1961", "ik ben geboren op [geboortedatum]", []PersonalData{DataBirthdate}, nil},
		{"old date", "12-03-1985", "[geboortedatum]", []PersonalData{DataBirthdate}, nil},
		{"date of a letter stays", "brief van 12-10-2026", "brief van 12-10-2026", nil, nil},
		{"postcode", "ik woon op 1234 AB", "ik woon op [adres]", []PersonalData{DataAddress}, nil},
		{"year and a word stay", "sinds 2019 is dat zo en 1200 in de maand", "sinds 2019 is dat zo en 1200 in de maand", nil, nil},
		{"bsn over lines", "111\n222\n333", "[bsn]", []PersonalData{bsn}, nil},
		{"bsn over lines with a dash", "1112 -\n22333", "[bsn]", []PersonalData{bsn}, nil},
		{"bsn with commas", "111,222,333", "[bsn]", []PersonalData{bsn}, nil},
		{"bsn with thin spaces", "111\u202f222\u2009333", "[bsn]", []PersonalData{bsn}, nil},
		{"bsn with a hard hyphen", "111\u2011222\u2212333", "[bsn]", []PersonalData{bsn}, nil},
		{"bsn with a tab", "111\t222\t333", "[bsn]", []PersonalData{bsn}, nil},
		{"bsn in Devanagari", "१११२२२३३३", "[bsn]", []PersonalData{bsn}, nil},
		{"bsn in bold", "𝟏𝟏𝟏𝟐𝟐𝟐𝟑𝟑𝟑", "[bsn]", []PersonalData{bsn}, nil},
		{"bsn raised", "¹¹¹²²²³³³", "[bsn]", []PersonalData{bsn}, nil},
		{"bsn in keycaps", strings.Repeat("1\ufe0f\u20e3", 3) + "222333", "[bsn]", []PersonalData{bsn}, nil},
		{"bsn glued to letters", "bsn111222333x", "bsn[bsn]x", []PersonalData{bsn}, nil},
		{"bsn with a last digit alone", "1112 2233 3", "[bsn]", []PersonalData{bsn}, nil},
		{"bsn without its zero", "mijn bsn is 12345672", "mijn bsn is [bsn]", []PersonalData{bsn}, nil},
		{"eight digits without a word stay", "het is 12345672", "het is 12345672", nil, nil},
		{"eight digits that fail stay", "bsn 12345678", "bsn 12345678", nil, nil},
		{"a date with an hour stays", "op 12-03-2024 2 uur", "op 12-03-2024 2 uur", nil, nil},
		{"a word that only ends so says nothing", "de oorzaak 111222333", "de oorzaak [bsn]", []PersonalData{bsn}, nil},
		{"a case in general says nothing", "over mijn zaak hier mijn nummer 111222333", "over mijn zaak hier mijn nummer [bsn]", []PersonalData{bsn}, nil},
		{"case next to it stays", "zaak 111222333", "zaak 111222333", nil, nil},
		{"case number some words before stays", "mijn zaaknummer bij de gemeente is 111222333", "mijn zaaknummer bij de gemeente is 111222333", nil, nil},
		{"case number named after stays", "111222333 is mijn zaaknummer.", "111222333 is mijn zaaknummer.", nil, nil},
		{"iban lower case", "nl91abna0417164300", "[rekeningnummer]", []PersonalData{iban}, nil},
		{"iban over lines", "NL91 ABNA\n0417 1643 00", "[rekeningnummer]", []PersonalData{iban}, nil},
		{"iban with hard spaces", "NL91\u00a0ABNA\u00a00417\u00a01643\u00a000", "[rekeningnummer]", []PersonalData{iban}, nil},
		{"iban with double spaces and dashes", "NL91  ABNA - 0417-1643-00", "[rekeningnummer]", []PersonalData{iban}, nil},
		{"iban with hidden characters", "NL91\u200bABNA0417\u200d164300", "[rekeningnummer]", []PersonalData{iban}, nil},
		{"iban full width", "ＮＬ９１ＡＢＮＡ０４１７１６４３００", "[rekeningnummer]", []PersonalData{iban}, nil},
		{"iban glued to words", "ibanNL91ABNA0417164300en", "iban[rekeningnummer]en", []PersonalData{iban}, nil},
		{"iban before a word", "DE89 3704 0044 0532 0130 00 is van mij", "[rekeningnummer] is van mij", []PersonalData{iban}, nil},
		{"polish iban", "PL61 1090 1014 0000 0712 1981 2874", "[rekeningnummer]", []PersonalData{iban}, nil},
		{"turkish iban", "tr33 0006 1005 1978 6457 8413 26", "[rekeningnummer]", []PersonalData{iban}, nil},
		{"belgian iban", "BE68539007547034", "[rekeningnummer]", []PersonalData{iban}, nil},
		{"mobile with brackets", "+31(0)6 12345678", "[telefoonnummer]", []PersonalData{phone}, nil},
		{"email in words", "jan (at) example.nl", "[e-mail]", []PersonalData{email}, nil},
		{"two kinds", "a@example.nl 111222333", "[e-mail] [bsn]", []PersonalData{email, bsn}, nil},
		{"nothing", "", "", nil, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := g.Mask(c.in, c.allow...)
			if diff := cmp.Diff(Masked{Text: c.want, Found: c.found}, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestMaskTwiceChangesNothing(t *testing.T) {
	g := open(t)
	once := g.Mask("ik woon Dorpsstraat 12, 1234 AB, bel 0612345678 of mail a@example.nl, bsn 111222333").Text
	if again := g.Mask(once); again.Text != once || again.Found != nil {
		t.Errorf("second pass changed %q to %q", once, again.Text)
	}
}
