package demo

import (
	"slices"
	"time"

	"candour/internal/org"
)

// locationColumns is the header of the regulator's file, whole.
var locationColumns = []string{
	"Location Name", "Location ID", "Comments within last month / comments last recorded", "Registered manager", "Location UPRN",
	"Location telephone number", "Location Web Address", "Location Local Authority", "Location ADASS Region", "Primary inspection category",
	"Service Types", "Care homes beds", "Location HSCA start date", "Location HSCA end date", "Dormant", "Location Latest Overall Rating",
	"Publication Date", "Service users supported", "Size of care home (bands by number of beds)",
	"Location length of service (bands by number of years)", "Location safe rating", "Location effective rating", "Location caring rating",
	"Location responsive rating", "Location well-led rating", "Provider Name", "Provider ID", "Provider HSCA start date",
	"Provider length of service (bands by number of years)", "Provider Ownership Type", "Provider Companies House Number",
	"Provider characteristic - number of locations", "Provider characteristic - national group size (based on locations)",
	"Provider characteristic - number of beds", "Provider characteristic - share of beds (nationally)",
	"Provider characteristic - number of local authority areas where it has locations",
	"Provider characteristic - % of local authority areas where it has locations", "Brand Name", "Brand ID",
	"Brand characteristic - number of locations", "Brand characteristic -national group size (based on locations)",
	"Brand characteristic - number of beds", "Brand characteristic - share of beds (nationally)",
	"Brand characteristic - % of local authority areas where it has locations",
	"Brand characteristic - number of local authority areas where it has locations",
}

// rated are the locations with their ratings: overall, safe, effective, caring,
// responsive, well led, and how many months before the newest they were published.
var rated = []struct {
	code    org.Code
	ratings string // a letter each: O outstanding, G good, R requires improvement, I inadequate
	back    int
}{
	{FennickVale, "GGGGGG", 31},
	{FennickVale, "RRGGRR", 2},
	{"ZH42", "GGGGGG", 25},
	{"ZH43", "GGGOGG", 18},
	{"ZH51", "RRGGGR", 22},
	{"ZH51", "GGGGGG", 7},
	{"ZH52", "GGGGGG", 29},
	{"ZH61", "GGGGGG", 13},
	{"ZG101", "GGGGGG", 40},
	{"ZG102", "RGRGRG", 9},
	{"ZG103", "OGGOOO", 21},
	{"ZG201", "GGGGGG", 35},
	{"ZG202", "GGGGGG", 33},
	{"ZG301", "GGGGRG", 15},
	{"ZG302", "GGGGGG", 27},
	{PellamPark, "GGGGGG", 38},
	{"ZN05", "GGGOGG", 28},
	{"ZN06", "GGGGGG", 16},
	{OakLane, "GGGGGG", 44},
	{"ZN09", "OGOOGO", 30},
}

var ratingWords = map[byte]string{'O': "Outstanding", 'G': "Good", 'R': "Requires improvement", 'I': "Inadequate"}

var ratingColumns = []string{
	"Location Latest Overall Rating", "Location safe rating", "Location effective rating", "Location caring rating", "Location responsive rating", "Location well-led rating",
}

// ratings is the regulator's list of locations at each stage but the last two, which
// follow within a month: of each location the latest rating by then.
func (e Economy) ratings() []File {
	var out []File
	for stage, at := range e.Moments()[:len(loads)-1] {
		out = append(out, File{Name: e.dated("08-cqc/Locations.csv", stage), Body: e.locations(at), Stage: stage})
	}
	return out
}

func (e Economy) locations(at time.Time) []byte {
	t := newTable(',', locationColumns...)
	for i := range providers {
		u := &providers[i]
		latest := -1
		for k, r := range rated {
			if r.code == u.code && !e.ratedOn(r.back).After(at) {
				latest = k
			}
		}
		if latest >= 0 {
			t.row(e.location(u, latest)...)
		}
	}
	return t.body()
}

var categories = map[org.Role]string{
	org.CareHome: "Residential social care", org.Practice: "GP Practices", org.Hospice: "Hospice services", org.Independent: "Independent Healthcare Org",
}

func (e Economy) location(u *unit, k int) []string {
	cells := make([]string, len(locationColumns))
	set := func(column, value string) { cells[slices.Index(locationColumns, column)] = value }
	set("Location Name", u.name)
	set("Location ID", string(u.code))
	set("Primary inspection category", categories[u.role])
	set("Location ADASS Region", "East Midlands (ADASS Region)")
	set("Location HSCA start date", "2011-01-10")
	set("Dormant", "N")
	if u.role == org.CareHome {
		set("Care homes beds", whole(u.beds))
	}
	set("Publication Date", e.ratedOn(rated[k].back).Format("1/2/2006 3:04:05 PM"))
	for i, column := range ratingColumns {
		set(column, ratingWords[rated[k].ratings[i]])
	}
	return cells
}

// ratedOn is when a rating was published.
func (e Economy) ratedOn(back int) time.Time { return e.month(back).Start().AddDate(0, 0, 11) }
