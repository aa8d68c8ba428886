package watch

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/finding"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/record"
)

// memory is what a store does for the watch, in a slice.
type memory struct {
	all      []indicator.Observation // From and Until are positions
	roles    map[org.Code]org.Role
	limits   map[Key][]Limits
	changed  map[int64]Changed
	position int64
	held     Held
	now      time.Time
}

func newMemory() *memory {
	return &memory{roles: map[org.Code]org.Role{}, limits: map[Key][]Limits{}, changed: map[int64]Changed{}, now: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)}
}

// deliver supersedes what is held and adds.
func (m *memory) deliver(list ...indicator.Observation) {
	m.position++
	var c Changed
	for _, o := range list {
		o.From, o.Until = m.position, math.MaxInt64
		for i := range m.all {
			if h := &m.all[i]; h.Until == math.MaxInt64 && h.Indicator == o.Indicator && h.Org == o.Org && h.Tenant == o.Tenant && h.Period == o.Period {
				h.Until = m.position
			}
		}
		m.all = append(m.all, o)
		c.Series = append(c.Series, finding.Series{Indicator: o.Indicator, Org: o.Org, Tenant: org.Code(o.Tenant)})
	}
	m.changed[m.position] = c
}

func (m *memory) Watched(context.Context) (Watched, error) {
	w := Watched{Through: m.position, Roles: m.roles, Limits: m.limits, Held: m.held, History: slices.Clone(m.all)}
	slices.SortStableFunc(w.History, func(a, b indicator.Observation) int {
		one, two := finding.Series{Indicator: a.Indicator, Org: a.Org, Tenant: org.Code(a.Tenant)}, finding.Series{Indicator: b.Indicator, Org: b.Org, Tenant: org.Code(b.Tenant)}
		if c := finding.CompareSeries(one, two); c != 0 {
			return c
		}
		return a.Period.Compare(b.Period)
	})
	for at, c := range m.changed {
		if at > m.held.Through {
			w.Changed.Series = append(w.Changed.Series, c.Series...)
			w.Changed.Limits = append(w.Changed.Limits, c.Limits...)
			w.Changed.Orgs = append(w.Changed.Orgs, c.Orgs...)
		}
	}
	return w, nil
}

func (m *memory) Evidence(context.Context, org.Code) (Evidence, map[org.Code]string, error) {
	return Evidence{}, nil, nil
}

func (m *memory) Alerts(context.Context, org.Code) (Alerts, error) { return Alerts{}, nil }

func (m *memory) Tenants(context.Context) ([]org.Code, error) { return nil, nil }
func (m *memory) Now() time.Time                              { return m.now }

// Record keeps what a run changed, as the store's projection does.
func (m *memory) Record(_ context.Context, events ...record.Event) error {
	m.position += int64(len(events))
	return nil
}

// keep applies a run's difference to what is held.
func (m *memory) keep(w record.Watch) {
	m.held.Through, m.held.Code, m.held.Catalogue, m.held.Sections = w.Through, w.Code, w.Catalogue, w.Sections
	ended := map[string]bool{}
	for _, id := range w.Ended {
		ended[id] = true
	}
	m.held.Findings = slices.DeleteFunc(m.held.Findings, func(f finding.Finding) bool { return ended[f.ID] })
	m.held.Findings = append(m.held.Findings, w.Began...)
	for _, v := range w.Verdicts {
		m.held.Verdicts = slices.DeleteFunc(m.held.Verdicts, func(h finding.Verdict) bool { return h.Series() == v.Series() })
	}
	m.held.Verdicts = append(m.held.Verdicts, w.Verdicts...)
}

func (m *memory) Told(context.Context, int64) ([]org.Code, int64, error) { return nil, 0, nil }

