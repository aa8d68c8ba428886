package concern

import (
	"fmt"
	"math"
	"slices"
)

// Alert is a provider's alert as it was raised.
type Alert struct {
	Provider ProviderID `json:"provider"`
	AsOf     Month      `json:"as_of"`
	Params   string     `json:"params"`   // version of the parameters
	ByScore  bool       `json:"by_score"` // route S: something has changed
	ByLevel  bool       `json:"by_level"` // route L: long worse than elsewhere
	Score    float64    `json:"score"`
	Level    float64    `json:"level"`
	Ranking  float64    `json:"ranking"`
	Families []FamilyID `json:"families"` // those with evidence E ≥ 1, largest part first
}

// namedEvidence is E from which a family is named in an alert.
const namedEvidence = 1.0

// risen is the rise of S since the last alert that is news by itself.
const risen = 1.0

// Decision is what an assessment asks for.
type Decision uint8

// The decisions.
const (
	Quiet  Decision = iota // no alert
	Raise                  // raise a new alert
	Update                 // add the new evidence to the open one
)

// Review is where a provider stands with its alerts.
type Review struct {
	Last *Alert // the alert raised last; nil for none ever
	Open bool   // its task is not closed yet
}

// Budget returns the offered budget that is nearest to the given one.
func (p *Params) Budget(rate float64) Budget {
	best := p.Budgets[0]
	for _, b := range p.Budgets {
		if math.Abs(math.Log(b.Budget/rate)) < math.Abs(math.Log(best.Budget/rate)) {
			best = b
		}
	}
	return best
}

// Decide applies the alert rule and the re-alert rule (concern-design.md section 9).
// A provider that can't be judged raises nothing, nor does one family alone. After an alert nothing new is
// raised for RealertMonths; while its task is open, only when a family not
// named last time has evidence of 1 or more, or S has risen by 1 or more.
func (p *Params) Decide(b Budget, a *Assessment, r Review) (Decision, Alert) {
	byScore, byLevel := p.crosses(b, a.Score.Score, a.Agree), a.Level >= b.Level
	if !a.Judged || !byScore && !byLevel {
		return Quiet, Alert{}
	}
	alert := Alert{
		Provider: a.Provider, AsOf: a.AsOf, Params: a.Params, ByScore: byScore, ByLevel: byLevel,
		Score: a.Score.Score, Level: a.Level, Ranking: a.Ranking,
	}
	for _, f := range a.Families {
		if f.Evidence >= namedEvidence {
			alert.Families = append(alert.Families, f.Family)
		}
	}
	if r.Last == nil {
		return Raise, alert
	}
	recent := a.AsOf-r.Last.AsOf < Month(p.RealertMonths)
	news := alert.Score >= r.Last.Score+risen
	for _, f := range alert.Families {
		news = news || !slices.Contains(r.Last.Families, f)
	}
	switch {
	case !recent && (!r.Open || news):
		return Raise, alert
	case r.Open:
		return Update, alert
	}
	return Quiet, Alert{}
}

// crosses reports whether a change alerts: S at the threshold, and families that
// agree. However strong, one family alone raises no alarm (concern-design.md section 1).
func (p *Params) crosses(b Budget, score float64, agree int) bool {
	return score >= b.Score && agree >= p.AgreeFamilies
}

// Workload is what a budget means for those who must read the alerts.
type Workload struct {
	PerWeek   float64 // expected alerts a week
	TrueShare float64 // of which true, in simulation
}

// Words is the expected alerts in words: "about 2 alerts a week", "about 1 alert in 5
// weeks", "no alert".
func (w Workload) Words() string {
	weeks := int(math.Round(1 / max(w.PerWeek, 1e-9)))
	switch a := int(math.Round(w.PerWeek)); {
	case a > 1:
		return fmt.Sprintf("about %d alerts a week", a)
	case a == 1 || weeks == 1:
		return "about 1 alert a week"
	case w.PerWeek > 0:
		return fmt.Sprintf("about 1 alert in %d weeks", weeks)
	}
	return "no alert"
}

// Workload of a budget for a number of providers: providers × alerts per
// provider-year / 52.
func (b Budget) Workload(providers int) Workload {
	return Workload{PerWeek: float64(providers) * b.Alerts / 52, TrueShare: b.TrueShare}
}

// Experience is what an installation saw over the last 24 months.
type Experience struct {
	ProviderYears float64
	Alerts        int // raised
	Closed        int // with an outcome
	False         int // of those closed: not a concern that exists
}

// Rates are alerts and false alerts per provider-year. The false rate takes
// alerts that are still open to be false as often as the closed ones.
func (x Experience) Rates() (alerts, falseAlerts float64) {
	if x.ProviderYears <= 0 {
		return 0, 0
	}
	alerts = float64(x.Alerts) / x.ProviderYears
	if x.Closed > 0 {
		falseAlerts = alerts * float64(x.False) / float64(x.Closed)
	}
	return alerts, falseAlerts
}

// Bounds of one quarter's move of hA, and how far it moves: over the offered
// budgets hA changes by about a quarter of itself for each factor e in the false
// rate (5.45 at 0.1, 3.53 at 0.5).
const (
	quarterMove = 0.05
	moveSlope   = 0.24
)

// Retune moves hA toward the budget by what the installation saw, at most 5% a
// quarter; with fewer than 10 closed alerts it leaves it.
func (b Budget) Retune(x Experience) Budget {
	if x.Closed < closedLeast || x.ProviderYears <= 0 {
		return b
	}
	_, rate := x.Rates()
	rate = max(rate, 0.5/x.ProviderYears) // none seen is not none
	b.Score *= 1 + clip(moveSlope*math.Log(rate/b.Budget), -quarterMove, quarterMove)
	return b
}
