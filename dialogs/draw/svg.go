package draw

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Measures of the picture, in pixels.
const (
	boxWidth  = 420
	indent    = 60
	margin    = 30
	gap       = 34
	lineHigh  = 18
	padding   = 12
	lineChars = 54
	lane      = 10 // between the lines beside the boxes
)

type svg struct {
	XMLName xml.Name `xml:"svg"`
	NS      string   `xml:"xmlns,attr"`
	Width   int      `xml:"width,attr"`
	Height  int      `xml:"height,attr"`
	ViewBox string   `xml:"viewBox,attr"`
	Role    string   `xml:"role,attr"`
	Title   string   `xml:"title"`
	Style   string   `xml:"style"`
	Defs    defs     `xml:"defs"`
	Paths   []path   `xml:"path"`
	Rects   []rect   `xml:"rect"`
	Texts   []text   `xml:"text"`
}

type defs struct {
	Marker struct {
		ID     string `xml:"id,attr"`
		Width  int    `xml:"markerWidth,attr"`
		Height int    `xml:"markerHeight,attr"`
		RefX   int    `xml:"refX,attr"`
		RefY   int    `xml:"refY,attr"`
		Orient string `xml:"orient,attr"`
		Path   path   `xml:"path"`
	} `xml:"marker"`
}

type path struct {
	D     string `xml:"d,attr"`
	Class string `xml:"class,attr,omitempty"`
	End   string `xml:"marker-end,attr,omitempty"`
}

type rect struct {
	X      int    `xml:"x,attr"`
	Y      int    `xml:"y,attr"`
	Width  int    `xml:"width,attr"`
	Height int    `xml:"height,attr"`
	RX     int    `xml:"rx,attr"`
	Class  string `xml:"class,attr,omitempty"`
}

type text struct {
	X     int    `xml:"x,attr"`
	Y     int    `xml:"y,attr"`
	Class string `xml:"class,attr,omitempty"`
	Text  string `xml:",chardata"`
}

const style = "text{font:14px sans-serif;fill:#1a1a1a}.q{font-weight:bold}.c,.l{font-size:12px;fill:#444}" +
	"rect{fill:#fff;stroke:#5b6b7b}.when{fill:#f3f7fb}.end{fill:#eef6ee}path{fill:none;stroke:#5b6b7b}.d{stroke-dasharray:5 4}marker path{fill:#5b6b7b}"

// box is a node with its place.
type box struct {
	x, y, height int
}

// SVG writes the picture. Questions stand below each other; one that only some
// get stands further to the right, on a tint, with the answers that lead to it.
func (g *Graph) SVG(w io.Writer) error {
	s := &svg{NS: "http://www.w3.org/2000/svg", Role: "img", Title: "Dialoog " + g.Title, Style: style}
	m := &s.Defs.Marker
	m.ID, m.Width, m.Height, m.RefX, m.RefY, m.Orient, m.Path.D = "a", 8, 8, 7, 4, "auto", "M0 0L8 4L0 8z"
	left := margin + lane*(len(g.Edges)+1)
	boxes, y, right := map[string]box{}, margin, 0
	for _, n := range g.Nodes {
		b := box{x: left + n.Depth*indent, y: y}
		b.height = s.node(n, b, g.conditions(n.ID))
		boxes[n.ID] = b
		y += b.height + gap
		right = max(right, b.x+boxWidth)
	}
	for i, e := range g.Edges {
		s.edge(boxes[e.From], boxes[e.To], left-lane*(i+1), e.Label != "")
	}
	s.Width, s.Height = right+margin, y
	s.ViewBox = fmt.Sprintf("0 0 %d %d", s.Width, s.Height)
	enc := xml.NewEncoder(w)
	enc.Indent("", " ")
	if err := enc.Encode(s); err != nil {
		return err
	}
	return enc.Close()
}

// conditions are the labels of the edges to a node.
func (g *Graph) conditions(id string) []string {
	var list []string
	for _, e := range g.Edges {
		if e.To == id && e.Label != "" {
			list = append(list, "alleen bij "+e.From+": "+e.Label)
		}
	}
	return list
}

// node draws a box and returns its height.
func (s *svg) node(n Node, b box, conditions []string) int {
	y := b.y + padding
	put := func(class, words string) {
		for _, l := range wrap(words, lineChars) {
			y += lineHigh
			s.Texts = append(s.Texts, text{X: b.x + padding, Y: y - 5, Class: class, Text: l})
		}
	}
	for _, c := range conditions {
		put("c", c)
	}
	put("q", n.Text)
	for _, a := range n.Answers {
		put("", "• "+a)
	}
	if n.Why != "" {
		put("c", "Waarom? "+n.Why)
	}
	if n.Fills != "" {
		put("c", "vult: "+n.Fills)
	}
	class := ""
	switch {
	case n.ID == Begin || n.ID == End:
		class = "end"
	case len(conditions) > 0:
		class = "when"
	}
	height := y + padding - b.y
	s.Rects = append(s.Rects, rect{b.x, b.y, boxWidth, height, 8, class})
	return height
}

// edge draws an arrow: straight down to the next box, else along a lane at the
// left. A dashed one is taken for some answers only.
func (s *svg) edge(from, to box, x int, some bool) {
	p := path{End: "url(#a)"}
	if some {
		p.Class = "d"
	}
	if bottom := from.y + from.height; to.x == from.x && to.y == bottom+gap {
		p.D = fmt.Sprintf("M%d %dV%d", from.x+boxWidth/2, bottom, to.y)
	} else {
		p.D = fmt.Sprintf("M%d %dH%dV%dH%d", from.x, from.y+from.height-padding, x, to.y+padding, to.x)
	}
	s.Paths = append(s.Paths, p)
}

// wrap breaks words into lines of at most n characters; a longer word stands
// alone.
func wrap(words string, n int) []string {
	var lines []string
	line := ""
	for w := range strings.FieldsSeq(words) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(w) > n {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimSpace(line + " " + w)
	}
	return append(lines, line)
}
