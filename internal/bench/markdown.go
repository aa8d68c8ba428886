package bench

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// Markdown writes the report: methods at matched false alerts, by type, decoys,
// thresholds as trained, and where a simpler method does as well.
func (t *Table) Markdown(w io.Writer) error {
	var b strings.Builder
	for _, budget := range t.budgets() {
		fmt.Fprintf(&b, "# Benchmark at %s false alerts per provider-year\n\n", short(budget))
		rows := t.at(budget)
		if len(rows) == 0 {
			continue
		}
		fmt.Fprintf(&b, "Economies: %.0f. Thresholds reset on these economies where the method is marked so, hence compared at equal false alerts. "+
			"Six onset types; undetected counts as infinite. 95%% intervals by bootstrap over economies.\n\n", t.Figures[rows[0]]["economies"])
		t.main(&b, rows)
		t.byKind(&b, rows)
		t.decoys(&b, rows)
		t.goals(&b, rows)
		t.honest(&b, rows)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (t *Table) budgets() []float64 {
	var out []float64
	for _, f := range t.Figures {
		if !slices.Contains(out, f["budget"]) {
			out = append(out, f["budget"])
		}
	}
	return out
}

func (t *Table) at(budget float64) []int {
	var out []int
	for i, f := range t.Figures {
		if math.Abs(f["budget"]-budget) < 1e-9 {
			out = append(out, i)
		}
	}
	return out
}

func (t *Table) main(b *strings.Builder, rows []int) {
	b.WriteString("| method | threshold | realised | median delay, months | within 3 | within 6 | within 12 | within 24 | mean to 24 | AUC | top 10 | true | calibration error |\n")
	b.WriteString("|---|---|---|---|---|---|---|---|---|---|---|---|---|\n")
	for _, i := range rows {
		f := t.Figures[i]
		th := short(f["threshold"])
		if l := f["threshold_level"]; l > 0 && !math.IsInf(l, 1) {
			th += " / " + short(l)
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s (%s–%s) | %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", bold(t.Methods[i]), th,
			ranged(f, "realised", 2), months(f["median_delay"]), months(f["median_lo"]), months(f["median_hi"]),
			short(f["within3"]), ranged(f, "within6", 2), ranged(f, "within12", 2), short(f["within24"]), fixed(f["mean_delay_24"], 1),
			ranged(f, "auc", 3), ranged(f, "top10", 2), short(f["true_share"]), fixed(f["ece"], 3))
	}
	b.WriteString("\n")
	if t.row(rows, Candour) < 0 && t.row(rows, Candour+Matched) < 0 {
		f := t.Figures[rows[0]] // what luck finds is said whatever methods there are
		fmt.Fprintf(b, "Detection by luck alone at %s false alerts a year has probability %s within 12 months.\n\n", short(f["budget"]), short(1-math.Exp(-f["budget"])))
	}
	for _, i := range rows {
		if f := t.Figures[i]; strings.HasPrefix(t.Methods[i], Candour) {
			fmt.Fprintf(b, "%s: %s alerts a week for a commissioner of 10 providers. Detection by luck alone at this false rate has probability %s within 12 months. "+
				"Soft first: raised before outcome harm began in %s of cases, median %s months ahead. Brier score %s.\n\n", t.Methods[i],
				short(f["alerts_week_10_providers"]), short(f["luck_within12"]), short(f["soft_first_ahead"]), months(f["soft_first_ahead_by"]), fixed(f["brier"], 4))
		}
	}
}

func (t *Table) byKind(b *strings.Builder, rows []int) {
	kinds := append(append([]Kind{}, OnsetTypes...), Chronic)
	b.WriteString("## By type: median months (share within 12)\n\n| method |")
	for _, k := range kinds {
		fmt.Fprintf(b, " %s |", k)
	}
	b.WriteString("\n|---" + strings.Repeat("|---", len(kinds)) + "|\n")
	for _, i := range rows {
		fmt.Fprintf(b, "| %s |", bold(t.Methods[i]))
		for _, k := range kinds {
			fmt.Fprintf(b, " %s (%s) |", months(t.Figures[i][snake(k)+"_median"]), short(t.Figures[i][snake(k)+"_within12"]))
		}
		b.WriteString("\n")
	}
	b.WriteString("\nChronic care is counted from the end of start-up.\n\n")
}

func (t *Table) decoys(b *strings.Builder, rows []int) {
	b.WriteString("## False alerts a provider-year on decoys\n\n| method |")
	for _, k := range Decoys {
		fmt.Fprintf(b, " %s |", k)
	}
	b.WriteString(" national shock |\n|---" + strings.Repeat("|---", len(Decoys)+1) + "|\n")
	for _, i := range rows {
		fmt.Fprintf(b, "| %s |", bold(t.Methods[i]))
		for _, k := range Decoys {
			fmt.Fprintf(b, " %s |", ranged(t.Figures[i], snake(k)+"_false", 2))
		}
		fmt.Fprintf(b, " %s |\n", ranged(t.Figures[i], "national_shock_false", 2))
	}
	b.WriteString("\n")
}

// honest lists the measures on which a simpler method does as well as Candour
// or better, at matched thresholds.
func (t *Table) honest(b *strings.Builder, rows []int) {
	own := -1
	for _, i := range rows {
		if t.Methods[i] == Candour+Matched || own < 0 && t.Methods[i] == Candour {
			own = i
		}
	}
	if own < 0 || len(rows) < 2 {
		return
	}
	b.WriteString("## Where a simpler method does as well\n\n")
	suffix := strings.TrimPrefix(t.Methods[own], Candour)
	found := false
	for _, i := range rows {
		if i == own || !strings.HasSuffix(t.Methods[i], suffix) || suffix == "" && strings.HasSuffix(t.Methods[i], Matched) {
			continue
		}
		var as []string
		for _, m := range t.measures() {
			x, known := t.Figures[i][m.name]
			y, also := t.Figures[own][m.name]
			if !known || !also {
				continue
			}
			if !m.higher {
				x, y = -x, -y
			}
			if !math.IsNaN(x) && !math.IsNaN(y) && !math.IsInf(x, 0) && x >= y {
				as = append(as, fmt.Sprintf("%s %s (%s)", m.says, short(t.Figures[i][m.name]), short(t.Figures[own][m.name])))
			}
		}
		if len(as) > 0 {
			found = true
			fmt.Fprintf(b, "- %s: %s.\n", t.Methods[i], strings.Join(as, "; "))
		}
	}
	if !found {
		b.WriteString("None of the measures above.\n")
	}
	b.WriteString("\nFigures in brackets are Candour's.\n\n")
}

type measure struct {
	name, says string
	higher     bool
}

func (t *Table) measures() []measure {
	out := []measure{
		{"median_delay", "median delay", false},
		{"within6", "within 6", true},
		{"within12", "within 12", true},
		{"auc", "AUC", true},
		{"top10", "top 10", true},
		{"true_share", "true share", true},
	}
	for _, k := range OnsetTypes {
		out = append(out, measure{snake(k) + "_median", string(k) + ", median", false}, measure{snake(k) + "_within12", string(k) + ", within 12", true})
	}
	out = append(out, measure{"chronic_within12", "chronic, within 12", true})
	for _, k := range Decoys {
		out = append(out, measure{snake(k) + "_false", "false alerts on " + string(k), false})
	}
	return append(out, measure{"national_shock_false", "false alerts in national shock", false})
}

func bold(m string) string {
	if strings.HasPrefix(m, Candour) {
		return "**" + m + "**"
	}
	return m
}

func ranged(f map[string]float64, name string, places int) string {
	if lo, ok := f[name+"_lo"]; ok {
		return fmt.Sprintf("%s (%s–%s)", fixed(f[name], places), fixed(lo, places), fixed(f[name+"_hi"], places))
	}
	return fixed(f[name], places)
}

func short(x float64) string { return fixed(x, 2) }

func months(x float64) string { return fixed(x, 1) }

func fixed(x float64, places int) string {
	switch {
	case math.IsNaN(x):
		return "–"
	case math.IsInf(x, 1):
		return "over half never"
	case math.IsInf(x, -1):
		return "never"
	}
	return fmt.Sprintf("%.*f", places, x)
}
