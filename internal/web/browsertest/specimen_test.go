package browsertest

import (
	"bytes"
	"fmt"
	"html/template"
	"math"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"candour/internal/chart"
	"candour/internal/web/assets"
	"candour/internal/web/component"
)

// frame is a page made of components only.
type frame struct {
	Head    component.Head
	Past    *component.PastDate
	Skip    component.SkipLink
	Header  component.Header
	Crumbs  component.Breadcrumbs
	Foot    component.Foot
	Heading string
	Lead    template.HTML
	Parts   []component.Component
}

var frameTemplate = template.Must(template.New("").Funcs(component.FuncMap()).Parse(`<!DOCTYPE html>
<html lang="en-GB"><head>{{component .Head}}</head>
<body class="cd{{if .Past}} cd--asof{{end}}">{{component .Skip}}{{component .Header}}{{with .Past}}{{component .}}{{end}}
<div class="nhsuk-width-container-fluid cd-page">{{component .Crumbs}}<main id="maincontent"><h1>{{.Heading}}</h1><p class="cd-lead">{{.Lead}}</p>
{{range .Parts}}{{component .}}
{{end}}</main></div>{{component .Foot}}</body></html>`))

func places(current string) []component.Place {
	out := []component.Place{
		{Text: "Watch list", Href: "/watch-list", Key: "g w"},
		{Text: "Providers", Href: "/provider", Key: "g p"},
		{Text: "Indicators", Href: "/indicator", Key: "g i"},
		{Text: "Signals", Href: "/form", Key: "g s", Count: 5, Counted: "due or overdue"},
		{Text: "Cases", Href: "/provider", Key: "g c"},
		{Text: "Contracts", Href: "/matrix", Key: "g k"},
		{Text: "Data", Href: "/form", Key: "g d"},
		{Text: "Memory", Href: "/past", Key: "g m"},
	}
	for i := range out {
		out[i].Current = out[i].Text == current
	}
	return out
}

func newFrame(title, current string) frame {
	return frame{
		Head: component.Head{Title: title + " – Candour"},
		Header: component.Header{
			HomeHref: "/watch-list", Organisation: "NHS Marlshire ICB", SearchHref: "/past", AsOfHref: "/past", Who: "Quality lead", SignOutHref: "/sign-out", Places: places(current),
		},
		Crumbs: component.Breadcrumbs{Items: []component.Link{{Text: "Watch list", Href: "/watch-list"}}},
		Foot: component.Foot{
			Entry: "184,306", Checkpoint: "5,214", Signed: "23 Nov 2026 08:30", VerifyHref: "/past", Places: places(current),
			Links: []component.Link{{Text: "Accessibility", Href: "/form"}, {Text: "Help and contact", Href: "/form"}},
		},
		Heading: title,
	}
}

// markup is a part of a specimen that no component makes: a heading, a paragraph.
func markup(t *testing.T, text string, data any) component.Component {
	t.Helper()
	var b bytes.Buffer
	if err := template.Must(template.New("").Funcs(component.FuncMap()).Parse(text)).Execute(&b, data); err != nil {
		t.Fatal(err)
	}
	return component.Markup(b.String())
}

