package funnel

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

const peers = "../../../../shared/data/peers"

// peerCase is one funnel of the manifest of the peers' answers.
type peerCase struct {
	ID      string `json:"id"`
	Kind    string `json:"kind"`
	Options struct {
		DataType     string  `json:"data_type"`
		Method       string  `json:"sr_method"`
		Limit        float64 `json:"limit"`
		DrawAdjusted bool    `json:"draw_adjusted"`
		DrawPlain    bool    `json:"draw_unadjusted"`
		TrimBy       float64 `json:"trim_by"`
		Multiplier   float64 `json:"multiplier"`
		Rounding     bool    `json:"SHMI_rounding"`
	} `json:"options"`
	Input    string `json:"input"`
	Expected struct {
		Units string `json:"units"`
		Model string `json:"model"`
	} `json:"expected"`
}

func (c peerCase) settings() Settings {
	s := map[string]func() Settings{"SR": SHMI, "PR": Proportions, "RC": CountRatios}[c.Options.DataType]()
	if c.Options.DataType == "SR" && c.Options.Method == "CQC" {
		s = CQC()
	}
	s.TrimBy, s.Multiplier, s.RoundExpected = c.Options.TrimBy, c.Options.Multiplier, c.Options.Rounding
	s.Level = c.Options.Limit
	if s.Level > 98 && s.Level < 99.5 { // the peer's "99" is 99.8
		s.Level = Level998
	}
	if !c.Options.DrawAdjusted {
		s.Overdispersion = None
	}
	return s
}

func readCSV(t *testing.T, name string) []map[string]string {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	reader := csv.NewReader(file)
	reader.FieldsPerRecord, reader.LazyQuotes = -1, true
	rows, err := reader.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, name := range rows[0] {
			if i < len(row) {
				m[name] = row[i]
			}
		}
		out = append(out, m)
	}
	return out
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	if text == "" || text == "NA" {
		return math.NaN()
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// close9 is the tolerance that the peers' README asks for.
func close9(a, b float64) bool {
	if math.IsNaN(a) || math.IsNaN(b) {
		return math.IsNaN(a) && math.IsNaN(b)
	}
	return math.Abs(a-b) <= 1e-12+1e-9*math.Max(math.Abs(a), math.Abs(b))
}

// aggregate adds up the rows of each unit.
func aggregate(t *testing.T, rows []map[string]string) (units []string, num, den []float64) {
	at := map[string]int{}
	for _, row := range rows {
		i, ok := at[row["grp"]]
		if !ok {
			i = len(units)
			at[row["grp"]] = i
			units, num, den = append(units, row["grp"]), append(num, 0), append(den, 0)
		}
		num[i] += number(t, row["num"])
		den[i] += number(t, row["den"])
	}
	return units, num, den
}

func peerCases(t *testing.T) []peerCase {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(peers, "expected", "manifest.json"))
	if err != nil {
		t.Skipf("the peers' answers are not here: %v", err)
	}
	var wrapped struct{ Cases []peerCase }
	var all []peerCase
	if json.Unmarshal(raw, &all) != nil {
		if err := json.Unmarshal(raw, &wrapped); err != nil {
			t.Fatal(err)
		}
		all = wrapped.Cases
	}
	var funnels []peerCase
	for _, c := range all {
		if c.Kind == "funnel" {
			funnels = append(funnels, c)
		}
	}
	return funnels
}

func TestEveryPeerCaseIsMatchedOrStandsInDeviations(t *testing.T) {
	t.Parallel()
	cases := peerCases(t)
	if len(cases) < 30 {
		t.Fatalf("only %d funnel cases", len(cases))
	}
	for _, c := range cases {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			comparePeer(t, c)
		})
	}
}

func comparePeer(t *testing.T, c peerCase) {
	units, num, den := aggregate(t, readCSV(t, filepath.Join(peers, c.Input)))
	r, err := Compare(num, den, c.settings())
	if err != nil {
		t.Fatal(err)
	}
	model := readCSV(t, filepath.Join(peers, c.Expected.Model))[0]
	phi, tau2 := r.Fit.Phi, r.Fit.Tau2
	if !c.Options.DrawAdjusted { // the peer reports 0 then
		phi = 0
	}
	for name, got := range map[string]float64{"phi": phi, "tau2": tau2, "target": r.Fit.Target, "n_used_for_phi": float64(r.Fit.Used)} {
		if want := number(t, model[name]); !close9(got, want) {
			t.Errorf("%s is %.17g, the peer's %.17g", name, got, want)
		}
	}
	at := map[string]int{}
	for i, unit := range units {
		at[unit] = i
	}
	for _, want := range readCSV(t, filepath.Join(peers, c.Expected.Units)) {
		comparePeerUnit(t, c, r.Units[at[want["group"]]], want)
	}
}

// comparePeerUnit compares all columns; where deviations.md says that the peer's
// limits are wrong it checks the stated relation instead.
func comparePeerUnit(t *testing.T, c peerCase, u Unit, want map[string]string) {
	m := c.Options.Multiplier
	check := func(name string, got, want float64) {
		if !close9(got, want) {
			t.Errorf("unit %v/%v: %s is %.17g, the peer's %.17g", u.Num, u.Den, name, got, want)
		}
	}
	check("value", u.Value, m*number(t, want["rr"]))
	check("denominator", u.Den, number(t, want["denominator"]))
	check("z", u.Z, number(t, want["Uzscore"]))
	check("z used", u.ZUsed, number(t, want["Wuzscore"]))
	plain := map[string]float64{"LCL95": u.Inner.Plain.Lower, "UCL95": u.Inner.Plain.Upper, "LCL99": u.Outer.Plain.Lower, "UCL99": u.Outer.Plain.Upper}
	adjusted := map[string]float64{"OD95LCL": u.Inner.Adjusted.Lower, "OD95UCL": u.Inner.Adjusted.Upper, "OD99LCL": u.Outer.Adjusted.Lower, "OD99UCL": u.Outer.Adjusted.Upper}
	countRatio, squareRoot := c.Options.DataType == "RC", c.Options.DataType == "SR" && c.Options.Method == "CQC"
	if !countRatio { // deviation: the peer's variance of a log ratio is 1/(4D)
		for name, got := range plain {
			check(name, got, number(t, want[name]))
		}
	}
	for name, got := range adjusted {
		peer := number(t, want[name])
		switch {
		case squareRoot: // deviation: the peer leaves the limits on the square-root scale
			check(name+" squared back", got, m*math.Pow(math.Max(0, peer/m), 2))
		case !countRatio:
			check(name, got, peer)
		}
	}
	// The peer judges by limits that stand in deviations.md: its flag says
	// nothing about ours.
	if peerFlag := want["outlier"] == "1"; !countRatio && (!squareRoot || !c.Options.DrawAdjusted) && peerFlag != u.Outlier {
		t.Errorf("unit %v/%v: outlier is %v, the peer's %v", u.Num, u.Den, u.Outlier, peerFlag)
	}
}
