package demo

import (
	"strings"

	"candour/internal/org"
)

// The commissioners and their support unit.
const (
	Marlshire  org.Code = "QZ1"
	Severnside org.Code = "QZ2"
	TarnValley org.Code = "QZ3"

	Midmarch org.Code = "0ZM"
)

// The providers that have a story.
const (
	Aldermoor   org.Code = "ZA1"  // voices worsen months before outcomes
	QueenAdela  org.Code = "ZA2"  // a month restated
	SevernVale  org.Code = "ZA3"  // an honest reporter
	Westerby    org.Code = "ZA4"  // staff speak up
	Wold        org.Code = "ZA5"  // a change of coding
	AshbyTarn   org.Code = "ZA6"  // made of two trusts
	NorthMarl   org.Code = "ZA7"  // handing over late
	Community   org.Code = "ZA9"  // a file with bad rows
	Kingsmere   org.Code = "ZB1"  // a storm in the media
	PellamPark  org.Code = "ZN02" // a late feed
	OakLane     org.Code = "ZN07" // too little data to judge
	FennickVale org.Code = "ZH41" // a visit with immediate concerns

	Ashby org.Code = "ZP1" // until the merger
	Tarn  org.Code = "ZP2"
)

// unit is an organisation of the economy with what its figures are drawn from.
type unit struct {
	code     org.Code
	name     string
	role     org.Role
	system   org.Code // lead commissioner
	buyers   []org.Code
	town     string
	postcode string
	lat, lon float64
	beds     int     // of a trust: open overnight; of a care home: registered
	staff    int     // whole-time posts
	spells   int     // discharges a month
	type1    int     // attendances a month
	type3    int     // attendances a month
	waiting  int     // patients waiting for planned treatment
	cancer   float64 // patients treated a month within or beyond 62 days
	births   int     // a month
	calls    int     // handovers at hospital or journeys a month
	opened   int     // months before the newest; 0: always
	closed   int     // months before the newest; 0: never
}

// acute, returns and so on say what a unit takes part in.
func (u *unit) acute() bool { return u.type1 > 0 }

// returns reports whether the unit sends quality returns.
func (u *unit) returns() bool {
	return (u.staff >= 60 || u.code == OakLane) && u.role != org.Practice && u.role != org.CareHome
}

// active reports whether the unit existed in the month, counted back from the
// newest (0).
func (u *unit) active(back int) bool {
	return (u.opened == 0 || back <= u.opened) && (u.closed == 0 || back > u.closed)
}

// commissioners of the economy.
var commissioners = []unit{
	{code: Marlshire, name: "NHS MARLSHIRE ICB", role: org.Commissioner, town: "MARLBRIDGE", postcode: "ZZ1 1AA"},
	{code: Severnside, name: "NHS SEVERNSIDE ICB", role: org.Commissioner, town: "SEVERNPORT", postcode: "ZZ2 1AA"},
	{code: TarnValley, name: "NHS TARN VALLEY ICB", role: org.Commissioner, town: "ASHBY TARN", postcode: "ZZ3 1AA"},
}

// region is the invented region of all three.
const region = "Y60"

// merged is how many months before the newest the two trusts became one: 19 whole
// months since.
const merged = 18

