package digest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"candour/definitions"
	"candour/internal/access"
	"candour/internal/alert"
	"candour/internal/calendar"
	"candour/internal/concern"
	"candour/internal/fault"
	"candour/internal/finding"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/store"
)

// monday is Monday 23 November 2026, 08:40.
var monday = time.Date(2026, 11, 23, 8, 40, 0, 0, time.UTC)

func TestAWeekIsWrittenByItsISONumber(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]string{
		"2026-W47": {"2026-11-16", "16 to 22 November 2026"},
		"2026-W53": {"2026-12-28", "28 December 2026 to 3 January 2027"},
		"2025-W01": {"2024-12-30", "30 December 2024 to 5 January 2025"},
		"2026-W13": {"2026-03-23", "23 to 29 March 2026"}, // summer time begins in it
		"2026-W31": {"2026-07-27", "27 July to 2 August 2026"},
	} {
		w, err := ParseWeek(text)
		if err != nil || w.Begins().Format("2006-01-02 15:04") != want[0]+" 00:00" || w.Words() != want[1] || w.String() != text {
			t.Errorf("%s: begins %s, %q, %v", text, w.Begins(), w.Words(), err)
		}
	}
	for _, text := range []string{"", "2026-W00", "2026-W54", "2025-W53", "2026-47", "2026-W7", "0000-W01", "2026-W47x"} {
		if _, err := ParseWeek(text); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestEveryInstantLiesInOneWeekOfSevenDays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(0, 4_000_000_000).Draw(t, "instant"), 0).UTC()
		w := WeekOf(at)
		if at.Before(w.Begins()) || !at.Before(w.Ends()) || w.Begins().Weekday() != time.Monday || calendar.DateOf(w.Ends())-calendar.DateOf(w.Begins()) != 7 {
			t.Fatalf("%s lies in %s, %s to %s", at, w, w.Begins(), w.Ends())
		}
		if w.Next().Before() != w || WeekOf(w.Ends()) != w.Next() {
			t.Fatalf("%s is followed by %s", w, w.Next())
		}
		if again, err := ParseWeek(w.String()); err != nil || again != w {
			t.Fatalf("%s is read as %s, %v", w, again, err)
		}
	})
}

func FuzzParseWeek(f *testing.F) {
	for _, s := range []string{"2026-W47", "9999-W52", "2026-W53", "x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if w, err := ParseWeek(text); err == nil && w.String() != text {
			t.Errorf("%q was read as %s", text, w)
		}
	})
}

// judged is a provider's concern: what weighs most is told by family.
func judged(code string, rank, points int, word concern.Word, family concern.FamilyID, text string) store.Concern {
	return store.Concern{
		Org: org.Code(code), Judged: true, Points: points, Word: word, Assessment: concern.Assessment{Rank: rank},
		Explanation: concern.Explanation{Lines: []concern.Line{{Family: family, Points: points, Text: text}}},
	}
}

// made is a week of a commissioner with one provider.
func made() Made {
	return Made{
		Week: Week{2026, 47}, At: monday, Whose: "NHS Marlshire", May: func(access.Action) bool { return true },
		Names: map[org.Code]string{"RA1": "Aldermoor", "RA2": "Thornley"}, Providers: map[org.Code]bool{"RA1": true, "RA2": true},
		Indicator: func(id indicator.ID) string { return "Name of " + string(id) }, Source: func(indicator.ID) string { return "one" },
		Budget: concern.Default().Budget(0.2), Judged: 2, Clocks: &Clocks{},
	}
}

// part is the part of a heading as lines.
func part(t *testing.T, d *Digest, heading string) string {
	t.Helper()
	for _, p := range d.Parts {
		if p.Heading == heading {
			lines := []string{p.Sentence}
			for _, i := range p.Items {
				lines = append(lines, i.Link.Text+": "+i.Text)
			}
			return strings.Join(lines, "\n")
		}
	}
	t.Fatalf("no part %q", heading)
	return ""
}

