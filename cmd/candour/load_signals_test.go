package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"candour/internal/delivery"
	"candour/internal/intake"
)

// complaintsLog is as a trust's system writes it: a title, semicolons, Windows-1252.
const complaintsLog = "Complaints log\n\nRef;Provider;Date received;Patient name;Details\n7;RAA;02/11/2026;Ann Other;\"Caf\xe9 closed\"\n8;RAA;02/13/2026;Bob Other;Late\n"

const complaintsMapping = `id: log
name: Complaints log
version: 1
kind: complaint
dates: [dd/mm/yyyy]
columns:
  - {header: Ref, field: reference, required: true}
  - {header: Provider, field: place.provider, required: true}
  - {header: Date received, field: received, required: true}
  - {header: Patient name, seal: patient}
  - {header: Details, field: narrative}
`

func TestOneCommandLoadsFiguresAndSignalsEachToItsPlace(t *testing.T) {
	t.Parallel()
	in := installed(t)
	load := func(args ...string) (code int, list []intake.Report) {
		code, out := in.command(append([]string{"load", "--json", "--no-watch"}, args...)...)
		for line := range strings.Lines(out) {
			var r intake.Report
			if err := json.Unmarshal([]byte(line), &r); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			list = append(list, r)
		}
		return code, list
	}
	if code, out := in.command("invite", "--tenant", "QAA", "--login", "lead@example.org", "--name", "A Lead", "--role", "quality_lead", "--called", "Alpha ICB"); code != 0 {
		t.Fatalf("invite: %d %s", code, out)
	}
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	for name, text := range map[string]string{"log.csv": complaintsLog, "figures.csv": "organisation,indicator,period,numerator,denominator,value,note\nRAA,ae-4h-all,2026-09,900,1000,,\n"} {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	both, mail := in.write("both.zip", packed.String()), in.write("m.eml", "From: Ann Other <ann@example.org>\r\nSubject: Ward 7\r\n\r\nNobody answers.\r\n")

	// Without a commissioner nothing of an e-mail is kept.
	if code, list := load(mail); code != 1 || len(list) != 1 || !strings.Contains(list[0].Messages[0].Advice, "--tenant") {
		t.Errorf("mail of nobody: %d %+v", code, list)
	}
	// The log waits, the figures are taken, and the archive isn't kept as it came.
	code, list := load(both, "--tenant", "QAA")
	found := map[string]intake.Report{}
	for _, r := range list {
		found[r.Source] = r
	}
	if code != 1 || found["signals-table"].Status != delivery.Waiting || found["candour-tidy"].Accepted != 1 {
		t.Fatalf("both: %d %+v", code, list)
	}
	if got := inClear(t, in.data, "Ann Other"); got != "" {
		t.Errorf("%s names a patient", got)
	}
	if code, out := in.command("signals", "mapping", "--tenant", "QAA", in.write("mapping.yaml", complaintsMapping)); code != 0 {
		t.Fatalf("mapping: %s", out)
	}
	// Tried, nothing is kept; loaded, the row that can be taken has its receipt.
	file := in.write("log.csv", complaintsLog)
	if _, list := load(file, "--tenant", "QAA", "--dry-run"); list[0].Status != delivery.Tried || list[0].Accepted != 1 || list[0].Quarantined != 1 || len(list[0].Receipts) != 0 {
		t.Errorf("tried: %+v", list)
	}
	code, list = load(file, "--tenant", "QAA")
	if code != 1 || list[0].Accepted != 1 || len(list[0].Receipts) != 1 || list[0].Receipts[0].Position == 0 || list[0].Messages[0].Row != 5 {
		t.Errorf("loaded: %d %+v", code, list)
	}
	if got := inClear(t, in.data, "Ann Other"); got != "" {
		t.Errorf("%s names a patient", got)
	}
	// What is held already is not called new, by either command.
	if _, list := load(file, "--tenant", "QAA", "--dry-run"); list[0].Delivery.New != 0 || list[0].Unchanged != 1 || list[0].Status != delivery.Tried {
		t.Errorf("tried once more: %+v", list[0])
	}
	if code, out := in.command("signals", "load", "--tenant", "QAA", "--dry-run", file); code != 1 || !strings.Contains(out, "tried: signals 0 new, 0 revised, 1 unchanged, 0 older; 1 refusal") {
		t.Errorf("tried by signals load: %d %s", code, out)
	}
	// What the person says is a source's stays a file of figures.
	if _, list := load(file, "--tenant", "QAA", "--as", "shmi"); list[0].Source == "signals-table" || list[0].Status != delivery.Quarantined {
		t.Errorf("said to be figures: %+v", list)
	}
}

// inClear is a file of the data directory in which words stand readable.
func inClear(t *testing.T, dir, words string) (found string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		if bytes.Contains(text, []byte(words)) {
			found = name
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
