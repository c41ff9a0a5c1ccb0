package faults

import (
	"errors"
	"time"

	"wegwijzer/bot"
)

// termOver: a promise of two days ends at the same hour of the clock on the
// wall, two nights later, whatever happened to the clock in between.
func termOver(w *watch, from, to string) {
	w.set(from + " 10:00")
	id := w.talk(6)
	for _, early := range []string{" 08:59", " 09:30", " 09:59"} {
		w.set(to + early)
		w.fire()
		w.want(id, 0)
	}
	for _, late := range []string{" 10:00", " 10:01", " 10:20"} {
		w.set(to + late)
		w.fire()
		w.want(id, 1)
	}
}

// termAtNight: the term ends at half past two in the night of the change. It
// goes off once, within that night's hour.
func termAtNight(w *watch, from, night string) {
	w.set(from + " 02:30")
	id := w.talk(6)
	w.set(night + " 01:25")
	w.fire()
	w.want(id, 0)
	first, err := time.ParseInLocation("2006-01-02 15:04", night+" 01:30", w.zone)
	if err != nil {
		w.t.Fatal(err)
	}
	for step := range 7 { // three hours of real time, by the half
		w.move(first.Add(time.Duration(step) * 30 * time.Minute))
		w.fire()
	}
	w.want(id, 1)
}

// kept: what nobody touches is erased after the days of retention, not before,
// and nothing is made of it after that.
func kept(w *watch, from string) {
	w.set(from)
	id, at := w.talk(1), w.clock()
	w.move(at.Add(retention - 61*time.Minute))
	w.fire()
	if w.erased(id) {
		w.t.Fatal("it was erased before its time")
	}
	w.move(at.Add(retention))
	w.fire()
	if !w.erased(id) {
		w.t.Error("it wasn't erased")
	}
	w.move(at) // the clock is put back
	w.fire()
	if _, err := w.nodes[1].Receive(w.t.Context(), bot.Incoming{Conversation: id, Key: "later", Text: "bent u er nog?"}); !errors.Is(err, bot.ErrNotFound) {
		w.t.Errorf("a message to what was erased: %v", err)
	}
}

// downtime: after ten weeks all that is due is done once: an open case is
// passed on and stays, what had no case is erased.
func downtime(w *watch) {
	w.set("2027-03-01 10:00")
	open, idle := w.talk(6), w.talk(1)
	w.set("2027-05-10 10:00")
	w.fire()
	w.fire()
	w.want(open, 1)
	if !w.erased(idle) {
		w.t.Error("what had no case wasn't erased")
	}
	if next := w.conversation(open).NextTimer(); !next.After(w.clock()) {
		w.t.Errorf("the next timer, %v, is not in the future", next)
	}
}

// jumpsBack: a term that went off doesn't go off again when its hour comes
// again; messages stay in the order in which they came.
func jumpsBack(w *watch) {
	w.set("2027-06-14 10:00")
	id := w.talk(6)
	w.set("2027-06-16 10:05")
	w.fire()
	w.want(id, 1)
	w.set("2027-06-16 09:05")
	w.fire()
	say(w, id, "de klok is terug")
	for _, again := range []string{"09:59", "10:00", "10:06"} {
		w.set("2027-06-16 " + again)
		w.fire()
		w.want(id, 1)
	}
	say(w, id, "en weer gewoon")
}

// jumpsForward: a clock that runs ahead sets a term off early, and once: not
// again when the right hour comes.
func jumpsForward(w *watch) {
	w.set("2027-06-14 10:00")
	id := w.talk(6)
	w.set("2027-06-16 09:10")
	w.fire()
	w.want(id, 0)
	w.set("2027-06-16 10:10") // an hour ahead
	w.fire()
	w.want(id, 1)
	say(w, id, "de klok loopt voor")
	for _, right := range []string{"09:11", "10:00", "10:30"} {
		w.set("2027-06-16 " + right)
		w.fire()
		w.want(id, 1)
	}
	say(w, id, "en weer gewoon")
}

// say sends a message twice, the second time after an hour's jump: it is there
// once, last, and answered or at least kept.
func say(w *watch, id bot.ConversationID, text string) {
	w.t.Helper()
	in := bot.Incoming{Conversation: id, Key: text, Text: text}
	first, err := w.nodes[0].Receive(w.t.Context(), in)
	if err != nil || first.Repeat {
		w.t.Fatalf("%q: %+v, %v", text, first, err)
	}
	now := w.clock()
	for _, jump := range []time.Duration{-time.Hour, time.Hour} {
		w.move(now.Add(jump))
		again, err := w.nodes[1].Receive(w.t.Context(), in)
		if err != nil || !again.Repeat || again.Seq != first.Seq {
			w.t.Errorf("%q again, the clock moved by %v: %+v, %v, want seq %d", text, jump, again, err, first.Seq)
		}
	}
	w.move(now)
	list, err := w.nodes[0].Messages(w.t.Context(), id, 0, 0)
	if err != nil {
		w.t.Fatal(err)
	}
	n := 0
	for i, m := range list {
		if m.Seq != bot.Seq(i+1) {
			w.t.Errorf("message %d has seq %d", i+1, m.Seq)
		}
		if m.Text == text {
			n++
		}
	}
	if n != 1 {
		w.t.Errorf("%q stands there %d times", text, n)
	}
}
