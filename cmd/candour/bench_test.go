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
		"range with more to it":  {"run", "--hard", "0.8:1:2", "--economies", "1"},
		"range of no numbers":    {"run", "--soft", "nan:nan", "--economies", "1"},
		"fewer than no economy":  {"gen", "--economies", "-1", "--out", t.TempDir()},
		"results and economies":  {"report", "--results", "nowhere.csv", "--in", t.TempDir()},
		"results are a folder":   {"report", "--results", t.TempDir()},
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

func TestBenchReplayOfAllWritesWhatNeedsNoFilesAndSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	out, errs, code := runBench(t, "replay", "--data", t.TempDir())
	if code != fault.ExitRefused || !strings.Contains(errs, "--data names the folder") || !strings.Contains(errs, "shmi-2011-october.csv") {
		t.Errorf("code %d, %s", code, errs)
	}
	for _, want := range []string{"# Bristol", "# Shipman", "# Mid Staffordshire"} {
		if !strings.Contains(out, want) {
			t.Errorf("%s is not replayed", want)
		}
	}
}

// Engines of others read what gen writes, so a folder must hold all that a run knows.
func TestBenchRunReadsBackWhatGenWroteToTheByte(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, errs, code := runBench(t, "gen", "--seed", "4", "--economies", "1", "--out", dir); code != fault.ExitDone {
		t.Fatalf("code %d: %s", code, errs)
	}
	direct, errs1, code1 := runBench(t, "run", "--seed", "4", "--economies", "1")
	back, errs2, code2 := runBench(t, "run", "--seed", "4", "--economies", "1", "--in", dir)
	if code1 != fault.ExitDone || code2 != fault.ExitDone || strings.Count(direct, "\n") != 27 || direct != back {
		t.Errorf("codes %d and %d, %s%s\n%s\n%s", code1, code2, errs1, errs2, direct, back)
	}
	if !strings.Contains(errs2, "--economies say how to make them and were passed over") {
		t.Errorf("what was passed over is not said: %s", errs2)
	}
}
