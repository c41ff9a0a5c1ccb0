package telegram

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// samples are the example updates of the specification's folder.
func samples(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("../../tests/testdata/telegram/updates_*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no sample updates: %v", err)
	}
	list := map[string][]byte{}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		list[filepath.Base(f)] = raw
	}
	return list
}

func TestSampleUpdatesDecode(t *testing.T) {
	for name, raw := range samples(t) {
		t.Run(name, func(t *testing.T) {
			u, err := decode(raw)
			if err != nil || u.ID != 10000 {
				t.Errorf("%+v, %v", u, err)
			}
		})
	}
}

func TestWordsSurviveFieldsThatTheLibraryDoesNotKnow(t *testing.T) {
	u, err := decode([]byte(`{"update_id":5,"message":{"message_id":1,"date":1,"chat":{"id":7,"type":"private"},
		"from":{"id":7,"first_name":3},"text":"mijn huur","forward_origin":{"type":"a_new_one"}}}`))
	if err != nil || u.Message == nil || u.Message.Text != "mijn huur" || u.Message.Chat.ID != 7 {
		t.Errorf("%+v, %v", u, err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, raw := range samples(f) {
		f.Add(raw)
	}
	f.Add([]byte(`{"update_id":1,"callback_query":{"id":"1","data":"mens:ja","message":{"message_id":3,"date":0,"chat":{"id":7,"type":"private"}}}}`))
	f.Add([]byte(`{"update_id":1,"my_chat_member":{"chat":{"id":-1,"type":"group"},"new_chat_member":{"status":"left"}}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		u, err := decode(raw)
		if err != nil {
			return
		}
		if u.ID <= 0 {
			t.Error("an update without a number")
		}
		if m := u.Message; m != nil {
			_, _, _ = private(m.Chat), group(m.Chat), wordless(m)
			parseCommand(m.Text)
		}
		if u.CallbackQuery != nil {
			place(u.CallbackQuery)
		}
	})
}

func FuzzSplit(f *testing.F) {
	f.Add("Een zin. Nog een zin.\n\nEen alinea 😀😀.", 10)
	f.Add(strings.Repeat("😀", 50), 7)
	f.Add("\xff\xfe tekst", 4)
	f.Fuzz(func(t *testing.T, text string, limit int) {
		limit = 2 + max(limit, -limit)%5000
		if limit < 2 {
			limit = 2
		}
		letters := func(s string) string { return strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), "") }
		all := ""
		for _, piece := range split(text, limit) {
			if n := units(piece); n < 1 || n > limit || !utf8.ValidString(piece) {
				t.Errorf("a piece of %d units, limit %d", n, limit)
			}
			all += piece
		}
		if letters(all) != letters(text) {
			t.Error("letters were lost")
		}
	})
}

func TestSplitPrefersParagraphsThenSentences(t *testing.T) {
	for name, tc := range map[string]struct {
		text string
		want []string
	}{
		"short stays whole":        {"Kort.", []string{"Kort."}},
		"empty is nothing":         {"  \n", nil},
		"at a paragraph":           {"Eerste deel.\n\nTweede deel. Slot", []string{"Eerste deel.", "Tweede deel. Slot"}},
		"at a sentence":            {"Dit is een. Dit is twee en langer", []string{"Dit is een.", "Dit is twee en langer"}},
		"at a word":                {"woord woord woord woord", []string{"woord woord woord", "woord"}},
		"anywhere when it must":    {strings.Repeat("a", 25), []string{strings.Repeat("a", 21), "aaaa"}},
		"never within a character": {strings.Repeat("😀", 11), []string{strings.Repeat("😀", 10), "😀"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := split(tc.text, 21)
			if strings.Join(got, "|") != strings.Join(tc.want, "|") {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestDataFitsAButton(t *testing.T) {
	seen := map[string]string{}
	for _, id := range []string{"mens:ja", strings.Repeat("a", 64), strings.Repeat("a", 65), strings.Repeat("é", 40), "#x", ""} {
		data := dataOf(id)
		if len(data) < 1 || len(data) > maxData || data != dataOf(id) {
			t.Errorf("%q becomes %q", id, data)
		}
		if other, ok := seen[data]; ok {
			t.Errorf("%q and %q are both %q", id, other, data)
		}
		seen[data] = id
	}
}
