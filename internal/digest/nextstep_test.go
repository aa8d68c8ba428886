package digest

import (
	"testing"
	"time"

	"candour/internal/calendar"
	"candour/internal/signal"
	"candour/internal/store"
)

func TestTheNextStepIsWhoseItIs(t *testing.T) {
	t.Parallel()
	book := rulebook(t)
	madeTo := func(whom string) store.HeldSignal {
		return store.HeldSignal{Signal: signal.Signal{Kind: signal.KindComplaint, Complaint: &signal.Complaint{ReceivedBy: whom}}}
	}
	for name, c := range map[string]struct {
		rule calendar.ClockRuleID
		held store.HeldSignal
		want string
	}{
		"a complaint made to us":                          {"complaint-acknowledge", madeTo("commissioner"), "ours"},
		"a complaint made to the provider":                {"complaint-acknowledge", madeTo("provider"), "the provider’s; ours to ask after"},
		"reading a complaint made to the provider":        {"signal-triage", madeTo("provider"), "ours"},
		"telling the family":                              {"candour-tell", store.HeldSignal{}, "the provider’s; ours to ask after"},
		"telling the family, when we wait for the answer": {"candour-tell", store.HeldSignal{Pile: store.PileWaiting}, "waits for others"},
		"the report of our visit":                         {"visit-report", store.HeldSignal{}, "ours"},
		"the provider's plan after it":                    {"visit-action-plan", store.HeldSignal{}, "the provider’s; ours to ask after"},
	} {
		clock, err := book.Start(c.rule, monday)
		if err != nil {
			t.Fatal(err)
		}
		if got := (&Clock{Clock: clock, Signal: c.held}).NextStep(); got != c.want {
			t.Errorf("%s: %q, expected %q", name, got, c.want)
		}
	}
}

func TestADayOfAnotherYearIsNamedWithItsYear(t *testing.T) {
	t.Parallel()
	from := time.Date(2027, 1, 6, 12, 0, 0, 0, time.UTC)
	for at, want := range map[time.Time]string{
		from.AddDate(0, 0, -2):                          "Mon 4 Jan",
		from.AddDate(0, 0, -7):                          "30 Dec 2026",
		time.Date(2026, 12, 31, 23, 30, 0, 0, time.UTC): "31 Dec 2026",
	} {
		if got := dayOf(at, from); got != want {
			t.Errorf("%v is named %q, want %q", at, got, want)
		}
	}
}
