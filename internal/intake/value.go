package intake

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"candour/internal/indicator"
)

// parseNumber reads a number as publishers write it: 12, 12.5, "16,839",
// 73.20% (0.732), -3, 1.5E3. It is false for everything else, the decimal comma
// included, since 12,5 and 12,500 can't both be trusted.
func parseNumber(s string) (float64, bool) {
	if n := len(s); n > 0 && n < 16 { // plain figures, nearly all cells
		v := int64(0)
		for i := 0; ; i++ {
			if i == n {
				return float64(v), true
			}
			if s[i] < '0' || s[i] > '9' {
				break
			}
			v = v*10 + int64(s[i]-'0')
		}
	}
	s = strings.TrimSpace(s)
	if s == "" {
		return 0, false
	}
	percent := strings.HasSuffix(s, "%")
	s = strings.TrimSpace(strings.TrimSuffix(s, "%"))
	if thousands.MatchString(s) {
		s = strings.ReplaceAll(s, ",", "")
	}
	if !decimal.MatchString(s) {
		return 0, false
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(v, 0) {
		return 0, false
	}
	if percent {
		v /= 100
	}
	return v, true
}

var (
	thousands = regexp.MustCompile(`^-?\d{1,3}(,\d{3})+(\.\d+)?$`)
	decimal   = regexp.MustCompile(`^-?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$`)
)

// isZero reports whether a published figure is nought.
func isZero(v float64) bool { return math.Abs(v) < 1e-12 }

// amount is the sum of some cells, or the reason why there is none.
type amount struct {
	value    float64
	presence indicator.Presence // Valued, or which kind of no value
	column   string             // with wrong: the published name of the column
	wrong    string             // the cell that is neither a number nor a mark
}

// amountOf adds up the columns named by keys ("-key" is taken away). A cell that
// holds a mark makes the whole amount that kind of no value, since a sum with a
// part left out would be a wrong number; only among the columns of one pattern
// (week bands) an empty cell adds nothing while any other holds a number, or
// always where the definition says that blank is nought.
func (t *tableReader) amountOf(cells []string, keys []string, m *Measure) amount {
	out := amount{presence: indicator.Valued}
	for _, key := range keys {
		sign := 1.0
		if key[0] == '-' {
			key, sign = key[1:], -1
		}
		part := t.amountAt(cells, key, m)
		if part.wrong != "" {
			return part
		}
		if part.presence != indicator.Valued {
			if out.presence == indicator.Valued {
				out.presence = part.presence
			}
			continue
		}
		out.value += sign * part.value
	}
	return out
}

func (t *tableReader) amountAt(cells []string, key string, m *Measure) amount {
	group, many := t.bind.groups[key]
	if !many {
		i, ok := t.bind.at[key]
		if !ok { // an optional column that this file lacks
			return amount{presence: indicator.Missing}
		}
		return t.number(cells, i, m)
	}
	out := amount{presence: indicator.Missing}
	if t.Layout.Columns[key].Nought {
		out.presence = indicator.Valued
	}
	for _, i := range group {
		part := t.number(cells, i, m)
		switch {
		case part.wrong != "":
			return part
		case part.presence == indicator.Valued:
			out.value += part.value
			if out.presence == indicator.Missing {
				out.presence = indicator.Valued
			}
		case part.presence != indicator.Missing:
			out.presence = part.presence
		}
	}
	return out
}

// number reads one cell as a number or a mark.
func (t *tableReader) number(cells []string, i int, m *Measure) amount {
	text := ""
	if i < len(cells) {
		text = cells[i]
	}
	if v, ok := parseNumber(text); ok {
		return amount{value: v, presence: indicator.Valued}
	}
	mark := strings.ToLower(strings.TrimSpace(text))
	if mark == "" && m.Blank != "" {
		return amount{presence: m.Blank}
	}
	if p, ok := m.Marks[mark]; ok {
		return amount{presence: p}
	}
	if p, ok := t.Layout.Marks[mark]; ok {
		return amount{presence: p}
	}
	if mark == "" {
		return amount{presence: indicator.Missing}
	}
	return amount{wrong: text, column: t.columnName(i)}
}

// columnName is the published name of the column at i.
func (t *tableReader) columnName(i int) string {
	if t.header > 0 && i < len(t.bind.names) {
		return t.bind.names[i]
	}
	return "column " + strconv.Itoa(i+1)
}
