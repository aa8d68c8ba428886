package watch

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"candour/definitions"
	"candour/internal/calendar"
	"candour/internal/concern"
	"candour/internal/org"
	"candour/internal/signal"
)

var today = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// said is a signal of a kind about RAA, received some days ago.
func said(ref string, days int, fill func(*signal.Signal)) signal.Signal {
	on := calendar.DateOf(today) - calendar.Date(days)
	s := signal.Signal{
		ID: signal.ID("QAA." + ref), Reference: ref, Title: "Title", Place: signal.Place{Provider: "RAA"},
		Occurred: signal.Occurrence{Date: on}, Received: on.At(8, 0),
	}
	s.Triage.State = "received"
	fill(&s)
	return s
}

func taxonomies(t *testing.T) *signal.Taxonomies {
	t.Helper()
	tax, err := signal.LoadTaxonomies(definitions.Files)
	if err != nil {
		t.Fatal(err)
	}
	return tax
}

func TestFactsAboveAnyScoreComeFromTheSignalsThemselves(t *testing.T) {
	t.Parallel()
	staff := func(s *signal.Signal) {
		s.Kind, s.StaffConcern = signal.KindStaffConcern, &signal.StaffConcern{How: "letter", Wishes: "confidential"}
	}
	notice := func(action string) func(*signal.Signal) {
		return func(s *signal.Signal) {
			s.Kind, s.RegulatorAction = signal.KindRegulatorAction, &signal.RegulatorAction{Regulator: "cqc", Action: action}
		}
	}
	never := func(code string) func(*signal.Signal) {
		return func(s *signal.Signal) {
			s.Kind, s.NeverEvent = signal.KindNeverEvent, &signal.NeverEvent{Type: code}
		}
	}
	death := func(strength string) func(*signal.Signal) {
		return func(s *signal.Signal) {
			s.Kind, s.Incident = signal.KindIncident, &signal.Incident{Type: signal.LFPSEIncident, Patients: []signal.IncidentPatient{{Physical: 1, Strength: strength}}}
		}
	}
	refusing := func(s *signal.Signal) {
		s.Kind, s.ClinicianConcern, s.Themes = signal.KindClinicianConcern, &signal.ClinicianConcern{Harm: "some"}, []string{"delay", signal.ThemeRefusing}
	}
	but := func(fill, then func(*signal.Signal)) func(*signal.Signal) {
		return func(s *signal.Signal) { fill(s); then(s) }
	}
	withdrawn := func(s *signal.Signal) { s.Triage.Withdrawn = "in error" }
	settled := func(s *signal.Signal) { s.Triage.Outcome = signal.OutcomeNoted }
	asked := func(s *signal.Signal) { s.Triage.Outcome = signal.OutcomeQuestion }
	closed := func(s *signal.Signal) { s.Triage.State = "closed" }
	same := func(s *signal.Signal) { s.Triage.Event = "one" }
	later := func(s *signal.Signal) { s.Embargo = calendar.DateOf(today) + 5 }
	tax := taxonomies(t)
	for name, c := range map[string]struct {
		signals []signal.Signal
		want    string // kinds and how many sources each
		says    string
	}{
		"a member of staff speaks up": {[]signal.Signal{said("SU-1", 3, staff)}, "whistle-blowing 1", "a member of staff spoke up and it isn’t settled, received in Nov 2026"},
		"two do":                      {[]signal.Signal{said("SU-1", 40, staff), said("SU-2", 3, staff)}, "whistle-blowing 2", "2 concerns of staff aren’t settled"},
		"what is settled is none":     {[]signal.Signal{said("SU-1", 3, but(staff, settled)), said("SU-2", 3, but(staff, closed)), said("SU-3", 3, but(staff, withdrawn))}, "", ""},
		"one that the provider was asked about still is": {[]signal.Signal{said("SU-1", 3, but(staff, asked))}, "whistle-blowing 1", ""},
		"a warning notice": {[]signal.Signal{said("RG-1", 3, notice("warning-notice"))}, "regulator enforcement 1", "Regulator’s enforcement: warning notice"},
		"a rating or an outlier letter is no enforcement":                                  {[]signal.Signal{said("RG-1", 3, notice("rating")), said("RG-2", 3, notice("outlier"))}, "", ""},
		"a red maternity signal":                                                           {[]signal.Signal{said("RG-1", 3, but(notice("report"), func(s *signal.Signal) { s.RegulatorAction.MOSSSignal = "red" }))}, "maternity signal red 1", "red"},
		"two Never Events within twelve months":                                            {[]signal.Signal{said("NE-1", 300, never("3")), said("NE-2", 3, never("1"))}, "never event cluster 2", "Never Events: 2 reports within twelve months, the latest event in Nov 2026"},
		"one of this month a year ago is not among two of late":                            {[]signal.Signal{said("NE-1", 365, never("3")), said("NE-2", 20, never("3")), said("NE-3", 3, never("1"))}, "never event cluster 2", "2 reports"},
		"one is no cluster":                                                                {[]signal.Signal{said("NE-1", 3, never("3"))}, "", ""},
		"one under embargo makes a cluster with one that is not, for those who may see it": {[]signal.Signal{said("NE-1", 30, never("3")), said("NE-2", 3, but(never("1"), later))}, "never event cluster 2 embargoed", "2 reports"},
		"and more of one that stands without it":                                           {[]signal.Signal{said("NE-1", 30, never("3")), said("NE-2", 20, never("3")), said("NE-3", 3, but(never("1"), later))}, "never event cluster 2, never event cluster 3 embargoed", "2 reports"},
		"one of a year before is none":                                                     {[]signal.Signal{said("NE-1", 400, never("3")), said("NE-2", 3, never("1"))}, "", ""},
		"two reports of one event are one":                                                 {[]signal.Signal{said("NE-1", 4, but(never("3"), same)), said("NE-2", 3, but(never("3"), same))}, "", ""},
		"one found not to be one is none":                                                  {[]signal.Signal{said("NE-1", 4, never("3")), said("NE-2", 3, but(never("1"), func(s *signal.Signal) { s.Triage.State = "rejected" }))}, "", ""},
		"a duplicate is none":                                                              {[]signal.Signal{said("NE-1", 4, never("3")), said("NE-2", 3, but(never("3"), func(s *signal.Signal) { s.Triage.DuplicateOf = "QAA.NE-1" }))}, "", ""},
		"a fatal incident that caused the outcome":                                         {[]signal.Signal{said("IN-1", 3, death("6"))}, "death judged due to care 1", "A death judged due to care"},
		"a fatal incident not yet judged is none":                                          {[]signal.Signal{said("IN-1", 3, death("4")), said("IN-2", 3, death(""))}, "", ""},
		"a death stays for a year though settled":                                          {[]signal.Signal{said("IN-1", 200, but(death("5"), settled))}, "death judged due to care 1", ""},
		"and no longer":                                                                    {[]signal.Signal{said("IN-1", 500, but(death("5"), settled))}, "", ""},
		"a professional refuses to admit":                                                  {[]signal.Signal{said("G-1", 3, refusing)}, "professional refusing to admit 1", "refuses to admit or refer patients"},
		"one known to nobody yet is none":                                                  {[]signal.Signal{said("SU-1", -3, staff)}, "", ""},
		"what is under embargo stands apart":                                               {[]signal.Signal{said("RG-1", 3, notice("conditions")), said("RG-2", 2, but(notice("suspension"), later))}, "regulator enforcement 1, regulator enforcement 1 embargoed", ""},
		"kinds come in their order, whatever came first or not":                            {[]signal.Signal{said("G-1", 9, refusing), said("RG-1", 3, notice("prosecution")), said("SU-1", 1, staff)}, "whistle-blowing 1, regulator enforcement 1, professional refusing to admit 1", ""},
	} {
		got := Overrides(c.signals, tax, org.Successions{}, today)
		var words, says []string
		for _, o := range got {
			w := string(o.Kind) + " " + string(rune('0'+len(o.Sources)))
			if o.Embargo != 0 {
				w += " embargoed"
			}
			words, says = append(words, w), append(says, o.Words)
			if strings.Contains(o.Words, "Title") {
				t.Errorf("%s: the words repeat what was said: %s", name, o.Words)
			}
		}
		if s := strings.Join(words, ", "); s != c.want {
			t.Errorf("%s: %s, expected %s", name, s, c.want)
		}
		if s := strings.Join(says, " "); !strings.Contains(s, c.says) {
			t.Errorf("%s: says %q", name, s)
		}
	}
}

