package demo

import (
	"math"

	"candour/internal/org"
)

// lagReturns is how many days after its month a quality return is due.
const lagReturns = 20

// figure is one column of the quality return and how it is drawn.
type figure struct {
	column string
	of     string  // column of which it is a share or per which it is a rate; "" when it stands alone
	usual  float64 // share, or rate, at a usual provider
	apart  float64 // relative deviation between providers
	noise  float64 // relative deviation from month to month beyond that of counting
	share  bool    // binomial; else Poisson
	only   func(u *unit) bool
}

func everyone(*unit) bool      { return true }
func bedded(u *unit) bool      { return u.beds > 0 }
func discharging(u *unit) bool { return u.spells > 0 }
func delivering(u *unit) bool  { return u.births > 0 }
func emergency(u *unit) bool   { return u.acute() }
func operating(u *unit) bool   { return u.waiting > 0 }
func physical(u *unit) bool    { return u.beds > 0 && u.role != org.MentalHealth }
func infected(u *unit) bool    { return physical(u) && u.role != org.Independent }
func handingOver(u *unit) bool { return u.acute() || u.role == org.Ambulance }
func nursing(u *unit) bool     { return u.beds >= 20 }
func reportsDeaths(u *unit) bool {
	return u.acute() || u.role == org.Community || u.role == org.Hospice
}

// figuresOfReturn is every column after the first three, in the order of the file.
// Those without a usual value are sizes, drawn by size.
var figuresOfReturn = []figure{
	{column: "Occupied bed days", only: bedded, noise: 0.012},
	{column: "Discharges", only: discharging, noise: 0.02},
	{column: "Adult admissions", only: discharging, noise: 0.02},
	{column: "Staff in post", only: everyone, noise: 0.004},
	{column: "Posts", only: everyone, noise: 0.001},
	{column: "Staff days available", only: everyone, noise: 0.004},
	{column: "Nurse hours planned", only: nursing, noise: 0.01},
	{column: "Births", only: delivering, noise: 0.04},
	{column: "FFT responses", only: discharging, noise: 0.08},
	{column: "Diagnostics waiting", only: operating, noise: 0.03},
	{column: "Suspected sepsis", only: emergency, noise: 0.1},
	{column: "Ambulance handovers", only: handingOver, noise: 0.02},
	{column: "Duty of candour due", of: "Occupied bed days", usual: 0.0004, apart: 0.2, only: bedded},
	{column: "Complaints received", of: "Staff in post", usual: 0.0052, apart: 0.15, only: everyone},
	{column: "Falls", of: "Occupied bed days", usual: 0.0056, apart: 0.12, noise: 0.03, only: bedded},
	{column: "Falls with harm", of: "Occupied bed days", usual: 0.00135, apart: 0.1, only: bedded},
	{column: "Pressure ulcers category 2 and above", of: "Occupied bed days", usual: 0.0009, apart: 0.15, only: physical},
	{column: "MRSA bloodstream infections", of: "Occupied bed days", usual: 0.000004, apart: 0.1, only: infected},
	{column: "C difficile healthcare associated", of: "Occupied bed days", usual: 0.00019, apart: 0.15, only: infected},
	{column: "Admissions assessed for VTE", of: "Adult admissions", usual: 0.964, apart: 0.2, noise: 0.04, share: true, only: physical},
	{column: "Never events", of: "Occupied bed days", usual: 0.0000025, only: operating},
	{column: "Incidents reported", of: "Occupied bed days", usual: 0.045, apart: 0.08, noise: 0.025, only: bedded},
	{column: "Incidents with moderate or worse harm", of: "Occupied bed days", usual: 0.0012, apart: 0.12, only: bedded},
	{column: "Sepsis antibiotics within 1 hour", of: "Suspected sepsis", usual: 0.86, apart: 0.12, noise: 0.05, share: true, only: emergency},
	{column: "Duty of candour done", of: "Duty of candour due", usual: 0.97, share: true, only: bedded},
	{column: "Mixed sex breaches", of: "Occupied bed days", usual: 0.00003, apart: 0.3, only: physical},
	{column: "Deaths in hospital", of: "Discharges", usual: 0.029, apart: 0.06, noise: 0.025, share: true, only: reportsDeaths},
	{column: "Emergency readmissions within 30 days", of: "Discharges", usual: 0.086, apart: 0.06, noise: 0.02, share: true, only: discharging},
	{column: "Stillbirths and neonatal deaths", of: "Births", usual: 0.0046, only: delivering},
	{column: "FFT positive", of: "FFT responses", usual: 0.945, apart: 0.15, noise: 0.05, share: true, only: discharging},
	{column: "Complaints acknowledged in 3 working days", of: "Complaints received", usual: 0.975, share: true, only: everyone},
	{column: "Complaints due for answer", of: "Complaints received", usual: 0.9, share: true, only: everyone},
	{column: "Complaints answered on time", of: "Complaints due for answer", usual: 0.86, apart: 0.25, share: true, only: everyone},
	{column: "Nurse hours worked", of: "Nurse hours planned", usual: 0.957, apart: 0.15, noise: 0.12, share: true, only: nursing},
	{column: "Sickness days lost", of: "Staff days available", usual: 0.048, apart: 0.08, noise: 0.03, share: true, only: everyone},
	{column: "Vacant posts", of: "Posts", usual: 0.078, apart: 0.12, noise: 0.03, share: true, only: everyone},
	{column: "Leavers", of: "Staff in post", usual: 0.0095, apart: 0.1, noise: 0.03, share: true, only: everyone},
	{column: "Staff with training up to date", of: "Staff in post", usual: 0.905, apart: 0.15, noise: 0.04, share: true, only: everyone},
	{column: "Staff appraised", of: "Staff in post", usual: 0.868, apart: 0.15, noise: 0.04, share: true, only: everyone},
	{column: "Diagnostics waiting 6 weeks or less", of: "Diagnostics waiting", usual: 0.82, apart: 0.2, noise: 0.05, share: true, only: operating},
	{column: "Ambulance handovers over 60 minutes", of: "Ambulance handovers", usual: 0.055, apart: 0.2, noise: 0.06, share: true, only: handingOver},
	{column: "Cancelled operations not rebooked in 28 days", of: "Discharges", usual: 0.0004, apart: 0.2, only: operating},
}