func TestTheWatchListIsComparedWithTheWeeksBeginning(t *testing.T) {
	t.Parallel()
	m := made()
	m.Before = []store.Concern{judged("RA1", 9, 22, concern.Possible, "gp", "x"), judged("RA2", 1, 30, concern.Likely, "gp", "x"), judged("RZ9", 3, 9, concern.NoSign, "gp", "x")}
	m.Now = []store.Concern{judged("RA1", 2, 31, concern.Likely, "gp", "GP concerns: 14 in 8 weeks where 3 are usual here. Began March."), judged("RA2", 3, 1, concern.NoSign, "gp", "x"), judged("RZ9", 1, 40, concern.Likely, "gp", "elsewhere")}
	d := Weekly(&m)
	want := "1 worse, 1 better, 0 unchanged.\n" +
		"Aldermoor: 31 points (likely), +9 from 22; was possible; 2nd, was 9th. Because GP concerns: 14 in 8 weeks where 3 are usual here.\n" +
		"Thornley: 1 point (no sign), −29 from 30; was likely; 3rd, was 1st."
	if got := part(t, &d, "What changed on the watch list"); got != want {
		t.Errorf("got\n%s\nexpected\n%s", got, want)
	}
	if m.Scale = "The scale has been corrected since then."; !strings.Contains(m.watchPart(m.movers()).Sentence, m.Scale) {
		t.Error("nobody is told that the scale changed in the week")
	}
	m.Before = nil
	d = Weekly(&m)
	if got := part(t, &d, "What changed on the watch list"); !strings.HasPrefix(got, "0 worse, 0 better, 0 unchanged, 2 judged for the first time.") {
		t.Errorf("a first judgement is no change: %s", got)
	}
}

func TestAlertsStandByWhatBecameOfThem(t *testing.T) {
	t.Parallel()
	m := made()
	m.Now = []store.Concern{judged("RA1", 1, 31, concern.Likely, "gp", "x")}
	raise := func(n int, at time.Time) alert.Alert {
		return alert.New(alert.NewRef(2026, n), "QAA", alert.Brief{Alert: concern.Alert{Provider: "RA1"}, Points: 31, Word: concern.Likely}, at)
	}
	fresh := raise(3, monday.AddDate(0, 0, -5))
	fresh.Opened = monday.AddDate(0, 0, -4)
	closed := raise(1, monday.AddDate(0, -2, 0))
	closed.State, closed.Outcome, closed.Ended = alert.Closed, concern.RealConcern, monday.AddDate(0, 0, -3)
	m.Alerts, m.Evidence = []alert.Alert{fresh, raise(2, monday.AddDate(0, 0, -20)), closed}, map[alert.Ref]string{"A-2026-3": "GP concerns: 14 in 8 weeks where 3 are usual here."}
	d := Weekly(&m)
	for heading, want := range map[string]string{
		"New alerts":                                    "1 was raised.\nA-2026-3: Aldermoor: 31 points (likely), raised Wed 18 Nov. Because GP concerns: 14 in 8 weeks where 3 are usual here.",
		"Alerts that nobody has opened":                 "1 waits, longest first.\nA-2026-2: Aldermoor: raised Tue 3 Nov, 20 days ago; now asked: quality leads.",
		"Alerts closed, and what they turned out to be": "1 was closed.\nA-2026-1: Aldermoor: real concern, closed Fri 20 Nov.",
	} {
		if got := part(t, &d, heading); got != want {
			t.Errorf("%s: got\n%s\nexpected\n%s", heading, got, want)
		}
	}
	if got := part(t, &d, "Workload and hit rate"); !strings.HasPrefix(got, "2 alerts are open.") || !strings.Contains(got, "Of 1 closed in 2 years, 1 pointed at a concern that exists") {
		t.Errorf("workload: %s", got)
	}
	if !strings.Contains(d.Lead, "because GP concerns: 14") || !strings.Contains(d.Lead, "1 alert waits that nobody has opened") {
		t.Errorf("lead: %s", d.Lead)
	}
}

