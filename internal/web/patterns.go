package web

import (
	"fmt"
	"strconv"
	"strings"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/web/component"
)

// patternsPath shows what many signals say together.
const patternsPath = "/patterns"

// countsPath lists the papers of counts that left the team.
const countsPath = "/counts"

// patternsPage is what many signals say together: patterns by R-SOFT-3, clusters in
// place and time, and the settings by which they are found.
type patternsPage struct {
	base
	Lead      string
	Sub       string
	Patterns  []patternRow
	Clusters  []patternRow
	NoCluster string
	Silence   string // address of who has not been heard from
	Settled   string
	Form      *listeningForm
}

// patternRow is a pattern or a cluster.
type patternRow struct {
	Where string
	What  string
	Why   string
	Links component.Links // its signals, the first of them
	More  string
}

// listeningForm sets the thresholds.
type listeningForm struct {
	Fields  []component.Input
	Because component.Input
}

func (*patternsPage) template() string { return "patterns" }

// clusterHistory is how many days are read for clusters: their longest span and the
// year before with which it is compared (DefaultClusterSettings).
const clusterHistory = 91 + 365

// patternLinks is how many signals of a pattern are named.
const patternLinks = 12

func (s *Server) patterns(r *request) (answer, error) {
	return s.newPatternsPage(r)
}

