// Package guard looks at every message before anything else does: for acute
// danger (crisis) and for personal data that should not travel.
//
// A crisis decision is a sum per sentence: rules, written in files that a
// colleague in the gemeente can read (crisis/*.toml), and a small linear model
// that learned from hand-written sentences (examples/*.tsv). Either can decide
// alone, both say which words made them decide. The replies and the numbers in
// them come from checked content in the same files: they need no store, no
// network and no dialog.
//
// A [Guard] is immutable and safe for concurrent use; nothing in it panics on
// any input. docs/guard.md has the method, the figures and the weaknesses.
package guard
