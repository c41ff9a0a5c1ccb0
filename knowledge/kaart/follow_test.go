package kaart

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// randomImport is a file of a few services of the example: as they are, with
// other facts, or new ones, some of a new organisation.
func randomImport(r *rand.Rand, from *Kaart, round int) *Batch {
	b := &Batch{}
	used := map[ServiceID]bool{}
	for i := range 1 + r.IntN(12) {
		s := *from.list[r.IntN(len(from.list))]
		if used[s.ID] {
			continue
		}
		switch r.IntN(4) {
		case 0: // as it is
		case 1:
			s.Does = fmt.Sprint("Helpt voortaan anders, ronde ", round)
		case 2:
			s.ID = ServiceID(fmt.Sprintf("nieuw-%d-%d", round, i))
		default:
			s.ID = ServiceID(fmt.Sprintf("nieuw-%d-%d", round, i))
			s.Organisation = OrganisationID(fmt.Sprintf("org-%d", r.IntN(5)))
			b.Organisations = append(b.Organisations, Organisation{ID: s.Organisation, Name: fmt.Sprintf("Organisatie %d", r.IntN(3))})
		}
		used[s.ID] = true
		b.Services = append(b.Services, s)
	}
	return b
}

// What an import keeps of its changes makes the same kaart on a node that had
// the one before.
func TestChangesMakeTheKaartThatTheImportMade(t *testing.T) {
	k, err := Example()
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(7, 8))
	node := k
	for round := range 40 {
		next, report, err := k.Apply(randomImport(r, k, round), ApplyOptions{Replace: round%10 == 9})
		if err != nil {
			t.Fatal(err, report.Rejected)
		}
		var changes []Change
		var orgs []Organisation
		through(t, report.Changes, &changes)
		through(t, report.Organisations, &orgs)
		before := node
		if node, err = node.With(changes, orgs); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		if node.Stamp() != next.Stamp() || len(node.Services()) != len(next.Services()) {
			t.Fatalf("round %d: another kaart: %s", round, cmp.Diff(next.Services(), node.Services(), cmpopts.EquateEmpty()))
		}
		if diff := cmp.Diff(next.Areas(), node.Areas()); diff != "" {
			t.Errorf("round %d: areas (-import +node):\n%s", round, diff)
		}
		if round == 0 {
			if shared := sharedRecords(before, node); shared < len(before.list)-12 {
				t.Errorf("only %d records are shared", shared)
			}
		}
		k = next
	}
}

func through[T any](t *testing.T, from T, to *T) {
	t.Helper()
	data, err := json.Marshal(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, to); err != nil {
		t.Fatal(err)
	}
}

func sharedRecords(a, b *Kaart) int {
	n := 0
	for _, s := range b.list {
		if old := a.services[s.ID]; old == s {
			n++
		}
	}
	return n
}

func TestChangesOfAnotherKaartAreRefused(t *testing.T) {
	k := small(t)
	id := k.list[0].ID
	for name, c := range map[string]Change{
		"a removal of nothing":    {Action: "removed", ID: "niets"},
		"a change of nothing":     {Action: "changed", ID: "niets", After: &Service{ID: "niets", Name: "Niets"}},
		"an addition of what is":  {Action: "added", ID: id, After: &Service{ID: id, Name: "Nog eens"}},
		"a change to nothing":     {Action: "changed", ID: id},
		"a change to another":     {Action: "changed", ID: id, After: &Service{ID: "ander", Name: "Ander"}},
		"an unknown organisation": {Action: "changed", ID: id, After: &Service{ID: id, Name: "A", Organisation: "nergens"}},
		"an impossible fact":      {Action: "changed", ID: id, After: &Service{ID: id, Name: "A", MinAge: -1}},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := k.With([]Change{c}, nil); err == nil {
				t.Error("is taken up")
			}
		})
	}
	if _, err := k.With(nil, []Organisation{{ID: "x", Name: "X", Parent: "x"}}); err == nil {
		t.Error("an organisation that is its own parent is taken up")
	}
}

func TestSharingKeepsEqualRecords(t *testing.T) {
	first, second := small(t), small(t)
	if sharedRecords(first, second) != 0 {
		t.Fatal("two kaarten share before they are told to")
	}
	both := second.Sharing(first)
	if n := sharedRecords(first, both); n != len(first.list) || both.Stamp() != first.Stamp() {
		t.Errorf("%d of %d records are shared", n, len(first.list))
	}
	other := *second.list[0]
	other.Name = "Heel anders"
	changed, err := second.With([]Change{{Action: "changed", ID: other.ID, After: &other}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	both = changed.Sharing(first)
	if n := sharedRecords(first, both); n != len(first.list)-1 {
		t.Errorf("%d records are shared, want all but one", n)
	}
	if s, _ := both.Service(other.ID); s.Name != "Heel anders" {
		t.Error("the changed record is lost")
	}
}
