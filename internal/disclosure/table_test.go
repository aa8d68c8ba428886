package disclosure

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"candour/internal/calendar"
	"candour/internal/fault"
)

// method is a method that comes with Candour, as of today's rules.
func method(t testing.TB, id MethodID) Method {
	t.Helper()
	ms, err := PublishedMethods()
	if err != nil {
		t.Fatal(err)
	}
	m, err := ms.At(id, calendar.MustDate("2025-04-01"))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// table makes a table with all totals.
func table(counts ...[]int64) Table {
	t := Table{Counts: counts, RowTotals: true, ColumnTotals: true, GrandTotal: true}
	for i := range counts {
		t.Rows = append(t.Rows, fmt.Sprint("row ", i))
	}
	if len(counts) > 0 {
		for j := range counts[0] {
			t.Columns = append(t.Columns, fmt.Sprint("column ", j))
		}
	}
	return t
}

// String draws the table as it would be printed.
func (p Protected) String() string {
	var b strings.Builder
	for i, row := range p.Cells {
		for _, c := range row {
			fmt.Fprintf(&b, "%s ", c)
		}
		fmt.Fprintf(&b, "| %s\n", p.RowTotals[i])
	}
	for _, c := range p.ColumnTotals {
		fmt.Fprintf(&b, "%s ", c)
	}
	fmt.Fprintf(&b, "| %s\n", p.GrandTotal)
	return b.String()
}

func TestTablesComeOutAsPrintedHere(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		method MethodID
		table  Table
		want   string
	}{
		"with no method all is shown":        {"none", table([]int64{1, 2}, []int64{3, 4}), "1 2 | 3\n3 4 | 7\n4 6 | 10\n"},
		"a table without small counts stays": {"local", table([]int64{5, 0}, []int64{9, 40}), "5 0 | 5\n9 40 | 49\n14 40 | 54\n"},
		"one small count takes three others with it": {
			"local", table([]int64{3, 20, 30}, []int64{15, 25, 35}, []int64{50, 60, 70}),
			"* w 30 | 53\nw w 35 | 75\n50 60 70 | 180\n68 105 135 | 308\n",
		},
		"two small counts in a row and column help each other": {
			"local", table([]int64{3, 2, 30}, []int64{2, 3, 35}),
			"* * 30 | 35\n* * 35 | 40\n5 5 65 | 75\n",
		},
		"a row of ones and its total, which the hidden range would give away": {
			"local", table([]int64{1, 1, 1, 1}, []int64{90, 90, 90, 90}),
			"* * * * | w\nw w w w | w\n91 91 91 91 | 364\n",
		},
		"rounded totals come from true values (R-SDC-2)": {
			"hes", table([]int64{12, 12}, []int64{12, 0}), "10 10 | 25\n10 0 | 10\n25 10 | 35\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := method(t, c.method).Protect(c.table)
			if err != nil {
				t.Fatal(err)
			}
			if got := p.String(); got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
			mustWithstand(t, c.table, p, true)
		})
	}
}

// mustWithstand attacks p: of every small count, enough values must stay
// possible, the true one among them.
func mustWithstand(t rapid.TB, truth Table, p Protected, complete bool) {
	t.Helper()
	m := p.Method
	if m.HideTo == 0 {
		return
	}
	a := newAttacker(p)
	fixed := a.determined()
	for i, n := range numbers(truth) {
		printed := p.cell(i)
		if m.Hides(n) && printed.State != Unpublished && printed.State != Small && printed.State != Withheld {
			t.Fatalf("the small count %d is printed:\n%s", n, p)
		}
		if printed.State != Small && (printed.State != Withheld || !m.Hides(n)) {
			continue
		}
		if fixed[i] {
			t.Fatalf("number %d is fixed by the equations:\n%s", i, p)
		}
		values := a.possible(i, int(m.HideTo), complete)
		found := false
		for _, v := range values {
			found = found || v == n
		}
		if int64(len(values)) < m.Possible || (!found && int64(len(values)) < m.HideTo) {
			t.Fatalf("number %d, which is %d, can only be %v:\n%s", i, n, values, p)
		}
	}
}

// cell is the printed cell of number i in the attacker's order.
func (p Protected) cell(i int) Cell {
	rows, columns := len(p.Rows), len(p.Columns)
	switch n := rows * columns; {
	case i < n:
		return p.Cells[i/columns][i%columns]
	case i < n+rows:
		return p.RowTotals[i-n]
	case i < n+rows+columns:
		return p.ColumnTotals[i-n-rows]
	default:
		return p.GrandTotal
	}
}

// numbers are the true values in the attacker's order.
func numbers(t Table) []int64 {
	cells, rows, sum := []int64{}, []int64{}, int64(0)
	columns := make([]int64, len(t.Columns))
	for _, row := range t.Counts {
		r := int64(0)
		for j, n := range row {
			cells = append(cells, n)
			columns[j] += n
			r += n
		}
		rows = append(rows, r)
		sum += r
	}
	return append(append(append(cells, rows...), columns...), sum)
}

// anyTable draws a table, mostly of small counts.
func anyTable(most int) *rapid.Generator[Table] {
	return rapid.Custom(func(t *rapid.T) Table {
		rows, columns := rapid.IntRange(1, most).Draw(t, "rows"), rapid.IntRange(1, most).Draw(t, "columns")
		count := rapid.OneOf(rapid.Int64Range(0, 4), rapid.Int64Range(0, 12), rapid.Int64Range(5, 60))
		var counts [][]int64
		for range rows {
			counts = append(counts, rapid.SliceOfN(count, columns, columns).Draw(t, "row"))
		}
		out := table(counts...)
		out.RowTotals = rapid.Bool().Draw(t, "row totals")
		out.ColumnTotals = rapid.Bool().Draw(t, "column totals")
		out.GrandTotal = rapid.Bool().Draw(t, "grand total")
		if rapid.Bool().Draw(t, "all totals") {
			out.RowTotals, out.ColumnTotals, out.GrandTotal = true, true, true
		}
		return out
	})
}

