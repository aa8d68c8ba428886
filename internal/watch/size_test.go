package watch

import (
	"math"
	"strings"
	"testing"
	"testing/fstest"

	"candour/definitions"
	"candour/internal/calendar"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/signal"
)

// ofSize is a catalogue of two indicators that tell of size and one that doesn't.
func ofSize(t *testing.T) *indicator.Catalogue {
	t.Helper()
	files := fstest.MapFS{}
	for id, tag := range map[string]string{"beds": "activity", "admissions": "activity", "staff": "capacity"} {
		text := strings.NewReplacer("id: ae-4h", "id: "+id, "changes:", "tags: ["+tag+"]\nchanges:").Replace(definition)
		files["indicators/"+id+".yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	c, err := indicator.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSizeIsActivityOverThatOfTheMiddleProvider(t *testing.T) {
	t.Parallel()
	in := Evidence{Now: dayOf(2026, 11, 22), Catalogue: ofSize(t), Tenant: "QAA"}
	add := func(id indicator.ID, code org.Code, month int, n float64) *indicator.Observation {
		o := observation(code, calendar.NewMonth(2026, 9).Add(month), n, 0)
		o.Indicator, o.Vintage = id, 1
		in.Observations = append(in.Observations, o)
		return &in.Observations[len(in.Observations)-1]
	}
	for code, n := range map[org.Code]float64{"RAA": 50, "RBB": 100, "RCC": 300, "RDD": 1e9, "REE": 400} {
		add("beds", code, 0, n)
		add("beds", code, -24, 9*n) // long ago
		add("staff", code, 0, 1e6/n)
	}
	// Admissions are counted by thousands, and by two only: 2,000 and 8,000 about a middle of 8,000.
	add("admissions", "RAA", 0, 2000)
	add("admissions", "RBB", 0, 8000)
	before := sizes(in)
	for code, want := range map[org.Code]float64{
		"RAA": math.Sqrt(50. / 300 * 0.25), "RBB": math.Sqrt(100. / 300), "RCC": 1, "RDD": 20, "REE": 4. / 3,
	} {
		if math.Abs(before[code]-want) > 1e-9 {
			t.Errorf("%s has size %g, want %g", code, before[code], want)
		}
	}
	theirs := add("beds", "RCC", -1, 9000)
	theirs.Tenant = "QBB"
	if got := sizes(in); math.Abs(got["RCC"]-before["RCC"]) > 1e-9 {
		t.Error("another commissioner’s figures tell of size here")
	}
	in.Observations = in.Observations[:len(in.Observations)-1]
	restated := add("beds", "REE", 0, 600)
	restated.Vintage = 2
	if got := sizes(in)["REE"]; math.Abs(got-2) > 1e-9 {
		t.Errorf("400 beds restated as 600 about a middle of 300: size %g, want 2", got)
	}
}

func TestNothingOfAnotherCommissionerSaysHowOftenAMeasureComes(t *testing.T) {
	t.Parallel()
	in := Evidence{Tenant: "QAA", Catalogue: catalogue(t)}
	for _, p := range []string{"2025-01", "2025-04", "2025-05"} {
		period, err := calendar.ParsePeriod(p)
		if err != nil {
			t.Fatal(err)
		}
		o := observation("RAA", period, 1, 2)
		if p == "2025-05" {
			o.Tenant = "QBB"
		}
		in.Observations = append(in.Observations, o)
	}
	if every, _ := spacing(in); every["ae-4h"] != 3 {
		t.Errorf("every %d months, want 3", every["ae-4h"])
	}
}

func TestWhatComesWithCandourTellsTheSizeOfTrustsAndPractices(t *testing.T) {
	t.Parallel()
	c, err := indicator.Load(definitions.Files)
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	for _, id := range c.IDs() {
		if d := c.Get(id); tellsSize(d) {
			if d.Kind != indicator.Count {
				t.Errorf("%s is a %s: size is counted", id, d.Kind)
			}
			for _, level := range d.Levels {
				told[level] = true
			}
		}
	}
	if !told["trust"] || !told["practice"] {
		t.Errorf("size is told of %v: reports would be compared without regard to it", told)
	}
}

func TestATrustIsLoudAmongTrustsAndNotBecauseThereArePractices(t *testing.T) {
	t.Parallel()
	in := evidence(t)
	in.Tenant, in.Observations, in.Roles = "QAA", nil, map[org.Code]org.Role{}
	hear := func(code org.Code, role org.Role, every, n int) {
		in.Providers, in.Roles[code] = append(in.Providers, code), role
		for m := range 40 {
			month := calendar.NewMonth(2026, 10).Add(-m)
			if m%every == 0 {
				in.Cells = append(in.Cells, signal.Cell{Provider: code, Channel: signal.ChannelComplaintsCare, EventMonth: month, ReceivedMonth: month, N: n})
			}
		}
	}
	for i := range 6 {
		hear(org.Code("RT"+string(rune('A'+i))), org.Trust, 1, 18+i+30*(i/5)) // the last is twice as loud
		hear(org.Code("RP"+string(rune('A'+i))), org.Practice, 6, 1+i%2)
	}
	hear("RHA", org.Independent, 1, 90) // alone of its kind
	list, _, err := Judge(in)
	if err != nil {
		t.Fatal(err)
	}
	level := map[org.Code]float64{}
	for _, a := range list {
		level[org.Code(a.Provider)] = a.Level
	}
	for _, code := range []org.Code{"RTA", "RTB", "RTC", "RTD", "RHA"} {
		if level[code] > 0.3 {
			t.Errorf("%s has level %.2f among its like", code, level[code])
		}
	}
	if level["RTF"] < 0.7 {
		t.Errorf("twice as loud as other trusts, level %.2f", level["RTF"])
	}
}
