package nlu

// folds writes Latin letters from U+00DF to U+017F without their diacritic;
// an empty entry stays as it is.
var folds = buildFolds(map[string]string{
	"a": "àáâãäåāăą", "c": "çćĉċč", "d": "ďđð", "e": "èéêëēĕėęě", "g": "ĝğġģ", "h": "ĥħ",
	"i": "ìíîïĩīĭįı", "j": "ĵ", "k": "ķ", "l": "ĺļľŀł", "n": "ñńņňŉ", "o": "òóôõöøōŏő",
	"r": "ŕŗř", "s": "śŝşš", "t": "ţťŧ", "u": "ùúûüũūŭůűų", "w": "ŵ", "y": "ýÿŷ", "z": "źżž",
	"ss": "ß", "ae": "æ", "oe": "œ", "ij": "ĳ",
})

func buildFolds(byBase map[string]string) [0x17f - 0xdf + 1]string {
	var out [0x17f - 0xdf + 1]string
	for base, letters := range byBase {
		for _, r := range letters {
			out[r-0xdf] = base
		}
	}
	return out
}

// abbreviations writes out what people shorten in chat and in dialect. Only
// words that are no other word in Dutch belong here.
var abbreviations = map[string][]string{
	"k": {"ik"}, "ksnap": {"ik", "snap"}, "kheb": {"ik", "heb"}, "kben": {"ik", "ben"},
	"kwil": {"ik", "wil"}, "kmoet": {"ik", "moet"}, "kweet": {"ik", "weet"},
	"kkan": {"ik", "kan"}, "kwou": {"ik", "wou"}, "khad": {"ik", "had"}, "kzit": {"ik", "zit"},
	"kkrijg": {"ik", "krijg"}, "kga": {"ik", "ga"}, "kvind": {"ik", "vind"}, "kdenk": {"ik", "denk"},
	"kzoek": {"ik", "zoek"}, "tis": {"het", "is"}, "kdurf": {"ik", "durf"},
	"weetk": {"weet", "ik"}, "hebk": {"heb", "ik"}, "moek": {"moet", "ik"}, "magk": {"mag", "ik"},
	"vd": {"van", "de"}, "vh": {"van", "het"}, "ve": {"van", "een"}, "ivm": {"in", "verband", "met"},
	"ff": {"even"}, "effe": {"even"}, "effen": {"even"}, "nie": {"niet"}, "ni": {"niet"}, "niks": {"niets"},
	"nix": {"niets"}, "wa": {"wat"}, "mn": {"mijn"}, "zn": {"zijn"}, "dr": {"haar"}, "gwn": {"gewoon"},
	"wrm": {"waarom"}, "egt": {"echt"}, "eg": {"echt"}, "tog": {"toch"}, "iig": {"in", "ieder", "geval"},
	"mss": {"misschien"}, "miss": {"misschien"}, "msch": {"misschien"}, "idd": {"inderdaad"},
	"aub": {"alstublieft"}, "alsublieft": {"alstublieft"}, "svp": {"alstublieft"}, "asjeblieft": {"alstublieft"},
	"alstu": {"alstublieft"}, "alsjeblieft": {"alstublieft"}, "hlp": {"help"}, "gem": {"gemeente"},
	"gmeente": {"gemeente"}, "gemeent": {"gemeente"}, "dh": {"dokter"}, "ha": {"huisarts"},
	"bvd": {"alvast", "bedankt"}, "thx": {"bedankt"}, "thnx": {"bedankt"}, "tnx": {"bedankt"}, "thanks": {"bedankt"},
	"dankje": {"dank", "je"}, "dankjewel": {"dank", "je", "wel"}, "dankuwel": {"dank", "u", "wel"},
	"idk": {"weet", "ik", "niet"}, "wnr": {"wanneer"}, "wss": {"waarschijnlijk"}, "wrs": {"waarschijnlijk"},
	"hvl": {"hoeveel"}, "vr": {"voor"}, "ipv": {"in", "plaats", "van"}, "zsm": {"zo", "snel", "mogelijk"},
	"mbt": {"met", "betrekking", "tot"}, "tav": {"ter", "attentie", "van"}, "evt": {"eventueel"},
	"bijv": {"bijvoorbeeld"}, "bv": {"bijvoorbeeld"}, "oa": {"onder", "andere"}, "mw": {"mevrouw"},
	"mevr": {"mevrouw"}, "mvr": {"mevrouw"}, "dhr": {"meneer"}, "pw": {"per", "week"}, "pm": {"per", "maand"},
	"mnd": {"maand"}, "jr": {"jaar"}, "j": {"je"}, "ie": {"hij"}, "ofso": {"of", "zo"}, "eik": {"eigenlijk"},
	"eigelijk": {"eigenlijk"}, "eiglijk": {"eigenlijk"}, "das": {"dat", "is"}, "kheg": {"ik", "heb"},
	"wbt": {"wat", "betreft"}, "vnl": {"vooral"}, "ong": {"ongeveer"}, "tel": {"telefoon"},
	"zkh": {"ziekenhuis"}, "politi": {"politie"}, "euros": {"euro"}, "eur": {"euro"}, "€": {"euro"},
}

// appendSound adds the phonetic form of a word: letters that sound alike in
// Dutch become one and doubles vanish, so that "verhuisd" and "verhuist",
// "uitkeering" and "uitkering" meet.
func appendSound(dst, word []byte) []byte {
	start := len(dst)
	for i := 0; i < len(word); i++ {
		c := word[i]
		next := byte(0)
		if i+1 < len(word) {
			next = word[i+1]
		}
		switch {
		case c == 'i' && next == 'j', c == 'e' && (next == 'i' || next == 'y'):
			c, i = 'y', i+1
		case c == 'a' && next == 'u', c == 'o' && next == 'u':
			c, i = 'w', i+1
			if i+1 < len(word) && word[i+1] == 'w' {
				i++
			}
		case c == 'c' && next == 'h', c == 'g':
			if c == 'c' {
				i++
			}
			c = 'g'
		case c == 'c' && (next == 'e' || next == 'i'), c == 'z':
			c = 's'
		case c == 'c', c == 'q':
			c = 'k'
		case c == 'v', c == 'p' && next == 'h':
			if c == 'p' {
				i++
			}
			c = 'f'
		case c == 'd':
			c = 't'
		case c == 'x':
			dst = append(dst, 'k')
			c = 's'
		case c == 'h' && len(dst) > start:
			continue
		}
		if len(dst) == start || dst[len(dst)-1] != c {
			dst = append(dst, c)
		}
	}
	return dst
}
