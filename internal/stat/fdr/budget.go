package fdr

import (
	"errors"
	"math"
	"slices"
)

// QuietMonths is how many months after an alert a provider is not alerted again
// (concern-design.md section 9): an alert is raised only if there was none in the
// previous six months.
const QuietMonths = 6

// RouteShare is the part of the budget that the route of standing level may use
// (concern-design.md section 9).
const RouteShare = 0.15

// Scores is the monthly scores of many providers in columns: provider p has the
// elements p·Months to (p+1)·Months of Values. A month without a score is NaN: it
// cannot alert and counts as no time watched.
type Scores struct {
	Values []float64
	Months int
}

// Providers is the number of providers.
func (s Scores) Providers() int {
	if s.Months == 0 {
		return 0
	}
	return len(s.Values) / s.Months
}

// ProviderYears is the time watched.
func (s Scores) ProviderYears() float64 {
	n := 0
	for _, v := range s.Values {
		if !math.IsNaN(v) {
			n++
		}
	}
	return float64(n) / 12
}

func (s Scores) check() error {
	switch {
	case s.Months < 1 || len(s.Values)%s.Months != 0:
		return errors.New("the scores are not whole rows of months")
	case s.ProviderYears() <= 0:
		return errors.New("there are no scores from which to set a threshold")
	}
	return nil
}

// Alerts gives the months, from 0, in which one provider is alerted: the score is
// at least the threshold and there was no alert in the previous quiet months.
func Alerts(scores []float64, threshold float64, quiet int) []int {
	var months []int
	for t, v := range scores {
		if v >= threshold && (len(months) == 0 || t-months[len(months)-1] > quiet) {
			months = append(months, t)
		}
	}
	return months
}

// count is the number of alerts of all providers under either of two routes; the
// second is not used when b has no values.
func count(a, b Scores, ha, hb float64, quiet int) int {
	alerts := 0
	for p := range a.Providers() {
		last := math.MinInt / 2
		for t := range a.Months {
			at := p*a.Months + t
			hit := a.Values[at] >= ha || (len(b.Values) > 0 && b.Values[at] >= hb)
			if hit && t-last > quiet {
				alerts++
				last = t
			}
		}
	}
	return alerts
}

// AlertRate is the alerts per provider-year that a threshold gives.
func AlertRate(s Scores, threshold float64, quiet int) (float64, error) {
	if err := s.check(); err != nil {
		return 0, err
	}
	return float64(count(s, Scores{}, threshold, 0, quiet)) / s.ProviderYears(), nil
}

// Threshold is the lowest threshold at which providers without a problem are
// alerted at most budget times a provider-year, with quiet months after each
// alert. The scores must be of such providers: months after the onset of a
// problem are left out (NaN, or cut off). The alert rate falls as the threshold
// rises: alerts are the most points, quiet months apart, that can be chosen
// among those above it, and a higher threshold leaves fewer to choose from. So
// bisection over the scores finds it. Where even the highest score alerts too
// often it is the next number above that.
func Threshold(s Scores, budget float64, quiet int) (float64, error) {
	if err := s.check(); err != nil {
		return 0, err
	}
	if !(budget >= 0) {
		return 0, errors.New("the budget of false alerts must be 0 or more per provider-year")
	}
	return lowest(s, budget*s.ProviderYears(), func(h float64) int { return count(s, Scores{}, h, 0, quiet) }), nil
}

// lowest is the smallest of the scores, or the number just above all, at which
// alerts gives at most allowed.
func lowest(s Scores, allowed float64, alerts func(threshold float64) int) float64 {
	candidates := make([]float64, 0, len(s.Values)+1)
	for _, v := range s.Values {
		if !math.IsNaN(v) {
			candidates = append(candidates, v)
		}
	}
	slices.Sort(candidates)
	candidates = slices.Compact(candidates)
	candidates = append(candidates, math.Nextafter(candidates[len(candidates)-1], math.Inf(1)))
	low, high := 0, len(candidates)-1
	for low < high {
		middle := (low + high) / 2
		if float64(alerts(candidates[middle])) <= allowed+1e-9 {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return candidates[low]
}

// Routes are the two thresholds of concern-design.md section 9: Change for the score of
// change S, Level for the standing level L.
type Routes struct {
	Change, Level float64
}

// TwoRoutes sets both thresholds: level may by itself use levelShare of the
// budget ([RouteShare] by default), then change is set so that the two together,
// with one quiet time for both, keep within the budget. Both are of the same
// providers and months.
func TwoRoutes(change, level Scores, budget, levelShare float64, quiet int) (Routes, error) {
	if err := change.check(); err != nil {
		return Routes{}, err
	}
	if change.Months != level.Months || len(change.Values) != len(level.Values) {
		return Routes{}, errors.New("the two scores are not of the same providers and months")
	}
	if !(levelShare >= 0 && levelShare <= 1) {
		return Routes{}, errors.New("the share of the budget for the standing level must be between 0 and 1")
	}
	hb, err := Threshold(level, budget*levelShare, quiet)
	if err != nil {
		return Routes{}, err
	}
	ha := lowest(change, budget*change.ProviderYears(), func(h float64) int { return count(change, level, h, hb, quiet) })
	return Routes{Change: ha, Level: hb}, nil
}

// Recalibrated moves a threshold in use toward the budget by at most 5% of itself
// (once a quarter, concern-design.md section 9): up when the observed rate of false
// alerts is above the budget, down when it is below; wanted is the threshold that
// [Threshold] finds on the customer's own scores.
func Recalibrated(threshold, wanted float64) float64 {
	step := 0.05 * math.Abs(threshold)
	return math.Min(math.Max(wanted, threshold-step), threshold+step)
}

// AlertsPerWeek is the workload of a commissioner of so many providers at so many
// alerts, true and false, a provider-year (concern-design.md section 9).
func AlertsPerWeek(providers int, alertsPerProviderYear float64) float64 {
	return float64(providers) * alertsPerProviderYear / 52
}