func TestFactsOfPredecessorsAreJoinedAtTheirSuccessorOnceTheMergerIsKnown(t *testing.T) {
	t.Parallel()
	never := func(ref string, days int, at org.Code) signal.Signal {
		return said(ref, days, func(s *signal.Signal) {
			s.Kind, s.NeverEvent, s.Place.Provider = signal.KindNeverEvent, &signal.NeverEvent{Type: "3"}, at
		})
	}
	of := func(s signal.Signal, event string) signal.Signal { s.Triage.Event = signal.EventID(event); return s }
	staff := func(ref string, at org.Code) signal.Signal {
		return said(ref, 40, func(s *signal.Signal) {
			s.Kind, s.StaffConcern, s.Place.Provider = signal.KindStaffConcern, &signal.StaffConcern{How: "letter", Wishes: "confidential"}, at
		})
	}
	one, two, own := never("NE-1", 300, "RKA"), never("NE-2", 200, "RLA"), never("NE-3", 20, "RXX")
	merged := func(daysAgo int, share float64) org.Successions {
		on := today.AddDate(0, 0, -daysAgo)
		return org.NewSuccessions([]org.Succession{{Predecessor: "RKA", Successor: "RXX", On: on, Share: share}, {Predecessor: "RLA", Successor: "RXX", On: on, Share: share}})
	}
	tax := taxonomies(t)
	for name, c := range map[string]struct {
		signals []signal.Signal
		joined  org.Successions
		want    string // provider, kind, number of sources and words
	}{
		"one of each predecessor and one since are three": {
			[]signal.Signal{one, two, own},
			merged(60, 1),
			"RXX never event cluster 3: Never Events: 3 reports within twelve months, the latest event in Nov 2026. 2 are about providers that have since become this one.",
		},
		"one of each predecessor alone are a cluster of the successor": {
			[]signal.Signal{one, two},
			merged(60, 1),
			"RXX never event cluster 2: Never Events: 2 reports within twelve months, the latest event in May 2026. All are about providers that have since become this one.",
		},
		"nobody knows of the merger":   {[]signal.Signal{one, two, own}, org.Successions{}, ""},
		"the merger is still to come":  {[]signal.Signal{one, two, own}, merged(-1, 1), ""},
		"a split is nobody’s as yet":   {[]signal.Signal{one, two, own}, merged(60, 0.5), ""},
		"who took what is not stated":  {[]signal.Signal{one, own}, org.NewSuccessions([]org.Succession{{Predecessor: "RKA", Successor: "RXX", On: today.AddDate(0, -2, 0)}, {Predecessor: "RKA", Successor: "RYY", On: today.AddDate(0, -2, 0)}}), ""},
		"both reported the same event": {[]signal.Signal{of(one, "e"), of(two, "e")}, merged(60, 1), ""},
		"and it had one of its own": {
			[]signal.Signal{of(one, "e"), of(two, "e"), own},
			merged(60, 1),
			"RXX never event cluster 3: Never Events: 3 reports within twelve months, the latest event in Nov 2026. 2 are about providers that have since become this one.",
		},
		"an old one of a predecessor counts no longer": {[]signal.Signal{never("NE-1", 400, "RKA"), own}, merged(60, 1), ""},
		"a concern of staff goes with it, once": {
			[]signal.Signal{staff("SU-1", "RKA")},
			merged(60, 1),
			"RXX whistle-blowing 1: Whistle-blowing: a member of staff spoke up and it isn’t settled, received in Oct 2026. It is about a provider that has since become this one.",
		},
		"of one kind at several it is one fact": {
			[]signal.Signal{staff("SU-1", "RKA"), staff("SU-2", "RXX")},
			merged(60, 1),
			"RXX whistle-blowing 2: Whistle-blowing: 2 concerns of staff aren’t settled, the latest received in Oct 2026. 1 is about a provider that has since become this one.",
		},
	} {
		var got []string
		for _, o := range Overrides(c.signals, tax, c.joined, today) {
			got = append(got, fmt.Sprintf("%s %s %d: %s", o.Provider, o.Kind, len(o.Sources), o.Words))
		}
		if s := strings.Join(got, "; "); s != c.want {
			t.Errorf("%s:\n  %s\nexpected\n  %s", name, s, c.want)
		}
	}
}

