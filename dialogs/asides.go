package dialogs

import (
	"slices"
	"strconv"

	"wegwijzer/knowledge"
)

// Aside is a question that a resident may ask in between ("wat kost dat?"): it
// is answered, and then the open question is asked again. Its text is
// "tussendoor.<id>".
type Aside struct {
	ID string `toml:"id"`
	// Words are phrases as in StepChoice.Words.
	Words []string `toml:"words"`
	// Most is the largest number of words of a message that counts as the
	// question; a longer one is a story. 0 is maxAside.
	Most int `toml:"most"`
	// Remove takes the question away that an earlier layer has.
	Remove bool `toml:"remove"`
	// Does names what is done in the place of a text; see asideVerbs.
	Does string `toml:"does"`
	// Shown makes it a question about the services that were shown last, and
	// names what is told of them: see shownFields. Its text has {regels}.
	Shown string `toml:"shown"`
	// Tells, beside Shown = "about", are phrases by which the sentences of the
	// description are chosen that answer the question.
	Tells   []string `toml:"tells"`
	at      place
	phrases []phrase
	tells   []phrase
}

// asideVerbs are the things that a message can ask for at any point besides
// an answer: why a question is put, leave it out, go back, see what is known.
func asideVerbs() []string { return []string{"waarom", "overslaan", "terug", "inzien", "meer"} }

// maxAside is how long a question in between is unless its file says otherwise,
// in words.
const maxAside = 9

// asides reads the questions in between. A set of dialogs may have none.
func (l *loader) asides() {
	var file struct {
		Asides    []*Aside `toml:"vraag"`
		Yes       []string `toml:"ja"`
		No        []string `toml:"nee"`
		Elsewhere []string `toml:"elders"`
		// Greetings are by language; a layer's take the place of those before.
		Greetings map[knowledge.Lang][]string `toml:"groet"`
	}
	if !exists(l.fsys, "tussendoor.toml") {
		return
	}
	name, ok := l.decode("tussendoor.toml", &file)
	if !ok {
		return
	}
	c := l.content
	c.Yes, c.No, c.Elsewhere = add(c.Yes, file.Yes...), add(c.No, file.No...), add(c.Elsewhere, file.Elsewhere...)
	for lang, list := range file.Greetings {
		if _, err := knowledge.ParseLang(string(lang)); err != nil {
			l.fault(place{name, l.lines[name].of("groet." + string(lang))}, "%v", err)
		}
		if c.Greetings == nil {
			c.Greetings = map[knowledge.Lang][]string{}
		}
		c.Greetings[lang] = list
	}
	for i, a := range file.Asides {
		path := "vraag." + strconv.Itoa(i)
		a.phrases, a.tells = phrases(a.Words), phrases(a.Tells)
		a.at = place{name, l.lines[name].of(path+".id", path)}
		j := slices.IndexFunc(l.content.Asides, func(x *Aside) bool { return x.ID == a.ID && !l.first })
		if j < 0 && a.Remove {
			l.fault(a.at, "there is no question %q to remove", a.ID)
			continue
		}
		l.content.Asides = lay(l.content.Asides, a, j, a.Remove)
	}
}

// shownFields are what can be told of the services shown.
func shownFields() []string {
	return []string{"phone", "hours", "address", "url", "cost", "languages", "about"}
}

// aside finds the question in between that a message asks, nil when it asks
// none, and how many of its words matched. The most words decide.
func (c *Content) aside(words []string, shown bool) (*Aside, int) {
	var best *Aside
	top := 0
	for _, a := range c.Asides {
		most := a.Most
		if most == 0 {
			most = maxAside
		}
		if len(words) > most || a.Shown != "" && !shown {
			continue
		}
		n := bestMatch(a.phrases, words)
		if n > 0 && a.Shown != "" {
			n += 10 // while services stand there, the question is about them
		}
		if n > top {
			best, top = a, n
		}
	}
	return best, top
}
