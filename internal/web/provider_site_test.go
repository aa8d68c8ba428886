package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/store"
)

// sited is RA1 with sites of its own, of which signals name the first.
func sited(t *testing.T, sites int) *bundle {
	t.Helper()
	b := measured(t)
	for i := range sites {
		b.site(org.Organisation{Code: org.Code(fmt.Sprintf("RA1S%02d", i+1)), Name: fmt.Sprintf("Thornley %c Hospital", 'A'+i), Role: org.Site, Parent: "RA1"})
	}
	b.site(org.Organisation{Code: "RB1S1", Name: "Foreign Hospital", Role: org.Site, Parent: "RB1"})
	return b
}

func (b *bundle) site(o org.Organisation) {
	b.Helper()
	e, err := record.New(record.OrganisationRecorded, "x", "", "operator", o)
	b.no(err)
	_, err = b.store.Record(b.ctx, e)
	b.no(err)
}

func TestTheTimeLineOfASiteHoldsWhatNamesIt(t *testing.T) {
	t.Parallel()
	v := &providerView{
		org: org.Organisation{Code: "RA1"}, site: org.Organisation{Code: "RA1S01", Name: "Thornley A Hospital"},
		voices: []store.Voice{{Ref: "1", Site: "RA1S01"}, {Ref: "2"}, {Ref: "3", Site: "RA1S02"}},
	}
	v.series = []verdict{{}}
	read := v.voices
	v.narrow(nil)
	if read[1].Ref != "2" || read[2].Ref != "3" {
		t.Error("what is kept for others was written to")
	}
	if len(v.voices) != 1 || v.voices[0].Ref != "1" || v.bySite || len(v.lines) != 1 {
		t.Errorf("voices %+v, lines %d", v.voices, len(v.lines))
	}
	if got := v.siteWords(); !strings.Contains(got, "No figure is held by site") || !strings.Contains(got, "what names no site is not among them") {
		t.Errorf("says %q", got)
	}
	own := verdict{}
	own.Org, own.Indicator, own.At = "RA1S01", "falls", calendar.NewMonth(2026, time.October)
	v.narrow([]verdict{own})
	if !v.bySite || len(v.lines) != 1 || v.lines[0].Org != "RA1S01" {
		t.Errorf("lines %+v", v.lines)
	}
	if got := v.siteWords(); !strings.Contains(got, "Findings are of Thornley A Hospital’s own figures") {
		t.Errorf("says %q", got)
	}
}

func TestASiteIsChosenByALinkOrWhereThereAreManyByAForm(t *testing.T) {
	t.Parallel()
	few := sited(t, 2).as(access.QualityLead, "QAA")
	page := few.get("/providers/RA1?range=60").Body.String()
	for _, need := range []string{"Site:", "Thornley B Hospital", `site=RA1S02#time-line`, "range=60"} {
		if !strings.Contains(page, need) {
			t.Errorf("the choice lacks %q", need)
		}
	}
	chosen := few.get("/providers/RA1?site=RA1S02").Body.String()
	if !strings.Contains(chosen, "No soft signal of this stretch names Thornley B Hospital") || !strings.Contains(chosen, "No figure is held by site") {
		t.Error("the page doesn’t say what of it is of the site")
	}
	for _, none := range []string{"RB1S1", "nonsense", "RA2"} {
		got := few.get("/providers/RA1?site=" + none)
		if got.Code != http.StatusOK || strings.Contains(got.Body.String(), "No figure is held by site") || strings.Contains(got.Body.String(), "Foreign") {
			t.Errorf("a site that isn’t the provider’s, %s, is chosen (%d)", none, got.Code)
		}
	}
	many := sited(t, 7).as(access.QualityLead, "QAA").get("/providers/RA1?place=known&site=RA1S07").Body.String()
	for _, need := range []string{`<form class="cd-filters" method="get" action="#time-line"`, `<input type="hidden" name="place" value="known">`, `value="RA1S07" selected`} {
		if !strings.Contains(many, need) {
			t.Errorf("the form of many sites lacks %q", need)
		}
	}
}
