package web

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"candour/internal/access"
	"candour/internal/alert"
	"candour/internal/concern"
	"candour/internal/fault"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/web/component"
)

// fall fills in the waterfall of points by domain, and what goes with it.
func (v *providerView) fall(s *Server, r *request, p *providerPage) {
	if v.held == nil || !v.held.Judged {
		p.NoFall = "No points are drawn, because the concern about this provider can’t be judged."
		if v.held != nil {
			p.Gaps = v.gaps()
		}
		return
	}
	c := v.held
	moved := map[string]int{}
	since := ""
	if v.before != nil && v.before.Judged {
		w := watchView{compared: v.compared, looked: v.looked}
		since = "Since " + w.sinceWords()
		for _, m := range movements(&v.before.Assessment, &c.Assessment) {
			moved[m.key] = m.points
		}
	}
	byDomain := map[string]*component.WaterfallDomain{}
	var order []string
	for _, part := range concern.Contributions(&c.Assessment) {
		id, name := s.questionOf(r, part), ""
		switch {
		case part.Standing:
			id, name = "standing", "Long worse than elsewhere"
		case part.Pattern:
			id, name = "pattern", "How the signs fit together"
		case id == "":
			id, name = "other", "Other"
		default:
			name = questions[questionPlace(id)].name
		}
		d := byDomain[id]
		if d == nil {
			d = &component.WaterfallDomain{Name: name}
			byDomain[id], order = d, append(order, id)
		}
		row := component.WaterfallRow{Kind: kindOf(part), Text: s.linked(r, v.org.Code, part), Points: part.Points, Since: moved[keyOf(part)]}
		d.Rows, d.Points, d.Since = append(d.Rows, row), d.Points+part.Points, d.Since+row.Since
	}
	slices.SortStableFunc(order, func(a, b string) int { return cmp.Compare(byDomain[b].Points, byDomain[a].Points) })
	fall := component.Waterfall{
		Caption: "Concern by domain and contribution", Total: c.Points, SinceWord: since, Words: "All domains: " + wordAndRange(c, v.method.Params),
		Threshold: v.method.Params.WordPoints(c.Word),
	}
	if since != "" {
		fall.Since = c.Points - v.before.Points
	}
	for _, id := range order {
		fall.Domains = append(fall.Domains, *byDomain[id])
	}
	if len(fall.Domains) == 0 {
		p.NoFall = "Nothing adds to the concern: the points are nought."
	} else {
		p.Fall = &fall
	}
	p.Said, p.Gaps = v.said(), v.gaps()
}

// keyOf is a contribution's name among movements.
func keyOf(c concern.Contribution) string {
	switch {
	case c.Pattern:
		return "pattern"
	case c.Standing:
		name, _, _ := strings.Cut(c.Text, ": ")
		return "standing " + name
	}
	return string(c.Family)
}

// linked is a contribution's sentence, whose name leads to what it is made of: its
// largest indicator's chart with the rows, or the signals.
func (s *Server) linked(r *request, code org.Code, c concern.Contribution) component.Content {
	href := ""
	for i := range c.Streams {
		if href = s.behind(r, code, c.Family, c.Streams[i].Stream); href != "" {
			break
		}
	}
	if content, ok := linkedCounts(r, code, &c); ok && r.may(access.SeeSignals) {
		return content
	}
	switch counted := countedReports(&c); {
	case counted != nil && r.may(access.SeeSignals):
		href = r.link(countedPath(code, counted))
	case c.Standing && c.Soft:
		href = s.behind(r, code, standingFamily(c.Text), "")
	case c.Standing: // made of many indicators: the calculation names them
		href = r.link(providerPath(code) + "/concern#standing")
	}
	if href == "" {
		return c.Text
	}
	name, rest, found := strings.Cut(c.Text, ": ")
	if !found {
		return sentenceWithLink("", component.Link{Text: c.Text, Href: href}, "")
	}
	return sentenceWithLink("", component.Link{Text: name, Href: href}, ": "+rest)
}

