package main

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

const (
	src  = "../src"
	dist = "../dist"
)

func TestDistIsWhatTheSourcesMake(t *testing.T) {
	files, err := bundle(src)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 4 {
		t.Fatalf("got %d files, want 4", len(files))
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(dist, name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is older than its sources: run go generate ./channels/web/widget", name)
		}
	}
	entries, err := os.ReadDir(dist)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if _, ok := files[e.Name()]; !ok {
			t.Errorf("dist/%s comes from no source", e.Name())
		}
	}
}

func TestSizes(t *testing.T) {
	launcher := gzipped(t, "widget.js")
	together := launcher + gzipped(t, "chat.js") + gzipped(t, "chat.css")
	t.Logf("launcher %d bytes, launcher and panel %d bytes, gzip -9", launcher, together)
	if launcher > 5000 {
		t.Errorf("launcher: %d bytes, at most 5000", launcher)
	}
	if together > 20000 {
		t.Errorf("launcher and panel: %d bytes, at most 20000", together)
	}
}

// What strict CSP and Trusted Types forbid doesn't occur in the scripts.
func TestScriptsNeedNothingThatCSPForbids(t *testing.T) {
	forbidden := regexp.MustCompile(
		`innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setAttribute\("(on|style)|srcdoc|localStorage|document\.cookie`)
	for _, name := range []string{"widget.js", "chat.js"} {
		text, err := os.ReadFile(filepath.Join(dist, name))
		if err != nil {
			t.Fatal(err)
		}
		if found := forbidden.Find(text); found != nil {
			t.Errorf("%s uses %s", name, found)
		}
	}
}

func TestFaultNamesFileAndLine(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"widget.ts": "const a = 1;\nconst = 2;\n", "chat.ts": "", "chat.css": "", "site.css": "", "widget.css": "",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, err := bundle(dir)
	if err == nil || !regexp.MustCompile(`widget\.ts:2: `).MatchString(err.Error()) {
		t.Errorf("got %v, want the place widget.ts:2", err)
	}
}

func gzipped(t *testing.T, name string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dist, name))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Len()
}

func TestTheDesksDistIsWhatItsSourcesMake(t *testing.T) {
	const desk = "../../../desk/"
	files, err := build(desk+"src", []string{"desk.ts", "desk.css"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 2 {
		t.Fatalf("got %d files, want 2", len(files))
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(desk, "dist", name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is older than its sources: run go generate ./channels/desk", name)
		}
	}
}
