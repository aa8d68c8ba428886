package spc

import (
	"math"
	"sync"
)

// RunsMethod is how a run chart decides that its runs are not random.
type RunsMethod string

// The methods. Anhoej is the default; the two boxes are its refinement.
const (
	// Anhoej signals on a longest run above round(log2 n) + 3 (Schilling 2012) or on
	// fewer crossings than the 5% point of the binomial (n-1, 1/2) (Chen 2010):
	// Anhøj and Olesen, PLoS ONE 2014;9(11):e113825.
	Anhoej RunsMethod = "anhoej"
	// BestBox takes, of all pairs of bounds with at most 7.5% false signals, the pair
	// that sees a shift of 0.8 standard deviations most often: Anhøj and
	// Wentzel-Larsen, PLoS ONE 2020;15(6):e0233920.
	BestBox RunsMethod = "bestbox"
	// CutBox cuts the corner of the best box as far as the same 7.5% allow.
	CutBox RunsMethod = "cutbox"
)

// Runs is the analysis of runs about a centre line.
type Runs struct {
	Observations int // points considered
	Useful       int // of them, not on the centre line and not missing
	Longest      int // points in the longest run on one side
	LongestMax   int // longest run still compatible with chance, by Anhoej
	Crossings    int // how often the line between points crosses the centre
	CrossingsMin int // fewest crossings still compatible with chance, by Anhoej
	Signal       bool
}

// AnalyseRuns counts runs of values about their centre line. Missing values and
// values on the line are left out, as the peers do; with nothing left there is no
// signal and Useful is 0. The boxes are defined for 10 to 100 useful points and
// fall back to Anhoej outside.
func AnalyseRuns(values, centre []float64, method RunsMethod) Runs {
	r := Runs{Observations: len(values)}
	last, run := NoSide, 0
	for i, y := range values {
		at := sign(y, centre[i]) // NoSide for NaN
		if at == NoSide {
			continue
		}
		r.Useful++
		switch {
		case at == last:
			run++
		default:
			if last != NoSide {
				r.Crossings++
			}
			last, run = at, 1
		}
		r.Longest = max(r.Longest, run)
	}
	if r.Useful == 0 {
		return r
	}
	r.LongestMax = int(math.RoundToEven(math.Log2(float64(r.Useful)))) + 3
	r.CrossingsMin = fewestCrossings(r.Useful)
	switch {
	case method == BestBox && boxDefined(r.Useful):
		r.Signal = !boxFor(r.Useful).allows(r.Crossings, r.Longest)
	case method == CutBox && boxDefined(r.Useful):
		r.Signal = !boxFor(r.Useful).allowsCut(r.Crossings, r.Longest)
	default:
		r.Signal = r.Longest > r.LongestMax || r.Crossings < r.CrossingsMin
	}
	return r
}

// fewestCrossings is the smallest c with P(C ≤ c) ≥ 0.05 for C binomial (n-1, 1/2).
func fewestCrossings(n int) int {
	tosses := n - 1
	logHalf := float64(tosses) * math.Ln2
	whole, _ := math.Lgamma(float64(tosses) + 1)
	cumulative := 0.0
	for c := 0; c <= tosses; c++ {
		a, _ := math.Lgamma(float64(c) + 1)
		b, _ := math.Lgamma(float64(tosses-c) + 1)
		cumulative += math.Exp(whole - a - b - logHalf)
		if cumulative >= 0.05*(1-1e-12) {
			return c
		}
	}
	return tosses
}

func boxDefined(useful int) bool { return useful >= 10 && useful <= 100 }

// runsBox is the bounds of the two box methods for one number of useful points.
// The best box allows C ≥ crossings and L ≤ longest. With a cut, the box's corner
// is gone: at C = crossings only L ≤ cutLongest is allowed, and at L = longest
// only C ≥ cutCrossings.
type runsBox struct {
	crossings, longest       int
	cut                      bool
	cutCrossings, cutLongest int
}

func (b runsBox) allows(c, l int) bool { return c >= b.crossings && l <= b.longest }

func (b runsBox) allowsCut(c, l int) bool {
	switch {
	case !b.cut:
		return b.allows(c, l)
	case c > b.crossings && l < b.longest:
		return true
	case c == b.crossings && l <= b.cutLongest:
		return true
	}
	return c >= b.cutCrossings && l <= b.longest
}

