package kaart

// templateFields says which columns hold a field, and how a record takes it
// over from another.
var templateFields = []struct {
	columns []string
	take    func(to, from *Service)
}{
	{[]string{"naam"}, func(to, from *Service) { to.Name = from.Name }},
	{[]string{"organisatie"}, func(to, from *Service) { to.Organisation = from.Organisation }},
	{[]string{"wat_doet_het"}, func(to, from *Service) { to.Does = from.Does }},
	{[]string{"omschrijving"}, func(to, from *Service) { to.Description = from.Description }},
	{[]string{"levensgebieden"}, func(to, from *Service) { to.Levensgebieden = from.Levensgebieden }},
	{[]string{"doelgroepen"}, func(to, from *Service) { to.Doelgroepen = from.Doelgroepen }},
	{[]string{"momenten"}, func(to, from *Service) { to.Momenten = from.Momenten }},
	{[]string{"stelsels"}, func(to, from *Service) { to.Stelsels = from.Stelsels }},
	{[]string{"soort"}, func(to, from *Service) { to.Kind = from.Kind }},
	{[]string{"volgorde"}, func(to, from *Service) { to.Order = from.Order }},
	{[]string{"hulpsoorten"}, func(to, from *Service) { to.Hulpsoorten = from.Hulpsoorten }},
	{[]string{"gebied"}, func(to, from *Service) { to.Areas = from.Areas }},
	{[]string{"telefoon"}, func(to, from *Service) { to.Phones = from.Phones }},
	{[]string{"email"}, func(to, from *Service) { to.Email = from.Email }},
	{[]string{"website"}, func(to, from *Service) { to.URL = from.URL }},
	{[]string{"adres", "postcode", "plaats", "breedtegraad", "lengtegraad"}, func(to, from *Service) { to.Locations = from.Locations }},
	{[]string{"openingstijden"}, func(to, from *Service) { to.Schedule = from.Schedule }},
	{[]string{"leeftijd_van"}, func(to, from *Service) { to.MinAge = from.MinAge }},
	{[]string{"leeftijd_tot"}, func(to, from *Service) { to.MaxAge = from.MaxAge }},
	{[]string{"kosten"}, func(to, from *Service) { to.Cost = from.Cost }},
	{[]string{"talen"}, func(to, from *Service) { to.Languages = from.Languages }},
	{[]string{"voorwaarden"}, func(to, from *Service) { to.Eligibility = from.Eligibility }},
	{[]string{"gecontroleerd_op"}, func(to, from *Service) { to.AssuredDate = from.AssuredDate }},
	{[]string{"bron"}, func(to, from *Service) { to.Source = from.Source }},
	{[]string{"voorbeeld"}, func(to, from *Service) { to.Example = from.Example }},
	{[]string{"evenementen"}, func(to, from *Service) { to.Events = from.Events }},
	{[]string{"status"}, func(to, from *Service) { to.Status = from.Status }},
	{[]string{"aanmelden"}, func(to, from *Service) { to.Apply = from.Apply }},
	{[]string{"let_op"}, func(to, from *Service) { to.Alert = from.Alert }},
	{[]string{"upl"}, func(to, from *Service) { to.UPL = from.UPL }},
}

// keepSame keeps each field of old whose cells still say what an export of old
// writes, since a cell can't say everything; and those that the sheet has no
// column for.
func (r *row) keepSame(old Service, s *Service, names map[OrganisationID]string) {
	cells := templateCells(&old, names)
	for _, f := range templateFields {
		same := true
		for _, c := range f.columns {
			if _, there := r.columns[c]; there && r.get(c) != cleanText(unneutral(neutral(cells[c]))) {
				same = false
			}
		}
		if same {
			f.take(s, &old)
		}
	}
}
