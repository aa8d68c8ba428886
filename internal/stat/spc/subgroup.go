package spc

import (
	"fmt"
	"math"
	"slices"
)

// Subgroup is the measurements of one period (or one unit): what a point of a
// Shewhart chart is made of.
type Subgroup struct {
	Sum, Mean, SD float64 // of the values held; NaN without any, SD without two
	Count         int     // values held
	Denominator   float64 // sum of the denominators; NaN where the data have none
	Value         float64 // Sum / Denominator (NaN where that is 0), or without denominators the aggregate
}

// Aggregate is how several values of one subgroup become one, where there is no
// denominator.
type Aggregate string

// The aggregates.
const (
	AggregateMean   Aggregate = "mean"
	AggregateMedian Aggregate = "median"
	AggregateSum    Aggregate = "sum"
	AggregateSD     Aggregate = "sd"
)

// NewSubgroup gathers the rows of one subgroup. denominators is nil when the data
// have none. A row counts only if it is complete: a value without denominator, or
// a denominator without value, is missing.
func NewSubgroup(values, denominators []float64, aggregate Aggregate) (Subgroup, error) {
	var held []float64
	var sum, denominator total
	for i, y := range values {
		if !present(y) || denominators != nil && !present(denominators[i]) {
			continue
		}
		held = append(held, y)
		sum.add(y)
		if denominators != nil {
			denominator.add(denominators[i])
		}
	}
	g := Subgroup{Count: len(held), Sum: math.NaN(), Mean: sum.over(len(held)), SD: math.NaN(), Denominator: math.NaN(), Value: math.NaN()}
	if g.Count > 0 {
		g.Sum = sum.over(1)
		g.SD = standardDeviation(held, g.Mean)
	}
	switch {
	case denominators != nil:
		g.Denominator = 0
		if g.Count > 0 {
			g.Denominator = denominator.over(1)
		}
		if g.Denominator > 0 { // events of nobody are no rate: a missing value
			g.Value = g.Sum / g.Denominator
		}
	case aggregate == AggregateMean || aggregate == "":
		g.Value = g.Mean
	case aggregate == AggregateMedian:
		g.Value = median(held)
	case aggregate == AggregateSum:
		g.Value = g.Sum
	case aggregate == AggregateSD:
		g.Value = g.SD
	default:
		return g, fmt.Errorf("aggregate is %q; it can be mean, median, sum or sd", aggregate)
	}
	return g, nil
}

// standardDeviation is the sample's, with n-1; NaN for fewer than two.
func standardDeviation(values []float64, mean float64) float64 {
	if len(values) < 2 {
		return math.NaN()
	}
	var squares total
	for _, y := range values {
		squares.add((y - mean) * (y - mean))
	}
	return math.Sqrt(squares.over(len(values) - 1))
}

// median is the middle of the values, or the mean of the middle two; NaN for none.
func median(values []float64) float64 {
	n := len(values)
	if n == 0 {
		return math.NaN()
	}
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	if n%2 == 1 {
		return sorted[n/2]
	}
	return sorted[n/2-1] + (sorted[n/2]-sorted[n/2-1])/2
}
