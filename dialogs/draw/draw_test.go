package draw

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/fstest"

	"wegwijzer/dialogs"
	"wegwijzer/knowledge"
)

func content(t *testing.T, files ...string) *dialogs.Content {
	t.Helper()
	own := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		own[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	c, err := dialogs.Load(dialogs.Embedded(), own)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEveryDialogIsDrawnWhole(t *testing.T) {
	c := content(t)
	if len(c.Flows) < 3 {
		t.Fatalf("only %d dialogs", len(c.Flows))
	}
	for id, flow := range c.Flows {
		t.Run(string(id), func(t *testing.T) {
			g, err := Of(c, id)
			if err != nil {
				t.Fatal(err)
			}
			if len(g.Nodes) != len(flow.Steps)+2 {
				t.Errorf("%d nodes for %d steps", len(g.Nodes), len(flow.Steps))
			}
			reached := map[string]bool{Begin: true}
			for _, e := range g.Edges {
				reached[e.To] = true
			}
			for _, n := range g.Nodes {
				if !reached[n.ID] {
					t.Errorf("no edge leads to %s", n.ID)
				}
			}
			checkPicture(t, g, flow)
		})
	}
}

// checkPicture: the SVG is well-formed, holds every question, and no box lies
// over another.
func checkPicture(t *testing.T, g *Graph, flow *dialogs.Flow) {
	t.Helper()
	var b strings.Builder
	if err := g.SVG(&b); err != nil {
		t.Fatal(err)
	}
	var got svg
	if err := xml.Unmarshal([]byte(b.String()), &got); err != nil {
		t.Fatalf("the picture is no XML: %v", err)
	}
	if len(got.Rects) != len(flow.Steps)+2 || len(got.Paths) != len(g.Edges) {
		t.Errorf("%d boxes and %d arrows", len(got.Rects), len(got.Paths))
	}
	bottom := 0
	for _, r := range got.Rects {
		if r.Y < bottom || r.X < 0 || r.X+r.Width > got.Width {
			t.Errorf("box %+v stands wrong", r)
		}
		bottom = r.Y + r.Height
	}
	mermaid := g.Mermaid()
	for _, n := range g.Nodes {
		first := wrap(n.Text, lineChars)[0]
		if !strings.Contains(b.String(), strings.SplitN(first, "'", 2)[0]) || !strings.Contains(mermaid, mermaidID(n.ID)+"[") {
			t.Errorf("%s is missing", n.ID)
		}
	}
}

func TestTextCannotBreakThePicture(t *testing.T) {
	c := content(t, "texts/nl/wonen.toml", `[kern]
ask = "</text><script>alert(1)</script> \"wat\" & waar?"
`)
	g, err := Of(c, knowledge.Wonen)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := g.SVG(&b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "<script>") || strings.Contains(g.Mermaid(), `alert(1)</script> "wat"`) {
		t.Error("a text became part of the picture")
	}
	if err := g.SVG(failing{}); err == nil {
		t.Error("a picture that can't be written is no error")
	}
}

func TestAChoiceThatLeadsOnIsDrawn(t *testing.T) {
	c := content(t, "wonen.toml", `levensgebied = "wonen"
[[step]]
id = "kern"
[[step.choice]]
id = "buren"
next = "klaar"
[[step.choice]]
id = "zoeken"
next = "brief"
[[step]]
id = "huurder"
free = true
[[step]]
id = "brief"
free = true
`)
	g, err := Of(c, knowledge.Wonen)
	if err != nil {
		t.Fatal(err)
	}
	var ends, leads bool
	for _, e := range g.Edges {
		ends = ends || e.From == "kern" && e.To == End && e.Label != ""
		leads = leads || e.From == "kern" && e.To == "brief" && e.Label != ""
	}
	if !ends || !leads {
		t.Errorf("edges %+v", g.Edges)
	}
	if _, err := Of(c, "bestaat-niet"); err == nil || !strings.Contains(err.Error(), "wonen") {
		t.Errorf("an unknown dialog: %v", err)
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("full") }

var _ io.Writer = failing{}
