package dialogs

import (
	"slices"
	"strings"

	"wegwijzer/knowledge"
)

// name takes levensgebieden that the resident named or pointed at.
func (t *turn) name(list ...knowledge.Levensgebied) {
	for _, l := range list {
		t.s.Named = add(t.s.Named, l)
		t.s.Hulpvraag.from("levensgebied:"+string(l), t.in.Seq)
	}
	t.derive()
}

// first puts a levensgebied before the others that were named.
func (t *turn) first(l knowledge.Levensgebied) {
	t.s.Named = add([]knowledge.Levensgebied{l}, t.s.Named...)
	t.s.Hulpvraag.from("levensgebied:"+string(l), t.in.Seq)
	t.derive()
}

// derive draws the conclusions anew that the dialog files name: from what was
// named and answered to levensgebieden, stelsels, risks and urgency. An answer
// that was taken back so takes its conclusions with it.
func (t *turn) derive() {
	h := &t.s.Hulpvraag
	h.Levensgebieden = slices.Clone(t.s.Named)
	h.Stelsels, h.Risks, h.Urgent = nil, nil, false
	for i := 0; i < len(h.Levensgebieden); i++ {
		l := h.Levensgebieden[i]
		flow := t.c.flow(l)
		if i < len(t.s.Named) {
			h.Stelsels = add(h.Stelsels, flow.Stelsels...)
			for _, st := range flow.Stelsels {
				h.from("stelsel:"+string(st), last(h.From["levensgebied:"+string(l)]))
			}
		}
		for _, p := range flow.Steps {
			slot := t.s.Slots[string(flow.Levensgebied)+"/"+p.ID]
			if c := p.choice(slot.Value); c != nil {
				h.conclude(c, slot.Seq)
			}
		}
	}
	for _, g := range t.s.Guides {
		for _, p := range t.c.flow(g).Steps {
			slot := t.s.Slots[string(g)+"/"+p.ID]
			if c := p.choice(slot.Value); c != nil {
				h.conclude(c, slot.Seq)
			}
		}
	}
}

// conclude takes what follows from one answer.
func (h *Hulpvraag) conclude(c *StepChoice, seq uint64) {
	h.Levensgebieden = add(h.Levensgebieden, c.Levensgebieden...)
	for _, x := range c.Levensgebieden {
		h.from("levensgebied:"+string(x), seq)
	}
	h.Doelgroepen = add(h.Doelgroepen, c.Doelgroepen...)
	h.Stelsels = add(h.Stelsels, c.Stelsels...)
	for _, x := range c.Stelsels {
		h.from("stelsel:"+string(x), seq)
	}
	for _, x := range c.Steunvormen {
		h.support(x, seq)
	}
	if c.Risk != "" {
		h.Risks = add(h.Risks, c.Risk)
		h.from("risico:"+c.Risk, seq)
	}
	h.Urgent = h.Urgent || c.Urgent
}

// support notes a form of support that the question needs (S04).
func (h *Hulpvraag) support(v knowledge.Steunvorm, seq uint64) {
	h.Steunvormen = add(h.Steunvormen, v)
	h.from("steunvorm:"+string(v), seq)
}

// drop takes levensgebieden back, with the answers about them; the others
// stay.
func (t *turn) drop(list ...knowledge.Levensgebied) {
	for _, l := range list {
		t.s.Named = slices.DeleteFunc(t.s.Named, func(x knowledge.Levensgebied) bool { return x == l })
		t.forgetFlow(t.c.flow(l).Levensgebied)
		delete(t.s.Hulpvraag.From, "levensgebied:"+string(l))
	}
	t.derive()
	for key := range t.s.Slots { // of levensgebieden that followed from those
		flow, _, _ := strings.Cut(key, "/")
		if !slices.ContainsFunc(t.s.Hulpvraag.Levensgebieden, func(l knowledge.Levensgebied) bool {
			return string(t.c.flow(l).Levensgebied) == flow
		}) {
			t.forgetFlow(knowledge.Levensgebied(flow))
		}
	}
	t.derive()
}

// forgetFlow takes back what was asked and answered in a dialog.
func (t *turn) forgetFlow(id knowledge.Levensgebied) {
	prefix := string(id) + "/"
	for key := range t.s.Slots {
		if strings.HasPrefix(key, prefix) {
			delete(t.s.Slots, key)
		}
	}
	t.s.Asked = slices.DeleteFunc(t.s.Asked, func(key string) bool { return strings.HasPrefix(key, prefix) })
}

func last(list []uint64) uint64 {
	if len(list) == 0 {
		return 0
	}
	return list[len(list)-1]
}
