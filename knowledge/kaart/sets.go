package kaart

import (
	"fmt"
	"slices"
	"strings"
)

var (
	kinds    = []Kind{Informal, Volunteer, Ervaringsdeskundige, Collective, Professional}
	orders   = []Order{Self, Network, Voorliggend, Indicated}
	statuses = []Status{Active, Inactive, Defunct, TemporarilyClosed}
)

// Kinds returns the five kinds.
func Kinds() []Kind { return slices.Clone(kinds) }

// Orders returns the four places of S19 in their order.
func Orders() []Order { return slices.Clone(orders) }

// ParseKind reads a kind id; empty gives the zero Kind.
func ParseKind(s string) (Kind, error) { return parseOne(s, kinds) }

// ParseOrder reads an order id; empty gives the zero Order.
func ParseOrder(s string) (Order, error) { return parseOne(s, orders) }

// ParseStatus reads an HSDS status; empty gives Active.
func ParseStatus(s string) (Status, error) {
	if strings.TrimSpace(s) == "" {
		return Active, nil
	}
	return parseOne(s, statuses)
}

func parseOne[T ~string](s string, set []T) (T, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	if s == "" {
		return "", nil
	}
	if i := slices.Index(set, T(s)); i >= 0 {
		return set[i], nil
	}
	names := make([]string, len(set))
	for i, v := range set {
		names[i] = string(v)
	}
	return "", fmt.Errorf("%q bestaat niet; kies uit %s", clip(s), strings.Join(names, ", "))
}
