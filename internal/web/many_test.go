package web

import (
	"fmt"
	"strings"
	"testing"

	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/stat/funnel"
	"candour/internal/watch"
)

// With the files of a whole country many providers lie outside of the limits: the worse
// are named by where they lie, and a reason that many share is said once.
func TestWhatManyProvidersShareIsSaidOnce(t *testing.T) {
	t.Parallel()
	d := &indicator.Definition{ID: "shmi", Better: indicator.Lower, Funnel: "sr"}
	names := map[org.Code]string{}
	x := &watch.Section{Result: &funnel.Result{}}
	for i, b := range []funnel.Band{funnel.FarBelow, funnel.Above, funnel.Within, funnel.FarAbove, funnel.Above, funnel.Below, funnel.FarBelow} {
		code := org.Code(fmt.Sprintf("R%02d", i))
		x.Orgs, x.Result.Units = append(x.Orgs, code), append(x.Result.Units, funnel.Unit{Band: b, Reason: funnel.Judged})
		names[code] = fmt.Sprintf("Town %d NHS Trust", i)
	}
	judgement, because := ownOutside(d, x, names)
	if judgement != "6 providers of yours stand out." ||
		because != "Above the 99.8% funnel limit: Town 3. Above the 95% funnel limit, within the 99.8% limit: Town 1 and Town 4. Below the 99.8% funnel limit: 2 providers. Below the 95% funnel limit, within the 99.8% limit: 1 provider." {
		t.Errorf("%s %s", judgement, because)
	}
	x.Orgs, x.Result.Units = x.Orgs[:3], x.Result.Units[:3]
	if _, because = ownOutside(d, x, names); !strings.HasPrefix(because, "Because Town 0 is below") || !strings.HasSuffix(because, "and Town 1 is above the 95% funnel limit, within the 99.8% limit.") {
		t.Error(because)
	}

	p := &watchListPage{}
	for i := range 7 {
		why := "0 measures with data."
		if i == 2 {
			why = "Too new."
		}
		p.CantSay = append(p.CantSay, gapRow{Name: fmt.Sprint("Town ", i), Why: why})
	}
	got := p.CantSayTogether()
	if len(got) != 2 || got[0].Many != "6 providers" || len(got[0].Rows) != 6 || got[1].Many != "" || got[1].Rows[0].Name != "Town 2" {
		t.Errorf("%+v", got)
	}
	if got[0].Folded() {
		t.Error("six names are folded away")
	}
	for i := range folded {
		p.CantSay = append(p.CantSay, gapRow{Name: fmt.Sprint("City ", i), Why: "Too new."})
	}
	if got = p.CantSayTogether(); !got[1].Folded() {
		t.Errorf("%d names are not folded away", len(got[1].Rows))
	}
}
