package channels

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNationalNumbersAreTheGuards(t *testing.T) {
	var phones []string
	for _, n := range NationalNumbers() {
		phones = append(phones, n.Phone)
		if n.For == "" || n.Name == "" {
			t.Errorf("%s lacks a situation or a name", n.Phone)
		}
	}
	if diff := cmp.Diff([]string{"112", "113 of 0800-0113", "0800-2000"}, phones); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
