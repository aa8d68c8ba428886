package chart

import (
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/xuri/excelize/v2"
)

// Fact is a line about a chart in its workbook: source, definition, when it was
// made, memory entry.
type Fact struct {
	Name, Value string
}

// The sheets of a workbook.
const (
	chartSheet = "Chart"
	dataSheet  = "Data"
	aboutSheet = "About"
)

// besideColumn is where a funnel's limits begin.
const besideColumn = "I"

// Workbook writes the chart as a workbook: a chart of the spreadsheet program's
// own, the data that it draws, and where they come from. Values and limits are
// numbers; a missing value is an empty cell with its reason beside it, never
// nought.
func (c SPC) Workbook(w io.Writer, about []Fact) error {
	rows := [][]any{{"Period", "Value", "Mean", "Lower limit", "Upper limit", c.standardName(), "Concern", "Improving", "Neither", "What it is"}}
	for i, q := range c.Points {
		row := make([]any, 10)
		row[0], row[9] = q.Name, q.Missing
		if q.Missing == "" {
			row[1], row[9] = number(q.Value), q.Mark.Words()
			if q.Because != "" {
				row[9] = q.Mark.Words() + ": " + q.Because
			}
			if k, marked := map[Mark]int{Concern: 6, Improvement: 7, Neither: 8}[q.Mark]; marked {
				row[k] = number(q.Value)
			}
		}
		if l, k := c.limitsAt(i); l != nil {
			row[2] = number(l.Mean)
			row[3] = number(at(l.LowerAt, k, l.Lower))
			row[4] = number(at(l.UpperAt, k, l.Upper))
		}
		if c.Standard != nil {
			row[5] = number(c.Standard.Value)
		}
		rows = append(rows, row)
	}
	n := len(c.Points)
	series := []excelize.ChartSeries{lineSeries("B", n, "768692", excelize.LineDashSolid, 1.5)}
	series[0].Marker = excelize.ChartMarker{Symbol: "circle", Size: 6, Fill: solid("5B6B77")}
	if len(c.Limits) > 0 {
		series = append(series, lineSeries("C", n, "4C6272", excelize.LineDashSolid, 1.25),
			lineSeries("D", n, "768692", excelize.LineDashDash, 1), lineSeries("E", n, "768692", excelize.LineDashDash, 1))
	}
	if c.Standard != nil {
		series = append(series, lineSeries("F", n, "212B32", excelize.LineDashSysDot, 1.75))
	}
	for _, m := range workbookMarks {
		if c.has(m.mark) {
			s := lineSeries(m.column, n, m.colour, excelize.LineDashUnset, 0)
			s.Line, s.Marker = excelize.LineOptions{Type: excelize.LineNone}, m.marker()
			series = append(series, s)
		}
	}
	return writeWorkbook(w, workbook{
		kind: excelize.Line, title: c.Title, unit: c.Unit, rows: rows, series: series,
		about: append([]Fact{{"Title", c.Title}, {"Unit", c.Unit}, {"What the chart shows", c.Scene().Desc}}, about...),
	})
}

func (c SPC) standardName() string {
	if c.Standard != nil && c.Standard.Label != "" {
		return c.Standard.Label
	}
	return "Standard"
}

// limitsAt is the limits that hold at the i-th point, and its number within them.
func (c SPC) limitsAt(i int) (*Limits, int) {
	for k := range c.Limits {
		if l := &c.Limits[k]; i >= l.From && i <= l.To {
			return l, i - l.From
		}
	}
	return nil, 0
}

func at(values []float64, i int, otherwise float64) float64 {
	if i < len(values) {
		return values[i]
	}
	return otherwise
}

// number is a cell's number; one that doesn't exist is an empty cell.
func number(f float64) any {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil
	}
	return f
}

// workbookMark is how marked points look in a workbook: a series of their own, so
// that each kind has its shape there too.
type workbookMark struct {
	mark           Mark
	column         string // in the data of an SPC chart
	colour, symbol string
	size           int
}

var workbookMarks = []workbookMark{
	{Concern, "G", "B85300", "diamond", 10}, {Improvement, "H", "005EB8", "square", 8}, {Neither, "I", "330072", "triangle", 9},
}

func (m workbookMark) marker() excelize.ChartMarker {
	return excelize.ChartMarker{Symbol: m.symbol, Size: m.size, Fill: solid(m.colour)}
}

func (c SPC) has(m Mark) bool {
	return slices.ContainsFunc(c.Points, func(q Point) bool { return q.Mark == m && q.Missing == "" })
}

func solid(colour string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
}

// lineSeries is a column of the data as a line without markers.
func lineSeries(column string, n int, colour string, dash excelize.LineDashType, width float64) excelize.ChartSeries {
	return excelize.ChartSeries{
		Name:       fmt.Sprintf("%s!$%s$1", dataSheet, column),
		Categories: fmt.Sprintf("%s!$A$2:$A$%d", dataSheet, n+1),
		Values:     fmt.Sprintf("%s!$%s$2:$%s$%d", dataSheet, column, column, n+1),
		Fill:       solid(colour), // of the line, for this kind of chart
		Line:       excelize.LineOptions{Type: excelize.LineSolid, Dash: dash, Width: width},
		Marker:     excelize.ChartMarker{Symbol: "none"},
	}
}

