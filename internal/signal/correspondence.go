package signal

import "candour/internal/calendar"

// Correspondence is a letter or report that wants a reply: Healthwatch, Member of
// Parliament, councillor.
type Correspondence struct {
	Type              string        `json:"type,omitempty"` // report, enter_and_view, theme, letter
	ConstituentAgreed *bool         `json:"constituent_agreed,omitempty"`
	Statutory         bool          `json:"statutory,omitempty"` // a reply is owed by law
	Link              string        `json:"link,omitempty"`
	Recommendations   []string      `json:"recommendations,omitempty"`
	Published         calendar.Date `json:"published,omitzero"`
}

func (c *Correspondence) validate(k *check, s *Signal) {
	needsConsent := s.Kind == KindMPLetter && len(s.Sealed) > 0
	k.need(!needsConsent || c.ConstituentAgreed != nil, "constituent_agreed", "", "whether the constituent agreed to their details being used", "Say yes or no.")
}
