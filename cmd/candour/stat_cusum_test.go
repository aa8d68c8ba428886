package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"candour/internal/fault"
)

// runStatCUSUM runs the program on stdin and returns exit code, output and errors.
func runStatCUSUM(stdin string, args ...string) (int, string, string) {
	var out, errs bytes.Buffer
	code := run(&Env{Ctx: context.Background(), Stdin: strings.NewReader(stdin), Stdout: &out, Stderr: &errs}, append([]string{"stat"}, args...))
	return code, out.String(), errs.String()
}

func TestStatCusumDrawsTheFixtureOfDomain(t *testing.T) {
	t.Parallel()
	in := "y,p\n0,.05\n1,.05\n0,.1\n1,.1\n1,.02\n0,.2\n1,.05\n"
	code, out, errs := runStatCUSUM(in, "cusum", "--outcome", "y", "--risk", "p", "--odds", "2", "--limit", "2", "--reset", "keep")
	if code != fault.ExitDone || errs != "" {
		t.Fatal(code, errs)
	}
	want := `x,y,p,weight,score,signal
1,0,0.05,-0.0487901641694,0,false
2,1,0.05,0.644357016391,0.644357016391,false
3,0,0.1,-0.0953101798043,0.549046836586,false
4,1,0.1,0.597837000756,1.14688383734,false
5,1,0.02,0.673344553264,1.82022839061,false
6,0,0.2,-0.182321556794,1.63790683381,false
7,1,0.05,0.644357016391,2.2822638502,true
`
	if out != want {
		t.Errorf("got\n%swant\n%s", out, want)
	}
}

func TestStatCusumCommandLine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in   string
		args []string
		code int
		want string // somewhere in the output or the error
	}{
		"a negative limit may follow its flag":  {"y,p\n0,.5\n0,.5\n0,.5\n", []string{"cusum", "--odds", "0.5", "--limit", "-0.8", "--reset", "keep"}, 0, "3,0,0.5,0.287682072452,-0.863046217355,true\n"},
		"one number is the risk of all":         {"died\nTRUE\nFALSE\n", []string{"cusum", "--kind", "bernoulli", "--outcome", "died", "--risk", "0.1"}, 0, "2,0,0.1,-0.0953101798043,0.502526820951,false\n"},
		"a baseline is the risk of all":         {"y\n1\n0\n1\n", []string{"cusum", "--kind", "bernoulli", "--baseline", "2"}, 0, "3,1,0.5,0.287682072452,0.287682072452,false\n"},
		"full is seventeen digits":              {"y,p\n1,.1\n", []string{"cusum", "--full"}, 0, "1,1,0.10000000000000001,0.5978370007556204"},
		"groups have charts of their own":       {"g,y,p\nA,1,0\nB,1,0\nA,1,0\n", []string{"cusum", "--group", "g"}, 0, "A,2,1,0,0.69314718056,1.38629436112,false\nB,1,1,0,0.69314718056,0.69314718056,false\n"},
		"names of cases come from their column": {"x,y,p\n2024-01-05,1,0\n", []string{"cusum", "--limit", ".5", "--explain"}, 0, "1 death among 1 patient on 2024-01-05"},
		"counts have expected counts":           {"y,p\n5,2\n", []string{"cusum", "--kind", "poisson"}, 0, "1,5,2,1.4657359028,1.4657359028,false\n"},
		"measurements have means":               {"y,p\n12,10\n", []string{"cusum", "--kind", "normal", "--sd", "2", "--shift", "-1"}, 0, "1,12,10,-1.5,0,false\n"},
		"expected minus observed":               {"y,p\n1,.25\n0,.5\n", []string{"cusum", "--kind", "vlad"}, 0, "2,0,0.5,0.5,-0.25,false\n"},
		"a missing outcome is an error":         {"y,p\n1,.25\n,.5\n", []string{"cusum"}, 2, "line 3, column y: the outcome is missing"},
		"a missing risk is an error":            {"y,p\n1,\n", []string{"cusum"}, 2, "line 2, column p: the risk is missing"},
		"an impossible risk names its line":     {"y,p\n1,2\n", []string{"cusum"}, 2, "line 2, column p: the risk must lie between 0 and 1"},
		"an unknown column lists those there":   {"y,q\n1,2\n", []string{"cusum"}, 2, `no column "p"; the columns are y, q`},
		"an unknown policy is refused":          {"y,p\n1,.5\n", []string{"cusum", "--reset", "often"}, 2, "--reset"},
		"a baseline longer than the data":       {"y\n1\n", []string{"cusum", "--baseline", "2"}, 2, "only 1"},
		"a limit for a run length":              {"", []string{"cusum-limit", "--risk", "0.05", "--run-length", "7500"}, 0, "2,,,7506.60728674,4.4709,markov\n"},
		"a rate per patient is its reciprocal":  {"", []string{"cusum-limit", "--risk", "0.05", "--false-alarms", "0.00013333333333333333"}, 0, ",7506.60728674,4.4709,markov\n"},
		"a chance within the patients given":    {"p\n.1\n.1\n.2\n", []string{"cusum-limit", "--false-alarms", "0.05"}, 0, "2,3,0.0485925925926,22.8123686884,0.6,markov\n"},
		"a simulated limit needs patients":      {"", []string{"cusum-limit", "--risk", "0.1", "--false-alarms", "0.05", "--simulate", "10"}, 2, "number of --patients"},
		"one question at a time":                {"", []string{"cusum-limit", "--risk", "0.1"}, 2, "--false-alarms"},
		"a chance of one has no limit":          {"p\n.1\n", []string{"cusum-limit", "--false-alarms", "1"}, 2, "between 0 and 1"},
		"help has examples":                     {"", []string{"cusum-limit", "--help"}, 0, "candour stat cusum-limit --odds 2 --risk p --false-alarms 0.001"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, out, errs := runStatCUSUM(c.in, c.args...)
			if code != c.code || !strings.Contains(out+errs, c.want) {
				t.Errorf("exit %d, want %d and %q in\n%s%s", code, c.code, c.want, out, errs)
			}
		})
	}
}
