package concern

import (
	"math"
	"testing"
)

func TestTheCounterfactualNamesRankAndAlertWithoutTheLargestFamily(t *testing.T) {
	t.Parallel()
	par := Default()
	b := par.Budget(0.2)
	of := func(id ProviderID, score, without float64, agree int, level, evidence float64) Assessment {
		a := Assessment{Provider: id, Judged: true, Score: Score{Score: score, Level: level, Ranking: score + par.Lambda*level, Agree: agree}}
		a.Families = []FamilyPart{{Family: "gp", Name: "GP concerns", Evidence: evidence, Part: 0.4, Without: without}}
		return a
	}
	quiet := of("Q", 1, 0.8, 0, 0, 0.3)
	for name, c := range map[string]struct {
		a    Assessment
		want string
	}{
		"falls behind another and below the threshold":  {of("A", 6, 0.5, 4, 0, 2), "this provider would rank 2 and no alert would be raised."},
		"stays first, and the alert stays":              {of("A", 9, 8, 4, 0, 2), "this provider would rank 1 and still be above the threshold of alerts."},
		"stays above, but no other family agrees":       {of("A", 9, 8, 2, 0, 2), "this provider would rank 1 and no alert would be raised."},
		"it did not count as agreeing, so two still do": {of("A", 9, 8, 2, 0, 0.9), "this provider would rank 1 and still be above the threshold of alerts."},
		"the level raises it whatever is left out":      {of("A", 9, 0.2, 2, 5, 2), "this provider would rank 1 and still be above the threshold of alerts."},
		"there was no alert":                            {of("A", 2, 1.5, 1, 0, 2), "this provider would rank 1."},
	} {
		got := leftOut(par, b, &c.a, []Assessment{c.a, quiet})
		if got != "If GP concerns were left out, "+c.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestTheJudgedStandBeforeThoseOfWhomTooLittleIsKnown(t *testing.T) {
	t.Parallel()
	rows := world(12, 10, 40)
	var kept []Observation
	for _, o := range rows {
		few := o.Stream == "deaths" || o.Stream == "falls"
		switch { // the reasons stand below; of P02 and P03 just enough is known
		case o.Provider == "P00" && (o.Available > epoch+27 || o.Month > epoch+27), o.Provider == "P01" && !few, o.Provider == "P02" && !few && o.Stream != "sickness",
			o.Provider == "P03" && o.Month < epoch+28, o.Provider == "P04" && o.Month < epoch+29:
			continue
		}
		kept = append(kept, o)
	}
	must := []Observation{ // their first months are held
		{Provider: "P03", Stream: "deaths", Month: epoch + 28, Available: epoch + 28, Value: 10, Expected: 10},
		{Provider: "P04", Stream: "deaths", Month: epoch + 29, Available: epoch + 29, Value: 10, Expected: 10},
	}
	list := asOf(t, engine(t, append(kept, must...)), epoch+39)
	reasons := map[ProviderID]string{"P00": "no measure that can move concern brought data in the last 12 months, 3 needed", "P01": "2 measures that can move concern brought data in the last 12 months, 3 needed", "P04": "11 months held, 12 needed"}
	for i, a := range list {
		why, unjudged := reasons[a.Provider]
		if a.Judged == unjudged || unjudged != (i >= len(list)-3) || a.Judged && a.Rank != i+1 || unjudged && (a.Rank != 0 || a.Word != "") || a.Why != why {
			t.Errorf("%d: %s judged %v, rank %d, word %q, because %q", i, a.Provider, a.Judged, a.Rank, a.Word, a.Why)
		}
	}
}

func TestTheShareOfSevereReportsIsBounded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ ordinary, severe, want float64 }{{1, 0.001, 0.02}, {1, 0.25, 0.2}, {0.001, 1, 0.9}} {
		part := func(rate float64) *series {
			s := new(series)
			for k := range s.lam {
				s.lam[k] = []float64{rate}
			}
			return s
		}
		if got := usualSevere(part(c.ordinary), part(c.severe), epoch, 0); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%g ordinary and %g severe: usual share %g, want %g", c.ordinary, c.severe, got, c.want)
		}
	}
}

func TestEstimatesOfReportsStayWithinTheirBounds(t *testing.T) {
	t.Parallel()
	par := Default()
	for name, c := range map[string]struct {
		reports  func(provider, month int) float64
		a, noise float64 // 1/CV² between providers; 1/r
	}{
		"all alike, month for month":                     {func(int, int) float64 { return 5 }, 1 / 0.05, 0.02},
		"each by fits and starts in months of its own":   {func(p, u int) float64 { return float64((u + p) % 8 / 7 * p * p * p * 40) }, math.NaN(), 2},
		"each four times as often as the one before him": {func(p, _ int) float64 { return float64(int(10) << (2 * p)) }, 1 / 1.5, math.NaN()},
	} {
		e, err := New(par, SoftStreams(par))
		must(t, err)
		for p := range 12 {
			for u := range 30 {
				m := epoch + Month(u)
				must(t, e.Observe(Observation{Provider: ProviderID(rune('A' + p)), Stream: "gp.ordinary", Month: m, Available: m, Value: c.reports(p, u)}))
			}
		}
		asOf(t, e, epoch+29)
		est := e.streams[e.index["gp.ordinary"]].est
		if math.Abs(est.A-c.a) > 1e-9 || math.Abs(1/est.R-c.noise) > 1e-9 { // never where nothing is wanted
			t.Errorf("%s: a %.4f, 1/r %.4f; want %.4f, %.4f", name, est.A, 1/est.R, c.a, c.noise)
		}
	}
}

func TestAValueIsLateWhenMostOthersHaveANewerOne(t *testing.T) {
	t.Parallel()
	var rows []Observation
	for p := range 7 {
		for u := range 40 {
			if p == 0 && u == 39 || p == 1 && u > 20 {
				continue // one month behind the others, and long silent
			}
			m := epoch + Month(u)
			rows = append(rows, Observation{Provider: ProviderID(rune('A' + p)), Stream: "deaths", Month: m, Available: m, Value: 9, Expected: 10})
		}
	}
	want := map[ProviderID]Month{"A": epoch + 39, "B": epoch + 21}
	for _, a := range asOf(t, engine(t, rows), epoch+39) {
		late := Month(0)
		for _, g := range a.Gaps {
			if g.Stream == "deaths" && g.Reason == Late {
				late = g.Due
			}
		}
		if late != want[a.Provider] {
			t.Errorf("%s: late, due %v; expected %v", a.Provider, late, want[a.Provider])
		}
	}
}
