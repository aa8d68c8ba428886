package form_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"candour/internal/calendar"
	"candour/internal/signal"
	"candour/internal/signal/form"
)

func TestAFormThatCorrectsKeepsWhatItDoesNotAskFor(t *testing.T) {
	t.Parallel()
	days := 3650
	held := signal.Signal{
		ID: "QAA.IN-2026-1", Kind: signal.KindIncident, Title: "Fell", Narrative: "Fell from the bed", Place: signal.Place{Provider: "RA1", Ward: "Ward 7"},
		Received: calendar.MustDate("2026-11-01").At(9, 0).UTC(), Source: signal.Source{Organisation: "RA1", Role: "nurse", Channel: "fhir"}, Urgent: true,
		Incident: &signal.Incident{Type: signal.LFPSEIncident, Taxonomy: "5", Revision: 3, LFPSE: "L-1", NationalMust: []string{"child-death"}, Patients: []signal.IncidentPatient{{Physical: 3, AgeDays: &days}}},
	}
	f := form.Correcting(signal.KindIncident)
	values, err := f.Values(&held)
	if err != nil {
		t.Fatal(err)
	}
	same, _ := f.Read(values, time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
	same.Signal.Place.Provider = "RA1"
	if got, err := f.Over(&held, &same.Signal); err != nil || !reflect.DeepEqual(got, held) {
		t.Errorf("nothing was changed on the form, and yet\n%+v, %v\nis not\n%+v", got, err, held)
	}
	values["incident.referred_to"], values["incident.referred_on"] = []string{"Child death overview panel"}, []string{"2026-11-03"}
	values["urgent"], values["incident.patients.0.physical"] = nil, []string{"1"}
	filled, wrong := f.Read(values, time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	filled.Signal.Place.Provider = "RA1"
	got, err := f.Over(&held, &filled.Signal)
	if err != nil {
		t.Fatal(err)
	}
	if to, on := got.Referral(); to != "Child death overview panel" || on.String() != "2026-11-03" || got.Urgent || got.Incident.Patients[0].Physical != 1 {
		t.Errorf("what was filled in is not there: %+v", got.Incident)
	}
	if got.Incident.Revision != 3 || got.Incident.Patients[0].AgeDays == nil || got.Source != held.Source || !got.Received.Equal(held.Received) {
		t.Errorf("what the form does not ask for is lost: %+v", got)
	}
}

func TestAFormThatCorrectsAsksNeitherForReceiptNorForWhatIsSealed(t *testing.T) {
	t.Parallel()
	for _, k := range form.Kinds() {
		for _, p := range form.Correcting(k).Parts {
			for _, f := range p.Fields {
				if f.Path == "received" || f.Path == "complaint.consent" || strings.HasPrefix(f.Path, "sealed.") || strings.HasPrefix(f.Path, "then.") || strings.HasPrefix(f.Path, "source.") {
					t.Errorf("%s asks for %s", k, f.Path)
				}
			}
		}
		if before := form.For(k); k == signal.KindComplaint && len(before.Parts[0].Fields) == len(form.Correcting(k).Parts[0].Fields) {
			t.Error("the form of new complaints lost its fields")
		}
	}
	if form.Correcting(signal.KindVisit) != nil || form.Correcting(signal.KindClinicianConcern) != nil {
		t.Error("visits and practices' concerns are not corrected by this")
	}
}
