package web

import (
	"strings"
	"testing"

	"candour/internal/access"
	"candour/internal/record"
)

func TestTheQuarantineSaysWhatItCouldChangeAndAtMostHowMuch(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	w := b.as(access.Analyst, "QAA")
	file := "organisation,indicator,period,numerator,denominator,value,note\n" +
		"RA1,ae-4h-all,2024-01,900,1000,,\nRB1,ae-4h-all,2024-01,800,1000,,\nRA2,ae-4h-all,2024-01,700,1000,,\n" +
		"RA1,ae-4h-all,2024-01,950,1000,,\nRA2,ae-4h-all,2024-02,wrong,1000,,\nRB1,ae-4h-all,2024-01,801,1000,,\n"
	w.upload(map[string]string{"twice.csv": file}, "tenant", "published", "at-once", "1")
	b.settle()
	page := w.get("/data/deliveries/D-000001")
	parse(t, page).sound(t, "delivery")
	text := page.Body.String()
	for _, want := range []string{
		"What the quarantine could change", "2 indicators", "at most 40.0%",
		"90.0%", "95.0%", "Aldermoor Hospitals (RA1)", "none held",
	} {
		if want == "2 indicators" {
			want = "Refused rows touch 1 indicator in 2 periods"
		}
		if !strings.Contains(text, want) {
			t.Errorf("the delivery’s page doesn’t say %q", want)
		}
	}
	if strings.Contains(text, "80.1%") || strings.Contains(text, "Bramblecote") {
		t.Error("the figures name a provider of another commissioner")
	}
	if text := w.get("/data").Body.String(); !strings.Contains(text, "at most 40.0%") || !strings.Contains(text, `/data/deliveries/D-000001#change`) {
		t.Error("the Data page doesn’t say what the quarantine could change")
	}
	w.upload(map[string]string{"what.xlsx": "PK\x03\x04 no workbook"}, "at-once", "1")
	b.settle()
	if text := w.get("/data").Body.String(); !strings.Contains(text, "any: it isn’t known what the file is") {
		t.Error("a file refused whole isn’t listed with what it could change")
	}
}

func TestASupportUnitSeesTheSourcesOfItsOwnCommissionersAndOthersSeeNone(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	b.no(b.store.SetAccount(b.ctx, b.operator(), record.Account{ID: accountOf(access.Analyst, "QAA"), Login: loginOf(access.Analyst, "QAA"), Name: "Unit", Memberships: []access.Membership{
		{Tenant: "QAA", Role: access.Analyst}, {Tenant: "QBB", Role: access.Analyst},
	}}))
	b.as(access.Analyst, "QBB").upload(map[string]string{"own.csv": tidy(2)}, "tenant", "QBB", "at-once", "1")
	b.settle()
	// Of another source, QBB alone ever got a value, and it is months old: late there, and
	// at QAA, where nothing ever came, not.
	b.as(access.Analyst, "QBB").upload(map[string]string{"old.csv": "organisation,indicator,period,numerator,denominator\nRB1,ae-4h-all,2025-04,70,100\n"}, "tenant", "QBB", "at-once", "1")
	b.settle()
	page := b.as(access.Analyst, "QAA").get("/data")
	parse(t, page).sound(t, "data")
	text := page.Body.String()
	_, matrix, _ := strings.Cut(text, "By commissioner and source")
	matrix, _, _ = strings.Cut(matrix, "<h2>Sources")
	for _, want := range []string{"NHS QAA ICB", "NHS QBB ICB", "Late", "Everyone: published files"} {
		if !strings.Contains(matrix, want) {
			t.Errorf("the matrix doesn’t say %q", want)
		}
	}
	row := func(of string) string {
		_, row, _ := strings.Cut(matrix, of)
		row, _, _ = strings.Cut(row, "</tr>")
		return row
	}
	if strings.Contains(row("NHS QAA ICB"), "Late") || !strings.Contains(row("NHS QAA ICB"), "none received yet") {
		t.Errorf("feeds that never came are called late: %s", row("NHS QAA ICB"))
	}
	if strings.Count(row("NHS QBB ICB"), "Late") != 1 {
		t.Errorf("a feed that came once and is due isn’t late: %s", row("NHS QBB ICB"))
	}
	if strings.Contains(matrix, "/data/deliveries/") {
		t.Error("the matrix links to a delivery that can’t be opened here")
	}
	for _, role := range []access.Role{access.ContractManager, access.Auditor} {
		if text := b.as(role, "QAA").get("/data").Body.String(); strings.Contains(text, "By commissioner and source") || strings.Contains(text, "QBB") {
			t.Errorf("%s of one commissioner sees others’ sources", role)
		}
	}
}

func TestAFileThatIsRefusedWholeStandsOnceInWhatItCouldChange(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	w := b.as(access.Analyst, "QAA")
	w.upload(map[string]string{"renamed.csv": "organisation,measure,period,numerator\nRA1,ae-4h-all,2025-04,1\n"}, "at-once", "1")
	b.settle()
	text := w.get("/data").Body.String()
	_, change, ok := strings.Cut(text, "What the quarantine could change")
	if n := strings.Count(change, `/data/deliveries/D-000001#change`); !ok || n != 1 {
		t.Errorf("it stands there %d times", n)
	}
}
