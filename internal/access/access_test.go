package access

import (
	"slices"
	"strings"
	"testing"

	"candour/internal/org"
)

func viewer(role Role) Viewer {
	return Viewer{Account: "u-1", Memberships: []Membership{{Tenant: "QAA", Role: role}}}
}

func TestEachRoleMayDoWhatItsPolicySays(t *testing.T) {
	t.Parallel()
	want := map[Role]string{
		Administrator:    "see-data see-memory see-audit load-data release-data set-alerts administer use-own-account",
		Analyst:          "see-watch-list see-provider see-indicator see-signals see-data see-memory search export load-data release-data map-signals add-note set-limits record-signal use-own-account",
		QualityLead:      "see-watch-list see-provider see-indicator see-signals see-data see-memory search export map-signals add-note set-limits handle-alert set-alerts triage-signal record-signal raise-concern see-own-concerns record-visit step-in use-own-account",
		ClinicalReviewer: "see-watch-list see-provider see-indicator see-signals see-data see-memory search export add-note set-limits handle-alert triage-signal record-signal raise-concern see-own-concerns record-visit step-in use-own-account",
		ContractManager:  "see-watch-list see-provider see-indicator see-signals see-data see-memory search export add-note record-signal raise-concern see-own-concerns use-own-account",
		GP:               "search record-signal raise-concern see-own-concerns use-own-account",
		Visitor:          "search record-signal raise-concern see-own-concerns record-visit use-own-account",
		BoardMember:      "see-watch-list see-provider see-indicator see-memory search use-own-account",
		Auditor:          "see-watch-list see-provider see-indicator see-signals see-data see-memory see-audit search export use-own-account",
	}
	for _, role := range Roles {
		var got []string
		for _, a := range Actions {
			if Allows(viewer(role), "QAA", a, Resource{Tenant: "QAA"}) {
				got = append(got, string(a))
			}
		}
		if s := strings.Join(got, " "); s != want[role] {
			t.Errorf("%s may\n%s\nexpected\n%s", role, s, want[role])
		}
	}
}

func TestEachRoleRaisesTheKindsThatItHears(t *testing.T) {
	t.Parallel()
	kinds := []string{"", "complaint", "incident", "staff_concern", "visit", "fifteen_steps", "praise", "coroner_report", "patient_comment"}
	want := map[Role]string{
		QualityLead: strings.Join(kinds, " "), ClinicalReviewer: strings.Join(kinds, " "),
		Analyst: " complaint incident praise coroner_report patient_comment", ContractManager: " complaint incident staff_concern praise coroner_report patient_comment",
		Visitor: " staff_concern visit fifteen_steps praise patient_comment", GP: " praise",
	}
	for _, role := range Roles {
		var got []string
		for _, kind := range kinds {
			if Allows(viewer(role), "QAA", RecordSignal, Resource{Tenant: "QAA", Kind: kind}) {
				got = append(got, kind)
			}
		}
		if s := strings.Join(got, " "); s != want[role] {
			t.Errorf("%s raises %q, expected %q", role, s, want[role])
		}
	}
}

func TestNobodyDoesAnythingWhereTheyHoldNoRole(t *testing.T) {
	t.Parallel()
	for _, role := range Roles {
		for _, a := range Actions {
			if a != UseOwnAccount && Allows(viewer(role), "QBB", a, Resource{}) {
				t.Errorf("%s may %s at another commissioner", role, a)
			}
			if Allows(viewer(role), "QAA", a, Resource{Tenant: "QBB"}) {
				t.Errorf("%s may %s to another commissioner's thing", role, a)
			}
		}
	}
	if s := For(viewer(Analyst), "QBB"); s.Tenant == "QBB" || s.All {
		t.Errorf("scope %+v opens another commissioner", s)
	}
	if s := Everything(viewer(Administrator)); s.All {
		t.Error("only an operator sees everything")
	}
}

func TestASealOpensOnlyToItsNamedReaders(t *testing.T) {
	t.Parallel()
	sealed := Resource{Tenant: "QAA", Readers: []AccountID{"u-1"}}
	if !Allows(viewer(Auditor), "QAA", ReadSealed, sealed) {
		t.Error("a named reader may read")
	}
	other := viewer(QualityLead)
	other.Account = "u-2"
	if Allows(other, "QAA", ReadSealed, sealed) || Allows(Operator("cli"), "QAA", ReadSealed, sealed) {
		t.Error("nobody else may, the operator included")
	}
}

func TestAViewersTenantsAreSortedAndSingle(t *testing.T) {
	t.Parallel()
	v := Viewer{Memberships: []Membership{{Tenant: "QBB", Role: GP, Practice: "A81001"}, {Tenant: "QAA", Role: Analyst}, {Tenant: "QBB", Role: Analyst}}}
	if got := v.Tenants(); !slices.Equal(got, []org.Code{"QAA", "QBB"}) {
		t.Errorf("got %v", got)
	}
	if got := v.PracticesAt("QBB"); len(got) != 1 {
		t.Errorf("got %v", got)
	}
}

func TestAProgramDoesWhatItWasGrantedAtItsCommissionerAndNothingElse(t *testing.T) {
	t.Parallel()
	for _, granted := range ClientActions {
		v := Client("c-1", "Datix", "QAA", Grants{May: []Action{granted}, Kinds: []string{"incident"}})
		for _, a := range Actions {
			want := a == granted || a == SeeCodes
			if got := Allows(v, "QAA", a, Resource{Tenant: "QAA", Kind: "incident", Readers: []AccountID{"c-1"}}); got != want {
				t.Errorf("granted %s, may %s: %t", granted, a, got)
			}
			if Allows(v, "QBB", a, Resource{}) || Allows(v, "QAA", a, Resource{Tenant: "QBB", Kind: "incident"}) {
				t.Errorf("granted %s, may %s at another commissioner", granted, a)
			}
		}
	}
	v := Client("c-1", "Datix", "QAA", Grants{May: []Action{SendSignal}, Kinds: []string{"incident"}})
	if Allows(v, "QAA", SendSignal, Resource{Tenant: "QAA", Kind: "complaint"}) {
		t.Error("it may send a kind that was not granted")
	}
	all := Client("c-1", "Datix", "QAA", Grants{May: Actions, Kinds: []string{"incident"}})
	for _, a := range Actions {
		if Allows(all, "QAA", a, Resource{Tenant: "QAA", Kind: "incident", Readers: []AccountID{"c-1"}}) != (slices.Contains(ClientActions, a) || a == SeeCodes) {
			t.Errorf("whatever stands in its grants, may %s", a)
		}
	}
}
