package bench

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"candour/internal/concern"
)

// tiny is a small country, quick enough for a test.
func tiny() Scenario {
	sc := Scenarios()[0]
	sc.Providers, sc.PerKind, sc.Months = 40, 1, 60
	return sc
}

func run(t *testing.T, o Options) string {
	t.Helper()
	if o.Economies == 0 {
		o.Economies = 3
	}
	o.Scenario, o.Budgets = tiny(), []float64{0.2}
	if o.Split == "" {
		o.Split = Test
	}
	results, err := Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := WriteResults(&b, results); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTheSameSeedGivesTheSameBytesOnOneCoreAndOnMany(t *testing.T) {
	t.Parallel()
	if run(t, Options{Seed: 5, Economies: 2, Workers: 3}) != run(t, Options{Seed: 5, Economies: 2, Workers: 1}) {
		t.Error("three workers give other bytes than one")
	}
	one := run(t, Options{Seed: 5, Economies: 1})
	if run(t, Options{Seed: 6, Economies: 1}) == one {
		t.Error("another seed gives the same bytes")
	}
	if run(t, Options{Seed: 5, Economies: 1, Split: Train}) == one {
		t.Error("the training split has the test split's economies")
	}
}

func TestTheResultsFileBeginsWithTheAgreedColumns(t *testing.T) {
	t.Parallel()
	const want = "method,budget,threshold,realised,median_delay,median_lo,median_hi,within3,within6,within12,within24,mean_delay_24,auc,top10,true_share,ece,"
	if got := run(t, Options{Seed: 1, Economies: 1}); !strings.HasPrefix(got, want) {
		t.Errorf("begins %.160s", got)
	}
}

func TestAFolderWrittenAndReadGivesTheSameResultsAndBytes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"a", "b"} {
		if err := WriteFolder(filepath.Join(dir, name), Generate(3, Test, 0, tiny())); err != nil {
			t.Fatal(err)
		}
	}
	for name := range headers {
		a, err1 := os.ReadFile(filepath.Join(dir, "a", name))
		b, err2 := os.ReadFile(filepath.Join(dir, "b", name))
		if err1 != nil || err2 != nil || !bytes.Equal(a, b) {
			t.Errorf("%s differs between two runs of one seed (%v, %v)", name, err1, err2)
		}
	}
	folders, err := Folders(dir)
	if err != nil || len(folders) != 2 {
		t.Fatalf("%d folders, %v", len(folders), err)
	}
	all := func(string) bool { return true }
	o := Options{Seed: 3, Split: Test, Scenario: tiny(), Params: concern.Default()}
	_, want, err1 := o.one(0, all)
	o.Folders = folders
	_, got, err2 := o.one(0, all)
	if err1 != nil || err2 != nil || len(want) != len(Methods()) {
		t.Fatal(err1, err2, len(want))
	}
	for m := range want {
		if fmt.Sprint(want[m]) != fmt.Sprint(got[m]) {
			t.Errorf("%s: an economy read back gives other scores", m)
		}
	}
}

func TestNoisyIndicatorsWanderFurther(t *testing.T) {
	t.Parallel()
	spread := func(name string) float64 {
		sc, err := FindScenario(name)
		if err != nil {
			t.Fatal(err)
		}
		sc.Providers, sc.PerKind, sc.Events = 40, 0, false
		e := Generate(3, Train, 0, sc)
		var n, sum, squares float64
		for _, r := range e.Rows {
			if e.Streams[r.Stream].Kind == concern.Continuous {
				n, sum, squares = n+1, sum+r.Value, squares+r.Value*r.Value
			}
		}
		return math.Sqrt(squares/n - sum/n*sum/n)
	}
	if usual, noisy := spread("standard"), spread("noisy indicators"); noisy < 1.05*usual {
		t.Errorf("workforce has sd %.3f, noisy %.3f", usual, noisy)
	}
	if _, err := FindScenario("calm"); err == nil || !strings.Contains(err.Error(), `"no decoys", "noisy indicators"`) {
		t.Errorf("an unknown scenario: %v", err)
	}
}

