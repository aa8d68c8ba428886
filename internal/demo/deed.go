package demo

import (
	"slices"

	"candour/internal/access"
	"candour/internal/concern"
	"candour/internal/org"
)

// Verdict is what an alert turned out to be, in the words of who closed it.
type Verdict struct {
	Outcome concern.Outcome
	Because string
}

// verdicts are what the first alert about a provider turned out to be.
var verdicts = map[org.Code]Verdict{
	Aldermoor: {
		concern.RealConcern,
		"Ward 7 was visited with the trust’s chief nurse: two nurses short on every night looked at. The trust has sent a plan for staffing; we look again each month",
	},
	QueenAdela: {
		concern.Chance,
		"Its charts were within their limits again two months later, and the trust’s own review found nothing in common",
	},
	"ZB5": {
		concern.AlreadyKnown,
		"It has long stood above others of its kind, because it takes patients whom no other takes; this is in its contract and looked at each quarter",
	},
	"ZN09": {
		concern.NoConcern,
		"The deaths are expected in a hospice; the notes of all of them were read by our clinical reviewer",
	},
}

// otherwise is what any other alert turned out to be.
var otherwise = Verdict{concern.Chance, "Nothing more came of it in two months, and the provider’s own figures show nothing in common"}

// VerdictOn is how the nth alert about a provider, from 1, is closed once there
// was time to look into it; ok is false for one that is still being looked into.
func VerdictOn(provider org.Code, nth int) (v Verdict, ok bool) {
	switch {
	case provider == NorthMarl, provider == Aldermoor && nth > 1:
		return v, false
	}
	if v, ok = verdicts[provider]; !ok {
		v = otherwise
	}
	return v, true
}

// Holder is who holds a role at a commissioner, by no agreement.
func (e Economy) Holder(tenant org.Code, role access.Role) access.AccountID {
	for _, a := range e.Accounts() {
		if len(a.Memberships) == 1 && slices.Contains(a.Memberships, access.Membership{Tenant: tenant, Role: role}) {
			return a.ID
		}
	}
	return ""
}

// Tenants is the commissioners of the economy.
func (Economy) Tenants() []org.Code {
	out := make([]org.Code, len(commissioners))
	for i := range commissioners {
		out[i] = commissioners[i].code
	}
	return out
}
