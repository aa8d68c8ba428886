package indicator_test

import (
	"testing"
	"time"

	"candour/internal/calendar"
	"candour/internal/indicator"
)

func TestWhatIsLateIsDecidedByOneRule(t *testing.T) {
	t.Parallel()
	d := &indicator.Definition{ID: "i", Frequency: calendar.Month, LagDays: 14, Tolerance: 10}
	march := calendar.NewMonth(2025, time.March)
	due := d.Due(march.Add(1))
	for what, c := range map[string]struct {
		newest calendar.Period
		day    time.Time
		want   indicator.Arrival
	}{
		"what nobody ever gave is not late":         {calendar.Period{}, due.AddDate(9, 0, 0), indicator.NeverCame},
		"on the day that it is due it is in time":   {march, due, indicator.InTime},
		"a moment after that it is late":            {march, due.Add(time.Second), indicator.Late},
		"two years after its last value it is late": {march, march.End().AddDate(2, 0, 0), indicator.Late},
		"after them it is history":                  {march, march.End().AddDate(2, 0, 1), indicator.Ended},
	} {
		if got := d.Arrival(c.newest, c.day); got != c.want {
			t.Errorf("%s: %s", what, got)
		}
	}
}
