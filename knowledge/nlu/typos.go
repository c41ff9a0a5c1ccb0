package nlu

import "math/rand/v2"

// neighbours lists the keys around each letter of a Dutch (qwerty) keyboard.
var neighbours = map[byte]string{
	'q': "wa", 'w': "qes", 'e': "wrd", 'r': "etf", 't': "ryg", 'y': "tuh", 'u': "yij", 'i': "uok",
	'o': "ipl", 'p': "ol", 'a': "qsz", 's': "awdx", 'd': "sefc", 'f': "drgv", 'g': "fthb", 'h': "gyjn",
	'j': "hukm", 'k': "jil", 'l': "kop", 'z': "axs", 'x': "zsc", 'c': "xdv", 'v': "cfb", 'b': "vgn",
	'n': "bhm", 'm': "njk",
}

// addTypos changes each letter of text with probability rate as a hurried
// thumb would: the key beside it, left out, doubled, or swapped with the next.
func addTypos(text string, rate float64, rng *rand.Rand) string {
	out := make([]byte, 0, len(text)+8)
	for i := 0; i < len(text); i++ {
		c := text[i]
		near := neighbours[lower(c)]
		if near == "" || rng.Float64() >= rate {
			out = append(out, c)
			continue
		}
		switch rng.IntN(4) {
		case 0:
			out = append(out, near[rng.IntN(len(near))])
		case 1: // left out
		case 2:
			out = append(out, c, c)
		case 3:
			if i+1 < len(text) && neighbours[lower(text[i+1])] != "" {
				out = append(out, text[i+1], c)
				i++
			} else {
				out = append(out, near[rng.IntN(len(near))])
			}
		}
	}
	return string(out)
}
