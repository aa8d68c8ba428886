package web

import (
	"bytes"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/listen"
	"candour/internal/signal"
	"candour/internal/store"
)

// planted is what nobody but the named reader may ever meet: each text in it is
// unlike anything else, so that it can be looked for everywhere.
var planted = map[string]string{
	"whistle_blower": "Zebedee Quillfeather", "complainant": "Ottoline Ravenscroft", "patient": "9434765919", "words": "kumquat-marmalade corridor",
}

// plant records a staff concern and a complaint with sealed identities, for the
// quality lead of QAA alone, and gives their references.
func (b *bundle) plant() (staff, complaint string) {
	b.Helper()
	today := calendar.DateOf(b.clock.Now())
	reader := []access.AccountID{accountOf(access.QualityLead, "QAA")}
	receipts, err := b.server.Desk.Receive(b.ctx, leadAt("QAA"), listen.Item{
		Signal: signal.Signal{
			Kind: signal.KindStaffConcern, Title: "About the " + planted["words"], Narrative: "In the " + planted["words"] + " at night", Place: signal.Place{Provider: "RA1", Ward: planted["words"]},
			Occurred: signal.Occurrence{Date: today - 9}, Received: (today - 6).At(9, 0), Source: signal.Source{Channel: "form", Role: planted["words"]}, Themes: []string{"bullying"},
			StaffConcern: &signal.StaffConcern{How: "form", Wishes: "confidential", Protections: true, Occupation: planted["words"]},
		},
		Sealed: []store.SealedText{{Purpose: "whistle_blower", Text: planted["whistle_blower"], Readers: reader}},
	}, listen.Item{
		Signal: signal.Signal{
			Kind: signal.KindComplaint, Title: "No reply to letters", Place: signal.Place{Provider: "RA1"}, Occurred: signal.Occurrence{Date: today - 9}, Received: (today - 6).At(9, 0),
			Source: signal.Source{Channel: "letter"}, Themes: []string{"delay"}, Complaint: &signal.Complaint{ReceivedBy: "commissioner", Complainant: signal.ComplainantPatient, Consent: signal.ConsentNotAsked},
		},
		Sealed: []store.SealedText{{Purpose: "complainant", Text: planted["complainant"], Readers: reader}, {Purpose: "patient", Text: planted["patient"], Readers: reader}},
	})
	b.no(err)
	return receipts[0].Reference, receipts[1].Reference
}

// met names the planted texts that stand in a text.
func met(text []byte) (out []string) {
	for purpose, secret := range planted {
		if bytes.Contains(bytes.ToLower(text), []byte(strings.ToLower(secret))) {
			out = append(out, purpose)
		}
	}
	return out
}

// nowhereOnDisk looks through every file of the data directory, the database with
// its log included.
func (b *bundle) nowhereOnDisk() {
	b.Helper()
	files := 0
	err := filepath.WalkDir(b.dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		files++
		if what := met(text); len(what) > 0 {
			b.Errorf("%s holds the sealed %s", filepath.Base(name), strings.Join(what, ", "))
		}
		return nil
	})
	b.no(err)
	if files == 0 {
		b.Error("no file was looked at")
	}
}

