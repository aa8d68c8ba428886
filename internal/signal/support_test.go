package signal

import (
	"testing"
	"time"

	"candour/definitions"
	"candour/internal/calendar"
	"candour/internal/org"
)

func mustTaxonomies(t testing.TB) *Taxonomies {
	t.Helper()
	tax, err := LoadTaxonomies(definitions.Files)
	if err != nil {
		t.Fatal(err)
	}
	return tax
}

func mustBook(t testing.TB) *calendar.Rulebook {
	t.Helper()
	cal, err := calendar.LoadCalendar(definitions.Files)
	if err != nil {
		t.Fatal(err)
	}
	book, err := calendar.LoadRulebook(cal, definitions.Files)
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// when is "2024-03-29 14:05" in London.
func when(s string) time.Time {
	v, err := time.ParseInLocation("2006-01-02 15:04", s, calendar.London)
	if err != nil {
		panic(err)
	}
	return v
}

func day(s string) calendar.Date { return calendar.MustDate(s) }

// gpConcern is a valid clinician's concern of the day, from the practice.
func gpConcern(id string, on string, practice org.Code) Signal {
	return Signal{
		ID: ID(id), Kind: KindClinicianConcern, Title: "Sent home at night", Narrative: "No letter, no care package.",
		Place: Place{Provider: "RXX", Site: "RXX01", Ward: "Ward 7"}, Occurred: Occurrence{Date: day(on)},
		Received: day(on).At(12, 0), Recorded: day(on).At(12, 0), Source: Source{Organisation: practice, Role: "GP"},
		Themes: []string{"discharge"}, ClinicianConcern: &ClinicianConcern{Harm: "some"},
	}
}

// complaint is a valid complaint received at the instant.
func complaint(id, received string) Signal {
	return Signal{
		ID: ID(id), Kind: KindComplaint, Title: "Pain not treated", Place: Place{Provider: "RXX"},
		Received: when(received), Recorded: when(received), Occurred: Occurrence{Date: calendar.DateOf(when(received)) - 3},
		Complaint: &Complaint{ReceivedBy: "commissioner", Complainant: ComplainantPatient, Consent: ConsentNotAsked},
	}
}

// incident is a valid LFPSE incident with one patient's physical and psychological codes.
func incident(id, on string, physical, psychological int) Signal {
	return Signal{
		ID: ID(id), Kind: KindIncident, Title: "Fall on the ward", Place: Place{Provider: "RXX", Site: "RXX01", Ward: "Ward 7"},
		Occurred: Occurrence{Date: day(on)}, Received: day(on).At(18, 0), Recorded: day(on).At(18, 0),
		Incident: &Incident{Type: LFPSEIncident, Taxonomy: "5", Patients: []IncidentPatient{{Physical: physical, Psychological: psychological}}},
	}
}

// history builds events of one signal, a minute apart, and stops the test on a refusal.
type history struct {
	t      testing.TB
	events []Event
	signal Signal
}

func newHistory(t testing.TB, s Signal) *history {
	t.Helper()
	h := &history{t: t}
	h.add(s.Received.Format("2006-01-02 15:04"), Received{Signal: s})
	return h
}

func (h *history) add(at string, c Change) *history {
	h.t.Helper()
	e, s, err := Next(h.events, when(at), "QL", c)
	if err != nil {
		h.t.Fatalf("%T: %v", c, err)
	}
	h.events, h.signal = append(h.events, e), s
	return h
}

func (h *history) refuses(at string, c Change) {
	h.t.Helper()
	if _, _, err := Next(h.events, when(at), "QL", c); err == nil {
		h.t.Errorf("%T %+v was accepted", c, c)
	}
}

// has reports whether errs names the field.
func has(errs FieldErrors, field string) bool {
	for _, e := range errs {
		if e.Field == field {
			return true
		}
	}
	return false
}
