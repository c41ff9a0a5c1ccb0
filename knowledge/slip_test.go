package knowledge

import "testing"

func TestOneSlip(t *testing.T) {
	tests := map[string]struct {
		a, b string
		want bool
	}{
		"the same":             {"huur", "huur", true},
		"a wrong letter":       {"huur", "huir", true},
		"the last is wrong":    {"huur", "huut", true},
		"one lacks":            {"toeslag", "toslag", true},
		"one too many":         {"toslag", "toeslag", true},
		"two changed places":   {"toeslag", "teoslag", true},
		"the last two changed": {"huur", "huru", true},
		"a letter and nothing": {"a", "", true},
		"two wrong":            {"huur", "haar", false},
		"two lack":             {"toeslag", "oslag", false},
		"changed and wrong":    {"toeslag", "teoslak", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if OneSlip(tt.a, tt.b) != tt.want || OneSlip(tt.b, tt.a) != tt.want {
				t.Errorf("OneSlip(%q, %q), either way round: want %v", tt.a, tt.b, tt.want)
			}
		})
	}
}