// Workbook writes the funnel as a workbook with a scatter chart of the spreadsheet
// program's own: providers, then limits.
func (f Funnel) Workbook(w io.Writer, about []Fact) error {
	rows := [][]any{{"Provider", "Size", "Value", "Concern", "Better", "Outside", "What it is"}}
	for _, p := range f.Points {
		row := []any{p.Name, number(p.Size), number(p.Value), nil, nil, nil, "within the limits"}
		if k, marked := map[Mark]int{Concern: 3, Improvement: 4, Neither: 5}[p.Mark]; marked {
			row[k] = number(p.Value)
			row[6] = []string{"outside the limits, concern", "outside the limits, better", "outside the limits"}[k-3]
		}
		rows = append(rows, row)
	}
	limits := [][]any{{"Size", "Mean", "Lower 95%", "Upper 95%", "Lower 99.8%", "Upper 99.8%"}}
	for _, l := range f.Limits {
		limits = append(limits, []any{number(l.Size), number(f.Mean), number(l.Lower95), number(l.Upper95), number(l.Lower998), number(l.Upper998)})
	}
	n := len(f.Points)
	series := []excelize.ChartSeries{pointSeries("C", n, excelize.ChartMarker{Symbol: "circle", Size: 6, Fill: solid("5B6B77")})}
	for k, m := range workbookMarks {
		if slices.ContainsFunc(f.Points, func(p FunnelPoint) bool { return p.Mark == m.mark }) {
			series = append(series, pointSeries(string(rune('D'+k)), n, m.marker()))
		}
	}
	// Limits lie beside the providers, as they are at sizes of their own.
	for k, column := range []string{"J", "K", "L", "M", "N"} {
		dash := excelize.LineDashSolid
		if k == 1 || k == 2 {
			dash = excelize.LineDashDash
		}
		if len(f.Limits) > 0 {
			s := lineSeries(column, len(f.Limits), "768692", dash, 1)
			s.Categories = fmt.Sprintf("%s!$%s$2:$%s$%d", dataSheet, besideColumn, besideColumn, len(f.Limits)+1)
			series = append(series, s)
		}
	}
	return writeWorkbook(w, workbook{
		kind: excelize.Scatter, title: f.Title, unit: f.Unit, sizes: f.SizeUnit, rows: rows, beside: limits, series: series,
		about: append([]Fact{{"Title", f.Title}, {"Unit", f.Unit}, {"Size", f.SizeUnit}, {"What the chart shows", f.Scene().Desc}}, about...),
	})
}

// pointSeries is a column of the providers' data as points.
func pointSeries(column string, n int, marker excelize.ChartMarker) excelize.ChartSeries {
	s := lineSeries(column, n, "5B6B77", excelize.LineDashUnset, 0)
	s.Categories = fmt.Sprintf("%s!$B$2:$B$%d", dataSheet, n+1)
	s.Line, s.Marker = excelize.LineOptions{Type: excelize.LineNone}, marker
	return s
}

// workbook is what is to be written.
type workbook struct {
	kind   excelize.ChartType
	title  string
	unit   string
	sizes  string  // name of the horizontal axis; empty is none
	rows   [][]any // data, from A1
	beside [][]any // more data, from besideColumn on
	series []excelize.ChartSeries
	about  []Fact
}

func writeWorkbook(w io.Writer, b workbook) (err error) {
	f := excelize.NewFile()
	defer func() {
		if e := f.Close(); err == nil && e != nil {
			err = fmt.Errorf("close workbook: %w", e)
		}
	}()
	if err := f.SetSheetName("Sheet1", chartSheet); err != nil {
		return fmt.Errorf("name sheet: %w", err)
	}
	for _, name := range []string{dataSheet, aboutSheet} {
		if _, err := f.NewSheet(name); err != nil {
			return fmt.Errorf("add sheet: %w", err)
		}
	}
	if err := fillSheet(f, dataSheet, "A", b.rows); err != nil {
		return err
	}
	if err := fillSheet(f, dataSheet, besideColumn, b.beside); err != nil {
		return err
	}
	facts := make([][]any, len(b.about))
	for i, a := range b.about {
		facts[i] = []any{a.Name, a.Value}
	}
	if err := fillSheet(f, aboutSheet, "A", facts); err != nil {
		return err
	}
	for _, width := range []struct {
		sheet, from, to string
		width           float64
	}{{dataSheet, "A", "I", 14}, {dataSheet, "J", "J", 40}, {aboutSheet, "A", "A", 24}, {aboutSheet, "B", "B", 100}} {
		if err := f.SetColWidth(width.sheet, width.from, width.to, width.width); err != nil {
			return fmt.Errorf("set width: %w", err)
		}
	}
	if err := f.AddChart(chartSheet, "A1", b.chart()); err != nil {
		return fmt.Errorf("add chart: %w", err)
	}
	if err := f.Write(w); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}

// chart is the spreadsheet program's chart.
func (b workbook) chart() *excelize.Chart {
	c := &excelize.Chart{
		Type: b.kind, Series: b.series,
		Title:        excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: b.title}}},
		Legend:       excelize.ChartLegend{Position: "bottom"},
		Dimension:    excelize.ChartDimension{Width: 980, Height: 450},
		YAxis:        excelize.ChartAxis{MajorGridLines: true, Title: excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: b.unit}}}},
		ShowBlanksAs: "gap",
	}
	if b.sizes != "" {
		c.XAxis.Title = excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: b.sizes}}}
	}
	return c
}

// fillSheet writes rows from the first row of the column on.
func fillSheet(f *excelize.File, sheet, column string, rows [][]any) error {
	for i, row := range rows {
		if err := f.SetSheetRow(sheet, fmt.Sprintf("%s%d", column, i+1), &row); err != nil {
			return fmt.Errorf("write row %d of sheet %s: %w", i+1, sheet, err)
		}
	}
	return nil
}
