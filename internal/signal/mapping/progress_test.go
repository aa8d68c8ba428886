package mapping

import (
	"strings"
	"testing"

	"candour/internal/calendar"
	"candour/internal/signal"
)

// openLog is a log that says how far each complaint got.
func openLog() Mapping {
	m := complaintLog()
	m.Columns = append(m.Columns,
		Column{Header: "Ack", Field: "complaint.acknowledged_on"}, Column{Header: "Due", Field: "complaint.agreed_for"}, Column{Header: "Changed", Field: "complaint.changed_on"},
		Column{Header: "New due", Field: "complaint.changed_to"}, Column{Header: "Why", Field: "complaint.changed_because"}, Column{Header: "Answered", Field: "complaint.responded_on"},
	)
	return m
}

func TestALogSaysHowFarAComplaintGot(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cells string // Ack, Due, Changed, New due, Why, Answered
		steps int
		field string // of the error
	}{
		"nothing yet":                            {",,,,,", 0, ""},
		"acknowledged":                           {"03/01/2024,,,,,", 1, ""},
		"a date agreed":                          {"03/01/2024,02/02/2024,,,,", 2, ""},
		"the date changed, and answered":         {"03/01/2024,02/02/2024,05/02/2024,01/03/2024,Notes lost,20/03/2024", 4, ""},
		"a date agreed and never acknowledged":   {",02/02/2024,,,,", 0, "complaint.acknowledged_on"},
		"answered and never acknowledged":        {",,,,,02/02/2024", 0, "complaint.acknowledged_on"},
		"changed without the first":              {"03/01/2024,,05/02/2024,01/03/2024,Notes lost,", 0, "complaint.agreed_for"},
		"changed on no day":                      {"03/01/2024,02/02/2024,,01/03/2024,Notes lost,", 0, "complaint.changed_on"},
		"changed to nothing":                     {"03/01/2024,02/02/2024,05/02/2024,,,", 0, "complaint.changed_to"},
		"changed without a reason":               {"03/01/2024,02/02/2024,05/02/2024,01/03/2024,,", 0, "complaint.changed_because"},
		"acknowledged before it was received":    {"30/12/2023,,,,,", 0, "complaint.acknowledged_on"},
		"answered before it was acknowledged":    {"03/01/2024,,,,,02/01/2024", 0, "complaint.responded_on"},
		"no date at all":                         {"soon,,,,,", 0, "Ack (complaint.acknowledged_on)"},
		"changed before it was ever agreed upon": {"05/01/2024,02/02/2024,04/01/2024,01/03/2024,Notes lost,", 0, "complaint.changed_on"},
	} {
		m := openLog()
		text := rows(t, "Ref,Date received,Ack,Due,Changed,New due,Why,Answered\nC1,02/01/2024,"+c.cells+"\n")
		result, err := m.Rows(text[0], text[1:], Options{Received: received, Recorded: received, HeaderRow: 1})
		if err != nil {
			t.Fatal(err)
		}
		row := result.Rows[0]
		field := ""
		if len(row.Errors) > 0 {
			field = row.Errors[0].Field
		}
		if field != c.field || len(row.Then) != c.steps || c.field == "" && row.Then == nil {
			t.Errorf("%s: %d steps, error %q of %+v", name, len(row.Then), field, row.Errors)
		}
	}
}

func TestDatesOfALogRunTheClocks(t *testing.T) {
	t.Parallel()
	m := openLog()
	text := rows(t, "Ref,Date received,Ack,Due,Changed,New due,Why\nC1,02/01/2024,03/01/2024,02/02/2024,05/02/2024,01/03/2024,Notes lost\n")
	result, err := m.Rows(text[0], text[1:], Options{Received: received, Recorded: received, HeaderRow: 1})
	if err != nil || len(result.Rows[0].Errors) > 0 {
		t.Fatal(err, result.Rows)
	}
	s := result.Rows[0].Signal
	s.ID = "C1"
	var folded signal.Signal
	for i, change := range append([]signal.Change{signal.Received{Signal: s}}, result.Rows[0].Then...) {
		if err := folded.Apply(signal.Event{Number: i + 1, At: received, By: "u-1", Change: change}); err != nil {
			t.Fatal(err)
		}
	}
	if len(folded.Triage.Agreed) != 2 || folded.Triage.Agreed[1].Recorded != calendar.MustDate("2024-02-05").Begins() {
		t.Fatalf("agreed %+v, expected both on their own days", folded.Triage.Agreed)
	}
	late := signal.DateAgreed{Rule: "complaint-response", To: calendar.MustDate("2024-06-01"), On: calendar.MustDate("2024-05-04"), Because: "tomorrow"}
	if err := folded.Apply(signal.Event{Number: 5, At: received, By: "u-1", Change: late}); err == nil || !strings.Contains(err.Error(), "between the day of receipt and today") {
		t.Errorf("a date agreed tomorrow: %v", err)
	}
	late.On = calendar.MustDate("2024-01-10")
	if err := folded.Apply(signal.Event{Number: 5, At: received, By: "u-1", Change: late}); err == nil || !strings.Contains(err.Error(), "can't stand after") {
		t.Errorf("a date agreed before the one that stands: %v", err)
	}
}

func FuzzProgress(f *testing.F) {
	f.Add("03/01/2024", "02/02/2024", "05/02/2024", "01/03/2024", "Notes lost", "20/03/2024")
	f.Add("45414.5", "", "1e300", "31/02/2024", "\x00", "01/01/0001")
	m := openLog()
	names := []string{"Ref", "Date received", "Ack", "Due", "Changed", "New due", "Why", "Answered"}
	f.Fuzz(func(t *testing.T, ack, due, changed, to, why, answered string) {
		result, err := m.Rows(names, [][]string{{"C1", "02/01/2024", ack, due, changed, to, why, answered}}, Options{HeaderRow: 1})
		if err != nil {
			t.Fatal(err)
		}
		if row := result.Rows[0]; len(row.Errors) > 0 && len(row.Then) > 0 {
			t.Errorf("a refused row gives %d steps", len(row.Then))
		}
	})
}
