package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// The house has four floors; a package imports those below it, never those above
// (docs/ARCHITECTURE.md). Packages that are not named here fail the test, so that
// each new one is given its floor.
var floors = map[string]int{
	// Nouns and rules: pure, no I/O (fault knows HTTP status numbers).
	"fault": 0, "definition": 0, "calendar": 0, "org": 0, "access": 0, "indicator": 0, "delivery": 0, "finding": 0, "signal": 0,
	"signal/fhir": 0, "signal/form": 0, "signal/eml": 0, "signal/mapping": 0, "classify": 0, "identifier": 0, "seal": 0, "disclosure": 0, "concern": 0, "alert": 0, "search": 0,
	"casework": 0, "ledger": 0, "chart": 0, "record": 0, "stat/spc": 0, "stat/funnel": 0, "stat/cusum": 0, "stat/casemix": 0, "stat/rare": 0, "stat/fdr": 0,
	// Doing.
	"store": 1, "intake": 1, "intake/biff": 1, "watch": 1, "listen": 1, "listen/picture": 0, "digest": 1, "bench": 1, "bench/replay": 1,
	"stat/csvio": 1, "stat/spc/spccsv": 1, "stat/funnel/filter": 1, "stat/cusum/filter": 1,
	// Edges.
	"web": 2, "web/component": 2, "web/assets": 2, "api": 2, "mail": 2, "demo": 2,
	// For tests.
	"store/storetest": 3, "store/pgtest": 3, "mail/mailtest": 3, "intake/intaketest": 3, "web/browsertest": 3, "signal/signaltest": 3, "intake/biff/bifftest": 3, "stat/peertest": 3,
}

// listed is what go list says of a package.
type listed struct {
	ImportPath  string
	Imports     []string
	TestImports []string
}

func packages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "candour/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func TestImportsRunOneWay(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		name, internal := strings.CutPrefix(p.ImportPath, "candour/internal/")
		floor, known := floors[name]
		if internal && !known {
			t.Errorf("package %s has no floor: name it in the table of this test", p.ImportPath)
		}
		for _, i := range p.Imports {
			below, ours := strings.CutPrefix(i, "candour/internal/")
			switch {
			case !internal:
			case ours && floors[below] > floor:
				t.Errorf("%s imports %s, which is above it", p.ImportPath, i)
			case name == "store" && ours && floors[below] == 1:
				t.Errorf("store imports %s: it may import nouns only", i)
			case floor == 0 && name != "fault" && slices.Contains([]string{"database/sql", "net/http", "os/exec"}, i):
				t.Errorf("%s imports %s: nouns do no input or output", p.ImportPath, i)
			case strings.HasPrefix(name, "stat/") && floor == 0 && (ours && !strings.HasPrefix(below, "stat/") || strings.Contains(i, ".") && !strings.HasPrefix(i, "gonum.org/")):
				t.Errorf("%s imports %s: statistics need only the standard library and gonum", p.ImportPath, i)
			}
		}
	}
}

func TestOnlyMainAsksTheMachineForTheTime(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("grep", "-rln", "--include=*.go", "--exclude=*_test.go", `time\.Now()`, "../../internal").Output()
	if list := strings.TrimSpace(string(out)); list != "" {
		t.Errorf("time.Now outside main: %s", list)
	}
	var none *exec.ExitError // grep ends with 1 when it finds nothing
	if err != nil && !errors.As(err, &none) {
		t.Fatal(err)
	}
}
