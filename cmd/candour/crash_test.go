package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"candour/internal/delivery"
	"candour/internal/indicator"
	"candour/internal/store"
)

// kills is how often a load is killed: 200 times in CI.
func kills(t *testing.T) int {
	t.Helper()
	if os.Getenv("CI") == "true" {
		return 200
	}
	if testing.Short() {
		return 3
	}
	return 20
}

// TestKilledAtAnyMomentNothingAcknowledgedIsLostAndNothingIsHalfThere kills loads
// with signal 9 at random moments. After each, every delivery that was printed is
// whole, every other is absent, and the ledger verifies.
func TestKilledAtAnyMomentNothingAcknowledgedIsLostAndNothingIsHalfThere(t *testing.T) {
	t.Parallel()
	binary := buildBinary(t)
	chance := rand.New(rand.NewPCG(7, 11))
	seen, cut := 0, 0
	for round := 0; round*perStore < kills(t); round++ {
		dir, data := t.TempDir(), t.TempDir()
		// One load that is left alone tells how long they take here and now.
		writeMonths(t, filepath.Join(dir, "whole"), 1000+round)
		began := time.Now()
		acknowledged := loadAndKill(t, binary, data, filepath.Join(dir, "whole"), time.Minute)
		usual := time.Since(began)
		for i := range min(perStore, kills(t)-round*perStore) {
			folder := filepath.Join(dir, fmt.Sprintf("in-%d", i))
			writeMonths(t, folder, round*perStore+i)
			got := loadAndKill(t, binary, data, folder, time.Duration(chance.Float64()*1.1*float64(usual)))
			if len(got) < monthFiles {
				cut++
			}
			for sha, rows := range got {
				acknowledged[sha] = rows
			}
			checkWhole(t, data, acknowledged)
		}
		seen += len(acknowledged)
	}
	if seen == 0 || cut == 0 {
		t.Errorf("%d deliveries were acknowledged and %d loads cut short: nothing was tested", seen, cut)
	}
}

// perStore is how many loads are killed on one store before the next begins.
const perStore = 20

// buildBinary gives the program as "make build" makes it, without the race detector.
func buildBinary(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "candour")
	program, err := built()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(binary, program, 0o700); err != nil {
		t.Fatal(err)
	}
	return binary
}

// built is the program, built once for all tests.
var built = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "candour-built-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	build := exec.Command("go", "build", "-trimpath", "-o", filepath.Join(dir, "candour"), ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build: %w\n%s", err, out)
	}
	return os.ReadFile(filepath.Join(dir, "candour"))
})

// monthFiles is how many files each load is given.
const monthFiles = 4

// monthRows is how many providers each generated file holds.
const monthRows = 60

// writeMonths writes four monthly A&E files in the published layout, unlike any
// others.
func writeMonths(t *testing.T, folder string, seed int) {
	t.Helper()
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for m := range monthFiles {
		month := time.Date(2015+seed%8, time.Month(1+(seed*monthFiles+m)%12), 1, 0, 0, 0, 0, time.UTC)
		var b strings.Builder
		b.WriteString("Period,Org Code,Parent Org,Org name,A&E attendances Type 1,A&E attendances Type 2,A&E attendances Other A&E Department," +
			"A&E attendances Booked Appointments Type 1,A&E attendances Booked Appointments Type 2,A&E attendances Booked Appointments Other Department," +
			"Attendances over 4hrs Type 1,Attendances over 4hrs Type 2,Attendances over 4hrs Other Department,Attendances over 4hrs Booked Appointments Type 1," +
			"Attendances over 4hrs Booked Appointments Type 2,Attendances over 4hrs Booked Appointments Other Department," +
			"Patients who have waited 4-12 hs from DTA to admission,Patients who have waited 12+ hrs from DTA to admission," +
			"Emergency admissions via A&E - Type 1,Emergency admissions via A&E - Type 2,Emergency admissions via A&E - Other A&E department,Other emergency admissions\r\n")
		for r := range monthRows {
			fmt.Fprintf(&b, "MSitAE-%s-%d,R%02d,NHS ENGLAND LONDON,TRUST %d,%d,0,0,0,0,0,%d,0,0,0,0,0,1,1,%d,0,0,1\r\n",
				strings.ToUpper(month.Format("January")), month.Year(), r, r, 9000+seed*10+r, 100+seed+r, 2000+r)
		}
		name := filepath.Join(folder, fmt.Sprintf("Monthly-AE-%s-%d.csv", month.Format("January-2006"), seed))
		if err := os.WriteFile(name, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// loadAndKill starts a load, kills it after a while, and returns what it had
// acknowledged by then: the rows accepted by hash.
func loadAndKill(t *testing.T, binary, data, folder string, after time.Duration) map[string]int {
	t.Helper()
	load := exec.Command(binary, "load", "--data", data, "--json", folder)
	out, err := load.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := load.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(after, func() { _ = load.Process.Kill() }) // it may have ended by itself
	defer timer.Stop()
	got := map[string]int{}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		var r struct {
			SHA256   string
			Status   string
			Accepted int
		}
		if json.Unmarshal(lines.Bytes(), &r) == nil && r.Status == string(delivery.Accepted) {
			got[r.SHA256] = r.Accepted
		}
	}
	_ = load.Wait() // killed, as a rule
	return got
}

// checkWhole opens the store as the next start would and holds it against what
// was acknowledged.
func checkWhole(t *testing.T, data string, acknowledged map[string]int) {
	t.Helper()
	ctx := context.Background()
	s, err := openBare(ctx, StoreFlags{Data: data})
	if err != nil {
		t.Fatalf("open after a kill: %v", err)
	}
	defer s.Close()
	if _, err := s.Verify(ctx, nil); err != nil {
		t.Fatalf("verify after a kill: %v", err)
	}
	list, err := s.Deliveries(ctx, everything(), 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	held := map[string]delivery.Delivery{}
	for _, d := range list {
		held[d.SHA256] = d
	}
	for sha, rows := range acknowledged {
		if d, ok := held[sha]; !ok || d.Accepted != rows {
			t.Fatalf("acknowledged delivery %s with %d rows is held as %+v", sha[:12], rows, d)
		}
	}
	values, err := s.Observations(ctx, everything(), store.Wanted{Indicators: []indicator.ID{"ae-attendances-type1"}, Vintages: true})
	if err != nil {
		t.Fatal(err)
	}
	byDelivery := map[string]int{}
	for i := range values {
		byDelivery[values[i].Delivery]++
	}
	for id, n := range byDelivery {
		if n != monthRows {
			t.Fatalf("delivery %s is half there: %d of %d values", id, n, monthRows)
		}
	}
}
