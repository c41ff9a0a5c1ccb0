package nlu

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegwijzer/knowledge"
)

func TestInCrisis(t *testing.T) {
	type scored = knowledge.Scored[knowledge.Levensgebied]
	tests := map[string]struct {
		kind             knowledge.CrisisKind
		act, maybe, want []scored
	}{
		"no crisis changes nothing":            {"", []scored{{ID: knowledge.Wonen, Score: 0.7}}, nil, []scored{{ID: knowledge.Wonen, Score: 0.7}}},
		"other acute says nothing":             {knowledge.CrisisAnders, []scored{{ID: knowledge.Wonen, Score: 0.7}}, nil, []scored{{ID: knowledge.Wonen, Score: 0.7}}},
		"what fits comes first":                {knowledge.CrisisDakloos, []scored{{ID: knowledge.Zorg, Score: 0.8}, {ID: knowledge.Wonen, Score: 0.6}}, nil, []scored{{ID: knowledge.Wonen, Score: 0.6}, {ID: knowledge.Zorg, Score: 0.8}}},
		"the surest of those that fit":         {knowledge.CrisisSuicide, []scored{{ID: knowledge.Jeugdzorg, Score: 0.8}, {ID: knowledge.Zorg, Score: 0.6}}, nil, []scored{{ID: knowledge.Jeugdzorg, Score: 0.8}, {ID: knowledge.Zorg, Score: 0.6}}},
		"one that was only worth a question":   {knowledge.CrisisGeweld, nil, []scored{{ID: knowledge.Jeugdzorg, Score: 0.3}}, []scored{{ID: knowledge.Jeugdzorg, Score: 0.3}}},
		"none seen: the usual one, even odds":  {knowledge.CrisisMedisch, nil, nil, []scored{{ID: knowledge.Zorg, Score: 0.5}}},
		"what doesn't fit the kind stays next": {knowledge.CrisisSuicide, []scored{{ID: knowledge.Wonen, Score: 0.9}}, nil, []scored{{ID: knowledge.Zorg, Score: 0.5}, {ID: knowledge.Wonen, Score: 0.9}}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			u := Understanding{Levensgebieden: tt.act, Maybe: tt.maybe}
			got := u.InCrisis(tt.kind)
			if diff := cmp.Diff(tt.want, got.Levensgebieden); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			for _, m := range got.Maybe {
				if m.ID == got.Levensgebieden[0].ID {
					t.Errorf("%s stands under maybe as well", m.ID)
				}
			}
		})
	}
}