func TestGeneratedEconomiesHaveWhatTheyAreSaidToHave(t *testing.T) {
	t.Parallel()
	e := Generate(2, Train, 0, Scenarios()[0])
	kinds := map[Kind]int{}
	for _, tr := range e.Truth {
		kinds[tr.Kind]++
		if tr.Kind != None && tr.Kind != Chronic && (tr.Onset < 30 || tr.Onset > 58) {
			t.Errorf("%s begins in month %d", tr.Kind, tr.Onset)
		}
	}
	for k, want := range map[Kind]int{Step: 3, Drift: 3, Ward: 3, SoftFirst: 3, Gaming: 3, Suppression: 3, Chronic: 3, GoodReporter: 5, CodingChange: 3, MediaStorm: 3} {
		if kinds[k] != want {
			t.Errorf("%d of %s, want %d", kinds[k], k, want)
		}
	}
	perStream := map[int32]int{}
	wrong := 0
	for _, r := range e.Rows {
		perStream[r.Stream]++
		if r.Available < r.Month {
			t.Fatal("known before it happened")
		}
		if r.Provisional {
			wrong++
		}
	}
	for s, d := range e.Streams {
		n := perStream[int32(s)]
		switch {
		case isHard(d.Kind) && d.Every == 3 && (n < 4500 || n > 5600):
			t.Errorf("%s has %d rows", d.ID, n)
		case isHard(d.Kind) && d.Every != 3 && (n < 14500 || n > 16500): // 84 × 150 × 0.955 × 1.3
			t.Errorf("%s has %d rows", d.ID, n)
		}
	}
	if share := float64(wrong) / float64(len(e.Rows)); share < 0.21 || share > 0.25 { // 0.3/1.3
		t.Errorf("%.3f of rows are wrong first publications", share)
	}
}

func TestSamplersHaveTheirMeanAndVariance(t *testing.T) {
	t.Parallel()
	rng := newSource(1, "samplers")
	check := func(name string, mean, variance float64, draw func() float64) {
		const n = 40000
		var s, s2 float64
		for range n {
			x := draw()
			s, s2 = s+x, s2+x*x
		}
		m := s / n
		v := s2/n - m*m
		if math.Abs(m-mean) > 4*math.Sqrt(variance/n)+1e-9 || math.Abs(v/variance-1) > 0.06 {
			t.Errorf("%s: mean %.3f want %.3f, variance %.3f want %.3f", name, m, mean, v, variance)
		}
	}
	for _, mean := range []float64{0.3, 3, 12, 250} {
		check(fmt.Sprintf("poisson %g", mean), mean, mean, func() float64 { return float64(rng.poisson(mean)) })
	}
	for _, c := range []struct {
		n int
		p float64
	}{{10, 0.05}, {80, 0.3}, {400, 0.1}, {3000, 0.2}, {50, 0.9}} {
		np := float64(c.n) * c.p
		check(fmt.Sprint("binomial ", c), np, np*(1-c.p), func() float64 { return float64(rng.binomial(c.n, c.p)) })
	}
	check("gamma", 1, 0.25, func() float64 { return rng.gamma(4) })
}

// shift gives a trace of one provider alerting in the given rows.
func alerting(e *Economy, rows ...int) *Trace {
	tr := newTrace(e, 1)
	for _, r := range rows {
		tr.Alarm[r][0] = 1
	}
	return &tr
}

func TestTheAlertRuleCountsDelaysAndFalseAlerts(t *testing.T) {
	t.Parallel()
	e := &Economy{Months: 60, Startup: 24, Providers: []concern.ProviderID{"A"}, Truth: []Truth{{Kind: Step, Onset: 40, Outcome: 40}}}
	for name, c := range map[string]struct {
		rows  []int
		delay float64
		wrong int
	}{
		"found at once":        {[]int{16}, 0, 0},
		"found five months on": {[]int{21}, 5, 0},
		"never":                {nil, math.Inf(1), 0},
		"a false alert just before hides the onset": {[]int{14, 15, 16, 17, 18, 19, 20}, 4, 1},
		"two false alerts need six months between":  {[]int{0, 3, 6}, math.Inf(1), 2},
	} {
		a := count(e, alerting(e, c.rows...), Threshold{Alarm: 0.5})
		if d := a.delays[Step][0]; d != c.delay && !(math.IsInf(d, 1) && math.IsInf(c.delay, 1)) || a.falseAlerts != c.wrong {
			t.Errorf("%s: delay %v, %d false", name, a.delays[Step], a.falseAlerts)
		}
	}
}

func TestRankingMeasuresOnSmallCases(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		scores []float32
		active []bool
		auc    float64
	}{
		"perfect":  {[]float32{3, 2, 1}, []bool{true, false, false}, 1},
		"reversed": {[]float32{1, 2, 3}, []bool{true, false, false}, 0},
		"all tied": {[]float32{1, 1, 1}, []bool{true, false, false}, 0.5},
		"half":     {[]float32{2, 3, 1}, []bool{true, false, false}, 0.5},
	} {
		n := 0
		for _, a := range c.active {
			if a {
				n++
			}
		}
		if auc, _ := ranks(c.scores, c.active, n); math.Abs(auc-c.auc) > 1e-12 {
			t.Errorf("%s: %g", name, auc)
		}
	}
	if got := medianOf([]float64{1, 5, math.Inf(1)}); math.Abs(got-5) > 0 {
		t.Errorf("median %g", got)
	}
	if got := calibrationError([]bin{{n: 10, sumP: 2, hits: 4}, {n: 10, sumP: 8, hits: 8}}); math.Abs(got-0.1) > 1e-12 {
		t.Errorf("calibration error %g", got)
	}
}

