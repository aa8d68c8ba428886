package main

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"candour/internal/access"
	"candour/internal/listen"
	"candour/internal/mail/mailtest"
	"candour/internal/record"
)

// listening is a house whose commissioner QAA buys from RAA and has one quality lead.
func listening(t *testing.T) *House {
	t.Helper()
	ctx := context.Background() // the store is closed after the test's own has ended
	h, err := openHouse(ctx, StoreFlags{Data: filepath.Join(t.TempDir(), "data")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	err = recordAlpha(ctx, h)
	if err == nil {
		err = h.Store.SetAccount(ctx, everything(), record.Account{ID: "u-lead", Login: "lead@example.org", Name: "A Lead", Memberships: []access.Membership{{Tenant: "QAA", Role: access.QualityLead}}})
	}
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestMailThatIsPutIntoAFolderComesInWithAReceiptBesideIt(t *testing.T) {
	t.Parallel()
	ctx, h := t.Context(), listening(t)
	dir := t.TempDir()
	if _, err := newMailFolder(h, MailFolderFlags{MailFolder: dir}, nil, slog.New(slog.DiscardHandler)); err == nil {
		t.Error("a folder of nobody's was taken")
	}
	m, err := newMailFolder(h, MailFolderFlags{MailFolder: dir, MailTenant: "QAA", MailProvider: "RAA"}, nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("one.eml", "From: Ann Other <ann@example.org>\r\nSubject: Ward 7\r\nMessage-ID: <1@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"+
		"--b\r\nContent-Type: text/plain\r\n\r\nNobody answers the bell. My number is 943 476 5919.\r\n--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=letter.pdf\r\n\r\n%PDF\r\n--b--\r\n")
	write("two.csv", "Colour\nred\n")
	write("half.part", "x")
	m.look(ctx)
	if left, _ := filepath.Glob(filepath.Join(dir, "*.eml")); len(left) != 1 {
		t.Error("a file was taken at the first look, when it may still be written")
	}
	m.look(ctx)
	receipts, _ := filepath.Glob(filepath.Join(dir, "taken", "*-one.eml.receipt.json"))
	if len(receipts) != 1 {
		t.Fatalf("receipts %v", receipts)
	}
	text, err := os.ReadFile(receipts[0])
	if err != nil {
		t.Fatal(err)
	}
	var r signalReport
	if err := json.Unmarshal(text, &r); err != nil || len(r.Receipts) != 1 || r.Receipts[0].Position < 1 || r.Receipts[0].Reference == "" {
		t.Fatalf("the receipt %s, %v", text, err)
	}
	x, err := h.Store.Signal(ctx, TenantFlag{Tenant: "QAA"}.scope(), r.Receipts[0].Reference)
	if err != nil || len(x.Attachments) != 1 || len(x.Sealed) != 2 || strings.Contains(x.Narrative, "5919") || strings.Contains(string(text), "5919") || strings.Contains(string(text), "ann@") {
		t.Errorf("held %+v, %v; receipt %s", x.Signal, err, text)
	}
	if waits, _ := filepath.Glob(filepath.Join(dir, "refused", "*-two.csv*")); len(waits) != 2 {
		t.Errorf("what no mapping fits: %v", waits)
	}
	if left, _ := os.ReadDir(dir); len(left) != 3 {
		t.Errorf("%d things are left in the folder, expected half.part and two folders", len(left))
	}
}

func TestWhoeverWroteToTheFolderIsSentAReceiptAndWhoeverLoadedAFileIsNot(t *testing.T) {
	t.Parallel()
	h, server, dir := listening(t), mailtest.Start(t, "none"), t.TempDir()
	var log bytes.Buffer
	post, err := h.postman(MailFlags{SMTP: server.Address(""), MailFrom: "candour@icb.example", SiteAddress: "https://candour.example"}, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	m, err := newMailFolder(h, MailFolderFlags{MailFolder: dir, MailTenant: "QAA", MailProvider: "RAA"}, post, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	letter := func(id, from, more string) []byte {
		return []byte("From: " + from + "\r\nSubject: Ward 7\r\nMessage-ID: <" + id + "@example.org>\r\n" + more + "\r\nNobody answers the bell.\r\n")
	}
	if _, err := h.importSignals(t.Context(), m.scope(), letter("loaded", "loaded@example.org", ""), nil, listen.LoadOptions{Name: "l.eml", Received: h.Store.Now(), Provider: "RAA"}, "command line"); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{
		"one.eml": letter("one", "ann@example.org", ""), "away.eml": letter("away", "bob@example.org", "Auto-Submitted: auto-replied\r\n"), "table.csv": []byte("Colour\nred\n"),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	m.look(t.Context())
	m.look(t.Context())
	if err := post.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	receipts, _ := filepath.Glob(filepath.Join(dir, "taken", "*-one.eml.receipt.json"))
	if len(receipts) != 1 {
		t.Fatalf("receipts %v\n%s", receipts, &log)
	}
	text, err := os.ReadFile(receipts[0])
	if err != nil {
		t.Fatal(err)
	}
	var r signalReport
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	got := server.Got()
	if len(got) != 1 || got[0].To != "ann@example.org" || !strings.Contains(got[0].Data, "Subject: Candour: Receipt "+r.Receipts[0].Reference) {
		t.Errorf("the server took %+v, expected a receipt of %s to ann@example.org only", got, r.Receipts[0].Reference)
	}
	if strings.Contains(log.String(), "@example.org") {
		t.Errorf("the log names an address:\n%s", &log)
	}
}
