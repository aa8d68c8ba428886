package demo

import (
	"math"
	"time"

	"candour/internal/calendar"
)

// Days after a period's end by which its figures come out.
const (
	lagCancer     = 45
	lagInfections = 45
	lagMortality  = 215
	lagSurvey     = 120
)

// cancer is the 62-day waits of all months so far in one file, published whole
// again each time: patients in halves, as two trusts share some.
func (e Economy) cancer() []File {
	rows := make([][][]string, Months) // by how far back the month lies
	for i := range providers {
		u := &providers[i]
		if u.cancer <= 0 {
			continue
		}
		c := stream(e.Seed, "cancer", string(u.code))
		rate := shifted(0.72, c.about(1, 0.15))
		for back := Months - 1; back >= 0; back-- {
			total := math.Round(2*c.about(u.cancer, 0.05)) / 2
			within := float64(c.binomial(int(2*total), shifted(rate, c.about(1, 0.05)))) / 2
			if !u.active(back) {
				continue
			}
			p := e.month(back)
			rows[back] = append(rows[back], []string{"62d_combined", p.String(), p.Start().Format(time.DateOnly), string(u.code), u.name, fixed(total, 1), fixed(within, 1), fixed(total-within, 1), fixed(within/total, 4)})
		}
	}
	var out []File
	for stage, months := range e.fresh(lagCancer) {
		if len(months) == 0 {
			continue
		}
		t := newTable(',', "metric", "period_month", "period_date", "org_code", "org_name", "total_patients", "within_62d", "breached_62d", "compliance_rate")
		for back := Months - 1; back >= months[len(months)-1]; back-- {
			for _, row := range rows[back] {
				t.row(row...)
			}
		}
		out = append(out, File{Name: e.dated("04-cancer/62d-trust-month.csv", stage), Body: t.body(), Stage: stage})
	}
	return out
}

// infections is the monthly counts of E. coli, one long file for each financial
// year, parted by semicolons as published. A year that goes on comes again with the
// months so far.
func (e Economy) infections() []File {
	counts := map[*unit][][3]int{}
	for i := range providers {
		if u := &providers[i]; u.acute() {
			counts[u] = e.ecoli(u)
		}
	}
	var out []File
	for stage, months := range e.fresh(lagInfections) {
		for at, back := range months {
			if year := financialYear(e.month(back)); at == len(months)-1 || financialYear(e.month(back-1)) != year {
				out = append(out, File{Name: e.dated("05-hcai/Ecoli_"+year+".csv", stage), Body: e.infected(counts, year, back), Stage: stage})
			}
		}
	}
	return out
}

// infected is the file of a financial year up to a month.
func (e Economy) infected(counts map[*unit][][3]int, year string, upTo int) []byte {
	t := newTable(';', "Collection", "Organisation type", "Organisation code", "Organisation name", "PHE Centre", "STP", "Region name", "Year", "Month", "Metric", "Figure", "Data signed off", "Data changed since last publication?")
	for back := Months - 1; back >= upTo; back-- {
		p := e.month(back)
		if financialYear(p) != year {
			continue
		}
		for i := range providers {
			u := &providers[i]
			if counts[u] == nil || !u.active(back) {
				continue
			}
			n := counts[u][back]
			for _, m := range []struct {
				metric string
				n      int
			}{
				{"Hospital-onset", n[0]},
				{"Community-onset", n[1] + n[2]},
				{"Total cases", n[0] + n[1] + n[2]},
				{"Hospital-onset, healthcare associated", n[0]},
				{"Community-onset, healthcare associated", n[1]},
				{"Community-onset, community associated", n[2]},
			} {
				t.row("E. coli", "NHS acute trust", string(u.code), u.name, "Midlands", "", "Midlands", whole(p.Start().Year()), whole(int(p.Start().Month())), m.metric, whole(m.n), "Yes", "No")
			}
		}
	}
	return t.body()
}

func (e Economy) ecoli(u *unit) [][3]int {
	c := stream(e.Seed, "ecoli", string(u.code))
	out := make([][3]int, Months)
	for back := Months - 1; back >= 0; back-- {
		beds := float64(u.beds)
		out[back] = [3]int{c.poisson(beds * 0.0085), c.poisson(beds * 0.007), c.poisson(beds * 0.026)}
	}
	return out
}

// financialYear is "2025-26".
func financialYear(p calendar.Period) string {
	y := p.Start().Year()
	if p.Start().Month() < time.April {
		y--
	}
	return named("%d-%02d", y, (y+1)%100)
}

// mortality is SHMI each quarter: twelve months' deaths over those expected. The
// layout holds no period, so whoever loads it says it.
func (e Economy) mortality() []File {
	var out []File
	for back := Months - 1; back >= e.newestOut(lagMortality); back-- {
		p := e.month(back)
		if p.Start().Month()%3 != 0 {
			continue
		}
		t := newTable(',', "INDICATOR_CODE", "PROVIDER", "PROVIDER_NAME", "DENOMINATOR", "OBSERVED", "EXPECTED", "VALUE", "PO_LL", "PO_UL", "OD_LL", "OD_UL", "PO_BANDING", "OD_BANDING")
		for i := range providers {
			if u := &providers[i]; u.acute() && u.active(back) {
				e.ratio(t, u, back)
			}
		}
		start := p.Start()
		stage, _ := e.outAt(back, lagMortality)
		out = append(out, File{
			Name: "06-shmi/SHMI-twelve-months-to-" + start.Format("January-2006") + ".csv", Body: t.body(),
			Period: calendar.TwelveMonthsTo(start.Year(), start.Month()), Stage: stage,
		})
	}
	return out
}

// odds of SHMI's limits: publishers widen those of the Poisson distribution by
// how much trusts differ anyway.
const overdispersion = 0.055

func (e Economy) ratio(t *table, u *unit, back int) {
	usual := stream(e.Seed, "shmi", string(u.code)).about(1, 0.03)
	c := stream(e.Seed, "shmi", string(u.code), whole(int(e.month(back).Start().Unix())))
	spells := float64(u.spells) * 7
	rate, expected := 0.0, spells*0.034
	for k := range 12 {
		rate += factor(u.code, "shmi", back+k) / 12
	}
	coded := 0.0
	for k := range 12 {
		coded += factor(u.code, "shmi-expected", back+k) / 12
	}
	observed := math.Round(expected * usual * rate * math.Exp(0.006*c.NormFloat64()))
	expected *= coded
	value := observed / expected
	poisson := 1.96 / math.Sqrt(expected)
	wide := 1.96 * math.Hypot(1/math.Sqrt(expected), overdispersion)
	t.row("I00699", string(u.code), u.name, fixed(spells, 0), fixed(observed, 0), fixed(expected, 4), fixed(value, 4),
		fixed(math.Exp(-poisson), 4), fixed(math.Exp(poisson), 4), fixed(math.Exp(-wide), 4), fixed(math.Exp(wide), 4), banding(value, poisson), banding(value, wide))
}

// banding is 1 for higher than expected, 2 for as expected, 3 for lower.
func banding(value, width float64) string {
	switch {
	case value > math.Exp(width):
		return "1"
	case value < math.Exp(-width):
		return "3"
	}
	return "2"
}
