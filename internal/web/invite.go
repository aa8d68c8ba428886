package web

import (
	"context"
	"encoding/hex"
	"io"
	"strings"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/store"
)

// Invitation is somebody who is to get a role at a commissioner.
type Invitation struct {
	Tenant   org.Code // the commissioner
	Called   string   // its name, recorded when no register has named it; empty when one has
	Login    string   // e-mail address
	Name     string   // empty where there is an account already
	Role     access.Role
	Practice org.Code // of a GP
}

// Invite gives somebody a role, making account and commissioner where they aren't
// there yet, and returns the path of a one-time link. It is what the operator of
// an installation uses for the first administrator of each further commissioner,
// and for one who has lost every way in.
func Invite(ctx context.Context, s *store.Store, random io.Reader, sc access.Scope, i Invitation) (path string, err error) {
	i.Login = strings.ToLower(strings.TrimSpace(i.Login))
	if !isAddress(i.Login) {
		return "", fault.New(fault.Invalid, "a sign-in name is an e-mail address such as name@example.nhs.uk")
	}
	if i.Role == access.GP && i.Practice == "" {
		return "", fault.New(fault.Invalid, "a GP needs the code of a practice")
	}
	a := record.Account{Login: i.Login, Name: strings.TrimSpace(i.Name)}
	there, err := s.ViewerByLogin(ctx, i.Login)
	switch {
	case err == nil:
		a.ID, a.Name, a.Memberships = there.Account, there.Name, there.Memberships
	case !fault.Is(err, fault.NotFound):
		return "", err
	case a.Name == "":
		return "", fault.New(fault.Invalid, "a new account needs the person's name")
	default:
		if a.ID, err = newAccountID(random); err != nil {
			return "", err
		}
	}
	if err := ensureCommissioner(ctx, s, sc, i.Tenant, i.Called); err != nil {
		return "", err
	}
	if !holds(a.Memberships, i) {
		a.Memberships = append(a.Memberships, access.Membership{Tenant: i.Tenant, Role: i.Role, Practice: i.Practice})
		if err := s.SetAccount(ctx, sc, a); err != nil {
			return "", err
		}
	}
	token, err := s.MakeLink(ctx, a.ID, linkLives)
	return "/sign-in/link/" + token, err
}

func holds(list []access.Membership, i Invitation) bool {
	for _, m := range list {
		if m.Tenant == i.Tenant && m.Role == i.Role && m.Practice == i.Practice {
			return true
		}
	}
	return false
}

// ensureCommissioner records the commissioner where no register has named it.
func ensureCommissioner(ctx context.Context, s *store.Store, sc access.Scope, tenant org.Code, called string) error {
	_, err := s.Organisation(ctx, sc, tenant)
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	if called == "" {
		return fault.New(fault.Invalid, "no register has named %s; say what it is called", tenant)
	}
	event, err := record.New(record.OrganisationRecorded, "organisation/"+string(tenant), "", sc.Viewer.Account,
		org.Organisation{Code: tenant, Name: called, Role: org.Commissioner})
	if err != nil {
		return err
	}
	_, err = s.Record(ctx, event)
	return err
}

// newAccountID draws an opaque id, u- and 16 hexadecimal digits.
func newAccountID(random io.Reader) (access.AccountID, error) {
	var b [8]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fault.Wrap(fault.Internal, err, "draw an account's id")
	}
	return access.AccountID("u-" + hex.EncodeToString(b[:])), nil
}
