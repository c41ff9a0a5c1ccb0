package cases

import (
	"fmt"
	"slices"

	"wegwijzer/knowledge"
)

// coordinator returns the named person for what nobody else fits: of the
// gemeente, independent, not refused; one who is there and can log in before
// one who isn't or can't.
func (r *Roster) coordinator(n Need, load Load) (Choice, error) {
	var best *Supporter
	rank := func(s *Supporter) int {
		score := 0
		if !s.absent(n.Now) {
			score += 2
		}
		if load.Active[s.ID] {
			score++
		}
		return score
	}
	for i := range r.Supporters {
		s := &r.Supporters[i]
		if !s.Coordinator || s.Disabled || s.Deciding || slices.Contains(n.Refused, s.ID) || r.walled(*s, n.Gemeente) ||
			!slices.Contains(s.Gemeenten, n.Gemeente) {
			continue
		}
		if best == nil || rank(s) > rank(best) {
			best = s
		}
	}
	if best == nil {
		return Choice{}, fmt.Errorf("%w: %s", ErrNobody, n.Gemeente)
	}
	return Choice{Supporter: *best, Because: []string{reason(ReasonCoordinator, "")}, Coordinator: true}, nil
}

// SideOf says on which side of the seam a question is: of who has a
// Wlz-indicatie, care in the levensgebieden that the gemeente names goes to the
// Wlz side, and the same person's housing, work or debts to the Wmo side.
func SideOf(areas []knowledge.Levensgebied, laws []knowledge.Stelsel, wlz []knowledge.Levensgebied) Side {
	if slices.Contains(laws, knowledge.Wlz) && len(areas) > 0 && slices.Contains(wlz, areas[0]) {
		return SideWlz
	}
	return SideWmo
}
