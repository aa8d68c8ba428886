package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"candour/internal/access"
	"candour/internal/mail/mailtest"
	"candour/internal/record"
)

// staffed is a folder with a store in which one quality lead has chosen to be sent
// nothing, so that only what a test asks for is sent, whatever day it is.
func staffed(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	h, err := openHouse(t.Context(), StoreFlags{Data: dir})
	if err != nil {
		t.Fatal(err)
	}
	memberships := []access.Membership{{Tenant: "QNC", Role: access.QualityLead}}
	for _, a := range []record.Account{{ID: "u-ann", Login: "ann@example.org", Name: "Ann", Memberships: memberships}, {ID: "u-gp", Login: "gp@example.org", Memberships: []access.Membership{{Tenant: "QNC", Role: access.GP}}}} {
		if err := h.Store.SetAccount(t.Context(), everything(), a); err != nil {
			t.Fatal(err)
		}
	}
	v := access.Viewer{Account: "u-ann", Memberships: memberships}
	if err := h.Store.SetMailChoice(t.Context(), access.For(v, "QNC"), nil); err != nil {
		t.Fatal(err)
	}
	if err := closing(h, nil); err != nil {
		t.Fatal(err)
	}
	return dir
}

// call runs the program and gives its exit code and what it wrote.
func call(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(&Env{Ctx: t.Context(), Stdin: strings.NewReader(""), Stdout: &o, Stderr: &e}, args)
	return code, o.String(), e.String()
}

func TestADigestIsPrintedForAnybodyAndSentOnce(t *testing.T) {
	t.Parallel()
	dir := staffed(t)
	server := mailtest.Start(t, "none")
	smtp := []string{"--smtp", server.Address(""), "--mail-from", "candour@example.org", "--site-address", "https://candour.example.org/"}
	digest := func(more ...string) []string { return append([]string{"digest", "--data", dir, "--for"}, more...) }
	if code, out, errs := call(t, digest("ann@example.org", "--week", "2026-W46")...); code != 0 || !strings.Contains(out, "Week of 9 to 15 November 2026") {
		t.Errorf("printed: %d %s %s", code, out, errs)
	}
	if code, out, _ := call(t, digest("u-ann", "--clocks", "--format", "html", "--site-address", "https://candour.example.org")...); code != 0 || !strings.Contains(out, `href="https://candour.example.org/signals/due"`) {
		t.Errorf("clocks: %d %s", code, out)
	}
	for range 2 {
		if code, out, errs := call(t, append(digest("ann@example.org", "--week", "2026-W46", "--send"), smtp...)...); code != 0 {
			t.Errorf("sent: %d %s %s", code, out, errs)
		}
	}
	if got := server.Got(); len(got) != 1 || got[0].To != "ann@example.org" {
		t.Errorf("the server took %+v", got)
	}
	server.Reply("RCPT", "550 unknown")
	if code, _, errs := call(t, append(digest("ann@example.org", "--week", "2026-W45", "--send"), smtp...)...); code != 3 || !strings.Contains(errs, "refused the address (reply 550)") || strings.Contains(errs, "unknown") {
		t.Errorf("an address that is refused: %d %s", code, errs)
	}
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"nobody of that name":       {digest("bob@example.org"), "no open account"},
		"a GP":                      {digest("gp@example.org"), "may not see"},
		"no week":                   {digest("u-ann", "--week", "2026-W60"), "is not a week"},
		"a week to come":            {digest("u-ann", "--week", "2999-W01"), "has not begun"},
		"clocks of a week":          {digest("u-ann", "--week", "2026-W46", "--clocks"), "takes no --week"},
		"sending without a server":  {digest("u-ann", "--send"), "give --smtp"},
		"a server without a sender": {digest("u-ann", "--smtp", server.Address("")), "--mail-from"},
		"a sender without a server": {[]string{"serve", "--data", dir, "--mail-from", "a@b.example"}, "give --smtp"},
		"a password in the address": {append(digest("u-ann"), "--smtp", "smtp://u:secret@localhost", "--mail-from", "a@b.example", "--site-address", "https://x.example"), "leave the password out"},
		"no password":               {append(digest("u-ann"), "--smtp", "smtp://u@localhost", "--mail-from", "a@b.example", "--site-address", "https://x.example"), "there is no password"},
		"a file that is not there":  {append(digest("u-ann"), "--smtp", "smtp://u@localhost", "--mail-from", "a@b.example", "--site-address", "https://x.example", "--smtp-password-file", filepath.Join(dir, "none")), "can't be read"},
	} {
		if code, _, errs := call(t, c.args...); code != 2 || !strings.Contains(errs, c.says) || strings.Contains(errs, "secret") {
			t.Errorf("%s: exit code %d, %s", name, code, errs)
		}
	}
}

func TestServeSendsWhatWasDecidedBeforeItBeganAndNeverTwice(t *testing.T) {
	t.Parallel()
	dir := staffed(t)
	decide := func(week string) {
		t.Helper()
		h, err := openHouse(t.Context(), StoreFlags{Data: dir})
		if err != nil {
			t.Fatal(err)
		}
		own := access.Scope{Viewer: access.Operator(operator), Tenant: "QNC", AsOf: access.Head}
		_, _, err = h.Store.DecideMail(t.Context(), own, record.MailRound{Round: "asked", About: week, Messages: []record.MailMessage{{Account: "u-ann", Kind: record.MailWeekly, About: week}}})
		if err = closing(h, err); err != nil {
			t.Fatal(err)
		}
	}
	decide("2026-W46")
	server := mailtest.Start(t, "none")
	server.Admit("candour", "a secret")
	password := filepath.Join(t.TempDir(), "smtp")
	if err := os.WriteFile(password, []byte("a secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	flags := []string{"--smtp", server.Address("candour"), "--smtp-password-file", password, "--mail-from", "Candour <candour@example.org>", "--site-address", "https://candour.example.org"}
	first := start(t, dir, flags...)
	if got := server.Wait(1); got[0].To != "ann@example.org" || got[0].User != "candour" {
		t.Errorf("the server took %+v", got)
	}
	first.end()
	decide("2026-W45")
	second := start(t, dir, flags...)
	got := server.Wait(2) // oldest first: what was sent again would come before it
	second.end()
	if !strings.Contains(got[0].Data, "9 to 15 November") || !strings.Contains(got[1].Data, "2 to 8 November") || len(server.Got()) != 2 {
		t.Errorf("after a restart the server took %+v", server.Got())
	}
	if log := first.log.String() + second.log.String(); strings.Contains(log, "ann@") || strings.Contains(log, "a secret") {
		t.Errorf("the log names an address or the password:\n%s", log)
	}
}