// standingFamily is the family whose signals a part of the standing level is made of, by
// its sentence: visits have one; voices, which are of many kinds, have none.
func standingFamily(text string) concern.FamilyID {
	for _, part := range fusion().Standing {
		if part.Visits && strings.HasPrefix(text, part.Name+":") {
			return fusion().VisitFamily
		}
	}
	return ""
}

// heardAs is the kind of signal that the streams of a family count; families that
// compare several kinds have none, and lead to all signals of the provider.
var heardAs = map[concern.FamilyID]signal.Kind{
	"complaints": signal.KindComplaint, "incidents": signal.KindIncident, "incident volume": signal.KindIncident, "gp": signal.KindClinicianConcern,
	"comments": signal.KindPatientComment, "visits": signal.KindVisit,
}

// behind is the address of what a stream is made of: an indicator's page, or the
// list of a provider's signals for those who may read it; "" where there is none.
func (s *Server) behind(r *request, code org.Code, family concern.FamilyID, stream concern.StreamID) string {
	if d := r.catalogue().Get(indicator.ID(stream)); d != nil {
		return r.link(indicatorPath(code, d.ID))
	}
	if !r.may(access.SeeSignals) {
		return ""
	}
	to := string(placeSignals) + "?show=" + showAll + "&provider=" + string(code)
	kind := heardAs[family]
	switch channel, _, reports := strings.Cut(string(stream), "."); {
	case channel == "staff": // the family of staff's voice hears two kinds
		kind = signal.KindStaffConcern
	case channel == "trainees":
		kind = signal.KindTraineeSurvey
	case reports && !slices.Contains(signal.ReservedChannels, signal.Channel(channel)): // an installation's own, of a kind of its own
		kind = ""
	}
	if kind != "" {
		to += "&kind=" + string(kind)
	}
	return r.link(to)
}

// said is the pattern, what isn't counted and what speaks against.
func (v *providerView) said() component.Said {
	x := &v.held.Explanation
	out := component.Said{}
	if x.LooksLike != "" {
		_, pattern, _ := strings.Cut(x.LooksLike, ": ")
		out.Items = append(out.Items, component.Fact{Label: "Looks like", Value: capital(pattern)})
	}
	out.Items = append(out.Items, component.Fact{Label: "Not counted", Value: labelled("Not counted", x.NotCounted, "Everything measured is counted.")})
	out.Items = append(out.Items, forAndAgainst(x.Against, "Nothing that is measured speaks against it.")...)
	return out
}

// forAndAgainst parts what speaks against a concern from how reporting was weighed where
// that speaks for it, which stands under a label of its own.
func forAndAgainst(list []string, nothing string) []component.Fact {
	var against, favour []string
	for _, text := range list {
		if strings.HasPrefix(text, "For: ") {
			favour = append(favour, text)
		} else {
			against = append(against, text)
		}
	}
	out := []component.Fact{{Label: "Against", Value: labelled("Against", against, nothing)}}
	if len(favour) > 0 {
		out = append(out, component.Fact{Label: "For", Value: labelled("For", favour, "")})
	}
	return out
}

// gaps is what is missing, and the counterfactual.
func (v *providerView) gaps() component.Said {
	x := &v.held.Explanation
	out := component.Said{Items: []component.Fact{{Label: "Missing", Value: labelled("Missing", x.Missing, "Nothing that is due is missing.")}}}
	if x.LeftOut != "" {
		out.Items = append(out.Items, component.Fact{Label: "Left out", Value: x.LeftOut})
	}
	return out
}

// labelled is sentences beside their label, which those that begin with it don't say
// again.
func labelled(label string, list []string, otherwise string) component.Content {
	list = slices.Clone(list)
	for i, text := range list {
		if rest, ok := strings.CutPrefix(text, label+": "); ok {
			list[i] = capital(rest)
		}
	}
	return sentences(list, otherwise)
}

// sentences joins texts; otherwise says what stands in their place.
func sentences(list []string, otherwise string) component.Content {
	if len(list) == 0 {
		return otherwise
	}
	if len(list) == 1 {
		return list[0]
	}
	out := `<ul class="cd-plain">`
	for _, t := range list {
		out += "<li>" + htmlText(t) + "</li>"
	}
	return component.Markup(out + "</ul>")
}