func TestNoSmallCountCanBeWorkedOutFromAnyTable(t *testing.T) {
	t.Parallel()
	methods := []Method{method(t, "hes"), method(t, "local")}
	rapid.Check(t, func(t *rapid.T) {
		truth := anyTable(6).Draw(t, "table")
		p, err := rapid.SampledFrom(methods).Draw(t, "method").Protect(truth)
		if err != nil {
			t.Fatal(err)
		}
		mustWithstand(t, truth, p, false)
	})
}

// spread gives how far the count of arc e could lie below and above its true
// value for all that a reader knows, each at most enough.
func (n *network) spread(e int, enough int64) (below, above int64) {
	a := &n.arcs[e]
	above = n.push(e, a.to, a.from, min(enough, a.high-a.value))
	below = n.push(e, a.from, a.to, min(enough, a.value-a.low))
	return below, above
}

// TestTheNetworkKnowsWhatACompleteSearchFinds compares the two on tables small
// enough to be searched whole.
func TestTheNetworkKnowsWhatACompleteSearchFinds(t *testing.T) {
	t.Parallel()
	m := method(t, "local")
	rapid.Check(t, func(t *rapid.T) {
		truth := anyTable(3).Draw(t, "table")
		truth.RowTotals, truth.ColumnTotals, truth.GrandTotal = true, true, true
		l := m.layOut(truth)
		p := l.result(m, truth)
		a := newAttacker(p)
		for i, n := range numbers(truth) {
			if p.cell(i).State != Small {
				continue
			}
			below, above := l.spread(i, 100)
			values := a.possible(i, 100, true)
			if values[0] != n-below || values[len(values)-1] != n+above || int64(len(values)) != below+above+1 {
				t.Fatalf("number %d may be %d to %d by the network and %v by search:\n%s", i, n-below, n+above, values, p)
			}
		}
	})
}

// TestHidingOnlyTheSmallCountsIsNotEnough shows that the attacker can do its
// work: without withholding, it recovers counts.
func TestHidingOnlyTheSmallCountsIsNotEnough(t *testing.T) {
	t.Parallel()
	for _, id := range []MethodID{"local", "hes"} {
		m := method(t, id)
		random := rand.New(rand.NewPCG(1, 2))
		small, recovered, withheld := 0, 0, 0
		for range 300 {
			truth := randomTable(random, 5, 5)
			if id == "hes" { // its rounding protects all but tables of very few people
				truth = sparseTable(random, 3, 8)
			}
			l := m.layOut(truth)
			bare := l.result(m, truth)
			a := newAttacker(bare)
			for i := range numbers(truth) {
				if bare.cell(i).State == Small {
					small++
					if len(a.possible(i, 2, false)) == 1 {
						recovered++
					}
				}
			}
			p, err := m.Protect(truth)
			if err != nil {
				t.Fatal(err)
			}
			withheld += p.Withheld
			mustWithstand(t, truth, p, false)
		}
		t.Logf("%s: of %d small counts in 300 tables, %d are recovered when only they are hidden; %d others withheld save all", id, small, recovered, withheld)
		if id == "local" && recovered*10 < small {
			t.Errorf("%s: the attacker recovers only %d of %d", id, recovered, small)
		}
		if id == "hes" && recovered == 0 {
			t.Errorf("%s: the attacker recovers nothing", id)
		}
	}
}

func randomTable(random *rand.Rand, rows, columns int) Table {
	counts := make([][]int64, rows)
	for i := range counts {
		counts[i] = make([]int64, columns)
		for j := range counts[i] {
			counts[i][j] = int64(random.ExpFloat64() * 20)
		}
	}
	return table(counts...)
}

// sparseTable has counts of 0 and 1.
func sparseTable(random *rand.Rand, rows, columns int) Table {
	counts := make([][]int64, rows)
	for i := range counts {
		counts[i] = make([]int64, columns)
		for j := range counts[i] {
			counts[i][j] = random.Int64N(2)
		}
	}
	return table(counts...)
}

func TestTheSameTableIsAlwaysProtectedAlike(t *testing.T) {
	t.Parallel()
	truth := randomTable(rand.New(rand.NewPCG(3, 4)), 12, 8)
	m := method(t, "local")
	first, err := m.Protect(truth)
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if again, err := m.Protect(truth); err != nil || again.String() != first.String() {
			t.Fatalf("another time it is\n%s%v", again, err)
		}
	}
}

func TestATableThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	m := method(t, "local")
	for name, bad := range map[string]Table{
		"rows without names":    {Counts: [][]int64{{1}}, Columns: []string{"a"}},
		"a ragged row":          {Rows: []string{"a"}, Columns: []string{"a", "b"}, Counts: [][]int64{{1}}},
		"a negative count":      table([]int64{-1}),
		"a count beyond people": table([]int64{maxCount + 1}),
	} {
		if _, err := m.Protect(bad); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if p, err := m.Protect(table()); err != nil || len(p.Cells) != 0 {
		t.Errorf("an empty table: %v", err)
	}
}

func BenchmarkProtectCountry(b *testing.B) {
	truth := randomTable(rand.New(rand.NewPCG(5, 6)), 220, 60)
	m := method(b, "local")
	b.ReportAllocs()
	for b.Loop() {
		p, err := m.Protect(truth)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(p.Withheld), "withheld")
	}
}
