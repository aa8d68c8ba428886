package signal

import (
	"testing"

	"candour/internal/calendar"
)

func TestWhoIsOwedAReferralAfterANationalMustEvent(t *testing.T) {
	t.Parallel()
	day := calendar.MustDate("2026-11-01")
	for name, c := range map[string]struct {
		s       Signal
		musts   int
		missing bool
	}{
		"a child's death":                    {Signal{Incident: &Incident{NationalMust: []string{"child-death"}}}, 1, true},
		"with a body and no day":             {Signal{Incident: &Incident{NationalMust: []string{"child-death"}, ReferredTo: "CDOP"}}, 1, true},
		"with body and day":                  {Signal{Incident: &Incident{NationalMust: []string{"child-death"}, ReferredTo: "CDOP", ReferredOn: day}}, 1, false},
		"a Never Event stays local":          {Signal{NeverEvent: &NeverEvent{Type: "3"}}, 1, false},
		"an incident that is a Never Event":  {Signal{Incident: &Incident{NeverEvent: "3"}}, 1, false},
		"two events, one of them to refer":   {Signal{LearningResponse: &LearningResponse{NationalMust: []string{"death-due-to-care", "ld-autism-death"}}}, 2, true},
		"an incident like any other":         {Signal{Incident: &Incident{}}, 0, false},
		"a legacy case without Never Event":  {Signal{SeriousIncident: &SeriousIncident{}}, 0, false},
		"a legacy case that is a NeverEvent": {Signal{SeriousIncident: &SeriousIncident{NeverEvent: "1"}}, 1, false},
	} {
		if got := len(c.s.Musts()); got != c.musts || c.s.ReferralMissing() != c.missing {
			t.Errorf("%s: %d events, missing %v", name, got, c.s.ReferralMissing())
		}
	}
	tax := mustTaxonomies(t).Get("national-must")
	for code := range localResponses {
		if tax.Code(code) == nil {
			t.Errorf("%q is no code of the taxonomy", code)
		}
	}
}

func TestALearningResponseIsLateByItsAgreedFinishOrAfterSixMonths(t *testing.T) {
	t.Parallel()
	day := calendar.MustDate
	for name, c := range map[string]struct {
		l    LearningResponse
		on   string
		want string
	}{
		"on the agreed day":                   {LearningResponse{AgreedFinish: day("2026-06-30")}, "2026-06-30", ""},
		"a day after it":                      {LearningResponse{AgreedFinish: day("2026-06-30")}, "2026-07-01", "agreed finish passed"},
		"an investigation of six months":      {LearningResponse{Type: "psii", Started: day("2026-01-31")}, "2026-07-31", ""},
		"an investigation of longer":          {LearningResponse{Type: "psii", Started: day("2026-01-31")}, "2026-08-01", "more than 6 months"},
		"another response may take its while": {LearningResponse{Type: "aar", Started: day("2026-01-31")}, "2026-12-01", ""},
	} {
		if got := c.l.Late(day(c.on)); got != c.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}
