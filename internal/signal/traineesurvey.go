package signal

import "candour/internal/calendar"

// TraineeSurvey is a result about the training of doctors, nurses or students: a
// strong early sign (Francis 152-172).
type TraineeSurvey struct {
	Survey     string        `json:"survey"` // gmc, deanery_visit, student, other
	Item       string        `json:"item"`   // "Clinical supervision", "Patient safety comment"
	Post       string        `json:"post,omitempty"`
	Score      *float64      `json:"score,omitempty"` // of 100, as published
	Outlier    string        `json:"outlier,omitempty"`
	Responses  int           `json:"responses,omitempty"`
	Enhanced   bool          `json:"enhanced,omitempty"` // under enhanced monitoring
	SurveyDate calendar.Date `json:"survey_date,omitzero"`
}

func (t *TraineeSurvey) validate(k *check) {
	k.need(t.Survey != "", "survey", "", "which survey or visit", "Say gmc, deanery_visit, student or other.")
	k.need(t.Item != "", "item", "", "what it is about", "Enter the item or the comment's subject.")
	k.need(t.Outlier == "" || t.Outlier == "below" || t.Outlier == "above" || t.Outlier == "within", "outlier", t.Outlier, "below, within or above", "Choose one, or leave it empty.")
	k.need(t.Score == nil || *t.Score >= 0 && *t.Score <= 100, "score", "", "0 to 100", "Use the published score.")
	k.need(t.Responses >= 0, "responses", "", "0 or more", "Enter the number of answers.")
}
