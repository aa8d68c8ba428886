package concern

import (
	"fmt"
	"math"
	"strings"
	"unicode"
)

// explainLines is how many contributions are printed.
const explainLines = 5

// Explanation is an assessment in sentences (concern-design.md section 11): counts
// before statistics, what is usual here, when it began, what speaks against,
// what is missing, and one counterfactual.
type Explanation struct {
	Lead       string   // "Concern about RXX: LIKELY, rising since March. Ranked 3 of 150 (11 last month)."
	Above      []string `json:",omitzero"` // facts that stand above any score (R-RISK-4)
	LooksLike  string   // the pattern, where there is enough to tell
	Lines      []Line   // at most five, largest first
	Further    int      // points of the parts that are not printed
	NotCounted []string // streams shown and not scored
	Against    []string // what speaks against
	Missing    []string // what is missing, and why
	LeftOut    string   // the counterfactual: largest family left out
}

// Line is one contribution in words.
type Line struct {
	Family  FamilyID // empty for the pattern and the standing level
	Part    float64  // of the score
	Points  int
	Text    string
	Quiet   bool     `json:",omitzero"`  // no measure of it is worse than usual yet: it adds a little, and is no reason
	Pattern bool     `json:",omitzero"`  // it says how the others fit together, which nobody can go and look at
	Counts  FamilyID `json:",omitempty"` // of the standing level: the family whose reports the text counts
}

// String is the explanation as plain text, parts in units of the score.
func (x *Explanation) String() string {
	var b strings.Builder
	for _, t := range x.Above {
		fmt.Fprintln(&b, "Above any score: "+t)
	}
	fmt.Fprintln(&b, x.Lead)
	if x.LooksLike != "" {
		fmt.Fprintln(&b, x.LooksLike)
	}
	for _, l := range x.Lines {
		fmt.Fprintf(&b, "%+d  %s\n", l.Points, l.Text)
	}
	for _, s := range [][]string{x.NotCounted, x.Against, x.Missing} {
		for _, t := range s {
			fmt.Fprintln(&b, t)
		}
	}
	if x.LeftOut != "" {
		fmt.Fprintln(&b, x.LeftOut)
	}
	return b.String()
}

// Explain puts an assessment into sentences. Among is the whole list of the
// same month, highest first, for rank and counterfactual; par gives factor and
// thresholds.
func Explain(par *Params, b Budget, a *Assessment, among []Assessment) Explanation {
	x := Explanation{Lead: lead(a, among)}
	for _, o := range a.Overrides {
		x.Above = append(x.Above, o.Words)
	}
	if !a.Judged {
		x.Missing = missing(a)
		return x
	}
	if a.Pattern.Part > 0 {
		x.LooksLike = "Looks like: " + a.Pattern.Name + "."
	}
	x.Lines = lines(a)
	shown := 0
	for _, l := range x.Lines {
		shown += l.Points
	}
	x.Further = a.Points - shown
	x.NotCounted, x.Against, x.Missing = notCounted(a), against(a), missing(a)
	x.LeftOut = leftOut(par, b, a, among)
	return x
}

// lead is the first sentence: word, trend and rank.
func lead(a *Assessment, among []Assessment) string {
	if !a.Judged {
		return fmt.Sprintf("%s can't be judged, because %s.", a.Provider, a.Why)
	}
	judged := 0
	for i := range among {
		if among[i].Judged {
			judged++
		}
	}
	before := ""
	if a.RankBefore > 0 {
		before = fmt.Sprintf(" (%d last month)", a.RankBefore)
	}
	return fmt.Sprintf("Concern about %s: %s, %s. Ranked %d of %d%s.",
		a.Provider, strings.ToUpper(string(a.Word)), Trend(a), a.Rank, judged, before)
}

// trendChange is the change of the ranking score that is called a rise or fall.
const trendChange = 1.0

