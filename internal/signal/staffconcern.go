package signal

import "slices"

// StaffConcern is what a member of staff spoke up about. Who it was
// is a sealed part of the signal with named readers (R-FTSU-1).
type StaffConcern struct {
	How         string `json:"how"`         // guardian, letter, meeting, form, regulator
	Wishes      string `json:"wishes"`      // open, confidential, anonymous
	Protections bool   `json:"protections"` // protections explained (Public Interest Disclosure Act 1998)
	Detriment   bool   `json:"detriment,omitempty"`
	Occupation  string `json:"occupation,omitempty"` // group only, and only where it can't identify
}

// identityWishes of somebody who speaks up.
var identityWishes = []string{"open", "confidential", "anonymous"}

func (c *StaffConcern) validate(k *check, s *Signal) {
	k.need(slices.Contains(identityWishes, c.Wishes), "wishes", c.Wishes, "open, confidential or anonymous", "Record what the person wishes about being known.") // R-FTSU-1
	k.need(c.How != "", "how", "", "how the concern came to us", "Say guardian, letter, meeting, form or regulator.")
	sealed := slices.ContainsFunc(s.Sealed, func(p SealedPart) bool { return p.Purpose == "whistle_blower" })
	k.need(c.Wishes != "anonymous" || !sealed, "wishes", c.Wishes, "no identity kept of somebody anonymous", "Remove the sealed identity.")                                                       // R-FTSU-1
	k.need(!s.Source.MayBeNamed || c.Wishes == "open", "may_be_named", "yes", "no naming of somebody who wishes to stay confidential", "Untick it, or record that the person agreed to be open.") // R-FTSU-1
}