// weightsPage opens the whole calculation of one assessment.
type weightsPage struct {
	base
	Lead component.Content
	// Explained is where the method is told without formulas.
	Explained string
	Scores    component.SummaryList
	Families  component.Region
	Streams   component.Region
	Standing  component.Region
	Trail     component.Region
	Gaps      component.Region
	HasGaps   bool
	HasStand  bool
	Method    component.SummaryList
}

func (*weightsPage) template() string { return "provider-concern" }

// figure writes a number of the method with three places and a true minus.
func figure(x float64) string {
	text := strconv.FormatFloat(x, 'f', 3, 64)
	if text[0] == '-' {
		return "−" + text[1:]
	}
	return text
}

// providerWeights shows weights and why: each formula's parts as they were
// reckoned, from the assessment as it was recorded.
func (s *Server) providerWeights(r *request) (answer, error) {
	code, err := org.ParseCode(r.PathValue("code"))
	if err != nil {
		return nil, fault.New(fault.NotFound, "there is no provider %q", cut(r.PathValue("code")))
	}
	o, err := s.organisation(r, code)
	if err != nil {
		return nil, err
	}
	held, err := s.store.Concerns(r.Context(), r.scope, code)
	if err != nil {
		return nil, err
	}
	method, err := s.judgedMethod(r, byProvider(held))
	if err != nil {
		return nil, err
	}
	p := &weightsPage{base: base{Title: "Weights and why", Place: placeProviders, Crumbs: component.Breadcrumbs{Items: []component.Link{
		{Text: "Providers", Href: r.link("/providers")}, {Text: nameOf(o), Href: r.link(providerPath(code))},
	}}}}
	if len(held) == 0 {
		p.Lead = bold(nameOf(o)+" hasn’t been judged.", "Because no run of the watch has reached a judgement about it yet; there is nothing to show.")
		return p, nil
	}
	c := &held[0]
	a := &c.Assessment
	p.Lead = bold(fmt.Sprintf("%s: %s, %s.", nameOf(o), count(c.Points, "point", "points"), c.Word), fmt.Sprintf("Because the parts below add up to a ranking score of %s, and a point is worth %s of it.", figure(a.Ranking), figure(1/method.Params.PointFactor())))
	if !a.Judged {
		p.Lead = bold(nameOf(o)+" can’t be judged.", "Because "+a.Why+". What was reckoned all the same stands below, and counts for nothing.")
	}
	p.Explained = r.link(methodPath)
	p.fill(s, r, code, method.Params, a)
	p.Method = component.SummaryList{Rows: []component.SummaryRow{
		{Key: "Parameters", Value: versionWords(a.Params, &method)},
		{Key: "As of month", Value: a.AsOf.Period().Words()},
		{Key: "Recorded", Value: momentOf(c.Since) + ", memory entry " + number(c.Position)},
		{Key: "Streams with recent data", Value: number(a.Streams)},
		{Key: "Decay of evidence", Value: fmt.Sprintf("× %g a month, ceiling %g for one stream", method.Params.Gamma, method.Params.Cap)},
		{Key: "Chance", Value: fmt.Sprintf("%s: an even chance at %.0f points", calibratedWords(&method), method.Params.EvenPoints)},
	}}
	r.shown("provider/" + string(code))
	return p, nil
}

// versionWords is the version of the parameters by which an assessment was made, and
// whether its words are explained by another.
func versionWords(version string, m *alert.Method) string {
	if alert.BaseVersion(version) == m.Base.Version {
		return "version " + version
	}
	return "version " + version + ", which this memory doesn’t hold: where words begin is told by version " + m.Base.Version
}