func TestWhatLeavesByEMailNamesNeitherWordsNorCountsOfStaff(t *testing.T) {
	t.Parallel()
	m := made()
	m.Now = []store.Concern{judged("RA1", 1, 31, concern.Likely, staffFamily, "Staff and trainee concerns: 9 in six months where 3 would be usual here.")}
	m.Before = []store.Concern{judged("RA1", 1, 3, concern.NoSign, staffFamily, "x")}
	h := held(t, "CP-2026-1", monday.AddDate(0, 0, -20))
	clocks := Clocks{Signals: 1}
	clocks.Overdue = clocks.needing(rulebook(t), monday, &h)
	m.Clocks = &clocks
	page := Weekly(&m)
	m.Leaves = true
	sent := Weekly(&m)
	daily, _ := Daily(&clocks, "NHS Marlshire", monday)
	if !strings.Contains(strings.Join(page.Texts(), "\n"), "9 in six months") {
		t.Error("the page has the count")
	}
	all := strings.Join(append(sent.Texts(), daily.Texts()...), "\n")
	for _, secret := range []string{"9 in six months", h.Title, h.Narrative, h.Place.Ward, "RA1"} {
		if strings.Contains(all, secret) {
			t.Errorf("%q leaves:\n%s", secret, all)
		}
	}
	if !strings.Contains(all, "CP-2026-1") || !strings.Contains(all, "staff and trainee concerns weigh most") {
		t.Errorf("what leaves lacks its reference:\n%s", all)
	}
}

func TestTheReasonInADigestIsOneThatAReaderCanLookAt(t *testing.T) {
	t.Parallel()
	lines := []concern.Line{
		{Points: 9, Pattern: true, Text: "7 of 11 kinds of evidence are clearly worse than usual here, and they agree with one another."},
		{Points: 6, Counts: staffFamily, Text: "Voices long louder than elsewhere: staff concerns, 31 in the 12 months to July where about 12 would be usual elsewhere."},
	}
	m := made()
	if got := m.because(lines); !strings.HasPrefix(got, "Voices long louder than elsewhere: staff concerns, 31") {
		t.Errorf("the page says %q", got)
	}
	m.Leaves = true
	if got := m.because(lines); got != "Voices long louder than elsewhere weigh most." {
		t.Errorf("an e-mail says %q", got)
	}
}

