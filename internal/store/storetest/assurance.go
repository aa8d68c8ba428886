package storetest

import (
	"strings"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/signal"
	"candour/internal/store"
)

// testListening: settings of listening are entries, the earlier ones readable.
func testListening(b *bundle) {
	lead := viewer("QAA", access.QualityLead)
	first, err := b.store.Listening(b.ctx, lead)
	b.ok(err)
	if first.Set || first.Settings != signal.DefaultSettings() {
		b.Errorf("before anything is settled: %+v", first)
	}
	stricter := signal.DefaultSettings()
	stricter.Pattern.Items = 5
	b.ok(b.store.SetListening(b.ctx, lead, stricter, "Too many patterns at three"))
	head, _, err := b.store.Head(b.ctx)
	b.ok(err)
	stricter.Pattern.Days = 60
	b.ok(b.store.SetListening(b.ctx, lead, stricter, "A quarter is too long"))
	now, err := b.store.Listening(b.ctx, lead)
	b.ok(err)
	then, err := b.store.Listening(b.ctx, lead.At(head))
	b.ok(err)
	if now.Settings != stricter || now.Because != "A quarter is too long" || then.Pattern.Days != 90 || then.Pattern.Items != 5 || now.Account != lead.Viewer.Account {
		b.Errorf("now %+v, then %+v", now, then)
	}
	if other, err := b.store.Listening(b.ctx, viewer("QBB", access.QualityLead)); err != nil || other.Set {
		b.Errorf("another commissioner has %+v, %v", other, err)
	}
	stricter.Pattern.Items = 0
	for name, err := range map[string]error{
		"no items":  b.store.SetListening(b.ctx, lead, stricter, "x"),
		"no reason": b.store.SetListening(b.ctx, lead, signal.DefaultSettings(), " "),
		"the past":  b.store.SetListening(b.ctx, lead.At(head), signal.DefaultSettings(), "x"),
	} {
		if err == nil {
			b.Errorf("settings with %s were taken", name)
		}
	}
	b.rebuilt()
}

// aComplaint is a complaint about a provider, received on a day.
func aComplaint(provider org.Code, theme string, received calendar.Date) signal.Signal {
	return signal.Signal{
		Kind: signal.KindComplaint, Title: "No reply to letters", Place: signal.Place{Provider: provider}, Occurred: signal.Occurrence{Date: received - 5},
		Received: received.At(10, 0), Source: signal.Source{Channel: "letter"}, Themes: []string{theme},
		Complaint: &signal.Complaint{ReceivedBy: "commissioner", Complainant: signal.ComplainantPatient, Consent: signal.ConsentNotAsked},
	}
}

