package demo

import (
	"strings"
	"time"

	"candour/internal/org"
)

// registers is who is who as of the first stage: the Organisation Data Service's
// files of trusts and commissioners and an own file for those it does not list so;
// and, once two trusts have become one, a file of what changed by it and one of who
// took over from whom.
func (e Economy) registers() []File {
	merger := e.stageOf(e.mergedOn())
	return []File{
		{Name: "01-registers/etr.csv", Body: e.trusts()},
		{Name: "01-registers/eccg.csv", Body: boards()},
		{Name: "01-registers/organisations.csv", Body: e.organisations()},
		{Name: e.dated("01-registers/organisations.csv", merger), Body: e.changed(), Stage: merger},
		{Name: e.dated("01-registers/successions.csv", merger), Body: e.successions(), Stage: merger},
	}
}

// register writes rows of 27 fields in quotation marks, as the publisher does.
type register struct{ strings.Builder }

func (r *register) row(fields map[int]string) {
	for at := 1; at <= 27; at++ {
		if at > 1 {
			r.WriteByte(',')
		}
		r.WriteString(`"` + fields[at] + `"`)
	}
	r.WriteString("\r\n")
}

// mergedOn is the legal date of the merger: the first day of the successor's first
// month.
func (e Economy) mergedOn() time.Time { return e.month(merged).Start() }

func (Economy) trusts() []byte {
	var r register
	for i := range providers {
		u := &providers[i]
		if !u.acute() || u.opened > 0 {
			continue
		}
		f := map[int]string{
			1: string(u.code), 2: strings.ToUpper(u.name), 3: region, 4: string(u.system), 5: "TRUST HEADQUARTERS", 8: u.town, 10: u.postcode,
			11: "20010401", 22: "0", 24: "B",
		}
		r.row(f)
	}
	return []byte(r.String())
}

func boards() []byte {
	var r register
	for i := range commissioners {
		u := &commissioners[i]
		r.row(map[int]string{1: string(u.code), 2: u.name, 3: region, 4: string(u.code), 5: "BOARD HOUSE", 8: u.town, 10: u.postcode, 11: "20220701", 22: "1"})
	}
	return []byte(r.String())
}

// newOrganisations begins the file of one's own.
func newOrganisations() *table {
	return newTable(',', "Code", "Name", "Role", "Parent", "Region", "System", "Postcode", "Opened", "Closed", "Latitude", "Longitude", "Beds", "Type")
}

// organisations is the file of one's own before the merger: providers that are no
// acute trusts, the support unit, sites and wards, and where the trusts are.
func (Economy) organisations() []byte {
	t := newOrganisations()
	t.row(string(Midmarch), "Midmarch Support Unit", "support unit", "", region, "", "ZZ9 1MS", "2013-04-01", "", "", "", "", "")
	for i := range providers {
		if u := &providers[i]; u.opened == 0 {
			listed(t, u, "", "")
		}
	}
	for i := range sites {
		s := &sites[i]
		of := s.of
		if before, ok := sitesBefore[s.code]; ok {
			of = before
		}
		placed(t, s, of)
	}
	return t.body()
}

// changed is the rows of the file of one's own that the merger changed: both trusts
// closed, the new one open, and whose their hospitals are.
func (e Economy) changed() []byte {
	t := newOrganisations()
	for i := range providers {
		switch u := &providers[i]; {
		case u.opened > 0:
			listed(t, u, e.mergedOn().Format(time.DateOnly), "")
		case u.closed > 0:
			listed(t, u, "", e.mergedOn().AddDate(0, 0, -1).Format(time.DateOnly))
		}
	}
	for i := range sites {
		if _, ok := sitesBefore[sites[i].code]; ok {
			placed(t, &sites[i], sites[i].of)
		}
	}
	return t.body()
}

// listed writes the row of a provider.
func listed(t *table, u *unit, opened, closed string) {
	beds, kind := "", ""
	if u.role == org.CareHome || u.role == org.Hospice {
		beds = whole(u.beds)
	}
	if u.acute() {
		kind = map[bool]string{true: "Acute - Teaching", false: "Acute"}[u.beds > 900]
	}
	t.row(string(u.code), u.name, strings.ReplaceAll(string(u.role), "_", " "), "", region, string(u.system), u.postcode, opened, closed,
		fixed(u.lat, 2), fixed(u.lon, 2), beds, kind)
}

// placed writes the row of a site.
func placed(t *table, s *site, of org.Code) {
	system := unitOf(providerOf(*s)).system
	t.row(string(s.code), s.name, string(s.role), string(of), region, string(system), s.postcode, "", "", fixed(s.lat, 2), fixed(s.lon, 2), "", "")
}

// providerOf is the provider of a site, also of a ward of a site.
func providerOf(s site) org.Code {
	for _, parent := range sites {
		if parent.code == s.of {
			return parent.of
		}
	}
	return s.of
}

func (e Economy) successions() []byte {
	t := newTable(',', "Predecessor", "Successor", "Date", "Share")
	for _, code := range []org.Code{Ashby, Tarn} {
		t.row(string(code), string(AshbyTarn), e.mergedOn().Format(time.DateOnly), "1")
	}
	return t.body()
}