// Sentence 8 of issue 4, as an enemy would try it: every page of every role at every
// commissioner, search, exports, the log, the data directory, the ledger's leaves.
func TestSealedTextIsMetNowhereButOnTheReadersOwnPage(t *testing.T) {
	t.Parallel()
	b := filled(t)
	staff, complaint := b.plant()
	b.nowhereOnDisk()
	lead := b.as(access.QualityLead, "QAA")
	seals := map[string]string{}
	for _, ref := range []string{staff, complaint} {
		parts, err := b.store.SealedParts(b.ctx, leadAt("QAA"), ref)
		b.no(err)
		for _, part := range parts {
			seals[part.Ref] = ref
		}
	}
	if len(seals) != 4 {
		t.Fatalf("%d texts are sealed, expected the words and name of the member of staff, the complainant and the patient", len(seals))
	}
	opened := ""
	for seal, ref := range seals {
		for role, want := range map[access.Role]int{access.Analyst: http.StatusForbidden, access.ClinicalReviewer: http.StatusForbidden, access.Administrator: http.StatusForbidden, access.BoardMember: http.StatusForbidden} {
			got := b.as(role, "QAA").post("/signals/"+ref+"/sealed/"+seal, "because", "curious")
			if got.Code != want || len(met(got.Body.Bytes())) > 0 {
				t.Errorf("%s opens a seal: %d", role, got.Code)
			}
		}
		if got := b.as(access.QualityLead, "QBB").post("/signals/"+ref+"/sealed/"+seal, "because", "curious"); got.Code == http.StatusOK || len(met(got.Body.Bytes())) > 0 {
			t.Errorf("another commissioner’s lead opens a seal: %d", got.Code)
		}
		got := lead.post("/signals/"+ref+"/sealed/"+seal, "because", "To act on it")
		opened += got.Body.String()
	}
	if what := met([]byte(opened)); len(what) != len(planted) {
		t.Errorf("the named reader opens only %v", what)
	}
	extra := []string{
		"/signals/" + staff, "/signals/" + complaint, "/complaints/" + complaint, "/signals?show=all", "/signals?show=all&theme=bullying", "/providers/RA1?range=60",
		"/search?q=Quillfeather", "/search?q=Ravenscroft", "/search?q=9434765919", "/search?q=kumquat-marmalade", "/search?q=bullying", "/memory?q=Quillfeather",
	}
	for _, rt := range b.server.table {
		if rt.Method == http.MethodGet {
			if st, ok := stands[rt.Method+" "+rt.Pattern]; ok {
				extra = append(extra, st("QAA").path)
			}
		}
	}
	for _, role := range access.Roles {
		for _, tenant := range tenants {
			w := b.as(role, tenant)
			for _, path := range extra {
				body := w.get(path).Body.Bytes()
				if strings.HasPrefix(path, "/search") { // the page says again what was asked
					body = bytes.ReplaceAll(body, []byte(strings.TrimPrefix(path, "/search?q=")), nil)
				}
				if what := met(body); len(what) > 0 {
					t.Errorf("%s as %s at %s shows the sealed %v", path, role, tenant, what)
				}
			}
		}
	}
	if page := lead.get("/signals/" + staff).Body.String(); !strings.Contains(page, "To act on it") || strings.Contains(page, "Bullying and detriment</dd>") {
		t.Error("the readings are not shown on the signal’s page, or the theme of one alone is")
	}
	if what := met([]byte(b.log.String())); len(what) > 0 {
		t.Errorf("the log holds the sealed %v", what)
	}
	b.nowhereOnDisk()
}

func TestErasureDestroysTheKeyAndTheLedgerStillVerifies(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	staff, _ := b.plant()
	parts, err := b.store.SealedParts(b.ctx, leadAt("QAA"), staff)
	b.no(err)
	everyone := b.operator()
	before, err := b.store.Verify(b.ctx, nil)
	b.no(err)
	for _, part := range parts {
		if err := b.store.EraseSealed(b.ctx, leadAt("QAA"), part.Ref, "I want it gone"); err == nil {
			t.Error("a quality lead erases")
		}
		b.no(b.store.EraseSealed(b.ctx, everyone, part.Ref, "Asked for by the person"))
		if text, err := b.store.ReadSealed(b.ctx, leadAt("QAA"), part.Ref, "To act on it"); err == nil || text != "" {
			t.Errorf("the text can still be opened: %q", text)
		}
	}
	after, err := b.store.Verify(b.ctx, nil)
	b.no(err)
	if after.Entries <= before.Entries {
		t.Errorf("verified %d entries before the erasure and %d after", before.Entries, after.Entries)
	}
	if r, err := b.store.Rebuild(b.ctx, false, nil); err != nil || r.Before != r.After {
		t.Errorf("rebuilt %+v, %v", r, err)
	}
	if got := b.as(access.QualityLead, "QAA").get("/signals/" + staff).Body.String(); !strings.Contains(got, "Its key was destroyed") {
		t.Error("the page does not say that the key was destroyed")
	}
	b.nowhereOnDisk()
}
