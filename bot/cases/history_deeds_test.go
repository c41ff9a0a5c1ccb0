package cases

import (
	"errors"
	"time"

	"pgregory.net/rapid"
)

// deeds are what everyone can do, each on what was loaded now or earlier.
func (w *world) deeds() map[string]func() {
	who := func() SupporterID {
		return rapid.SampledFrom([]SupporterID{"anna", "bram", "anna", "bram", "cora", "coordinator", "elders", "muur", "beslist"}).Draw(w.t, "who")
	}
	// own lets the supporter act whose case it is, or drawn somebody else.
	own := func(f func(h *hand, who SupporterID) error) func() {
		return func() {
			actor := who()
			if c := w.store.Case; c.Owned() && rapid.IntRange(0, 3).Draw(w.t, "the owner") > 0 {
				actor = c.Supporter
			}
			_ = w.act(string(actor), func(h *hand) error {
				if h.Case == nil {
					return ErrClosed
				}
				return f(h, actor)
			})
		}
	}
	resident := func(f func(h *hand) error) func() {
		return func() { _ = w.act("inwoner", f) }
	}
	withCase := func(f func(h *hand) error) func() {
		return resident(func(h *hand) error {
			if h.Case == nil {
				return ErrClosed
			}
			return f(h)
		})
	}
	list := w.aroundTheCase(own, withCase, who)
	for name, f := range map[string]func(){
		"offer": resident(func(h *hand) error {
			if h.Case.Owned() {
				return ErrStep
			}
			if h.Road == nil {
				h.Road = &Road{}
			}
			return h.Road.Offer(w.now, "")
		}),
		"decline": resident(func(h *hand) error {
			if h.Case.Owned() || h.Road == nil {
				return ErrStep
			}
			return h.Road.Decline(w.now)
		}),
		"agree": resident(w.agree), "escalate": resident(w.escalate), "rescue": resident(w.rescue),
		"take":   own(func(h *hand, who SupporterID) error { return h.Case.Take(w.roster, who, w.now) }),
		"return": own(func(h *hand, who SupporterID) error { return h.Case.HandBack(who, w.now, "") }),
		"close":  own(func(h *hand, who SupporterID) error { return h.Case.Close(who, w.now, OutcomeHelped) }),
		"refuse": withCase(func(h *hand) error {
			if _, err := h.Case.Refuse(w.roster, Load{}, w.terms, w.now); err != nil && !errors.Is(err, ErrNobody) {
				return err
			}
			return nil
		}),
		"revoke": withCase(func(h *hand) error { h.Case.Revoke(w.now); return nil }),
		"urgent": withCase(func(h *hand) error {
			if !h.Case.Open() {
				return ErrClosed
			}
			h.Case.MarkUrgent("geweld", w.terms, w.now)
			return nil
		}),
		"clock": func() {
			w.now = w.now.Add(time.Duration(rapid.IntRange(-3, 72).Draw(w.t, "hours")) * time.Hour)
		},
		"timers": w.timers, "crash": w.crash, "leave": w.leave, "reconcile": w.reconcile,
	} {
		list[name] = f
	}
	return list
}

