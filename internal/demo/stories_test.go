package demo

import "candour/internal/org"

// story is something that happens in the economy and that a user can find.
type story struct {
	ID        string
	Title     string
	Providers []org.Code
	Tells     string // what happened, in a sentence or two
	Find      string // where it shows
}

// stories is every story, in the order of docs/demo.md.
func stories() []story {
	return []story{
		{
			"voices-first", "Voices worsen months before outcomes",
			[]org.Code{Aldermoor},
			"Staff speak up and GPs write of unsafe discharges from ward 7 a year ago; staffing slips; then falls with harm, pressure ulcers and deaths rise while fewer incidents are reported.",
			"Top of Marlshire's watch list; Aldermoor's page, time line.",
		},
		{
			"honest-reporter", "An honest reporter",
			[]org.Code{SevernVale},
			"It reports half as many incidents again as others, and harm is low and falling. Reporting much is no warning.",
			"Severn Vale: incidents reported against incidents with harm; it is low on the watch list.",
		},
		{
			"coding-change", "A change of coding",
			[]org.Code{Wold},
			"SHMI falls by a tenth within a year because more secondary diagnoses are coded. Deaths, readmissions and voices stay as they were.",
			"Wold District: SHMI beside crude mortality.",
		},
		{
			"late-feed", "A late feed",
			[]org.Code{PellamPark},
			"Its quality returns stopped four months ago.",
			"Pellam Park: findings of rule R-IND-4; the Data page.",
		},
		{
			"restated", "A month restated",
			[]org.Code{QueenAdela},
			"The A&E figures of one month were published again: 600 more waits over four hours.",
			"Queen Adela: A&E 4 hours, both vintages of the month.",
		},
		{
			"merger", "Two trusts that merged",
			[]org.Code{AshbyTarn, Ashby, Tarn},
			"Ashby General and Tarn Valley became Ashby and Tarn. Its page shows their history, added up.",
			"Ashby and Tarn: any indicator, as now and as published.",
		},
		{
			"bad-rows", "A file with bad rows",
			[]org.Code{Community},
			"The newest quality return holds a word for a number, a code that is no code, an impossible month, and a row twice with different figures.",
			"Data, deliveries: the file with rows in quarantine and the reason of each.",
		},
		{
			"media-storm", "A storm in the media",
			[]org.Code{Kingsmere},
			"Forty items in ten days about one event eight years back. Nothing else has moved.",
			"Kingsmere: signals; its place on the watch list does not change.",
		},
		{
			"visit", "A visit with immediate concerns",
			[]org.Code{FennickVale},
			"Visitors find medicines given late and no registered manager.",
			"Fennick Vale: signals, visit; ratings.",
		},
		{
			"too-little", "Too little to judge",
			[]org.Code{OakLane},
			"A small clinic that sends next to nothing.",
			"Marlshire's watch list, among those that cannot be judged.",
		},
	}
}
