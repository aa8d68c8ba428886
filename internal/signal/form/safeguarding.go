package form

// safeguarding is a referral to a board, council or panel and its outcome (strict
// access, docs/rules.md): who it is about is sealed, and the whole shows to named readers only.
func safeguarding() *Form {
	return &Form{
		Lead: "A referral to a safeguarding board, a council’s enquiry, LeDeR or a child death overview panel, and its outcome. It shows to those whom you name, and to nobody else; each time that it is opened is recorded.",
		Not:  "Not a way to refer: somebody who is in danger now is a matter for 999 and the council’s duty desk. Record it here afterwards.",
		Parts: []Part{
			about(),
			{Title: "The referral", Fields: []Field{
				{Path: "safeguarding.body", Label: "Board, council or panel", Sort: One, Taxonomy: "safeguarding-body"},
				{Path: "safeguarding.types", Label: "What it is about", Sort: Many, Taxonomy: "safeguarding-type"},
				{Path: "safeguarding.group", Label: "Adult or child?", Sort: One, Big: true, Choices: pairs("adult", "An adult", "child", "A child")},
				{Path: "safeguarding.safe_now", Label: "Is the person safe now?", Sort: One, Big: true, Choices: pairs("yes", "Yes", "no", "No", "unknown", "Not known", "died", "The person has died")},
				{Path: "safeguarding.referred_on", Label: "Referred on", Hint: "The clock of the outcome runs from this day.", Sort: Day},
				{Path: "safeguarding.referred_by", Label: "Referred by", Sort: One, Choices: pairs("us", "Us", "provider", "The provider", "body", "The body itself", "other", "Somebody else")},
				{Path: "safeguarding.about_care", Label: "The provider’s own care is in question", Hint: "Then it counts among the provider’s incidents with harm, once there are five or more of them.", Sort: Tick},
				{Path: "sealed.person", Label: "Who it is about", Hint: "Sealed: the people named below open it, each time with a reason.", Sort: Words},
			}},
			story("What is known"),
			{Title: "The outcome", Folded: true, Fields: []Field{
				{Path: "safeguarding.outcome", Label: "Outcome", Hint: "One that this board, council or panel gives.", Sort: One, Taxonomy: "safeguarding-outcome"},
				{Path: "safeguarding.outcome_on", Label: "Told us on", Sort: Day},
				{Path: "safeguarding.learning", Label: "What is to be learned", Hint: "One a line, without names.", Sort: Each},
			}},
			further(
				Field{Path: "safeguarding.area", Label: "Council or area", Sort: Line},
				Field{Path: "safeguarding.body_ref", Label: "Their reference", Sort: Line},
			),
		},
	}
}
