package casemix_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"candour/internal/stat/casemix"
)

// country is 142 groups of 3,521 cells (500,000 in all) with SHMI's covariates.
func country() []*casemix.Cells {
	covs := []casemix.Covariate{
		{Name: "age", Levels: numbered(20), Ordered: true},
		{Name: "gender", Levels: numbered(2)},
		{Name: "admission", Levels: numbered(3)},
		{Name: "charlson", Levels: numbered(3), Ordered: true},
		{Name: "month", Levels: numbered(12)},
		{Name: "year", Levels: numbered(3)},
	}
	groups := make([]*casemix.Cells, 142)
	for g := range groups {
		r := rand.New(rand.NewPCG(20261122, uint64(g)))
		base := -5 + 3*r.Float64()
		c := &casemix.Cells{Covariates: covs, Level: make([][]int32, len(covs)), Value: make([][]float64, len(covs))}
		for range 3522 {
			eta := base
			for k, cov := range covs {
				level := r.IntN(len(cov.Levels))
				c.Level[k] = append(c.Level[k], int32(level))
				eta += 0.8 * float64(level) / float64(len(cov.Levels))
			}
			n := 1 + r.IntN(30)
			p := 1 / (1 + math.Exp(-eta))
			d := 0
			for range n {
				if r.Float64() < p {
					d++
				}
			}
			c.Patients, c.Deaths = append(c.Patients, float64(n)), append(c.Deaths, float64(d))
		}
		groups[g] = c
	}
	return groups
}

func numbered(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprint(i)
	}
	return out
}

func TestTheFitOfACountryIsTheSameOnOneCoreAndOnMany(t *testing.T) {
	t.Parallel()
	groups := country()[:8]
	one, many := casemix.FitAll(groups, casemix.Options{}, 1), casemix.FitAll(groups, casemix.Options{}, 4)
	for g := range groups {
		if one[g].Err != nil || many[g].Err != nil {
			t.Fatal(one[g].Err, many[g].Err)
		}
		for i, term := range one[g].Fitted.Terms {
			if math.Float64bits(term.Estimate) != math.Float64bits(many[g].Fitted.Terms[i].Estimate) {
				t.Errorf("group %d, %s differs", g, term.Name())
			}
		}
	}
}

func BenchmarkFitCountry(b *testing.B) {
	groups := country()
	b.ReportAllocs()
	for b.Loop() {
		for g, r := range casemix.FitAll(groups, casemix.Options{}, 2) {
			if r.Err != nil {
				b.Fatal(g, r.Err)
			}
		}
	}
}
