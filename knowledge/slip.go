package knowledge

// OneSlip reports whether one slip of the keyboard leads from a to b, or none: a
// letter that is wrong, lacking or too many, or two that changed places. It
// compares bytes, so words have to be normalised.
func OneSlip(a, b string) bool {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	a, b = a[i:], b[i:]
	switch len(a) - len(b) {
	case 1:
		return a[1:] == b
	case -1:
		return a == b[1:]
	case 0:
		if len(a) == 0 || a[1:] == b[1:] {
			return true
		}
		return len(a) > 1 && a[0] == b[1] && a[1] == b[0] && a[2:] == b[2:]
	}
	return false
}
