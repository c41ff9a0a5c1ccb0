package kaart

import (
	"errors"
	"testing"
)

func TestAReplacingFileWithRejectedRows(t *testing.T) {
	org := Organisation{ID: "o", Name: "Dorpshuis (voorbeeld)"}
	service := func(id ServiceID) Service {
		return Service{ID: id, Name: "Koffie " + string(id), Organisation: "o", Description: "Samen koffie drinken."}
	}
	old, _, err := (*Kaart)(nil).Apply(&Batch{Organisations: []Organisation{org}, Services: []Service{service("a"), service("b"), service("c")}}, ApplyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Run("what a rejected row stands for stays", func(t *testing.T) {
		b := &Batch{Organisations: []Organisation{org}, Services: []Service{service("a")}, Rejected: []Rejection{{Row: 2, ID: "b", Reason: "naam"}}}
		next, report, err := old.Apply(b, ApplyOptions{Replace: true, Partial: true})
		if err != nil {
			t.Fatal(err)
		}
		if got := len(next.Services()); got != 2 || report.Removed != 1 {
			t.Errorf("%d services, %d removed, want a and b left and c removed", got, report.Removed)
		}
	})
	t.Run("a file of which most is rejected replaces nothing", func(t *testing.T) {
		b := &Batch{Organisations: []Organisation{org}, Services: []Service{service("a")}, Rejected: []Rejection{{Row: 2}, {Row: 3}}}
		if _, _, err := old.Apply(b, ApplyOptions{Replace: true, Partial: true}); !errors.Is(err, ErrSpoiled) {
			t.Errorf("error %v, want ErrSpoiled", err)
		}
	})
}
