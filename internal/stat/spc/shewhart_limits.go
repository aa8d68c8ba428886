package spc

import "math"

// centreAndLimits fills centre and limits by the kind of chart. Sources: D. C.
// Montgomery, Introduction to Statistical Quality Control, 6th ed. (equation
// numbers below); D. B. Laney, Quality Engineering 2002;14:531-537.
func (p *part) centreAndLimits() {
	switch p.o.Kind {
	case KindRun:
		p.setCentre(median(p.held(p.values)))
		p.noLimits()
	case KindI:
		p.setCentre(average(p.held(p.values)))
		p.limits(p.rangeSigma(p.values))
	case KindMR:
		p.movingRange()
	case KindT:
		p.timeBetween()
	case KindG:
		p.casesBetween()
	case KindC:
		for i := range p.groups {
			p.values[i] = p.groups[i].Sum
		}
		p.setCentre(average(p.held(p.values)))
		p.limits(func(i int) float64 { return math.Sqrt(p.points[i].Centre) }) // 7.17
		p.clip(0, math.Inf(1))
	case KindP, KindPPrime:
		p.setCentre(p.pooled())
		p.limits(p.laney(func(i int) float64 {
			c := p.points[i].Centre
			return math.Sqrt(c * (1 - c) / p.groups[i].Denominator) // 7.8
		}))
		p.clip(0, 1)
	case KindU, KindUPrime:
		p.setCentre(p.pooled())
		p.limits(p.laney(func(i int) float64 {
			return math.Sqrt(p.points[i].Centre / p.groups[i].Denominator) // 7.19
		}))
		p.clip(0, math.Inf(1))
	case KindIPrime:
		p.sizedIndividuals()
	case KindXbar, KindS:
		p.subgroupSpread()
	}
}

// setCentre sets the centre line, to the option's where one is given.
func (p *part) setCentre(calculated float64) {
	if p.o.Centre != nil {
		calculated = *p.o.Centre
	}
	for i := range p.points {
		p.points[i].Centre = calculated
	}
}

// held is those of values which belong to the baseline, in order and with gaps.
func (p *part) held(values []float64) []float64 {
	var held []float64
	for i, y := range values {
		if p.base[i] && present(y) {
			held = append(held, y)
		}
	}
	return held
}

// average is the mean of values that are all present.
func average(values []float64) float64 {
	var sum total
	for _, y := range values {
		sum.add(y)
	}
	return sum.over(len(values))
}

// pooled is the sum of numerators over the sum of denominators.
func (p *part) pooled() float64 {
	var num, den total
	for i := range p.groups {
		if p.base[i] && p.groups[i].Denominator > 0 {
			num.add(p.groups[i].Sum)
			den.add(p.groups[i].Denominator)
		}
	}
	return num.over(1) / den.over(1)
}

func (p *part) noLimits() {
	for i := range p.points {
		at := &p.points[i]
		at.Lower, at.Lower2, at.Upper2, at.Upper = math.NaN(), math.NaN(), math.NaN(), math.NaN()
	}
}

// limits sets two- and three-sigma limits from the sigma of each point.
func (p *part) limits(sigma func(int) float64) {
	for i := range p.points {
		at, s := &p.points[i], sigma(i)
		at.Lower, at.Lower2 = at.Centre-3*s, at.Centre-2*s
		at.Upper2, at.Upper = at.Centre+2*s, at.Centre+3*s
	}
}

// clip moves finite limits into the range of possible values.
func (p *part) clip(low, high float64) {
	for i := range p.points {
		at := &p.points[i]
		for _, limit := range []*float64{&at.Lower, &at.Lower2, &at.Upper2, &at.Upper} {
			if present(*limit) {
				*limit = min(max(*limit, low), high)
			}
		}
	}
}

// ranges is the moving ranges of the baseline's points. Excluded points are
// passed over, which joins their neighbours (as the peers do); a missing value
// gives no range on either side.
func (p *part) ranges(values []float64) []float64 {
	var all []float64
	before := math.NaN()
	for i, y := range values {
		if !p.base[i] {
			continue
		}
		if r := math.Abs(y - before); present(r) {
			all = append(all, r)
		}
		before = y
	}
	return all
}

// screened is the mean of ranges, with screening without those at factor × mean
// and more (Nelson 1982). Where that would leave zeros only, it is not done.
func (p *part) screened(ranges []float64, factor float64) float64 {
	mean := average(ranges)
	if !p.o.Screen {
		return mean
	}
	ceiling := factor * mean
	var kept []float64
	for _, r := range ranges {
		if r < ceiling {
			kept = append(kept, r)
		}
	}
	if again := average(kept); again > 0 || len(kept) == 0 {
		return again
	}
	return mean
}

// rangeSigma is mean moving range / d2 (6.33), the same for each point.
func (p *part) rangeSigma(values []float64) func(int) float64 {
	sigma := p.screened(p.ranges(values), rangeFactor) / d2
	return func(int) float64 { return sigma }
}

// movingRange is the MR chart: a point is the distance from the one before, the
// first of a part has none.
func (p *part) movingRange() {
	before := math.NaN()
	for i := range p.groups {
		p.values[i] = math.Abs(p.groups[i].Value - before)
		before = p.groups[i].Value
	}
	p.setCentre(average(p.held(p.values)))
	for i := range p.points {
		at := &p.points[i]
		at.Upper, at.Upper2 = rangeFactor*at.Centre, rangeFactor/3*2*at.Centre
	}
}

// timePower makes times between events of a constant rate, which are exponential,
// nearly normal (Nelson 1994; Montgomery p. 325).
const timePower = 3.6

