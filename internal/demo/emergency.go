package demo

import (
	"math"

	"candour/internal/calendar"
)

// lagAE is how many days after its month the A&E figures come out.
const lagAE = 14

// restatedBack is how far back the month lies that was published twice.
const restatedBack = 6

// restatedAgo is how many months before the day the second publication was loaded.
const restatedAgo = 3

var aeColumns = []string{
	"Period", "Org Code", "Parent Org", "Org name", "A&E attendances Type 1", "A&E attendances Type 2", "A&E attendances Other A&E Department",
	"A&E attendances Booked Appointments Type 1", "A&E attendances Booked Appointments Type 2", "A&E attendances Booked Appointments Other Department",
	"Attendances over 4hrs Type 1", "Attendances over 4hrs Type 2", "Attendances over 4hrs Other Department",
	"Attendances over 4hrs Booked Appointments Type 1", "Attendances over 4hrs Booked Appointments Type 2", "Attendances over 4hrs Booked Appointments Other Department",
	"Patients who have waited 4-12 hs from DTA to admission", "Patients who have waited 12+ hrs from DTA to admission",
	"Emergency admissions via A&E - Type 1", "Emergency admissions via A&E - Type 2", "Emergency admissions via A&E - Other A&E department", "Other emergency admissions",
}

// emergency is the monthly A&E files, oldest first; the restated month comes again
// months after the first time.
func (e Economy) emergency() []File {
	days := map[*unit][][]int{}
	for i := range providers {
		if u := &providers[i]; u.type1 > 0 || u.type3 > 0 {
			days[u] = e.attendances(u)
		}
	}
	var out []File
	for stage, months := range e.fresh(lagAE) {
		for _, back := range months {
			p := e.month(back)
			out = append(out, File{Name: named("02-ae/Monthly-AE-%s.csv", p.Start().Format("January-2006")), Body: e.aeMonth(p, back, days, 0), Stage: stage})
		}
	}
	back := restatedBack + e.newestOut(lagAE)
	p := e.month(back)
	return append(out, File{
		Name: named("02-ae/Monthly-AE-%s-revised.csv", p.Start().Format("January-2006")), Body: e.aeMonth(p, back, days, 600), Stage: e.stageOf(e.Day.AddDate(0, -restatedAgo, 0)),
	})
}

// aeMonth is one month's file; more is how many more of Queen Adela's attendances
// took over four hours than first said.
func (e Economy) aeMonth(p calendar.Period, back int, days map[*unit][][]int, more int) []byte {
	t := newTable(',', aeColumns...)
	total := make([]int, len(aeColumns)-4)
	for i := range providers {
		u := &providers[i]
		if days[u] == nil || !u.active(back) {
			continue
		}
		cells := append([]int(nil), days[u][back]...)
		if u.code == QueenAdela {
			cells[6] += more
		}
		for k, n := range cells {
			total[k] += n
		}
		t.row(append([]string{"MSitAE-" + fullMonth(p), string(u.code), "NHS ENGLAND MIDLANDS ", u.name}, figures(cells...)...)...)
	}
	t.row(append([]string{"TOTAL", "TOTAL", "TOTAL", "TOTAL"}, figures(total...)...)...)
	return t.body()
}

// attendances is a provider's 18 figures of each month, by how far back it lies.
func (e Economy) attendances(u *unit) [][]int {
	c := stream(e.Seed, "ae", string(u.code))
	over := shifted(0.27, c.about(1, 0.12))
	admitted := c.about(0.3, 0.06)
	trolley := c.about(0.012, 0.3)
	out := make([][]int, Months)
	for back := Months - 1; back >= 0; back-- {
		winter := math.Cos(2 * math.Pi * float64(e.month(back).Start().Month()-1) / 12)
		t1 := int(c.about(float64(u.type1), 0.02))
		t3 := int(c.about(float64(u.type3), 0.025))
		o1 := c.binomial(t1, shifted(over, math.Exp(0.05*winter+0.05*c.NormFloat64())*factor(u.code, "ae-over", back)))
		o3 := c.binomial(t3, shifted(0.02, c.about(1, 0.15)))
		a1 := c.binomial(t1, admitted*math.Exp(0.02*c.NormFloat64()))
		waits := c.binomial(a1, 0.12*math.Exp(0.1*c.NormFloat64()))
		long := c.binomial(a1, trolley*math.Exp(0.15*winter+0.12*c.NormFloat64()))
		other := c.binomial(u.spells, 0.07*math.Exp(0.03*c.NormFloat64()))
		out[back] = []int{t1, 0, t3, 0, 0, 0, o1, 0, o3, 0, 0, 0, waits, long, a1, 0, 0, other}
	}
	return out
}
