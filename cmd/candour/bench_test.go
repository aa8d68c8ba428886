package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
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
		"budget without end":     {"run", "--budget", "inf", "--economies", "1"},
		"economies without end":  {"run", "--economies", "2000000000"},
		"unknown scenario":       {"run", "--scenario", "utopia"},
		"range upside down":      {"run", "--hard", "1:0.5"},
		"learning from test":     {"run", "--learn", "x.json"},
		"folder without economy": {"run", "--in", t.TempDir()},
		"folder without a name":  {"run", "--in", "", "--economies", "1"},
		"no such results":        {"report", "--results", "nowhere.csv"},
		"no such case":           {"replay", "atlantis"},
		"range with more to it":  {"run", "--hard", "0.8:1:2", "--economies", "1"},
		"range of no numbers":    {"run", "--soft", "nan:nan", "--economies", "1"},
		"fewer than no economy":  {"gen", "--economies", "-1", "--out", t.TempDir()},
		"results and economies":  {"report", "--results", "nowhere.csv", "--in", t.TempDir()},
		"learnt nowhere":         {"run", "--economies", "1", "--learnt", "nowhere.json"},
		"learnt are results":     {"run", "--economies", "1", "--learnt", "bench_test.go"},
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

func TestBenchRunReadsFoldersAndSaysWhatItPassesOver(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"economy.csv": "key,value\nmonths,30\nauthor,me\n", "providers.csv": "provider,size\nA,1\nB,1\n",
		"streams.csv":      "stream,name,kind,family\ndeaths,Deaths,count,mortality\n",
		"observations.csv": "provider,stream,month,available,value,denominator\nA,deaths,0,2,5,4.5\n", "truth.csv": "provider,kind,onset\nB,step,26\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, errs, code := runBench(t, "run", "--in", dir, "--economies", "3", "--hard", "0.8:1")
	if code != fault.ExitDone || strings.Count(out, "\n") != 27 {
		t.Errorf("code %d, %s\n%s", code, errs, out)
	}
	for _, want := range []string{"--economies, --hard say how to make them and were passed over", `the key "author" is not known and was passed over`} {
		if !strings.Contains(errs, want) {
			t.Errorf("%q is not said: %s", want, errs)
		}
	}
	// Who has economies for training has thresholds of their own.
	learnt := filepath.Join(t.TempDir(), "mine.json")
	if _, errs, code := runBench(t, "run", "--split", "train", "--in", dir, "--budget", "0.7", "--learn", learnt); code != fault.ExitDone {
		t.Fatalf("code %d, %s", code, errs)
	}
	if out, errs, code := runBench(t, "run", "--in", dir, "--budget", "0.7", "--method", "xmr-hard", "--learnt", learnt); code != fault.ExitDone || strings.Count(out, "\nxmr-hard,0.7,") != 1 {
		t.Errorf("code %d, %s\n%s", code, errs, out)
	}
	if report, errs, code := runBench(t, "report", "--in", dir, "--method", "rag"); code != fault.ExitDone || !strings.Contains(report, "| rag:matched |") {
		t.Errorf("code %d, %s\n%s", code, errs, report)
	}
}
