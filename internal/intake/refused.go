package intake

import (
	"strings"

	"candour/internal/delivery"
	"candour/internal/indicator"
)

// refusal adds place and row to a refusal and hands it over. The row is quoted
// without its private columns, and not at all when columns can't be told.
func (t *tableReader) refusal(r delivery.Refusal) {
	r.Sheet, r.Row = t.Sheet, t.row.number
	if r.Code != CodeMisshapen || len(t.Layout.Private) == 0 {
		r.Raw = raw(t.row.cells)
	}
	r.About = t.touched(r.Code)
	t.faulty = true
	t.out.emit(delivery.Item{Refusal: &r})
}

// touched is what a refused row would have told, as far as it can be read: nothing
// of it where its cells have shifted, and its period even where its organisation
// is wrong.
func (t *tableReader) touched(code string) *indicator.Reading {
	if len(t.Layout.Measures) == 0 {
		return nil
	}
	about, rule := t.about, &t.Layout.Period
	if only := &t.Layout.Measures[0]; len(t.Layout.Measures) == 1 && about.Indicator == "" && only.IndicatorColumn == "" {
		about.Indicator = only.Indicator
	}
	switch {
	case !about.Period.IsZero() || t.Layout.Shape == "months":
	case !rule.inRows():
		about.Period = t.whole
	case code != CodeMisshapen && code != CodePeriod && len(t.row.cells) > 0:
		about.Period, _ = t.lastPeriod.of(t, t.row.cells)
	}
	return &about
}

// rawLimit is the most that a refusal quotes of a row.
const rawLimit = 4 << 10

func raw(cells []string) string {
	s := strings.Join(cells, "\t")
	if len(s) > rawLimit {
		s = strings.ToValidUTF8(s[:rawLimit], "")
	}
	return s
}
