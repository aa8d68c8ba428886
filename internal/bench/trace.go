package bench

import (
	"candour/internal/concern"
)

// Trace is what one method said of one economy: numbers by as-of month from
// start-up on, and provider.
type Trace struct {
	Alarm [][]float32 // score on which route one alerts
	Level [][]float32 // score of route two; nil for a method with one route
	Rank  [][]float32 // ranking score
}

func newTrace(e *Economy, routes int) Trace {
	grid := func() [][]float32 {
		g := make([][]float32, e.Months-e.Startup)
		for i := range g {
			g[i] = make([]float32, len(e.Providers))
		}
		return g
	}
	t := Trace{Alarm: grid(), Rank: grid()}
	if routes == 2 {
		t.Level = grid()
	}
	return t
}

// Method is a way of scoring providers month by month.
type Method struct {
	Name  string
	About string
	Two   bool // has a second route
}

// Methods are all methods in the order of the report: the simple ones that
// others use first, Candour's last.
func Methods() []Method {
	return []Method{
		{"rag", "red/amber/green on fixed start-up quantiles, hard", false},
		{"soft-counts", "raw soft counts per size", false},
		{"xmr-hard", "XmR rules, hard charts", false},
		{"xmr-soft", "XmR rules, soft charts", false},
		{"xmr-both", "XmR rules, hard and soft charts", false},
		{"flags-peers", "risk flags against peers, hard and soft", false},
		{"flags-own", "risk flags against own past, hard and soft", false},
		{"cusum-peers", "CUSUM and false-discovery rule, against peers", false},
		{"cusum-own", "CUSUM and false-discovery rule, against own past", false},
		{"hard-only", "sections 3 to 6, hard streams only", false},
		{"soft-only", "sections 4 to 6, soft streams only", false},
		{"change", "sections 3 to 6, all streams (A)", false},
		{"candour", "S and L, two routes; ranking R", true},
	}
}

// Candour is the name of the method that this system uses.
const Candour = "candour"

// engineTraces runs the engine over an economy and reads off the four methods
// that share its work.
func engineTraces(e *Economy, par *concern.Params) (map[string]Trace, error) {
	eng, err := concern.New(par, e.Streams)
	if err != nil {
		return nil, err
	}
	if err := e.Feed(eng); err != nil {
		return nil, err
	}
	out := map[string]Trace{}
	for _, m := range []string{"hard-only", "soft-only", "change"} {
		out[m] = newTrace(e, 1)
	}
	out[Candour] = newTrace(e, 2)
	hard := map[concern.FamilyID]bool{}
	for _, d := range domains() {
		hard[concern.FamilyID(d.name)] = true
	}
	for _, s := range e.Streams {
		switch s.Kind {
		case concern.Count, concern.Rate, concern.Proportion, concern.Continuous:
			hard[s.Family] = true
		}
	}
	for t := range e.Months {
		if err := eng.Advance(month(t)); err != nil {
			return nil, err
		}
		if t < e.Startup {
			continue
		}
		read(e, eng, out, t-e.Startup, hard, par.AgreeFamilies)
	}
	return out, nil
}

// read copies the engine's numbers of one month into the traces, provider by
// code, since the engine has its own order. A change alerts only where as many
// families agree as the alert rule asks.
func read(e *Economy, eng *concern.Engine, out map[string]Trace, row int, hard map[concern.FamilyID]bool, agree int) {
	scores, where := eng.Scores(), map[concern.ProviderID]int{}
	for i, id := range eng.Providers() {
		where[id] = i
	}
	for p, id := range e.Providers {
		i, ok := where[id]
		if !ok {
			continue
		}
		s := scores[i]
		h, v := eng.ChangeByFamily(i, func(f concern.FamilyID) bool { return hard[f] })
		out["hard-only"].Alarm[row][p], out["hard-only"].Rank[row][p] = float32(h), float32(h)
		out["soft-only"].Alarm[row][p], out["soft-only"].Rank[row][p] = float32(v), float32(v)
		out["change"].Alarm[row][p], out["change"].Rank[row][p] = float32(s.Change), float32(s.Change)
		out[Candour].Level[row][p], out[Candour].Rank[row][p] = float32(s.Level), float32(s.Ranking)
		if s.Agree >= agree {
			out[Candour].Alarm[row][p] = float32(s.Score)
		}
	}
}
