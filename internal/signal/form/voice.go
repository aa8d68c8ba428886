package form

// staffConcern is R-FTSU-1: who spoke is sealed, and who may read it is named
// before anything is sent.
func staffConcern() *Form {
	return &Form{
		Lead: "Something that a member of staff spoke up about. What was said, and who said it, is sealed unless the person wishes to be open.", // R-FTSU-1
		Not:  "We are usually not a prescribed person under the Public Interest Disclosure Act 1998: the guardian of the provider, the Care Quality Commission and NHS England are.",
		Parts: []Part{
			about(),
			{Title: "The person’s wishes", Fields: []Field{
				{Path: "staff_concern.wishes", Label: "Does the person wish to be known?", Sort: One, Big: true, Choices: pairs("open", "Open: may be known", "confidential", "Confidential: known to the named readers only", "anonymous", "Anonymous: nobody knows who it is")},
				{Path: "staff_concern.how", Label: "How it came to us", Sort: One, Choices: pairs("guardian", "Freedom to Speak Up guardian", "letter", "Letter", "meeting", "Meeting", "form", "This form", "regulator", "Regulator")},
				{Path: "staff_concern.protections", Label: "The protections of the Public Interest Disclosure Act were explained", Sort: Tick},
				{Path: "staff_concern.detriment", Label: "The person speaks of detriment", Sort: Tick},
				{Path: "staff_concern.occupation", Label: "Occupational group", Hint: "Sealed too, unless the person is open.", Sort: Line},
				{Path: "sealed.whistle_blower", Label: "Who it is, and how to reach them", Hint: "Sealed. Leave it empty for somebody anonymous.", Sort: Words},
			}},
			story("What was said"),
			{Title: "More, if it is known", Folded: true, Fields: []Field{
				{Path: "source.may_be_named", Label: "The provider may learn who it was; only when the person is open", Sort: Tick},
				{Path: "severity", Label: "How serious it is, as the person puts it", Sort: One, Number: true, Choices: severities()},
				{Path: "urgent", Label: "It can’t wait: look at it by noon of the next working day", Sort: Tick},
			}},
		},
	}
}

// embargo is asked of what somebody else will publish on a day (docs/rules.md, soft intelligence).
func embargo() Part {
	return Part{Title: "Embargo", Folded: true, Fields: []Field{
		{Path: "embargo", Label: "Not to be shown before", Hint: "Until that day it shows to you and to those whom you name below, and to nobody else.", Sort: Day},
	}}
}

// publication is the fields of what is said in public or as a comment.
func publication(outlets []Choice, sentiment string) Part {
	p := Part{Title: "Where it was said", Fields: []Field{
		{Path: "publication.outlet", Label: "Outlet", Sort: One, Choices: outlets, Value: outlets[0].Value},
		{Path: "publication.sentiment", Label: "How it sounds to you", Sort: One, Big: true, Value: sentiment, Choices: pairs("negative", "Negative", "mixed", "Mixed", "neutral", "Neutral", "positive", "Positive")},
		{Path: "publication.published", Label: "Published on", Sort: Day},
		{Path: "publication.link", Label: "Link", Sort: Line},
		{Path: "publication.quote", Label: "Quotation", Hint: "People may be identifiable in it.", Sort: Words},
	}}
	if sentiment == "positive" {
		p.Fields[1].Choices = pairs("positive", "Positive", "mixed", "Mixed")
	}
	return p
}

func patientComment() *Form {
	comment := publication(pairs("care_opinion", "Care Opinion", "nhs_review", "NHS review", "fft", "Friends and Family Test", "letter", "Letter or card"), "")
	comment.Fields = append(comment.Fields,
		Field{Path: "publication.fft", Label: "Friends and Family answer", Sort: One, Number: true, Choices: pairs("1", "Very good", "2", "Good", "3", "Neither good nor poor", "4", "Poor", "5", "Very poor", "6", "Don’t know")},
		Field{Path: "publication.replied", Label: "The provider replied in public", Sort: Tick},
	)
	return &Form{Lead: "A comment by a patient, a relative or a carer.", Not: "Not for a complaint: whoever complains has rights and clocks that a comment has not.", Parts: []Part{about(), story("What they say"), comment, further()}}
}

func media() *Form {
	item := publication(pairs("newspaper", "Newspaper", "broadcast", "Radio or television", "social", "Social media"), "")
	item.Fields = append(item.Fields, Field{Path: "publication.replied", Label: "The provider replied in public", Sort: Tick})
	return &Form{Lead: "Something in the press, on the air or on social media.", Parts: []Part{about(), story("What it says"), item, embargo(), further()}}
}

func praise() *Form {
	return &Form{
		Lead:  "Praise is recorded and passed on. It never cancels a warning.", // R-SOFT-4
		Parts: []Part{about(), story("What was good"), publication(pairs("letter", "Letter or card", "care_opinion", "Care Opinion", "nhs_review", "NHS review", "fft", "Friends and Family Test", "social", "Social media"), "positive"), further()},
	}
}

// correspondence is the fields of letters and reports that want a reply.
func correspondence(types []Choice, more ...Field) Part {
	return Part{Title: "The letter or report", Fields: append([]Field{
		{Path: "correspondence.type", Label: "What it is", Sort: One, Choices: types},
		{Path: "correspondence.published", Label: "Published on", Sort: Day},
		{Path: "correspondence.link", Label: "Link", Sort: Line},
	}, more...)}
}