func rulebook(t *testing.T) *calendar.Rulebook {
	t.Helper()
	cal, err := calendar.LoadCalendar(definitions.Files)
	if err != nil {
		t.Fatal(err)
	}
	book, err := calendar.LoadRulebook(cal, definitions.Files)
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// held is a complaint received at an instant.
func held(t *testing.T, ref string, received time.Time) store.HeldSignal {
	t.Helper()
	return store.HeldSignal{Signal: signal.Signal{
		ID: signal.ID("QAA." + ref), Reference: ref, Kind: signal.KindComplaint, Title: "Pain not treated", Narrative: "Nobody came.",
		Place: signal.Place{Provider: "RA1", Ward: "Ward 7"}, Received: received, Recorded: received, Occurred: signal.Occurrence{Date: calendar.DateOf(received)},
		Complaint: &signal.Complaint{ReceivedBy: "commissioner", Complainant: signal.ComplainantPatient, Consent: signal.ConsentNotAsked},
	}}
}

func TestTheLongStopIsWarnedOfTwentyWorkingDaysBeforeItEnds(t *testing.T) {
	t.Parallel()
	book := rulebook(t)
	received := time.Date(2026, 6, 24, 10, 0, 0, 0, time.UTC) // six months end on Thursday 24 December 2026
	for now, warned := range map[string]bool{"2026-11-25": false, "2026-11-26": true, "2026-12-24": true, "2026-12-25": false} {
		day := calendar.MustDate(now)
		var c Clocks
		h := held(t, "CP-2026-1", received)
		warnings := 0
		for _, k := range c.needing(book, day.At(12, 0), &h) {
			if k.Clock.Rule == longStop && k.State == calendar.ClockDueSoon {
				warnings++
			}
		}
		if (warnings == 1) != warned {
			t.Errorf("on %s: %d warnings", now, warnings)
		}
	}
}

func TestOneLineStandsForASignalAndTheLawGoesBeforeOurOwnTargets(t *testing.T) {
	t.Parallel()
	var c Clocks
	h := held(t, "CP-2026-1", monday.AddDate(0, 0, -20))
	c.Overdue = c.needing(rulebook(t), monday, &h)
	if len(c.Overdue) != 2 {
		t.Fatalf("%d clocks", len(c.Overdue))
	}
	items := clockItems(c.Overdue, monday, 9)
	const want = "Complaint. Acknowledge the complaint (3 working days, Complaints Regulations, reg. 13): due Fri 6 Nov 2026, 11 working days over. 1 more clock needs somebody."
	if len(items) != 1 || items[0].Text != want || items[0].Link.Path != "/signals/CP-2026-1" {
		t.Errorf("got %+v, expected %s", items, want)
	}
}

func TestALongReasonLosesItsLastClausesWhole(t *testing.T) {
	t.Parallel()
	first := "4 of 4 measures worse than own past, allowing for the national change"
	second := "most of all nurse fill on wards by night and by day together, 8% below what would be usual here"
	for text, want := range map[string]string{
		first + ".":                            first + ".",
		first + "; " + second + ".":            first + ".",
		strings.Repeat("nine ", wordsInLine+5): strings.Repeat("nine ", wordsInLine) + "…",
	} {
		if got := withinLine(text); got != want {
			t.Errorf("%q became %q, expected %q", text, got, want)
		}
	}
}

func TestTheLargestWeekIsReadInUnderFiveMinutes(t *testing.T) {
	t.Parallel()
	m := made()
	long := strings.Repeat("nine in six months where three would be usual here allowing for the national change ", 6)
	m.Evidence = map[alert.Ref]string{}
	for i := range 400 {
		code := org.Code(fmt.Sprintf("R%03d", i))
		m.Names[code], m.Providers[code] = "Severn Vale General and Community Hospitals of the North", true
		m.Before = append(m.Before, judged(string(code), i+1, 10, concern.Watch, "gp", long))
		m.Now = append(m.Now, judged(string(code), 400-i, 10+(i%2)*40-20, concern.VeryLikely, "gp", long))
		a := alert.New(alert.NewRef(2026, i+1), "QAA", alert.Brief{Alert: concern.Alert{Provider: concern.ProviderID(code)}, Points: 30, Word: concern.Likely}, monday.AddDate(0, 0, -5))
		if i%3 == 0 {
			a.State, a.Outcome, a.Ended = alert.Closed, concern.NoConcern, monday.AddDate(0, 0, -2)
		}
		m.Alerts = append(m.Alerts, a)
		m.Evidence[a.Ref] = m.because([]concern.Line{{Family: "gp", Points: 3, Text: long}})
		m.Found = append(m.Found, store.HeldFinding{Finding: finding.Finding{Indicator: indicator.ID(fmt.Sprint("i", i)), Org: code}})
		m.Restated = append(m.Restated, store.Restated{Indicator: indicator.ID(fmt.Sprint("i", i)), Values: 12000, Orgs: 200, Delivery: "D-000001"})
	}
	n := 0
	m.Source = func(indicator.ID) string { n++; return fmt.Sprint(n) }
	m.Indicator = func(indicator.ID) string {
		return "Accident and emergency: seen, treated, admitted or discharged within four hours, all types"
	}
	clocks := Clocks{Signals: 4000}
	for i := range 60 {
		late, old := held(t, fmt.Sprintf("CP-2026-%d", i), monday.AddDate(0, 0, -20)), held(t, fmt.Sprintf("CP-2026-%d", 900+i), monday.AddDate(0, -6, 10))
		clocks.Overdue = append(clocks.Overdue, clocks.needing(rulebook(t), monday, &late)...)
		for _, k := range clocks.needing(rulebook(t), monday, &old) {
			if k.Clock.Rule == longStop && k.State == calendar.ClockDueSoon {
				clocks.LongStops = append(clocks.LongStops, k)
				clocks.LongSignals++
			} else if k.State == calendar.ClockOverdue {
				clocks.Overdue = append(clocks.Overdue, k)
			}
		}
	}
	m.Clocks = &clocks
	d := Weekly(&m)
	if d.Minutes() >= 6 {
		t.Errorf("%d minutes to read", d.Minutes())
	}
	words := len(strings.Fields(strings.Join(d.Texts(), " ")))
	if words > 5*wordsAMinute {
		t.Errorf("%d words, expected at most %d", words, 5*wordsAMinute)
	}
}
