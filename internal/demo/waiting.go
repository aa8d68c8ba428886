package demo

import (
	"math"

	"candour/internal/calendar"
	"candour/internal/org"
)

// lagRTT is how many days after its month the waiting times come out.
const lagRTT = 45

// weeks is the number of bands of a week; the last is 104 weeks and over.
const weeks = 105

// waiting is the full extracts of planned waits, oldest first.
func (e Economy) waiting() []File {
	header := []string{
		"Period", "Provider Parent Org Code", "Provider Parent Name", "Provider Org Code", "Provider Org Name", "Commissioner Parent Org Code", "Commissioner Parent Name",
		"Commissioner Org Code", "Commissioner Org Name", "RTT Part Type", "RTT Part Description", "Treatment Function Code", "Treatment Function Name",
	}
	for w := range weeks - 1 {
		header = append(header, named("Gt %02d To %02d Weeks SUM 1", w, w+1))
	}
	header = append(header, "Gt 104 Weeks SUM 1", "Total", "Patients with unknown clock start date", "Total All")
	queues := map[*unit][]queue{}
	for i := range providers {
		if u := &providers[i]; u.waiting > 0 {
			queues[u] = e.queues(u)
		}
	}
	var out []File
	for back := Months - 1; back >= e.newestOut(lagRTT); back-- {
		p := e.month(back)
		stage, _ := e.outAt(back, lagRTT)
		t := newTable(',', header...)
		for i := range providers {
			if u := &providers[i]; u.waiting > 0 && u.active(back) {
				e.pathways(t, p, u, queues[u][back])
			}
		}
		out = append(out, File{Name: named("03-rtt/%s-RTT-%s-full-extract.csv", p.Start().Format("20060102"), p.Start().Format("January-2006")), Body: t.body(), Stage: stage})
	}
	return out
}

// queue is how many wait and how fast they leave, the longer waiting the faster,
// so that one rate gives all bands.
type queue struct {
	patients int
	leave    float64 // share that leaves the queue in the first week
}

func (e Economy) queues(u *unit) []queue {
	c := stream(e.Seed, "rtt", string(u.code))
	leave := c.about(0.05, 0.1)
	out := make([]queue, Months)
	for back := Months - 1; back >= 0; back-- {
		out[back] = queue{int(c.about(float64(u.waiting), 0.01)), leave * math.Exp(0.012*c.NormFloat64()) / factor(u.code, "rtt", back)}
	}
	return out
}

// functions are the specialties written, with their share of the queue.
var functions = []struct {
	code, name string
	share      float64
}{{"C_110", "Trauma and Orthopaedic Service", 0.4}, {"C_100", "General Surgery Service", 0.35}, {"C_130", "Ophthalmology Service", 0.25}}

// pathways writes the rows of one provider: each buyer and specialty, incomplete
// pathways and those with a decision to admit, and the total of all specialties.
func (e Economy) pathways(t *table, p calendar.Period, u *unit, q queue) {
	buyers := append([]org.Code{u.system}, u.buyers...)
	c := stream(e.Seed, "pathways", string(u.code), p.String())
	for i, buyer := range buyers {
		share := 1.0
		if i == 0 && len(buyers) > 1 {
			share = 0.8
		} else if i > 0 {
			share = 0.2 / float64(len(buyers)-1)
		}
		for _, part := range []struct {
			code, words string
			share       float64
		}{{"Part_2", "Incomplete Pathways", 1}, {"Part_2A", "Incomplete Pathways with DTA", 0.16}} {
			total := make([]int, weeks)
			for _, f := range functions {
				bands := bandsOf(c, float64(q.patients)*share*part.share*f.share, q.leave)
				for w, n := range bands {
					total[w] += n
				}
				pathway(t, p, u, buyer, part.code, part.words, f.code, f.name, bands)
			}
			pathway(t, p, u, buyer, part.code, part.words, "C_999", "Total", total)
		}
	}
}

// bandsOf shares patients out, by chance, over the weeks that they have waited.
func bandsOf(c chance, patients, leave float64) []int {
	out := make([]int, weeks)
	remain := patients
	for w := range weeks {
		long := float64(w) / 40
		here := remain * min(1, leave*(1+long*long*long)) // those who have waited long come first
		if w == weeks-1 {
			here = remain
		}
		remain -= here
		out[w] = c.poisson(here)
	}
	return out
}

func pathway(t *table, p calendar.Period, u *unit, buyer org.Code, part, words, function, name string, bands []int) {
	cells := make([]string, 0, 13+weeks+3)
	cells = append(cells, "RTT-"+p.Start().Format("January-2006"), string(u.system), "", string(u.code), u.name, "", "", string(buyer), "", part, words, function, name)
	sum := 0
	for _, n := range bands {
		sum += n
		cells = append(cells, whole(n))
	}
	t.row(append(cells, whole(sum), "0", whole(sum))...)
}
