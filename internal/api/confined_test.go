package api

import (
	"context"
	"net/http"
	"slices"
	"testing"

	"candour/internal/access"
	"candour/internal/fault"
)

// A referral that a program sends shows to those who judge quality at the commissioner,
// and the program is told what becomes of what it sent itself.
func TestAReferralSentByAProgramShowsToThoseWhoJudgeQuality(t *testing.T) {
	t.Parallel()
	b := setup(t).peopled()
	c, other := b.client("QAA", "c-1", access.SendSignal, access.SeeSent), b.client("QAA", "c-2", access.SendSignal, access.SeeSent)
	const body = `{"kind":"safeguarding","title":"Neglect","narrative":"Left without water.","place":{"provider":"RAA"},"sealed":[{"purpose":"person","text":"Ann Example"}],
		"safeguarding":{"body":"s42","referred_by":"provider","referred_on":"2026-11-20","group":"adult","types":["neglect"],"safe_now":"yes"}}`
	if got := c.post("/api/v1/signals", one(body)); got.Code != http.StatusCreated {
		t.Fatalf("sending gave %d: %s", got.Code, got.Body)
	}
	if got := c.get("/api/v1/signals/SG-2026-1"); got.Code != http.StatusOK {
		t.Errorf("the sender is told %d", got.Code)
	}
	if got := other.get("/api/v1/signals/SG-2026-1"); got.Code != http.StatusNotFound {
		t.Errorf("another program is told %d", got.Code)
	}
	lead := access.Viewer{Account: "u-lead-qaa", Memberships: []access.Membership{{Tenant: "QAA", Role: access.QualityLead}}}
	h, err := b.store.Signal(context.Background(), access.For(lead, "QAA"), "SG-2026-1")
	if err != nil || !slices.Equal(h.Readers, []string{"u-lead-qaa"}) {
		t.Errorf("readers %v, %v", h.Readers, err)
	}
	lead.Account = "u-later"
	if _, err := b.store.Signal(context.Background(), access.For(lead, "QAA"), "SG-2026-1"); !fault.Is(err, fault.NotFound) {
		t.Errorf("who joined later sees it: %v", err)
	}
	const embargoed = `{"kind":"complaint","title":"A title","narrative":"Words.","place":{"provider":"RAA"},"embargo":"2027-01-01","complaint":{"received_by":"provider","complainant":"patient","consent":"not_asked"}}`
	if got := c.post("/api/v1/signals", one(embargoed)); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("a complaint under embargo gave %d: %s", got.Code, got.Body)
	}
}
