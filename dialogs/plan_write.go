package dialogs

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"wegwijzer/dialogs/plan"
	"wegwijzer/knowledge"
)

// toldFor is what the conversation says of the parts of a plan.
func (t *turn) toldFor() map[plan.PartID]plan.Part {
	h := &t.s.Hulpvraag
	told := map[plan.PartID]plan.Part{}
	put := func(id plan.PartID, text string, seqs ...uint64) {
		if text = strings.TrimSpace(text); text != "" {
			told[id] = plan.Part{Text: plan.Sentence(text), Seq: last(seqs)}
		}
	}
	var story []Quote
	for _, q := range h.Words {
		if words := tokens(q.Text); mostNamed(t.c.planning.plans, words) == "" && len(words) > 2 {
			story = append(story, q)
		}
	}
	words, seqs := ownWords(story)
	put(plan.Now, words, seqs...)
	if needs, seqs := t.needs(); len(needs) > 0 {
		put(plan.Needed, t.words("plan.hulp-bij", Vars{"wat": strings.Join(needs, "; ")}), seqs...)
	}
	if h.Helps != nil {
		put(plan.Helpers, h.Helps.Text, h.Helps.Seq)
	}
	if h.Wish != nil {
		put(plan.Wish, h.Wish.Text, h.Wish.Seq)
	}
	return told
}

// needs are the answers to the first question of each dialog, which is what
// help is needed with.
func (t *turn) needs() (texts []string, seqs []uint64) {
	for _, flow := range t.c.flowsOf(t.s) {
		p := flow.step(needStep)
		if p == nil {
			continue
		}
		slot := t.s.Slots[string(flow.Levensgebied)+"/"+needStep]
		if c := p.choice(slot.Value); c != nil && !slices.Contains(noNeed(), c.ID) {
			texts, seqs = add(texts, t.words(stepText(flow, p)+".choice."+c.ID, nil)), add(seqs, slot.Seq)
		}
	}
	return texts, seqs
}

// PlanDocument returns the plan of a conversation to be read or printed; ok is
// false when there is none in which anything stands.
func (e *Engine) PlanDocument(s *State, gemeente string) (d plan.Document, ok bool) {
	if len(s.Plan.Told()) == 0 {
		return plan.Document{}, false
	}
	return e.library.Load().For(s.Gemeente).document(s, gemeente), true
}

// document writes the plan in the conversation's language.
func (c *Content) document(s *State, gemeente string) plan.Document {
	say := func(key string, vars Vars) string { return c.Texts.Say(s.Lang, s.Je, key, vars) }
	p := s.Plan
	kind := "plan." + string(p.Kind) + "."
	d := plan.Document{
		Lang: "nl", Made: p.Made, Title: say(kind+"titel", nil), Own: say("plan.van-u", nil), Room: say("plan.ruimte", nil),
		Terms: plan.Section{Heading: say(kind+"termijn-kop", nil), Lines: strings.Split(say(kind+"termijn", nil), "\n")},
	}
	if s.Lang == knowledge.EN {
		d.Lang = "en"
	}
	d.About = append(d.About, say("plan.gemaakt", Vars{"datum": longDate(s.Lang, p.Made), "gemeente": gemeente}))
	if s.Hulpvraag.For != nil {
		d.About = append(d.About, say("plan.voor-wie", Vars{"wie": s.Hulpvraag.For.Text}))
	}
	for _, id := range p.Kind.Parts() {
		part := plan.Section{Heading: say(kind+"kop."+string(id), nil)}
		for line := range strings.Lines(p.Parts[id].Text) {
			if line = strings.TrimSpace(line); line != "" {
				part.Lines = append(part.Lines, line)
			}
		}
		d.Parts = append(d.Parts, part)
	}
	if s.Chosen != nil {
		d.Parts = append(d.Parts, plan.Section{Heading: say("plan.mijn-keuze", nil), Lines: c.chosenLines(s)})
	}
	return d
}

func longDate(lang knowledge.Lang, day time.Time) string {
	return Date(lang, day) + " " + strconv.Itoa(day.Year())
}
