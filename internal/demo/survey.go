package demo

import (
	"math"
	"slices"
	"strings"
	"time"

	"candour/internal/calendar"
)

// surveyColumns is the header of the published file, whole.
var surveyColumns = []string{
	"ODS code", "Year", "Organisation name", "Benchmarking group", "Region", "ICS/STP", "Weighting", "Autonomy_base", "Autonomy_rate",
	"Burned_out_base", "Burned_out_ever_rate", "Burned_out_rate", "Burned_out_response_rate", "Burned_out_sometimes_rate",
	"Discrimination_internal_base", "Discrimination_internal_rate", "Discrimination_public_base", "Discrimination_public_rate",
	"Emotional_colleagues_base", "Emotional_colleagues_rate", "Emotional_manager_base", "Emotional_manager_rate", "Emotional_public_base",
	"Emotional_public_rate", "Emotionally_exhausting_base", "Emotionally_exhausting_ever_rate", "Emotionally_exhausting_rate",
	"Emotionally_exhausting_response_rate", "Emotionally_exhausting_sometimes_rate", "Enough_staff_base", "Enough_staff_rate", "Ethnic_minority_base",
	"Ethnic_minority_rate", "Female_base", "Female_rate", "Frustration_base", "Frustration_ever_rate", "Frustration_rate", "Frustration_response_rate",
	"Frustration_sometimes_rate", "ICS", "Mastery_base", "Mastery_meaning_rate", "Med_Dental_base", "Med_Dental_rate", "Membership_base",
	"Membership_rate", "Older_base", "Older_rate", "Patient_facing_base", "Patient_facing_rate", "Physical_colleagues_base", "Physical_colleagues_rate",
	"Physical_manager_base", "Physical_manager_rate", "Physical_public_base", "Physical_public_rate", "Religion_Any_other_rate", "Religion_base",
	"Religion_Buddhist_rate", "Religion_Christian_rate", "Religion_Decline_answer_rate", "Religion_Hindu_rate", "Religion_Jewish_rate",
	"Religion_Muslim_rate", "Religion_None_rate", "Religion_Sikh_rate", "Respondents", "Sexual_minority_base", "Sexual_minority_rate", "Stress_base",
	"Stress_rate", "Time_demands_meet_base", "Time_demands_meet_rate",
}

// asked are the questions that the figures hold, with the share of a usual trust
// in percent and whether more is better.
var asked = []struct {
	column string
	usual  float64
	good   bool
}{
	{"Burned_out_rate", 31, false},
	{"Enough_staff_rate", 32, true},
	{"Autonomy_rate", 54, true},
	{"Time_demands_meet_rate", 47, true},
	{"Stress_rate", 42, false},
	{"Emotional_manager_rate", 10, false},
	{"Emotional_colleagues_rate", 18, false},
	{"Emotional_public_rate", 25, false},
	{"Physical_public_rate", 13, false},
	{"Discrimination_internal_rate", 8.6, false},
}

// survey is the staff survey's results of every year so far, published whole again
// with each year. Answers to questions that are not asked of the economy are NA, as
// the file marks them.
func (e Economy) survey() []File {
	var rows [][]string
	bodies := map[int][]byte{} // by stage
	for year := e.month(Months - 1).Start().Year(); ; year++ {
		p := calendar.NewYear(year)
		out := p.End().AddDate(0, 0, lagSurvey)
		if out.After(e.Day) {
			break
		}
		back, _ := e.Newest().Sub(calendar.NewMonth(year, time.October)) // staff are asked in autumn
		for i := range providers {
			u := &providers[i]
			if u.staff >= 1000 && back >= 0 && u.active(back) {
				rows = append(rows, e.answers(u, p, back))
			}
		}
		t := newTable(',', surveyColumns...)
		for _, row := range rows {
			t.row(row...)
		}
		if len(rows) > 0 {
			bodies[e.stageOf(out)] = t.body() // of two years that are new at once, the later's holds both
		}
	}
	var files []File
	for stage := range len(loads) + 1 {
		if body, ok := bodies[stage]; ok {
			files = append(files, File{Name: e.dated("07-staff-survey/organisational-results.csv", stage), Body: body, Stage: stage})
		}
	}
	return files
}

func (e Economy) answers(u *unit, year calendar.Period, back int) []string {
	cells := make([]string, len(surveyColumns))
	for i := range cells {
		cells[i] = "NA"
	}
	set := func(column, value string) { cells[slices.Index(surveyColumns, column)] = value }
	set("ODS code", string(u.code))
	set("Year", year.String())
	set("Organisation name", u.name)
	set("Benchmarking group", map[bool]string{true: "Acute and Acute & Community Trusts", false: "Other trusts"}[u.acute()])
	set("Region", "Midlands")
	set("Weighting", "Occupation Group")
	set("Respondents", whole(int(0.48*float64(u.staff))))
	worse := factor(u.code, "staff-survey", back)
	for _, q := range asked {
		usual := stream(e.Seed, "survey", string(u.code), q.column).NormFloat64() * 0.08
		now := stream(e.Seed, "survey", string(u.code), q.column, year.String()).NormFloat64() * 0.035
		times := math.Exp(usual + now)
		if q.good {
			times /= worse
		} else {
			times *= worse
		}
		set(q.column, fixed(100*shifted(q.usual/100, times), 10))
		set(strings.TrimSuffix(q.column, "_rate")+"_base", whole(int(0.47*float64(u.staff))))
	}
	return cells
}
