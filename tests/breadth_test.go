package tests

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"wegwijzer/bot"
	"wegwijzer/bot/scripts"
	"wegwijzer/dialogs"
	"wegwijzer/knowledge"
	"wegwijzer/tests/harness"
)

// Bounds on what the scripts show together.
const (
	leastScripts  = 8 // of each levensgebied
	leastTouched  = 6 // scripts that touch a doelgroep
	mostTurns     = 4 // median, from the first message to the first useful answer
	leastAnswered = 120
)

// spoken is one conversation after it was played: what was said, and what the
// dialog made of it.
type spoken struct {
	script   string
	messages []bot.Message
	state    dialogs.State
}

// playAll plays every script without a channel between, and gives what came of
// each conversation in it.
func playAll(t *testing.T) []spoken {
	t.Helper()
	s := harness.Start(t, nil)
	var list []spoken
	for _, script := range conversations(t) {
		if script.MovesClock() {
			continue // the others hold what is counted
		}
		doors := map[string]scripts.Opener{}
		for _, ch := range []bot.Channel{bot.ChannelWeb, bot.ChannelTelegram, bot.ChannelTerminal} {
			doors[string(ch)] = scripts.Direct(s.App.Bot, ch)
		}
		p := &scripts.Player{Bot: s.App.Bot, Doors: doors}
		_ = p.Play(script, script.Channels()[0]) // whether it goes as written is TestConversations' to say
		for _, id := range p.Conversations() {
			conv, err := s.App.Bot.Store.Load(context.Background(), id)
			if err != nil {
				continue // erased
			}
			messages, err := s.App.Bot.Messages(context.Background(), id, 0, 0)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, spoken{script.Name, messages, conv.State})
		}
	}
	return list
}

// TestBreadthOfTheScripts counts levensgebied × moment × doelgroep over the
// scripts (S21, S22, S23): no levensgebied without one of its moments, at least
// eight scripts each, each doelgroep touched at least six times. With -v it
// prints the table.
func TestBreadthOfTheScripts(t *testing.T) {
	type cell struct {
		l knowledge.Levensgebied
		m knowledge.Moment
	}
	cells, areas, groups := map[cell]int{}, map[knowledge.Levensgebied]int{}, map[knowledge.Doelgroep]int{}
	touched := map[knowledge.Levensgebied]map[knowledge.Doelgroep]int{}
	var turns []int
	for _, c := range playAll(t) {
		h := &c.state.Hulpvraag
		for _, l := range c.state.Named {
			areas[l]++
			cells[cell{l, h.Moment}]++
			if touched[l] == nil {
				touched[l] = map[knowledge.Doelgroep]int{}
			}
			for _, d := range h.Doelgroepen {
				touched[l][d]++
			}
		}
		for _, d := range h.Doelgroepen {
			groups[d]++
		}
		if n := firstUseful(c.messages); n > 0 {
			turns = append(turns, n)
		}
	}
	var table strings.Builder
	for _, l := range knowledge.Levensgebieden() {
		fmt.Fprintf(&table, "\n%-20s %3d scripts:", l, areas[l])
		for _, m := range knowledge.Momenten() {
			n := cells[cell{l, m}]
			fmt.Fprintf(&table, " %s %d", m, n)
			if n == 0 {
				t.Errorf("no script shows %s in the moment %s", l, m)
			}
		}
		for _, d := range slices.Sorted(maps.Keys(touched[l])) {
			fmt.Fprintf(&table, ", %s %d", d, touched[l][d])
		}
		if areas[l] < leastScripts {
			t.Errorf("%s has %d scripts, at least %d are due", l, areas[l], leastScripts)
		}
	}
	for _, d := range knowledge.Doelgroepen() {
		fmt.Fprintf(&table, "\n%-24s %3d", d, groups[d])
		if groups[d] < leastTouched {
			t.Errorf("%s is touched by %d scripts, at least %d are due", d, groups[d], leastTouched)
		}
	}
	slices.Sort(turns)
	if len(turns) < leastAnswered {
		t.Fatalf("%d conversations came to an answer, at least %d are due", len(turns), leastAnswered)
	}
	median := turns[len(turns)/2]
	t.Logf("median %d turns to the first useful answer over %d conversations, nine in ten within %d%s", median, len(turns), turns[len(turns)*9/10], table.String())
	if median > mostTurns {
		t.Errorf("median %d turns to the first useful answer, at most %d are due", median, mostTurns)
	}
}

// TestNothingToldIsAsked finds every question of a dialog that was asked although
// a message before it named one of its answers. What was asked again after a
// detour was answered by nobody: only the first time counts.
func TestNothingToldIsAsked(t *testing.T) {
	content, err := dialogs.Load(dialogs.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	questions := 0
	for _, c := range playAll(t) {
		var told []string
		seen, offered := map[string]bool{}, map[string]bool{}
		for _, m := range c.messages {
			if m.From == bot.FromResident {
				if !offered[m.Text] { // a button's words are the bot's own
					told = append(told, m.Text)
				}
				continue
			}
			for _, choice := range m.Choices {
				offered[choice.Label] = true
			}
			if !content.Asks(m.Choices) || seen[m.Text] {
				continue
			}
			questions++
			seen[m.Text] = true
			for _, text := range told {
				if l, answer := content.Tells(m.Choices, text); answer != "" {
					t.Errorf("%s: asks %q although %q says %s of %s", c.script, m.Text, text, answer, l)
				}
			}
		}
	}
	if questions < leastAnswered {
		t.Fatalf("%d questions were looked at: nothing is tested", questions)
	}
	t.Logf("%d questions", questions)
}

// firstUseful counts the resident's turns up to the first answer that helps: a
// service, a number in danger, a plan, or the way to a person. 0: there is none.
func firstUseful(messages []bot.Message) int {
	n := 0
	for _, m := range messages {
		if m.From == bot.FromResident {
			n++
			continue
		}
		if len(m.Sources) > 0 || slices.Contains([]dialogs.Kind{dialogs.KindCrisis, dialogs.KindSummary, dialogs.KindHandover, dialogs.KindPlan}, m.Kind) {
			return n
		}
	}
	return 0
}
