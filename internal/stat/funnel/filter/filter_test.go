package filter

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	"candour/internal/fault"
	"candour/internal/stat/funnel"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// six is the test data of FunnelPlotR's own tests.
const six = "grp,num,den\na,100,108\nb,150,112\nc,180,165\nd,80,95\ne,120,100\nf,225,220\n"

func plainFilter() Funnel {
	return Funnel{Settings: funnel.SHMI(), Num: "num", Den: "den", Unit: "grp"}
}

func TestGoldenOutput(t *testing.T) {
	t.Parallel()
	model, full, explained, grouped := plainFilter(), plainFilter(), plainFilter(), plainFilter()
	model.Model = true
	full.Full, full.Settings.Multiplier, full.Settings.Overdispersion = true, 100, funnel.None
	explained.Explain, explained.Words = true, funnel.Words{Denominator: "expected deaths", Decimals: 2}
	grouped.Group, grouped.Settings = "part", funnel.Proportions()
	for name, c := range map[string]struct {
		filter Funnel
		in     string
	}{
		"units":     {plainFilter(), six},
		"model":     {model, six},
		"full":      {full, six},
		"explained": {explained, six + "g,,5\nh,0,0\n"},
		"grouped":   {grouped, "part,grp,num,den\n2,a,5,10\n1,a,4,10\n2,b,7,10\n1,b,1,10\n2,a,1,30\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			if err := c.filter.Run(strings.NewReader(c.in), &out); err != nil {
				t.Fatal(err)
			}
			file := "testdata/" + name + ".csv"
			if *update {
				if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if out.String() != string(want) {
				t.Errorf("got\n%swant\n%s", out.String(), want)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	mean := plainFilter()
	mean.Settings = funnel.Means()
	proportion := plainFilter()
	proportion.Settings = funnel.Proportions()
	trim := plainFilter()
	trim.Settings.TrimBy = 0.5
	for name, c := range map[string]struct {
		filter   Funnel
		in, want string
	}{
		"a negative numerator names its line":   {plainFilter(), "grp,num,den\na,1,2\nb,-1,2\n", "line 3, column num: -1 is below 0"},
		"a negative denominator names its line": {plainFilter(), "grp,num,den\na,1,-2\n", "line 2, column den: -2 is below 0"},
		"more events than cases name the unit":  {proportion, "grp,num,den\na,3,2\n", `unit "a": 3 of 2 is impossible`},
		"an infinite number is refused":         {plainFilter(), "grp,num,den\na,Inf,2\n", "line 2, column num: an infinite number"},
		"a word is not a number":                {plainFilter(), "grp,num,den\na,many,2\n", `line 2, column num: "many" is not a number`},
		"an unknown column lists those there":   {plainFilter(), "org,num,den\na,1,2\n", `no column "grp"`},
		"means of one unit are not added up":    {mean, "grp,num,den\na,1,2\na,1,2\n", `line 3, column grp: unit "a" is here twice`},
		"settings that do not fit are refused":  {trim, six, "the share trimmed at each end is 0.5"},
		"an empty input is refused":             {plainFilter(), "", "the input is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := c.filter.Run(strings.NewReader(c.in), &bytes.Buffer{})
			if err == nil || !strings.Contains(err.Error(), c.want) || !fault.Is(err, fault.Invalid) {
				t.Errorf("got %v, expected %q", err, c.want)
			}
		})
	}
}

func FuzzRun(f *testing.F) {
	f.Add(six, uint8(0))
	f.Add("grp,num,den\na,0,1e-300\na,NA,3\nb,9e99,1\n", uint8(1))
	f.Add("grp,num,den\n\xef\xbb\xbf,1,2\n", uint8(2))
	f.Fuzz(func(t *testing.T, in string, kind uint8) {
		c := plainFilter()
		c.Explain = true
		c.Settings = []funnel.Settings{funnel.SHMI(), funnel.CQC(), funnel.Proportions(), funnel.CountRatios(), funnel.Rates(), funnel.Means()}[kind%6]
		var out bytes.Buffer
		if err := c.Run(strings.NewReader(in), &out); err != nil {
			return
		}
		for _, word := range []string{"NaN", "+Inf"} {
			if strings.Contains(out.String(), word) && !strings.Contains(in, word) {
				t.Errorf("%s in %s", word, out.String())
			}
		}
	})
}