// testStepIn: a complaint that is not dealt with, from its list to the result of
// stepping in, each step an entry that another can undo (docs/rules.md, stepping in).
func testStepIn(b *bundle) {
	lead, other := viewer("QAA", access.QualityLead), viewer("QBB", access.QualityLead)
	b.hear(lead, store.Arrival{Signal: aComplaint("RAA", "delay", sunday-40)}, store.Arrival{Signal: aComplaint("RAA", "delay", sunday-30)},
		store.Arrival{Signal: aComplaint("RAA", "delay", sunday-500)}, store.Arrival{Signal: aComplaint("RAA", "falls", sunday-3)})
	b.hear(other, store.Arrival{Signal: aComplaint("RBB", "delay", sunday-40)})
	change := func(version int, changes ...signal.Change) store.HeldSignal {
		b.Helper()
		h, err := b.store.ChangeSignal(b.ctx, lead, dueInTwoDays, "CP-2026-2", version, changes...)
		b.ok(err)
		return h
	}
	in := signal.StepIn{
		Grounds: []signal.Ground{signal.GroundDateMissedTwice}, Reason: "Two dates passed", Consent: signal.ConsentToShare, AskedOn: sunday - 2, ConsentOn: sunday - 1,
		DecidedBy: "Complaints manager", Step: signal.StepAskStatus, Asked: "Where does it stand?",
	}
	for _, state := range []signal.ConsentState{"", signal.ConsentNotAsked, signal.ConsentAsked} {
		unready := in
		unready.Consent = state
		if _, err := b.store.ChangeSignal(b.ctx, lead, dueInTwoDays, "CP-2026-2", 1, signal.SteppedIn{StepIn: unready}); !fault.Is(err, fault.Invalid) {
			b.Errorf("stepped in with consent %q: %v", state, err)
		}
	}
	unsaid := in
	unsaid.Reason = " "
	if _, err := b.store.ChangeSignal(b.ctx, lead, dueInTwoDays, "CP-2026-2", 1, signal.SteppedIn{StepIn: unsaid}); !fault.Is(err, fault.Invalid) {
		b.Errorf("stepped in without a reason: %v", err)
	}
	taken := change(1, signal.ConsentSet{Consent: signal.ConsentAsked, On: sunday - 2}, signal.ConsentSet{Consent: signal.ConsentToShare, On: sunday - 1}, signal.SteppedIn{StepIn: in})
	h := change(4, signal.StepInReplied{Index: 0, Reply: "By Friday", RepliedOn: sunday}, signal.StepInReplied{Index: 0, Result: "Answered"})
	if got := h.Triage.StepIns; len(got) != 1 || got[0].Reply != "By Friday" || got[0].Result != "Answered" || got[0].AskedOn != sunday-2 {
		b.Errorf("stepped in: %+v", got)
	}
	h = change(6, signal.Undone{Number: 6, Because: "It was not answered"})
	if got := h.Triage.StepIns[0]; got.Result != "" || got.Reply != "By Friday" {
		b.Errorf("after undoing the result: %+v", got)
	}
	steps, err := b.store.StepIns(b.ctx, lead, "RAA")
	b.ok(err)
	if len(steps) != 1 || steps[0].Complaint != "CP-2026-2" || steps[0].Step != signal.StepAskStatus || steps[0].At.IsZero() {
		b.Errorf("steps taken about a provider: %+v", steps)
	}
	for at, n := range map[int64]int{taken.Position - 1: 0, taken.Position: 1} { // as of before, and of then
		if steps, err = b.store.StepIns(b.ctx, lead.At(at), "RAA"); err != nil || len(steps) != n {
			b.Errorf("as of %d: %d steps, %v; expected %d", at, len(steps), err, n)
		}
	}
	if steps, err = b.store.StepIns(b.ctx, other, "RAA"); err != nil || len(steps) != 0 {
		b.Errorf("another commissioner reads %d steps, %v", len(steps), err)
	}
	if events, err := b.store.SignalHistory(b.ctx, lead, "CP-2026-2"); err != nil || len(events) != 7 {
		b.Errorf("history of %d events, %v", len(events), err)
	}
	list, err := b.store.OpenComplaints(b.ctx, lead)
	b.ok(err)
	if len(list) != 4 {
		b.Errorf("open complaints %+v", list)
	}
	themes, err := b.store.ComplaintThemes(b.ctx, lead, sunday-365)
	b.ok(err)
	if got := themes[store.ThemeKey{Provider: "RAA", Theme: "delay"}]; got != 2 || len(themes) != 2 {
		b.Errorf("complaints on one theme in a year: %v", themes)
	}
	_, err = b.store.ChangeSignal(b.ctx, lead, dueInTwoDays, "CP-2026-1", 1, signal.MarkedDuplicate{Of: h.ID})
	b.ok(err)
	if themes, err = b.store.ComplaintThemes(b.ctx, lead, sunday-365); err != nil || themes[store.ThemeKey{Provider: "RAA", Theme: "delay"}] != 1 {
		b.Errorf("a duplicate counts: %v, %v", themes, err)
	}
	b.rebuilt()
}

// aSubmission is what a provider says to its commissioner.
func aSubmission(provider org.Code, received calendar.Date, words ...string) signal.Submission {
	sub := signal.Submission{
		Provider: provider, Version: 1, About: "Staffing of ward 7", Received: received.At(12, 0),
		Declaration: signal.Declaration{Name: "A Director", Role: "Director of nursing", On: received},
	}
	for i, w := range words {
		sub.Statements = append(sub.Statements, signal.Statement{ID: signal.StatementID(strings.Repeat("i", i+1)), Words: w})
	}
	return sub
}

