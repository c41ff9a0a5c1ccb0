package kaart

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestHulpsoorten(t *testing.T) {
	all, err := Hulpsoorten()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("no hulpsoorten")
	}
	seen := map[string]HulpsoortID{}
	for _, h := range all {
		if len(h.Sentences) < 25 {
			t.Errorf("%s has %d sentences, at least 25 are needed", h.ID, len(h.Sentences))
		}
		for _, s := range h.Sentences {
			if other, dup := seen[s]; dup {
				t.Errorf("%s and %s share the sentence %q", other, h.ID, s)
			}
			seen[s] = h.ID
		}
	}
}

func TestLoadHulpsoortenRejects(t *testing.T) {
	good := "[[hulpsoort]]\nid='a'\nnaam='A'\nlevensgebieden=['wonen']\nwoorden=['a']\nzinnen='x'\n"
	for name, tt := range map[string]struct{ in, want string }{
		"a double id":             {good + good, "twice"},
		"an unknown levensgebied": {strings.Replace(good, "wonen", "geld", 1), `unknown levensgebied "geld"`},
		"no sentences":            {strings.Replace(good, "zinnen='x'", "", 1), "lacks"},
		"an unknown key":          {good + "zinen='x'\n", "unknown key"},
		"broken TOML":             {"[[hulpsoort", "a.toml"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := LoadHulpsoorten(fstest.MapFS{"a.toml": {Data: []byte(tt.in)}})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}
