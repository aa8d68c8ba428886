package listen_test

import (
	"encoding/json"
	"strings"
	"testing"

	"candour/internal/calendar"
	"candour/internal/listen"
	"candour/internal/signal"
)

func TestNothingOutsideTheSealTellsWhoSpokeUp(t *testing.T) {
	t.Parallel()
	d, s := desk(t)
	spoken := signal.Signal{
		Kind: signal.KindStaffConcern, Title: "Bullied in theatre nine", Narrative: "The only night sister of theatre nine was told to be quiet",
		Place: signal.Place{Provider: "RAA", Site: "RAA09", Service: "Theatre nine", Ward: "Theatre nine"}, Received: now,
		Occurred: signal.Occurrence{Date: calendar.MustDate("2026-11-17"), Time: "03:15"}, Source: signal.Source{Role: "night sister", Channel: "form"}, Themes: []string{"bullying"},
		Attachments:  []signal.Attachment{{Name: "letter of the night sister.pdf", Type: "application/pdf", SHA256: strings.Repeat("a", 64), Size: 9}},
		StaffConcern: &signal.StaffConcern{How: "form", Wishes: "confidential", Protections: true, Occupation: "night sister"},
	}
	receipts, err := d.Receive(t.Context(), lead, listen.Item{Signal: spoken})
	if err != nil {
		t.Fatal(err)
	}
	if spoken.StaffConcern.Occupation == "" || spoken.Attachments[0].Name == "attachment 1" {
		t.Error("what the sender holds was changed")
	}
	h, err := s.Signal(t.Context(), lead, receipts[0].Reference)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"night sister", "theatre nine", "Theatre nine", "RAA09", "bullying", "03:15", "2026-11-17"} {
		if strings.Contains(string(text), secret) {
			t.Errorf("%q stands outside the seal: %s", secret, text)
		}
	}
	if h.Occurred.Date.String() != "2026-11-01" || !h.Occurred.About {
		t.Errorf("happened %+v, expected about the month", h.Occurred)
	}
	opened, err := s.ReadSealed(t.Context(), lead, h.Sealed[0].Ref, "To act on it")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"night sister of theatre nine", "Ward or team: Theatre nine", "Site: RAA09", "Themes: bullying", "2026-11-17 03:15", "letter of the night sister.pdf"} {
		if !strings.Contains(opened, want) {
			t.Errorf("the named reader does not get %q: %s", want, opened)
		}
	}
}
