package listen_test

import (
	"strings"
	"testing"

	"candour/internal/delivery"
	"candour/internal/listen"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/signal/mapping"
)

func TestALaterDeliveryRevisesWhatAnEarlierOneBrought(t *testing.T) {
	t.Parallel()
	d, s := desk(t)
	log := &mapping.Mapping{ID: "log", Version: 1, Kind: signal.KindComplaint, Columns: []mapping.Column{
		{Header: "Ref", Field: "reference"},
		{Header: "Changed", Field: "updated"},
		{Header: "Received", Field: "received"},
		{Header: "What", Field: "title"},
		{Header: "Harm", Field: "severity"},
		{Header: "Answered", Field: "complaint.responded_on"},
		{Header: "Acknowledged", Field: "complaint.acknowledged_on"},
	}, Defaults: map[string]string{"place.provider": "RAA"}}
	steis := &mapping.Mapping{ID: "steis", Version: 1, Kind: signal.KindSeriousIncident, Columns: []mapping.Column{
		{Header: "Log", Field: "serious_incident.steis"},
		{Header: "Identified", Field: "serious_incident.identified"},
		{Header: "Modified", Field: "serious_incident.modified"},
		{Header: "What", Field: "title"},
	}, Defaults: map[string]string{"place.provider": "RAA"}}
	load := func(m *mapping.Mapping, lines ...string) (r listen.Imported) {
		t.Helper()
		header := "Ref,Changed,Received,What,Harm,Acknowledged,Answered"
		if m == steis {
			header = "Log,Identified,Modified,What"
		}
		o := listen.LoadOptions{Name: "f.csv", Received: now, Known: func(c org.Code) bool { return c == "RAA" }}
		r, err := d.Import(t.Context(), s, lead, []byte(header+"\n"+strings.Join(lines, "\n")+"\n"), m, o, "load")
		if err != nil {
			t.Fatal(err)
		}
		if held, err := s.Delivery(t.Context(), lead, r.Delivery.ID); err != nil || held.Counts != r.Delivery.Counts || len(r.Refusals) > 0 {
			t.Errorf("held %+v, %v; report %+v, refused %+v", held.Counts, err, r.Delivery.Counts, r.Refusals)
		}
		return r
	}
	noted := func(r listen.Imported, words string) bool {
		return strings.Contains(strings.Join(r.Notes, "\n"), words)
	}

	load(log, "1,2026-10-01,2026-09-30,Pain not treated,1,,", "2,2026-10-01,2026-09-30,Lost notes,1,,", "3,2026-10-01,2026-09-30,Cold food,1,,", "4,,2026-09-30,No reply,1,,")
	r := load(
		log, "1,2026-11-02,2026-09-30,Pain not treated,3,2026-10-02,2026-11-01", "2,2026-10-01,2026-09-30,Lost notes,1,,", "3,2026-09-30,2026-09-30,Food,1,,",
		"4,,2026-09-30,No reply to three letters,1,,", "5,2026-11-02,2026-11-01,New,1,,",
	)
	if got, want := r.Delivery.Counts, (delivery.Counts{Accepted: 5, New: 1, Superseding: 1, Unchanged: 1, Earlier: 1, Held: 1}); got != want {
		t.Errorf("counts %+v, expected %+v", got, want)
	}
	if !noted(r, "row 2: a later version of CP-2026-1") || !noted(r, "row 4 (CP-2026-3): an older version than the one held; it replaces nothing") || !noted(r, "row 5 (CP-2026-4): differs from what is held and doesn't say which is later") {
		t.Errorf("notes %q", r.Notes)
	}
	h, err := s.Signal(t.Context(), lead, "CP-2026-1")
	if err != nil || h.Level() != signal.Serious || h.Triage.State != "responded" || h.Row != 2 || h.Delivery != r.Delivery.SHA256 {
		t.Errorf("held %+v, %v", h.Signal, err)
	}

	load(steis, "2016/1,2016-01-02,2016-01-05,As it was reported")
	if r := load(steis, "2016/1,2016-01-02,2016-03-01,As it was found"); r.Revised != 1 || r.Receipts[0].Reference != "SI-2026-1" {
		t.Errorf("a later row of StEIS: %+v", r)
	}
	if r := load(steis, "2016/1,2016-01-02,2016-02-01,As it was thought"); r.Older != 1 {
		t.Errorf("an older row of StEIS: %+v", r)
	}
	if h, err := s.Signal(t.Context(), lead, "SI-2026-1"); err != nil || h.Title != "As it was found" {
		t.Errorf("held %+v, %v", h.Signal, err)
	}
}
