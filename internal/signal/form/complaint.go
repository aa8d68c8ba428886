package form

// complaint is the record of a complaint (docs/rules.md) as far as a person types it when the
// complaint comes in; acknowledgement, dates agreed, response and reopening are
// moves of the signal, and consent that comes later is a change of its own.
func complaint() *Form {
	return &Form{
		Lead: "A complaint about a provider, made to us or to the provider. It is acknowledged within 3 working days after the day on which it was received.", // R-CMP-5
		Parts: []Part{
			about(),
			story("What the complaint says"),
			{Title: "Who complains, and what they agreed to", Fields: []Field{
				{Path: "complaint.received_by", Label: "Who received it first", Sort: One, Big: true, Value: "commissioner", Choices: pairs("commissioner", "We did", "provider", "The provider")},
				{Path: "complaint.complainant", Label: "Who complains", Sort: One, Big: true, Choices: pairs("patient", "The patient", "affected", "Somebody affected", "representative", "A representative")},
				{Path: "complaint.basis", Label: "Why a representative may act", Hint: "Only for a representative.", Sort: One, Choices: pairs("child", "The person is a child", "died", "The person has died", "lacks_capacity", "The person lacks capacity", "asked", "The person has asked")}, // R-CMP-1
				{Path: "complaint.consent", Label: "May details go to the provider?", Hint: "A complainant must be asked.", Sort: One, Value: "not_asked", Choices: pairs( // R-CMP-3
					"not_asked", "Not asked yet", "asked", "Asked, no answer yet", "to_share", "Yes", "to_handle", "Yes, and we may handle it ourselves", "refused", "No", "withdrawn", "Withdrawn")},
				{Path: "complaint.consent_on", Label: "Day of that answer", Sort: Day},
				{Path: "complaint.notice_date", Label: "Day on which they came to know of it", Hint: "When later than the day it happened.", Sort: Day}, // R-CMP-4
				{Path: "complaint.late_reason", Label: "Why 12 months are set aside", Hint: "Only when more than 12 months have passed.", Sort: Words},  // R-CMP-4
				{Path: "sealed.complainant", Label: "Complainant’s name and address", Hint: "Sealed: only those who are named below can open it.", Sort: Words},
				{Path: "sealed.patient", Label: "Patient’s name and NHS number", Hint: "Sealed in the same way.", Sort: Words},
				{Path: "complaint.oral", Label: "It was made by word of mouth", Sort: Tick},
				{Path: "complaint.advocacy", Label: "Advocacy was offered (Francis 116)", Sort: Tick},
				{Path: "complaint.litigation", Label: "There is litigation; it stops no clock (Francis 110)", Sort: Tick},
				{Path: "complaint.serious_harm", Label: "It speaks of serious harm (Francis 114)", Sort: Tick},
				{Path: "complaint.independent", Label: "Grounds for an independent investigation (Francis 115)", Sort: Many, Choices: pairs(
					"serious_incident", "It is about a serious incident", "expert_opinion", "It needs an expert’s opinion", "senior_manager", "It is about a senior manager", "commissioning", "It is about what is commissioned")},
			}},
			{
				Title: "Codes", Folded: true, Hint: "HCAT: read once without coding, then give each problem its highest severity, whatever harm came of it.",
				Rows: []Rows{{Path: "complaint.hcat", Noun: "problem", Least: 2, Most: 12, Fields: []Field{
					{Path: "category", Label: "HCAT problem", Sort: One, Taxonomy: "hcat"},
					{Path: "severity", Label: "Severity", Sort: One, Number: true, Taxonomy: "hcat-severity"},
					{Path: "stage", Label: "Stage of care", Sort: One, Taxonomy: "hcat-stage"},
				}}},
				Fields: []Field{
					{Path: "complaint.hcat_harm", Label: "HCAT harm, as the complaint says", Sort: One, Number: true, Taxonomy: "hcat-harm"},
					{Path: "complaint.ko41a.subjects", Label: "KO41a subjects", Sort: Many, Taxonomy: "ko41a-subject"},
					{Path: "complaint.ko41a.service_area", Label: "KO41a service area", Sort: One, Taxonomy: "ko41a-service-area"},
					{Path: "complaint.ko41a.status", Label: "KO41a status of the complainant", Sort: One, Taxonomy: "ko41a-status"},
					{Path: "complaint.ko41a.age", Label: "KO41a age", Sort: One, Taxonomy: "ko41a-age"},
					{Path: "complaint.ko41a.profession", Label: "KO41a profession", Sort: One, Taxonomy: "ko41a-profession"},
				},
			},
			{Title: "Handling, if it is known", Folded: true, Fields: []Field{
				{Path: "then.acknowledged", Label: "Acknowledged on", Sort: Day},                            // R-CMP-5
				{Path: "then.sent to provider", Label: "Sent to the provider on, with consent", Sort: Day},  // R-CMP-3
				{Path: "then.responded", Label: "Responded on", Sort: Day},                                  // R-CMP-6
				{Path: "complaint.not_covered", Label: "Why the regulations don’t cover it", Sort: Line},    // R-CMP-8
				{Path: "complaint.lead_body", Label: "Lead body for one co-ordinated response", Sort: Line}, // R-CMP-9
				{Path: "complaint.investigated_by", Label: "Who investigates", Hint: "A role or body.", Sort: Line},
				{Path: "complaint.upheld", Label: "Result", Sort: One, Choices: pairs("upheld", "Upheld", "partly", "Partly upheld", "not_upheld", "Not upheld")},
				{Path: "complaint.actions", Label: "Actions", Sort: Words},
				{Path: "complaint.learning", Label: "Learning", Sort: Words},
				{Path: "complaint.satisfied", Label: "Was the complainant satisfied?", Sort: YesNo},
			}},
			further(),
		},
	}
}
