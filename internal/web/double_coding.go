package web

import (
	"slices"
	"strconv"
	"strings"

	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/web/component"
)

// doubleCodingPath is the sample of complaints that two people code (R-HCAT-1).
const doubleCodingPath = complaintsPath + "/double-coding"

// doubleCodingShown is how many complaints each list shows.
const doubleCodingShown = 100

// doubleCodingPage is how far two people who code the same complaints agree, what
// waits for a second code, and where the two differ. It shows no code of what waits.
type doubleCodingPage struct {
	base
	Lead    string
	Figures component.SummaryList
	Waiting []waitingRow
	More    string // of what waits
	Own     string // the viewer coded it first
	Sealed  string // of the sample, left out
	Differ  pairList
	Same    pairList
}

// pairList is complaints coded twice; Table is nil where there are none.
type pairList struct {
	Table *component.Region
	More  string // beyond those shown
}

// waitingRow is a complaint that waits for a second code, without the first.
type waitingRow struct{ Href, Where, Title, Facts string }

func (*doubleCodingPage) template() string { return "double-coding" }

func (s *Server) doubleCoding(r *request) (answer, error) {
	p := &doubleCodingPage{base: base{Title: "Complaints coded twice", Place: placeSignals, Crumbs: s.complaintCrumbs(r)}}
	waiting, err := s.store.AwaitingSecondCode(r.Context(), r.scope, doubleCodingShown)
	if err != nil {
		return nil, err
	}
	twice, err := s.store.CodedTwice(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	names, err := s.orgNames(r)
	if err != nil {
		return nil, err
	}
	pairs := make([]signal.DoubleCoding, len(twice))
	for i := range twice {
		pairs[i] = *twice[i].Triage.DoubleCoding
	}
	agreed := signal.Agree(pairs)
	p.Lead, p.Figures = agreementWords(agreed), agreementFigures(agreed)
	for i := range waiting.List {
		l := &waiting.List[i]
		p.Waiting = append(p.Waiting, waitingRow{
			Href: r.link(secondCodePath(l.Ref)), Where: names(l.Provider), Title: l.Title, Facts: l.Ref + ", received " + day(l.Received),
		})
		r.shown("signal/" + l.Ref)
	}
	if n := waiting.N - len(waiting.List); n > 0 {
		p.More = "And " + number(n) + " more, received later."
	}
	p.Sealed = "Complaints whose words are sealed are left out, because a second coder could not read them: fewer than " + number(signal.CellAtLeast) + " of the sample are."
	if n := waiting.Sealed; n >= signal.CellAtLeast { // fewer could tell of one
		p.Sealed = "Complaints whose words are sealed are left out, because a second coder could not read them: " + number(n) + " of the sample are."
	}
	if waiting.Own > 0 {
		p.Own = "You coded " + count(waiting.Own, "complaint", "complaints") + " of the sample first: a second person codes what you coded."
	}
	p.Differ = s.pairs(r, twice, "Where the two differ", false)
	p.Same = s.pairs(r, twice, "Where the two agree", true)
	return p, nil
}

// complaintCrumbs is the way to the complaints.
func (s *Server) complaintCrumbs(r *request) component.Breadcrumbs {
	crumbs := s.signalCrumbs(r)
	crumbs.Items = append(crumbs.Items, component.Link{Text: "Complaints that are not dealt with", Href: r.link(complaintsPath)})
	return crumbs
}

// agreementWords is the agreement in a sentence that needs no statistics.
func agreementWords(a signal.Agreement) string {
	aim := strconv.FormatFloat(signal.KappaAim, 'f', 1, 64)
	switch {
	case a.Pairs == 0:
		return "No complaint was coded by two people yet, so nothing is known of how alike people here code."
	case !a.Enough():
		return "Too few yet: " + count(a.Pairs, "complaint was", "complaints were") + " coded by two people, and agreement is told from " + number(signal.KappaPairs) + "."
	case !a.Defined:
		return "Both coders used one level of severity only, so that agreement by chance can’t be told from agreement."
	case a.Reached():
		return "Two people who read the same complaint judge its severity alike: weighted kappa is " + kappaWords(a) + ", and the aim is " + aim + " or more."
	}
	return "Two people who read the same complaint judge its severity too differently: weighted kappa is " + kappaWords(a) + ", and the aim is " + aim + " or more. Read together what differs below, and agree how to code it."
}

// kappaWords is kappa to two places, rounded towards what is worse so that an aim which
// is missed never looks reached.
func kappaWords(a signal.Agreement) string {
	k := a.Kappa
	text := strconv.FormatFloat(k, 'f', 2, 64)
	if shown, err := strconv.ParseFloat(text, 64); err == nil && k < signal.KappaAim && shown >= signal.KappaAim {
		text = strconv.FormatFloat(k, 'f', 4, 64)
	}
	return strings.Replace(text, "-", "−", 1)
}

func agreementFigures(a signal.Agreement) (l component.SummaryList) {
	add := func(key, value string) {
		l.Rows = append(l.Rows, component.SummaryRow{Key: key, Value: value})
	}
	of := func(n int) string {
		if a.Pairs == 0 {
			return "none yet"
		}
		return number(n) + " of " + number(a.Pairs)
	}
	kappa := kappaWords(a)
	switch {
	case !a.Enough():
		kappa = "too few yet: told from " + number(signal.KappaPairs) + " pairs"
	case !a.Defined:
		kappa = "not defined: one level only"
	}
	add("Complaints coded by two people", number(a.Pairs))
	add("Weighted kappa of severity", kappa)
	add("Aim", strconv.FormatFloat(signal.KappaAim, 'f', 1, 64)+" or more") // R-HCAT-1
	add("Same severity", of(a.Severity))
	add("Same category", of(a.Category))
	return l
}

// pairs is a table of the complaints coded twice where the two agree, or where they
// differ, those received last first.
func (s *Server) pairs(r *request, twice []store.HeldSignal, name string, agreeing bool) (l pairList) {
	t := component.Table{
		Caption: name, CaptionHidden: true, Dense: true, RowHeaders: true, Cards: true,
		Columns: []component.Column{{Heading: "Complaint"}, {Heading: "First code"}, {Heading: "Second code"}, {Heading: "Second coded"}},
	}
	more := 0
	for i := range slices.Backward(twice) {
		h := &twice[i]
		d := h.Triage.DoubleCoding
		if d.Agrees() != agreeing {
			continue
		}
		if len(t.Rows) == doubleCodingShown {
			more++
			continue
		}
		t.Rows = append(t.Rows, []component.Cell{
			{Body: h.Reference, Hidden: ": " + h.Title, Href: r.link(secondCodePath(h.Reference))},
			{Body: s.hcatWords(d.First)},
			{Body: s.hcatWords(d.Second)},
			{Body: day(d.At)},
		})
		r.shown("signal/" + h.Reference)
	}
	if len(t.Rows) > 0 {
		l.Table = &component.Region{Name: name, Body: t}
	}
	if more > 0 {
		l.More = "And " + number(more) + " more, received earlier."
	}
	return l
}

// hcatWords is a code in words: "Safety (error: medication), high".
func (s *Server) hcatWords(c signal.HCATCode) string {
	hcat := s.Desk.Taxonomies.Get("hcat")
	words := hcat.NameOf(c.MainCategory())
	if c.Category != c.MainCategory() {
		words += " (" + uncapital(hcat.NameOf(c.Category)) + ")"
	}
	return words + ", " + hcatLevels[max(0, min(c.Severity, 3))]
}

func secondCodePath(ref string) string { return doubleCodingPath + "/" + ref }
