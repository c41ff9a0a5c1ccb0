package telegram

import (
	"strings"
	"unicode/utf8"
)

// maxText is the longest message in UTF-16 units, as Telegram counts.
const maxText = 4096

// units counts UTF-16 units: a character outside the basic plane is two.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += runeUnits(r)
	}
	return n
}

func runeUnits(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}

// split cuts a text into pieces of at most limit UTF-16 units: after a
// paragraph, else a line, else a sentence, else a word, else anywhere. Spaces
// at the cuts are left out; an empty text gives no piece.
func split(text string, limit int) []string {
	var list []string
	text = strings.TrimSpace(strings.ToValidUTF8(text, "\uFFFD"))
	for units(text) > limit {
		n := cut(text, limit)
		if piece := strings.TrimSpace(text[:n]); piece != "" {
			list = append(list, piece)
		}
		text = strings.TrimSpace(text[n:])
	}
	if text != "" {
		list = append(list, text)
	}
	return list
}

// cut returns where to end the first piece, in bytes.
func cut(text string, limit int) int {
	end, n := 0, 0
	for i, r := range text {
		if n += runeUnits(r); n > limit {
			break
		}
		end = i + utf8.RuneLen(r)
	}
	head := text[:end]
	// A piece that is much too short is worse than a cut in a lesser place.
	least := end / 3
	for _, marks := range [][]string{{"\n\n"}, {"\n"}, {". ", "! ", "? ", "… "}, {" "}} {
		best := -1
		for _, m := range marks {
			if i := strings.LastIndex(head, m); i >= 0 {
				best = max(best, i+len(m))
			}
		}
		if best > least {
			return best
		}
	}
	return end
}
