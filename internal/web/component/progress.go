package component

// History is what happened along a line, latest first.
type History struct {
	Items []Event
}

// Event is one thing that happened.
type Event struct {
	When    string // "21 Oct 2026"
	ISO     string // the same for machines: 2026-10-21
	What    Content
	By      string // role
	Because string // in the words of the person who decided; shown in quotation marks
	Key     bool   // a decision: filled mark
}

func (History) templateName() string { return "history" }

// Steps is the levels of escalation: columns with their criteria.
type Steps struct {
	Items []Step
}

// Step is one level.
type Step struct {
	Name     string
	State    StepState
	Tag      string // "Now", "Proposed 20 Nov"; empty is none
	Since    string // "since 5 Oct 2026, 49 days"
	Rule     string // "Entered when any two hold:"
	Criteria []Criterion
}

// StepState is where a level stands.
type StepState string

// The states of a level.
const (
	StepAhead    StepState = ""
	StepDone     StepState = "done"
	StepNow      StepState = "on"
	StepProposed StepState = "next"
)

// Criterion is one condition, met or open.
type Criterion struct {
	Text string
	Now  string // the present value
	Met  bool
}

func (Steps) templateName() string { return "steps" }

// TagFor is the level's tag.
func (s Step) TagFor() Tag {
	colour := "blue"
	if s.State == StepProposed {
		colour = "orange"
	}
	return Tag{Text: s.Tag, Colour: colour, Dense: true}
}
