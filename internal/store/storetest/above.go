package storetest

import (
	"encoding/json"
	"slices"
	"strings"

	"candour/definitions"
	"candour/internal/access"
	"candour/internal/concern"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/watch"
)

// testAboveScore follows facts above any score from the signals received, through
// the watch, to the concern that pages read.
func testAboveScore(b *bundle) {
	lead := viewer("QAA", access.QualityLead)
	b.record(record.PurviewSet, "purview/QAA", "QAA", record.Purview{Tenant: "QAA", Add: []org.Code{"RAA", "RBB"}})
	tax, err := signal.LoadTaxonomies(definitions.Files)
	b.ok(err)
	heard := func(kind signal.Kind, fill func(*signal.Signal)) string {
		s := signal.Signal{Kind: kind, Title: "A title", Place: signal.Place{Provider: "RAA"}, Occurred: signal.Occurrence{Date: sunday - 3}, Received: sunday.At(9, 0)}
		fill(&s)
		return b.hear(lead, store.Arrival{Signal: s})[0].Reference
	}
	never := func(s *signal.Signal) { s.NeverEvent = &signal.NeverEvent{Type: "3"} }
	staff := heard(signal.KindStaffConcern, func(s *signal.Signal) {
		s.StaffConcern = &signal.StaffConcern{How: "letter", Wishes: "confidential", Protections: true}
	})
	heard(signal.KindRegulatorAction, func(s *signal.Signal) {
		s.RegulatorAction = &signal.RegulatorAction{Regulator: "cqc", Action: "warning-notice"}
	})
	heard(signal.KindNeverEvent, never)
	heard(signal.KindSeriousIncident, func(s *signal.Signal) {
		s.SeriousIncident = &signal.SeriousIncident{IdentifiedOn: sunday - 3, NeverEvent: "1"}
	})
	heard(signal.KindIncident, func(s *signal.Signal) {
		s.Incident = &signal.Incident{Type: signal.LFPSEIncident, Patients: []signal.IncidentPatient{{Physical: 1, Strength: "6"}}}
	})
	heard(signal.KindIncident, func(s *signal.Signal) { s.Incident = &signal.Incident{Type: signal.LFPSEIncident} })
	refusing := b.concernOf("RAA", "A81001", sunday, "Sent elsewhere")
	refusing.Themes = []string{signal.ThemeRefusing}
	b.hear(gpOf("QAA", "A81001"), store.Arrival{Signal: refusing})
	b.hear(viewer("QBB", access.QualityLead), store.Arrival{Signal: signal.Signal{
		Kind: signal.KindStaffConcern, Title: "Theirs", Place: signal.Place{Provider: "RBB"}, Received: sunday.At(9, 0), StaffConcern: &signal.StaffConcern{How: "letter", Wishes: "open"},
	}})

	operator := access.Scope{Viewer: b.operator.Viewer, Tenant: "QAA", AsOf: access.Head}
	told, through, err := b.store.Told(b.ctx, b.operator, -1)
	if b.ok(err); !slices.Equal(told, []org.Code{"QAA", "QBB"}) {
		b.Errorf("something was said about the providers of %v", told)
	}
	if told, _, err = b.store.Told(b.ctx, b.operator, through); err != nil || len(told) > 0 {
		b.Errorf("and nothing after that: %v, %v", told, err)
	}
	if told, _, err = b.store.Told(b.ctx, lead, -1); err != nil || len(told) > 0 {
		b.Errorf("a commissioner is told who else hears: %v, %v", told, err)
	}
	judge := func() []store.Concern {
		facts, err := b.store.SignalsAbove(b.ctx, operator)
		b.ok(err)
		became, err := b.store.Successions(b.ctx, operator)
		b.ok(err)
		catalogue, err := indicator.Load(definitions.Files)
		b.ok(err)
		in := watch.Evidence{Tenant: "QAA", Catalogue: catalogue, Providers: []org.Code{"RAA", "RBB"}, Params: concern.Default(), Now: b.clock.Now(), Overrides: watch.Overrides(facts, tax, became, b.clock.Now()), Successions: became}
		list, _, err := watch.Judge(in)
		b.ok(err)
		recorded, err := b.store.HeldAssessments(b.ctx, operator)
		b.ok(err)
		body, err := watch.Judged(in, list, in.Params.Budget(0.2), recorded, "test")
		b.ok(err)
		if len(body.Judged)+len(body.Dropped) > 0 {
			b.record(record.ConcernJudged, "concern", "QAA", body)
		}
		held, err := b.store.Concerns(b.ctx, lead, "RAA")
		b.ok(err)
		return held
	}
	held := judge()
	if len(held) != 1 {
		b.Fatalf("%d concerns", len(held))
	}
	var kinds []string
	for _, o := range held[0].Assessment.Overrides {
		kinds = append(kinds, string(o.Kind))
	}
	if got := strings.Join(kinds, ", "); got != "whistle-blowing, regulator enforcement, never event cluster, death judged due to care, professional refusing to admit" {
		b.Errorf("facts above the score: %s", got)
	}
	if first := held[0].Assessment.Overrides[0]; len(first.Sources) != 1 || first.Sources[0] != staff || len(held[0].Explanation.Above) != 5 || strings.Contains(first.Words, "title") {
		b.Errorf("the first is %+v, in words %q", first, held[0].Explanation.Above)
	}
	if other, err := b.store.Concerns(b.ctx, lead, "RBB"); err != nil || len(other) > 0 && len(other[0].Assessment.Overrides) > 0 {
		b.Errorf("another commissioner’s fact stands here: %+v, %v", other, err)
	}
	b.keepsWhatItRead(lead)
	h, err := b.store.Signal(b.ctx, lead, staff)
	b.ok(err)
	_, err = b.store.ChangeSignal(b.ctx, lead, dueInTwoDays, staff, h.Triage.Version, signal.OutcomeSet{Outcome: signal.OutcomeNoted, Because: "Dealt with by the guardian"})
	b.ok(err)
	if told, _, err = b.store.Told(b.ctx, b.operator, through); err != nil || !slices.Equal(told, []org.Code{"QAA"}) {
		b.Errorf("what was dealt with is told of %v, %v", told, err)
	}
	if held = judge(); len(held) != 1 || len(held[0].Assessment.Overrides) != 4 || held[0].Assessment.Overrides[0].Kind != concern.Enforcement {
		b.Errorf("once it is settled %+v", held)
	}
	before := held[0].Assessment.Overrides[1]
	heard(signal.KindNeverEvent, func(s *signal.Signal) { never(s); s.Place.Provider = "RBB" })
	if held = judge(); len(held[0].Assessment.Overrides[1].Sources) != len(before.Sources) {
		b.Errorf("a Never Event elsewhere is counted here: %+v", held[0].Assessment.Overrides[1])
	}
	position, _, err := b.store.Head(b.ctx)
	b.ok(err)
	b.record(record.SuccessionRecorded, "succession/RBB", "", org.Succession{Predecessor: "RBB", Successor: "RAA", On: sunday.At(0, 0).AddDate(0, -1, 0), Share: 1})
	if held = judge(); len(held[0].Assessment.Overrides[1].Sources) != len(before.Sources)+1 || !strings.Contains(held[0].Explanation.Above[1], "1 is about a provider that has since become this one") {
		b.Errorf("once it is known who became whom: %+v, in words %q", held[0].Assessment.Overrides[1], held[0].Explanation.Above)
	}
	past, err := b.store.Concerns(b.ctx, lead.At(position), "RAA")
	if b.ok(err); len(past[0].Assessment.Overrides[1].Sources) != len(before.Sources) {
		b.Errorf("as it stood before the merger was known: %+v", past[0].Assessment.Overrides[1])
	}
}

// keepsWhatItRead is that assessments read again are the same, also when somebody from
// whom counts are withheld has read them in between.
func (b *bundle) keepsWhatItRead(lead access.Scope) {
	read := func(sc access.Scope) string {
		held, err := b.store.Concerns(b.ctx, sc, "")
		b.ok(err)
		text, err := json.Marshal(held)
		b.ok(err)
		return string(text)
	}
	before := read(lead)
	read(viewer("QAA", access.BoardMember))
	if after := read(lead); after != before {
		b.Errorf("read again:\n%s\nbefore:\n%s", after, before)
	}
}
