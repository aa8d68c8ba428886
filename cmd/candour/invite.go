package main

import (
	"crypto/rand"
	"fmt"
	"slices"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/org"
	"candour/internal/web"
)

// InviteCmd gives somebody a role and prints a one-time link.
type InviteCmd struct {
	StoreFlags
	Tenant   string `required:"" help:"ODS code of the commissioner." placeholder:"CODE"`
	Called   string `help:"Name of the commissioner, where no register that was loaded names it."`
	Login    string `required:"" help:"E-mail address of the person."`
	Name     string `help:"Name of the person; not needed where there is an account already." placeholder:"NAME"`
	Role     string `help:"Role: administrator, analyst, quality_lead, clinical_reviewer, contract_manager, gp, visitor, board_member, auditor." default:"administrator"`
	Practice string `help:"Practice of a GP." placeholder:"CODE"`
}

// Help shows examples.
func (InviteCmd) Help() string {
	return `Makes an account, or gives one that is there a further role, and prints the path of
a link that signs in once within 24 hours. Administrators do this on their pages;
the command is for the first administrator of each further commissioner, and for
one who has lost every way in.

Examples:

  candour invite --tenant QNC --login ann@example.org --name "Ann Example"
  candour invite --tenant QNC --login gp@example.org --name "Dr Example" --role gp --practice M83001
`
}

// Run invites and prints the link.
func (c *InviteCmd) Run(env *Env) error {
	tenant, err := org.ParseCode(c.Tenant)
	if err != nil {
		return err
	}
	role := access.Role(c.Role)
	if !slices.Contains(access.Roles, role) {
		return fault.New(fault.Invalid, "there is no role %q", c.Role)
	}
	practice := org.Code("")
	if c.Practice != "" {
		if practice, err = org.ParseCode(c.Practice); err != nil {
			return err
		}
	}
	h, err := openHouse(env.Ctx, c.StoreFlags)
	if err != nil {
		return err
	}
	link, err := web.Invite(env.Ctx, h.Store, rand.Reader, everything(), web.Invitation{
		Tenant: tenant, Called: c.Called, Login: c.Login, Name: c.Name, Role: role, Practice: practice,
	})
	if err == nil {
		fmt.Fprintf(env.Stdout, "Give this to %s, behind the address at which you serve: %s\n", c.Login, link)
	}
	return closing(h, err)
}
