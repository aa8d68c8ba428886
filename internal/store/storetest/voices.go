package storetest

import (
	"slices"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/store"
)

// staffConcern is the word of a member of staff who wishes to stay unknown.
func staffConcern(provider org.Code, theme string, received calendar.Date) signal.Signal {
	return signal.Signal{
		Kind: signal.KindStaffConcern, Title: "Sealed", Place: signal.Place{Provider: provider}, Occurred: signal.Occurrence{Date: received - 2},
		Received: received.At(10, 0), Source: signal.Source{Channel: "form"}, Themes: []string{theme},
		StaffConcern: &signal.StaffConcern{How: "form", Wishes: "confidential", Occupation: "theatre nurse"},
	}
}

// testHeard: what patterns are made of, and the veil over those who speak up.
func testHeard(b *bundle) {
	lead := viewer("QAA", access.QualityLead)
	first := b.concernOf("RAA", "A81001", sunday-3, "No letter")
	first.Place.Site, first.Place.Service, first.Source.Token = "RAA01", "Elderly care", "t1"
	praise := signal.Signal{
		Kind: signal.KindPraise, Title: "Kind staff", Place: signal.Place{Provider: "RAA"}, Received: sunday.At(9, 0), Source: signal.Source{Channel: "file"},
		Themes: []string{"attitude"}, Publication: &signal.Publication{},
	}
	b.hear(lead, store.Arrival{Signal: first}, store.Arrival{Signal: praise}, store.Arrival{Signal: b.concernOf("RAA", "A81002", sunday-200, "Long ago")},
		store.Arrival{Signal: staffConcern("RAA", "safety", sunday-1)}, store.Arrival{Signal: staffConcern("RAA", "staffing", sunday-1)})
	since := (sunday - 90).Begins()
	got, err := b.store.Heard(b.ctx, lead, since)
	b.ok(err)
	if len(got) != 3 || got[0].Place.Site != "RAA01" || got[0].Place.Service != "Elderly care" || got[0].Source.Token != "t1" || got[0].Occurred.Date != sunday-4 || got[0].Place.Ward != "Ward 7" {
		b.Fatalf("heard %+v", got)
	}
	for _, s := range got[1:] {
		if len(s.Themes) != 0 || !s.Veiled() {
			b.Errorf("the theme of one who speaks up alone is used: %+v", s)
		}
	}
	for range 4 { // with these there are five about staffing, and still one about safety
		b.hear(lead, store.Arrival{Signal: staffConcern("RAA", "staffing", sunday)})
	}
	got, err = b.store.Heard(b.ctx, lead, since)
	b.ok(err)
	var themes []string
	for _, s := range got {
		if s.Veiled() {
			themes = append(themes, s.Themes...)
		}
	}
	if want := slices.Repeat([]string{"staffing"}, 5); !slices.Equal(themes, want) {
		b.Errorf("themes of staff concerns %q, expected %q", themes, want)
	}
	lines, err := b.store.Signals(b.ctx, lead, store.SignalFilter{Kind: signal.KindStaffConcern})
	b.ok(err)
	for _, l := range lines {
		h, err := b.store.Signal(b.ctx, lead, l.Ref)
		b.ok(err)
		events, err := b.store.SignalHistory(b.ctx, lead, l.Ref)
		b.ok(err)
		received := events[0].Change.(signal.Received).Signal
		if l.Theme != "" || len(h.Themes)+len(received.Themes) != 0 || h.StaffConcern.Occupation+received.StaffConcern.Occupation != "" {
			b.Errorf("%s tells its theme or the author's occupation: %+v", l.Ref, h.Signal)
		}
	}
	if n, err := b.store.CountSignals(b.ctx, lead, store.SignalFilter{Theme: "safety"}); err != nil || n != 0 {
		b.Errorf("a filter by theme finds %d veiled signals, %v", n, err)
	}
	other, err := b.store.Heard(b.ctx, viewer("QBB", access.QualityLead), time.Time{})
	b.ok(err)
	if len(other) != 0 {
		b.Errorf("another commissioner hears %+v", other)
	}
}
