package watch

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"candour/internal/calendar"
	"candour/internal/finding"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/stat/spc"
)

// Series is one indicator of one organisation over time, without holes: every
// period from the first to the last has a point, which may be a gap.
type Series struct {
	Definition *indicator.Definition
	Org        org.Code
	Tenant     string
	Points     []Point
}

// Point is one period of a series.
type Point struct {
	Period      calendar.Period
	Value       float64 // in the unit shown (times the multiplier); NaN without one
	Observation *indicator.Observation
	// Untested marks a value of fewer than the definition's minimum denominator: it
	// is shown, and neither judged nor part of limits.
	Untested bool
	// Partial marks a value given before its period had ended, which is Untested too.
	Partial bool
}

// tested is the value that statistics see: NaN where there is none to judge.
func (p *Point) tested() float64 {
	if p.Untested {
		return math.NaN()
	}
	return p.Value
}

// maxGap is how many periods without a value a series may have in a row before
// what follows is judged apart from what lies before: organisations' codes are used
// again, and collections stop and start. The whole is still shown, with the gap.
const maxGap = 36

// SeriesOf arranges observations of one indicator, organisation and tenant, in
// the order of their periods, as a series: those of periods as the definition has them.
func SeriesOf(d *indicator.Definition, observations []indicator.Observation) Series {
	s := Series{Definition: d}
	for i := range observations {
		o := &observations[i]
		s.Org, s.Tenant = o.Org, o.Tenant
		if o.Period.Kind() != d.Frequency {
			continue // of an earlier definition, under which another kind of period was counted
		}
		if n := len(s.Points); n > 0 {
			places, _ := o.Period.Sub(s.Points[n-1].Period)
			if places <= 0 {
				continue
			}
			for k := 1; k < places && o.Period.Kind() != calendar.Day; k++ { // what happens on days has no gaps between
				s.Points = append(s.Points, Point{Period: s.Points[n-1].Period.Add(k), Value: math.NaN()})
			}
		}
		p := Point{Period: o.Period, Value: Shown(d, o), Observation: o}
		p.Untested = !math.IsNaN(p.Value) && hasDenominator(d.Kind) && o.Denominator < d.MinimumDenominator
		if p.Partial = !math.IsNaN(p.Value) && o.Partial(); p.Partial {
			p.Untested = true
		}
		s.Points = append(s.Points, p)
	}
	return s
}

// Shown is the value of an observation in the unit shown, NaN when there is none.
func Shown(d *indicator.Definition, o *indicator.Observation) float64 {
	if o.Presence != indicator.Valued {
		return math.NaN()
	}
	switch d.Kind {
	case indicator.Mean, indicator.Rating:
		return o.Value * d.Multiplier
	}
	if v, ok := d.Value(o.Numerator, o.Denominator); ok {
		return v * d.Multiplier
	}
	return math.NaN()
}

// hasDenominator reports whether values of a kind are of so many.
func hasDenominator(k indicator.Kind) bool {
	return k == indicator.Proportion || k == indicator.Rate || k == indicator.Ratio
}

// stretches is the first points after gaps of more than maxGap periods.
func (s *Series) stretches() []int {
	var out []int
	empty := 0
	for i := range s.Points {
		if math.IsNaN(s.Points[i].Value) {
			empty++
			continue
		}
		if empty > maxGap && empty < i {
			out = append(out, i)
		}
		empty = 0
	}
	return out
}

// resumed is where the stretch of the newest value begins: 0 without a long gap.
func (s *Series) resumed() int {
	if all := s.stretches(); len(all) > 0 {
		return all[len(all)-1]
	}
	return 0
}

// key names the series.
func (s *Series) key() finding.Series {
	return finding.Series{Indicator: s.Definition.ID, Org: s.Org, Tenant: org.Code(s.Tenant)}
}

// Latest is the position of the newest point with a value, -1 without one.
func (s *Series) Latest() int {
	for i := len(s.Points) - 1; i >= 0; i-- {
		if !math.IsNaN(s.Points[i].Value) {
			return i
		}
	}
	return -1
}

// LatestTested is the position of the newest point that statistics judge, -1
// without one.
func (s *Series) LatestTested() int {
	for i := len(s.Points) - 1; i >= 0; i-- {
		if !math.IsNaN(s.Points[i].tested()) {
			return i
		}
	}
	return -1
}

// group splits observations, sorted by indicator, organisation, tenant and period,
// into the series that are wanted. Observations of indicators that the catalogue does
// not hold are left out.
func group(c *indicator.Catalogue, observations []indicator.Observation, wanted func(finding.Series) bool) []Series {
	var out []Series
	for len(observations) > 0 {
		first := &observations[0]
		n := 1
		for n < len(observations) && observations[n].Indicator == first.Indicator && observations[n].Org == first.Org && observations[n].Tenant == first.Tenant {
			n++
		}
		if d := c.Get(first.Indicator); d != nil && wanted(finding.Series{Indicator: d.ID, Org: first.Org, Tenant: org.Code(first.Tenant)}) {
			out = append(out, SeriesOf(d, observations[:n]))
		}
		observations = observations[n:]
	}
	return out
}

// Limits is process limits set anew, by a person.
type Limits struct {
	From    calendar.Period
	Because string
	Role    string
	On      string
}

// The covid disturbance (R-IND-6): values from March 2020 to February 2022 are a
// stretch of their own, so that no baseline straddles either end.
var (
	covidFrom = calendar.NewMonth(2020, 3)
	covidTo   = calendar.NewMonth(2022, 3)
)

