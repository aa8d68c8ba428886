package signal

import "candour/internal/calendar"

// CoronerReport is a report to prevent future deaths, Regulation 28: a reply is due
// in 56 days (Coroners (Investigations) Regulations 2013).
type CoronerReport struct {
	Reference  string        `json:"reference,omitempty"` // published number
	Area       string        `json:"area,omitempty"`
	SentOn     calendar.Date `json:"sent_on"` // the day on which the report was sent
	Addressees []string      `json:"addressees,omitempty"`
	Matters    []string      `json:"matters,omitempty"` // matters of concern
	RepliedOn  calendar.Date `json:"replied_on,omitzero"`
	Published  calendar.Date `json:"published,omitzero"`
}

func (c *CoronerReport) validate(k *check, received calendar.Date) {
	k.need(!c.SentOn.IsZero(), "sent_on", "", "the day on which the coroner sent the report", "Enter the date: the 56 days run from it.")
	k.notAfter("sent_on", c.SentOn, received, "the day of receipt")
	k.need(c.RepliedOn.IsZero() || c.RepliedOn >= c.SentOn, "replied_on", c.RepliedOn.String(), "a day not before the report was sent", "Correct one of the two dates.")
}