func date(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

var falls = []float64{
	1.71, 1.58, 1.83, 1.66, 1.75, 1.62, 1.79, 1.68, 1.87, 1.74, 1.61, 1.77, 1.38, 1.46, 1.29, 1.41, 1.52, 1.33, 1.44, 1.27,
	1.48, 1.36, 1.31, 1.49, 1.58, 1.52, 1.66, 1.61, 1.83, 1.94,
}

func spc() chart.SPC {
	c := chart.SPC{
		Title: "Falls with harm, Aldermoor Hospitals, May 2024 to October 2026", Unit: "Falls with harm per 1,000 occupied bed days", Decimals: 2,
		Limits: []chart.Limits{
			{From: 0, To: 11, Mean: 1.718, Lower: 1.316, Upper: 2.119},
			{From: 12, To: 29, Mean: 1.395, Lower: 1.030, Upper: 1.760, Reason: "falls bundle on all wards, May 2025"},
		},
		Standard: &chart.Line{Value: 1.6}, Notes: []chart.Note{{Point: 23, Text: "Ward 7 becomes escalation ward, Apr 2026"}},
	}
	for i, v := range falls {
		at := date(2024, time.May, 1).AddDate(0, i, 0)
		p := chart.Point{Name: at.Format("Jan 2006"), At: at, Value: v}
		if i >= 23 {
			p.Mark, p.Because = chart.Concern, "one of 7 running above the mean"
		}
		if i == 23 {
			p.Letter = "a"
		}
		if i > 27 {
			p.Letter = "b"
		}
		c.Points = append(c.Points, p)
	}
	return c
}

func funnel() chart.Funnel {
	f := chart.Funnel{
		Title: "Falls with harm against 21 acute peers", Unit: "Falls with harm per 1,000 occupied bed days", SizeUnit: "Occupied bed days in 6 months", Decimals: 2, Mean: 1.44,
	}
	for n := 30_000.0; n <= 200_000; n += 2_500 {
		sd := math.Sqrt(1.44/n*1000) * 1.13
		f.Limits = append(f.Limits, chart.FunnelLimit{Size: n, Lower95: 1.44 - 1.96*sd, Upper95: 1.44 + 1.96*sd, Lower998: 1.44 - 3.09*sd, Upper998: 1.44 + 3.09*sd})
	}
	for i := range 21 {
		f.Points = append(f.Points, chart.FunnelPoint{Name: fmt.Sprintf("Peer %d", i+1), Size: 40_000 + float64(i)*7_000, Value: 1.44 + 0.2*math.Sin(float64(3*i))})
	}
	f.Points = append(f.Points, chart.FunnelPoint{Name: "Aldermoor", Size: 66_400, Value: 1.69, Own: true})
	return f
}

func timeline() chart.Timeline {
	t := chart.Timeline{
		Title: "Triangulation time line, June 2025 to November 2026", From: date(2025, time.June, 1), To: date(2026, time.December, 1), Today: date(2026, time.November, 23), Since: date(2026, time.November, 16),
		Concern: &chart.ConcernLane{Latest: "46 very likely", Detail: "37 when you looked"},
		Moments: []chart.Moment{{Number: 1, Happened: date(2026, time.April, 1), Known: date(2026, time.April, 14)}, {Number: 2, Happened: date(2026, time.June, 30), Known: date(2026, time.July, 17)}},
	}
	for w := range 78 {
		t.Concern.Values = append(t.Concern.Values, chart.PointsAt{At: date(2025, time.June, 2).AddDate(0, 0, 7*w), Points: 8 + math.Max(0, float64(w-55)*1.7)})
	}
	mean, lower, upper := 1.395, 1.03, 1.76
	lane := chart.FindingLane{Name: "Falls with harm", Detail: "per 1,000 bed days", Decimals: 2, Mean: &mean, Lower: &lower, Upper: &upper, Latest: "1.94", LatestWhen: "Oct 2026", Variation: "v-concern-h", Assurance: "a-hit"}
	for i, v := range falls[13:] {
		from := date(2025, time.June, 1).AddDate(0, i, 0)
		m := chart.Common
		if i > 9 {
			m = chart.Concern
		}
		lane.Values = append(lane.Values, chart.LaneValue{Name: from.Format("Jan 2006"), From: from, To: from.AddDate(0, 1, 0), Known: from.AddDate(0, 1, 17), Value: v, Mark: m})
	}
	t.Findings = []chart.FindingLane{lane, lane, lane}
	t.Findings[1].Unpublished = &chart.Span{From: date(2026, time.July, 1), To: date(2026, time.November, 23), Word: "not yet published"}
	t.Findings[1].Values = lane.Values[:13]
	gp := chart.SignalLane{Name: "GP concerns", Latest: "14 in 8 weeks; 3 usual"}
	for i := range 60 {
		d := date(2025, time.June, 3).AddDate(0, 0, 9*i)
		gp.Dots = append(gp.Dots, chart.Dot{Happened: d, Known: d, Severity: 1 + i%4})
	}
	t.Signals = []chart.SignalLane{gp, {Name: "Staff concerns", Sealed: true, Latest: "none in 8 weeks"}}
	return t
}

func watchList(t *testing.T) frame {
	f := newFrame("Watch list, Monday 23 November 2026", "Watch list")
	f.Lead = `<strong>2 of 61 providers have got worse.</strong> Because their own figures and other people’s voices agree.`
	row := func(rank, points int, name, word string, low bool) []component.Cell {
		seen := float64(points - 9)
		spark := component.Spark{Line: chart.Sparkline{Points: []float64{11, 11, 12, 14, 18, 24, 33, seen, float64(points)}, Since: 1, FirstName: "1 June", LastName: "23 November 2026", SeenLast: &seen}}
		why := component.Why{Rest: "and 9 smaller; +14 because they agree as in a known pattern", Items: []component.Reason{
			{Points: component.Signed(7), Icon: component.Hard.Icon(), Text: "Deaths of emergency medical patients aged 65 and over: running above expected since June 2026.", Source: "CUSUM alert 21 Sep."},
			{Points: component.Signed(6), Icon: component.Soft.Icon(), Text: "14 GP concerns in 8 weeks where 3 are usual; 9 about discharge from ward 7.", Source: "28 Sep to 22 Nov."},
		}}
		return []component.Cell{
			{Body: rank, Numeric: true, Classes: "cd-w-rank"},
			{Body: markup(t, `<a href="/provider" data-row>{{.}}</a><br><span class="cd-src">Acute trust, 2 sites, ZA1</span>`, name), Header: true},
			{Body: component.Score{Points: points, Likelihood: word, Low: low}, Classes: "cd-w-score"},
			{Body: spark, Classes: "cd-w-spark"},
			{Body: why, Classes: "cd-w-why"},
			{Body: markup(t, `<ul class="cd-plain"><li>{{component .}} from 37. Was likely, now very likely.</li></ul>`, component.Change{Points: 9}), Classes: "cd-w-chg", Attributes: component.Attributes{"data-h": "Since you looked, Mon 16 Nov"}},
			{Body: markup(t, `<ul class="cd-plain"><li><a href="/provider">C-2026-014</a> Enhanced</li><li>{{component .}}</li></ul>`,
				component.Clock{State: component.ClockOver, Text: "Overdue 5 working days", What: "plan milestone 1"}), Classes: "cd-w-case", Attributes: component.Attributes{"data-h": "Cases and clocks"}},
		}
	}
	table := component.Table{
		Caption: "Providers ranked by concern, highest first", CaptionHidden: true, Dense: true, Classes: "cd-watch", Attributes: component.Attributes{"role": "table"},
		Columns: []component.Column{
			{Heading: template.HTML(`<span class="nhsuk-u-visually-hidden">Rank</span>`)},
			{Heading: "Provider", Classes: "cd-h-name"},
			{Heading: "Concern, points", Classes: "cd-h-score"},
			{Heading: "26 weeks", Classes: "cd-h-spark"},
			{Heading: "Because: largest contributions, points", Classes: "cd-h-why"},
			{Heading: "Since you looked, 16 Nov", Classes: "cd-h-chg"},
			{Heading: "Cases and clocks", Classes: "cd-h-case"},
		},
		Rows: [][]component.Cell{row(1, 46, "Aldermoor Hospitals NHS Trust", "Very likely", false), row(2, 31, "Fennick Vale Care Home", "Likely", false), row(3, 19, "Westerby Mental Health NHS Trust", "Watch", true)},
	}
	filter := component.Select{Options: []component.Option{{Value: "", Text: "All types (61)"}, {Value: "acute", Text: "Acute (6)"}}}
	filter.Name, filter.Label = "type", component.Label{Text: "Type of provider"}
	f.Parts = []component.Component{
		markup(t, `<details class="cd-fold"><summary>Filters: all types</summary><form class="cd-filters" method="get" aria-label="Filters">{{range .}}{{component .}}{{end}}</form></details>`,
			[]component.Component{filter, component.Button{Text: "Apply", Variant: "secondary"}}),
		table,
		component.ChartLegend{Marks: []component.Icon{component.Hard.Icon(), component.Soft.Icon()}, Notes: []string{"Shaded on the line: since you looked"}},
	}
	return f
}

func indicator(t *testing.T) frame {
	f := newFrame("Falls with harm", "Indicators")
	f.Lead = `Aldermoor Hospitals NHS Trust`
	table := component.Table{
		Caption: "Values", CaptionHidden: true, Dense: true, RowHeaders: true,
		Columns: []component.Column{{Heading: "Month"}, {Heading: "Falls", Numeric: true}, {Heading: "Rate", Numeric: true}, {Heading: "What it is"}, {Heading: "From"}},
		Rows: [][]component.Cell{
			{{Body: "Oct 2026"}, {Body: 22}, {Body: "1.94"}, {Body: "above the upper limit"}, {Body: "D-48210 row 243", Href: "/form"}},
			{{Body: "Sep 2026"}, {Body: "20"}, component.GapCell("Suppressed", "", "fewer than 5"), {Body: "no value"}, {Body: "D-47898 row 242", Href: "/form"}},
		},
	}
	f.Parts = []component.Component{
		component.Facts{Items: []component.Fact{{Label: "Unit", Value: "falls with low harm or worse, per 1,000 occupied bed days"}, {Label: "Better", Value: "lower"}}},
		component.Verdict{Icons: component.IconPair{Variation: component.VariationConcernHigh, Assurance: component.AssuranceHit}, Judgement: "Concern: special cause, high. Standard hit and missed.", Because: "Because 7 months running are above the mean and the last 2 are above the upper limit."},
		component.Segments{Name: "View", Items: []component.Segment{{Text: "Over time (SPC)", Href: "#spc", Current: true}, {Text: "Against peers (funnel)", Href: "#fn"}}},
		component.Segments{Name: "Download", Label: "Download:", Items: []component.Segment{{Text: "CSV", Href: "/form"}, {Text: "PNG", Href: "/form"}}},
		component.Chart{ID: "spc", Region: "SPC chart, scrolls sideways", Drawn: spc()},
		component.ChartLegend{Marks: []component.Icon{{Name: "m-concern", Label: "special cause, concern"}, {Name: "m-common", Label: "common cause"}, {Name: "m-improve", Label: "special cause, improving"}}, Notes: []string{"Dashed: process limits. Dotted: standard."}},
		component.Why{Spacing: true, Items: []component.Reason{{Points: "a", Icon: component.Icon{Name: "m-concern"}, Text: "7 months running are above the mean of 1.39.", Source: "+2 points"}}},
		component.History{Items: []component.Event{{When: "21 Oct 2026", ISO: "2026-10-21", What: "Matron’s audit: 11 of 19 falls on ward 7 were at night.", By: "Visiting officer"}, {When: "11 May 2026", ISO: "2026-05-11", What: "Limits set anew.", Because: "the falls bundle started", By: "Clinical reviewer", Key: true}}},
		component.Chart{ID: "fn", Region: "Funnel plot, scrolls sideways", Drawn: funnel()},
		component.Region{Name: "Values", Body: table},
	}
	return f
}

func provider(t *testing.T) frame {
	f := newFrame("Aldermoor Hospitals NHS Trust", "Providers")
	f.Lead = `<strong>46 points: very likely to have got worse.</strong> Because nurse staffing fell below its limits in June, and since then falls and GP concerns have risen.`
	f.Parts = []component.Component{
		component.Chart{ID: "tl", Region: "Time line, scrolls sideways", Drawn: timeline().Place()},
		markup(t, `<h2>Concern by domain: how 46 is made</h2>`, nil),
		component.Region{Name: "Contributions", Body: component.Waterfall{
			Caption: "Concern by domain and contribution", Total: 46, Since: 9, SinceWord: "Since you looked", Words: "All domains: very likely (40 and over)", Threshold: 40,
			Domains: []component.WaterfallDomain{
				{Name: "Safe", Points: 37, Since: 2, Rows: []component.WaterfallRow{
					{Kind: component.Hard, Text: template.HTML(`<a href="/indicator">Falls with harm: 7 months above the mean</a>`), Source: "Indicator, Oct", Points: 32}, {Kind: component.Soft, Text: "Never event 14 Oct", Source: "Incident 2026-88217", Points: 5, Since: 2},
				}},
				{Name: "Effective", Points: 9, Since: 7, Rows: []component.WaterfallRow{{Kind: component.Hard, Text: "SHMI 1.14", Points: 11, Since: 7}, {Kind: component.Hard, Text: "Overlap: both count some of the same deaths", Points: -2}}},
			},
		}},
		component.Said{Items: []component.Fact{{Label: "Looks like", Value: "Hidden: outcomes and outside voices worsen while the trust’s own reports fall."}}},
		markup(t, `<h2>Level of escalation</h2>`, nil),
		component.Steps{Items: []component.Step{
			{Name: "Routine", State: component.StepDone, Since: "28 Sep to 5 Oct 2026"},
			{Name: "Enhanced", State: component.StepNow, Tag: "Now", Since: "since 5 Oct 2026, 49 days", Rule: "Steps down when all hold:", Criteria: []component.Criterion{{Text: "concern under 20 for 8 weeks", Now: "now 46"}}},
			{Name: "Intensive", State: component.StepProposed, Tag: "Proposed 20 Nov", Rule: "Entered when any two hold:", Criteria: []component.Criterion{{Text: "concern of 40 and over", Now: "46", Met: true}}},
		}},
		component.Box{Kind: "concern", Title: "Not to be relied on", Body: markup(t, `<p>Entry 71,204 doesn’t match its hash {{component .}}.</p>`, component.Hash{Value: "a41f00112233445566778899aabbccddeeff09c2"})},
	}
	return f
}

func matrix() frame {
	f := newFrame("Providers by indicators", "Contracts")
	f.Lead = `1 of 2 shows concern. Because falls rose.`
	pair := component.IconPair{Variation: component.VariationConcernHigh, Assurance: component.AssurancePass}
	f.Parts = []component.Component{component.Region{Name: "Matrix", Body: component.Matrix{
		Caption: "Latest variation and assurance", Corner: "Provider, and concern in points",
		Groups: []component.MatrixGroup{{Name: "Safe", Columns: []component.MatrixColumn{{Name: "Falls with harm", Href: "/indicator", Unit: "per 1,000 bed days"}, {Name: "Nurses, day", Href: "/indicator", Unit: "% of plan"}}}, {Name: "Caring", Columns: []component.MatrixColumn{{Name: "Would recommend", Href: "/indicator", Unit: "%"}}}},
		Rows: []component.MatrixRow{
			{Name: "Aldermoor Hospitals", Href: "/provider", Detail: "ZA1, 46 points", Cells: []component.MatrixCell{{Icons: pair, Value: "1.94"}, {Gap: "Missing", Title: "due, not received"}, {Gap: "Not applicable", Quiet: true}}},
			{Name: "Queen Adela", Href: "/provider", Detail: "ZA2, 14 points", Cells: []component.MatrixCell{{Icons: component.IconPair{Variation: component.VariationCommon, Assurance: component.AssuranceNone}, Value: "0.88"}, {Gap: "Late", Detail: "3 days"}, {Icons: pair, Value: "93.6"}}},
		},
		Totals: []component.MatrixTotal{{Name: "Of concern, of 2", Counts: []int{1, 0, 1}}, {Name: "Missing or late", Counts: []int{0, 2, 0}, Gaps: true}},
	}}}
	return f
}

func form() frame {
	f := newFrame("Report a concern", "Signals")
	f.Lead = `Eight short questions. Because something went wrong.`
	what := component.Textarea{Rows: 4}
	what.Name, what.Label, what.Error, what.Hint = "what", component.Label{Text: "What happened?"}, "Say what happened", "No names of patients"
	files := component.FileUpload{Multiple: true}
	files.Name, files.Label = "files", component.Label{Text: "Files"}
	code := component.Input{Width: 10}
	code.Name, code.Label = "code", component.Label{Text: "Provider’s code"}
	severity := component.Radios{Choices: []component.Choice{{Value: "1", Text: component.Severity{Level: 1}}, {Value: "2", Text: component.Severity{Level: 2}}, {Value: "3", Text: component.Severity{Level: 3}}, {Value: "4", Text: component.Severity{Level: 4}}}, Value: "2"}
	severity.Name, severity.Legend = "severity", &component.Legend{Text: "How serious was it?"}
	kind := component.Checkboxes{Small: true, Choices: []component.Choice{{Value: "a", Text: "Discharge", Conditional: component.Hint{Text: "Which ward?"}}, {Value: "b", Text: "Medicines"}}}
	kind.Name, kind.Legend = "kind", &component.Legend{Text: "What was it about?"}
	when := component.DateInput{Parts: component.Date("14", "10", "2026")}
	when.Name, when.Legend, when.Hint = "when", &component.Legend{Text: "When?"}, "For example, 14 10 2026"
	f.Parts = []component.Component{
		component.ErrorSummary{Errors: []component.ErrorLink{{Text: "Say what happened", Href: "#what"}}},
		component.NotificationBanner{Body: "Kept on this phone; goes when you’re back on line."},
		what, code, severity, kind, when, files,
		component.Button{Text: "Send", Classes: "cd-send", Attributes: component.Attributes{"data-key": "a"}},
		component.Details{Summary: "Why we ask", Body: "Because a reporter always hears back."},
		component.InsetText{Body: "Nothing typed is lost."},
		component.SummaryList{Rows: []component.SummaryRow{{Key: "Provider", Value: "Aldermoor", Actions: []component.SummaryAction{{Text: "Change", Hidden: "provider", Href: "/form"}}}}},
		component.Tag{Text: "New", Colour: "blue", Dense: true},
		component.Pagination{Previous: component.Turn{Href: "/form?p=1"}, Next: component.Turn{Href: "/form?p=3"}, Pages: []component.PageNumber{{Number: 1, Href: "/form?p=1"}, {Number: 2, Href: "/form?p=2", Current: true}}},
	}
	return f
}

func past(t *testing.T) frame {
	f := provider(t)
	f.Head.Title = "Aldermoor Hospitals NHS Trust as of 30 September 2026 – Candour"
	f.Past = &component.PastDate{When: "Wednesday 30 September 2026, 17:00", Later: "61 signals, 9 findings and 1 level change since", NowHref: "/provider", OtherHref: "/form"}
	return f
}

// serve serves the specimens under the content policy.
func serve(t *testing.T) *httptest.Server {
	t.Helper()
	pages := map[string]frame{"/watch-list": watchList(t), "/indicator": indicator(t), "/provider": provider(t), "/matrix": matrix(), "/form": form(), "/past": past(t)}
	mux := http.NewServeMux()
	mux.Handle(assets.Prefix, assets.Handler())
	mux.HandleFunc("/favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("/{page}", func(w http.ResponseWriter, r *http.Request) {
		f, ok := pages[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Security-Policy", assets.ContentSecurityPolicy)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if err := frameTemplate.Execute(w, f); err != nil {
			t.Error(err)
		}
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}
