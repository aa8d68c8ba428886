package demo

import (
	"candour/internal/calendar"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/signal"
)

// Assured is a file of what providers assured their commissioner of (docs/rules.md, assurance).
type Assured struct {
	File
	Provider org.Code
	About    string
	// Disproved is the statement that the provider's own figures disprove, those
	// figures, and how they do.
	Disproved signal.StatementID
	By        indicator.ID
	Because   string
}

// Assurances is what Aldermoor and Severn Vale told Marlshire. Aldermoor's boards
// were content while voices had been loud for half a year and nurse hours worked had
// been falling for months; Severn Vale, the honest reporter, said what is the case.
func (e Economy) Assurances() Assured {
	day := func(back, days int) calendar.Date {
		return calendar.DateOf(e.month(back).Start()) + calendar.Date(days)
	}
	t := newTable(',', "provider", "about", "received", "declared_by", "declared_role", "declared_on", "statement", "theme")
	add := func(provider org.Code, about string, back int, by, role, words, theme string) {
		t.row(string(provider), about, day(back, 13).String(), by, role, day(back, 11).String(), words, theme)
	}
	const staffing = "Answer to questions about night staffing"
	add(Aldermoor, staffing, 5, "Director of Nursing of Aldermoor", "Director of nursing", "The hours that registered nurses work are as planned on all wards, and no decline is expected", "staffing")
	add(Aldermoor, staffing, 5, "Director of Nursing of Aldermoor", "Director of nursing", "Staff know how to raise a concern", "")
	add(Aldermoor, "Discharge at night, ward 7", 8, "Medical Director of Aldermoor", "Medical director", "A review of the ward found no patient sent home after 22:00 without support", "")
	add(SevernVale, "Rise of incidents reported", 4, "Medical Director of Severn Vale", "Medical director", "More is reported because reporting was made easier; harm has not risen", "")
	return Assured{
		File:     File{Name: named("signals/%s/submissions.csv", Marlshire), Body: t.body(), Tenant: string(Marlshire), Stage: e.stageOf(day(4, 14).Begins())},
		Provider: Aldermoor, About: staffing,
		Disproved: "1", By: "nurse-fill-rate", Because: "The trust’s own return shows fewer nurse hours worked than planned, and a fall over the months before",
	}
}
