package concern

import (
	"math"
	"testing"
)

// The day on which a value is due follows from how long the quickest took; it must not
// move away month by month while nothing comes.
func TestTheMonthInWhichAValueIsDueStandsStill(t *testing.T) {
	t.Parallel()
	streams, rows := []Stream{{ID: "survey", Name: "Survey", Kind: Proportion, Family: "workforce", Domain: "workforce", Every: 12}}, []Observation(nil)
	for p := range 7 {
		for year := range 5 {
			m := epoch + Month(12*year)
			known := m + 3
			if year == 2 {
				known = m + 5 // once it was late
			}
			rows = append(rows, Observation{Provider: ProviderID(rune('A' + p)), Stream: "survey", Month: m, Available: known, Value: float64(30 + p), Den: 100})
		}
	}
	e, err := New(Default(), streams)
	must(t, err)
	must(t, e.Observe(rows...))
	for _, c := range []struct {
		at   Month
		want Month // 0: nothing is missing
	}{{epoch + 52, 0}, {epoch + 60, epoch + 63}, {epoch + 62, epoch + 63}, {epoch + 66, epoch + 63}} {
		for _, a := range asOf(t, e, c.at) {
			due := Month(0)
			for _, g := range a.Gaps {
				if g.Stream == "survey" && g.Reason == NotDue {
					due = g.Due
				}
			}
			if due != c.want {
				t.Errorf("%s at month %d: due %v, expected %v", a.Provider, c.at-epoch, due, c.want)
			}
		}
	}
}

func TestWhatIsSaidToBeWorseThanElsewhereReadsSo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		one  PeerPart
		sign float64
		want bool
	}{
		{"57 of 59 pleased where 55 would be usual", PeerPart{Kind: Proportion, Value: 57, Of: 59, Usual: 55.2}, -1, false},
		{"50 of 59 pleased where 55 would be usual", PeerPart{Kind: Proportion, Value: 50, Of: 59, Usual: 55.2}, -1, true},
		{"6 breaches where none would be usual", PeerPart{Kind: Rate, Value: 6, Usual: 0.2}, 1, true},
		{"1 concern where fewer than 1 would be usual", PeerPart{Kind: Reports, Value: 1, Usual: 0.4}, 1, false},
		{"a mean just above", PeerPart{Kind: Continuous, Value: 3.11, Usual: 3.1}, 1, true},
		{"a mean just below", PeerPart{Kind: Continuous, Value: 3.09, Usual: 3.1}, 1, false},
	} {
		if got := c.one.shows(c.sign); got != c.want {
			t.Errorf("%s: %v, expected %v", c.name, got, c.want)
		}
	}
}

func TestWhatIsNotYetUnusualIsNoReason(t *testing.T) {
	t.Parallel()
	family := func(evidence float64) *FamilyPart {
		return &FamilyPart{Family: "effectiveness", Name: "Effectiveness", Part: 1, Streams: []StreamPart{{Kind: Proportion, Evidence: evidence, Newest: looking - 1, Began: looking - 4}}}
	}
	for evidence, quiet := range map[float64]bool{0.3: true, 0.5: false, 2: false} {
		if l := familyLine(family(evidence), looking); l.Quiet != quiet {
			t.Errorf("evidence %.1f: %q is quiet: %v", evidence, l.Text, l.Quiet)
		}
	}
	soft := &FamilyPart{Name: "GP concerns", Streams: []StreamPart{{Kind: Reports, Evidence: 0.2, Facts: Facts{Reports: 3, Expected: 2}}}}
	if familyLine(soft, looking).Quiet {
		t.Error("what people said is called quiet")
	}
}

// A sentence adds up the reports of a family's streams: all are counted over the months
// since the first of them began.
func TestTheReportsOfAFamilyAreCountedOverTheSameMonths(t *testing.T) {
	t.Parallel()
	e := hard(t)
	several := 0
	for at := epoch + 40; at <= epoch+52; at += 3 {
		for _, a := range asOf(t, e, at) {
			for _, f := range a.Families {
				if len(f.Streams) < 2 || f.Streams[0].Kind != Reports {
					continue
				}
				began := a.AsOf
				for _, s := range f.Streams {
					began = min(began, s.Began)
				}
				from := max(began, a.AsOf-factMonths+1)
				for _, s := range f.Streams {
					y, m := tally(e.streams[e.index[s.Stream]], e.provIndex[a.Provider], from, a.AsOf)
					if s.Facts.From != from || math.Abs(s.Facts.Reports-y) > 1e-9 || math.Abs(s.Facts.Expected-m) > 1e-9 {
						t.Errorf("%s, %s: %v of about %v since %v; expected %v of %v since %v", a.Provider, s.Name, s.Facts.Reports, s.Facts.Expected, s.Facts.From, y, m, from)
					}
					if s.Began > from {
						several++
					}
				}
			}
		}
	}
	if several == 0 {
		t.Error("no stream began later than another of its family: nothing was checked")
	}
}
