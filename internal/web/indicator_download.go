package web

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"net/http"
	"strconv"

	"candour/internal/calendar"
	"candour/internal/chart"
	"candour/internal/fault"
	"candour/internal/indicator"
	"candour/internal/web/component"
)

// downloads is the forms in which the chart and its values can be had. A file may go
// to anybody, so small numbers are suppressed in all but the one for the team.
func (v *indicatorView) downloads(r *request) *component.Segments {
	out := &component.Segments{Name: "Download", Label: "Download:"}
	forms := []string{"csv", "xlsx", "png", "svg"}
	if v.d.Kind == indicator.Rating {
		forms = forms[:1]
	}
	words := map[string]string{"csv": "CSV", "xlsx": "XLSX with chart", "png": "PNG", "svg": "SVG"}
	for _, form := range forms {
		href := indicatorPath(v.org.Code, v.d.ID) + "/download/" + form
		if v.asNow {
			href += "?history=now"
		}
		out.Items = append(out.Items, component.Segment{Text: words[form], Href: r.link(href)})
	}
	if v.d.Disclosure != "none" {
		href := indicatorPath(v.org.Code, v.d.ID) + "/download/csv?for=" + forTeam
		if v.asNow {
			href += "&history=now"
		}
		out.Items = append(out.Items, component.Segment{Text: "CSV with small numbers, for the team only", Href: r.link(href)})
	}
	return out
}

// indicatorDownload gives the values or the chart as a file.
func (s *Server) indicatorDownload(r *request) (answer, error) {
	v, err := s.readIndicator(r)
	if err != nil {
		return nil, err
	}
	form := r.PathValue("form")
	team := r.query("for") == forTeam
	if !team {
		if err := v.outside(calendar.DateOf(r.moment)); err != nil {
			return nil, err
		}
	}
	if v.judged.Latest() < 0 && form != "csv" {
		return nil, fault.New(fault.NotFound, "no value of %s is held for %s, so there is nothing to download", v.d.Name, nameOf(v.org))
	}
	v.placeNotes()
	if v.d.Kind == indicator.Rating && form != "csv" {
		return nil, fault.New(fault.NotFound, "ratings are not charted; the download is CSV")
	}
	var drawing chart.SPC
	if form != "csv" {
		drawing = v.judged.drawing(nameOf(v.org))
	}
	var out bytes.Buffer
	types := map[string]string{
		"csv": "text/csv; charset=utf-8", "png": "image/png", "svg": "image/svg+xml",
		"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	}
	switch form {
	case "csv":
		err = v.writeCSV(&out)
	case "xlsx":
		err = drawing.Workbook(&out, v.about(r))
	case "png":
		err = drawing.Scene().PNG(&out, 2)
	case "svg":
		_, err = io.WriteString(&out, drawing.Scene().SVG(chart.Standalone))
	default:
		return nil, fault.New(fault.NotFound, "the chart can be downloaded as csv, xlsx, png or svg, not as %q", cut(form))
	}
	if err != nil {
		return nil, err
	}
	name := fmt.Sprintf("%s-%s.%s", v.org.Code, v.d.ID, form)
	if team && v.d.Disclosure != "none" {
		name = fmt.Sprintf("%s-%s-true-figures-for-the-team.%s", v.org.Code, v.d.ID, form)
	}
	return &download{Name: name, Type: types[form], Write: func(w http.ResponseWriter) error {
		_, err := w.Write(out.Bytes())
		return err
	}}, nil
}

// about is where a workbook's figures come from.
func (v *indicatorView) about(r *request) []chart.Fact {
	entry := r.head
	if r.scope.Past() {
		entry = r.scope.AsOf
	}
	return []chart.Fact{
		{Name: "Provider", Value: nameOf(v.org) + " (" + string(v.org.Code) + ")"},
		{Name: "Indicator", Value: v.d.Name},
		{Name: "Numerator", Value: v.d.Numerator},
		{Name: "Denominator", Value: v.d.Denominator},
		{Name: "Unit", Value: unitOf(v.d)},
		{Name: "Definition", Value: string(v.d.ID) + " version " + v.d.Version},
		{Name: "Standard", Value: v.standardWords()},
		{Name: "As of", Value: momentOf(r.moment)},
		{Name: "Memory entry", Value: number(entry)},
	}
}

// writeCSV writes every value with its lineage; nothing missing is nought.
func (v *indicatorView) writeCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	figure := func(x float64) string {
		if math.IsNaN(x) {
			return ""
		}
		return strconv.FormatFloat(x, 'g', -1, 64)
	}
	rows := [][]string{{
		"org", "indicator", "period", "presence", "numerator", "denominator", "value", "unit", "mean", "lower_limit", "upper_limit",
		"mark", "delivery", "sheet", "rows", "vintage", "published", "received", "definition",
	}}
	for i := range v.judged.Points {
		p := &v.judged.Points[i]
		mean, lower, upper := math.NaN(), math.NaN(), math.NaN()
		if c := v.judged.Chart; c != nil {
			mean, lower, upper = c.Points[i].Mean, c.Points[i].Lower, c.Points[i].Upper
		}
		mark, _ := v.judged.mark(i, "")
		row := []string{string(v.org.Code), string(v.d.ID), p.Period.String(), missingWords(p.Observation), "", "", "", v.d.Unit, figure(mean), figure(lower), figure(upper), "", "", "", "", "", "", "", v.d.Version}
		if !math.IsNaN(p.Value) {
			row[3], row[6], row[11] = "value", figure(p.Value), mark.Words()
		}
		if o := p.Observation; o != nil {
			if o.Presence == indicator.Valued {
				row[4], row[5] = figure(o.Numerator), figure(o.Denominator)
			}
			row[12], row[13], row[14], row[15], row[17] = o.Delivery, o.Sheet, o.Rows, strconv.Itoa(o.Vintage), o.Received.Format("2006-01-02T15:04:05Z")
			if !o.Published.IsZero() {
				row[16] = o.Published.Format("2006-01-02")
			}
		}
		rows = append(rows, row)
	}
	return out.WriteAll(rows)
}
