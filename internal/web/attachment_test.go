package web

import (
	"net/http"
	"strings"
	"testing"

	"candour/internal/access"
	"candour/internal/listen"
	"candour/internal/org"
)

// A file that came with an e-mail is opened by the readers named on its seal, each
// time with a reason that is recorded and shown (R-FTSU-1); nobody else meets its
// bytes, nor the words in them.
func TestAnAttachmentIsOpenedByItsNamedReadersOnly(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	const inside = "%PDF-1.4 periwinkle-trombone"
	letter := "From: Ann Other <ann@example.org>\r\nSubject: Ward 7\r\nMessage-ID: <9@example.org>\r\nMIME-Version: 1.0\r\n" +
		"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nNobody answers the bell.\r\n" +
		"--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"../letter.pdf\"\r\n\r\n" + inside + "\r\n--b--\r\n"
	readers := []access.AccountID{accountOf(access.QualityLead, "QAA")}
	l, err := b.server.Desk.File([]byte(letter), nil, listen.LoadOptions{Name: "letter.eml", Received: b.clock.Now(), Provider: "RA1", Known: func(org.Code) bool { return true }}, readers)
	b.no(err)
	_, err = b.server.Desk.Receive(b.ctx, leadAt("QAA"), l.Items...)
	b.no(err)
	parts, err := b.store.SealedParts(b.ctx, leadAt("QAA"), "M-2026-1")
	b.no(err)
	seal := ""
	for _, part := range parts {
		if part.Purpose == "attachment" {
			seal = part.Ref
		}
	}
	if seal == "" {
		t.Fatalf("no attachment is sealed: %+v", parts)
	}
	path := "/signals/M-2026-1/sealed/" + seal
	for _, other := range []struct {
		role   access.Role
		tenant org.Code
	}{
		{access.Analyst, "QAA"},
		{access.ClinicalReviewer, "QAA"},
		{access.ContractManager, "QAA"},
		{access.Auditor, "QAA"},
		{access.Administrator, "QAA"},
		{access.BoardMember, "QAA"},
		{access.GP, "QAA"},
		{access.Visitor, "QAA"},
		{access.QualityLead, "QBB"},
	} {
		got := b.as(other.role, other.tenant).post(path, "because", "curious")
		if got.Code < 400 || strings.Contains(got.Body.String(), "periwinkle") {
			t.Errorf("%s at %s opens it: %d", other.role, other.tenant, got.Code)
		}
	}
	lead := b.as(access.QualityLead, "QAA")
	if got := lead.post(path, "because", " "); got.Code != http.StatusUnprocessableEntity || strings.Contains(got.Body.String(), "periwinkle") {
		t.Errorf("without a reason: %d", got.Code)
	}
	if page := lead.get("/signals/M-2026-1").Body.String(); strings.Contains(page, "curious") || strings.Contains(page, "periwinkle") {
		t.Error("an attempt that was refused is shown as a reading, or the content is on the page")
	}
	got := lead.post(path, "because", "To see what the letter says")
	if got.Code != http.StatusOK || strings.TrimSpace(got.Body.String()) != inside {
		t.Fatalf("the named reader gets %d: %s", got.Code, got.Body)
	}
	if h := got.Header(); !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") || strings.Contains(h.Get("Content-Disposition"), "/") || h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Cache-Control"), "no-store") {
		t.Errorf("it is given as %v", h)
	}
	page := b.as(access.ClinicalReviewer, "QAA").get("/signals/M-2026-1").Body.String()
	if !strings.Contains(page, "To see what the letter says") {
		t.Error("the reading is not shown to others who may see the signal")
	}
	if n := strings.Count(page, "To see what the letter says"); n != 1 {
		t.Errorf("one reading is shown %d times", n)
	}
	for _, path := range []string{"/search?q=periwinkle", "/signals?show=all", "/signals/M-2026-1", "/data", "/memory"} {
		if strings.Contains(lead.get(path).Body.String(), "trombone") {
			t.Errorf("%s holds what is in the attachment", path)
		}
	}
	if strings.Contains(b.log.String(), "trombone") {
		t.Error("the log holds what is in the attachment")
	}
}