const covidReason = "covid: March 2020 to February 2022 is a stretch of its own"

const gapReason = "nothing for more than 36 periods before this: what follows is judged apart"

// Charted reports whether the definition asks for a chart with process limits.
func Charted(d *indicator.Definition) bool {
	return d.Chart != "none" && d.Chart != "points" && d.Frequency != calendar.Rolling12
}

// Chart judges a series by its definition's chart. It is nil for a definition
// without one (Charted) and for a series without values to judge.
func Chart(s *Series, limits []Limits) (*spc.Chart, error) {
	if !Charted(s.Definition) || s.LatestTested() < 0 {
		return nil, nil
	}
	series := spc.Series{
		Direction: direction(s.Definition.Better), Unit: unitOf(s.Definition.Frequency), Format: Format(s.Definition),
		Rebases: rebases(s, limits),
	}
	standards := false
	for i := range s.Points {
		p := &s.Points[i]
		series.Values = append(series.Values, p.tested())
		series.Periods = append(series.Periods, p.Period.Words())
		target := math.NaN()
		if st, ok := s.Definition.StandardAt(p.Period.Start()); ok {
			target, standards = st.Value*s.Definition.Multiplier, true
		}
		series.Targets = append(series.Targets, target)
	}
	if !standards {
		series.Targets = nil
	}
	if named, ok := s.named(); ok {
		return spc.NewNamedChart(series, named, spc.MakingDataCount())
	}
	return spc.NewChart(series, spc.MakingDataCount())
}

// named is the chart that the definition names beside the XmR chart, with what
// its values are made of. A chart of times between events needs times above nought.
func (s *Series) named() (spc.Named, bool) {
	kind := spc.Kind(s.Definition.Chart)
	if s.Definition.Chart == "xmr" {
		return spc.Named{}, false
	}
	n := spc.Named{Kind: kind, Multiply: s.Definition.Multiplier}
	for i := range s.Points {
		p := &s.Points[i]
		if kind == spc.KindT && p.Value <= 0 {
			return spc.Named{}, false
		}
		num, den := math.NaN(), 0.0
		if p.Observation != nil && !math.IsNaN(p.tested()) {
			if num, den = p.Observation.Numerator, p.Observation.Denominator; s.Definition.Kind == indicator.Count {
				den = 1 // counts over equal exposure: the u chart is then the c chart
			}
		}
		n.Numerators, n.Denominators = append(n.Numerators, num), append(n.Denominators, den)
	}
	return n, true
}

// FellBack says in words why a series is judged by the XmR chart though its
// definition names a chart of times; "" where it isn't.
func FellBack(s *Series) string {
	if spc.Kind(s.Definition.Chart) != spc.KindT || !Charted(s.Definition) {
		return ""
	}
	for i := range s.Points {
		if p := &s.Points[i]; p.Value <= 0 {
			return "XmR chart in place of the t chart that the definition names: a t chart needs times above nought, and the value of " +
				p.Period.Words() + " is " + Format(s.Definition)(p.Value)
		}
	}
	return ""
}

// rebases is where limits are calculated anew, no place twice.
func rebases(s *Series, limits []Limits) []spc.Rebase {
	var out []spc.Rebase
	add := func(from calendar.Period, reason, by, on string) {
		for i := range s.Points {
			if !s.Points[i].Period.Start().Before(from.Start()) {
				if i > 0 && !slices.ContainsFunc(out, func(r spc.Rebase) bool { return r.At == i }) {
					out = append(out, spc.Rebase{At: i, Reason: reason, SignedBy: by, SignedOn: on})
				}
				return
			}
		}
	}
	for _, at := range s.stretches() {
		out = append(out, spc.Rebase{At: at, Reason: gapReason, SignedBy: "Candour, for every chart"})
	}
	for _, l := range limits {
		add(l.From, l.Because, l.Role, l.On)
	}
	for _, b := range s.Definition.Breaks {
		add(b.From, b.Why, "the indicator's definition", "")
	}
	if s.Definition.Frequency == calendar.Month {
		add(covidFrom, covidReason, "Candour, for every monthly chart", "")
		add(covidTo, covidReason, "Candour, for every monthly chart", "")
	}
	slices.SortFunc(out, func(a, b spc.Rebase) int { return cmp.Compare(a.At, b.At) })
	return out
}

func direction(b indicator.Better) spc.Direction {
	switch b {
	case indicator.Higher:
		return spc.Increase
	case indicator.Lower:
		return spc.Decrease
	}
	return spc.Neutral
}

func unitOf(k calendar.Kind) spc.Unit {
	switch k {
	case calendar.Month:
		return spc.Month
	case calendar.Quarter:
		return spc.Unit{One: "quarter", Many: "quarters"}
	case calendar.Year, calendar.FinancialYear:
		return spc.Unit{One: "year", Many: "years"}
	}
	return spc.Unit{}
}

// Format writes a value of an indicator as users read it, in its unit: "78.9%",
// "1.94", "1,210".
func Format(d *indicator.Definition) func(float64) string {
	return func(v float64) string {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return "no value"
		}
		text := thousands(strconv.FormatFloat(v, 'f', d.Decimals, 64))
		if d.Unit == "%" {
			text += "%"
		}
		return text
	}
}

// thousands puts commas into the whole part and a true minus before it.
func thousands(text string) string {
	sign := ""
	if strings.HasPrefix(text, "-") {
		sign, text = "−", text[1:]
	}
	whole, rest, _ := strings.Cut(text, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if rest != "" {
		whole += "." + rest
	}
	return sign + whole
}
