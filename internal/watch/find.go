package watch

import (
	"fmt"
	"math"
	"time"

	"candour/internal/calendar"
	"candour/internal/finding"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/stat/funnel"
	"candour/internal/stat/spc"
)

// keptPeriods is how far back from a series' newest value findings are kept: five
// years of months.
const keptPeriods = 60

// OverTime is what the chart of one series says, the missed standard included, and
// where the series stands at its newest value.
func OverTime(s *Series, limits []Limits) ([]finding.Finding, finding.Verdict, error) {
	chart, err := Chart(s, limits)
	if err != nil {
		return nil, finding.Verdict{}, fmt.Errorf("chart %s of %s: %w", s.Definition.ID, s.Org, err)
	}
	var out []finding.Finding
	if chart != nil {
		out = append(out, signals(s, chart)...)
		out = append(out, tooGood(s, chart)...)
	}
	return append(out, standards(s, chart)...), VerdictOf(s, chart), nil
}

// VerdictOf is where a series stands at its newest value by its chart, which is
// nil for a series without one.
func VerdictOf(s *Series, chart *spc.Chart) finding.Verdict {
	newest := &s.Points[len(s.Points)-1]
	v := finding.Verdict{
		Tenant: org.Code(s.Tenant), Indicator: s.Definition.ID, Org: s.Org, Last: newest.Period, Definition: s.Definition.Version,
		Presence: newest.Observation.Presence,
	}
	latest := s.LatestTested()
	if latest < 0 {
		latest = s.Latest() // nothing to judge, something to show
	}
	if latest >= 0 {
		v.At, v.Value = s.Points[latest].Period, s.Points[latest].Value
	}
	if chart != nil {
		v.Charted, v.Variation, v.Assurance = true, chart.Variation.String(), chart.Assurance.String()
	}
	return v
}

func (s *Series) finding(kind finding.Kind, rule string, from, to int) finding.Finding {
	return finding.Finding{
		Tenant: org.Code(s.Tenant), Indicator: s.Definition.ID, Org: s.Org, Kind: kind, Rule: rule, Direction: finding.Concern,
		From: s.Points[from].Period, To: s.Points[to].Period, Points: 1, Value: s.Points[to].Value, P: 1,
		Definition: s.Definition.Version,
	}
}

// signals is one finding for each run of marked points.
func signals(s *Series, chart *spc.Chart) []finding.Finding {
	var out []finding.Finding
	for i := range chart.Signals {
		sig := &chart.Signals[i]
		if len(s.Points)-sig.To() > keptPeriods {
			continue
		}
		f := s.finding(finding.SpecialCause, ruleNumber(sig.Rule), sig.From(), sig.To())
		seg := &chart.Segments[sig.Segment]
		f.Points, f.Sentence, f.Latest = len(sig.Points), sig.Sentence, sig.Current
		f.Against = against(chart, sig, seg)
		f.P = rarity(chart, sig)
		switch sig.Label {
		case spc.Improvement:
			f.Direction = finding.Improvement
		case spc.NeutralSignal, spc.CommonCause:
			f.Direction = finding.Neutral
		case spc.Concern:
			f.Direction = finding.Concern
		}
		if seg.Trial {
			f.Limits = "trial limits"
		}
		out = append(out, f)
	}
	return out
}

func ruleNumber(r spc.Rule) string {
	switch r {
	case spc.Outside:
		return "R-SPC-1"
	case spc.Shift:
		return "R-SPC-2"
	case spc.Trend:
		return "R-SPC-3"
	case spc.TwoOfThree:
		return "R-SPC-4"
	}
	return r.String()
}

// against is the line that a signal is held against.
func against(chart *spc.Chart, sig *spc.Signal, seg *spc.Segment) float64 {
	if chart.Varying() { // the newest point has limits of its own
		p := &chart.Points[sig.To()]
		own := *seg
		own.Mean, own.Lower, own.Upper, own.NearLower, own.NearUpper = p.Mean, p.Lower, p.Upper, p.NearLower, p.NearUpper
		seg = &own
	}
	switch {
	case sig.Rule == spc.Outside && sig.Side == spc.High:
		return seg.Upper
	case sig.Rule == spc.Outside:
		return seg.Lower
	case sig.Rule == spc.TwoOfThree && sig.Side == spc.High:
		return seg.NearUpper
	case sig.Rule == spc.TwoOfThree:
		return seg.NearLower
	}
	return seg.Mean
}

