package index

import (
	"slices"
	"strings"
	"sync"

	"wegwijzer/knowledge/kaart"
)

// Weights of a service's fields in the text signal.
const (
	nameWeight        = 2
	doesWeight        = 2
	descriptionWeight = 1.5
	smallWeight       = 0.5
)

// read takes the services into x: from another index what both have in common,
// from the records what is new, by so many workers.
func (x *Index) read(from *Index, workers int) {
	n := len(x.services)
	x.docs, x.kinds, x.stems = make([][]termWeight, n), make([][]kindWeight, n), make([][]string, n)
	x.areas, x.cities = make([][]string, n), make([][]string, n)
	at := make(map[kaart.ServiceID]int, len(from.services))
	for j, s := range from.services {
		at[s.ID] = j
	}
	texts, anew := from.text.builder(), from.text.sparse()
	if anew {
		texts = builder{}
	}
	names := folder{}
	var unread []int
	var come, gone []string
	for i, s := range x.services {
		j, ok := at[s.ID]
		delete(at, s.ID)
		if ok && from.services[j] == s {
			x.areas[i], x.cities[i] = from.areas[j], from.cities[j]
		} else {
			x.readPlaces(i, names)
		}
		if ok && !anew && x.organisation(s) == from.organisation(from.services[j]) && sameWords(s, from.services[j]) {
			x.docs[i], x.kinds[i], x.stems[i] = from.docs[j], from.kinds[j], from.stems[j]
			continue
		}
		unread = append(unread, i)
		come = append(come, wordsOf(s)...)
		if ok {
			gone = append(gone, wordsOf(from.services[j])...)
		}
	}
	for _, j := range at {
		gone = append(gone, wordsOf(from.services[j])...)
	}
	x.readServices(unread, &texts, workers)
	var wg sync.WaitGroup
	wg.Go(func() { x.spell = from.spell.next(come, gone) })
	x.layOut()
	// What residents say in any story weighs less.
	texts.docs = x.docs
	x.text = texts.build(n, 0.4, x.bridge.sentences.rarity)
	wg.Wait()
}

// sameWords reports whether two records are the same for what readServices
// reads.
func sameWords(a, b *kaart.Service) bool {
	if a == b {
		return true
	}
	title := func(a, b kaart.Event) bool { return a.Title == b.Title }
	return a.Name == b.Name && a.AlternateName == b.AlternateName && a.Does == b.Does && a.Description == b.Description &&
		a.Eligibility == b.Eligibility && slices.Equal(a.UPL, b.UPL) && slices.EqualFunc(a.Events, b.Events, title) &&
		slices.Equal(a.Levensgebieden, b.Levensgebieden) && slices.Equal(a.Hulpsoorten, b.Hulpsoorten)
}

// readServices reads the words of the records at these places. Workers take
// them apart, some at a time so that little is held; one alone numbers what
// they find.
func (x *Index) readServices(places []int, texts *builder, workers int) {
	const some = 64
	bags := make([]bag, some*workers)
	one := map[string]string{}
	for part := range slices.Chunk(places, len(bags)) {
		var wg sync.WaitGroup
		for w := range workers {
			wg.Go(func() {
				for n := w; n < len(part); n += workers {
					s := x.services[part[n]]
					bags[n] = x.bagOf(s)
					x.kinds[part[n]] = x.bridge.ofService(x.a, s)
					x.stems[part[n]] = x.a.stems(wordsOf(s))
				}
			})
		}
		wg.Wait()
		for n, i := range part {
			x.docs[i], bags[n] = texts.doc(bags[n]), nil
			x.stems[i] = distinct(x.stems[i], one)
		}
	}
}

// folder holds each folded name once.
type folder map[string]string

func (f folder) fold(name string) string {
	if _, ok := f[name]; !ok {
		f[name] = kaart.FoldArea(name)
	}
	return f[name]
}

// readPlaces reads where the service at place i is given.
func (x *Index) readPlaces(i int, names folder) {
	for _, a := range x.services[i].Areas {
		x.areas[i] = append(x.areas[i], names.fold(a))
	}
	for _, l := range x.services[i].Locations {
		if l.City != "" {
			x.cities[i] = append(x.cities[i], names.fold(l.City))
		}
	}
}