func TestControlChartRules(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		newestFirst []float64
		want        float64
	}{
		"in control":               {[]float64{0.1, -0.2, 0.3, -1, 1, 0, 0}, 0},
		"beyond three sigma":       {[]float64{3.1, 0, 0}, 1},
		"two of three beyond two":  {[]float64{2.1, 0, 2.2}, 1},
		"seven on one side":        {[]float64{0.1, 0.3, 0.2, 0.4, 0.1, 0.2, 0.3}, 1},
		"trend of seven":           {[]float64{1.5, 1, 0.5, 0, -0.5, -1, -1.5}, 1},
		"good news breaks no rule": {[]float64{-4, -3, -3, -3, -3, -3, -3}, 0},
		"nothing known":            {nil, 0},
	} {
		if got := rules(c.newestFirst, 0, 1); math.Abs(got-c.want) > 0 {
			t.Errorf("%s: %g", name, got)
		}
	}
}

// All counts of a few quiet providers, together: where many stand close, the rank of one
// says little. What has always been said is a culture, and only GPs' counts in the standing
// level.
func TestDoublingNoHarmIncidentsChangesRanksLessThanDoublingGPConcerns(t *testing.T) {
	t.Parallel()
	e := Generate(11, Train, 0, tiny())
	chosen := map[concern.ProviderID]bool{}
	for p, truth := range e.Truth {
		if truth.Kind == None && len(chosen) < 6 {
			chosen[e.Providers[p]] = true
		}
	}
	ranks := func(channel concern.ChannelID) map[concern.ProviderID]int {
		c := *e
		c.Received = slices.Clone(e.Received)
		for i := range c.Received {
			if r := &c.Received[i]; chosen[e.Providers[r.Provider]] && e.Streams[r.Stream].Channel == channel {
				r.Count *= 2
			}
		}
		eng, err := concern.New(concern.Default(), c.Streams)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Feed(eng); err != nil {
			t.Fatal(err)
		}
		list, err := eng.AsOf(month(55))
		if err != nil {
			t.Fatal(err)
		}
		out := map[concern.ProviderID]int{}
		for _, a := range list {
			out[a.Provider] = a.Rank
		}
		return out
	}
	base := ranks("")
	moved := func(now map[concern.ProviderID]int) (n int) {
		for p := range chosen {
			n += abs(now[p] - base[p])
		}
		return n
	}
	noHarm, gps := moved(ranks("incidents-no-harm")), moved(ranks("gp"))
	if noHarm >= gps {
		t.Errorf("ranks moved %d when no-harm incidents doubled, %d when GP concerns did", noHarm, gps)
	}
	t.Logf("ranks moved: no-harm incidents doubled %d, GP concerns doubled %d", noHarm, gps)
}

func abs(n int) int { return max(n, -n) }

func TestShippedThresholdsBelongToTheDefaultParameters(t *testing.T) {
	t.Parallel()
	trained, par := Shipped(), concern.Default()
	for _, b := range par.Budgets {
		th, ok := trained.threshold(Candour, b.Budget)
		if !ok || math.Abs(th.Alarm-b.Score) > 0.006 || math.Abs(th.Level-b.Level) > 0.006 {
			t.Errorf("budget %g: parameters have %g and %g, training gave %+v", b.Budget, b.Score, b.Level, th)
		}
	}
	cal, _ := trained.calibration(Candour)
	if math.Abs(cal.C0-par.C0) > 0.006 || math.Abs(cal.C1-par.C1) > 0.0006 {
		t.Errorf("parameters have %g and %g, training gave %+v", par.C0, par.C1, cal)
	}
	for _, m := range Methods() {
		if _, ok := trained.threshold(m.Name, 0.2); !ok {
			t.Errorf("%s has no trained threshold", m.Name)
		}
	}
}

func TestTheReportNamesWhereASimplerMethodDoesAsWell(t *testing.T) {
	t.Parallel()
	csv := "method,budget,median_delay,within12,economies\nflags-own:matched,0.2,4,0.9,3\ncandour:matched,0.2,5,0.95,3\n"
	table, err := ReadResults(strings.NewReader(csv))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := table.Markdown(&b); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "- flags-own:matched: median delay 4.00 (5.00).") {
		t.Errorf("the report does not say so:\n%s", b.String())
	}
}

func FuzzReadResults(f *testing.F) {
	f.Add("method,budget\ncandour,0.2\n")
	f.Add("method,budget\ncandour,inf\nx,\n")
	f.Fuzz(func(t *testing.T, text string) {
		table, err := ReadResults(strings.NewReader(text))
		if err == nil {
			if err := table.Markdown(&strings.Builder{}); err != nil {
				t.Error(err)
			}
		}
	})
}
