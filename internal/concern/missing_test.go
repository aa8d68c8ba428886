package concern

import (
	"reflect"
	"testing"
)

func TestWhatIsMissingIsNamedWhereItIsFewAndCountedWhereItNeverCame(t *testing.T) {
	t.Parallel()
	gaps := func(reason GapReason, names ...string) (out []GapLine) {
		for _, n := range names {
			out = append(out, GapLine{Name: n, Reason: reason})
		}
		return out
	}
	for want, given := range map[string][]GapLine{
		"Missing: sepsis and turnover, never received from this provider.": gaps(NeverReceived, "Sepsis", "Turnover"),
		"Missing: 4 measures, never received from this provider.":          gaps(NeverReceived, "Sepsis", "Turnover", "Falls", "Harm"),
		"Missing: sepsis, later than from most others.":                    gaps(Late, "Sepsis"),
	} {
		if got := missing(&Assessment{Gaps: given}); !reflect.DeepEqual(got, []string{want}) {
			t.Errorf("got %q, expected %q", got, want)
		}
	}
}
