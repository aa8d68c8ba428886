package web

import (
	"strings"
	"testing"
	"time"

	"candour/internal/calendar"
	"candour/internal/finding"
	"candour/internal/signal"
	"candour/internal/store"
)

func TestVoicesGetALaneForEachKindWithWhatIsUsual(t *testing.T) {
	t.Parallel()
	until := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	var list []store.Voice
	hear := func(kind signal.Kind, daysAgo int) {
		at := until.AddDate(0, 0, -daysAgo)
		list = append(list, store.Voice{Kind: kind, Happened: at, Received: at, Level: signal.Serious})
	}
	for d := 70; d < 400; d += 10 { // 33 in the year before: between 5 and 6 in 8 weeks
		hear(signal.KindClinicianConcern, d)
	}
	for d := range 14 {
		hear(signal.KindClinicianConcern, d)
	}
	hear(signal.KindComplaint, 3)
	hear(signal.KindComplaint, -2) // not yet received at that moment
	lanes := voiceLanes(list, until.AddDate(-1, -6, 0), until)
	if len(lanes) != 2 {
		t.Fatalf("%d lanes: %+v", len(lanes), lanes)
	}
	for _, lane := range lanes {
		switch {
		case strings.HasPrefix(lane.Latest, "14 in 8 weeks; 6 usual") && len(lane.Dots) == 47:
		case lane.Latest == "1 in 8 weeks; under 1 usual" && len(lane.Dots) == 1 && lane.Dots[0].Severity == 3:
		default:
			t.Errorf("lane %q says %q of %d dots", lane.Name, lane.Latest, len(lane.Dots))
		}
	}
}

// A year of trouble is not what is usual: the points compare with the years before it,
// and so do the words beside the dots.
func TestWhatIsUsualOfVoicesIsTheSettledPastWhereItIsHeld(t *testing.T) {
	t.Parallel()
	until := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	hear := func(from, to, every int) (list []store.Voice) {
		for d := from; d < to; d += every {
			at := until.AddDate(0, 0, -d)
			list = append(list, store.Voice{Kind: signal.KindComplaint, Happened: at, Received: at, Level: signal.Serious})
		}
		return list
	}
	for _, c := range []struct {
		name string
		list []store.Voice
		want string
	}{
		{"loud for a year after quiet years", append(hear(0, 365, 2), hear(366, 1400, 14)...), "28 in 8 weeks; 4 usual"},
		{"loud for a year, and quarter of one held before", append(hear(0, 365, 2), hear(366, 460, 14)...), "28 in 8 weeks; 24 usual"},
		{"little held", hear(0, 120, 2), "28 in 8 weeks"},
		{"silent for years, and held by another kind", append(hear(0, 56, 8), store.Voice{Kind: signal.KindIncident, Happened: until.AddDate(-3, 0, 0), Received: until.AddDate(-3, 0, 0)}), "7 in 8 weeks; under 1 usual"},
	} {
		lanes := voiceLanes(c.list, until.AddDate(-1, -6, 0), until)
		if len(lanes) != 1 || lanes[0].Latest != c.want {
			t.Errorf("%s: %+v, want %q", c.name, lanes[0].Latest, c.want)
		}
	}
}

func TestAFindingIsToldByTheValueThatFirstShowedIt(t *testing.T) {
	t.Parallel()
	from, to := calendar.NewMonth(2026, 1), calendar.NewMonth(2026, 10)
	for _, c := range []struct {
		kind finding.Kind
		rule string
		want string
	}{
		{finding.SpecialCause, "R-SPC-1", "2026-01"},
		{finding.SpecialCause, "R-SPC-2", "2026-07"},
		{finding.SpecialCause, "R-SPC-3", "2026-07"},
		{finding.Standard, "standard", "2026-10"},
		{finding.Outlier, "funnel-99.8", "2026-10"},
	} {
		f := store.HeldFinding{Finding: finding.Finding{Kind: c.kind, Rule: c.rule, From: from, To: to}}
		if got := toldBy(&f).String(); got != c.want {
			t.Errorf("%s %s is told by %s, not %s", c.kind, c.rule, got, c.want)
		}
	}
}
