package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func TestSignalsAreLoadedByAMappingWithReasonsForWhatIsNot(t *testing.T) {
	t.Parallel()
	in := installed(t)
	command := func(args ...string) (int, string) { return in.command(append(args, "--tenant", "QAA")...) }
	file := in.write("in.csv", "Ref,Provider,Received,What\n7,RAA,02/11/2026,Fall\n8,RZZ,02/11/2026,Fall\n")
	if code, out := command("signals", "load", file); code != 1 || !strings.Contains(out, "D-000001, waiting") || !strings.Contains(out, "no saved mapping fits") {
		t.Errorf("without a mapping: %d %s", code, out)
	}
	saved := in.write("mapping.yaml", `id: falls
name: Falls
version: 1
kind: incident
dates: [dd/mm/yyyy]
columns:
  - {header: Ref, field: reference}
  - {header: Provider, field: place.provider, required: true}
  - {header: Received, field: received}
  - {header: What, field: title}
`)
	if code, out := command("signals", "load", "--mapping", saved, file); code != 1 || !strings.Contains(out, "reads D-000001 again") || !strings.Contains(out, "signals 1 new, ") || !strings.Contains(out, "row 3, place.provider") || !strings.Contains(out, "Nobody holds a role at QAA yet") {
		t.Errorf("first: %d %s", code, out)
	}
	if code, out := command("signals", "load", "--mapping", saved, file); code != 1 || !strings.Contains(out, "signals 0 new, 0 revised, 1 unchanged, 0 older") {
		t.Errorf("again: %d %s", code, out)
	}
	if code, out := command("signals"); code != 0 || !strings.Contains(out, "IN-2026-1,incident,RAA") {
		t.Errorf("list: %d %s", code, out)
	}
	// Saved, the mapping is recognised by the columns, in a workbook too; a corrected one
	// releases what waited.
	if code, out := command("signals", "mapping", saved); code != 0 || !strings.Contains(out, "falls version 1 is saved") {
		t.Errorf("save: %d %s", code, out)
	}
	if code, out := command("signals", "mapping", saved); code != 2 || !strings.Contains(out, "version 2") {
		t.Errorf("save again: %d %s", code, out)
	}
	book := excelize.NewFile()
	for cell, value := range map[string]any{"A1": "Ref", "B1": "Provider", "C1": "Received", "D1": "What", "A2": "9", "B2": "RAA", "C2": "03/11/2026", "D2": "Slip"} {
		if err := book.SetCellValue("Sheet1", cell, value); err != nil {
			t.Fatal(err)
		}
	}
	workbook := filepath.Join(in.dir, "falls.xlsx")
	if err := book.SaveAs(workbook); err != nil {
		t.Fatal(err)
	}
	if code, out := command("signals", "load", workbook); code != 0 || !strings.Contains(out, "signals 1 new, ") {
		t.Errorf("a workbook: %d %s", code, out)
	}
	corrected := in.write("corrected.yaml", strings.NewReplacer("version: 1", "version: 2", "required: true}", "required: true, values: {RZZ: RAA}}").Replace(mappingText(t, saved)))
	if code, out := command("signals", "release", "D-000001", "--mapping", corrected); code != 0 || !strings.Contains(out, "signals 1 new, 0 revised, 1 unchanged, 0 older") {
		t.Errorf("release: %d %s", code, out)
	}
	mail := in.write("m.eml", "From: Ann Other <ann@example.org>\r\nSubject: Ward 7\r\nMessage-ID: <1@example.org>\r\nContent-Type: text/plain\r\n\r\nNobody answers.\r\n")
	if code, out := command("signals", "load", mail, "--provider", "RAA"); code != 1 || !strings.Contains(out, "named to read sealed text") {
		t.Errorf("mail whose sender nobody could read: %d %s", code, out)
	}
	if code, out := command("invite", "--login", "lead@example.org", "--name", "A Lead", "--role", "quality_lead", "--called", "Alpha ICB"); code != 0 {
		t.Fatalf("invite: %d %s", code, out)
	}
	if code, out := command("signals", "load", mail, "--provider", "RAA"); code != 0 || !strings.Contains(out, "signals 1 new, ") || !strings.Contains(out, "Concern is judged by the signals too: candour watchlist --tenant QAA") {
		t.Errorf("mail: %d %s", code, out)
	}
	if code, out := in.command("watchlist", "--tenant", "QAA"); code != 0 || !strings.Contains(out, "RAA,Alpha") {
		t.Errorf("no server has judged, and the command hasn't: %d %s", code, out)
	}
	if code, out := command("signals", "load", in.write("n.eml", "From: Ann Other <ann@example.org>\r\nSubject: Ward 8\r\nMessage-ID: <2@example.org>\r\n\r\nNobody answers.\r\n"), "--provider", "RAA", "--no-watch"); code != 0 || !strings.Contains(out, "Concern is not judged by the signals yet: candour watch does that") {
		t.Errorf("left unjudged: %d %s", code, out)
	}
	if code, out := command("signals", "erase", "D-000001", "--because", "asked"); code != 0 || !strings.Contains(out, "destroyed") {
		t.Errorf("erase a file: %d %s", code, out)
	}
	if code, out := command("signals", "release", "D-000001"); code != 2 || !strings.Contains(out, "key of this file was destroyed") {
		t.Errorf("release after erasure: %d %s", code, out)
	}
	if code, out := command("signals", "erase", "IN-2026-1", "--because", "asked"); code != 0 || !strings.Contains(out, "0 keys destroyed") {
		t.Errorf("erase: %d %s", code, out)
	}
}

// mappingText is a mapping as it was written.
func mappingText(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