// fill fills in the tables.
func (p *weightsPage) fill(s *Server, r *request, code org.Code, par *concern.Params, a *concern.Assessment) {
	p.Scores = component.SummaryList{Rows: []component.SummaryRow{
		{Key: "Change score S", Value: figure(a.Score.Score) + ": has something changed? The families’ parts, and the pattern’s"},
		{Key: "of which families A", Value: figure(a.Change) + ": the families’ parts added up, each weight × ln(1 + E)"},
		{Key: "of which pattern", Value: patternWords(par, a.Pattern)},
		{Key: "Standing level L", Value: figure(a.Level) + ": has it long been worse than elsewhere?"},
		{Key: "Ranking score R", Value: fmt.Sprintf("%s: S + %s × L = %s + %s × %s", figure(a.Ranking), figure(par.Lambda), figure(a.Score.Score), figure(par.Lambda), figure(a.Level))},
		{Key: "Points", Value: sumWords(par, a)},
	}}
	families := component.Table{Dense: true, RowHeaders: true, Classes: "cd-wide", Caption: "Families", CaptionHidden: true, Columns: []component.Column{
		{Heading: "Family"}, {Heading: "Its streams’ C added up", Numeric: true}, {Heading: "Divided, for overlap, by"}, {Heading: "Evidence E", Numeric: true}, {Heading: "Weight", Numeric: true}, {Heading: "Part: weight × ln(1 + E)", Numeric: true}, {Heading: "Points", Numeric: true}, {Heading: "Streams with evidence"},
	}}
	streams := component.Table{Dense: true, RowHeaders: true, Classes: "cd-wide", Caption: "Streams", CaptionHidden: true, Columns: []component.Column{
		{Heading: "Stream"}, {Heading: "Family"}, {Heading: "Evidence C", Numeric: true}, {Heading: "Share of part", Numeric: true}, {Heading: "Began"}, {Heading: "Newest"}, {Heading: "Newest value, or reports since it began, of 6 months at most", Numeric: true}, {Heading: "Usual here", Numeric: true},
	}}
	for i := range a.Families {
		f := &a.Families[i]
		families.Rows = append(families.Rows, []component.Cell{{Body: f.Name}, {Body: figure(evidenceSum(f))}, {Body: overlapWords(par, f)}, {Body: figure(f.Evidence)}, {Body: weightOf(f)}, {Body: figure(f.Part)}, {Body: component.Signed(f.Points)}, {Body: count(len(f.Streams), "stream", "streams") + ", " + number(len(f.Quiet)) + " quiet"}})
		for k := range f.Streams {
			streams.Rows = append(streams.Rows, s.streamRow(r, code, f.Family, f.Name, &f.Streams[k]))
		}
		for k := range f.Quiet {
			streams.Rows = append(streams.Rows, s.streamRow(r, code, f.Family, f.Name, &f.Quiet[k]))
		}
	}
	if len(families.Rows) == 0 {
		families.Rows = append(families.Rows, []component.Cell{{Body: "None has evidence"}, {Body: "0"}, {Body: "–"}, {Body: "0"}, {Body: "–"}, {Body: "0"}, {Body: "0"}, {Body: "every stream is as usual"}})
	}
	for i := range a.Charted {
		streams.Rows = append(streams.Rows, s.streamRow(r, code, "", "shown, not counted", &a.Charted[i]))
	}
	p.Families, p.Streams = component.Region{Name: "Families", Body: families}, component.Region{Name: "Streams", Body: streams}
	standing := component.Table{Dense: true, RowHeaders: true, Caption: "Standing level", CaptionHidden: true, Columns: []component.Column{
		{Heading: "Part, and its counts"}, {Heading: "Level", Numeric: true}, {Heading: "Weight in L", Numeric: true}, {Heading: fmt.Sprintf("Part of R: %s × weight × level", figure(par.Lambda)), Numeric: true}, {Heading: "Points", Numeric: true},
	}}
	for i := range a.Standing {
		l := &a.Standing[i]
		standing.Rows = append(standing.Rows, []component.Cell{{Body: l.Words(a.AsOf)}, {Body: figure(l.Level)}, {Body: standingWeight(par, l)}, {Body: figure(l.Part)}, {Body: component.Signed(l.Points)}})
	}
	p.Standing, p.HasStand = component.Region{Name: "Standing level", Body: standing}, len(a.Standing) > 0
	gaps := component.Table{Dense: true, RowHeaders: true, Caption: "Streams that say nothing", CaptionHidden: true, Columns: []component.Column{{Heading: "Stream"}, {Heading: "Why"}, {Heading: "Newest"}}}
	for _, g := range a.Gaps {
		gaps.Rows = append(gaps.Rows, []component.Cell{{Body: g.Name}, component.GapCell(gapWord(g.Reason), "", ""), {Body: monthOr(g.Newest, "never")}})
	}
	p.Gaps, p.HasGaps = component.Region{Name: "Streams that say nothing", Body: gaps}, len(a.Gaps) > 0
	trail := component.Table{Dense: true, RowHeaders: true, Caption: "Ranking score by month", CaptionHidden: true, Columns: []component.Column{{Heading: "As of"}, {Heading: "Ranking score", Numeric: true}, {Heading: "Rank", Numeric: true}}}
	for _, t := range slices.Backward(a.Trail) {
		rank := component.Cell{Body: "not ranked", Words: true}
		if t.Rank > 0 {
			rank = component.Cell{Body: number(t.Rank)}
		}
		trail.Rows = append(trail.Rows, []component.Cell{{Body: t.AsOf.Period().Words()}, {Body: figure(t.Ranking)}, rank})
	}
	p.Trail = component.Region{Name: "Ranking score by month", Body: trail}
}

