package demo

import (
	"math"

	"candour/internal/org"
)

// effect is how a story changes a figure: from a month on (counted back from the
// newest), reached over a ramp of months, its rate (or odds) times a factor.
type effect struct {
	org    org.Code
	figure string
	back   int
	ramp   int
	times  float64
}

// effects of the stories on figures. Figures of returns are named by their column,
// others by their indicator.
var effects = []effect{
	// Aldermoor: staffing from ten months ago, outcomes from seven.
	{Aldermoor, "Nurse hours worked", 10, 5, 0.34},
	{Aldermoor, "Sickness days lost", 10, 6, 1.24},
	{Aldermoor, "Leavers", 11, 5, 1.5},
	{Aldermoor, "Vacant posts", 10, 6, 1.4},
	{Aldermoor, "Incidents reported", 7, 6, 0.66},
	{Aldermoor, "Falls with harm", 7, 4, 1.65},
	{Aldermoor, "Falls", 7, 4, 1.18},
	{Aldermoor, "Pressure ulcers category 2 and above", 6, 3, 1.6},
	{Aldermoor, "Incidents with moderate or worse harm", 6, 3, 1.7},
	{Aldermoor, "Sepsis antibiotics within 1 hour", 6, 4, 0.5},
	{Aldermoor, "Deaths in hospital", 5, 4, 1.32},
	{Aldermoor, "Emergency readmissions within 30 days", 6, 3, 1.2},
	{Aldermoor, "FFT positive", 8, 5, 0.68},
	{Aldermoor, "Complaints received", 8, 4, 1.35},
	{Aldermoor, "Complaints answered on time", 6, 4, 0.4},
	{Aldermoor, "shmi", 9, 6, 1.13},
	{Aldermoor, "staff-survey", 13, 1, 1.28},

	// Severn Vale reports all it sees, and comes to less harm.
	{SevernVale, "Incidents reported", 99, 1, 1.5},
	{SevernVale, "Incidents with moderate or worse harm", 30, 24, 0.7},
	{SevernVale, "staff-survey", 99, 1, 0.85},

	// Wold District codes more secondary diagnoses, so that more deaths are expected.
	{Wold, "shmi-expected", 22, 9, 1.14},

	// North Marl hands over late.
	{NorthMarl, "Ambulance handovers over 60 minutes", 9, 6, 1.9},

	// Fennick Vale lost its manager and then its staff.
	{FennickVale, "staff-vacancies", 6, 4, 2.6},
	{FennickVale, "staff-turnover", 6, 4, 2.2},

	// Westerby: staff leave and say why.
	{Westerby, "Leavers", 8, 6, 1.35},
	{Westerby, "staff-survey", 13, 1, 1.12},
}

// factor is what the stories make of a figure in a month (back months before the
// newest).
func factor(code org.Code, figure string, back int) float64 {
	log := 0.0
	for _, e := range effects {
		if e.org != code || e.figure != figure || back > e.back {
			continue
		}
		share := min(1, float64(e.back-back+1)/float64(e.ramp))
		log += share * math.Log(e.times)
	}
	return math.Exp(log)
}
