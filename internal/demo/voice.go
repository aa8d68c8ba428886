package demo

import (
	"cmp"
	"math"
	"slices"
	"time"

	"candour/internal/calendar"
	"candour/internal/org"
	"candour/internal/signal"
)

// voice is a kind of signal that comes in month by month, with how often it does
// at a provider that has no story.
type voice struct {
	id    string // name in effects and streams
	kind  signal.Kind
	rate  func(u *unit) float64 // a month
	delay float64               // mean days from the event to receipt
	say   func(c chance, u *unit, s *signal.Signal, back int)
}

// voices is every kind of signal that comes in by itself. What is planned or
// single (visits, the storm, ratings) is in singles.
var voices = []voice{
	{"incidents", signal.KindIncident, func(u *unit) float64 {
		return float64(u.beds)*0.02*ofHospital(u) + float64(u.calls)*0.00022
	}, 5, sayIncident},
	{"incidents-harm", signal.KindIncident, func(u *unit) float64 {
		return float64(u.beds)*0.011*ofHospital(u) + float64(u.calls)*0.00006
	}, 6, sayHarm},
	{"complaints", signal.KindComplaint, func(u *unit) float64 { return 0.15 + float64(u.staff)*0.0013 }, 26, sayComplaint},
	{"gp", signal.KindClinicianConcern, func(u *unit) float64 {
		return float64(u.type1)*0.0003 + float64(u.calls)*0.00004 + float64(u.waiting)*0.00001 + map[bool]float64{true: 0.9}[u.role == org.MentalHealth || u.role == org.Community] + map[bool]float64{true: 0.05}[u.role == org.CareHome]
	}, 5, sayConcern},
	{"comments", signal.KindPatientComment, func(u *unit) float64 {
		return float64(u.spells)*0.0011 + map[bool]float64{true: 0.8}[u.role == org.Practice] + map[bool]float64{true: 0.12}[u.role == org.CareHome]
	}, 9, sayComment},
	{"praise", signal.KindPraise, func(u *unit) float64 { return float64(u.spells) * 0.0003 }, 9, sayPraise},
	{"staff", signal.KindStaffConcern, func(u *unit) float64 { return float64(u.staff) * 0.00012 }, 12, sayStaff},
	{"media", signal.KindMedia, func(u *unit) float64 { return map[bool]float64{true: 0.2}[u.staff > 2000] }, 2, sayMedia},
	{"never", signal.KindNeverEvent, func(u *unit) float64 { return float64(u.waiting) * 0.0000022 }, 4, sayNever},
}

// ofHospital is 1 where incidents of beds are reported to the commissioner, less
// for care homes, which report few.
func ofHospital(u *unit) float64 {
	if u.role == org.CareHome {
		return 0.25
	}
	return 1
}

// louder is how the stories change how often a voice is heard.
var louder = []effect{
	{Aldermoor, "staff", 13, 3, 5},
	{Aldermoor, "gp", 12, 4, 4.2},
	{Aldermoor, "complaints", 11, 5, 2.1},
	{Aldermoor, "comments", 11, 5, 2.1},
	{Aldermoor, "incidents", 7, 5, 0.6},
	{Aldermoor, "incidents-harm", 6, 3, 1.6},
	{SevernVale, "incidents", 99, 1, 1.5},
	{SevernVale, "incidents-harm", 30, 24, 0.72},
	{Westerby, "staff", 8, 4, 4},
	{NorthMarl, "complaints", 8, 5, 1.9},
	{NorthMarl, "incidents-harm", 8, 5, 1.9},
	{FennickVale, "complaints", 3, 2, 5},
	{FennickVale, "gp", 2, 1, 14},
}

// heard is how much louder or quieter a voice is for the stories.
func heard(code org.Code, id string, back int) float64 {
	log := 0.0
	for _, e := range louder {
		if e.org == code && e.figure == id && back <= e.back {
			log += min(1, float64(e.back-back+1)/float64(e.ramp)) * math.Log(e.times)
		}
	}
	return math.Exp(log)
}

// Signals is what a commissioner has been told by the day, in the order of
// receipt, with ids and references. It is the same for the same seed and day.
func (e Economy) Signals(tenant org.Code) []signal.Signal {
	var out []signal.Signal
	for i := range providers {
		u := &providers[i]
		for k := range voices {
			out = append(out, e.voiced(u, &voices[k], tenant)...)
		}
	}
	out = append(out, e.singles(tenant)...)
	slices.SortStableFunc(out, func(a, b signal.Signal) int {
		return cmp.Or(a.Received.Compare(b.Received), cmp.Compare(a.Place.Provider, b.Place.Provider), cmp.Compare(a.Kind, b.Kind))
	})
	counts := map[string]int{}
	for i := range out {
		s := &out[i]
		key := s.Kind.Prefix() + "-" + s.Received.Format("2006")
		counts[key]++
		s.Reference = named("%s-%d", key, counts[key])
		s.ID = signal.ID(string(tenant) + "-" + s.Reference)
		s.Recorded = s.Received
	}
	return out
}

// voiced is one voice about one provider; nobody speaks of Oak Lane. Most of it reaches the provider's lead
// commissioner, an eighth another that buys there.
func (e Economy) voiced(u *unit, v *voice, tenant org.Code) []signal.Signal {
	if v.rate(u) <= 0 || u.code == OakLane || tenant != u.system && !slices.Contains(u.buyers, tenant) {
		return nil
	}
	c := stream(e.Seed, "voice", string(u.code), v.id)
	own := c.about(1, 0.12)
	var out []signal.Signal
	for back := Months - 1; back >= -1; back-- {
		first := e.month(back).Start()
		days := int(e.month(back).End().Sub(first).Hours() / 24)
		n := c.poisson(v.rate(u) * own * heard(u.code, v.id, back))
		for range n {
			s, to := e.spoken(c, u, v, first.AddDate(0, 0, c.IntN(days)), back)
			if to == tenant && u.active(back) && !s.Received.After(e.Day) {
				out = append(out, s)
			}
		}
	}
	return out
}

// spoken is one signal, and the commissioner that it reaches.
func (e Economy) spoken(c chance, u *unit, v *voice, day time.Time, back int) (signal.Signal, org.Code) {
	happened := calendar.NewDate(day.Date())
	late := int(min(c.ExpFloat64()*v.delay, 180))
	s := signal.Signal{
		Kind: v.kind, Place: signal.Place{Provider: u.code}, Occurred: signal.Occurrence{Date: happened},
		Received: (happened + calendar.Date(late)).At(9+c.IntN(8), 5*c.IntN(12)).UTC(), Source: signal.Source{Channel: "file"},
	}
	if late == 0 {
		s.Received = happened.At(19, 5*c.IntN(12)).UTC() // after it happened
	}
	to := u.system
	if len(u.buyers) > 0 && c.IntN(8) == 0 {
		to = u.buyers[c.IntN(len(u.buyers))]
	}
	v.say(c, u, &s, back)
	return s, to
}
