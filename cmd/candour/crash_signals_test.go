package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"candour/internal/access"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/store"
)

// heardStore is a store in which signals are accepted by programs that are killed.
type heardStore struct {
	*testing.T
	binary, data string
	chance       *rand.Rand
	lead         access.Scope
	acknowledged map[string]string // what was acknowledged, and what must then be held
	cut          int               // programs that were killed at work
}

// TestSignalsAcceptedByProgramsThatAreKilledAreNeitherLostNorHalfStored kills
// programs with signal 9 while they accept signals: half of them from files, half by
// the form for practices. What was acknowledged is held whole; a file's rows, which
// are one group, are held all or none; the ledger verifies and rebuilds.
func TestSignalsAcceptedByProgramsThatAreKilledAreNeitherLostNorHalfStored(t *testing.T) {
	t.Parallel()
	binary := buildBinary(t)
	for i, by := range []struct {
		name string
		kill func(*heardStore, int)
	}{{"from files", (*heardStore).killLoad}, {"from files, another store", (*heardStore).killLoad}, {"by form", (*heardStore).killServe}, {"by form, another store", (*heardStore).killServe}} {
		t.Run(by.name, func(t *testing.T) {
			t.Parallel()
			s := newHeardStore(t, binary, uint64(i))
			for round := range (kills(t) + 3) / 4 {
				if by.kill(s, round); round%10 == 9 {
					s.check(false)
				}
			}
			s.check(true)
			if len(s.acknowledged) == 0 || s.cut == 0 {
				t.Errorf("%d acknowledged, %d programs killed at work: nothing was tested", len(s.acknowledged), s.cut)
			}
		})
	}
}

const heardMapping = `id: kill
name: Kill
version: 1
kind: clinician_concern
dates: [yyyy-mm-dd]
columns:
  - {header: Ref, field: reference, required: true}
  - {header: Provider, field: place.provider, required: true}
  - {header: Received, field: received, required: true}
  - {header: What, field: title, required: true}
  - {header: Practice, field: source.organisation, required: true}
  - {header: Harm, field: clinician_concern.harm, required: true}
  - {header: Words, field: narrative, required: true}
  - {header: Theme, field: themes, required: true}
`

func newHeardStore(t *testing.T, binary string, seed uint64) *heardStore {
	t.Helper()
	dir := t.TempDir()
	lead := access.For(access.Viewer{Account: "u-lead", Memberships: []access.Membership{{Tenant: "QAA", Role: access.QualityLead}}}, "QAA")
	s := &heardStore{T: t, binary: binary, data: filepath.Join(dir, "data"), chance: rand.New(rand.NewPCG(3, seed)), lead: lead, acknowledged: map[string]string{}}
	h := s.open()
	for _, o := range []org.Organisation{{Code: "RAA", Name: "Alpha", Role: org.Trust, System: "QAA"}, {Code: "A81001", Name: "Practice", Role: org.Practice, System: "QAA"}} {
		e, err := record.New(record.OrganisationRecorded, "organisation/"+string(o.Code), "", operator, o)
		s.ok(err)
		_, err = h.Record(context.Background(), e)
		s.ok(err)
	}
	gp := record.Account{ID: "u-gp", Login: "gp@example.org", Name: "Dr Example", Memberships: []access.Membership{{Tenant: "QAA", Role: access.GP, Practice: "A81001"}}}
	e, err := record.New(record.AccountSet, "account/u-gp", "", operator, gp)
	s.ok(err)
	_, err = h.Record(context.Background(), e)
	s.ok(err)
	s.ok(h.Close())
	s.ok(os.WriteFile(s.data+"/kill.yaml", []byte(heardMapping), 0o600))
	return s
}

func (s *heardStore) ok(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// open opens the store as the next start would.
func (s *heardStore) open() *store.Store {
	s.Helper()
	h, err := openBare(context.Background(), StoreFlags{Data: s.data})
	s.ok(err)
	return h
}

// filesOfAKill and rowsOfAFile are what each load is given.
const (
	filesOfAKill = 12
	rowsOfAFile  = 20
)

// killLoad kills a load of files some time after it has acknowledged the first.
func (s *heardStore) killLoad(round int) {
	s.Helper()
	folder := s.TempDir()
	for f := range filesOfAKill {
		var b strings.Builder
		b.WriteString("Ref,Provider,Received,What,Practice,Harm,Words,Theme\n")
		for r := range rowsOfAFile {
			fmt.Fprintf(&b, "%d/%d/%d,RAA,2026-05-04,No letter,A81001,some,Sent home without a letter,discharge\n", round, f, r)
		}
		s.ok(os.WriteFile(filepath.Join(folder, fmt.Sprintf("%d-%d.csv", round, f)), []byte(b.String()), 0o600))
	}
	load := exec.Command(s.binary, "signals", "load", "--data", s.data, "--tenant", "QAA", "--mapping", s.data+"/kill.yaml", "--json", folder)
	out, err := load.StdoutPipe()
	s.ok(err)
	s.ok(load.Start())
	got, killAt := 0, 1+s.chance.IntN(filesOfAKill-1)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var r signalReport
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil || r.Taken != rowsOfAFile {
			continue // cut off in the middle of the line: not acknowledged
		}
		name := strings.TrimSuffix(filepath.Base(r.File), ".csv")
		s.acknowledged[strings.Replace(name, "-", "/", 1)] = "whole"
		if got++; got == killAt {
			time.AfterFunc(time.Duration(s.chance.IntN(6000))*time.Microsecond, func() { _ = load.Process.Kill() }) // it may have ended by itself
		}
	}
	_ = load.Wait() // killed, as a rule
	if got < filesOfAKill {
		s.cut++
	}
}