const (
	boxSpecificity = 0.925 // of series without a shift, at least this share gives no signal
	boxShift       = 0.8   // standard deviations of the shift that the boxes are made to see
)

var boxes sync.Map // useful points → runsBox; each is calculated once

func boxFor(useful int) runsBox {
	if b, ok := boxes.Load(useful); ok {
		return b.(runsBox)
	}
	b := findBox(useful)
	boxes.Store(useful, b)
	return b
}

// findBox searches all bounds for n useful points.
func findBox(n int) runsBox {
	still := runsLaw(n, 0.5)
	moved := runsLaw(n, 0.5*math.Erfc(-boxShift/math.Sqrt2))
	var b runsBox
	lowest := math.Inf(1)
	for c := range n {
		for l := 1; l <= n; l++ {
			if still.box(c, l) >= boxSpecificity && moved.box(c, l) < lowest {
				lowest = moved.box(c, l)
				b.crossings, b.longest = c, l
			}
		}
	}
	b.findCut(still, moved)
	return b
}

// findCut takes cells away from the box's corner, the corner itself first, then
// along C = crossings towards shorter runs and along L = longest towards more
// crossings: always the one more likely after a shift, as long as the specificity
// allows, then the other. This gives the published bounds for each n from 10 to 100.
func (b *runsBox) findCut(still, moved *law) {
	kept := still.box(b.crossings, b.longest) - still.cell(b.crossings, b.longest)
	if kept < boxSpecificity {
		return
	}
	b.cut, b.cutCrossings, b.cutLongest = true, b.crossings+1, b.longest-1
	for {
		shorter, more := still.cell(b.crossings, b.cutLongest), still.cell(b.cutCrossings, b.longest)
		canShorter := b.cutLongest > 1 && kept-shorter >= boxSpecificity
		canMore := b.cutCrossings < still.n-1 && kept-more >= boxSpecificity
		likelier := moved.cell(b.crossings, b.cutLongest) >= moved.cell(b.cutCrossings, b.longest)
		switch {
		case canShorter && (likelier || !canMore):
			kept -= shorter
			b.cutLongest--
		case canMore:
			kept -= more
			b.cutCrossings++
		default:
			return
		}
	}
}

// law is the joint distribution of crossings C and longest run L in n independent
// points, each above the line with one probability.
type law struct {
	n   int
	cum [][]float64 // cum[l][c] = P(C = c, L ≤ l)
	up  [][]float64 // up[l][c] = P(C ≥ c, L ≤ l)
}

func (w *law) box(c, l int) float64  { return w.up[l][c] }
func (w *law) cell(c, l int) float64 { return w.cum[l][c] - w.cum[l-1][c] }

// runsLaw counts sequences run by run: with runs no longer than l, the probability
// that k runs fill m points and end on a side follows from k-1 runs that end on
// the other, and a sliding sum over the length of the last.
func runsLaw(n int, p float64) *law {
	w := &law{n: n, cum: make([][]float64, n+1), up: make([][]float64, n+1)}
	q := [2]float64{p, 1 - p}
	for l := range n + 1 {
		w.cum[l], w.up[l] = make([]float64, n+1), make([]float64, n+1)
		var ends, next [2][]float64
		for s := range 2 {
			ends[s], next[s] = make([]float64, n+1), make([]float64, n+1)
			for m := 1; m <= l; m++ {
				ends[s][m] = math.Pow(q[s], float64(m))
			}
		}
		for k := 1; k <= n; k++ {
			w.cum[l][k-1] = ends[0][n] + ends[1][n]
			for s := range 2 {
				other, beyond := ends[1-s], math.Pow(q[s], float64(l+1))
				for m := 1; m <= n; m++ {
					sum := q[s] * (next[s][m-1] + other[m-1])
					if m-1-l >= 0 {
						sum -= beyond * other[m-1-l]
					}
					next[s][m] = max(sum, 0)
				}
			}
			ends, next = next, ends
		}
		for c := n - 1; c >= 0; c-- {
			w.up[l][c] = w.up[l][c+1] + w.cum[l][c]
		}
	}
	return w
}
