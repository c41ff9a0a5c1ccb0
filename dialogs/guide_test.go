package dialogs

import (
	"strings"
	"testing"
	"time"
)

// TestALetterSaysUntilWhen reckons the day that counts from what stands in a
// letter.
func TestALetterSaysUntilWhen(t *testing.T) {
	now := time.Date(2026, 11, 22, 19, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name string
		says []string
		want string
	}{
		{"a decision of today: six weeks from it", []string{"ik snap deze brief niet", "van het uwv", "2", "22 november", "1"}, "zondag 3 januari"},
		{"a decision of six weeks ago: tomorrow", []string{"ik snap deze brief niet", "2", "2", "12 oktober", "1"}, "maandag 23 november"},
		{"a decision of long ago: past", []string{"ik snap deze brief niet", "2", "2", "1 september", "1"}, "dinsdag 13 oktober. Die dag is voorbij"},
		{"a term counts from the letter", []string{"ik snap deze brief niet", "4", "1", "16 november", "binnen 14 dagen"}, "maandag 30 november"},
		{"a term told before the letter's day", []string{"ik snap deze brief niet, ik moet binnen 14 dagen betalen", "4", "16 november"}, "maandag 30 november"},
		{"a day that is named", []string{"ik snap deze brief niet", "5", "4", "gisteren", "voor 4 december"}, "vrijdag 4 december"},
	} {
		t.Run(c.name, func(t *testing.T) {
			talk := newTalk(t)
			talk.facts.Now = now
			var all strings.Builder
			for _, text := range c.says {
				all.WriteString(talk.say(text).all())
			}
			if !strings.Contains(all.String(), c.want) {
				t.Errorf("%q isn't said:\n%s", c.want, all.String())
			}
		})
	}
}
