package signal

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"candour/internal/calendar"
	"candour/internal/fault"
)

// VisitTemplate is what a kind of visit looks at. It is data: definitions/
// taxonomies/visit-templates.yaml, to which an installation adds its own.
type VisitTemplate struct {
	ID           string      `yaml:"id" json:"id"`
	Name         string      `yaml:"name" json:"name"`
	Version      int         `yaml:"version" json:"version"`
	From         string      `yaml:"from" json:"from"`
	Until        string      `yaml:"until,omitempty" json:"until,omitempty"`
	FifteenSteps bool        `yaml:"fifteen_steps,omitempty" json:"fifteen_steps,omitempty"` // words only, no score
	Areas        []VisitArea `yaml:"areas" json:"areas"`
}

// VisitArea is a group of questions of a template.
type VisitArea struct {
	ID        string          `yaml:"id" json:"id"`
	Name      string          `yaml:"name" json:"name"`
	Questions []VisitQuestion `yaml:"questions" json:"questions"`
}

// VisitQuestion is one thing to look at.
type VisitQuestion struct {
	ID        string `yaml:"id" json:"id"`
	Ask       string `yaml:"ask" json:"ask"`
	Theme     string `yaml:"theme,omitempty" json:"theme"`
	WordsOnly bool   `yaml:"words_only,omitempty" json:"words_only,omitempty"` // an answer in words, no verdict
}

func (t *VisitTemplate) check() error {
	if _, _, err := span(t.From, t.Until, 0, 0); err != nil {
		return fmt.Errorf("template %q: %w", t.ID, err)
	}
	if t.ID == "" || t.Name == "" || t.Version < 1 || t.From == "" || len(t.Areas) == 0 {
		return fault.New(fault.Invalid, "template %q lacks one of id, name, version, from, areas", t.ID)
	}
	seen := map[string]bool{}
	for _, area := range t.Areas {
		for _, q := range area.Questions {
			key := area.ID + "/" + q.ID
			switch {
			case area.ID == "" || q.ID == "" || q.Ask == "":
				return fault.New(fault.Invalid, "template %q: a question of the area %q lacks an id or words", t.ID, area.ID)
			case seen[key]:
				return fault.New(fault.Invalid, "template %q has the question %q twice", t.ID, key)
			case t.FifteenSteps && !q.WordsOnly:
				return fault.New(fault.Invalid, "template %q: the 15 Steps have no score, so %q must be words only", t.ID, key)
			}
			seen[key] = true
		}
	}
	return nil
}

// InForce reports whether the template is used on a day.
func (t *VisitTemplate) InForce(day calendar.Date) bool {
	from, until, err := span(t.From, t.Until, 0, 0)
	return err == nil && in(day, from, until)
}

// Area is the name of an area, its id when the template has none of it.
func (t *VisitTemplate) Area(id string) string {
	for i := range t.Areas {
		if t.Areas[i].ID == id {
			return t.Areas[i].Name
		}
	}
	return id
}

// Question is the question of area/id, nil when there is none.
func (t *VisitTemplate) Question(area, id string) *VisitQuestion {
	for i := range t.Areas {
		if t.Areas[i].ID != area {
			continue
		}
		for j := range t.Areas[i].Questions {
			if t.Areas[i].Questions[j].ID == id {
				return &t.Areas[i].Questions[j]
			}
		}
	}
	return nil
}

// Verdict is what was found on one question.
type Verdict string

// The verdicts.
const (
	VerdictMet           Verdict = "met"
	VerdictPartly        Verdict = "partly"
	VerdictNotMet        Verdict = "not_met"
	VerdictNotSeen       Verdict = "not_seen"
	VerdictNotApplicable Verdict = "not_applicable"
	VerdictWords         Verdict = "" // for questions answered in words
)

// verdictPoints is how much worse than met a verdict is, for Visit.Score.
var verdictPoints = map[Verdict]float64{VerdictMet: 0, VerdictPartly: 0.5, VerdictNotMet: 1}

// VisitAnswer is the answer to one question of the template.
type VisitAnswer struct {
	Area     string  `json:"area"`
	Question string  `json:"question"`
	Verdict  Verdict `json:"verdict,omitempty"`
	Note     string  `json:"note,omitempty"`
}

// VisitFinding is something seen that is worth a line of its own, good or bad.
type VisitFinding struct {
	Area     string   `json:"area,omitempty"`
	Words    string   `json:"words"`
	Positive bool     `json:"positive,omitempty"`
	Severity Severity `json:"severity,omitempty"` // of a finding that isn't positive
	Theme    string   `json:"theme,omitempty"`
}

