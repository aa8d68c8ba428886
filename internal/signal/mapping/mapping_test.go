package mapping

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"
	"time"

	"candour/definitions"
	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/signal"
)

var received = time.Date(2024, 5, 3, 9, 0, 0, 0, time.UTC)

// complaintLog is a mapping for a complaint log as trusts keep it.
func complaintLog() Mapping {
	return Mapping{
		ID: "trust-log", Version: 1, Kind: signal.KindComplaint, Dates: []DateForm{BritishDay, ExcelDay},
		Columns: []Column{
			{Header: "Ref", Field: "reference", Required: true},
			{Header: "Patient name", Secret: true},
			{Header: "Date received", Field: "received", Required: true},
			{Header: "Incident date", Field: "occurred.date"},
			{Header: "Subject", Field: "themes", Split: ";", Values: map[string]string{"Discharge arrangements": "discharge", "Staff attitude": "attitude"}},
			{Header: "Details", Field: "narrative"},
			{Header: "Severity", Field: "complaint.hcat.severity"},
			{Header: "Category", Field: "complaint.hcat.category", Values: map[string]string{"Not listened to": "listening"}},
			{Header: "Notes"},
		},
		Defaults: map[string]string{"place.provider": "RXX", "title": "Complaint"},
	}
}

const header = "Ref,Patient name,Date received,Incident date,Subject,Details,Severity,Category,Notes,Colour"

func rows(t testing.TB, text string) [][]string {
	t.Helper()
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	all, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestALogBecomesSignals(t *testing.T) {
	t.Parallel()
	m := complaintLog()
	text := rows(t, header+"\nCP1,Invented Name,02/05/2024,28/04/2024,Discharge arrangements;staff ATTITUDE,No letter.,2,Not listened to,x,red\n,,,,,,,,,\nCP2,,45414.5,,,,,,,\n")
	result, err := m.Rows(text[0], text[1:], Options{Received: received, Recorded: received, Delivery: "D-1", HeaderRow: 3})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(result.Ignored, []string{"Colour"}) || !slices.Equal(result.Secret, []string{"Patient name"}) || len(result.Rows) != 3 {
		t.Fatalf("got %+v", result)
	}
	first := result.Rows[0]
	s := first.Signal
	if first.Number != 4 || len(first.Errors) != 0 || s.Reference != "CP1" || !slices.Equal(s.Themes, []string{"discharge", "attitude"}) || s.Complaint.HCAT[0] != (signal.HCATCode{Category: "listening", Severity: 2}) {
		t.Errorf("got %+v", first)
	}
	if s.Occurred.Date != calendar.MustDate("2024-04-28") || calendar.DateOf(s.Received) != calendar.MustDate("2024-05-02") || s.Delivery != "D-1" || s.Row != 4 || s.Place.Provider != "RXX" {
		t.Errorf("got %+v", s)
	}
	if !result.Rows[1].Skipped {
		t.Error("an empty row wasn't skipped")
	}
	if third := result.Rows[2].Signal; !third.Received.Equal(calendar.MustDate("2024-05-02").At(12, 0)) { // serial 45414.5
		t.Errorf("the workbook's day is %s, %v", third.Received, result.Rows[2].Errors)
	}
	tax, err := signal.LoadTaxonomies(definitions.Files)
	if err != nil {
		t.Fatal(err)
	}
	s.ID = "x"
	if errs := s.Validate(tax, received); errs.Err() != nil {
		t.Errorf("a good row is not valid: %v", errs)
	}
}

func TestABadCellIsToldByRowColumnAndReason(t *testing.T) {
	t.Parallel()
	m := complaintLog()
	text := rows(t, header+"\n,Name,2024-05-02,31/04/2024,,,9,,,\nCP2,Name,02/05/2024,,,a,b,c,d,e,f\n")
	result, err := m.Rows(text[0], text[1:], Options{Received: received, HeaderRow: 1})
	if err != nil {
		t.Fatal(err)
	}
	var fields []string
	for _, e := range result.Rows[0].Errors {
		fields = append(fields, e.Field)
		if e.Expected == "" || e.Advice == "" {
			t.Errorf("%+v says nothing", e)
		}
	}
	if !slices.Equal(fields, []string{"Ref (reference)", "Date received (received)", "Incident date (occurred.date)", "Severity (complaint.hcat.severity)"}) {
		t.Errorf("got %v", fields)
	}
	if errs := result.Rows[1].Errors; len(errs) == 0 || errs[0].Field != "cell 11" {
		t.Errorf("a row that is too long: %v", errs)
	}
}

func TestAFileThatDoesNotFitIsRefusedWhole(t *testing.T) {
	t.Parallel()
	m := complaintLog()
	if _, err := m.Rows([]string{"Ref"}, nil, Options{}); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "Date received") {
		t.Errorf("a missing column: %v", err)
	}
	if _, err := m.Rows([]string{"Ref", "Date received", " REF "}, nil, Options{}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a column twice: %v", err)
	}
}

