package intake

import (
	"fmt"

	"candour/internal/indicator"
	"candour/internal/org"
)

// monthValue is the key under which measures of the shape months name the
// figure under a month.
const monthValue = "month"

// months reads a row whose figures stand under months.
func (t *tableReader) months(code org.Code, cells []string) {
	for i := range t.Layout.Measures {
		m := &t.Layout.Measures[i]
		if !t.all(m.Where, cells) {
			continue
		}
		for _, column := range t.bind.months {
			text := ""
			if column.at < len(cells) {
				text = cells[column.at]
			}
			t.about = indicator.Reading{Indicator: m.Indicator, Org: code, Period: ofKind(column.period, t.Layout.Period.Kind)}
			a := t.number(cells, column.at, m)
			if a.wrong != "" {
				t.malformed(a.column, a.wrong)
				continue
			}
			t.give(indicator.Reading{
				Indicator: m.Indicator, Org: code, Period: t.about.Period, Presence: a.presence,
				Numerator: a.value, Value: a.value, Sheet: t.Sheet, Rows: fmt.Sprint(t.row.number),
			}, text)
		}
	}
}
