package web

import (
	"net/http/httptest"
	"testing"

	"candour/internal/access"
	"candour/internal/org"
	"candour/internal/web/browsertest"
)

func TestPagesOfProvidersAndIndicatorsHoldInABrowser(t *testing.T) {
	t.Parallel()
	b := browsertest.Start(t)
	m := measured(t)
	for code, name := range map[org.Code]string{"RA1S01": "Thornley A Hospital", "RA1S02": "Thornley B Hospital"} {
		m.site(org.Organisation{Code: code, Name: name, Role: org.Site, Parent: "RA1"})
	}
	server := httptest.NewServer(m.server)
	t.Cleanup(server.Close)
	cookie := map[string]string{"candour": m.as(access.QualityLead, "QAA").cookie.Value}
	for name, page := range map[string]struct{ path, says string }{
		"watch-list":           {"/watch-list", "Can’t be judged"},
		"providers":            {"/providers", "Aldermoor Hospitals"},
		"provider":             {"/providers/RA1", "Where hard and soft disagree"},
		"provider-known":       {"/providers/RA1?place=known&range=60", "Time line"},
		"provider-site":        {"/providers/RA1?site=RA1S01", "Thornley A Hospital"},
		"provider-empty-range": {"/providers/RA1?range=6", "No value lies in this stretch"},
		"provider-concern":     {"/providers/RA1/concern", "because"},
		"group-paper":          {"/providers/RA1/paper?asof=22", "What speaks against"},
		"watch-list-paper":     {"/watch-list/paper?asof=22", "As handed round"},
		"indicator":            {"/providers/RA1/indicators/ae-4h-all", "Why points are marked"},
		"indicator-empty":      {"/providers/RA1/indicators/shmi", "No value is held"},
		"indicators":           {"/indicators", "hold values of your providers"},
		"indicator-definition": {"/indicators/ae-4h-all", "How it is defined and tested"},
		"matrix":               {"/matrix", "Aldermoor Hospitals"},
		"watch-list-past":      {"/watch-list?asof=22", "As it stood on"},
		"provider-past":        {"/providers/RA1?asof=22", "As it stood on"},
		"indicator-past":       {"/providers/RA1/indicators/ae-4h-all?asof=22", "As it stood on"},
		"matrix-none":          {"/matrix?type=hospice", "Nothing is drawn, because"},
	} {
		t.Run(name, func(t *testing.T) {
			says := []string{page.says}
			if name == "provider-concern" {
				says = []string{"hasn’t been judged"}
			}
			b.Check(t, server.URL+page.path, browsertest.Expect{Name: name, Cookies: cookie, Says: says})
		})
	}
	t.Run("the names of the time line stay while it scrolls on a telephone", func(t *testing.T) {
		page := b.Visit(t, server.URL+"/providers/RA1", browsertest.View{Width: browsertest.Telephone, Cookies: cookie})
		const names = `document.querySelector(".cd-tl-names")`
		before := browsertest.Evaluate[[]float64](page, `(()=>{const r=`+names+`.getBoundingClientRect();return [r.left,r.width]})()`)
		moved := browsertest.Evaluate[[]float64](page, `(()=>{const s=`+names+`.parentElement;s.scrollLeft=600;const r=`+names+`.getBoundingClientRect();return [r.left,s.scrollLeft]})()`)
		hidden := browsertest.Evaluate[string](page, `getComputedStyle(document.querySelector(".cd-tl-name")).visibility`)
		if moved[1] < 500 || moved[0] != before[0] || before[1] < 100 || before[1] > 180 || hidden != "hidden" {
			t.Errorf("names from %v to %v, those in the drawing %s", before, moved, hidden)
		}
		wide := b.Visit(t, server.URL+"/providers/RA1", browsertest.View{Cookies: cookie})
		if shown := browsertest.Evaluate[string](wide, `getComputedStyle(`+names+`).display`); shown != "none" {
			t.Errorf("on a wide screen the names are drawn twice: %s", shown)
		}
	})
}