// layOut puts the kinds of all services side by side, since a search reads
// them all, and lists areas and places.
func (x *Index) layOut() {
	total := 0
	for _, k := range x.kinds {
		total += len(k)
	}
	arena := make([]kindWeight, 0, total)
	seen := map[string]bool{}
	x.places = map[string][][]string{}
	for i, k := range x.kinds {
		from := len(arena)
		arena = append(arena, k...)
		x.kinds[i] = arena[from:len(arena):len(arena)]
		for _, names := range [][]string{x.areas[i], x.cities[i]} {
			for _, name := range names {
				if !seen[name] {
					seen[name] = true
					x.addPlace(name)
				}
			}
		}
	}
	x.addAreas()
	x.addCentres()
}

// addAreas lists the services that may be shown in each area.
func (x *Index) addAreas() {
	local := map[string][]int32{noArea: nil}
	var national, all []int32
	for i, s := range x.services {
		for _, a := range x.areas[i] {
			if _, ok := local[a]; !ok {
				local[a] = nil // an area without a service that may be shown is one too
			}
		}
		if s.Status != kaart.Active && s.Status != "" {
			continue
		}
		all = append(all, int32(i))
		for _, a := range x.areas[i] {
			if list := local[a]; len(list) == 0 || list[len(list)-1] != int32(i) {
				local[a] = append(list, int32(i))
			}
		}
		if len(x.areas[i]) == 0 {
			national = append(national, int32(i))
		}
	}
	x.inArea = make(map[string][]int32, len(local)+1)
	for a, list := range local {
		both := slices.Concat(list, national)
		slices.Sort(both)
		x.inArea[a] = both
	}
	x.inArea[""] = all
}

// noArea stands for an area that no service names: national services only.
const noArea = "-"

// within are the services that may be shown in an area, in their order.
func (x *Index) within(area string) []int32 {
	if list, ok := x.inArea[area]; ok {
		return list
	}
	return x.inArea[noArea]
}

// knownWords makes known every word that a kind or a signal has.
func knownWords(kinds []kaart.Hulpsoort, sig *signals) *speller {
	s := newSpeller()
	for _, k := range kinds {
		for _, t := range k.Sentences {
			s.learn(words(t))
		}
		for _, w := range k.Words {
			s.learn(words(w))
		}
	}
	s.learn(sig.words)
	s.ready()
	return s
}

// wordsOf are the words of a record that it is known by.
func wordsOf(s *kaart.Service) []string {
	return words(s.Name + " " + s.Does + " " + s.Description)
}

// distinct leaves each text once, as one holds it.
func distinct(list []string, one map[string]string) []string {
	slices.Sort(list)
	list = slices.Clip(slices.Compact(list))
	for i, s := range list {
		if _, ok := one[s]; !ok {
			one[s] = s
		}
		list[i] = one[s]
	}
	return list
}

// organisation is the name of who gives the service.
func (x *Index) organisation(s *kaart.Service) string {
	if o, ok := x.kaart.Organisation(s.Organisation); ok {
		return o.Name
	}
	return ""
}

func (x *Index) bagOf(s *kaart.Service) bag {
	b := bag{}
	x.a.add(b, words(s.Name), nameWeight)
	x.a.add(b, words(s.AlternateName), nameWeight)
	x.a.add(b, words(s.Does), doesWeight)
	x.a.add(b, words(s.Description), descriptionWeight)
	x.a.add(b, words(s.Eligibility), smallWeight)
	for _, u := range s.UPL {
		x.a.add(b, words(u), doesWeight)
	}
	for _, e := range s.Events {
		x.a.add(b, words(e.Title), smallWeight)
	}
	x.a.add(b, words(x.organisation(s)), smallWeight)
	return b
}

// addPlace makes a folded name known as a place that a question may name.
func (x *Index) addPlace(name string) {
	w := words(name)
	if len(w) == 0 || len(w[0]) < 3 {
		return
	}
	for _, known := range x.places[w[0]] {
		if strings.Join(known, " ") == strings.Join(w, " ") {
			return
		}
	}
	x.places[w[0]] = append(x.places[w[0]], w)
}
