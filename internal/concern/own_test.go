package concern

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// ownParams are parameters of an installation: a domain, two families, a channel and a
// pattern that nothing in Candour names.
func ownParams(t *testing.T) *Params {
	t.Helper()
	text := bytes.Replace(DefaultText(), []byte(`"version": "2026-3"`), []byte(`"version": "own-1"`), 1)
	for before, added := range map[string]string{
		`"domains": [`:  `{"id": "dialysis", "shift": 0.35, "between": 0.2},`,
		`"families": [`: `{"id": "dialysis", "name": "Dialysis", "overlap": 0.25, "weight": 1, "filter": 1, "scored": true}, {"id": "pastoral", "name": "Pastoral care", "overlap": 0.15, "weight": 0.5, "filter": 0.7, "scored": true},`,
		`"channels": [`: `{"id": "chaplains", "name": "Concerns of chaplains", "family": "pastoral", "ratio": 1.8, "voice": "outside", "mix": true, "standing": true},`,
		`"patterns": [`: `{"id": "unit", "name": "one unit and those who sit with its patients", "families": ["dialysis", "pastoral"]},`,
	} {
		if !bytes.Contains(text, []byte(before)) {
			t.Fatalf("the parameters have no %s", before)
		}
		text = bytes.Replace(text, []byte(before), []byte(before+added), 1)
	}
	par, err := ParseParams(text)
	must(t, err)
	return par
}

func TestIndicatorsAndChannelsOfAnInstallationCountAsThoseThatComeWithCandour(t *testing.T) {
	t.Parallel()
	par := ownParams(t)
	streams := append([]Stream{
		{ID: "line-infections", Name: "Infections of dialysis lines", Kind: Rate, Family: "dialysis", Domain: "dialysis"},
		{ID: "seen-in-time", Name: "Seen in time", Kind: Proportion, Family: "dialysis", Domain: "dialysis", Better: 1, Shift: 0.4},
		{ID: "helpline", Name: "Calls to the helpline", Kind: Reports, Family: "pastoral", Ratio: 1.6}, // of no channel
	}, SoftStreams(par)...)
	e, err := New(par, streams)
	must(t, err)
	rng := rand.New(rand.NewPCG(5, 5))
	for p := range 10 {
		for u := range 46 {
			worse := 1.0
			if p == 4 && u >= 34 {
				worse = 2
			}
			m := epoch + Month(u)
			row := Observation{Provider: ProviderID(fmt.Sprintf("P%02d", p)), Month: m, Available: m}
			put := func(id StreamID, value, den float64) {
				row.Stream, row.Value, row.Den = id, math.Round(value), den
				must(t, e.Observe(row))
			}
			put("line-infections", worse*(20+4*rng.NormFloat64()), 4000)
			put("seen-in-time", 220-worse*(35+4*rng.NormFloat64()), 220)
			put("helpline", worse*(12+3*rng.NormFloat64()), 0)
			put("chaplains.ordinary", worse*(14+3*rng.NormFloat64()), 0)
			put("chaplains.severe", worse*worse*(3+rng.NormFloat64()), 0)
		}
	}
	list := asOf(t, e, epoch+45)
	first := list[0]
	if first.Provider != "P04" || first.Params != "own-1" || first.Rank != 1 {
		t.Fatalf("first is %s by %s", first.Provider, first.Params)
	}
	got := map[StreamID]bool{}
	for _, f := range first.Families {
		for _, s := range f.Streams {
			got[s.Stream] = true
		}
	}
	for _, id := range []StreamID{"line-infections", "seen-in-time", "helpline", "chaplains.ordinary", "chaplains.severe", "chaplains.mix"} {
		if !got[id] {
			t.Errorf("%s says nothing of a provider that worsened in it", id)
		}
	}
	if first.Pattern.ID != "unit" || first.Pattern.Part <= 0 {
		t.Errorf("looks like %+v", first.Pattern)
	}
	if d, alert := par.Decide(par.Budget(0.2), &first, Review{}); d != Raise || !reflect.DeepEqual(alert.Families[:2], []FamilyID{"dialysis", "pastoral"}) {
		t.Errorf("decided %v for %v", d, alert.Families)
	}
	text := Explain(par, par.Budget(0.2), &first, list)
	for _, want := range []string{"one unit and those who sit with its patients", "Dialysis: 2 of 2 measures worse than own past", "Pastoral care: ", "would be usual here"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the words don’t say %q:\n%s", want, text.String())
		}
	}
	for _, s := range e.Estimates() {
		if s.Version == 0 || s.Peers != 10 {
			t.Errorf("%+v", s)
		}
	}
	if !slices.ContainsFunc(first.Standing, func(l StandingLine) bool { return l.Soft }) {
		t.Error("a channel that counts for the standing level has no part in it")
	}
}
