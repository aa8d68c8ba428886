package funnel

import (
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"testing"

	"candour/internal/stat/peertest"
)

// peerSettings are those of one funnel of the peers.
func peerSettings(c peertest.Case) Settings {
	kind, multiplier := peerKind(c)
	s := map[string]func() Settings{"SR": SHMI, "PR": Proportions, "RC": CountRatios}[kind]()
	if kind == "SR" && c.Options["sr_method"] == "CQC" {
		s = CQC()
	}
	s.TrimBy, _ = c.Options["trim_by"].(float64)
	s.RoundExpected, _ = c.Options["SHMI_rounding"].(bool)
	s.Level, _ = c.Options["limit"].(float64)
	s.Multiplier = multiplier
	if s.Level > 98 && s.Level < 99.5 { // the peer's "99" is 99.8
		s.Level = Level998
	}
	if c.Options["draw_adjusted"] != true {
		s.Overdispersion = None
	}
	return s
}

// peerKind is the kind of data of a funnel of the peers, and what its values are
// multiplied by.
func peerKind(c peertest.Case) (kind string, multiplier float64) {
	kind, _ = c.Options["data_type"].(string)
	multiplier, _ = c.Options["multiplier"].(float64)
	return kind, multiplier
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

func TestEveryPeerCaseIsMatchedOrStandsInDeviations(t *testing.T) {
	t.Parallel()
	for _, c := range peertest.Cases(t, "funnel", 30) {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			comparePeer(t, c)
		})
	}
}

func comparePeer(t *testing.T, c peertest.Case) {
	units, num, den := aggregate(t, readCSV(t, peertest.Path(t, c.Input)))
	r, err := Compare(num, den, peerSettings(c))
	if err != nil {
		t.Fatal(err)
	}
	model := readCSV(t, peertest.Path(t, c.Expected.Model))[0]
	phi, tau2 := r.Fit.Phi, r.Fit.Tau2
	if c.Options["draw_adjusted"] != true { // the peer reports 0 then
		phi = 0
	}
	for name, got := range map[string]float64{"phi": phi, "tau2": tau2, "target": r.Fit.Target, "n_used_for_phi": float64(r.Fit.Used)} {
		if want := number(t, model[name]); !peertest.Agree(got, want) {
			t.Errorf("%s is %.17g, the peer's %.17g", name, got, want)
		}
	}
	at := map[string]int{}
	for i, unit := range units {
		at[unit] = i
	}
	for _, want := range readCSV(t, peertest.Path(t, c.Expected.Units)) {
		comparePeerUnit(t, c, r.Units[at[want["group"]]], want)
	}
}

// comparePeerUnit compares all columns; where deviations.md says that the peer's
// limits are wrong it checks the stated relation instead.
func comparePeerUnit(t *testing.T, c peertest.Case, u Unit, want map[string]string) {
	kind, m := peerKind(c)
	check := func(name string, got, want float64) {
		if !peertest.Agree(got, want) {
			t.Errorf("unit %v/%v: %s is %.17g, the peer's %.17g", u.Num, u.Den, name, got, want)
		}
	}
	check("value", u.Value, m*number(t, want["rr"]))
	check("denominator", u.Den, number(t, want["denominator"]))
	check("z", u.Z, number(t, want["Uzscore"]))
	check("z used", u.ZUsed, number(t, want["Wuzscore"]))
	plain := map[string]float64{"LCL95": u.Inner.Plain.Lower, "UCL95": u.Inner.Plain.Upper, "LCL99": u.Outer.Plain.Lower, "UCL99": u.Outer.Plain.Upper}
	adjusted := map[string]float64{"OD95LCL": u.Inner.Adjusted.Lower, "OD95UCL": u.Inner.Adjusted.Upper, "OD99LCL": u.Outer.Adjusted.Lower, "OD99UCL": u.Outer.Adjusted.Upper}
	countRatio, squareRoot := kind == "RC", kind == "SR" && c.Options["sr_method"] == "CQC"
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
	if peerFlag := want["outlier"] == "1"; !countRatio && (!squareRoot || c.Options["draw_adjusted"] != true) && peerFlag != u.Outlier {
		t.Errorf("unit %v/%v: outlier is %v, the peer's %v", u.Num, u.Den, u.Outlier, peerFlag)
	}
}
