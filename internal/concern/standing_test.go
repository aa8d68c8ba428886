package concern

import (
	"fmt"
	"testing"
)

// A hospice that expects a death a month and has three more in a year, as chance brings
// every few years, is no further from trusts than that; a trust with a quarter more is.
func TestFewEventsDoNotStandFarFromOthersByChance(t *testing.T) {
	t.Parallel()
	level := func(expected float64) float64 {
		var rows []Observation
		for p := range 12 {
			id := ProviderID(fmt.Sprintf("P%02d", p))
			for u := range Month(40) {
				o := Observation{Provider: id, Stream: "deaths", Month: epoch + u, Available: epoch + u, Expected: 100, Value: float64(85 + 5*(p%7) + (p+int(u))%3)}
				if p == 0 {
					o.Expected, o.Value = expected, expected
					if u%4 == 0 {
						o.Value = 2 * expected
					}
				}
				rows = append(rows, o)
			}
		}
		for _, a := range asOf(t, engine(t, rows), epoch+39) {
			if a.Provider == "P00" {
				return a.Level
			}
		}
		t.Fatal("P00 is not assessed")
		return 0
	}
	trust, hospice := level(100), level(1)
	if trust < 1 || hospice > trust/2 {
		t.Errorf("a trust a quarter above the others has a level of %.2f, a hospice %.2f", trust, hospice)
	}
}
