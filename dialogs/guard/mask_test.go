package guard

import (
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
