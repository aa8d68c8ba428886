package intake

import (
	"fmt"

	"candour/internal/delivery"
	"candour/internal/indicator"
)

// formsIn asks a catalogue what values of an indicator are made of, and notes it in kept.
func formsIn(c *indicator.Catalogue, kept map[indicator.ID]indicator.Form) func(indicator.ID) (indicator.Form, bool) {
	return func(id indicator.ID) (indicator.Form, bool) {
		d := c.Get(id)
		if d == nil {
			return indicator.Form{}, false
		}
		kept[id] = d.Form()
		return d.Form(), true
	}
}

// agrees refuses a row whose figures can't be a value of the indicator that it names:
// taken, a share without what it is of, or a month among quarters, would be charted and
// judged as something that it isn't.
func (t *tableReader) agrees(m *Measure, r *indicator.Reading, parts bool) bool {
	if t.form == nil {
		return true
	}
	form, ok := t.form(r.Indicator)
	if !ok {
		return true
	}
	column, found, expected := "", "", ""
	switch has := r.Denominator > 0; {
	case r.Period.Kind() != form.Frequency:
		if t.Layout.Period.Column != "" {
			column = t.columnName(t.bind.at[t.Layout.Period.Column])
		}
		found, expected = fmt.Sprintf("%s, %s", r.Period, kindInWords[r.Period.Kind()]), fmt.Sprintf("%s, such as %s", kindInWords[form.Frequency], example(form.Frequency))
	case r.Presence != indicator.Valued:
		return true
	case form.Kind == indicator.Mean || form.Kind == indicator.Rating:
		if !parts {
			return true
		}
		found, expected = fmt.Sprintf("a numerator (%g)", r.Numerator), "the published value alone, in its own column"
	case !parts:
		found, expected = fmt.Sprintf("a value alone (%g)", r.Value), "a numerator"
		if form.Kind != indicator.Count {
			expected = "a numerator and a denominator"
		}
	case form.Kind == indicator.Count:
		if !has {
			return true
		}
		found, expected = fmt.Sprintf("a denominator (%g)", r.Denominator), "a numerator alone"
	case !has:
		found, expected = fmt.Sprintf("a numerator (%g) without a denominator", r.Numerator), "a numerator and a denominator"
	case form.Kind == indicator.Proportion && r.Numerator > r.Denominator*(1+1e-9):
		found, expected = fmt.Sprintf("%g of %g, more than all", r.Numerator, r.Denominator), "a numerator up to the denominator"
	default:
		return true
	}
	t.refusal(delivery.Refusal{
		Column: column, Code: CodeForm, Found: found,
		Expected: fmt.Sprintf("%s, since %s has kind: %s, frequency: %s", expected, r.Indicator, form.Kind, form.Frequency),
		Advice:   "correct the row and load the file again; or, if the definition is wrong, correct that, and then release this delivery on its page",
	})
	return false
}
