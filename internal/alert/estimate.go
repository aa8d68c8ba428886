package alert

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"candour/internal/concern"
)

// Estimated says what an estimate is of.
type Estimated string

// What is estimated from closed alerts.
const (
	Threshold Estimated = "threshold" // hA, once a quarter (concern-design.md section 9)
	Chance    Estimated = "chance"    // c0, once a year (section 10)
)

// Estimate is one version of what closed alerts taught, with what it was made from.
type Estimate struct {
	Of      Estimated          `json:"of"`
	Version int                `json:"version"`          // from 1, for each thing estimated
	Span    string             `json:"span"`             // the quarter or year in which it was made: 2026-Q4, 2026
	Params  string             `json:"params"`           // version of the shipped parameters that it adjusts
	Budget  float64            `json:"budget,omitempty"` // of a threshold: the budget toward which it moved
	Was     float64            `json:"was"`              // the value before: hA or c0
	Value   float64            `json:"value"`
	Seen    concern.Experience `json:"seen"` // what was seen in the 24 months before, of a threshold; of all time, of a chance
	Code    string             `json:"code"` // version of the binary
}

// Method is the parameters and thresholds in force for one commissioner.
type Method struct {
	Params    *concern.Params // with the words set and the constant refitted, under their own version
	Budget    concern.Budget  // with the threshold moved
	Settings  Settings
	Base      *concern.Params // as Candour ships them
	Estimates []Estimate      // every estimate made so far, oldest first
	Threshold *Estimate       // in force; nil for none
	Chance    *Estimate
}

// NewMethod joins what is shipped with what is set and what was learnt. Estimates
// are every one made so far, in any order; those that adjust other parameters or
// another budget are passed over.
func NewMethod(base *concern.Params, s Settings, estimates []Estimate) Method {
	m := Method{Base: base, Settings: s, Budget: base.Budget(s.Budget), Estimates: slices.Clone(estimates)}
	slices.SortStableFunc(m.Estimates, func(a, b Estimate) int { return a.Version - b.Version })
	par := *base
	par.Words = s.words()
	for i := range m.Estimates {
		e := &m.Estimates[i]
		switch {
		case e.Params != base.Version:
		case e.Of == Threshold && same(e.Budget, m.Budget.Budget):
			m.Threshold, m.Budget.Score = e, e.Value
		case e.Of == Chance:
			m.Chance, par.C0 = e, e.Value
		}
	}
	for _, part := range []struct {
		mark string
		n    int
	}{{"s", s.Version}, {"t", m.Threshold.version()}, {"c", m.Chance.version()}} {
		if part.n > 0 {
			par.Version += fmt.Sprintf("+%s%d", part.mark, part.n)
		}
	}
	m.Params = &par
	return m
}

// MethodOf is the method of a version that NewMethod made once: base is the shipped
// parameters of that version, settings and estimates every one made so far. What
// was set or learnt after it is passed over.
func MethodOf(version string, base *concern.Params, settings []Settings, estimates []Estimate) Method {
	made := map[byte]int{}
	_, marks, _ := strings.Cut(version, "+")
	for mark := range strings.SplitSeq(marks, "+") {
		if n, err := strconv.Atoi(mark[min(1, len(mark)):]); err == nil {
			made[mark[0]] = n
		}
	}
	set := UsualSettings()
	for _, s := range settings {
		if s.Version == made['s'] {
			set = s
		}
	}
	return NewMethod(base, set, slices.DeleteFunc(slices.Clone(estimates), func(e Estimate) bool {
		return e.Of == Threshold && e.Version > made['t'] || e.Of == Chance && e.Version > made['c']
	}))
}

func (e *Estimate) version() int {
	if e == nil {
		return 0
	}
	return e.Version
}

// BaseVersion is the shipped version within the version of a method.
func BaseVersion(version string) string {
	base, _, _ := strings.Cut(version, "+")
	return base
}

// LookBack is the months over which alerts and outcomes are counted for the rates.
const LookBack = 24

// Experience counts what was seen of alerts in the 24 months up to a moment.
// Providers is how many are watched, since when the watch began here (zero is
// never): together the provider-years.
func Experience(held []Alert, providers int, since, now time.Time) concern.Experience {
	from := now.AddDate(0, -LookBack, 0)
	x := concern.Experience{}
	if !since.IsZero() && now.After(since) {
		if since.Before(from) {
			since = from
		}
		const year = 365.25 * 24
		x.ProviderYears = float64(providers) * now.Sub(since).Hours() / year
	}
	for i := range held {
		a := &held[i]
		if a.Raised.Before(from) || a.Raised.After(now) {
			continue
		}
		x.Alerts++
		if !a.Open() {
			x.Closed++
			if !a.Outcome.True() {
				x.False++
			}
		}
	}
	return x
}

// Learn is the estimates that are due at a moment: the threshold once a quarter,
// the calibration's constant once a year, both only from ten closed alerts on.
// Nothing due, or nothing moved, gives none. The result depends on the arguments
// alone.
func Learn(m Method, held []Alert, x concern.Experience, code string, now time.Time) []Estimate {
	var out []Estimate
	y, month, _ := now.UTC().Date()
	if quarter := fmt.Sprintf("%d-Q%d", y, (int(month)+2)/3); !m.made(Threshold, quarter) {
		if next := m.Budget.Retune(x); math.Abs(next.Score-m.Budget.Score) > 1e-9 {
			out = append(out, Estimate{
				Of: Threshold, Version: m.count(Threshold) + 1, Span: quarter, Params: m.Base.Version, Budget: m.Budget.Budget,
				Was: m.Budget.Score, Value: next.Score, Seen: x, Code: code,
			})
		}
	}
	if year := fmt.Sprint(y); !m.made(Chance, year) {
		closed, seen := m.closed(held)
		if next, err := m.Base.Recalibrate(m.Base.Version, closed); err == nil && math.Abs(next.C0-m.Params.C0) > 1e-9 {
			out = append(out, Estimate{
				Of: Chance, Version: m.count(Chance) + 1, Span: year, Params: m.Base.Version, Was: m.Params.C0, Value: next.C0, Seen: seen, Code: code,
			})
		}
	}
	return out
}

// closed is the alerts from which the constant is refitted: all those closed that
// were judged by the shipped parameters in force, in the order of their references,
// so that the sum is the same to the bit whatever the order of the list.
func (m *Method) closed(held []Alert) (list []concern.Closed, seen concern.Experience) {
	ordered := slices.Clone(held)
	slices.SortFunc(ordered, byRef)
	for i := range ordered {
		a := &ordered[i]
		if a.Open() || BaseVersion(a.First.Params) != m.Base.Version {
			continue
		}
		list = append(list, concern.Closed{Ranking: a.First.Ranking, Outcome: a.Outcome})
		seen.Alerts++
		seen.Closed++
		if !a.Outcome.True() {
			seen.False++
		}
	}
	return list, seen
}

// made reports whether an estimate was made in a span for the parameters in force
// and, of a threshold, the budget in force.
func (m *Method) made(of Estimated, span string) bool {
	return slices.ContainsFunc(m.Estimates, func(e Estimate) bool {
		return e.Of == of && e.Span == span && e.Params == m.Base.Version && (of == Chance || same(e.Budget, m.Budget.Budget))
	})
}

func (m *Method) count(of Estimated) int {
	n := 0
	for i := range m.Estimates {
		if m.Estimates[i].Of == of {
			n = max(n, m.Estimates[i].Version)
		}
	}
	return n
}