func TestABadMappingIsRefused(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*Mapping){
		"no id":                    func(m *Mapping) { m.ID = "" },
		"an unknown field":         func(m *Mapping) { m.Columns[0].Field = "colour" },
		"a field of another kind":  func(m *Mapping) { m.Columns[0].Field = "incident.lfpse" },
		"two columns for one":      func(m *Mapping) { m.Columns[4].Field = "reference" },
		"identity into a field":    func(m *Mapping) { m.Columns[1].Field = "title" },
		"a column twice":           func(m *Mapping) { m.Columns[1].Header = "ref " },
		"an American date":         func(m *Mapping) { m.Dates = []DateForm{"mm/dd/yyyy"} },
		"a default without field":  func(m *Mapping) { m.Defaults["colour"] = "x" },
		"a kind without importing": func(m *Mapping) { m.Kind = signal.KindVisit },
	} {
		m := complaintLog()
		spoil(&m)
		if err := m.Check(); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEveryFieldCanBeSetForItsKinds(t *testing.T) {
	t.Parallel()
	covered := map[string]bool{}
	for _, kind := range signal.Kinds() {
		for _, field := range FieldsFor(kind) {
			covered[field] = true
			m := Mapping{ID: "x", Version: 1, Kind: kind, Columns: []Column{{Header: "a", Field: field}}}
			if _, err := m.Rows([]string{"a"}, [][]string{{"1"}}, Options{Received: received}); err != nil {
				t.Errorf("%s of a %s: %v", field, kind, err)
			}
		}
	}
	for _, field := range Fields() {
		if !covered[field] {
			t.Errorf("%s belongs to no kind", field)
		}
	}
}

func FuzzRows(f *testing.F) {
	f.Add("CP1", "02/05/2024", "28/04/2024", "Discharge arrangements;x", "2")
	f.Add("", "45414.5", "1e300", ";;", "NaN")
	m := complaintLog()
	names := strings.Split(header, ",")
	f.Fuzz(func(t *testing.T, ref, received, occurred, subject, severity string) {
		result, err := m.Rows(names, [][]string{{ref, "secret", received, occurred, subject, "", severity, "", "", ""}}, Options{HeaderRow: 1})
		if err != nil {
			t.Fatal(err)
		}
		row := result.Rows[0]
		if !row.Skipped && len(row.Errors) == 0 && strings.TrimSpace(ref) == "" {
			t.Error("a row without its reference was accepted")
		}
		if len(row.Errors) == 0 && !row.Skipped && row.Signal.Received.IsZero() {
			t.Error("a row without its date was accepted")
		}
	})
}

func BenchmarkRows(b *testing.B) {
	m := complaintLog()
	names := strings.Split(header, ",")
	data := make([][]string, 10_000)
	for i := range data {
		data[i] = []string{"CP1", "Name", "02/05/2024", "28/04/2024", "Discharge arrangements", "Text.", "2", "Not listened to", "", ""}
	}
	for b.Loop() {
		if _, err := m.Rows(names, data, Options{Received: received, HeaderRow: 1}); err != nil {
			b.Fatal(err)
		}
	}
}
