package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"candour/internal/access"
	"candour/internal/listen"
	"candour/internal/signal"
)

func TestEarlierConcernsOfAPracticeAreAPageAway(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	gp := b.as(access.GP, "QAA")
	scope := b.scope(access.GP, "QAA")
	const all = 2*ownConcerns + 1
	var items []listen.Item
	for i := range all {
		items = append(items, listen.Item{Signal: signal.Signal{
			Kind: signal.KindClinicianConcern, Title: fmt.Sprintf("Concern number %d.", i), Narrative: "No letter.", Place: signal.Place{Provider: firstProvider["QAA"]},
			Received: b.clock.Now(), Source: signal.Source{Organisation: "A81001", Channel: "form"}, Themes: []string{"discharge"}, ClinicianConcern: &signal.ClinicianConcern{Harm: "no"},
		}})
	}
	_, err := b.server.Desk.Receive(b.ctx, scope, items...)
	b.no(err)
	seen, at := map[string]bool{}, "/concerns"
	for pages := 1; at != ""; pages++ {
		got := gp.get(at)
		body := got.Body.String()
		if got.Code != http.StatusOK || !strings.Contains(body, fmt.Sprintf("%d concerns, newest first", all)) || pages > 3 {
			t.Fatalf("page %d, %s: %d", pages, at, got.Code)
		}
		at = ""
		for i := range all {
			if title := fmt.Sprintf("Concern number %d.", i); strings.Contains(body, title) {
				if seen[title] {
					t.Errorf("%s is on two pages", title)
				}
				seen[title] = true
			}
		}
		for _, a := range parse(t, got).all("a") {
			if strings.Contains(text(a), "Earlier") {
				at = attribute(a, "href")
			}
		}
	}
	if len(seen) != all {
		t.Errorf("%d of %d concerns are shown", len(seen), all)
	}
	if got := gp.get("/concerns?after=G-2026-9999"); got.Code != http.StatusNotFound {
		t.Errorf("after none: %d", got.Code)
	}
}

func TestAConcernThatNamesTwoPlacesIsAskedWhichIsMeant(t *testing.T) {
	t.Parallel()
	b := peopled(t).practised()
	gp := b.as(access.GP, "QAA")
	if got := gp.post("/concerns/new", filledConcern()...); got.Code != http.StatusSeeOther {
		t.Fatalf("gave %d: %s", got.Code, got.Body)
	}
	// The last provider is offered first; what is written beside it must not contradict it.
	got := gp.post("/concerns/new", filledConcern("once", "0123456789abcdef", "recent", "RA1", "provider", "th")...)
	if body := got.Body.String(); got.Code != http.StatusUnprocessableEntity || !strings.Contains(body, "You chose Aldermoor Hospitals and wrote “th”") || !strings.Contains(body, `value="th"`) {
		t.Errorf("two places gave %d: %s", got.Code, body)
	}
	if got := gp.post("/concerns/new", filledConcern("once", "0123456789abcdef", "recent", "RA1", "provider", "al")...); got.Code != http.StatusSeeOther {
		t.Errorf("the same place twice gave %d", got.Code)
	}
}
