package bench

import (
	"fmt"
	"math"
	"strings"
)

// goalBudget is the rate of false alerts at which the goals are stated.
const goalBudget = 0.2

// goal is one figure that the method is to reach on unseen economies of the standard
// ranges (concern-design.md section 15).
type goal struct {
	says    string
	measure string
	from    string  // a method that is to be beaten by so many months; empty is a figure of its own
	least   float64 // at least this; NaN is no bound
	most    float64 // at most this
	stretch float64 // NaN is none
	places  int
}

func goalList() []goal {
	no := math.NaN()
	return []goal{
		{"median delay, months", "median_delay", "", no, 5, 4, 1},
		{"within 6 months", "within6", "", 0.55, no, 0.62, 2},
		{"within 12 months", "within12", "", 0.85, no, 0.90, 2},
		{"months before XmR rules on hard charts", "median_delay", "xmr-hard", 12, no, no, 1},
		{"months before risk flags against peers", "median_delay", "flags-peers", 10, no, no, 1},
		{"months before risk flags against own past", "median_delay", "flags-own", 4, no, no, 1},
		{"AUC", "auc", "", 0.89, no, no, 3},
		{"top ten", "top10", "", 0.85, no, no, 2},
		{"calibration error", "ece", "", no, 0.02, no, 3},
		{"false alerts a provider-year, within 15% of the budget", "realised", "", 0.85 * goalBudget, 1.15 * goalBudget, no, 2},
		{"false alerts on good reporter", "good_reporter_false", "", no, 0.20, no, 2},
		{"false alerts in national shock", "national_shock_false", "", no, 0.25, no, 2},
		{"false alerts on coding change", "coding_change_false", "", no, 0.35, no, 2},
		{"false alerts on media storm", "media_storm_false", "", no, 0.50, 0.30, 2},
	}
}

// goals says of each goal what was reached, with its interval, and whether that meets
// it: with the threshold from training, which is how the method is used. Methods to be
// beaten are taken at matched false alerts where there is such a line.
func (t *Table) goals(b *strings.Builder, rows []int) {
	own := t.row(rows, Candour)
	if own < 0 || math.Abs(t.Figures[own]["budget"]-goalBudget) > 1e-9 {
		return
	}
	b.WriteString("## Against the goals\n\nStated for unseen economies of the standard ranges, with the threshold from training. Of a difference the interval goes from the outer ends of both.\n\n")
	b.WriteString("| goal | reached | met |\n|---|---|---|\n")
	for _, g := range goalList() {
		x, known := t.reached(&g, rows, own)
		if !known {
			continue
		}
		text := fixed(x.Value, g.places)
		if !math.IsNaN(x.Lo) {
			text += fmt.Sprintf(" (%s–%s)", fixed(x.Lo, g.places), fixed(x.Hi, g.places))
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", g.bounds(), text, g.met(x))
	}
	b.WriteString("\n")
}

// row is the line of a method.
func (t *Table) row(rows []int, method string) int {
	for _, i := range rows {
		if t.Methods[i] == method {
			return i
		}
	}
	return -1
}

// interval is a measure of a line with its interval.
func (t *Table) interval(row int, name string) (x Interval, known bool) {
	f := t.Figures[row]
	lo, hi := name+"_lo", name+"_hi"
	if name == "median_delay" {
		lo, hi = "median_lo", "median_hi"
	}
	value, known := f[name]
	x = Interval{value, math.NaN(), math.NaN()}
	if _, ok := f[lo]; ok {
		x.Lo, x.Hi = f[lo], f[hi]
	}
	return x, known && !math.IsNaN(value)
}

func (t *Table) reached(g *goal, rows []int, own int) (Interval, bool) {
	x, known := t.interval(own, g.measure)
	if g.from == "" || !known {
		return x, known
	}
	other := t.row(rows, g.from+Matched)
	if other < 0 {
		other = t.row(rows, g.from)
	}
	if other < 0 {
		return x, false
	}
	y, known := t.interval(other, g.measure)
	return Interval{y.Value - x.Value, y.Lo - x.Hi, y.Hi - x.Lo}, known
}

// bounds is the goal in words: "median delay, months ≤ 5 (stretch 4)".
func (g *goal) bounds() string {
	text := g.says
	switch {
	case !math.IsNaN(g.least) && !math.IsNaN(g.most):
		text += fmt.Sprintf(", %g to %g", g.least, g.most)
	case !math.IsNaN(g.least):
		text += fmt.Sprintf(" ≥ %g", g.least)
	default:
		text += fmt.Sprintf(" ≤ %g", g.most)
	}
	if !math.IsNaN(g.stretch) {
		text += fmt.Sprintf(" (stretch %g)", g.stretch)
	}
	return text
}

// met says whether a figure meets the goal, and whether its whole interval does.
func (g *goal) met(x Interval) string {
	holds := func(v float64) bool {
		return (math.IsNaN(g.least) || v >= g.least-1e-9) && (math.IsNaN(g.most) || v <= g.most+1e-9)
	}
	if !holds(x.Value) {
		return "**no**"
	}
	text := "yes"
	if s := g.stretch; !math.IsNaN(s) && (math.IsNaN(g.most) && x.Value >= s || math.IsNaN(g.least) && x.Value <= s) {
		text = "yes, and the stretch"
	}
	if !math.IsNaN(x.Lo) && (!holds(x.Lo) || !holds(x.Hi)) {
		text += "; not at every point of the interval"
	}
	return text
}
