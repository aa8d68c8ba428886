package demo

import (
	"strings"
	"time"

	"candour/internal/org"
)

// registers is who is who: the Organisation Data Service's files of trusts and
// commissioners, an own file for those it does not list so, and who took over from
// whom.
func (e Economy) registers() []File {
	return []File{
		{Name: "01-registers/etr.csv", Body: e.trusts()},
		{Name: "01-registers/eccg.csv", Body: boards()},
		{Name: "01-registers/organisations.csv", Body: e.organisations()},
		{Name: "01-registers/successions.csv", Body: e.successions()},
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

const compact = "20060102"

func (e Economy) trusts() []byte {
	var r register
	for i := range providers {
		u := &providers[i]
		if !u.acute() {
			continue
		}
		f := map[int]string{
			1: string(u.code), 2: strings.ToUpper(u.name), 3: region, 4: string(u.system), 5: "TRUST HEADQUARTERS", 8: u.town, 10: u.postcode,
			11: "20010401", 22: "0", 24: "B",
		}
		if u.opened > 0 {
			f[11] = e.mergedOn().Format(compact)
		}
		if u.closed > 0 {
			f[12] = e.mergedOn().AddDate(0, 0, -1).Format(compact)
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

// organisations is the file of one's own: providers that are no acute trusts, the
// support unit, sites and wards, and where the trusts are.
func (e Economy) organisations() []byte {
	t := newTable(',', "Code", "Name", "Role", "Parent", "Region", "System", "Postcode", "Opened", "Closed", "Latitude", "Longitude", "Beds", "Type")
	t.row(string(Midmarch), "Midmarch Support Unit", "support unit", "", region, "", "ZZ9 1MS", "2013-04-01", "", "", "", "", "")
	for i := range providers {
		u := &providers[i]
		opened, closed, beds, kind := "", "", "", ""
		if u.opened > 0 {
			opened = e.mergedOn().Format(time.DateOnly)
		}
		if u.closed > 0 {
			closed = e.mergedOn().AddDate(0, 0, -1).Format(time.DateOnly)
		}
		if u.role == org.CareHome || u.role == org.Hospice {
			beds = whole(u.beds)
		}
		if u.acute() {
			kind = map[bool]string{true: "Acute - Teaching", false: "Acute"}[u.beds > 900]
		}
		t.row(string(u.code), u.name, strings.ReplaceAll(string(u.role), "_", " "), "", region, string(u.system), u.postcode, opened, closed,
			fixed(u.lat, 2), fixed(u.lon, 2), beds, kind)
	}
	for _, s := range sites {
		system := unitOf(providerOf(s)).system
		t.row(string(s.code), s.name, string(s.role), string(s.of), region, string(system), s.postcode, "", "", fixed(s.lat, 2), fixed(s.lon, 2), "", "")
	}
	return t.body()
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
