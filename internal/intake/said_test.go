package intake

import (
	"os"
	"strings"
	"testing"

	"candour/internal/delivery"
)

// A period that a person says must fit the file: it never replaces what the file
// itself states, and is never of another kind than the publication's.
func TestAPeriodThatIsSaidNeverContradictsTheFile(t *testing.T) {
	t.Parallel()
	const nameless = "a file.csv"
	for name, c := range map[string]struct {
		file, as, said string
		status         delivery.Status
		found          string
	}{
		"a month for twelve months":            {"shmi/shmi-2012-july.csv", nameless, "2011-12", delivery.Waiting, "the period 2011-12 said, a month"},
		"twelve months, as asked":              {"shmi/shmi-2012-july.csv", nameless, "R12-2011-12", delivery.Accepted, ""},
		"another month than each row states":   {"ae/Monthly-AE-April-2025.csv", nameless, "2024-05", delivery.Waiting, "the period 2024-05 said, where the file states 2025-04"},
		"the month that each row states":       {"ae/Monthly-AE-April-2025.csv", nameless, "2025-04", delivery.Accepted, ""},
		"another month than the title":         {"ae/June-2025-AE-by-provider-3euC4-1.xlsx", nameless, "2024-05", delivery.Waiting, "the period 2024-05 said, where the file states 2025-06"},
		"another month than the name":          {"ae/April-2025-AE.csv", "April-2025-AE.csv", "2025-03", delivery.Accepted, ""}, // a name is no statement
		"a month for rows that have their own": {"hcai/E.coli_2014-15.csv", nameless, "2014-05", delivery.Waiting, "the period 2014-05 said for the whole file"},
		"a month for a register":               {"ods/eccg.csv", nameless, "2014-05", delivery.Accepted, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, m := newLoader(t)
			text, err := os.ReadFile(public(t, c.file))
			if err != nil {
				t.Fatal(err)
			}
			r := loadBytes(t, l, c.as, text, Options{Period: month(c.said)})
			if r.Status != c.status || len(r.Messages) > 0 != (c.found != "") {
				t.Fatalf("%s: %+v", r.Status, r.Messages)
			}
			if c.found == "" {
				return
			}
			if got := r.Messages[0]; got.Found != c.found || got.Code != CodePeriodSaid || got.Advice == "" || got.Expected == "" {
				t.Errorf("%+v", got)
			}
			if len(m.Values) > 0 {
				t.Error("values were taken all the same")
			}
		})
	}
}

func TestAFileThatIsNotWhatWasSaidIsToldSo(t *testing.T) {
	t.Parallel()
	l, _ := newLoader(t)
	r := loadPublic(t, l, "ae/June-2025-AE.csv", Options{Source: "shmi"})
	if r.Status != delivery.Quarantined || len(r.Messages) != 1 || !strings.Contains(r.Messages[0].Found, "not of shmi, as was said") ||
		r.Messages[0].Expected != "the columns of shmi" || !strings.Contains(r.Messages[0].Advice, "without --as") {
		t.Errorf("%s: %+v", r.Status, r.Messages)
	}
}