// three is a catalogue of three indicators, one without a funnel.
func three(t interface{ Fatal(...any) }) *indicator.Catalogue {
	files := fstest.MapFS{}
	for _, x := range [][2]string{{"ae-4h", "pr"}, {"ae-other", "pr"}, {"ae-none", "none"}} {
		text := strings.NewReplacer("id: ae-4h\n", "id: "+x[0]+"\n", "funnel: pr", "funnel: "+x[1]).Replace(definition)
		files["indicators/"+x[0]+".yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	c, err := indicator.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestTestingWhatChangedGivesWhatTestingEverythingGives draws deliveries of any
// size, in any order, revisions, private values, limits and roles between them, days
// that pass, runs that are left out; after each run the outcome must be the full one.
func TestTestingWhatChangedGivesWhatTestingEverythingGives(t *testing.T) {
	t.Parallel()
	catalogue := three(t)
	orgs := []org.Code{"RAA", "RBB", "RCC", "RDD", "REE", "RFF", "RGG"}
	rapid.Check(t, func(t *rapid.T) {
		m := newMemory()
		w := &Watcher{Memory: m, Catalogue: catalogue, Code: "c", Workers: 2}
		first := calendar.NewMonth(2024, 6)
		var batch []indicator.Observation
		for _, id := range catalogue.IDs() {
			for i, code := range orgs {
				for k := range 20 {
					o := observation(code, first.Add(k), 900+float64((k*7+i*13)%20), 1000)
					o.Indicator = id
					batch = append(batch, o)
				}
			}
		}
		m.deliver(batch...)
		for range rapid.IntRange(1, 5).Draw(t, "steps") {
			for range rapid.IntRange(1, 3).Draw(t, "changes") {
				m.change(t, catalogue, orgs, first)
			}
			m.now = m.now.AddDate(0, 0, rapid.IntRange(0, 40).Draw(t, "days"))
			diff, part, err := w.Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			held, err := m.Watched(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			full, err := Run(t.Context(), Input{Catalogue: catalogue, Observations: current(held.History, m.position), Roles: m.roles, Limits: m.limits, Day: m.now})
			if err != nil {
				t.Fatal(err)
			}
			full.Judged = part.Judged
			if !reflect.DeepEqual(part, full) {
				t.Fatalf("judging what changed gives %d findings, %d verdicts, %s\njudging everything %d, %d, %s\n%s", len(part.Findings), len(part.Verdicts), part.Digest,
					len(full.Findings), len(full.Verdicts), full.Digest, differ(part, full))
			}
			m.keep(diff)
		}
	})
}

func differ(a, b Outcome) string {
	for i := range min(len(a.Findings), len(b.Findings)) {
		if a.Findings[i] != b.Findings[i] {
			return fmt.Sprintf("%+v\n%+v", a.Findings[i], b.Findings[i])
		}
	}
	return fmt.Sprint(a.Sections, b.Sections, a.Series, b.Series, a.Funnels, b.Funnels)
}

// change makes one change of the memory.
func (m *memory) change(t *rapid.T, c *indicator.Catalogue, orgs []org.Code, first calendar.Period) {
	id := rapid.SampledFrom(c.IDs()).Draw(t, "indicator")
	code := rapid.SampledFrom(orgs).Draw(t, "organisation")
	value := func(k int) indicator.Observation {
		o := observation(code, first.Add(k), float64(rapid.SampledFrom([]int{400, 700, 880, 905, 910, 990}).Draw(t, "met")), 1000)
		o.Indicator = id
		return o
	}
	switch rapid.SampledFrom([]string{"next", "revised", "private", "missing", "limits", "role", "everyone"}).Draw(t, "what") {
	case "next":
		m.deliver(value(rapid.IntRange(18, 24).Draw(t, "month")))
	case "revised":
		m.deliver(value(rapid.IntRange(0, 19).Draw(t, "month")))
	case "private":
		o := value(rapid.IntRange(0, 24).Draw(t, "month"))
		o.Tenant = "QAA"
		m.deliver(o)
	case "missing":
		o := value(rapid.IntRange(0, 24).Draw(t, "month"))
		o.Presence = indicator.NotSubmitted
		m.deliver(o)
	case "limits":
		m.position++
		k := Key{id, code}
		m.limits[k] = []Limits{{From: first.Add(rapid.IntRange(2, 12).Draw(t, "from")), Because: "a new pathway"}}
		m.changed[m.position] = Changed{Limits: []Key{k}}
	case "role":
		m.position++
		m.roles[code] = rapid.SampledFrom([]org.Role{org.Trust, org.Commissioner, org.Region}).Draw(t, "role")
		m.changed[m.position] = Changed{Orgs: []org.Code{code}}
	case "everyone":
		var list []indicator.Observation
		k := rapid.IntRange(18, 24).Draw(t, "month")
		for _, code = range orgs {
			list = append(list, value(k))
		}
		m.deliver(list...)
	}
}

func TestAnotherProgramOrDefinitionTestsEverythingAgain(t *testing.T) {
	t.Parallel()
	m := newMemory()
	m.deliver(history()...)
	w := &Watcher{Memory: m, Catalogue: catalogue(t), Code: "one", Actor: access.AccountID("watch")}
	run := func() Outcome {
		diff, out, err := w.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		m.keep(diff)
		return out
	}
	if out := run(); out.Judged != 10 {
		t.Errorf("the first run judges everything, not %d", out.Judged)
	}
	m.deliver(observation("RBB", calendar.NewMonth(2026, 11), 9000, 10000))
	if out := run(); out.Judged != 1 || out.Series != 10 {
		t.Errorf("one series of ten is affected, judged %d of %d", out.Judged, out.Series)
	}
	if out := run(); out.Judged != 0 {
		t.Errorf("nothing came, judged %d", out.Judged)
	}
	w.Code = "two"
	if out := run(); out.Judged != 10 {
		t.Errorf("another program judged %d of 10", out.Judged)
	}
	w.Catalogue = three(t)
	if out := run(); out.Judged != 10 {
		t.Errorf("with another catalogue it judged %d of 10", out.Judged)
	}
	if _, out, err := w.RunAll(t.Context()); err != nil || out.Judged != 10 {
		t.Errorf("asked for everything it judged %d of 10: %v", out.Judged, err)
	}
}
