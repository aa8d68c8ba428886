package web

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"candour/internal/access"
	"candour/internal/signal"
	"candour/internal/web/browsertest"
)

func TestPagesOfWhatIsHeardTogetherHoldInABrowser(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped: -short; the browser takes a while")
	}
	b := peopled(t).practised()
	browser := browsertest.Start(t)
	lead := b.as(access.QualityLead, "QAA")
	late := b.complained("QAA", 220, nil)
	b.complained("QAA", 20, func(s *signal.Signal) { s.Themes, s.Complaint.SeriousHarm = []string{"falls"}, true })
	b.complained("QAA", 1, func(s *signal.Signal) { s.Themes, s.Title = []string{"medicines"}, "In good time" })
	lead.post("/complaints/"+late, stepIn("1")...)
	lead.post("/assurance", submission()...)
	lead.post("/assurance/AS-2026-1", "do", "contradict", "statement", "1/1", "document", "Rota of ward 7, week 46", "because", "Three nights lack a nurse")
	for _, days := range []int{3, 20, 40} {
		b.raised("A81001", "discharge", days)
		b.raised("A81002", "discharge", days+1)
	}
	b.many(1, time.September, time.October, 0, 5)
	b.papered("QAA")
	server := httptest.NewServer(b.server)
	t.Cleanup(server.Close)
	for name, page := range map[string]struct {
		role       access.Role
		path, says string
	}{
		"complaints":    {access.QualityLead, "/complaints", "Grounds to step in"},
		"complaint":     {access.QualityLead, "/complaints/" + late, "Seven months without an answer"},
		"assurance":     {access.QualityLead, "/assurance", "Staffing of ward 7"},
		"assurance-new": {access.QualityLead, "/assurance/new", "Statement 1"},
		"assurance-one": {access.QualityLead, "/assurance/AS-2026-1", "Three nights lack a nurse"},
		"patterns":      {access.QualityLead, "/patterns", "propose a concern"},
		"silence":       {access.QualityLead, "/patterns/silence", "heard"},
		"own-patterns":  {access.GP, "/concerns/patterns", "Discharge"},
		"counts":        {access.Analyst, "/counts", "Board, secret of QAA"},
		"counts-paper":  {access.Analyst, "/counts/CT-1", "Aldermoor Hospitals"},
	} {
		t.Run(name, func(t *testing.T) {
			cookie := map[string]string{"candour": b.as(page.role, "QAA").cookie.Value}
			browser.Check(t, server.URL+page.path, browsertest.Expect{Name: "voices-" + name, Cookies: cookie, Says: []string{page.says}})
		})
	}
}

func TestPagesOfWhatIsHeardTogetherHoldWhenNothingWasHeardInABrowser(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped: -short; the browser takes a while")
	}
	b := peopled(t).practised()
	browser := browsertest.Start(t)
	server := httptest.NewServer(b.server)
	t.Cleanup(server.Close)
	for path, says := range map[string]string{
		"/complaints": "No complaint waits", "/assurance": "assur", "/patterns": "No pattern holds", "/patterns/silence": "heard", "/counts": "paper",
	} {
		t.Run(strings.ReplaceAll(path[1:], "/", "-"), func(t *testing.T) {
			cookie := map[string]string{"candour": b.as(access.QualityLead, "QAA").cookie.Value}
			browser.Check(t, server.URL+path, browsertest.Expect{Name: "voices-empty-" + strings.ReplaceAll(path[1:], "/", "-"), Cookies: cookie, Says: []string{says}})
		})
	}
}
