package demo

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"candour/internal/access"
	"candour/internal/org"
)

func digest(t *testing.T, e Economy) string {
	t.Helper()
	h := sha256.New()
	for _, f := range e.Files() {
		h.Write([]byte(f.Name + f.Period.String() + f.Tenant)) //nolint:errcheck // a hash never fails
		h.Write(f.Body)                                        //nolint:errcheck // the same
	}
	signals, err := e.SignalFiles()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range signals {
		h.Write(f.Body) //nolint:errcheck // the same
	}
	return hex.EncodeToString(h.Sum(nil))
}

func TestTheSameSeedAndDayGiveTheSameBytes(t *testing.T) {
	t.Parallel()
	e := Economy{1, day}
	if a, b := digest(t, e), digest(t, e); a != b {
		t.Errorf("%s and %s", a, b)
	}
	if digest(t, Economy{2, day}) == digest(t, e) {
		t.Error("another seed gave the same economy")
	}
	later := Economy{1, day.Add(5 * time.Hour)}.Files()
	for i, f := range e.Files() {
		if !bytes.Equal(f.Body, later[i].Body) {
			t.Errorf("%s is another at another hour of the day", f.Name)
		}
	}
}

// TestAnyDayGivesAWholeEconomy looks at the economy from other days: months, and
// with them stories, move along.
func TestAnyDayGivesAWholeEconomy(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		on := time.Date(2024, 1, 1, 12, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 3000).Draw(t, "day"))
		files := Economy{rapid.Uint64().Draw(t, "seed"), on}.Files()
		names, months, waits, bad := map[string]bool{}, 0, 0, 0
		for _, f := range files {
			if names[f.Name] {
				t.Fatalf("%s stands twice", f.Name)
			}
			names[f.Name] = true
			if len(bytes.TrimSpace(f.Body)) == 0 || bytes.Count(f.Body, []byte("\n")) < 2 {
				t.Fatalf("%s is empty", f.Name)
			}
			if strings.HasPrefix(f.Name, "02-ae/") {
				months++
			}
			if strings.HasPrefix(f.Name, "03-rtt/") {
				waits++
			}
			bad += f.Rows
		}
		// 48 months, less those not yet published, and the month that came twice.
		if months < Months || months > Months+1 || waits < Months-2 || bad != 4 {
			t.Fatalf("%d A&E files, %d of waits, %d bad rows", months, waits, bad)
		}
	})
}

func TestEveryTableIsRectangular(t *testing.T) {
	t.Parallel()
	for _, f := range (Economy{1, day}).Files() {
		r := csv.NewReader(bytes.NewReader(f.Body))
		if strings.HasPrefix(f.Name, "05-hcai/") {
			r.Comma = ';'
		}
		if _, err := r.ReadAll(); err != nil { // refuses a row of another length
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

func TestFilesAreWrittenBelowTheFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := Write(dir, []File{{Name: "a/b.csv", Body: []byte("x")}}); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(dir, "a", "b.csv"))
	if err != nil || string(got) != "x" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestEachRoleIsHeldAtEachCommissioner(t *testing.T) {
	t.Parallel()
	held := map[org.Code]map[access.Role]int{}
	ids := map[access.AccountID]bool{}
	agreed := 0
	for _, a := range (Economy{1, day}).Accounts() {
		if ids[a.ID] || !strings.HasPrefix(string(a.ID), "u-") || strings.Contains(string(a.ID), "lead") {
			t.Errorf("the id %s stands twice or tells who it is", a.ID)
		}
		ids[a.ID] = true
		for _, m := range a.Memberships {
			if held[m.Tenant] == nil {
				held[m.Tenant] = map[access.Role]int{}
			}
			held[m.Tenant][m.Role]++
			if m.Agreement != "" {
				agreed++
			}
			if (m.Role == access.GP) != (m.Practice != "") {
				t.Errorf("%s: practice %q for the role %s", a.Login, m.Practice, m.Role)
			}
		}
	}
	for _, tenant := range []org.Code{Marlshire, Severnside, TarnValley} {
		for _, role := range access.Roles {
			if held[tenant][role] == 0 {
				t.Errorf("nobody is %s at %s", role, tenant)
			}
		}
	}
	if agreed != 3 {
		t.Errorf("%d roles are held through an agreement, expected the support unit's three", agreed)
	}
}

func TestEveryStoryNamesProvidersOfTheEconomy(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("../../docs/demo.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range stories() {
		for _, code := range s.Providers {
			u := unitOf(code)
			if u == nil {
				t.Errorf("%s: there is no provider %s", s.ID, code)
				continue
			}
			if !strings.Contains(string(doc), u.name) || !strings.Contains(string(doc), string(code)) {
				t.Errorf("docs/demo.md does not name %s (%s) of the story %s", u.name, code, s.ID)
			}
		}
		if !strings.Contains(string(doc), "## "+s.Title) {
			t.Errorf("docs/demo.md lacks the story %q", s.Title)
		}
	}
}

func TestTheBarIsDrawnOnATerminalAndStagesElsewhere(t *testing.T) {
	t.Parallel()
	var plain, drawn bytes.Buffer
	for _, p := range []*Progress{{Out: &plain, Of: 2}, {Out: &drawn, Terminal: true, Of: 2}} {
		p.Step("loading", 1)
		p.Step("ready", 1)
		p.End()
	}
	if plain.String() != " 50%  loading\n100%  ready\n" {
		t.Errorf("%q", plain.String())
	}
	if !strings.Contains(drawn.String(), "[###############...............]  50%") || strings.Contains(drawn.String(), "\n") {
		t.Errorf("%q", drawn.String())
	}
}

func BenchmarkFiles(b *testing.B) {
	e := Economy{1, day}
	for b.Loop() {
		e.Files()
	}
}
