package signal

import (
	"fmt"
	"slices"
	"strconv"

	"candour/internal/calendar"
)

// ConsentState is what the complainant agreed to (R-CMP-3).
type ConsentState string

// The states of consent.
const (
	ConsentNotAsked  ConsentState = "not_asked"
	ConsentAsked     ConsentState = "asked"
	ConsentToShare   ConsentState = "to_share"  // details may go to the provider
	ConsentToHandle  ConsentState = "to_handle" // we may handle it ourselves, and share what that needs
	ConsentRefused   ConsentState = "refused"
	ConsentWithdrawn ConsentState = "withdrawn"
)

// consentStates are the states in the order of forms.
var consentStates = []ConsentState{ConsentNotAsked, ConsentAsked, ConsentToShare, ConsentToHandle, ConsentRefused, ConsentWithdrawn}

// MayShare reports whether the complainant's details may go to the provider.
func (c ConsentState) MayShare() bool { return c == ConsentToShare || c == ConsentToHandle }

// Complainant says who complains, without naming them (R-CMP-1).
type Complainant string

// The kinds of complainant.
const (
	ComplainantPatient        Complainant = "patient"
	ComplainantAffected       Complainant = "affected" // affected or likely to be affected
	ComplainantRepresentative Complainant = "representative"
)

// representativeBases are the grounds on which somebody may act for the person
// (R-CMP-1).
var representativeBases = []string{"child", "died", "lacks_capacity", "asked"}

// HCATCode is one HCAT problem category found in a complaint, with the highest
// severity that it has there (Gillespie and Reader 2016).
type HCATCode struct {
	Category string `json:"category"`        // taxonomy hcat: a category or sub-category
	Severity int    `json:"severity"`        // 0 not present, 1 low, 2 medium, 3 high; judged apart from harm
	Stage    string `json:"stage,omitempty"` // taxonomy hcat-stage
}

// KO41a holds the codes of the national return of written complaints.
type KO41a struct {
	Subjects    []string `json:"subjects,omitempty"`
	ServiceArea string   `json:"service_area,omitempty"`
	Status      string   `json:"status,omitempty"`
	Age         string   `json:"age,omitempty"`
	Profession  string   `json:"profession,omitempty"`
}

// Upheld is the result of a complaint.
type Upheld string

// The results.
const (
	UpheldNotDecided Upheld = ""
	UpheldFully      Upheld = "upheld"
	UpheldPartly     Upheld = "partly"
	UpheldNot        Upheld = "not_upheld"
)

// Complaint is what a complaint has beside the common fields (docs/rules.md, complaints).
// Patient and complainant are sealed parts of the signal.
type Complaint struct {
	ReceivedBy     string        `json:"received_by"` // commissioner or provider (R-CMP-2)
	Oral           bool          `json:"oral,omitempty"`
	Complainant    Complainant   `json:"complainant"`
	Basis          string        `json:"basis,omitempty"` // of a representative: child, died, lacks_capacity, asked
	NoticeDate     calendar.Date `json:"notice_date,omitzero"`
	LateReason     string        `json:"late_reason,omitempty"` // why the 12 months are set aside (R-CMP-4)
	Consent        ConsentState  `json:"consent"`
	ConsentOn      calendar.Date `json:"consent_on,omitzero"`
	NotCovered     string        `json:"not_covered,omitempty"` // ground of R-CMP-8, empty: covered
	LeadBody       string        `json:"lead_body,omitempty"`   // R-CMP-9: one co-ordinated response
	Advocacy       bool          `json:"advocacy,omitempty"`    // advocacy offered (Francis 116)
	Litigation     bool          `json:"litigation,omitempty"`  // never stops a clock (Francis 110)
	SeriousHarm    bool          `json:"serious_harm,omitempty"`
	HCAT           []HCATCode    `json:"hcat,omitempty"`
	HCATHarm       int           `json:"hcat_harm,omitempty"` // 0 to 5, as the complaint says
	KO41a          KO41a         `json:"ko41a,omitzero"`
	Independent    []string      `json:"independent,omitempty"` // grounds of Francis 115 that apply
	Upheld         Upheld        `json:"upheld,omitempty"`
	Actions        string        `json:"actions,omitempty"`
	Learning       string        `json:"learning,omitempty"`
	Satisfied      *bool         `json:"satisfied,omitempty"` // nil: not asked
	InvestigatedBy string        `json:"investigated_by,omitempty"`
}