// rarity is about how often chance alone would make a signal at least like this
// one on its side: from the furthest point for a value outside (normal, with the
// standard deviation that the moving ranges imply), from the length for a run
// (half to its power), from the orderings for a trend (one in n!), and from
// the binomial for two of three beyond two thirds of the way to the limit.
func rarity(chart *spc.Chart, sig *spc.Signal) float64 {
	n := len(sig.Points)
	switch sig.Rule {
	case spc.Outside:
		seg := &chart.Segments[sig.Segment]
		if chart.Kind != "" {
			return chance(furthest(chart, sig))
		}
		sd := seg.MeanRange / 1.128
		if sd <= 0 {
			return chance(3)
		}
		far := 0.0
		for _, i := range sig.Points {
			far = math.Max(far, math.Abs(chart.Points[i].Value-seg.Mean)/sd)
		}
		return chance(far)
	case spc.Shift:
		return math.Pow(0.5, float64(n))
	case spc.Trend:
		return math.Exp(-lnFactorial(n))
	}
	const beyond = 0.02275 // normal tail beyond two standard deviations
	return 3 * beyond * beyond * (1 - beyond)
}

// furthest is how many standard deviations of their own the furthest point of a
// signal lies from the centre, at least the three that put it outside.
func furthest(chart *spc.Chart, sig *spc.Signal) float64 {
	far := 3.0
	for _, i := range sig.Points {
		p := &chart.Points[i]
		at := spc.ControlPoint{Centre: p.Mean, Lower2: p.NearLower, Upper2: p.NearUpper}
		far = math.Max(far, math.Abs(at.Away(p.Value, chart.Kind)))
	}
	return far
}

func lnFactorial(n int) float64 {
	v, _ := math.Lgamma(float64(n + 1))
	return v
}

// standards is whether the latest value meets the standard in force, and whether
// the process as it is can.
func standards(s *Series, chart *spc.Chart) []finding.Finding {
	latest := s.LatestTested()
	if latest < 0 {
		return nil
	}
	st, ok := s.Definition.StandardAt(s.Points[latest].Period.Start())
	if !ok || s.Definition.Better == indicator.Neither {
		return nil
	}
	target := st.Value * s.Definition.Multiplier
	if !misses(s.Definition.Better, s.Points[latest].Value, target) {
		return nil
	}
	from, n := latest, 0
	for i := latest; i >= s.resumed() && (math.IsNaN(s.Points[i].tested()) || misses(s.Definition.Better, s.Points[i].Value, target)); i-- {
		if !math.IsNaN(s.Points[i].tested()) {
			from = i
			n++
		}
	}
	format := Format(s.Definition)
	f := s.finding(finding.Standard, "standard", from, latest)
	f.Points, f.Against, f.Latest = n, target, true
	f.Sentence = fmt.Sprintf("%s against a standard of %s", format(f.Value), format(target))
	if n > 1 {
		f.Sentence += fmt.Sprintf("; missed %d times running, since %s.", n, s.Points[from].Period.Words())
	} else {
		f.Sentence += "."
	}
	out := []finding.Finding{f}
	if chart != nil && chart.Assurance == spc.Fail {
		g := s.finding(finding.Incapable, "assurance", from, latest)
		g.Points, g.Against, g.Latest = n, target, true
		g.Sentence = fmt.Sprintf("Consistently misses the standard of %s: as it works now, it won't meet it without change.", format(target))
		out = append(out, g)
	}
	return out
}

// misses reports whether a value is on the bad side of the standard by more than
// rounding.
func misses(better indicator.Better, value, target float64) bool {
	slack := 1e-9 * math.Max(1, math.Abs(target))
	if better == indicator.Higher {
		return value < target-slack
	}
	return value > target+slack
}

// silentPeriods of zero where there used to be some ask whether anybody still
// counts (R-IND-8).
const silentPeriods = 6

// usedToCount is how many periods before the silence must show that there used
// to be some.
const usedToCount = 12