func healthwatch() *Form {
	return &Form{Lead: "A report, an enter-and-view visit or themes of the local Healthwatch. A reply is owed within 20 working days.", Parts: []Part{
		about(), story("What it says"),
		correspondence(pairs("report", "Report", "enter_and_view", "Enter and view", "theme", "Themes", "letter", "Letter"),
			Field{Path: "correspondence.recommendations", Label: "Recommendations", Hint: "One a line.", Sort: Each},
			Field{Path: "correspondence.statutory", Label: "A reply is owed by law", Sort: Tick}),
		embargo(), further(),
	}}
}

func mpLetter() *Form {
	return &Form{Lead: "A letter of a Member of Parliament or a councillor, for a constituent or of their own.", Parts: []Part{
		about(), story("What it says"),
		correspondence(pairs("letter", "Letter", "question", "Question to be answered in public"),
			Field{Path: "correspondence.constituent_agreed", Label: "Did the constituent agree to their details being used?", Sort: YesNo},
			Field{Path: "sealed.constituent", Label: "Constituent’s name and address", Hint: "Sealed: only those who are named below can open it.", Sort: Words}),
		further(),
	}}
}

func message() *Form {
	return &Form{Lead: "Anything that isn’t sorted yet. Nobody must choose the word complaint (Francis 109); it can be given its kind later.", Parts: []Part{
		about(), story("What it says"),
		{Title: "Who sent it", Fields: []Field{{Path: "sealed.sender", Label: "Sender’s name and address", Hint: "Sealed: only those who are named below can open it.", Sort: Words}}},
		further(),
	}}
}

func traineeSurvey() *Form {
	return &Form{Lead: "What trainees, students or those who visit their training say: a strong early sign.", Parts: []Part{
		about(),
		{Title: "The survey", Fields: []Field{
			{Path: "trainee_survey.survey", Label: "Survey or visit", Sort: One, Choices: pairs("gmc", "GMC national training survey", "deanery_visit", "Deanery or NHS England visit", "student", "Students", "other", "Other")},
			{Path: "trainee_survey.item", Label: "Item", Hint: "Such as clinical supervision.", Sort: Line},
			{Path: "trainee_survey.post", Label: "Post or specialty", Sort: Line},
			{Path: "trainee_survey.score", Label: "Score of 100", Sort: Measure},
			{Path: "trainee_survey.outlier", Label: "Against others", Sort: One, Choices: pairs("below", "Below", "within", "Within", "above", "Above")},
			{Path: "trainee_survey.responses", Label: "Number of answers", Sort: Count},
			{Path: "trainee_survey.survey_date", Label: "Day of the survey", Sort: Day},
			{Path: "trainee_survey.enhanced", Label: "Under enhanced monitoring", Sort: Tick},
		}},
		story("What it says"), further(),
	}}
}

func coronerReport() *Form {
	return &Form{Lead: "A coroner’s report to prevent future deaths (Regulation 28). A reply is due in 56 days.", Parts: []Part{
		about(),
		{Title: "The report", Fields: []Field{
			{Path: "coroner_report.sent_on", Label: "Sent on", Hint: "The 56 days run from it.", Sort: Day},
			{Path: "coroner_report.reference", Label: "Published number", Sort: Line},
			{Path: "coroner_report.area", Label: "Coroner’s area", Sort: Line},
			{Path: "coroner_report.addressees", Label: "Sent to", Hint: "One a line.", Sort: Each},
			{Path: "coroner_report.matters", Label: "Matters of concern", Hint: "One a line.", Sort: Each},
			{Path: "coroner_report.replied_on", Label: "Replied on", Sort: Day},
			{Path: "coroner_report.published", Label: "Published on", Sort: Day},
		}},
		embargo(), story("What it says"), further(),
	}}
}

func regulatorAction() *Form {
	return &Form{Lead: "A rating, an enforcement, an outlier letter or a review by a regulator or reviewer.", Parts: []Part{
		about(),
		{Title: "The action", Fields: []Field{
			{Path: "regulator_action.regulator", Label: "Regulator or reviewer", Sort: One, Taxonomy: "regulator"},
			{Path: "regulator_action.action", Label: "Action", Sort: One, Taxonomy: "regulator-action"},
			{Path: "regulator_action.rating", Label: "Rating", Sort: One, Taxonomy: "rating"},
			{Path: "regulator_action.question", Label: "Question rated", Hint: "Empty: overall.", Sort: One, Choices: pairs("safe", "Safe", "effective", "Effective", "caring", "Caring", "responsive", "Responsive", "well-led", "Well led")},
			{Path: "regulator_action.previous", Label: "Rating before", Sort: One, Taxonomy: "rating"},
			{Path: "regulator_action.published", Label: "Published on", Sort: Day},
			{Path: "regulator_action.link", Label: "Link", Sort: Line},
			{Path: "regulator_action.moss_signal", Label: "Maternity outcomes signal", Sort: One, Choices: pairs("amber", "Amber", "red", "Red")},
		}},
		embargo(), story("What it says"), further(),
	}}
}