// testAssurance: submissions with their versions, and what later contradicted them.
func testAssurance(b *bundle) {
	lead, other := viewer("QAA", access.QualityLead), viewer("QBB", access.QualityLead)
	first, err := b.store.Submit(b.ctx, lead, aSubmission("RAA", sunday-60, "Every shift was filled", "No incident was open"))
	b.ok(err)
	if first.ID != "AS-2026-1" || first.Version != 1 {
		b.Fatalf("submitted %+v", first)
	}
	if theirs, err := b.store.Submit(b.ctx, other, aSubmission("RBB", sunday, "Theirs")); err != nil || theirs.ID != "AS-2026-1" {
		b.Errorf("references run within a commissioner: %+v, %v", theirs, err)
	}
	before, _, err := b.store.Head(b.ctx)
	b.ok(err)
	corrected := aSubmission("RAA", sunday-30, "Nine shifts in ten were filled", "No incident was open")
	corrected.ID, corrected.Version, corrected.Corrects = first.ID, 2, "Agency shifts were counted twice"
	if _, err := b.store.Submit(b.ctx, lead, corrected); err != nil {
		b.Fatal(err)
	}
	if _, err := b.store.Submit(b.ctx, lead, corrected); !fault.Is(err, fault.Conflict) {
		b.Errorf("the same version twice: %v", err)
	}
	elsewhere := corrected
	elsewhere.Provider, elsewhere.Version = "RAB", 3
	if _, err := b.store.Submit(b.ctx, lead, elsewhere); !fault.Is(err, fault.Invalid) {
		b.Errorf("a correction that changes the provider: %v", err)
	}
	versions, err := b.store.Submission(b.ctx, lead, first.ID)
	b.ok(err)
	if len(versions) != 2 || !versions[0].Newest || versions[1].Newest || versions[1].Statements[0].Words != "Every shift was filled" {
		b.Fatalf("versions %+v", versions)
	}
	if list, err := b.store.Submissions(b.ctx, lead.At(before), "RAA"); err != nil || len(list) != 1 || list[0].Version != 1 || !list[0].Newest {
		b.Errorf("as it was before the correction: %+v, %v", list, err)
	}
	against := signal.Contradiction{Submission: first.ID, Version: 1, Statement: "i", Evidence: signal.EvidenceSignal, Ref: "V-2026-1", Because: "Three of five shifts were short on the visit"}
	made, err := b.store.Contradict(b.ctx, lead, against)
	b.ok(err)
	if made.ID != "AS-2026-1.c1" || made.Provider != "RAA" || made.By != string(lead.Viewer.Account) {
		b.Errorf("contradicted %+v", made)
	}
	again, err := b.store.Contradict(b.ctx, lead, against)
	b.ok(err)
	for name, spoil := range map[string]func(*signal.Contradiction){
		"an unknown statement": func(c *signal.Contradiction) { c.Statement = "zz" }, "no reason": func(c *signal.Contradiction) { c.Because = "" },
		"no evidence": func(c *signal.Contradiction) { c.Ref = "" }, "an unknown version": func(c *signal.Contradiction) { c.Version = 9 },
		"another's submission": func(c *signal.Contradiction) { c.Submission = "AS-2026-9" },
	} {
		c := against
		spoil(&c)
		if _, err := b.store.Contradict(b.ctx, lead, c); err == nil {
			b.Errorf("contradicted with %s", name)
		}
	}
	head, _, err := b.store.Head(b.ctx)
	b.ok(err)
	b.ok(b.store.UndoContradiction(b.ctx, lead, again.ID, "Entered twice"))
	if err := b.store.UndoContradiction(b.ctx, lead, again.ID, "Entered twice"); !fault.Is(err, fault.NotFound) {
		b.Errorf("undone twice: %v", err)
	}
	if err := b.store.UndoContradiction(b.ctx, other, made.ID, "x"); !fault.Is(err, fault.NotFound) {
		b.Errorf("another commissioner undoes it: %v", err)
	}
	for _, c := range []struct {
		name  string
		scope access.Scope
		n     int
	}{{"now", lead, 1}, {"before the undoing", lead.At(head), 2}, {"before any", lead.At(before), 0}, {"another commissioner", other, 0}} {
		list, err := b.store.Contradictions(b.ctx, c.scope, "")
		b.ok(err)
		if len(list) != c.n || signal.Contradicted(list)["RAA"] != min(c.n, 1) {
			b.Errorf("%s: %d contradictions, expected %d; counted %v", c.name, len(list), c.n, signal.Contradicted(list))
		}
	}
	b.rebuilt()
}

// testReleases: papers of counts are numbered and kept as they left.
func testReleases(b *bundle) {
	lead := viewer("QAA", access.QualityLead)
	for n := range 2 {
		made, err := b.store.Release(b.ctx, lead, func(id string, out []store.Release) (record.Release, error) {
			if len(out) != n {
				b.Errorf("%d papers are out, expected %d", len(out), n)
			}
			return record.Release{ID: id, Method: "local", For: "The board"}, nil
		})
		b.ok(err)
		if made.ID != map[int]string{0: "CT-1", 1: "CT-2"}[n] {
			b.Errorf("released %+v", made)
		}
	}
	if out, err := b.store.Releases(b.ctx, viewer("QBB", access.QualityLead)); err != nil || len(out) != 0 {
		b.Errorf("another commissioner sees %+v, %v", out, err)
	}
	if out, err := b.store.Releases(b.ctx, lead.At(0)); err != nil || len(out) != 1 {
		b.Errorf("as of the first: %+v, %v", out, err)
	}
	b.rebuilt()
}