func tooGood(s *Series, chart *spc.Chart) []finding.Finding {
	latest, start := s.LatestTested(), s.resumed()
	if s.Definition.Better != indicator.Lower || latest-start < silentPeriods+12 {
		return nil
	}
	from := latest
	for from > start && math.Abs(s.Points[from-1].tested()) < 1e-12 && math.Abs(s.Points[latest].tested()) < 1e-12 {
		from--
	}
	before := 0
	for i := start; i < from; i++ {
		if s.Points[i].tested() > 0 {
			before++
		}
	}
	if latest-from+1 < silentPeriods || from-start < usedToCount || before*3 < (from-start)*2 {
		return nil
	}
	f := s.finding(finding.TooGood, "R-IND-8", from, latest)
	f.Points, f.Direction, f.Latest = latest-from+1, finding.Neutral, true
	f.Sentence = fmt.Sprintf("none for %d %s where most used to have some: check that they are still counted.", f.Points, chart.Series.Unit.Many)
	return []finding.Finding{f}
}

// outliers is the units of a cross-section beyond the limits: 99.8%, and 95% where
// the publisher bands by it (standardised ratios).
func outliers(x *Section, newest bool) []finding.Finding {
	if x.Result == nil {
		return nil
	}
	var out []finding.Finding
	d := x.Definition
	for i, u := range x.Result.Units {
		far := u.Band == funnel.FarAbove || u.Band == funnel.FarBelow
		near := u.Band == funnel.Above || u.Band == funnel.Below
		if u.Reason != funnel.Judged || !far && !(near && d.Funnel == "sr") {
			continue
		}
		high := u.Band == funnel.FarAbove || u.Band == funnel.Above
		f := finding.Finding{
			Indicator: d.ID, Org: x.Orgs[i], Kind: finding.Outlier, Rule: "funnel-95", Direction: sideOf(d.Better, high),
			From: x.Period, To: x.Period, Points: 1, Value: u.Value, P: chance(u.ZAdjusted),
			Sentence: x.Result.Fit.Sentence(u, Words(d)), Latest: newest, Definition: d.Version,
		}
		limits := x.Result.Fit.Judging(u.Inner)
		if far {
			f.Rule, limits = "funnel-99.8", x.Result.Fit.Judging(u.Outer)
		}
		if f.Against = limits.Upper; !high {
			f.Against = limits.Lower
		}
		if x.Result.Fit.Adjusted() {
			f.Limits = "widened for overdispersion"
		}
		out = append(out, f)
	}
	return out
}

func sideOf(better indicator.Better, high bool) finding.Direction {
	switch {
	case better == indicator.Neither:
		return finding.Neutral
	case (better == indicator.Lower) == high:
		return finding.Concern
	}
	return finding.Improvement
}

// stale is a finding when nothing came though it was due (R-IND-4) and others'
// values did come. A feed that is late for everybody is one fact about its source
// and stands on the data page, not once for every provider.
func stale(v *finding.Verdict, d *indicator.Definition, newest calendar.Period, day time.Time) (finding.Finding, bool) {
	if d == nil || v.Last.Kind() == calendar.Day {
		return finding.Finding{}, false // what is dated by the day, such as a rating, comes when it comes
	}
	next := v.Last.Add(1)
	due := d.Due(next)
	if d.Arrival(v.Last, day) != indicator.Late || newest.Compare(next) < 0 {
		return finding.Finding{}, false
	}
	return finding.Finding{
		Tenant: v.Tenant, Indicator: v.Indicator, Org: v.Org, Kind: finding.Stale, Rule: "R-IND-4", Direction: finding.Neutral,
		From: v.Last, To: v.Last, Points: overdue(d, next, day), P: 1, Latest: true, Definition: d.Version,
		Sentence: fmt.Sprintf("nothing since %s; %s was due by %s.", v.Last.Words(), next.Words(), due.Format("2 Jan 2006")),
	}, true
}

// overdue is how many periods are due and not there.
func overdue(d *indicator.Definition, p calendar.Period, day time.Time) (n int) {
	for ; day.After(d.Due(p)); p = p.Add(1) {
		n++
	}
	return n
}
