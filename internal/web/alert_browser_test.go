package web

import (
	"net/http/httptest"
	"testing"
	"time"

	"candour/internal/access"
	"candour/internal/alert"
	"candour/internal/concern"
	"candour/internal/web/browsertest"
)

func TestAlertPagesHoldInABrowser(t *testing.T) {
	t.Parallel()
	b := browsertest.Start(t)
	m := peopled(t)
	m.alarmed("QAA", "A-2026-1", "RA1")
	m.alarmed("QAA", "A-2026-2", "RA2")
	m.alarmed("QAA", "A-2026-3", "RA1")
	m.clock.Step(26 * time.Hour)
	fact := judgedOf("RA2", 12)
	fact.Word = concern.NoSign
	fact.Overrides = []concern.Override{{Kind: concern.WhistleBlowing, Provider: "RA2", Words: "Whistle-blowing: a member of staff spoke up and it isn’t settled, received in Nov 2026.", Sources: []string{"SU-2026-3"}}}
	m.judged("QAA", fact)
	lead := access.For(m.viewerOf(access.QualityLead, "QAA"), "QAA")
	m.no(m.store.StepAlerts(
		m.ctx, lead,
		alert.Step{Ref: "A-2026-2", Number: 2, Act: alert.Escalate, Level: alert.Reviewers},
		alert.Step{Ref: "A-2026-1", Number: 2, Act: alert.Assign, To: lead.Viewer.Account, Role: access.QualityLead},
		alert.Step{Ref: "A-2026-3", Number: 2, Act: alert.Close, Outcome: concern.AlreadyKnown, Because: "The plan of September covers it", Role: access.QualityLead},
	))
	m.no(m.store.SetAlerts(m.ctx, lead, alert.Settings{Budget: 0.5, Bands: [4]int{5, 20, 50, 80}, Days: 5, Because: "More hands"}))
	server := httptest.NewServer(m.server)
	t.Cleanup(server.Close)
	cookie := map[string]string{"candour": m.as(access.QualityLead, "QAA").cookie.Value}
	for name, page := range map[string]struct{ path, says string }{
		"alerts":           {"/alerts", "because nobody opened it in time"},
		"alerts-closed":    {"/alerts?show=closed", "The plan of September covers it"},
		"alerts-none":      {"/alerts?show=acknowledged", "No alert waits for an owner"},
		"alert":            {"/alerts/A-2026-1", "Evidence as it stood"},
		"alert-closed":     {"/alerts/A-2026-3", "Closed as already known"},
		"alert-past":       {"/alerts/A-2026-1?asof=32", "As it stood on"},
		"alert-settings":   {"/alerts/settings", "More hands"},
		"watch-list-above": {"/watch-list", "Above any score"},
		"provider-above":   {"/providers/RA2", "Above any score"},
	} {
		t.Run(name, func(t *testing.T) {
			b.Check(t, server.URL+page.path, browsertest.Expect{Name: name, Cookies: cookie, Says: []string{page.says}})
		})
	}
	t.Run("on a telephone the words of the waterfall have its width, and nothing of it lies beyond the edge", func(t *testing.T) {
		page := b.Visit(t, server.URL+"/providers/RA2", browsertest.View{Width: browsertest.Telephone, Cookies: cookie})
		widths := browsertest.Evaluate[[]float64](page, `(()=>{const t=document.querySelector(".cd-fall"),w=e=>e.getBoundingClientRect();return [w(t.querySelector(".cd-fall__text")).width,w(t.querySelector(".cd-fall__bar")).right,t.parentElement.scrollWidth-t.parentElement.clientWidth]})()`)
		if widths[0] < 250 || widths[1] > browsertest.Telephone || widths[2] > 0 {
			t.Errorf("words are %v px wide, the bar ends at %v, %v px lie beyond", widths[0], widths[1], widths[2])
		}
	})
}
