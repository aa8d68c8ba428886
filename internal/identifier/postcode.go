package identifier

import (
	"regexp"
	"strings"
)

// postcode is the form of a whole postcode: area, district, then sector and
// unit, whose letters never are C, I, K, M, O or V (Royal Mail; BS 7666).
var postcode = regexp.MustCompile(`(?i)^([A-Z]{1,2})([0-9][0-9A-Z]?)[ ]{0,3}([0-9][ABD-HJLNP-UW-Z]{2})\b`)

// areas are the postcode areas of the United Kingdom and the Crown dependencies
// (Office for National Statistics, Postcode Directory).
var areas = wordSet(`AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX
	FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW
	OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN
	WR WS WV YO ZE`)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// ordinal is "1st" and the like in small letters: "ward B2 2nd floor" is no
// postcode.
var ordinal = regexp.MustCompile(`^(?:1st|2nd|3rd|[04-9]th)$`)

// postcodes claims whole postcodes.
func (f *finder) postcodes() {
	for _, run := range f.runs {
		start := f.lettersBefore(run.start, 2)
		at := f.match(postcode, start)
		if at == nil || !f.beginsWord(start) {
			continue
		}
		area, inward := strings.ToUpper(f.text[at[2]:at[3]]), f.text[at[6]:at[7]]
		if areas[area] && !ordinal.MatchString(inward) {
			f.claim(Postcode, at[0], at[1], true)
		}
	}
}