// sizeOf is a size of a provider in a month of so many days.
func sizeOf(u *unit, column string, days float64) float64 {
	switch column {
	case "Occupied bed days":
		return float64(u.beds) * days * 0.91
	case "Discharges":
		return float64(u.spells)
	case "Adult admissions":
		return float64(u.spells) * 0.93
	case "Staff in post":
		return float64(u.staff) * 0.92
	case "Posts":
		return float64(u.staff)
	case "Staff days available":
		return float64(u.staff) * 0.92 * days
	case "Nurse hours planned":
		return float64(u.beds) * 170
	case "Births":
		return float64(u.births)
	case "FFT responses":
		return float64(u.spells) * 0.2
	case "Diagnostics waiting":
		return float64(u.waiting) * 0.28
	case "Suspected sepsis":
		return float64(u.spells) * 0.018
	case "Ambulance handovers":
		if u.acute() {
			return float64(u.type1) * 0.22
		}
		return float64(u.calls)
	}
	return 0
}

// lateSince is how many months before the newest Pellam Park sent its last return.
const lateSince = 4

// begunBack is how many months before the newest Oak Lane sent its first return.
const begunBack = 4

// sends reports whether a provider sent a return for the month.
func sends(u *unit, back int) bool {
	switch {
	case !u.returns() || !u.active(back):
		return false
	case u.code == PellamPark:
		return back >= lateSince
	case u.code == OakLane:
		return back <= begunBack
	}
	return true
}

// returns is the quality returns as the support unit gathers them at each stage: one
// file for each commissioner and year, and the newest month in a file of its own.
// Community care's newest comes apart, with rows that are wrong.
func (e Economy) returns() []File {
	header := []string{"Provider Code", "Provider Name", "Month"}
	for _, f := range figuresOfReturn {
		header = append(header, f.column)
	}
	rows := map[*unit][][]string{}
	for i := range providers {
		if providers[i].returns() {
			rows[&providers[i]] = e.returned(&providers[i])
		}
	}
	newest := e.newestOut(lagReturns)
	var out []File
	for stage, months := range e.fresh(lagReturns) {
		for _, buyer := range commissioners {
			var t *table
			for at, back := range months {
				if t == nil {
					t = newTable(',', header...)
				}
				for i := range providers {
					u := &providers[i]
					if u.system == buyer.code && sends(u, back) && !(u.code == Community && back == newest) {
						t.row(rows[u][back]...)
					}
				}
				year := financialYear(e.month(back))
				last := at == len(months)-1
				if !last && months[at+1] != newest && financialYear(e.month(months[at+1])) == year {
					continue
				}
				name := e.dated(named("09-quality-returns/%s-%s.csv", buyer.code, year), stage)
				if back == newest {
					name = named("09-quality-returns/%s-newest-%s.csv", buyer.code, e.month(back))
				}
				out, t = append(out, File{Name: name, Body: t.body(), Stage: stage}), nil
			}
		}
	}
	return append(out, e.badRows(header, rows[unitOf(Community)][newest]))
}

