package cusum_test

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"testing"

	"candour/internal/stat/cusum"
)

// cabgDeaths is the outcome column of qicharts2's cabg data, and the risk of its
// first 200 operations.
func cabgDeaths(t *testing.T) (y []float64, baseline float64) {
	t.Helper()
	f, err := os.Open("../../../../shared/data/peers/qicharts2_cabg.csv")
	if err != nil {
		t.Skipf("the peers' data are not beside the project: %v", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows[1:] {
		died := 0.0
		if row[4] == "TRUE" {
			died = 1
		}
		y = append(y, died)
		if i < 200 {
			baseline += died / 200
		}
	}
	return y, baseline
}

// The answers come from testdata/peers.R, which follows the conventions of each
// package in plain R.
func TestChartsFollowTheConventionsOfThePeers(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/peers.json")
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]struct {
		Signals      []float64
		Sum, Extreme float64
		Every200     []float64
	}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	data := columns(t, "peers/cusum_racusum_example_data.csv", "y", "score")
	died, baseline := cabgDeaths(t)
	for name, c := range map[string]struct {
		design cusum.Design
		y, p   []float64
	}{
		"racusum":             {cusum.Design{Odds: 2, Limit: 2.96}, data["y"], data["score"]},
		"racusum_no_reset":    {cusum.Design{Odds: 2, Limit: 2.96, Reset: cusum.ResetNone}, data["y"], data["score"]},
		"racusum_improvement": {cusum.Design{Odds: 0.5, Limit: -2}, data["y"], data["score"]},
		"cusum":               {cusum.Design{Kind: cusum.Bernoulli, Odds: 2, Limit: 2.5, Reset: cusum.ResetKeep}, data["y"], repeat(0.02, len(data["y"]))},
		"bchart_up":           {cusum.Design{Kind: cusum.Bernoulli, Odds: 2, Limit: 3.5, Reset: cusum.ResetBeyond}, died, repeat(baseline, len(died))},
		"bchart_down":         {cusum.Design{Kind: cusum.Bernoulli, Odds: 0.5, Limit: 1.5, Reset: cusum.ResetBeyond}, died, repeat(baseline, len(died))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			points, err := c.design.Run(nil, c.y, c.p)
			if err != nil {
				t.Fatal(err)
			}
			want := want[name]
			var signals []float64
			sum, extreme := 0.0, 0.0
			for i, p := range points {
				if p.Signal {
					signals = append(signals, float64(i+1))
				}
				sum += p.Score
				if math.Abs(p.Score) > math.Abs(extreme) {
					extreme = p.Score
				}
				if (i+1)%200 == 0 {
					agree(t, "score", p.Score, want.Every200[i/200])
				}
			}
			agree(t, "sum", sum, want.Sum)
			agree(t, "extreme", extreme, want.Extreme)
			if len(signals) != len(want.Signals) {
				t.Fatalf("signals %v, want %v", signals, want.Signals)
			}
			for i := range signals {
				agree(t, "signal", signals[i], want.Signals[i])
			}
		})
	}
}

func agree(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 1e-9*math.Abs(want)+1e-12) {
		t.Errorf("%s %.17g, want %.17g", what, got, want)
	}
}
