package form

import (
	"strconv"

	"candour/internal/signal"
)

// about is the part that every form begins with: where, when and how it came.
func about(fields ...Field) Part {
	all := []Field{
		{Path: "place.provider", Label: "Provider", Hint: "Type two letters of its name, or its code.", Sort: Provider},
		{Path: "place.ward", Label: "Ward, clinic or team", Sort: Line},
		{Path: "occurred.date", Label: "Day it happened", Hint: "Empty: not known.", Sort: Day},
		{Path: "received", Label: "Day we received it", Hint: "Clocks run from this day. Empty: today.", Sort: Day},
	}
	return Part{Title: "Where and when", Fields: append(all, fields...)}
}

// further is what is seldom known of the place and time.
func further(fields ...Field) Part {
	all := []Field{
		{Path: "place.site", Label: "Site’s code", Sort: Line},
		{Path: "place.service", Label: "Service or specialty", Sort: Line},
		{Path: "occurred.until", Label: "Last day, when it went on", Sort: Day},
		{Path: "occurred.time", Label: "Time of day", Hint: "Such as 23:40.", Sort: Clock},
		{Path: "occurred.about", Label: "The day is approximate", Sort: Tick},
		{Path: "source.organisation", Label: "Code of the organisation that says it", Sort: Line},
		{Path: "severity", Label: "How serious it is, as the sender puts it", Sort: One, Number: true, Choices: severities()},
		{Path: "urgent", Label: "It can’t wait: look at it by noon of the next working day", Sort: Tick},
	}
	return Part{
		Title: "More, if it is known", Folded: true, Fields: append(fields, all...),
		Rows: []Rows{{Path: "involved", Noun: "organisation", Least: 1, Most: 10, Fields: []Field{
			{Path: "organisation", Label: "Another organisation in the same event (code)", Sort: Line},
			{Path: "lead", Label: "It leads", Sort: Tick},
		}}},
	}
}

// story is what was said.
func story(label string) Part {
	return Part{Title: "What was said", Hint: "No names, no numbers of patients: what could tell who somebody is is shown to you before anything is stored.", Fields: []Field{
		{Path: "title", Label: "In one line", Hint: "Empty: the beginning of the words below.", Sort: Line},
		{Path: "narrative", Label: label, Sort: Words, Required: true},
		{Path: "themes", Label: "Theme", Sort: One, List: true, Taxonomy: "theme"},
		{Path: "source.role", Label: "Who says so", Hint: "A role, such as daughter, ward sister or reporter. No name.", Sort: Line},
	}}
}

// severities is the four levels as choices.
func severities() (out []Choice) {
	for l := signal.Low; l <= signal.Gravest; l++ {
		out = append(out, Choice{strconv.Itoa(int(l)), l.Words()})
	}
	return out
}

// pairs makes choices of value and text in turn.
func pairs(list ...string) (out []Choice) {
	for i := 0; i+1 < len(list); i += 2 {
		out = append(out, Choice{list[i], list[i+1]})
	}
	return out
}