// Visit is a quality visit, or the 15 Steps.
type Visit struct {
	Type             string         `json:"type"` // taxonomy visit-type
	Template         string         `json:"template"`
	TemplateVersion  int            `json:"template_version"`
	Team             []string       `json:"team"` // roles; a lay member is one
	Areas            []string       `json:"areas,omitempty"`
	Answers          []VisitAnswer  `json:"answers,omitempty"`
	Findings         []VisitFinding `json:"findings,omitempty"`
	Quotes           []string       `json:"quotes,omitempty"` // of patients and staff, without names
	Positives        []string       `json:"positives,omitempty"`
	Immediate        []string       `json:"immediate,omitempty"`         // immediate concerns
	ImmediateAt      time.Time      `json:"immediate_at,omitzero"`       // when the first was found: the 48 hours run from it
	Ended            time.Time      `json:"ended,omitzero"`              // zero: still going on, or planned
	DocumentsAllowed bool           `json:"documents_allowed,omitempty"` // photographs of documents may be kept
	Follows          ID             `json:"follows,omitempty"`           // the visit that this one follows up
}

// Score is the mean distance from met over the questions with a verdict, 0 (all
// met) to 1 (none met), and how many there were. The 15 Steps have none.
func (v *Visit) Score() (float64, int) {
	sum, n := 0.0, 0
	for _, a := range v.Answers {
		if points, counts := verdictPoints[a.Verdict]; counts {
			sum += points
			n++
		}
	}
	if n == 0 {
		return 0, 0
	}
	return sum / float64(n), n
}

// Questions is how many answers have a verdict that counts in the score.
func (v *Visit) Questions() int {
	_, n := v.Score()
	return n
}

func (v *Visit) impliedSeverity() Severity {
	level := NotJudged
	for _, f := range v.Findings {
		if !f.Positive {
			level = max(level, f.Severity)
		}
	}
	if len(v.Immediate) > 0 {
		level = max(level, Serious)
	}
	return level
}

func (v *Visit) validate(k *check, kind Kind) {
	k.code("type", "visit-type", v.Type, true)
	k.need(len(v.Team) > 0, "team", "", "the roles of those who visited", "Enter at least one role.")
	t := k.tax.Template(v.Template)
	if t == nil {
		k.add("template", v.Template, "a template of the definitions", "Choose a template.")
		return
	}
	k.need(t.FifteenSteps == (kind == KindFifteenSteps), "template", v.Template, "a template for this kind of visit", "Choose another template, or the other kind.")
	k.need(t.InForce(k.day), "template", v.Template, "a template in force on the day of the visit", "Choose the version of that day.")
	k.need(len(v.Immediate) == 0 || !v.ImmediateAt.IsZero(), "immediate_at", "", "when the immediate concern was found", "Enter the time: the letter is due from it.")
	for i, a := range v.Answers {
		k.under(fmt.Sprintf("answers[%d]", i), func() { a.validate(k, t) })
	}
	for i, f := range v.Findings {
		k.under(fmt.Sprintf("findings[%d]", i), func() {
			k.need(strings.TrimSpace(f.Words) != "", "words", "", "what was seen", "Write a sentence, or remove the line.")
			k.need(!f.Positive || f.Severity == NotJudged, "severity", f.Severity.Words(), "no severity on something positive", "Remove the severity.")
			k.need(f.Severity <= Gravest, "severity", "", "one of the four levels", "Choose one.")
			k.code("theme", "theme", f.Theme, false)
		})
	}
}

func (a VisitAnswer) validate(k *check, t *VisitTemplate) {
	q := t.Question(a.Area, a.Question)
	if q == nil {
		k.add("question", a.Area+"/"+a.Question, "a question of the template "+t.ID, "Answer the template's own questions.")
		return
	}
	known := slices.Contains([]Verdict{VerdictMet, VerdictPartly, VerdictNotMet, VerdictNotSeen, VerdictNotApplicable, VerdictWords}, a.Verdict)
	k.need(known, "verdict", string(a.Verdict), "met, partly, not_met, not_seen or not_applicable", "Choose one.")
	k.need(!q.WordsOnly || a.Verdict == VerdictWords, "verdict", string(a.Verdict), "words only: this question has no verdict", "Write what you saw in the note.")
}
