package rare

import (
	"fmt"
	"math"
	"strings"
)

// verdict says in words how surprising a probability is. The bounds are those of
// the funnel's limits: outside 95% on one side is 1 in 40, outside 99.8% 1 in 1000.
func verdict(probability float64) string {
	switch {
	case probability <= 0.001:
		return "very unlikely to be chance"
	case probability <= 0.025:
		return "unlikely to be chance"
	}
	return "could be chance"
}

// Sentence says the count and what is usual: "3 never events in 6 months where 0.8
// are usual: could be chance." events is plural; span is the period in words.
func (t *CountTest) Sentence(events, span string) string {
	probability := t.AtLeast
	if float64(t.Observed) < t.Expected {
		probability = t.AtMost
	}
	count := fmt.Sprint(t.Observed)
	if t.Observed == 0 {
		count = "No"
	}
	return fmt.Sprintf("%s %s in %s where %s %s: %s.", count, events, span, figure(t.Expected), areUsual(t.Expected), verdict(probability))
}

// Sentence says how fast the latest events came: "3 falls in 40 days, where one in
// 90 days is usual: unlikely to be chance." unit is "days" or a word for cases.
func (t *GapTest) Sentence(events, unit string) string {
	probability := math.Min(t.Shorter, t.Longer)
	return fmt.Sprintf("%d %s in %s %s, where one in %s %s is usual: %s.",
		t.Gaps, events, figure(t.Total), unit, figure(t.Usual), unit, verdict(probability))
}

// Sentence says where and when events clustered. names are those of the cluster's
// places, span its period in words, such as "12 Mar to 9 Apr".
func (c *Cluster) Sentence(events string, names []string, span string) string {
	says := "chance alone brings a cluster like this somewhere quite often"
	if c.Chance <= 0.05 {
		says = fmt.Sprintf("chance alone brings a cluster like this anywhere in about 1 search in %.0f", math.Max(20, math.Round(1/c.Chance)))
	}
	return fmt.Sprintf("%d %s at %s from %s, where %s %s: %s.",
		c.Events, events, strings.Join(names, ", "), span, figure(c.Expected), areUsual(c.Expected), says)
}

func areUsual(x float64) string {
	if figure(x) == "1" {
		return "is usual"
	}
	return "are usual"
}

// figure writes a number whole, or with one decimal below 10, or two below 0.1.
func figure(x float64) string {
	decimals := 0
	switch {
	case x < 0.1:
		decimals = 2
	case x < 10 && math.Abs(x-math.Round(x)) > 0.05:
		decimals = 1
	}
	return fmt.Sprintf("%.*f", decimals, x)
}