// badRows is the file of the story: its first row is right, then come four that
// are not, each in its own way.
func (e Economy) badRows(header, right []string) File {
	stage, _ := e.outAt(e.newestOut(lagReturns), lagReturns)
	t := newTable(',', header...)
	t.row(right...)
	with := func(column, value string) []string {
		cells := append([]string(nil), right...)
		for i, h := range header {
			if h == column {
				cells[i] = value
			}
		}
		return cells
	}
	t.row(with("Falls", "twelve")...)
	t.row(with("Provider Code", "MARLSHIRE COMMUNITY")...)
	t.row(with("Month", "2026-13")...)
	t.row(with("Pressure ulcers category 2 and above", "97")...)
	return File{Name: named("09-quality-returns/%s-%s.csv", Community, e.month(e.newestOut(lagReturns))), Body: t.body(), Rows: 4, Stage: stage}
}

// returned is a provider's rows by how far back the month lies.
func (e Economy) returned(u *unit) [][]string {
	out := make([][]string, Months)
	for back := range out {
		out[back] = []string{string(u.code), u.name, e.month(back).String()}
	}
	drawn := make([]map[string]int, Months)
	for back := range drawn {
		drawn[back] = map[string]int{}
	}
	for k := range figuresOfReturn {
		f := &figuresOfReturn[k]
		c := stream(e.Seed, "return", string(u.code), f.column)
		own := math.Exp(f.apart * c.NormFloat64())
		for back := Months - 1; back >= 0; back-- {
			noise := math.Exp(f.noise * c.NormFloat64())
			if !f.only(u) {
				out[back] = append(out[back], "n/a")
				continue
			}
			n := e.draw(c, u, f, drawn[back], own*noise, back)
			drawn[back][f.column] = n
			out[back] = append(out[back], whole(n))
		}
	}
	return out
}

func (e Economy) draw(c chance, u *unit, f *figure, drawn map[string]int, times float64, back int) int {
	if f.of == "" {
		p := e.month(back)
		days := p.End().Sub(p.Start()).Hours() / 24
		return int(math.Round(sizeOf(u, f.column, days) * times))
	}
	times *= factor(u.code, f.column, back)
	if f.share {
		return c.binomial(drawn[f.of], shifted(f.usual, times))
	}
	return c.poisson(f.usual * times * float64(drawn[f.of]))
}

// homes is what care homes tell their commissioner, private to it: vacancies and
// leavers in the plain layout of one value a row.
func (e Economy) homes() []File {
	var out []File
	for _, buyer := range commissioners {
		rows := make([][][]string, Months) // by how far back the month lies
		for i := range providers {
			u := &providers[i]
			if u.role == org.CareHome && u.system == buyer.code {
				e.home(rows, u)
			}
		}
		for stage, months := range e.fresh(lagReturns) {
			if len(months) == 0 {
				continue
			}
			t := newTable(',', "Organisation", "Indicator", "Period", "Numerator", "Denominator", "Value", "Note")
			for _, back := range months {
				for _, row := range rows[back] {
					t.row(row...)
				}
			}
			out = append(out, File{Name: e.dated(named("10-care-homes/capacity-%s.csv", buyer.code), stage), Body: t.body(), Tenant: string(buyer.code), Stage: stage})
		}
	}
	return out
}

func (e Economy) home(rows [][][]string, u *unit) {
	for _, m := range []struct {
		indicator string
		usual     float64
	}{{"staff-vacancies", 0.09}, {"staff-turnover", 0.022}} {
		c := stream(e.Seed, "home", string(u.code), m.indicator)
		own := c.about(1, 0.15)
		for back := Months - 1; back >= e.newestOut(lagReturns); back-- {
			n := c.binomial(u.staff, shifted(m.usual, own*factor(u.code, m.indicator, back)))
			rows[back] = append(rows[back], []string{string(u.code), m.indicator, e.month(back).String(), whole(n), whole(u.staff), "", "capacity tracker"})
		}
	}
}
