package mapping

import (
	"slices"
	"strings"
	"testing"

	"candour/definitions"
	"candour/internal/signal"
)

// A council's or trust's log of referrals becomes signals under strict access, with the
// outcome as a step and who it is about under seal.
func TestALogOfReferralsBecomesSignals(t *testing.T) {
	t.Parallel()
	m := Mapping{
		ID: "referrals", Version: 1, Kind: signal.KindSafeguarding, Dates: []DateForm{BritishDay},
		Columns: []Column{
			{Header: "Ref", Field: "reference", Required: true},
			{Header: "Person", Seal: "person"},
			{Header: "Body", Field: "safeguarding.body", Values: map[string]string{"Section 42": "s42", "LeDeR": "leder"}},
			{Header: "Referred", Field: "safeguarding.referred_on"},
			{Header: "Type", Field: "safeguarding.types", Split: ";"},
			{Header: "Group", Field: "safeguarding.group"},
			{Header: "Care", Field: "safeguarding.about_care"},
			{Header: "Outcome", Field: "safeguarding.outcome"},
			{Header: "Told", Field: "safeguarding.outcome_on"},
		},
		Defaults: map[string]string{"place.provider": "RXX", "title": "Referral"},
	}
	text := rows(t, "Ref,Person,Body,Referred,Type,Group,Care,Outcome,Told\nS1,Ann Example,Section 42,01/04/2024,neglect;organisational,adult,Yes,s42-substantiated,02/05/2024\nS2,,LeDeR,01/04/2024,death-unexpected,adult,perhaps,,\n")
	result, err := m.Rows(text[0], text[1:], Options{Received: received, Recorded: received})
	if err != nil {
		t.Fatal(err)
	}
	first, second := result.Rows[0], result.Rows[1]
	tax, err := signal.LoadTaxonomies(definitions.Files)
	if err != nil {
		t.Fatal(err)
	}
	x := first.Signal.Safeguarding
	if len(first.Errors) > 0 || x.Body != "s42" || !x.AboutCare || !slices.Equal(x.Types, []string{"neglect", "organisational"}) || x.SafeNow != "unknown" || strings.TrimSpace(first.Sealed["person"]) != "Person: Ann Example" {
		t.Errorf("read as %+v, sealed %v, %v", x, first.Sealed, first.Errors)
	}
	if errs := first.Signal.Validate(tax, received); len(errs) > 0 {
		t.Errorf("not a good signal: %v", errs)
	}
	if len(first.Then) != 1 || first.Then[0] != (signal.Moved{Event: "outcome received", On: x.OutcomeOn}) {
		t.Errorf("its steps are %+v", first.Then)
	}
	if len(second.Errors) != 1 || second.Errors[0].Field != "Care (safeguarding.about_care)" || len(second.Then) != 0 {
		t.Errorf("“perhaps” gave %v, then %v", second.Errors, second.Then)
	}
}
