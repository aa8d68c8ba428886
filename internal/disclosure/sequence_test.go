package disclosure

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestASequenceOfOverlappingPapersStaysSafeAlsoWhenTheSearchIsGivenUp gives four
// overlapping views out one after the other, with no, little or all the time to think,
// and lets the attacker put all of them together: he learns nothing from the newest
// that those before it had not given away.
func TestASequenceOfOverlappingPapersStaysSafeAlsoWhenTheSearchIsGivenUp(t *testing.T) {
	t.Parallel()
	m := method(t, "local")
	const parts, most = 4, 14
	unguarded, given, shown := 0, 0, map[int]int{}
	rapid.Check(t, func(t *rapid.T) {
		counts := sites(rapid.SliceOfN(rapid.OneOf(rapid.Int64Range(0, 4), rapid.Int64Range(0, 10)), parts, parts).Draw(t, "counts")...)
		work := rapid.SampledFrom([]int{0, 60, 400, mostWork}).Draw(t, "work")
		var out []View
		for k := range 4 {
			asked := View{Name: fmt.Sprint("paper ", k)}
			for i := range rapid.IntRange(1, 3).Draw(t, "figures") {
				ids := rapid.SliceOfNDistinct(rapid.IntRange(0, parts-1), 1, parts, rapid.ID[int]).Draw(t, "parts")
				asked.Figures = append(asked.Figures, over(fmt.Sprint(asked.Name, ".", i), ids...))
			}
			next, _, err := m.compare(counts, out, asked, work)
			if err != nil {
				t.Fatal(err)
			}
			bare, _, err := m.decide(counts, asked)
			if err != nil {
				t.Fatal(err)
			}
			unguarded += len(smallGroupsFound(t, m, counts, most, append(slices.Clone(out), bare)...))
			for _, g := range smallGroupsFound(t, m, counts, most, append(slices.Clone(out), next)...) {
				a := comparer(m, parts, most, out...)
				if id := a.group(g); int64(len(a.possible(id, int(m.Possible), true))) >= m.Possible {
					t.Fatalf("counts %v, work %d: group %v can be worked out from %v after %v", counts, work, g, cells(next), out)
				}
				given++
			}
			for _, f := range next.Figures {
				if f.Cell.State == Shown {
					shown[work]++
				}
			}
			out = append(out, next)
		}
	})
	if unguarded == 0 || shown[mostWork] == 0 {
		t.Errorf("the attacker found %d groups in what was not compared; shown %v", unguarded, shown)
	}
	t.Logf("%d groups in what was not compared; %d given away by papers before alone; figures shown by work %v", unguarded, given, shown)
}

func TestTheSameWorkGivesTheSamePaper(t *testing.T) {
	t.Parallel()
	one, two := papers(t, 3, 6, 5, 40_000), papers(t, 3, 6, 5, 40_000)
	for i := range one {
		if fmt.Sprint(one[i]) != fmt.Sprint(two[i]) {
			t.Errorf("paper %d differs:\n%v\n%v", i, one[i], two[i])
		}
	}
}

// BenchmarkOverlappingPapers makes papers of 12 providers by 8 channels over up to 24
// months, each overlapping those before it, and tells what the slowest took.
//
//	go test -run xxx -bench OverlappingPapers -benchtime 1x ./internal/disclosure
func BenchmarkOverlappingPapers(b *testing.B) {
	for b.Loop() {
		papers(b, 12, 12, 8, mostWork)
	}
}

// papers gives papers out over months that overlap, one after the other.
func papers(t testing.TB, papers, rows, columns, work int) (out []View) {
	m := method(t, "local")
	random := rand.New(rand.NewPCG(3, 4))
	const months = 30
	counts := map[Part]int64{}
	name := func(row, column, month int) Part { return Part(fmt.Sprintf("%02d-%02d-%02d", row, column, month)) }
	for i := range rows {
		for j := range columns {
			for month := range months {
				counts[name(i, j, month)] = int64(random.ExpFloat64() * 3)
			}
		}
	}
	var slowest time.Duration
	for k := range papers {
		from := random.IntN(6)
		until := min(months, from+6+random.IntN(19))
		parts := func(i, j int) (of []Part) {
			for month := from; month < until; month++ {
				of = append(of, name(i, j, month))
			}
			return of
		}
		list := make([][]int64, rows)
		for i := range list {
			list[i] = make([]int64, columns)
			for j := range list[i] {
				for _, p := range parts(i, j) {
					list[i][j] += counts[p]
				}
			}
		}
		began := time.Now()
		p, err := m.Protect(table(list...))
		if err != nil {
			t.Fatal(err)
		}
		next, _, err := m.compare(counts, out, p.View(fmt.Sprint("paper ", k), parts), work)
		if err != nil {
			t.Fatal(err)
		}
		slowest = max(slowest, time.Since(began))
		if _, bench := t.(*testing.B); bench {
			t.Logf("paper %d, months %d to %d: %v", k, from, until, time.Since(began).Round(time.Millisecond))
		}
		out = append(out, next)
	}
	if b, ok := t.(*testing.B); ok {
		b.ReportMetric(slowest.Seconds(), "s/slowest")
	}
	return out
}
