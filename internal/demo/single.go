package demo

import (
	"time"

	"candour/internal/calendar"
	"candour/internal/org"
	"candour/internal/signal"
)

// singles is what is planned or happens once: visits, ratings, the storm in the
// media, the trainees' survey.
func (e Economy) singles(tenant org.Code) []signal.Signal {
	var out []signal.Signal
	for i := range providers {
		u := &providers[i]
		if u.system != tenant {
			continue
		}
		out = append(out, e.visits(u)...)
		out = append(out, e.ratedSignals(u)...)
		if u.acute() {
			out = append(out, e.trainees(u)...)
		}
	}
	if tenant == unitOf(Aldermoor).system {
		out = append(out, e.candours()...)
		out = append(out, e.responses()...)
	}
	if tenant == unitOf(Kingsmere).system {
		out = append(out, e.storm()...)
	}
	keep := out[:0]
	for _, s := range out {
		if !s.Received.After(e.Day) {
			keep = append(keep, s)
		}
	}
	return keep
}

// visits is one a year to each acute trust and care home, and the one of the story.
func (e Economy) visits(u *unit) []signal.Signal {
	if !u.acute() && u.role != org.CareHome {
		return nil
	}
	var out []signal.Signal
	c := stream(e.Seed, "visits", string(u.code))
	for back := 42 - c.IntN(9); back > 3; back -= 11 + c.IntN(3) {
		if u.active(back) {
			out = append(out, e.visit(c, u, e.month(back).Start().AddDate(0, 0, 3+c.IntN(20)), 0.06))
		}
	}
	switch u.code {
	case Aldermoor:
		out = append(out, e.visit(c, u, e.month(0).Start().AddDate(0, 0, 5), 0.45))
	case FennickVale:
		out = append(out, e.concerning(c, u))
	}
	return out
}

// question is one of a template's with verdicts.
type question struct{ area, id, bad, theme string }

var visitQuestions = map[string][]question{
	"ward-visit": {
		{"staffing", "planned-and-present", "Two nurses fewer than planned on the morning shift.", "staffing"},
		{"staffing", "call-bells", "Nine of 20 call bells not answered within 10 minutes.", "staffing"},
		{"care", "curtains", "Curtains left open during care in one bay.", "dignity"},
		{"care", "help-to-eat", "Three patients without help at lunch.", "nutrition"},
		{"care", "comfort", "Comfort rounds not recorded since the night before.", "dignity"},
		{"safety", "observations", "Four of 12 sets of observations overdue.", "deterioration"},
		{"safety", "falls", "Falls assessments missing for two patients.", "falls"},
		{"safety", "pressure", "Turning charts not filled in for two patients.", "pressure-ulcers"},
		{"safety", "medicines", "Medicines trolley left open.", "medicines"},
		{"safety", "escalation-beds", "Two beds in a day room.", "environment"},
		{"infection", "hands", "Hands not cleaned between patients twice.", "infection"},
		{"discharge", "planned", "No expected date of discharge for five patients.", "discharge"},
		{"discharge", "medicines-home", "Two patients waited since morning for medicines to go home with.", "discharge"},
	},
	"care-home-visit": {
		{"people", "known", "Staff could not say what two residents like to eat.", "dignity"},
		{"people", "activity", "No activity on the day.", "dignity"},
		{"people", "food", "Drinks out of reach in four rooms.", "nutrition"},
		{"safe", "medicines", "Medicines given late to 6 of 11 residents checked.", "medicines"},
		{"safe", "safeguarding", "Two referrals not made.", "safeguarding"},
		{"safe", "staff", "One carer for 24 residents at night.", "staffing"},
		{"safe", "manager", "The registered manager's post is vacant.", "leadership"},
	},
}

// visit is an ordinary visit on which each question fails with the chance given.
func (e Economy) visit(c chance, u *unit, day time.Time, fails float64) signal.Signal {
	on := calendar.NewDate(day.Date())
	template := "ward-visit"
	if u.role == org.CareHome {
		template = "care-home-visit"
	}
	v := &signal.Visit{
		Type: one(c, []string{"announced", "unannounced", "themed"}), Template: template, TemplateVersion: 1,
		Team: []string{"quality lead", "clinical reviewer", "lay member"}, Ended: on.At(15, 30).UTC(),
		Positives: []string{"Staff were open and made time for us."},
	}
	for _, q := range visitQuestions[template] {
		a := signal.VisitAnswer{Area: q.area, Question: q.id, Verdict: signal.VerdictMet}
		if c.Float64() < fails {
			a.Verdict, a.Note = one(c, []signal.Verdict{signal.VerdictPartly, signal.VerdictNotMet}), q.bad
			v.Findings = append(v.Findings, signal.VisitFinding{Area: q.area, Words: q.bad, Severity: signal.Moderate, Theme: q.theme})
		}
		v.Answers = append(v.Answers, a)
	}
	s := signal.Signal{
		Kind: signal.KindVisit, Title: "Quality visit, " + template, Place: signal.Place{Provider: u.code, Ward: wardOf(c, u, 0)},
		Occurred: signal.Occurrence{Date: on}, Received: on.At(17, 20).UTC(), Source: signal.Source{Channel: "form", Role: "visiting officer"}, Visit: v,
	}
	if template == "care-home-visit" {
		s.Place.Ward = ""
	}
	return s
}