func (w *world) aroundTheCase(own func(func(*hand, SupporterID) error) func(), withCase func(func(*hand) error) func(), who func() SupporterID) map[string]func() {
	return map[string]func(){
		"contact": own(func(h *hand, who SupporterID) error {
			return h.Case.LogContact(who, ContactEntry{Personal: true, Minutes: 200}, rapid.SampledFrom([]Longer{"", LongerTrust}).Draw(w.t, "longer"), w.now, w.terms)
		}),
		"appoint": own(func(h *hand, who SupporterID) error {
			return h.Case.Appoint(who, Appointment{At: w.now.Add(30 * time.Hour), Minutes: 30, How: HowHome}, true, w.now, w.terms)
		}),
		"hand over": own(func(h *hand, from SupporterID) error {
			return h.Case.Handover(w.roster, from, who(), "past beter", w.now)
		}),
		"keep": own(func(h *hand, who SupporterID) error { return h.Case.Keep(who, w.now) }),
		"consult": own(func(h *hand, from SupporterID) error {
			return h.Case.ConsultWith(w.roster, from, who(), "wat zou u doen?", rapid.Bool().Draw(w.t, "anonymous"), w.now)
		}),
		"advise":    own(func(h *hand, _ SupporterID) error { return h.Case.Advise(who(), "bel eerst", w.now) }),
		"consulted": own(func(h *hand, who SupporterID) error { return h.Case.Consulted(who, w.now) }),
		"propose a waakvlam": own(func(h *hand, who SupporterID) error {
			return h.Case.ProposeWaakvlam(who, 14, w.now)
		}),
		"yes": withCase(func(h *hand) error {
			_, err := h.Case.Agreed(w.roster, h.Case.Asks-rapid.IntRange(0, 1).Draw(w.t, "an old button"), w.terms, w.now)
			if errors.Is(err, ErrWall) { // the colleague can't have it any more: that is kept too
				return nil
			}
			return err
		}),
		"no":   withCase(func(h *hand) error { _, err := h.Case.Declined(h.Case.Asks, w.now); return err }),
		"well": withCase(func(h *hand) error { return h.Case.Heard(w.now) }),
		"stop": withCase(func(h *hand) error { return h.Case.EndWaakvlam(w.now) }),
		"wake": withCase(func(h *hand) error { return h.Case.Wake(w.roster, Load{}, w.terms, "gevraagd", w.now) }),
		"opine": withCase(func(h *hand) error {
			return h.Case.Opine(h.Case.NextQuestion(), OpinionYes, w.now)
		}),
	}
}

// rescue is what the bot does when it keeps failing.
func (w *world) rescue(h *hand) error {
	n := Need{Gemeente: "hier", Now: w.now}
	if h.Case != nil {
		n.Refused = h.Case.Refused
	}
	c, _, err := Technical(Opening{ID: "zaak", Need: n, Road: h.Road, Before: h.Case, Summary: "storing"}, w.roster, Load{}, w.terms)
	if err != nil {
		return err
	}
	h.Case, h.Road = c, nil
	return nil
}

// timers does what the service does each second: after it, no stage that is due
// is untold.
func (w *world) timers() {
	h := w.load()
	c := h.Case
	if c == nil {
		return
	}
	before := *c.Clone()
	switch stage := c.Reached(w.now); stage {
	case "":
		_, wake := c.AskHow(w.now)
		if wake {
			_ = c.Wake(w.roster, Load{}, w.terms, "stil", w.now)
		}
	case StageOver:
		if err := c.Breach(w.roster, Load{}, w.terms, w.now); err != nil {
			w.t.Fatalf("a term is over and nobody does anything: %v", err)
		}
	default:
		c.Warn(stage, w.now)
	}
	if c.Reached(w.now) != "" && !c.ContactBefore.Before(before.ContactBefore) && c.Supporter == before.Supporter {
		w.t.Fatalf("a stage would be told again: %s", c.Reached(w.now))
	}
	if len(c.Fresh()) > 0 {
		w.commit(h)
	}
}

// leave takes a supporter out of the roster, as long as somebody stays.
func (w *world) leave() {
	i := rapid.IntRange(0, 2).Draw(w.t, "who leaves")
	w.roster.Supporters[i].Disabled = !w.roster.Supporters[i].Disabled
}

// reconcile gives the case of who left to somebody else.
func (w *world) reconcile() {
	h := w.load()
	if !h.Case.Owned() {
		return
	}
	if s, ok := w.roster.Supporter(h.Case.Supporter); ok && !s.Disabled {
		return
	}
	if err := h.Case.Orphaned(w.roster, Load{}, w.terms, w.now); err == nil {
		w.commit(h)
	}
}
