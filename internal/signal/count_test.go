package signal

import (
	"fmt"
	"math/rand"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"candour/internal/calendar"
	"candour/internal/org"
)

func TestEachKindCountsInItsChannel(t *testing.T) {
	t.Parallel()
	all := valid()
	want := map[Kind]Channel{
		KindComplaint: ChannelComplaintsCare, KindIncident: ChannelIncidentsHarm, KindNeverEvent: ChannelIncidentsHarm,
		KindSeriousIncident: ChannelIncidentsHarm, KindStaffConcern: ChannelStaff, KindClinicianConcern: ChannelGP,
		KindPatientComment: ChannelComments, KindTraineeSurvey: ChannelTrainee, KindSafeguarding: ChannelIncidentsHarm,
	}
	for _, kind := range Kinds() {
		s := all[kind]
		if got, ok := s.Channel(); got != want[kind] || ok != (want[kind] != "") {
			t.Errorf("%s counts in %q (%v), expected %q", kind, got, ok, want[kind])
		}
	}
	low := incident("i", "2024-05-10", 4, 0)
	if got, _ := low.Channel(); got != ChannelIncidentsLow {
		t.Errorf("low harm counts in %q", got)
	}
	rude := complaint("c", "2024-05-10 10:00")
	rude.Complaint.HCAT = []HCATCode{{"respect/disrespect", 3, ""}, {"environment", 1, ""}}
	if got, _ := rude.Channel(); got != ChannelComplaintsCommunication {
		t.Errorf("a complaint about disrespect counts in %q", got)
	}
	for name, spoil := range map[string]func(*Safeguarding){
		"care is not in question": func(x *Safeguarding) { x.AboutCare = false }, "LeDeR found good care": func(x *Safeguarding) { x.Outcome = "leder-5" },
	} {
		referral := valid()[KindSafeguarding]
		spoil(referral.Safeguarding)
		if _, ok := referral.Channel(); ok {
			t.Errorf("a referral counts though %s", name)
		}
	}
	good := Signal{Kind: KindIncident, Incident: &Incident{Type: LFPSEGoodCare}}
	if _, ok := good.Channel(); ok {
		t.Error("good care counts as a warning (R-SOFT-4)")
	}
}

// R-SOFT-3: items about one event count once.
func TestItemsAboutOneEventCountOnce(t *testing.T) {
	t.Parallel()
	a, b := gpConcern("g1", "2024-05-10", "A81001"), gpConcern("g2", "2024-05-11", "A81002")
	b.Triage.Event, a.Triage.Event = "e1", "e1"
	twice := gpConcern("g3", "2024-05-12", "A81001")
	twice.Triage.DuplicateOf = "g2"
	grave := incident("i1", "2024-05-10", 1, 0)
	grave.Triage.Event = "e1"
	other := gpConcern("g4", "2024-06-01", "A81001")
	gone := gpConcern("g5", "2024-06-01", "A81001")
	gone.Triage.Withdrawn = "in error"
	praise := valid()[KindPraise]
	signals := []Signal{a, b, twice, grave, other, gone, praise}

	cells := Count(signals, CountSettings{})
	may, june := calendar.NewMonth(2024, 5), calendar.NewMonth(2024, 6)
	want := []Cell{
		{"RXX", ChannelIncidentsHarm, true, may, may, 1}, // the gravest stands for all
		{"RXX", ChannelGP, false, june, june, 1},
	}
	if !slices.Equal(cells, want) {
		t.Errorf("got %+v\nexpected %+v", cells, want)
	}
	if perChannel := Count(signals, CountSettings{OncePerChannel: true}); len(perChannel) != 3 {
		t.Errorf("once per channel: %+v", perChannel)
	}
}

func TestLateReportsKeepBothMonths(t *testing.T) {
	t.Parallel()
	s := gpConcern("g1", "2024-05-10", "A81001")
	s.Received = when("2024-07-02 09:00")
	unknown := gpConcern("g2", "2024-05-10", "A81001")
	unknown.Occurred = Occurrence{}
	cells := Count([]Signal{s, unknown}, CountSettings{})
	if len(cells) != 2 || cells[1].EventMonth != calendar.NewMonth(2024, 5) || cells[1].ReceivedMonth != calendar.NewMonth(2024, 7) {
		t.Errorf("got %+v", cells)
	}
	if _, stated := unknown.EventDay(); stated {
		t.Error("an event without a date is said to have one")
	}
}

func someSignals(t *rapid.T) []Signal {
	var signals []Signal
	for i := range rapid.IntRange(0, 25).Draw(t, "signals") {
		s := gpConcern(fmt.Sprintf("g%02d", i), "2024-05-10", org.Code(rapid.SampledFrom([]string{"A81001", "A81002", "A81003"}).Draw(t, "practice")))
		s.Occurred.Date += calendar.Date(rapid.IntRange(-200, 0).Draw(t, "days"))
		s.Place.Site = org.Code(rapid.SampledFrom([]string{"", "RXX01", "RXX02"}).Draw(t, "site"))
		s.Themes = []string{rapid.SampledFrom([]string{"discharge", "delay"}).Draw(t, "theme")}
		s.Triage.Event = EventID(rapid.SampledFrom([]string{"", "", "e1", "e2"}).Draw(t, "event"))
		if i > 0 && rapid.IntRange(0, 4).Draw(t, "duplicate") == 0 {
			s.Triage.DuplicateOf = signals[rapid.IntRange(0, i-1).Draw(t, "of")].ID
		}
		signals = append(signals, s)
	}
	return signals
}

func TestCountsDontDependOnOrderAndADuplicateAddsNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		signals := someSignals(t)
		cells := Count(signals, CountSettings{})
		patterns := FindPatterns(signals, DefaultPatternSettings())
		shuffled := slices.Clone(signals)
		rand.New(rand.NewSource(rapid.Int64().Draw(t, "seed"))).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if again := Count(shuffled, CountSettings{}); !slices.Equal(cells, again) {
			t.Fatalf("%+v\n%+v", cells, again)
		}
		if again := FindPatterns(shuffled, DefaultPatternSettings()); fmt.Sprint(again) != fmt.Sprint(patterns) {
			t.Fatalf("%+v\n%+v", patterns, again)
		}
		total := 0
		for _, c := range cells {
			total += c.N
		}
		if total > len(signals) {
			t.Fatal("more events than signals")
		}
		if len(signals) > 0 {
			copied := signals[0]
			copied.ID, copied.Triage.DuplicateOf, copied.Received = "copy", signals[0].ID, copied.Received.AddDate(0, 0, 1)
			if again := Count(append(signals, copied), CountSettings{}); !slices.Equal(cells, again) {
				t.Fatal("a duplicate was counted")
			}
		}
	})
}

func BenchmarkCount100000(b *testing.B) {
	signals := make([]Signal, 100_000)
	for i := range signals {
		signals[i] = gpConcern(fmt.Sprintf("g%06d", i), "2024-05-10", "A81001")
		signals[i].Place.Provider = org.Code(fmt.Sprintf("R%02d", i%100))
		signals[i].Occurred.Date -= calendar.Date(i % 1500)
		if i%7 == 0 {
			signals[i].Triage.Event = EventID(fmt.Sprintf("e%d", i/21))
		}
	}
	for b.Loop() {
		Count(signals, CountSettings{})
	}
}
