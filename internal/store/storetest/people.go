package storetest

import (
	"time"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/record"
)

func testAccounts(b *bundle) {
	a := record.Account{ID: "u-1", Login: "Lead@Example.org", Name: "A Lead", Memberships: []access.Membership{
		{Tenant: "QAA", Role: access.QualityLead}, {Tenant: "QBB", Role: access.Analyst, Agreement: "G-1"},
	}}
	b.ok(b.store.SetAccount(b.ctx, b.operator, a))
	v, err := b.store.ViewerByLogin(b.ctx, " lead@example.ORG ")
	b.ok(err)
	if len(v.Memberships) != 1 || v.Memberships[0].Tenant != "QAA" {
		b.Errorf("without an agreement in force its membership does not count: %+v", v)
	}
	b.record(record.AgreementMade, "agreement/G-1", "QBB", record.Agreement{ID: "G-1", SupportUnit: "0AA", Tenant: "QBB", From: b.clock.Now().AddDate(0, -1, 0), To: b.clock.Now().AddDate(0, 1, 0)})
	if v, err = b.store.Viewer(b.ctx, "u-1"); err != nil || len(v.Memberships) != 2 {
		b.Errorf("got %+v, %v", v, err)
	}
	b.clock.Step(60 * 24 * time.Hour)
	if v, err = b.store.Viewer(b.ctx, "u-1"); err != nil || len(v.Memberships) != 1 {
		b.Errorf("after the agreement ended: %+v, %v", v, err)
	}
	err = b.store.SetAccount(b.ctx, b.operator, record.Account{ID: "u-2", Login: "lead@example.org"})
	if !fault.Is(err, fault.Conflict) {
		b.Errorf("a second account of one name: %v", err)
	}
	// Another tenant's administrator can't take away what it did not give.
	a.Memberships = []access.Membership{{Tenant: "QBB", Role: access.Auditor}, {Tenant: "QAA", Role: access.Administrator}}
	b.ok(b.store.SetAccount(b.ctx, viewer("QBB", access.Administrator), a))
	v, err = b.store.Viewer(b.ctx, "u-1")
	b.ok(err)
	if roles := v.RolesAt("QAA"); len(roles) != 1 || roles[0] != access.QualityLead {
		b.Errorf("roles at QAA became %v", roles)
	}
	list, err := b.store.Accounts(b.ctx, viewer("QBB", access.Administrator))
	b.ok(err)
	if len(list) != 1 {
		b.Errorf("QBB lists %d accounts", len(list))
	}
	if list, _ := b.store.Accounts(b.ctx, viewer("QCC", access.Administrator)); len(list) != 0 {
		b.Errorf("QCC lists %d accounts", len(list))
	}
}

func testSignIn(b *bundle) {
	b.ok(b.store.SetAccount(b.ctx, b.operator, record.Account{ID: "u-1", Login: "a@example.org", Memberships: []access.Membership{{Tenant: "QAA", Role: access.GP}}}))
	link, err := b.store.MakeLink(b.ctx, "u-1", time.Hour)
	b.ok(err)
	account, err := b.store.UseLink(b.ctx, link)
	b.ok(err)
	if _, err := b.store.UseLink(b.ctx, link); !fault.Is(err, fault.Refused) {
		b.Errorf("a link was used twice: %v", err)
	}
	late, err := b.store.MakeLink(b.ctx, "u-1", time.Minute)
	b.ok(err)
	b.clock.Step(2 * time.Minute)
	if _, err := b.store.UseLink(b.ctx, late); !fault.Is(err, fault.Refused) {
		b.Errorf("an expired link was used: %v", err)
	}
	token, err := b.store.SignIn(b.ctx, account, "QAA", 8*time.Hour)
	b.ok(err)
	x, err := b.store.Session(b.ctx, token)
	b.ok(err)
	if x.Viewer.Account != "u-1" || x.Tenant != "QAA" {
		b.Errorf("session %+v", x)
	}
	for name, end := range map[string]func(string) error{
		"signed out":   func(token string) error { return b.store.SignOut(b.ctx, token) },
		"revoked":      func(string) error { return b.store.RevokeSessions(b.ctx, "u-1") },
		"new password": func(string) error { return b.store.SetPassword(b.ctx, "u-1", "$argon2id$…") },
	} {
		token, err := b.store.SignIn(b.ctx, account, "QAA", 8*time.Hour)
		b.ok(err)
		b.ok(end(token))
		if _, err := b.store.Session(b.ctx, token); !fault.Is(err, fault.SignedOut) {
			b.Errorf("%s: %v", name, err)
		}
	}
	for range 3 {
		b.ok(b.store.Throttle(b.ctx, "name"))
	}
	if n, err := b.store.Throttled(b.ctx, "name", time.Hour); err != nil || n != 3 {
		b.Errorf("%d failures, %v", n, err)
	}
}
