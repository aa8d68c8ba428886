package signal

import (
	"slices"
	"strings"

	"candour/internal/calendar"
	"candour/internal/fault"
)

// Safeguarding is a referral to a body that protects people or looks into deaths,
// and what the body found: safeguarding boards and partnerships, the council's
// enquiry, LeDeR and child death overview panels. Who it is
// about is a sealed part of the signal, and the signal as a whole shows to its named
// readers only.
type Safeguarding struct {
	Body       string        `json:"body"`                 // taxonomy safeguarding-body
	Area       string        `json:"area,omitempty"`       // the council's or panel's area
	BodyRef    string        `json:"body_ref,omitempty"`   // the body's own reference
	ReferredBy string        `json:"referred_by"`          // us, provider, body, other
	ReferredOn calendar.Date `json:"referred_on"`          // the day of the referral or notice
	Group      string        `json:"group"`                // adult or child: all that is said outside the seal of who it is
	Types      []string      `json:"types"`                // taxonomy safeguarding-type
	SafeNow    string        `json:"safe_now"`             // yes, no, unknown, died
	AboutCare  bool          `json:"about_care,omitempty"` // the provider's own care is in question
	Outcome    string        `json:"outcome,omitempty"`    // taxonomy safeguarding-outcome, one of the body's
	OutcomeOn  calendar.Date `json:"outcome_on,omitzero"`
	Learning   []string      `json:"learning,omitempty"` // what is to be learned from the outcome
}

// The answers that a referral may give beside the taxonomies.
var (
	referrers   = []string{"us", "provider", "body", "other"}
	ageGroups   = []string{"adult", "child"}
	safeAnswers = []string{"yes", "no", "unknown", "died"}
)

// Strict reports whether signals of the kind show to their named readers only, for
// ever: strict access (docs/rules.md, soft intelligence).
func (k Kind) Strict() bool { return k == KindSafeguarding }

// noFault are outcomes that found nothing wrong with care: they are recorded and not
// counted.
var noFault = []string{"s42-not-substantiated", "leder-6", "leder-5", "cdop-none", "sab-not-met", "scp-not-met", "s47-none", "lado-unfounded", "other-none"}

// blames reports whether the referral says something of the provider's care that no
// outcome has taken back.
func (x *Safeguarding) blames() bool { return x.AboutCare && !slices.Contains(noFault, x.Outcome) }

func (x *Safeguarding) impliedSeverity() Severity {
	if slices.Contains(noFault, x.Outcome) {
		return Low
	}
	return Serious
}

func (x *Safeguarding) validate(k *check, received calendar.Date) {
	k.code("body", "safeguarding-body", x.Body, true)
	k.codes("types", "safeguarding-type", x.Types, true)
	k.code("outcome", "safeguarding-outcome", x.Outcome, false)
	if t := k.tax.Get("safeguarding-outcome"); t != nil && x.Outcome != "" {
		c := t.Code(x.Outcome)
		k.need(c == nil || c.Parent == x.Body, "outcome", x.Outcome, "an outcome that this body gives", "Choose one of the body’s own outcomes.")
	}
	k.need(slices.Contains(referrers, x.ReferredBy), "referred_by", x.ReferredBy, "us, provider, body or other", "Say who referred it.")
	k.need(slices.Contains(ageGroups, x.Group), "group", x.Group, "adult or child", "Say whether it is about an adult or a child.")
	k.need(slices.Contains(safeAnswers, x.SafeNow), "safe_now", x.SafeNow, "yes, no, unknown or died", "Say whether the person is safe now. Somebody in danger now is a matter for 999 and the council’s duty desk first.")
	k.need(!x.ReferredOn.IsZero(), "referred_on", "", "the day of the referral", "Enter the date: the clock of the outcome runs from it.")
	k.notAfter("referred_on", x.ReferredOn, received, "the day of receipt")
	k.need((x.Outcome == "") == x.OutcomeOn.IsZero(), "outcome_on", x.OutcomeOn.String(), "an outcome with its day, or neither", "Enter both, or leave both empty.")
	k.need(x.OutcomeOn.IsZero() || x.OutcomeOn >= x.ReferredOn, "outcome_on", x.OutcomeOn.String(), "a day not before the referral", "Correct one of the two dates.")
}

// embargoed are the kinds that can be under embargo: what is to be published by
// somebody else on a day. None of them has a channel, so that nothing under embargo
// is ever counted (docs/rules.md, soft intelligence).
var embargoed = []Kind{KindRegulatorAction, KindCoronerReport, KindHealthwatch, KindMedia}

// MayBeEmbargoed reports whether signals of the kind can be under embargo.
func (k Kind) MayBeEmbargoed() bool { return slices.Contains(embargoed, k) }

// Confined reports whether the signal shows to its named readers only on a day: a
// kind under strict access, or an embargo that still runs.
func (s *Signal) Confined(on calendar.Date) bool { return s.Kind.Strict() || s.Embargo > on }

// Names reports whether the account is one of the named readers.
func (s *Signal) Names(account string) bool { return slices.Contains(s.Readers, account) }

// Confine names the readers, each once, in order; none where nothing is confined on
// the day of recording.
func (s *Signal) Confine(on calendar.Date, readers ...string) {
	s.Readers = nil
	if !s.Confined(on) {
		return
	}
	for _, r := range readers {
		if r != "" && !s.Names(r) {
			s.Readers = append(s.Readers, r)
		}
	}
	slices.Sort(s.Readers)
}

// ReadersNamed names who may see a signal under strict access or embargo, in place of
// those named before: people leave, and others take over.
type ReadersNamed struct {
	Readers []string `json:"readers"`
	Because string   `json:"because"`
}

func (c ReadersNamed) apply(s *Signal, _ Event) error {
	if len(s.Readers) == 0 {
		return fault.New(fault.Invalid, "this signal has no named readers: it is under neither strict access nor embargo")
	}
	named := Signal{Kind: KindSafeguarding}
	named.Confine(0, c.Readers...)
	if len(named.Readers) == 0 {
		return fault.New(fault.Invalid, "name at least one reader: nobody could see the signal again")
	}
	if strings.TrimSpace(c.Because) == "" {
		return fault.New(fault.Invalid, "naming readers needs a because")
	}
	s.Readers = named.Readers
	return nil
}