// timeBetween is the T chart: an I chart of the transformed times, taken back.
func (p *part) timeBetween() {
	root := make([]float64, len(p.values))
	for i, y := range p.values {
		root[i] = math.Pow(y, 1/timePower)
	}
	centre := average(p.held(root))
	if p.o.Centre != nil {
		centre = math.Pow(*p.o.Centre, 1/timePower)
	}
	for i := range p.points {
		p.points[i].Centre = centre
	}
	p.limits(p.rangeSigma(root))
	for i := range p.points {
		at := &p.points[i]
		for _, x := range []*float64{&at.Centre, &at.Lower, &at.Lower2, &at.Upper2, &at.Upper} {
			*x = math.Pow(*x, timePower) // NaN below zero: there is no such limit
		}
		if math.IsNaN(at.Lower) && present(at.Upper) {
			at.Lower = 0
		}
	}
}

// casesBetween is the G chart (Montgomery p. 319): limits about the mean of a
// geometric count, drawn with the median as centre, about which runs are even.
func (p *part) casesBetween() {
	held := p.held(p.values)
	p.setCentre(average(held))
	p.limits(func(i int) float64 {
		m := p.points[i].Centre
		if m > 1e150 {
			return m // the square would be beyond the largest double, and 1 is nothing to it
		}
		return math.Sqrt(m * (m + 1))
	})
	p.clip(0, math.Inf(1))
	for i := range p.points {
		if p.o.Centre != nil {
			p.points[i].Centre *= 0.693 // the theoretical median, ln 2 (Provost and Murray 2011, p. 228)
		} else {
			p.points[i].Centre = median(held)
		}
	}
}

// laney is the plain sigma, for P′ and U′ times the spread of the z values between
// points: their mean moving range / d2, or across units their standard deviation.
func (p *part) laney(plain func(int) float64) func(int) float64 {
	if p.o.Kind != KindPPrime && p.o.Kind != KindUPrime {
		return plain
	}
	z := make([]float64, len(p.values))
	for i, y := range p.values {
		z[i] = (y - p.points[i].Centre) / plain(i)
	}
	var between float64
	if p.o.Categorical {
		held := p.held(z)
		between = standardDeviation(held, average(held))
	} else {
		between = p.screened(p.ranges(z), rangeFactor) / d2
	}
	return func(i int) float64 { return plain(i) * between }
}

// sizeScreen is the screening constant of the I′ chart: D4 with four decimals.
const sizeScreen = 3.2665

// sizedIndividuals is the I′ chart (Taylor, normalised individuals): ranges are
// put on the scale of one unit of size before they are averaged. All points of the
// part count towards sigma, also beyond a freeze.
func (p *part) sizedIndividuals() {
	size := make([]float64, len(p.groups))
	for i := range p.groups {
		if size[i] = p.groups[i].Denominator; math.IsNaN(size[i]) {
			size[i] = float64(p.groups[i].Count)
		}
	}
	var num, den total
	for i, y := range p.values {
		if p.base[i] && present(y) {
			num.add(y * size[i])
			den.add(size[i])
		}
	}
	p.setCentre(num.over(1) / den.over(1))
	var spread []float64
	for i := 1; i < len(p.values); i++ {
		s := math.Sqrt(math.Pi/2) * math.Abs(p.values[i]-p.values[i-1]) / math.Sqrt(1/size[i-1]+1/size[i])
		if present(s) {
			spread = append(spread, s)
		}
	}
	mean := p.screened(spread, sizeScreen)
	p.limits(func(i int) float64 { return mean * math.Sqrt(1/size[i]) })
}

// subgroupSpread is the X-bar and S charts. Sigma is the mean standard deviation if
// all subgroups of the part are of one size (6.29), else pooled (6.30, 6.31).
func (p *part) subgroupSpread() {
	equal := true
	var squares, free, sums, counts total
	var deviations []float64
	for i := range p.groups {
		g := &p.groups[i]
		equal = equal && g.Count == p.groups[0].Count
		if !p.base[i] || g.Count == 0 {
			continue
		}
		sums.add(g.Sum)
		counts.add(float64(g.Count))
		if g.Count > 1 {
			squares.add(float64(g.Count-1) * g.SD * g.SD)
			free.add(float64(g.Count - 1))
			deviations = append(deviations, g.SD)
		}
	}
	sigma := average(deviations)
	if !equal {
		sigma = math.Sqrt(squares.over(1) / free.over(1))
	}
	if p.o.Kind == KindS {
		p.spreadLimits(sigma)
		return
	}
	for i := range p.groups {
		p.values[i] = p.groups[i].Mean
	}
	p.setCentre(sums.over(1) / counts.over(1))
	p.limits(func(i int) float64 {
		n := float64(p.groups[i].Count)
		return sigma / (c4(n) * math.Sqrt(n))
	})
}

// spreadLimits is the S chart: limits B3 and B4, the lower not below zero.
func (p *part) spreadLimits(sigma float64) {
	for i := range p.groups {
		p.values[i] = p.groups[i].SD
	}
	p.setCentre(sigma)
	p.limits(func(i int) float64 {
		c := c4(float64(p.groups[i].Count))
		return p.points[i].Centre * math.Sqrt(1-c*c) / c
	})
	p.clip(0, math.Inf(1))
}

// c4 is E(s)/sigma for a normal sample of n (Montgomery, appendix VI); NaN for n < 2.
func c4(n float64) float64 {
	if n < 2 {
		return math.NaN()
	}
	a, _ := math.Lgamma(n / 2)
	b, _ := math.Lgamma((n - 1) / 2)
	return math.Sqrt(2/(n-1)) * math.Exp(a-b)
}
