package main

import (
	"slices"
	"strings"
	"testing"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/concern"
	"candour/internal/demo"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/store"
)

// family is one family of a provider's assessment, as its lead commissioner has it.
func (d *begunDemo) family(t *testing.T, tenant, code org.Code, name string) concern.FamilyPart {
	t.Helper()
	list, err := d.house.Store.Concerns(d.env.Ctx, access.For(access.Operator(operator), tenant), code)
	if err != nil || len(list) != 1 {
		t.Fatalf("%v: %d assessments of %s", err, len(list), code)
	}
	i := slices.IndexFunc(list[0].Assessment.Families, func(f concern.FamilyPart) bool { return string(f.Family) == name })
	if i < 0 {
		t.Fatalf("the assessment of %s has no family %s", code, name)
	}
	return list[0].Assessment.Families[i]
}

// voicesTellTheStories holds what the loaded signals make of the providers against
// what the stories say.
func voicesTellTheStories(t *testing.T, d *begunDemo) {
	for _, name := range []string{"staff", "gp"} {
		f := d.family(t, demo.Marlshire, demo.Aldermoor, name)
		if f.Evidence < 2 || len(f.Streams) == 0 || f.Streams[0].Months < 8 {
			t.Errorf("Aldermoor, %s: %+v; expected voices that have been loud for most of a year", f.Name, f)
		}
		if w := d.family(t, demo.Marlshire, demo.Wold, name); 1.5*w.Evidence > f.Evidence {
			t.Errorf("Wold, %s: evidence %.2f where Aldermoor's is %.2f, expected voices as usual", f.Name, w.Evidence, f.Evidence)
		}
	}
	if f := d.family(t, demo.Marlshire, demo.Westerby, "staff"); f.Evidence < 2 || f.Points < 1 {
		t.Errorf("Westerby, where staff speak up: %+v", f)
	}
	below(t, d, demo.TarnValley, demo.Kingsmere) // forty items in the press about one event of long ago
}

// anAssuranceIsContradicted is that Aldermoor's word on its staffing stands beside
// its own figures, which disprove it.
func anAssuranceIsContradicted(t *testing.T, d *begunDemo) {
	sc := access.For(access.Operator(operator), demo.Marlshire)
	held, err := d.house.Store.Submissions(d.env.Ctx, sc, "")
	against, err2 := d.house.Store.Contradictions(d.env.Ctx, sc, demo.Aldermoor)
	if err != nil || err2 != nil || len(held) != 3 || len(against) != 1 || !strings.HasPrefix(against[0].Ref, "nurse-fill-rate ") || !strings.Contains(against[0].Says, ": ") {
		t.Errorf("%v, %v: %d submissions, contradicted %+v", err, err2, len(held), against)
	}
}

// complaintsAreNotDealtWith is that each ground which a record can show stands on an
// open complaint (docs/rules.md, stepping in), and that a step-in has gone through.
func complaintsAreNotDealtWith(t *testing.T, d *begunDemo) {
	sc := access.For(access.Operator(operator), demo.Marlshire)
	open, err := d.house.Store.OpenComplaints(d.env.Ctx, sc)
	if err != nil {
		t.Fatal(err)
	}
	themes, err := d.house.Store.ComplaintThemes(d.env.Ctx, sc, calendar.DateOf(d.economy.Day)-90)
	if err != nil {
		t.Fatal(err)
	}
	shown, without, through, asked := map[signal.Ground]int{}, 0, 0, 0
	for i := range open {
		h := &open[i]
		same := themes[store.ThemeKey{Provider: string(h.Place.Provider), Theme: h.OpenTheme()}]
		grounds := h.Grounds(d.house.Desk.Rulebook, same, signal.SameThemeSettings{Complaints: 3, Days: 90}, d.economy.Day)
		if len(grounds) == 0 {
			without++
		}
		for _, g := range grounds {
			shown[g.Ground]++
		}
		for _, in := range h.Triage.StepIns {
			asked++
			if in.Reply != "" && in.Result != "" {
				through++
			}
		}
	}
	for _, g := range []signal.Ground{signal.GroundDateMissedTwice, signal.GroundOverSixMonths, signal.GroundUninvestigated, signal.GroundSameTheme} {
		if shown[g] == 0 {
			t.Errorf("no open complaint has the ground %s: %v", g, shown)
		}
	}
	if without == 0 || through != 1 || asked != 2 {
		t.Errorf("%d complaints without a ground, %d step-ins of which %d have a result", without, asked, through)
	}
}

// signalsLieInTheInbox is that every signal is loaded, and only the newest wait.
func signalsLieInTheInbox(t *testing.T, d *begunDemo) {
	now := d.house.Store.Now()
	for _, tenant := range []org.Code{demo.Marlshire, demo.Severnside, demo.TarnValley} {
		sc := access.For(access.Viewer{Account: "u-lead", Memberships: []access.Membership{{Tenant: tenant, Role: access.QualityLead}}}, tenant)
		made := d.economy.Signals(tenant)
		n, err := d.house.Store.CountSignals(d.env.Ctx, sc, store.SignalFilter{})
		c, err2 := d.house.Store.SignalsSummary(d.env.Ctx, sc, now, now.AddDate(0, 0, 1), now.AddDate(0, 0, -7))
		for _, f := range d.economy.OpenComplaints() {
			if f.Tenant == string(tenant) {
				n -= f.Signals
			}
		}
		if err != nil || err2 != nil || n != len(made) {
			t.Errorf("%s: %v, %v: %d signals are held, %d were made", tenant, err, err2, n, len(made))
		}
		if c.ToDo() < 3 || c.ToDo() > 80 || c.Done > 400 {
			t.Errorf("%s: the inbox holds %+v, expected the newest few", tenant, c)
		}
		held, err := d.house.Store.SignalsHeld(d.env.Ctx, sc, store.SignalFilter{Kind: signal.KindStaffConcern})
		if err != nil || len(held) == 0 {
			t.Fatalf("%v: %d staff concerns", err, len(held))
		}
		for i := range held {
			if held[i].StaffConcern.Wishes != "open" && (held[i].Narrative != "" || !strings.HasPrefix(held[i].Title, "Sealed")) {
				t.Errorf("%s %s: a staff concern whose author wishes not to be known reads %q", tenant, held[i].Reference, held[i].Title)
			}
		}
	}
}
