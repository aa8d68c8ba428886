package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/web/component"
)

// TestAPageThatFailsByOurFaultShowsItsLastGoodVersion breaks a page behind somebody
// who has seen it: she gets the reference and what it said, as of its time, forms
// off; somebody who hasn't seen it gets the reference alone, and a refusal nothing.
func TestAPageThatFailsByOurFaultShowsItsLastGoodVersion(t *testing.T) {
	t.Parallel()
	b := measured(t)
	lead, other := b.as(access.QualityLead, "QAA"), b.as(access.QualityLead, "QBB")
	if got := lead.get("/providers"); got.Code != http.StatusOK {
		t.Fatal(got.Code)
	}
	made := longMoment(b.clock.Now())
	b.clock.Step(10 * time.Minute)
	route := b.server.byPattern["/providers"]
	whole := route.Handle
	route.Handle = func(*request) (answer, error) { return nil, fault.New(fault.Internal, "a nil map, say") }
	got := lead.get("/providers")
	body := got.Body.String()
	for _, want := range []string{"Reference ", "Aldermoor Hospitals", "As it stood on " + made, component.PastDateClass, "<fieldset class=\"nhsuk-fieldset\" disabled"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page that failed doesn’t hold %q", want)
		}
	}
	if got.Code != http.StatusInternalServerError || strings.Contains(body, "nil map") || strings.Count(body, "<main") != 1 {
		t.Errorf("status %d, or more is told than may be", got.Code)
	}
	if body := other.get("/providers").Body.String(); strings.Contains(body, "As it stood on") || strings.Contains(body, "Aldermoor") {
		t.Error("what was made for one commissioner is shown to another")
	}
	if body := lead.get("/providers?order=x").Body.String(); strings.Contains(body, "As it stood on") {
		t.Error("another address has another page")
	}
	route.Handle = func(*request) (answer, error) { return nil, fault.New(fault.Refused, "no") }
	if body := lead.get("/providers").Body.String(); strings.Contains(body, "As it stood on") {
		t.Error("a refusal is not our fault, and shows nothing")
	}
	route.Handle = func(r *request) (answer, error) { panic("while the page is made") }
	if body := lead.get("/providers").Body.String(); !strings.Contains(body, "As it stood on") {
		t.Error("a panic is our fault too")
	}
	route.Handle = whole
	if got := lead.get("/providers"); got.Code != http.StatusOK || strings.Contains(got.Body.String(), "Reference ") {
		t.Errorf("mended it is %d", got.Code)
	}
}

func TestKeptPagesAreBounded(t *testing.T) {
	t.Parallel()
	var k keptPages
	for i := range 40 {
		k.keep(keptKey{address: string(rune('a' + i))}, make([]byte, 1<<20), time.Time{})
	}
	k.keep(keptKey{address: "a"}, []byte("again"), time.Time{})
	if k.size > mostKept || len(k.byKey) != k.order.Len() {
		t.Errorf("%d bytes in %d pages", k.size, len(k.byKey))
	}
	if p, ok := k.last(keptKey{address: "a"}); !ok || string(p.body) != "again" {
		t.Error("the newest version is not kept")
	}
}
