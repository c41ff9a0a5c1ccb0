// Package draw shows a dialog as a picture: its questions from top to bottom,
// under each its answers, and what each question depends on. A dialog is a list
// with conditions, so no library for the layout of graphs is needed.
package draw

import (
	"fmt"
	"slices"
	"strings"

	"wegwijzer/dialogs"
	"wegwijzer/knowledge"
)

// Graph is a dialog to draw.
type Graph struct {
	Title string
	Nodes []Node
	Edges []Edge
}

// Node is one question, or the end.
type Node struct {
	ID      string
	Text    string   // the question
	Why     string   // what the resident hears who asks why; "" for none
	Fills   string   // the field of the hulpvraag that it fills; "" for none
	Answers []string // the labels of the choices
	Depth   int      // how many conditions it rests on
}

// Edge leads from one node to a later one. Label is the answer or answers that
// lead there; "" is: always.
type Edge struct{ From, To, Label string }

// The nodes that every dialog has besides its steps.
const (
	Begin = "begin"
	End   = "einde"
)

// Of makes the graph of a levensgebied's dialog as a gemeente has it; an error
// names the dialogs there are.
func Of(c *dialogs.Content, l knowledge.Levensgebied) (*Graph, error) {
	flow := c.Flows[l]
	if flow == nil {
		var known []string
		for id := range c.Flows {
			known = append(known, string(id))
		}
		slices.Sort(known)
		return nil, fmt.Errorf("no dialog %q; there are %s", l, strings.Join(known, ", "))
	}
	g := &Graph{Title: string(l), Nodes: []Node{{ID: Begin, Text: "De inwoner vertelt. Wat al verteld is, wordt niet gevraagd."}}}
	say := func(key string) string { return c.Texts.Say(knowledge.NL, false, key, nil) }
	before := Begin
	for _, p := range flow.Steps {
		prefix := string(l) + "." + p.ID
		if p.Use != "" {
			prefix = "gedeeld." + p.ID
		}
		n := Node{ID: p.ID, Text: say(prefix + ".ask"), Fills: p.Fills, Depth: depth(flow, p, 0)}
		if c.Texts.Has(knowledge.NL, prefix+".why") {
			n.Why = say(prefix + ".why")
		}
		for _, a := range p.Choices {
			n.Answers = append(n.Answers, say(prefix+".choice."+a.ID))
			if a.Next != "" {
				to := a.Next
				if to == dialogs.StepEnd {
					to = End
				}
				g.Edges = append(g.Edges, Edge{p.ID, to, say(prefix + ".choice." + a.ID)})
			}
		}
		if p.Free {
			n.Answers = append(n.Answers, "(eigen woorden)")
		}
		g.Nodes = append(g.Nodes, n)
		g.lead(p, before)
		if len(p.When) == 0 {
			before = p.ID
		}
	}
	g.Nodes = append(g.Nodes, Node{ID: End, Text: "Wat ik begreep: klopt dat?"})
	g.Edges = append(g.Edges, Edge{before, End, ""})
	return g, nil
}

// lead draws the edges to a step: from what its condition names, else from the
// last step that everybody gets.
func (g *Graph) lead(p *dialogs.Step, before string) {
	if len(p.When) == 0 {
		g.Edges = append(g.Edges, Edge{before, p.ID, ""})
		return
	}
	var ids []string
	for id := range p.When {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		g.Edges = append(g.Edges, Edge{id, p.ID, strings.Join(p.When[id], ", ")})
	}
}

// depth is the longest row of conditions that a step rests on.
func depth(f *dialogs.Flow, p *dialogs.Step, seen int) int {
	most := 0
	for id := range p.When {
		i := slices.IndexFunc(f.Steps, func(o *dialogs.Step) bool { return o.ID == id })
		if i >= 0 && seen < len(f.Steps) {
			most = max(most, 1+depth(f, f.Steps[i], seen+1))
		}
	}
	return most
}

// Mermaid writes the graph in the language of Mermaid, for a page or a wiki.
func (g *Graph) Mermaid() string {
	var b strings.Builder
	b.WriteString("flowchart TD\n")
	for _, n := range g.Nodes {
		text := n.Text
		for _, a := range n.Answers {
			text += "<br>• " + a
		}
		fmt.Fprintf(&b, "  %s[\"%s\"]\n", mermaidID(n.ID), strings.ReplaceAll(text, `"`, "#quot;"))
	}
	for _, e := range g.Edges {
		arrow := "-->"
		if e.Label != "" {
			arrow = `-->|"` + strings.ReplaceAll(e.Label, `"`, "#quot;") + `"|`
		}
		fmt.Fprintf(&b, "  %s %s %s\n", mermaidID(e.From), arrow, mermaidID(e.To))
	}
	return b.String()
}

// mermaidID keeps a step called "end" from meaning something else.
func mermaidID(id string) string { return "s_" + strings.ReplaceAll(id, "-", "_") }