// Trend says whether the ranking score has risen, fallen or neither over the
// last year, and since when: the month of its lowest or highest value.
func Trend(a *Assessment) string {
	trail := a.Trail
	if len(trail) > replayMonths+1 {
		trail = trail[len(trail)-replayMonths-1:]
	}
	if len(trail) < 2 {
		return "too early to say whether rising"
	}
	now, lo, hi := trail[len(trail)-1], trail[0], trail[0]
	for _, p := range trail {
		if p.Ranking <= lo.Ranking {
			lo = p
		}
		if p.Ranking >= hi.Ranking {
			hi = p
		}
	}
	switch up, down := now.Ranking-lo.Ranking, hi.Ranking-now.Ranking; {
	case up >= trendChange && up >= down:
		return "rising since " + lo.AsOf.Name(a.AsOf)
	case down >= trendChange:
		return "falling since " + hi.AsOf.Name(a.AsOf)
	}
	return "steady"
}

// lines are the largest parts in words.
func lines(a *Assessment) []Line {
	var out []Line
	for i := range a.Families {
		f := &a.Families[i]
		if f.Part > 0 {
			out = append(out, familyLine(f, a.AsOf))
		}
	}
	for i := range a.Standing {
		out = append(out, standingLine(&a.Standing[i], a.AsOf))
	}
	if a.Pattern.Part > 0 {
		out = append(out, Line{Part: a.Pattern.Part, Points: a.Pattern.Points, Pattern: true, Text: agreement(a)})
	}
	sortLines(out)
	if len(out) > explainLines {
		out = out[:explainLines]
	}
	return out
}

// agreement is what the pattern filter adds or takes, in words that need no other line
// beside them: of how many families the evidence is so clear that an alert would name
// them, and whether they fit together.
func agreement(a *Assessment) string {
	clear, verb := 0, "are"
	for i := range a.Families {
		if a.Families[i].Evidence >= namedEvidence {
			clear++
		}
	}
	if clear == 1 {
		verb = "is"
	}
	text := fmt.Sprintf("%d of %s %s clearly worse than usual here", clear, kinds(len(a.Families), "kind of evidence"), verb)
	switch {
	case a.Pattern.Part <= 0:
		return text + ", and taken together the months fit no known pattern of decline."
	case clear > 1:
		return text + ", and they agree with one another, as in the pattern “" + a.Pattern.Name + "”."
	}
	return text + ", and month after month they lean as in the pattern “" + a.Pattern.Name + "”."
}

// leftOut is the counterfactual: rank and alert had the largest family said nothing.
// Its part is left out of the sum, and its months out of what the pattern filter heard.
func leftOut(par *Params, b Budget, a *Assessment, among []Assessment) string {
	if len(a.Families) == 0 || a.Families[0].Part <= 0 {
		return ""
	}
	f := a.Families[0]
	rest, rank := a.Ranking-a.Score.Score+f.Without, 1
	for i := range among {
		if among[i].Judged && among[i].Provider != a.Provider && among[i].Ranking > rest {
			rank++
		}
	}
	text := fmt.Sprintf("If %s were left out, this provider would rank %d", lower(f.Name), rank)
	alert := par.crosses(b, a.Score.Score, a.Agree) || a.Level >= b.Level
	agree := a.Agree
	if f.Evidence >= namedEvidence {
		agree--
	}
	still := par.crosses(b, f.Without, agree) || a.Level >= b.Level
	switch {
	case !alert:
		return text + "."
	case still:
		return text + " and still be above the threshold of alerts."
	default:
		return text + " and no alert would be raised."
	}
}

// lower begins a name in the middle of a sentence, keeping abbreviations.
func lower(name string) string {
	r := []rune(name)
	if len(r) > 1 && !unicode.IsLower(r[1]) && r[1] != ' ' { // SHMI, E. coli, A&E
		return name
	}
	return strings.ToLower(string(r[:1])) + string(r[1:])
}

// count writes an expected count: "about 38", "3–4", "fewer than 1".
func count(x float64) string {
	switch lo := math.Floor(x); {
	case x < 0.85: // what rounds to 1 is about 1, and nothing is 0–1
		return "fewer than 1"
	case x >= 1000: // more than three figures of what would be usual are not known
		unit := math.Pow(10, math.Floor(math.Log10(x))-2)
		return "about " + grouped(math.Round(x/unit)*unit)
	case x >= 10 || math.Abs(x-math.Round(x)) < 0.15:
		return "about " + grouped(x)
	default:
		return fmt.Sprintf("%.0f–%.0f", lo, lo+1)
	}
}
