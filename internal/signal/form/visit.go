package form

import (
	"strconv"

	"candour/internal/calendar"
	"candour/internal/signal"
)

// The verdicts of a question of a visit, in the order of the form.
var verdicts = pairs(
	string(signal.VerdictMet), "Met", string(signal.VerdictPartly), "Partly", string(signal.VerdictNotMet), "Not met",
	string(signal.VerdictNotSeen), "Not seen", string(signal.VerdictNotApplicable), "Doesn’t apply",
)

// ForVisit is the form of a visit by a template: its areas with their questions,
// and in each area what was found. The 15 Steps take words only.
func ForVisit(t *signal.VisitTemplate) *Form {
	f := &Form{Kind: signal.KindVisit, Lead: "A record of a visit. Verbal feedback is given on the day; the report follows within 10 working days."}
	if t.FifteenSteps {
		f.Kind, f.Lead = signal.KindFifteenSteps, "First impressions on entering, in words. There is no score."
	}
	f.Parts = append(f.Parts, visitHead(t), visitImmediate())
	for _, a := range t.Areas {
		f.Parts = append(f.Parts, visitArea(&a))
	}
	f.Parts = append(f.Parts, Part{Title: "Good practice and voices", Fields: []Field{
		{Path: "visit.positives", Label: "What was good", Hint: "One a line.", Sort: Each},
		{Path: "visit.quotes", Label: "What patients, families and staff said", Hint: "One a line, without names.", Sort: Each},
		{Path: "narrative", Label: "In short", Hint: "What whoever reads only this should know.", Sort: Words},
	}})
	return f
}

// visitHead is where, when and who.
func visitHead(t *signal.VisitTemplate) Part {
	return Part{Title: "The visit", Fields: []Field{
		{Path: "visit.template", Sort: Fixed, Value: t.ID},
		{Path: "visit.template_version", Sort: Fixed, Number: true, Value: strconv.Itoa(t.Version)},
		{Path: "place.provider", Label: "Provider", Hint: "Type two letters of its name, or its code.", Sort: Provider},
		{Path: "place.ward", Label: "Ward, clinic, home or team", Sort: Line},
		{Path: "place.site", Label: "Site’s code", Sort: Line},
		{Path: "visit.areas", Label: "Other places visited", Hint: "One a line.", Sort: Each},
		{Path: "occurred.date", Label: "Day of the visit", Sort: Day, Required: true},
		{Path: "visit.type", Label: "Announced or not", Sort: One, Big: true, Taxonomy: "visit-type"},
		{Path: "visit.team", Label: "Who visited", Hint: "Roles, one a line. A lay member is one.", Sort: Each},
		{Path: "visit.ended", Label: "The visit ended at", Hint: "Empty: it is still going on. Verbal feedback is due on that day.", Sort: Moment},
		{Path: "visit.follows", Label: "Follows up the visit", Hint: "Its reference, such as V-2026-3.", Sort: Line},
	}}
}

// visitImmediate is what can't wait.
func visitImmediate() Part {
	return Part{
		Title: "Immediate concerns", Hint: "Somebody is in danger: tell the person in charge now. Then write it here and press Raise it now; the letter is due within 48 hours.",
		Fields: []Field{
			{Path: "visit.immediate", Label: "What can’t wait", Hint: "One a line.", Sort: Each},
			{Path: "visit.immediate_at", Label: "Found at", Hint: "Empty: now.", Sort: Moment},
		},
	}
}

// visitArea is one area of the template. The rows of all areas fill one list, so
// their controls are told apart by the area.
func visitArea(a *signal.VisitArea) Part {
	p := Part{Title: a.Name}
	for _, q := range a.Questions {
		row := Rows{Path: "visit.answers", Name: "answer." + a.ID + "." + q.ID, Least: 1, Most: 1, Fields: []Field{
			{Path: "area", Sort: Fixed, Value: a.ID}, {Path: "question", Sort: Fixed, Value: q.ID},
		}}
		note := Field{Path: "note", Label: "Note", Sort: Line}
		if q.WordsOnly {
			note.Label, note.Sort = q.Ask, Words
		} else {
			row.Fields = append(row.Fields, Field{Path: "verdict", Label: q.Ask, Sort: One, Big: true, Choices: verdicts})
		}
		row.Fields = append(row.Fields, note)
		p.Rows = append(p.Rows, row)
	}
	p.Rows = append(p.Rows, Rows{Path: "visit.findings", Name: "finding." + a.ID, Noun: "finding", Least: 1, Most: 20, Fields: []Field{
		{Path: "area", Sort: Fixed, Value: a.ID},
		{Path: "words", Label: "Something seen", Sort: Line},
		{Path: "severity", Label: "How serious", Sort: One, Number: true, Choices: severities()},
		{Path: "theme", Label: "Theme", Sort: One, Taxonomy: "theme"},
		{Path: "positive", Label: "It was good", Sort: Tick},
	}})
	return p
}

// Templates is the templates in force on a day, by name, those of the 15 Steps last.
func Templates(tax *signal.Taxonomies, day calendar.Date) (out []*signal.VisitTemplate) {
	for _, steps := range []bool{false, true} {
		for _, id := range tax.Templates() {
			if t := tax.Template(id); t.FifteenSteps == steps && t.InForce(day) {
				out = append(out, t)
			}
		}
	}
	return out
}
