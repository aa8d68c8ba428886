package fhir

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"candour/definitions"
	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/signal"
)

var received = time.Date(2024, 4, 2, 9, 0, 0, 0, time.UTC)

func readExample(t *testing.T) []Record {
	t.Helper()
	text, err := os.ReadFile("testdata/bundle-two-patients.json")
	if err != nil {
		t.Fatal(err)
	}
	records, err := Read(text, Options{Received: received, Recorded: received, Delivery: "D-1"})
	if err != nil {
		t.Fatal(err)
	}
	return records
}

func TestABundleBecomesValidSignals(t *testing.T) {
	t.Parallel()
	tax, err := signal.LoadTaxonomies(definitions.Files)
	if err != nil {
		t.Fatal(err)
	}
	records := readExample(t)
	if len(records) != 2 {
		t.Fatalf("%d records", len(records))
	}
	for i := range records {
		records[i].Signal.ID = "x"
		if errs := append(records[i].Errors, records[i].Signal.Validate(tax, received.Add(time.Hour))...); errs.Err() != nil {
			t.Errorf("entry %d: %v", records[i].Entry, errs)
		}
	}
	first := records[0].Signal
	i := first.Incident
	if i.Type != signal.LFPSEIncident || i.LFPSE != "LF-900001" || i.LocalRef != "W-2024-771" || i.Revision != 3 || i.Taxonomy != "5" {
		t.Errorf("got %+v", i)
	}
	if len(i.Patients) != 2 || i.WorstHarm() != signal.HarmSevere || *i.Patients[0].AgeDays != 31870 { // severe psychological harm of the second
		t.Errorf("patients %+v", i.Patients)
	}
	if first.Place.Provider != "RXX" || first.Place.Site != "RXX01" || first.Occurred.Time != "23:40" || !slices.Equal(i.Agents, []string{"4", "3"}) || !*i.CandourTold {
		t.Errorf("got %+v", first)
	}
	if i.Submitted != calendar.MustDate("2024-04-02") || first.Occurred.Date != calendar.MustDate("2024-03-31") {
		t.Errorf("days %s, %s", i.Submitted, first.Occurred.Date)
	}
	risk := records[1].Signal
	if risk.Incident.Type != signal.LFPSERisk || risk.Occurred.Date != calendar.MustDate("2024-02-01") || !risk.Occurred.About {
		t.Errorf("got %+v", risk)
	}
}

func TestIdentityIsLeftOutAndTheUnreadIsListed(t *testing.T) {
	t.Parallel()
	record := readExample(t)[0]
	if !slices.Equal(record.LeftOut, []string{"Patient.name", "Patient.birthDate", "Practitioner.telecom", "ReporterContact"}) {
		t.Errorf("left out: %v", record.LeftOut)
	}
	if !slices.Equal(record.Unread, []string{"CqcNotify"}) {
		t.Errorf("unread: %v", record.Unread)
	}
	for _, secret := range []string{"Invented", "1937", "example.org"} {
		if strings.Contains(record.Signal.Title+record.Signal.Narrative+record.Signal.Source.Role, secret) {
			t.Errorf("%q came through", secret)
		}
	}
}

func TestWhatIsNoBundleIsRefused(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"no JSON":        "<Bundle/>",
		"another thing":  `{"resourceType": "Patient"}`,
		"an empty one":   `{"resourceType": "Bundle", "entry": []}`,
		"an array":       `[]`,
		"two objects":    `{"resourceType": "AdverseEvent"} {}`,
		"nothing at all": "",
	} {
		if _, err := Read([]byte(text), Options{}); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Read(make([]byte, MaxBytes+1), Options{}); !fault.Is(err, fault.TooLarge) {
		t.Errorf("too large: %v", err)
	}
}

func TestUnreadableValuesAreErrorsOfTheirField(t *testing.T) {
	t.Parallel()
	text := `{"resourceType": "AdverseEvent", "date": "last week", "extension": [{"url": "patient-information-5", "extension": [{"url": "PhysicalHarm", "valueCode": "bad"}]},
	  {"url": "location-details-5", "extension": [{"url": "Organisation", "valueCode": "St Elsewhere"}]}]}`
	records, err := Read([]byte(text), Options{Received: received})
	if err != nil {
		t.Fatal(err)
	}
	var fields []string
	for _, e := range records[0].Errors {
		fields = append(fields, e.Field)
	}
	if !slices.Equal(fields, []string{"AdverseEvent.date", "PhysicalHarm", "Organisation"}) {
		t.Errorf("got %v", fields)
	}
}

func TestPatientsOfTwoResourcesStayTwo(t *testing.T) {
	t.Parallel()
	patient := func(harm string) string {
		return `{"resourceType": "Patient", "extension": [{"url": "patient-information-5", "extension": [{"url": "PhysicalHarm", "valueCode": "` + harm + `"}]}]}`
	}
	records, err := Read([]byte(`{"resourceType": "AdverseEvent", "contained": [`+patient("5")+`,`+patient("2")+`]}`), Options{Received: received})
	if err != nil || len(records[0].Signal.Incident.Patients) != 2 || records[0].Signal.Incident.WorstHarm() != signal.HarmSevere {
		t.Errorf("got %+v, %v", records, err)
	}
}

func FuzzRead(f *testing.F) {
	text, err := os.ReadFile("testdata/bundle-two-patients.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"resourceType":"AdverseEvent","extension":[{"url":"a","extension":[{"url":"b","extension":[{"url":"c","valueCode":1}]}]}]}`))
	tax, err := signal.LoadTaxonomies(definitions.Files)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		records, err := Read(text, Options{Received: received, Recorded: received})
		if err != nil {
			return
		}
		for i := range records {
			if records[i].Signal.Incident == nil {
				t.Error("a record without an incident")
			}
			records[i].Signal.Validate(tax, received)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	text, err := os.ReadFile("testdata/bundle-two-patients.json")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := Read(text, Options{Received: received}); err != nil {
			b.Fatal(err)
		}
	}
}