// monthOr is a month in words, or what stands for none.
func monthOr(m concern.Month, none string) string {
	if m == 0 {
		return none
	}
	return m.Period().Words()
}

// weightOf is the family's weight as it was when the assessment was made, which its
// part tells whatever the parameters are now.
func weightOf(f *concern.FamilyPart) string {
	if f.Evidence <= 0 {
		return "–"
	}
	return figure(f.Part / math.Log1p(f.Evidence))
}

// amount writes counts whole and what is expected of them to one place.
func amount(x float64) string {
	switch {
	case math.IsNaN(x):
		return "–"
	case math.Abs(x-math.Round(x)) < 1e-9:
		return number(int64(math.Round(x)))
	}
	whole, part := math.Modf(math.Abs(math.Round(10*x) / 10))
	text := number(int64(whole)) + strconv.FormatFloat(part, 'f', 1, 64)[1:]
	if math.Round(10*x) < 0 {
		return "−" + text
	}
	return text
}

// streamRow is one stream's figures, leading to what it is made of.
func (s *Server) streamRow(r *request, code org.Code, id concern.FamilyID, family string, p *concern.StreamPart) []component.Cell {
	value, usual := amount(p.Facts.Value), amount(p.Facts.Usual)
	switch {
	case p.Kind == concern.Mix:
		value, usual = amount(p.Facts.Reports)+" severe of "+amount(p.Facts.Of), amount(p.Facts.Expected)
	case p.Kind == concern.Gap:
		value = amount(p.Facts.Outside) + " outside, " + amount(p.Facts.Inside) + " inside"
		usual = amount(p.Facts.OutsideExpected) + " outside, " + amount(p.Facts.InsideExpected) + " inside"
	case p.Kind == concern.Visit && p.Facts.Reports > 0:
		value = count(int(p.Facts.Reports), "visit", "visits") + ", mean score " + amount(p.Facts.Value)
	case p.Kind.Soft():
		value, usual = amount(p.Facts.Reports), amount(p.Facts.Expected)
	case p.Kind == concern.Proportion && p.Facts.Den > 0:
		value, usual = fmt.Sprintf("%.1f%%", 100*p.Facts.Value/p.Facts.Den), fmt.Sprintf("%.1f%%", 100*p.Facts.Usual)
	}
	if p.Facts.Withheld {
		value, usual = "withheld", "withheld"
	}
	href := s.behind(r, code, id, p.Stream)
	if counted := countedStream(p); counted != nil && r.may(access.SeeSignals) {
		href = r.link(countedPath(code, counted))
	}
	return []component.Cell{
		{Body: p.Name, Href: href}, {Body: family}, {Body: figure(p.Evidence)}, {Body: figure(p.Part)}, {Body: monthOr(p.Began, "not begun")}, {Body: monthOr(p.Newest, "none")}, {Body: value}, {Body: usual},
	}
}

// gapWord is why a stream says nothing. That most others have a newer month is less
// than that it is due and late (R-IND-4), and is not called so.
func gapWord(reason concern.GapReason) string {
	if reason == concern.Late {
		return "Later than most"
	}
	return capital(string(reason))
}
