package store

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegwijzer/bot"
	"wegwijzer/dialogs"
)

func TestPackedHeadsAndBodies(t *testing.T) {
	small, large := conversation("klein"), conversation("groot")
	large.State.Hulpvraag.Words = []dialogs.Quote{{Text: strings.Repeat("ik kan mijn huur niet betalen ", 100)}}
	for name, c := range map[string]*bot.Conversation{"small": small, "large": large} {
		t.Run(name, func(t *testing.T) {
			plain, err := json.Marshal(c)
			if err != nil {
				t.Fatal(err)
			}
			a := aead(newKey())
			sealed, err := sealHead(a, c)
			if err != nil {
				t.Fatal(err)
			}
			if name == "large" && len(sealed) > len(plain)/4 {
				t.Errorf("%d bytes of %d: it isn't packed", len(sealed), len(plain))
			}
			got, err := openHead(a, c.ID, sealed)
			if err != nil {
				t.Fatal(err)
			}
			older, err := openHead(a, c.ID, seal(a, headPlace(c.ID), plain)) // as older programs wrote it
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(older, got); diff != "" {
				t.Errorf("packed and plain differ: %s", diff)
			}
		})
	}
}

func FuzzUnpack(f *testing.F) {
	f.Add([]byte(nil))
	f.Add([]byte("{}"))
	f.Add([]byte{packed})
	f.Add(pack(bytes.Repeat([]byte("huur "), 500)))
	f.Add([]byte{packed, 0xff, 0xff, 0xff, 0xff, 0x0f}) // claims 4 GiB
	f.Fuzz(func(t *testing.T, data []byte) {
		out, err := unpack(data)
		if err != nil {
			return
		}
		if len(data) > 0 && data[0] == packed && len(out) > maxUnpacked {
			t.Errorf("%d bytes of %d", len(out), len(data))
		}
		again, err := unpack(pack(bytes.Repeat(data, 3)))
		if len(data) > 0 && data[0] != packed && (err != nil || !bytes.Equal(again, bytes.Repeat(data, 3))) {
			t.Errorf("packed and unpacked: %d bytes, %v", len(again), err)
		}
	})
}

// TestTheHeadInMemoryIsTheOneOnDisk after each kind of change and of failure.
func TestTheHeadInMemoryIsTheOneOnDisk(t *testing.T) {
	s, err := OpenEmbedded(t.Context(), Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	same := func(when string) {
		t.Helper()
		known := loaded(t, s, "a")
		s.heads.Remove("a")
		if diff := cmp.Diff(loaded(t, s, "a"), known); diff != "" {
			t.Errorf("%s: %s", when, diff)
		}
	}
	c := opened(t, s, conversation("a"))
	if _, ok := s.heads.Peek("a"); !ok {
		t.Fatal("a committed head isn't in memory: this test shows nothing")
	}
	same("opened")
	stale := *c
	c.State.Lang = "en"
	must(t, s, &bot.Commit{Conversation: c, Key: "k", KeyUntil: start.AddDate(10, 0, 0)})
	same("changed")
	if _, err := s.Commit(t.Context(), &bot.Commit{Conversation: &stale}); err == nil {
		t.Fatal("a stale commit was taken")
	}
	same("after a conflict")
	c = loaded(t, s, "a")
	c.State.Lang = "de"
	if r := must(t, s, &bot.Commit{Conversation: c, Key: "k", KeyUntil: start.AddDate(10, 0, 0)}); !r.Repeat {
		t.Fatal("a known key was taken")
	}
	same("after a repeat")
	if _, err := s.Erase(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if _, ok := s.heads.Peek("a"); ok {
		t.Error("an erased head is still in memory")
	}
}

// TestAnotherProcessWritesBesideTheService: `wegwijzer chat` does.
func TestAnotherProcessWritesBesideTheService(t *testing.T) {
	dir := t.TempDir()
	var stores [2]*Embedded
	for i := range stores {
		s, err := OpenEmbedded(t.Context(), Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		stores[i] = s
	}
	opened(t, stores[0], conversation("a"))
	for i := range 4 { // by turns
		mine, other := stores[i%2], stores[(i+1)%2]
		c := loaded(t, mine, "a")
		must(t, mine, &bot.Commit{Conversation: c, Messages: []bot.Message{say(bot.FromResident, "verder")}})
		if got, want := loaded(t, other, "a").LastSeq, c.LastSeq+1; got != want {
			t.Errorf("turn %d: the other process loads seq %d, want %d", i, got, want)
		}
	}
}