func (s *Server) newPatternsPage(r *request) (*patternsPage, error) {
	p := &patternsPage{base: base{Title: "Patterns in what we hear", Place: placeSignals, Crumbs: s.signalCrumbs(r)}, Silence: r.link(patternsPath + "/silence")}
	settings, err := s.store.Listening(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	today := calendar.DateOf(r.moment)
	back := calendar.Date(max(settings.Pattern.Days, clusterHistory))
	said, err := s.saidTogether(r, settings.Pattern, today, back)
	if err != nil {
		return nil, err
	}
	names, err := s.orgNames(r)
	if err != nil {
		return nil, err
	}
	for _, x := range said.patterns {
		p.Patterns = append(p.Patterns, s.patternRow(r, x, names, said.refs))
	}
	for _, c := range said.clusters {
		p.Clusters = append(p.Clusters, clusterRow(r, c, names, said.refs))
	}
	if p.NoCluster = "No place has more events than its own past makes usual, allowing for how many places were looked at."; said.nothing {
		p.NoCluster = "No signal is held from which anything could be told."
	}
	p.lead(settings)
	p.settled(settings)
	if r.changes(access.TriageSignal) {
		p.Form = newListeningForm(r, settings.Settings)
	}
	return p, nil
}

// together is what signals say together.
type together struct {
	patterns []signal.Pattern
	clusters []signal.Cluster
	refs     map[signal.ID]string // of the signals named
	nothing  bool                 // nothing was heard at all
}

// saidTogether works out patterns and clusters, once until a signal changes.
func (s *Server) saidTogether(r *request, settings signal.PatternSettings, today, back calendar.Date) (*together, error) {
	version, err := s.store.HeardChanged(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	key := workedKey{what: "patterns", tenant: r.scope.Tenant, version: version, day: today, with: fmt.Sprint(settings)}
	return workOut(s.worked, key, func() (*together, error) {
		list, err := s.store.Heard(r.Context(), r.scope, (today - back).Begins())
		if err != nil || len(list) == 0 {
			return &together{nothing: true}, err
		}
		out := &together{
			patterns: recentPatterns(list, settings, today), refs: map[signal.ID]string{},
			clusters: signal.FindClusters(list, calendar.DateOf(list[0].Received), today, signal.DefaultClusterSettings()),
		}
		for _, x := range out.patterns {
			out.name(x.Signals)
		}
		for _, c := range out.clusters {
			out.name(c.Signals)
		}
		for i := range list {
			if _, named := out.refs[list[i].ID]; named {
				out.refs[list[i].ID] = list[i].Reference
			}
		}
		return out, nil
	})
}

// name marks the first signals of a pattern, to which the page leads.
func (t *together) name(ids []signal.ID) {
	for _, id := range ids[:min(len(ids), patternLinks)] {
		t.refs[id] = ""
	}
}

// recentPatterns is the patterns whose last event lies within the days of the
// settings: an old pattern was proposed when it was new.
func recentPatterns(list []signal.Signal, settings signal.PatternSettings, today calendar.Date) (out []signal.Pattern) {
	for _, x := range signal.FindPatterns(list, settings) {
		if int(today-x.Last) <= settings.Days {
			out = append(out, x)
		}
	}
	return out
}

func (p *patternsPage) lead(l store.Listening) {
	rule := number(l.Pattern.Items) + " events from " + count(l.Pattern.Sources, "source", "different sources") + " on one theme in one place within " + number(l.Pattern.Days) + " days"
	if len(p.Patterns) == 0 {
		p.Lead = "No pattern holds: nowhere are there " + rule + "."
	} else {
		p.Lead = count(len(p.Patterns), "pattern proposes", "patterns propose") + " a concern, because there are at least " + rule + "."
	}
	p.Sub = "Items about one event count once; praise counts for nothing here and takes nothing away. A pattern is a proposal: a person opens the concern. The words of those who do not wish to be known count by their theme only where at least " +
		strconv.Itoa(signal.CellAtLeast) + " staff concerns about one provider share it." // R-FTSU-1
}

func (p *patternsPage) settled(l store.Listening) {
	p.Settled = "These are the settings that Candour comes with; nobody has changed them here."
	if l.Set {
		p.Settled = "Set " + momentOf(l.Since) + ", because “" + l.Because + "”."
	}
}

// patternRow tells of a pattern.
func (s *Server) patternRow(r *request, x signal.Pattern, names func(org.Code) string, refs map[signal.ID]string) patternRow {
	where := names(x.Provider)
	switch {
	case x.Site != "":
		where += ", " + names(x.Site)
	case x.Service != "":
		where += ", " + x.Service
	}
	row := patternRow{
		Where: where, What: s.Desk.Taxonomies.Get("theme").NameOf(x.Theme),
		Why: number(x.Events) + " events, " + day(x.First.Begins()) + " to " + day(x.Last.Begins()) + ", from " + count(len(x.Sources), "source", "sources") + ": " + list(sourceWords(x.Sources, names)) + ".",
	}
	row.link(r, x.Signals, refs)
	return row
}

// sourceWords is the sources of a pattern as users read them; those told apart by a
// token only are counted by their kind.
func sourceWords(sources []string, names func(org.Code) string) (out []string) {
	kinds := map[string]int{}
	var order []string
	for _, source := range sources {
		kind, who, _ := strings.Cut(source, "/")
		words := uncapital(signal.Kind(kind).Words())
		if name := names(org.Code(who)); who != "" && name != who {
			words += " of " + name
		}
		if kinds[words]++; kinds[words] == 1 {
			order = append(order, words)
		}
	}
	for _, words := range order {
		if kinds[words] > 1 {
			words = strconv.Itoa(kinds[words]) + " × " + words
		}
		out = append(out, words)
	}
	return out
}

func clusterRow(r *request, c signal.Cluster, names func(org.Code) string, refs map[signal.ID]string) patternRow {
	where := names(c.Place.Provider)
	for _, part := range []string{names(c.Place.Site), c.Place.Service, c.Place.Ward} {
		if part != "" {
			where += ", " + part
		}
	}
	usual := "fewer than 1 is usual"
	if c.Usual >= 1 {
		usual = strconv.FormatFloat(c.Usual, 'f', 0, 64) + " are usual"
	}
	row := patternRow{Where: where, What: "More than usual", Why: number(c.Seen) + " events since " + day(c.From.Begins()) + " where " + usual + "; usual is this place’s own past year."}
	row.link(r, c.Signals, refs)
	return row
}

// link names the signals, and how many more there are.
func (p *patternRow) link(r *request, ids []signal.ID, refs map[signal.ID]string) {
	for i, id := range ids {
		if i == patternLinks {
			p.More = "and " + number(len(ids)-patternLinks) + " more"
			return
		}
		if ref := refs[id]; ref != "" {
			p.Links = append(p.Links, component.Link{Text: ref, Href: r.link(signalPath(ref))})
		}
	}
}

// listeningFields are the settings in the order of the form: the name of the
// control, which is the field's path, its label, and where it stands.
var listeningFields = []struct {
	name, label string
	at          func(*signal.Settings) *int
}{
	{"pattern.items", "Events, at least", func(s *signal.Settings) *int { return &s.Pattern.Items }},
	{"pattern.sources", "Different sources, at least", func(s *signal.Settings) *int { return &s.Pattern.Sources }},
	{"pattern.days", "Days from first to last, at most", func(s *signal.Settings) *int { return &s.Pattern.Days }},
	{"same_theme.complaints", "Complaints on one theme that are a ground to step in, at least", func(s *signal.Settings) *int { return &s.SameTheme.Complaints }},
	{"same_theme.days", "Received within so many days", func(s *signal.Settings) *int { return &s.SameTheme.Days }},
	{"silence.days", "Days looked at for silence", func(s *signal.Settings) *int { return &s.Silence.Days }},
}

func newListeningForm(r *request, now signal.Settings) *listeningForm {
	f := &listeningForm{}
	for _, x := range listeningFields {
		value := strconv.Itoa(*x.at(&now))
		if r.field("because") != "" || r.field(x.name) != "" {
			value = r.field(x.name)
		}
		f.Fields = append(f.Fields, component.Input{Field: component.Field{Name: x.name, ID: settingID(x.name), Label: component.Label{Text: x.label}}, Value: value, Width: 5, InputMode: "numeric"})
	}
	f.Because = component.Input{Field: component.Field{Name: "because", Label: component.Label{Text: "Because"}, Hint: "It is recorded with your name; the earlier settings stay readable."}, Value: r.field("because"), Autocomplete: "off"}
	return f
}

// settingID is the id of a control named by the path of a field.
func settingID(name string) string { return strings.NewReplacer(".", "-", "_", "-").Replace(name) }

// listeningSet records new settings.
func (s *Server) listeningSet(r *request) (answer, error) {
	held, err := s.store.Listening(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	settings := signal.DefaultSettings()
	settings.Photographs = held.Photographs // settled on a page of its own
	wrong := map[string]string{}
	for _, x := range listeningFields {
		n, err := strconv.Atoi(r.field(x.name))
		if err != nil {
			wrong[x.name] = "Enter a whole number"
		}
		*x.at(&settings) = n
	}
	if len(wrong) == 0 {
		for _, e := range settings.Validate() {
			wrong[e.Field] = sentence("expected "+e.Expected) + " " + e.Advice
		}
	}
	if r.field("because") == "" {
		wrong["because"] = "Say why the settings change"
	} else if err := s.Desk.NoIdentifier(r.field("because")); err != nil {
		wrong["because"] = sentence(messageOf(err))
	}
	if len(wrong) == 0 {
		err := s.store.SetListening(r.Context(), r.scope, settings, r.field("because"))
		if err == nil {
			return redirect{patternsPath}, nil
		}
		if !fault.Is(err, fault.Invalid) {
			return nil, err
		}
		wrong["because"] = sentence(messageOf(err))
	}
	p, err := s.newPatternsPage(r)
	if err != nil {
		return nil, err
	}
	for i := range p.Form.Fields {
		if f := &p.Form.Fields[i]; wrong[f.Name] != "" {
			p.wrong(f.ID, wrong[f.Name])
			f.Error = p.wrongAt(f.ID)
		}
	}
	if wrong["because"] != "" {
		p.wrong("because", wrong["because"])
		p.Form.Because.Error = p.wrongAt("because")
	}
	return p, nil
}

// besideSignals leads from the inbox to what is made of signals.
func besideSignals(r *request) (out []component.Link) {
	for _, l := range []component.Link{
		{Text: "Raise something", Href: signalNewPath},
		{Text: "Visits", Href: visitsPath},
		{Text: "Complaints that are not dealt with", Href: complaintsPath},
		{Text: "Learning from incidents", Href: learningPath},
		{Text: "Patterns", Href: patternsPath},
		{Text: "Who has not been heard from", Href: patternsPath + "/silence"},
		{Text: "What providers assured us of", Href: assurancePath},
		{Text: "Counts that leave the team", Href: countsPath},
	} {
		if l.Href = r.link(l.Href); r.server.offers(r, strings.SplitN(l.Href, "?", 2)[0]) {
			out = append(out, l)
		}
	}
	return out
}
