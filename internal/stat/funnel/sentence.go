package funnel

import (
	"math"
	"strconv"
	"strings"
)

// Words is how the values of an indicator are spoken of.
type Words struct {
	Denominator string // plural, "bed days", "expected deaths"; empty to leave it out
	Percent     bool   // the value is a share, said in per cent
	Unit        string // written after each value, such as "%" where Settings.Multiplier has made it per cent already
	Decimals    int    // of the value; more are used where a value and a limit would look the same
}

// Sentence says where a unit stands and why, in words for someone who is not a
// statistician: the value, the nearest limit and its
// denominator, and how often chance alone would do it. No z, no p.
func (f *Fit) Sentence(u Unit, w Words) string {
	if u.Reason != Judged {
		return f.unjudged(u, w)
	}
	if f.Flat {
		return "Nothing to compare, because every provider has the same value."
	}
	inner, outer := f.Judging(u.Inner), f.Judging(u.Outer)
	target := f.Target * f.Settings.Multiplier
	switch u.Band {
	case FarAbove:
		return "Above the 99.8% limit, because " + f.because(u, outer.Upper, "above", "99.8%", w) + "." + f.chance("99.8%", "1 in 500")
	case FarBelow:
		return "Below the 99.8% limit, because " + f.because(u, outer.Lower, "below", "99.8%", w) + "." + f.chance("99.8%", "1 in 500")
	case Above:
		return "Above the 95% limit, because " + f.because(u, inner.Upper, "above", "95%", w) +
			"; within the 99.8% limit." + f.chance("95%", "1 in 20")
	case Below:
		return "Below the 95% limit, because " + f.because(u, inner.Lower, "below", "95%", w) +
			"; within the 99.8% limit." + f.chance("95%", "1 in 20")
	}
	if f.Judging(u.Inner).Beyond(u.Value) != 0 {
		return "Can't be told from chance, because " + f.usual(u, w) + "."
	}
	if u.Value >= target {
		return "Within the limits, because " + f.because(u, inner.Upper, "below", "95%", w) + "."
	}
	return "Within the limits, because " + f.because(u, inner.Lower, "above", "95%", w) + "."
}

// because is "1.69 is below 1.77, the 95% limit for 66,400 bed days".
func (f *Fit) because(u Unit, limit float64, side, level string, w Words) string {
	value, bound := apart(u.Value, limit, w)
	relation := " is " + side + " "
	if value == bound { // to the last digit a double has
		relation = " is at the limit of "
	}
	text := value + relation + bound + ", the " + level + " limit"
	if w.Denominator != "" && f.Settings.Kind != Mean {
		text += " for " + amount(u.Den) + " " + w.Denominator
	}
	return text
}

// usual says of a unit without events, or with nothing but events, that so few
// cases often give that.
func (f *Fit) usual(u Unit, w Words) string {
	cases := amount(u.Den) + " " + w.Denominator
	if w.Denominator == "" {
		cases = amount(u.Den) + " cases"
	}
	value, _ := apart(u.Value, u.Value+1, w)
	return value + " happens often where there are only " + cases
}

// chance says how rare it is to lie outside limits without any difference beyond
// those which the limits allow for.
func (f *Fit) chance(level, rare string) string {
	allowed := " Chance alone"
	if f.Adjusted() {
		allowed = " Chance and the ordinary differences between providers"
	}
	if level == "95%" {
		return allowed + " put about " + rare + " outside the 95% limits: worth watching, not proof."
	}
	return allowed + " put about " + rare + " outside the 99.8% limits: unlikely to be that alone."
}

// WithoutChance is a sentence about an outlier without its end, on how rare such are: for
// lists of several, over or under which that is said once.
func WithoutChance(sentence string) string {
	text, _, _ := strings.Cut(sentence, " Chance ")
	return text
}

func (f *Fit) unjudged(u Unit, w Words) string {
	what := w.Denominator
	if what == "" {
		what = "cases"
	}
	switch u.Reason {
	case NoDenominator:
		return "Can't be judged, because there are no " + what + "."
	case TooSmall:
		return "Can't be judged, because " + amount(u.Den) + " " + what + " are too few: at least " + amount(f.Settings.MinDenominator) + " are needed."
	case Impossible:
		return "Can't be judged, because " + amount(u.Num) + " of " + amount(u.Den) + " " + what + " is impossible."
	}
	return "Can't be judged, because the figures are missing."
}

// apart writes two different numbers with as many decimals as it takes to see
// that they differ.
func apart(a, b float64, w Words) (first, second string) {
	for decimals := w.Decimals; decimals <= 12; decimals++ {
		if first, second = written(a, decimals, w), written(b, decimals, w); first != second {
			break
		}
	}
	return first, second
}

func written(x float64, decimals int, w Words) string {
	if w.Percent {
		return fixed(100*x, decimals) + "%"
	}
	return fixed(x, decimals) + w.Unit
}

// amount is a count or exposure: whole with thousands separated, or with one
// decimal when it is small and not whole.
func amount(x float64) string {
	if math.Abs(x) < 100 && math.Abs(x-math.Round(x)) > 0.05 {
		return fixed(x, 1)
	}
	return fixed(x, 0)
}

// fixed writes a number with thousands separated and a true minus.
func fixed(x float64, decimals int) string {
	text := strconv.FormatFloat(math.Abs(x), 'f', decimals, 64)
	whole, fraction, _ := strings.Cut(text, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if x < 0 && strings.Trim(text, "0.") != "" {
		return "−" + whole
	}
	return whole
}
