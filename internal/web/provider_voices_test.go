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
		case lane.Latest == "1 in 8 weeks" && len(lane.Dots) == 1 && lane.Dots[0].Severity == 3:
		default:
			t.Errorf("lane %q says %q of %d dots", lane.Name, lane.Latest, len(lane.Dots))
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