// independentGrounds are those of Francis 115, each of which recommends an
// independent investigation.
var independentGrounds = []string{"serious_incident", "expert_opinion", "senior_manager", "commissioning"}

// RecommendIndependent reports whether an independent investigation is recommended
// (Francis 115).
func (c *Complaint) RecommendIndependent() bool { return len(c.Independent) > 0 }

// AskForIncident reports whether the complaint describes harm or severity so grave
// that an incident record is to be looked for and linked (Francis 114).
func (c *Complaint) AskForIncident() bool {
	return c.SeriousHarm || c.HCATHarm >= 3 || c.highestSeverity() == 3
}

func (c *Complaint) highestSeverity() int {
	highest := 0
	for _, code := range c.HCAT {
		highest = max(highest, code.Severity)
	}
	return highest
}

// impliedSeverity puts HCAT severity and harm on the four levels. Harm is judged
// apart from severity (Gillespie and Reader 2016); the graver of the two decides here.
func (c *Complaint) impliedSeverity() Severity {
	bySeverity := [...]Severity{NotJudged, Low, Moderate, Serious}
	byHarm := [...]Severity{NotJudged, Low, Low, Moderate, Serious, Gravest}
	level := NotJudged
	if s := c.highestSeverity(); s >= 0 && s < len(bySeverity) {
		level = bySeverity[s]
	}
	if h := c.HCATHarm; h >= 0 && h < len(byHarm) {
		level = max(level, byHarm[h])
	}
	if c.SeriousHarm {
		level = max(level, Serious)
	}
	return level
}

// validate checks the complaint's own fields.
func (c *Complaint) validate(k *check, received calendar.Date) {
	k.need(c.ReceivedBy == "commissioner" || c.ReceivedBy == "provider", "received_by", c.ReceivedBy, "commissioner or provider", "Say who received the complaint first.") // R-CMP-2
	switch c.Complainant {
	case ComplainantPatient, ComplainantAffected:
		k.need(c.Basis == "", "basis", c.Basis, "no basis unless a representative complains", "Leave it empty, or choose representative.") // R-CMP-1
	case ComplainantRepresentative:
		k.need(slices.Contains(representativeBases, c.Basis), "basis", c.Basis, "child, died, lacks_capacity or asked", "Say why somebody may act for the person.") // R-CMP-1
	default:
		k.add("complainant", string(c.Complainant), "patient, affected or representative", "Say who complains.") // R-CMP-1
	}
	k.need(slices.Contains(consentStates, c.Consent), "consent", string(c.Consent), "not_asked, asked, to_share, to_handle, refused or withdrawn", "Say what the complainant agreed to.") // R-CMP-3
	decided := c.Consent == ConsentToShare || c.Consent == ConsentToHandle || c.Consent == ConsentRefused || c.Consent == ConsentWithdrawn
	k.need(!decided || !c.ConsentOn.IsZero(), "consent_on", "", "the day on which consent was given, refused or withdrawn", "Enter the date.")
	k.notAfter("notice_date", c.NoticeDate, received, "the day of receipt")
	for i, code := range c.HCAT {
		k.under(fmt.Sprintf("hcat[%d]", i), func() {
			k.code("category", "hcat", code.Category, true)
			k.code("severity", "hcat-severity", strconv.Itoa(code.Severity), true)
			k.code("stage", "hcat-stage", code.Stage, false)
		})
	}
	k.code("hcat_harm", "hcat-harm", strconv.Itoa(c.HCATHarm), true)
	k.under("ko41a", func() {
		k.codes("subjects", "ko41a-subject", c.KO41a.Subjects, false)
		k.code("service_area", "ko41a-service-area", c.KO41a.ServiceArea, false)
		k.code("status", "ko41a-status", c.KO41a.Status, false)
		k.code("age", "ko41a-age", c.KO41a.Age, false)
		k.code("profession", "ko41a-profession", c.KO41a.Profession, false)
	})
	for i, ground := range c.Independent {
		k.need(slices.Contains(independentGrounds, ground), fmt.Sprintf("independent[%d]", i), ground, "serious_incident, expert_opinion, senior_manager or commissioning (Francis 115)", "Choose one of the four grounds.")
	}
	switch c.Upheld {
	case UpheldNotDecided, UpheldFully, UpheldPartly, UpheldNot:
	default:
		k.add("upheld", string(c.Upheld), "upheld, partly or not_upheld", "Choose one.")
	}
}