// killServe kills a server some time after it has acknowledged the first of many
// forms that are sent at once.
func (s *heardStore) killServe(round int) {
	s.Helper()
	h := s.open()
	token, err := h.SignIn(context.Background(), "u-gp", "QAA", time.Hour)
	s.ok(err)
	s.ok(h.Close())
	serve := exec.Command(s.binary, "serve", "--data", s.data, "--addr", "127.0.0.1:0")
	out, err := serve.StdoutPipe()
	s.ok(err)
	s.ok(serve.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	s.ok(err)
	address := strings.TrimPrefix(strings.TrimSpace(line), "Candour serves ")
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Transport: &http.Transport{}}
	var all sync.WaitGroup
	var mu sync.Mutex
	kill := sync.OnceFunc(func() {
		time.AfterFunc(time.Duration(s.chance.IntN(60_000))*time.Microsecond, func() { _ = serve.Process.Kill() })
	})
	for sender := range 4 {
		all.Go(func() {
			for n := 0; ; n++ {
				words := fmt.Sprintf("Form %d of sender %d in round %d", n, sender, round)
				ref, err := sendConcern(client, address, token, words)
				if err != nil {
					return // the server was killed: not acknowledged
				}
				mu.Lock()
				s.acknowledged[ref] = words
				mu.Unlock()
				kill()
			}
		})
	}
	all.Wait()
	kill() // also when nothing was acknowledged: then the check at the end says so
	_ = serve.Wait()
	client.CloseIdleConnections()
	s.cut++
}

// sendConcern sends a practice's form and gives the reference of the receipt.
func sendConcern(client *http.Client, address, token, words string) (string, error) {
	form := url.Values{
		"once": {words}, "provider": {"RAA"}, "theme": {"discharge"}, "when": {"today"}, "words": {words}, "harm": {"no"}, "known": {"no"}, "practice": {"A81001"},
	}
	r, err := http.NewRequest(http.MethodPost, address+"/concerns/new", strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", address)
	r.AddCookie(&http.Cookie{Name: "candour", Value: token})
	got, err := client.Do(r)
	if err != nil {
		return "", err
	}
	defer got.Body.Close() //nolint:errcheck // nothing of it is read
	_, ref, sent := strings.Cut(got.Header.Get("Location"), "/concerns/sent/")
	if !sent {
		return "", fmt.Errorf("the form gave %s", got.Status)
	}
	return ref, nil
}

// check opens the store as the next start would and holds it against what was
// acknowledged; the last time it is also rebuilt.
func (s *heardStore) check(last bool) {
	s.Helper()
	h := s.open()
	defer h.Close() //nolint:errcheck // it was only read
	if _, err := h.Verify(context.Background(), nil); err != nil {
		s.Fatalf("verify after kills: %v", err)
	}
	held, err := h.SignalsHeld(context.Background(), s.lead, store.SignalFilter{})
	s.ok(err)
	words, files := map[string]string{}, map[string]int{}
	for i := range held {
		words[held[i].Reference] = held[i].Narrative
		if at := strings.LastIndexByte(held[i].Theirs, '/'); at > 0 {
			files[held[i].Theirs[:at]]++
		}
	}
	for name, n := range files {
		if n != rowsOfAFile {
			s.Fatalf("file %s is half there: %d of %d rows", name, n, rowsOfAFile)
		}
	}
	for name, want := range s.acknowledged {
		if want == "whole" && files[name] == 0 || want != "whole" && words[name] != want {
			s.Fatalf("%s was acknowledged and is not held", name)
		}
	}
	if n, err := h.CountSignals(context.Background(), s.lead, store.SignalFilter{Pile: store.PileToDo}); err != nil || n != len(held) {
		s.Fatalf("%d signals are kept counted, %v; %d are held", n, err, len(held))
	}
	if last {
		if r, err := h.Rebuild(context.Background(), false, nil); err != nil || r.Before != r.After {
			s.Errorf("rebuilt %+v, %v", r, err)
		}
	}
}
