package watch

import (
	"slices"
	"testing"
	"time"

	"candour/internal/calendar"
	"candour/internal/concern"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/signal"
)

// spoken is steady complaints and concerns of practices about every trust of
// evidence, the same each month, received in the month of the event.
func spoken(in *Evidence, about func(provider org.Code, month int) (org.Code, int)) {
	for k := range 12 {
		for m := range 40 {
			for _, channel := range []signal.Channel{signal.ChannelComplaintsCare, signal.ChannelGP, signal.ChannelIncidentsHarm} {
				month := calendar.NewMonth(2023, 7).Add(m)
				if code, n := about(org.Code("R"+string(rune('A'+k))+"A"), m); n > 0 {
					in.Cells = append(in.Cells, signal.Cell{Provider: code, Channel: channel, EventMonth: month, ReceivedMonth: month, N: n})
				}
			}
		}
	}
}

// voicesOf is the evidence of the voices about a provider, and whether it is judged.
func voicesOf(t *testing.T, in Evidence, provider org.Code) (sum float64, judged bool) {
	t.Helper()
	list, _, err := Judge(in)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(list, func(a concern.Assessment) bool { return a.Provider == concern.ProviderID(provider) })
	if i < 0 {
		return 0, false
	}
	for _, f := range list[i].Families {
		if slices.Contains([]concern.FamilyID{"complaints", "gp", "incidents"}, f.Family) {
			sum += f.Evidence
		}
	}
	return sum, list[i].Judged
}

func TestAMergerIsNoSurgeOfVoices(t *testing.T) {
	t.Parallel()
	in := evidence(t)
	// Two trusts, each heard of 5 times a month, become RXX after 30 months.
	merged := func(code org.Code, m int) org.Code {
		if m >= 30 && (code == "RKA" || code == "RLA") {
			return "RXX"
		}
		return code
	}
	spoken(&in, func(code org.Code, m int) (org.Code, int) { return merged(code, m), 5 })
	kept := in.Observations[:0:0]
	for _, o := range in.Observations {
		m, _ := o.Period.Sub(calendar.NewMonth(2023, 7))
		if o.Org = merged(o.Org, m); o.Org == "RXX" && !slices.ContainsFunc(kept, func(x indicator.Observation) bool {
			return x.Org == "RXX" && x.Indicator == o.Indicator && x.Period == o.Period
		}) {
			o.Numerator, o.Denominator = 1800, 2000
		} else if o.Org == "RXX" {
			continue
		}
		kept = append(kept, o)
	}
	in.Observations = kept
	in.Tenant, in.Providers = "QAA", []org.Code{"RBA", "RCA", "RDA", "REA", "RFA", "RGA", "RHA", "RIA", "RJA", "RKA", "RLA", "RXX"}
	on := calendar.NewMonth(2026, 1).Start()
	alone, _ := voicesOf(t, in, "RXX")
	in.Successions = org.NewSuccessions([]org.Succession{{Predecessor: "RKA", Successor: "RXX", On: on, Share: 1}, {Predecessor: "RLA", Successor: "RXX", On: on, Share: 1}})
	together, judged := voicesOf(t, in, "RXX")
	if !judged || together > 0.5 || alone < 3 {
		t.Errorf("judged %v with evidence %.2f of voices, %.2f without its history", judged, together, alone)
	}
	if _, still := voicesOf(t, in, "RKA"); still {
		t.Error("a trust that became another is judged still")
	}
	list, _, err := Judge(in)
	if err != nil {
		t.Fatal(err)
	}
	n := len(list)
	in.Providers = slices.DeleteFunc(slices.Clone(in.Providers), func(code org.Code) bool { return code == "RXX" })
	if list, _, err = Judge(in); err != nil || len(list) != n+1 {
		t.Fatalf("%d assessments, then %d; %v", n, len(list), err)
	}
	for i, a := range list[n-1:] {
		if a.Provider != concern.ProviderID([]string{"RKA", "RLA"}[i]) || a.Judged || a.Why != "it has become RXX, which is not among your providers" {
			t.Errorf("%s became one that nobody asks about: judged %v, because %q", a.Provider, a.Judged, a.Why)
		}
	}
}

func TestAProviderThatOpenedWasNotSilentBefore(t *testing.T) {
	t.Parallel()
	in := evidence(t)
	spoken(&in, func(code org.Code, m int) (org.Code, int) {
		if code == "RLA" && m < 20 {
			return code, 0
		}
		return code, 5
	})
	in.Tenant, in.Providers = "QAA", []org.Code{"RBA", "RCA", "RDA", "REA", "RFA", "RGA", "RHA", "RIA", "RJA", "RKA", "RLA"}
	silent, _ := voicesOf(t, in, "RLA")
	in.Opened = map[org.Code]time.Time{"RLA": calendar.NewMonth(2023, 7).Add(20).Start()}
	if opened, _ := voicesOf(t, in, "RLA"); opened > 0.5 || silent < 1 {
		t.Errorf("evidence %.2f since it opened, %.2f where the months before count as silent", opened, silent)
	}
}

func TestVintagesOfPredecessorsAreSummedAsTheyBecameKnown(t *testing.T) {
	t.Parallel()
	in := evidence(t)
	month, d := calendar.NewMonth(2025, 5), in.Catalogue.Get("one")
	row := func(code org.Code, day int, vintage int, numerator float64) indicator.Observation {
		o := observation(code, month, numerator, 100)
		o.Indicator, o.Vintage, o.Received = "one", vintage, time.Date(2025, 6, day, 0, 0, 0, 0, time.UTC)
		return o
	}
	got := summed(d, "RXX", []indicator.Observation{row("RA1", 20, 2, 60), row("RA1", 10, 1, 50), row("RA2", 15, 1, 7)})
	want := []struct {
		day, vintage int
		numerator    float64
	}{{15, 1, 57}, {20, 2, 67}}
	if len(got) != len(want) {
		t.Fatalf("%d rows, expected %d", len(got), len(want))
	}
	for i, w := range want {
		if g := &got[i]; g.Org != "RXX" || g.Received.Day() != w.day || g.Vintage != w.vintage || int(g.Numerator) != int(w.numerator) || int(g.Denominator) != 200 {
			t.Errorf("row %d: %+v", i, *g)
		}
	}
}

func TestVisitsAndTheDayOfOpeningGoToTheSuccessor(t *testing.T) {
	t.Parallel()
	on := dayOf(2026, 1, 1)
	in := Evidence{
		Now: dayOf(2026, 11, 22), Providers: []org.Code{"RKA", "RLA", "RXX"}, Catalogue: evidence(t).Catalogue,
		Successions: org.NewSuccessions([]org.Succession{{Predecessor: "RKA", Successor: "RXX", On: on, Share: 1}, {Predecessor: "RLA", Successor: "RXX", On: on, Share: 1}}),
		Visits:      []VisitScore{{Provider: "RKA"}, {Provider: "RMA"}},
		Opened:      map[org.Code]time.Time{"RKA": dayOf(2015, 1, 1), "RLA": dayOf(2001, 1, 1), "RXX": on},
	}
	got := in.inherited()
	if got.Visits[0].Provider != "RXX" || got.Visits[1].Provider != "RMA" || !got.Opened["RXX"].Equal(dayOf(2001, 1, 1)) || len(got.Providers) != 1 {
		t.Errorf("visits %v, opened %v, providers %v", got.Visits, got.Opened, got.Providers)
	}
	if in.Visits[0].Provider != "RKA" || len(in.Providers) != 3 {
		t.Error("what was given has been changed")
	}
}
