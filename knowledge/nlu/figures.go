package nlu

import (
	"fmt"
	"strings"
)

// Markdown writes the report as the tables of docs/understanding.md: the
// figures, each label with its interval, and the most frequent confusions.
func (r Report) Markdown() string {
	var b strings.Builder
	row := func(name string, v float64) { fmt.Fprintf(&b, "| %s | %.3f |\n", name, v) }
	fmt.Fprintf(&b, "| figure (%d messages) | value |\n| --- | --- |\n", r.Examples)
	row("levensgebied, micro-F1", r.GebiedMicroF1)
	row("first levensgebied right", r.PrimaryAccuracy)
	row("intent, accuracy", r.IntentAccuracy)
	row("intent, macro-F1", r.IntentMacroF1)
	row("wish for a human, F1", r.MensF1)
	row("moment, accuracy", r.MomentAccuracy)
	row("doelgroep, micro-F1", r.DoelgroepMicroF1)
	row("language, macro-F1", r.LangMacroF1)
	row("calibration error, intent", r.IntentECE)
	row("calibration error, levensgebied", r.GebiedECE)
	row("calibration error, moment", r.MomentECE)
	row("calibration error, doelgroep", r.DoelgroepECE)
	row("with 10 % slips: intent, accuracy", r.TypoIntent)
	row("with 10 % slips: levensgebied, micro-F1", r.TypoGebied)
	row("with 10 % slips: first levensgebied right", r.TypoPrimary)
	for _, g := range []struct {
		name    string
		figures []ClassFigures
	}{
		{"intent", r.Intents}, {"levensgebied", r.Levensgebieden}, {"moment", r.Momenten},
		{"doelgroep", r.Doelgroepen}, {"language", r.Langs},
	} {
		fmt.Fprintf(&b, "\n| %s | messages | precision | recall | F1 (95 %%) |\n| --- | --- | --- | --- | --- |\n", g.name)
		for _, f := range g.figures {
			fmt.Fprintf(&b, "| %s | %d | %.2f | %.2f | %.2f (%.2f–%.2f) |\n", f.Label, f.Support, f.Precision, f.Recall, f.F1, f.Low, f.High)
		}
	}
	b.WriteString("\n| was | taken for | times |\n| --- | --- | --- |\n")
	for _, c := range r.Confusions[:min(len(r.Confusions), 20)] {
		fmt.Fprintf(&b, "| %s | %s | %d |\n", c.Want, c.Got, c.N)
	}
	return b.String()
}