// providers of the economy.
var providers = []unit{
	{code: Aldermoor, name: "Aldermoor Hospitals NHS Trust", role: org.Trust, system: Marlshire, buyers: []org.Code{Severnside, TarnValley}, town: "ALDERMOOR", postcode: "ZZ1 4AL", lat: 52.31, lon: -1.62, beds: 620, staff: 4900, spells: 5600, type1: 9800, type3: 2600, waiting: 31000, cancer: 118, births: 340},
	{code: QueenAdela, name: "Queen Adela University Hospitals NHS Foundation Trust", role: org.Trust, system: Marlshire, buyers: []org.Code{Severnside, TarnValley}, town: "MARLBRIDGE", postcode: "ZZ1 1QA", lat: 52.52, lon: -1.89, beds: 1120, staff: 9700, spells: 10400, type1: 14600, type3: 5200, waiting: 62000, cancer: 214.5, births: 520},
	{code: SevernVale, name: "Severn Vale General Hospitals NHS Foundation Trust", role: org.Trust, system: Severnside, buyers: []org.Code{Marlshire}, town: "SEVERNPORT", postcode: "ZZ2 1SV", lat: 52.28, lon: -2.24, beds: 710, staff: 5600, spells: 6500, type1: 10900, type3: 3900, waiting: 36000, cancer: 131, births: 365},
	{code: Wold, name: "Wold District Hospitals NHS Trust", role: org.Trust, system: Marlshire, buyers: []org.Code{TarnValley}, town: "WOLDBURY", postcode: "ZZ1 7WD", lat: 52.44, lon: -1.08, beds: 480, staff: 3700, spells: 4300, type1: 7600, type3: 1900, waiting: 24000, cancer: 88.5, births: 230},
	{code: AshbyTarn, name: "Ashby and Tarn Hospitals NHS Foundation Trust", role: org.Trust, system: TarnValley, town: "ASHBY TARN", postcode: "ZZ3 1AT", lat: 52.71, lon: -1.31, beds: 690, staff: 5300, spells: 6200, type1: 10300, type3: 3100, waiting: 33000, cancer: 122, births: 310, opened: merged},
	{code: Ashby, name: "Ashby General Hospitals NHS Trust", role: org.Trust, system: TarnValley, town: "ASHBY", postcode: "ZZ3 2AS", lat: 52.74, lon: -1.36, beds: 420, staff: 3200, spells: 3800, type1: 6200, type3: 1900, waiting: 20000, cancer: 74, births: 190, closed: merged},
	{code: Tarn, name: "Tarn Valley Hospital NHS Trust", role: org.Trust, system: TarnValley, town: "TARN", postcode: "ZZ3 5TV", lat: 52.66, lon: -1.24, beds: 270, staff: 2100, spells: 2400, type1: 4100, type3: 1200, waiting: 13000, cancer: 48, births: 120, closed: merged},
	{code: Kingsmere, name: "Kingsmere University Hospital NHS Foundation Trust", role: org.Trust, system: TarnValley, buyers: []org.Code{Marlshire, Severnside}, town: "KINGSMERE", postcode: "ZZ3 8KU", lat: 52.83, lon: -0.98, beds: 980, staff: 8800, spells: 9300, type1: 12700, type3: 4400, waiting: 55000, cancer: 192, births: 470},
	{code: "ZB2", name: "Harrow Down Hospitals NHS Trust", role: org.Trust, system: Severnside, town: "HARROW DOWN", postcode: "ZZ2 6HD", lat: 52.09, lon: -2.41, beds: 540, staff: 4200, spells: 4900, type1: 8400, type3: 2200, waiting: 27000, cancer: 97, births: 255},
	{code: "ZB3", name: "Fen and Eastmere Hospitals NHS Trust", role: org.Trust, system: TarnValley, town: "EASTMERE", postcode: "ZZ3 9FE", lat: 52.62, lon: -0.71, beds: 510, staff: 3900, spells: 4500, type1: 7900, type3: 2500, waiting: 25000, cancer: 91.5, births: 240},

	{code: Westerby, name: "Westerby Mental Health NHS Foundation Trust", role: org.MentalHealth, system: Marlshire, buyers: []org.Code{Severnside}, town: "WESTERBY", postcode: "ZZ1 5WM", lat: 52.40, lon: -1.97, beds: 310, staff: 3300, spells: 260},
	{code: "ZA8", name: "Severn and Tarn Partnership NHS Trust", role: org.MentalHealth, system: TarnValley, town: "MERESIDE", postcode: "ZZ3 4SP", lat: 52.69, lon: -1.52, beds: 260, staff: 2900, spells: 220},
	{code: Community, name: "Marlshire Community Healthcare NHS Trust", role: org.Community, system: Marlshire, town: "MARLBRIDGE", postcode: "ZZ1 2MC", lat: 52.50, lon: -1.84, beds: 140, staff: 2100, spells: 190, type3: 4100},
	{code: "ZB5", name: "Severnside Community Services CIC", role: org.Community, system: Severnside, town: "SEVERNPORT", postcode: "ZZ2 2SC", lat: 52.26, lon: -2.20, beds: 90, staff: 1500, spells: 130, type3: 3300},
	{code: NorthMarl, name: "North Marl Ambulance Service NHS Trust", role: org.Ambulance, system: Marlshire, buyers: []org.Code{Severnside, TarnValley}, town: "MARLBRIDGE", postcode: "ZZ1 3NM", lat: 52.55, lon: -1.80, staff: 3600, calls: 26000},

	{code: PellamPark, name: "Pellam Park Hospital", role: org.Independent, system: Marlshire, buyers: []org.Code{Severnside}, town: "PELLAM", postcode: "ZZ1 6PP", lat: 52.36, lon: -1.73, beds: 46, staff: 210, spells: 620, waiting: 2100},
	{code: "ZN05", name: "Lindale Surgical Centre", role: org.Independent, system: Marlshire, town: "LINDALE", postcode: "ZZ1 8LS", lat: 52.47, lon: -1.66, beds: 24, staff: 130, spells: 540, waiting: 1700},
	{code: "ZN06", name: "Severnport Eye and Day Clinic", role: org.Independent, system: Severnside, town: "SEVERNPORT", postcode: "ZZ2 3SE", lat: 52.27, lon: -2.22, beds: 12, staff: 90, spells: 610, waiting: 1500},
	{code: OakLane, name: "Oak Lane Renal Clinic", role: org.Independent, system: Marlshire, town: "WOLDBURY", postcode: "ZZ1 7OL", lat: 52.45, lon: -1.10, beds: 8, staff: 40, spells: 90},
	{code: "ZN09", name: "St Werrin's Hospice", role: org.Hospice, system: Marlshire, town: "ALDERMOOR", postcode: "ZZ1 4SW", lat: 52.33, lon: -1.60, beds: 18, staff: 85, spells: 24},

	{code: FennickVale, name: "Fennick Vale Care Home", role: org.CareHome, system: Marlshire, town: "FENNICK", postcode: "ZZ1 9FV", lat: 52.38, lon: -1.55, beds: 48, staff: 52},
	{code: "ZH42", name: "The Limes at Woldbury", role: org.CareHome, system: Marlshire, town: "WOLDBURY", postcode: "ZZ1 7TL", lat: 52.43, lon: -1.11, beds: 36, staff: 40},
	{code: "ZH43", name: "Larkrise House", role: org.CareHome, system: Marlshire, town: "MARLBRIDGE", postcode: "ZZ1 2LH", lat: 52.53, lon: -1.86, beds: 60, staff: 66},
	{code: "ZH51", name: "Severn Court", role: org.CareHome, system: Severnside, town: "SEVERNPORT", postcode: "ZZ2 1SC", lat: 52.29, lon: -2.21, beds: 54, staff: 58},
	{code: "ZH52", name: "Orchard Ley", role: org.CareHome, system: Severnside, town: "HARROW DOWN", postcode: "ZZ2 6OL", lat: 52.10, lon: -2.40, beds: 28, staff: 31},
	{code: "ZH61", name: "Tarnside Manor", role: org.CareHome, system: TarnValley, town: "TARN", postcode: "ZZ3 5TM", lat: 52.67, lon: -1.22, beds: 62, staff: 70},

	{code: "ZG101", name: "Millbrook Practice", role: org.Practice, system: Marlshire, town: "ALDERMOOR", postcode: "ZZ1 4MB", lat: 52.32, lon: -1.64, staff: 34},
	{code: "ZG102", name: "Calder Row Surgery", role: org.Practice, system: Marlshire, town: "MARLBRIDGE", postcode: "ZZ1 1CR", lat: 52.51, lon: -1.88, staff: 22},
	{code: "ZG103", name: "Woldbury Medical Centre", role: org.Practice, system: Marlshire, town: "WOLDBURY", postcode: "ZZ1 7WM", lat: 52.44, lon: -1.09, staff: 41},
	{code: "ZG201", name: "Severnport Quay Practice", role: org.Practice, system: Severnside, town: "SEVERNPORT", postcode: "ZZ2 1SQ", lat: 52.28, lon: -2.23, staff: 38},
	{code: "ZG202", name: "Harrow Down Health Centre", role: org.Practice, system: Severnside, town: "HARROW DOWN", postcode: "ZZ2 6HC", lat: 52.08, lon: -2.42, staff: 27},
	{code: "ZG301", name: "Ashby Market Surgery", role: org.Practice, system: TarnValley, town: "ASHBY", postcode: "ZZ3 2AM", lat: 52.73, lon: -1.35, staff: 30},
	{code: "ZG302", name: "Eastmere Medical Practice", role: org.Practice, system: TarnValley, town: "EASTMERE", postcode: "ZZ3 9EM", lat: 52.61, lon: -0.73, staff: 25},
}

