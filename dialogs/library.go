package dialogs

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"wegwijzer/knowledge"
)

// Library is the dialogs of every gemeente: those of the program, changed by
// an installation's own folder, changed by a gemeente's folder in it. It never
// changes after it is made, so that it can be replaced as a whole.
type Library struct {
	base *Content
	own  map[knowledge.GemeenteID]*Content
}

// NewLibrary is one content for every gemeente.
func NewLibrary(c *Content) *Library { return &Library{base: c} }

// LoadLibrary reads the program's dialogs with what own changes of them; nil
// is no changes. In own stand files as in the program's folder, which hold for
// every gemeente, and folders with the id of a gemeente, whose files hold for
// that one alone; a folder "gesprekken" is for conversations that are played by
// wegwijzer check. Every fault is in the error, one a line, with file:line. A
// folder that is no gemeente's is a fault: a change in it would never be seen.
func LoadLibrary(own fs.FS, gemeenten []knowledge.GemeenteID) (*Library, error) {
	layers := []fs.FS{Embedded()}
	if own == nil {
		base, err := Load(layers...)
		if err != nil {
			return nil, err
		}
		return NewLibrary(base), nil
	}
	layers = append(layers, own)
	base, err := Load(layers...)
	faults := []error{err}
	lib := &Library{base: base, own: map[knowledge.GemeenteID]*Content{}}
	entries, err := fs.ReadDir(own, ".")
	faults = append(faults, err)
	for _, e := range entries {
		if !e.IsDir() || e.Name() == "texts" || e.Name() == "gesprekken" || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		id := knowledge.GemeenteID(e.Name())
		if !slices.Contains(gemeenten, id) {
			faults = append(faults, fmt.Errorf("%s:1: there is no gemeente %q; known are %s", e.Name(), id, join(gemeenten)))
			continue
		}
		sub, err := fs.Sub(own, e.Name())
		if err != nil {
			faults = append(faults, err)
			continue
		}
		c, err := load(append(slices.Clone(layers), sub), e.Name()+"/")
		if err == nil || base != nil { // a fault below was told already
			faults = append(faults, err)
		}
		lib.own[id] = c
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return lib, nil
}

// For returns the content of a gemeente; every gemeente has one.
func (l *Library) For(g knowledge.GemeenteID) *Content {
	if c := l.own[g]; c != nil {
		return c
	}
	return l.base
}

// Base returns the content that holds where a gemeente changed nothing.
func (l *Library) Base() *Content { return l.base }

// Own lists the gemeenten with changes of their own, in order.
func (l *Library) Own() []knowledge.GemeenteID {
	list := make([]knowledge.GemeenteID, 0, len(l.own))
	for g := range l.own {
		list = append(list, g)
	}
	slices.Sort(list)
	return list
}

func join[T ~string](list []T) string {
	words := make([]string, len(list))
	for i, x := range list {
		words[i] = string(x)
	}
	return strings.Join(words, ", ")
}
