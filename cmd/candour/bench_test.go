package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"candour/internal/fault"
)

func runBench(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(&Env{Ctx: context.Background(), Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs}, append([]string{"bench"}, args...))
	return out.String(), errs.String(), code
}

func TestBenchRunWritesOneLinePerMethodAndReportReadsIt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, errs, code := runBench(t, "run", "--seed", "3", "--economies", "1", "--method", "rag", "--out", dir); code != fault.ExitDone {
		t.Fatalf("code %d: %s", code, errs)
	}
	out, errs, code := runBench(t, "report", "--results", dir+"/results.csv")
	if code != fault.ExitDone || !strings.Contains(out, "| rag:matched |") {
		t.Errorf("code %d, %s\n%s", code, errs, out)
	}
}

func TestBenchRefusesWhatMakesNoSense(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"unknown method":         {"run", "--method", "crystal-ball", "--economies", "1"},
		"no economies":           {"run", "--economies", "0"},
		"budget of zero":         {"run", "--budget", "0"},
		"unknown scenario":       {"run", "--scenario", "utopia"},
		"range upside down":      {"run", "--hard", "1:0.5"},
		"learning from test":     {"run", "--learn", "x.json"},
		"folder without economy": {"run", "--in", t.TempDir()},
		"no such results":        {"report", "--results", "nowhere.csv"},
		"no such case":           {"replay", "atlantis"},
	} {
		if _, errs, code := runBench(t, args...); code != fault.ExitRefused || errs == "" {
			t.Errorf("%s: code %d, %q", name, code, errs)
		}
	}
}

func TestBenchReplaysWhatNeedsNoFiles(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"bristol": "41 of 143", "shipman": "1979", "mid-staffordshire": "no score can be replayed"} {
		if out, errs, code := runBench(t, "replay", name); code != fault.ExitDone || !strings.Contains(out, want) {
			t.Errorf("%s: code %d, %s%s", name, code, errs, out)
		}
	}
}