// concerning is the visit of the story, four days before the day: what was found
// at once is said at once.
func (e Economy) concerning(c chance, u *unit) signal.Signal {
	s := e.visit(c, u, e.Day.AddDate(0, 0, -4), 0)
	v := s.Visit
	v.Type, v.Positives = "unannounced", []string{"Residents speak well of the night staff."}
	v.Immediate = []string{"Medicines given late to 6 of 11 residents checked; two had missed doses that matter.", "No registered manager and nobody in charge of medicines."}
	v.ImmediateAt = s.Occurred.Date.At(11, 40).UTC()
	for i, q := range visitQuestions[v.Template] {
		if q.area == "safe" {
			v.Answers[i].Verdict, v.Answers[i].Note = signal.VerdictNotMet, q.bad
			v.Findings = append(v.Findings, signal.VisitFinding{Area: q.area, Words: q.bad, Severity: signal.Serious, Theme: q.theme})
		}
	}
	s.Title, s.Themes = "Unannounced visit: immediate concerns about medicines", []string{"medicines", "leadership"}
	return s
}

// ratedSignals is the regulator's ratings as they were told.
func (e Economy) ratedSignals(u *unit) []signal.Signal {
	var out []signal.Signal
	number := map[byte]string{'O': "1", 'G': "2", 'R': "3", 'I': "4"}
	previous := ""
	for _, r := range rated {
		if r.code != u.code {
			continue
		}
		on := calendar.NewDate(e.ratedOn(r.back).Date())
		out = append(out, signal.Signal{
			Kind: signal.KindRegulatorAction, Title: "Rating published: " + ratingWords[r.ratings[0]], Place: signal.Place{Provider: u.code},
			Occurred: signal.Occurrence{Date: on}, Received: on.At(10, 0).UTC(), Source: signal.Source{Channel: "form", Role: "regulator"},
			RegulatorAction: &signal.RegulatorAction{Regulator: "cqc", Action: "rating", Rating: number[r.ratings[0]], Previous: previous, Published: on},
		})
		previous = number[r.ratings[0]]
	}
	return out
}

// trainees is the yearly survey of trainees: one red result at Aldermoor in the
// summer after its story began, a few elsewhere by chance.
func (e Economy) trainees(u *unit) []signal.Signal {
	var out []signal.Signal
	c := stream(e.Seed, "trainees", string(u.code))
	for back := Months - 1; back >= 0; back-- {
		if e.month(back).Start().Month() != time.July || !u.active(back) {
			continue
		}
		story := u.code == Aldermoor && back <= 12
		if c.IntN(5) > 0 && !story {
			continue
		}
		score := 71.0 - float64(c.IntN(6))
		if story {
			score = 58
		}
		on := calendar.NewDate(e.month(back).Start().Date()) + 17
		out = append(out, signal.Signal{
			Kind: signal.KindTraineeSurvey, Title: "Trainees' survey: clinical supervision out of hours below others", Place: signal.Place{Provider: u.code},
			Themes: []string{"training"}, Occurred: signal.Occurrence{Date: on}, Received: on.At(12, 0).UTC(), Source: signal.Source{Channel: "form", Role: "survey"},
			TraineeSurvey: &signal.TraineeSurvey{Survey: "gmc", Item: "Clinical supervision out of hours", Score: &score, Outlier: "below", Responses: 40 + c.IntN(60), SurveyDate: on},
		})
	}
	return out
}

// storm is forty items in ten days about one event eight years back.
func (e Economy) storm() []signal.Signal {
	c := stream(e.Seed, "storm")
	first := calendar.NewDate(e.month(1).Start().Date()) + 8
	out := make([]signal.Signal, 40)
	for i := range out {
		day := first + calendar.Date(int(float64(i)/4))
		outlet := one(c, []string{"newspaper", "newspaper", "broadcast", "social", "social"})
		out[i] = signal.Signal{
			Kind: signal.KindMedia, Title: one(c, []string{"Old case back in the news: inquest reopened", "Family speaks about a death eight years ago", "Programme asks what the hospital knew", "Call for an inquiry into an old case"}),
			Narrative: "About one event eight years ago, before the present leadership. Nothing new is said of today's care.",
			Place:     signal.Place{Provider: Kingsmere}, Themes: []string{"other"}, Occurred: signal.Occurrence{Date: first.AddMonths(-96), About: true},
			Received: day.At(8+c.IntN(11), 5*c.IntN(12)).UTC(), Source: signal.Source{Channel: "form"},
			Publication: &signal.Publication{Outlet: outlet, Sentiment: signal.SentimentNegative, Published: day},
		}
	}
	return out
}
