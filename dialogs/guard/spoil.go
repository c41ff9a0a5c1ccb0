package guard

// spoil makes a variant as people type it: a typo or two, or a safe sentence
// of the same language before or after it.
func (tr *trainer) spoil(e example, safe []example) example {
	if tr.rng.IntN(3) > 0 {
		e.text = tr.typos(e.text)
		return e
	}
	other := safe[tr.rng.IntN(len(safe))]
	for range 40 {
		if other.lang == e.lang {
			break
		}
		other = safe[tr.rng.IntN(len(safe))]
	}
	if tr.rng.IntN(2) == 0 {
		e.text = other.text + " " + e.text
	} else {
		e.text += " " + other.text
	}
	return e
}

// typos spoils about one letter in fifteen.
func (tr *trainer) typos(text string) string {
	r := []rune(text)
	for range 1 + len(r)/15 {
		i := tr.rng.IntN(len(r))
		switch tr.rng.IntN(4) {
		case 0:
			r = append(r[:i], r[min(i+1, len(r)):]...)
		case 1:
			r = append(r[:i+1], r[i:]...)
		case 2:
			if i+1 < len(r) {
				r[i], r[i+1] = r[i+1], r[i]
			}
		default:
			r[i] = r[tr.rng.IntN(len(r))]
		}
		if len(r) == 0 {
			return text
		}
	}
	return string(r)
}