func TestAFactStandsAboveTheScoreAndDoesNotChangeIt(t *testing.T) {
	t.Parallel()
	in := evidence(t)
	in.Tenant, in.Providers = "QAA", []org.Code{"RAA", "RBA", "RZZ"}
	plain, _, err := Judge(in)
	if err != nil {
		t.Fatal(err)
	}
	in.Overrides = []concern.Override{
		{Kind: concern.WhistleBlowing, Provider: "RBA", Since: 24322, Known: 24322, Words: "Spoke up.", Sources: []string{"SU-1"}},
		{Kind: concern.Enforcement, Provider: "RZZ", Since: 24322, Known: 24322, Words: "A notice.", Sources: []string{"RG-1"}},
	}
	list, _, err := Judge(in)
	if err != nil {
		t.Fatal(err)
	}
	if len(plain) != 2 || len(list) != 3 {
		t.Fatalf("%d without, %d with", len(plain), len(list))
	}
	for i := range plain {
		if list[i].Points != plain[i].Points || list[i].Rank != plain[i].Rank || list[i].Ranking != plain[i].Ranking {
			t.Errorf("%s has %d points, %d without the fact", list[i].Provider, list[i].Points, plain[i].Points)
		}
	}
	if z := list[2]; z.Provider != "RZZ" || z.Judged || z.Why == "" || len(z.Overrides) != 1 {
		t.Errorf("a provider of which nothing else is known: %+v", z)
	}
	x := concern.Explain(in.Params, in.Params.Budget(0.2), &list[1], list)
	if list[1].Provider != "RBA" || len(x.Above) != 1 || !strings.HasPrefix(x.String(), "Above any score: Spoke up.") {
		t.Errorf("the explanation begins %q", x.String())
	}
}

func TestAFactStandsSinceItsLatestEventAndIsKnownFromTheFirst(t *testing.T) {
	t.Parallel()
	staff := func(s *signal.Signal) {
		s.Kind, s.StaffConcern = signal.KindStaffConcern, &signal.StaffConcern{How: "letter", Wishes: "confidential"}
	}
	list := []signal.Signal{said("SU-1", 70, staff), said("SU-2", 3, staff)}
	got := Overrides(list, taxonomies(t), org.Successions{}, today)
	if len(got) != 1 || got[0].Since != concern.NewMonth(2026, time.November) || got[0].Known != concern.NewMonth(2026, time.September) {
		t.Errorf("%+v", got)
	}
	list[1].Occurred.Date += 60 // a date that cannot be: it is still to come
	if got = Overrides(list, taxonomies(t), org.Successions{}, today); got[0].Since != concern.NewMonth(2026, time.November) {
		t.Errorf("it happens in %v", got[0].Since)
	}
}