// site is a place of a provider.
type site struct {
	code     org.Code
	name     string
	of       org.Code
	postcode string
	lat, lon float64
	role     org.Role
}

var sites = []site{
	{"ZA101", "Aldermoor General Hospital", Aldermoor, "ZZ1 4AG", 52.31, -1.62, org.Site},
	{"ZA102", "Thornley Hospital", Aldermoor, "ZZ1 4TH", 52.27, -1.55, org.Site},
	{"ZA1W7", "Ward 7, Aldermoor General", "ZA101", "ZZ1 4AG", 52.31, -1.62, org.Ward},
	{"ZA201", "Queen Adela Hospital", QueenAdela, "ZZ1 1QA", 52.52, -1.89, org.Site},
	{"ZA202", "Marlbridge Women's Hospital", QueenAdela, "ZZ1 1MW", 52.53, -1.90, org.Site},
	{"ZA301", "Severn Vale General Hospital", SevernVale, "ZZ2 1SV", 52.28, -2.24, org.Site},
	{"ZA401", "Larch Ward and Westerby House", Westerby, "ZZ1 5WH", 52.40, -1.97, org.Site},
	{"ZA501", "Woldbury District Hospital", Wold, "ZZ1 7WD", 52.44, -1.08, org.Site},
	{"ZA601", "Ashby General Hospital", AshbyTarn, "ZZ3 2AS", 52.74, -1.36, org.Site},
	{"ZA602", "Tarn Valley Hospital", AshbyTarn, "ZZ3 5TV", 52.66, -1.24, org.Site},
	{"ZA901", "Marlbridge Walk-in Centre", Community, "ZZ1 2WI", 52.51, -1.85, org.Site},
	{"ZB101", "Kingsmere University Hospital", Kingsmere, "ZZ3 8KU", 52.83, -0.98, org.Site},
	{"ZB201", "Harrow Down Hospital", "ZB2", "ZZ2 6HD", 52.09, -2.41, org.Site},
	{"ZB301", "Eastmere General Hospital", "ZB3", "ZZ3 9FE", 52.62, -0.71, org.Site},
}

// siteOf is at which site of a provider a ward lies: wards of a provider with several
// sites are spread over them, each always at the same. Empty where there is one site.
func siteOf(provider org.Code, ward string) org.Code {
	var of []org.Code
	for _, s := range sites {
		if s.of == provider && s.role == org.Site {
			of = append(of, s.code)
		}
	}
	if len(of) < 2 || ward == "" {
		return ""
	}
	if strings.Contains(ward, "ward 7") {
		return of[0]
	}
	sum := 0
	for _, c := range ward {
		sum += int(c)
	}
	return of[sum%len(of)]
}

// sitesBefore is whose the sites of the merged trust were before.
var sitesBefore = map[org.Code]org.Code{"ZA601": Ashby, "ZA602": Tarn}

// unitOf is the provider with a code.
func unitOf(code org.Code) *unit {
	for i := range providers {
		if providers[i].code == code {
			return &providers[i]
		}
	}
	return nil
}
