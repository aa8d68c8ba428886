package web

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"candour/internal/alert"
	"candour/internal/concern"
	"candour/internal/signal"
	"candour/internal/store"
)

// acted is a provider with two alerts, a step on a complaint, a contradicted
// statement and a Never Event, seen on 23 November 2026.
func acted() (v *providerView, from, until time.Time) {
	on := func(month time.Month, day int) time.Time { return time.Date(2026, month, day, 9, 0, 0, 0, time.UTC) }
	from, until = on(time.January, 1), on(time.November, 23)
	v = &providerView{
		alerts: []alert.Alert{
			{Ref: "A-2026-2", Raised: on(time.October, 1), State: alert.Assigned, Acknowledged: on(time.October, 2), Level: alert.Reviewers, Climbed: on(time.October, 15), First: alert.Brief{Points: 41, Word: concern.VeryLikely}},
			{Ref: "A-2026-1", Raised: on(time.February, 1), State: alert.Closed, Level: alert.Leads, Climbed: on(time.February, 1), Ended: on(time.March, 1), Outcome: concern.Chance},
			{Ref: "A-2025-9", Raised: on(time.January, 1).AddDate(-1, 0, 0), State: alert.Closed, Ended: from.AddDate(0, -6, 0), Outcome: concern.Chance},
		},
		stepIns:     []store.HeldStepIn{{Complaint: "CP-2026-4", Step: signal.StepAskStatus, At: on(time.June, 3)}},
		submissions: []store.HeldSubmission{{Submission: signal.Submission{ID: "AS-2026-1", Version: 1, Received: on(time.April, 2)}}},
		told:        []signal.Contradiction{{Submission: "AS-2026-1", Version: 1, Ref: "IN-2026-8", Because: "Nurses were two short", At: on(time.July, 9)}},
		voices: []store.Voice{
			{Ref: "NE-2026-1", Title: "Swab left behind", Kind: signal.KindNeverEvent, Level: signal.Serious, Happened: on(time.May, 1), Received: on(time.May, 4)},
			{Ref: "CP-2026-4", Kind: signal.KindComplaint, Level: signal.Moderate, Happened: on(time.May, 5), Received: on(time.May, 6)},
		},
	}
	return v, from, until
}

func TestTheThirdLaneHoldsAlertsAndWhatWeDid(t *testing.T) {
	t.Parallel()
	v, from, until := acted()
	lanes := v.alertLanes(from, until)
	if len(lanes) != 2 || lanes[0].Name != "Alert A-2026-1" || !strings.Contains(lanes[0].Note, "closed 1 Mar 2026: chance") || !strings.Contains(lanes[1].Note, "acknowledged 2 Oct 2026") {
		t.Fatalf("lanes of alerts: %+v", lanes)
	}
	if open := lanes[1].Levels; len(open) != 2 || open[0].Level != 1 || open[1].Level != 2 || !open[1].To.Equal(until) || !open[0].To.Equal(open[1].From) {
		t.Errorf("the open alert went up on 15 October and runs till now: %+v", open)
	}
	steps := v.stepLane(from, until)
	if steps == nil || len(steps.Steps) != 2 || steps.Latest != "1 step-in, 1 contradicted" || !steps.Over {
		t.Fatalf("steps: %+v", steps)
	}
	if c := steps.Steps[1]; c.At.Month() != time.April || c.Known.Month() != time.July {
		t.Errorf("a contradicted statement stands at %s, known %s; not when it was made and when it was contradicted", c.At, c.Known)
	}
	v.stepIns, v.told = nil, nil
	if v.stepLane(from, until) != nil {
		t.Error("a lane of steps is drawn without any")
	}
}

func TestWhatDisprovedAStatementIsNamedInWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		told signal.Contradiction
		want string
	}{
		{signal.Contradiction{Evidence: signal.EvidenceSignal, Ref: "IN-2026-8", Says: "Incident IN-2026-8, 9 Nov 2026: two nurses"}, "IN-2026-8"},
		{signal.Contradiction{Evidence: signal.EvidenceObservation, Ref: "nurse-fill-rate 2026-08", Says: "Value: Nurse fill, Aug 2026: 87.3%"}, "Nurse fill, Aug 2026: 87.3%"},
		{signal.Contradiction{Evidence: signal.EvidenceFinding, Ref: "f-3", Says: "Finding: 1.83 is above the upper limit of 1.76."}, "1.83 is above the upper limit of 1.76"},
		{signal.Contradiction{Evidence: signal.EvidenceObservation, Ref: "shmi 2025-03"}, "shmi 2025-03"},
	} {
		if got := disproofWords(&c.told); got != c.want {
			t.Errorf("%+v is named %q", c.told, got)
		}
	}
}

func TestWhatWasHeardAndDoneGetsNumbersInTheOrderInWhichWeKnew(t *testing.T) {
	t.Parallel()
	v, from, until := acted()
	r := &request{Request: httptest.NewRequest("GET", "/providers/RA1", nil), moment: until}
	list := append(append(v.graveVoices(r, from), v.alertMoments(r, from)...), v.stepMoments(r, from)...)
	var refs []string
	for _, m := range list {
		refs = append(refs, m.source)
		if m.href == "" || m.what == "" || m.known.Before(m.happened) {
			t.Errorf("moment %+v", m)
		}
	}
	if got := strings.Join(refs, ", "); got != "NE-2026-1, A-2026-1, A-2026-1, A-2026-2, CP-2026-4, AS-2026-1 against IN-2026-8" {
		t.Errorf("moments of %s", got)
	}
	v.numberMoments(&Server{}, r)
	if len(v.moments) != 1+mostOwnMoments {
		t.Fatalf("%d numbered", len(v.moments))
	}
	for i := 1; i < len(v.moments); i++ {
		if v.moments[i].known.Before(v.moments[i-1].known) {
			t.Errorf("number %d was known before number %d", i+1, i)
		}
	}
}
