package signal

import (
	"strings"

	"candour/internal/calendar"
)

// RegisteredBody says under which limb of Regulation 20 a provider falls.
type RegisteredBody string

// The limbs.
const (
	NHSBody       RegisteredBody = "nhs"
	OtherProvider RegisteredBody = "other"
)

// Candour is the duty of candour on one incident (Regulation 20). Its harm is
// judged by the words of Regulation 20 and never taken from LFPSE codes.
type Candour struct {
	Incident     ID             `json:"incident,omitempty"`
	Body         RegisteredBody `json:"body"`
	Harm         string         `json:"harm"` // taxonomy candour-harm
	ReportedOn   calendar.Date  `json:"reported_on"`
	ReportAgreed calendar.Date  `json:"report_agreed,omitzero"` // report of the enquiries agreed
	Apology      *bool          `json:"apology,omitempty"`
	Support      string         `json:"support,omitempty"` // stage 2
	Attempts     string         `json:"attempts,omitempty"`
}

func (c *Candour) validate(k *check) {
	k.need(c.Body == NHSBody || c.Body == OtherProvider, "body", string(c.Body), "nhs or other", "Regulation 20 differs between NHS bodies and other providers.")
	k.code("harm", "candour-harm", c.Harm, true)
	fits := c.Harm == "" || strings.HasPrefix(c.Harm, string(c.Body)+"-")
	k.need(fits, "harm", c.Harm, "a harm of the limb "+string(c.Body), "Choose a harm that Regulation 20 names for this kind of provider.")
	k.need(!c.ReportedOn.IsZero(), "reported_on", "", "the day on which the incident was reported", "Enter the date: the 10 operational days run from it.")
}
