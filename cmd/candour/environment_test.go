package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"candour/internal/fault"
)

var updateDocs = flag.Bool("update-docs", false, "write the lists in docs that are made from the program")

// model is the command line as run makes it.
func model(t *testing.T) *kong.Kong {
	t.Helper()
	var cli CLI
	parser, err := kong.New(&cli, kong.Name("candour"), kong.PostBuild(nameVariables), kong.Exit(func(int) {}), kong.Bind(&Env{}))
	if err != nil {
		t.Fatal(err)
	}
	return parser
}

// leaves are the commands that do something, by their words.
func leaves(t *testing.T) (out []*kong.Node) {
	t.Helper()
	var down func(n *kong.Node)
	down = func(n *kong.Node) {
		if n.Type == kong.CommandNode && len(n.Children) == 0 {
			out = append(out, n)
		}
		for _, c := range n.Children {
			down(c)
		}
	}
	down(model(t).Model.Node)
	if len(out) < 25 {
		t.Fatalf("only %d commands", len(out))
	}
	return out
}

func commandOf(n *kong.Node) []string {
	if n.Parent == nil || n.Type != kong.CommandNode {
		return nil
	}
	return append(commandOf(n.Parent), n.Name)
}

func flagsOf(n *kong.Node) (out []*kong.Flag) {
	for _, group := range n.AllFlags(false) {
		for _, f := range group {
			if f.Name != "help" {
				out = append(out, f)
			}
		}
	}
	return out
}

// sample is two values of a flag that differ, and a third that it can't have; "" when it
// takes any text.
func sample(f *kong.Flag) (one, other, wrong string) {
	switch k := f.Target.Kind(); {
	case f.Enum != "":
		list := slices.DeleteFunc(f.EnumSlice(), func(v string) bool { return v == f.Default })
		return list[0], append(list, f.Default)[1], "neither"
	case f.Tag.Type == "existingfile":
		return "main.go", "serve.go", "no-such-file"
	case k == reflect.Bool:
		return "true", "false", "perhaps"
	case k == reflect.String, k == reflect.Slice && f.Target.Type().Elem().Kind() == reflect.String:
		return "one", "other", ""
	}
	return "3", "4", "three"
}

// with is the words of a command with what it can't do without, but for some flags.
func with(n *kong.Node, but []*kong.Flag) []string {
	args := commandOf(n)
	for _, f := range flagsOf(n) {
		if f.Required && !slices.Contains(but, f) {
			one, _, _ := sample(f)
			args = append(args, "--"+f.Name+"="+one)
		}
	}
	for _, p := range n.Positional {
		if p.Required {
			args = append(args, "main.go")
		}
	}
	return args
}

// read parses a command line as run does, and returns the values of its flags.
func read(t *testing.T, args []string) map[string]any {
	t.Helper()
	ctx, err := model(t).Parse(args)
	if err != nil {
		t.Fatalf("%v: %v", args, err)
	}
	out := map[string]any{}
	for _, f := range ctx.Flags() {
		out[f.Name] = f.Target.Interface()
	}
	return out
}

// together is the flags of a command in groups that can be used together.
func together(n *kong.Node) (out [][]*kong.Flag) {
	out = [][]*kong.Flag{nil}
	for _, f := range flagsOf(n) {
		if len(f.Xor) > 0 {
			out = append(out, []*kong.Flag{f})
		} else {
			out[0] = append(out[0], f)
		}
	}
	return out
}

// The commands read nothing but the fields that are filled here, so what stands in them is
// what takes effect; TestAVariableDoesWhatItsFlagDoes runs them.
func TestEveryFlagOfEveryCommandHasAVariableThatSetsItAndThatTheFlagBeats(t *testing.T) {
	for _, n := range leaves(t) {
		for _, flags := range together(n) {
			base := with(n, flags)
			one, other := slices.Clone(base), slices.Clone(base)
			for _, f := range flags {
				if len(f.Envs) != 1 || !strings.HasPrefix(f.Envs[0], "CANDOUR_") {
					t.Fatalf("%v --%s: variables %v, want one", commandOf(n), f.Name, f.Envs)
				}
				a, b, _ := sample(f)
				one, other = append(one, "--"+f.Name+"="+a), append(other, "--"+f.Name+"="+b)
			}
			wantOne, wantOther := read(t, one), read(t, other)
			for _, f := range flags {
				a, _, _ := sample(f)
				t.Setenv(f.Envs[0], a)
			}
			got, beaten := read(t, base), read(t, other)
			for _, f := range flags {
				name := strings.Join(commandOf(n), " ") + " --" + f.Name
				if reflect.DeepEqual(wantOne[f.Name], wantOther[f.Name]) {
					t.Errorf("%s: the test’s two values are one: %v", name, wantOne[f.Name])
				}
				if !reflect.DeepEqual(got[f.Name], wantOne[f.Name]) {
					t.Errorf("%s: %s gives %v, want %v", name, f.Envs[0], got[f.Name], wantOne[f.Name])
				}
				if !reflect.DeepEqual(beaten[f.Name], wantOther[f.Name]) {
					t.Errorf("%s: with %s the flag gives %v, want %v", name, f.Envs[0], beaten[f.Name], wantOther[f.Name])
				}
				os.Unsetenv(f.Envs[0])
			}
		}
	}
}

func TestAWrongValueIsRefusedWithTheNameOfItsVariable(t *testing.T) {
	for _, n := range leaves(t) {
		for _, f := range flagsOf(n) {
			_, _, wrong := sample(f)
			if wrong == "" {
				continue // any text will do, as far as the flag itself goes
			}
			t.Setenv(f.Envs[0], wrong)
			code, out, said := called("", with(n, []*kong.Flag{f})...)
			os.Unsetenv(f.Envs[0])
			if code != fault.ExitRefused || !strings.Contains(said, f.Envs[0]) || !strings.Contains(said, wrong) {
				t.Errorf("%v: %s=%s: exit code %d\n%s%s", commandOf(n), f.Envs[0], wrong, code, out, said)
			}
		}
	}
}

func TestAVariableOfSeveralCommandsMeansOneThing(t *testing.T) {
	type meaning struct{ flag, kind, choices, blank string }
	first := map[string]meaning{}
	for _, n := range leaves(t) {
		for _, f := range flagsOf(n) {
			m := meaning{f.Name, f.Target.Type().String(), f.Enum, f.PlaceHolder}
			if was, ok := first[f.Envs[0]]; ok && was != m {
				t.Errorf("%s of %v is %v, and %v elsewhere", f.Envs[0], commandOf(n), m, was)
			}
			first[f.Envs[0]] = m
		}
	}
}

// call runs a command and returns what it says on its two streams.
func called(in string, args ...string) (code int, out, errs string) {
	var o, e bytes.Buffer
	code = run(&Env{Ctx: context.Background(), Stdin: strings.NewReader(in), Stdout: &o, Stderr: &e}, args)
	return code, o.String(), e.String()
}

func TestAVariableDoesWhatItsFlagDoes(t *testing.T) {
	in := installed(t)
	values := in.write("values.csv", "organisation,indicator,period,numerator,denominator\nRAA,ae-4h-all,2025-01,70,100\nRAA,ae-4h-all,2025-02,60,100\nRAA,ae-attendances-all,2025-01,100,\n")
	fresh := in.write("fresh.csv", "organisation,indicator,period,numerator,denominator\nRAA,ae-4h-all,2025-03,70,100\n")
	if code, out, said := called("", "load", "--data", in.data, values); code != 0 {
		t.Fatal(out + said)
	}
	if code, _, said := called("", "client", "add", "--data", in.data, "--tenant", "QAA", "--name", "Ward system", "--because", "asked"); code != 0 {
		t.Fatal(said)
	}
	six := "x,y\n1,1\n2,9\n3,1\n4,9\n5,1\n6,9\n7,1\n8,6\n9,6\n10,6\n11,6\n12,6\n13,6\n14,1\n15,1\n"
	for _, c := range []struct {
		variable, value, flag string
		args                  []string
	}{
		{"CANDOUR_FORMAT", "json", "--format", []string{"observations", "--indicator", "ae-4h-all"}},
		{"CANDOUR_INDICATOR", "ae-attendances-all", "--indicator", []string{"observations"}},
		{"CANDOUR_ORG", "RZZ", "--org", []string{"observations", "--indicator", "ae-4h-all"}},
		{"CANDOUR_AS_OF", "2020-01-01", "--as-of", []string{"observations", "--indicator", "ae-4h-all"}},
		{"CANDOUR_FORMAT", "json", "--format", []string{"findings"}},
		{"CANDOUR_FORMAT", "json", "--format", []string{"watchlist"}},
		{"CANDOUR_TENANT", "QAA", "--tenant", []string{"client", "list"}},
		{"CANDOUR_DRY_RUN", "true", "--dry-run", []string{"load", fresh}},
		{"CANDOUR_JSON", "1", "--json", []string{"load", values}},
		{"CANDOUR_DEFINITIONS", "no-such-folder", "--definitions", []string{"check"}},
		{"CANDOUR_DATA", "no-such-folder", "--data", []string{"verify"}},
		{"CANDOUR_STAT_SPC_SHIFT", "6", "--shift", []string{"stat", "spc"}},
	} {
		args := c.args
		if args[0] != "stat" && args[0] != "check" && c.flag != "--data" {
			args = append(slices.Clone(args), "--data", in.data)
		}
		code, want, saidWant := called(six, append(slices.Clone(args), c.flag+"="+c.value)...)
		t.Setenv(c.variable, c.value)
		got, out, said := called(six, args...)
		os.Unsetenv(c.variable)
		_, without, saidWithout := called(six, args...)
		if got != code || out != want {
			t.Errorf("%s=%s %v: exit code %d\n%s%swant as with %s: exit code %d\n%s%s", c.variable, c.value, args, got, out, said, c.flag, code, want, saidWant)
		}
		if out == without && said == saidWithout {
			t.Errorf("%s=%s %v changes nothing:\n%s", c.variable, c.value, args, out)
		}
		if (got != 0 || args[0] == "stat") && !strings.Contains(said, c.variable+" ("+c.flag+")") {
			t.Errorf("%s=%s %v: it isn’t said where the flag comes from: %s", c.variable, c.value, args, said)
		}
	}
	t.Setenv("CANDOUR_DATA", in.data)
	t.Setenv("CANDOUR_SHIFT", "6")
	t.Setenv("CANDOUR_STORE", "")
	t.Setenv("CANDOUR_INDICATOR", "ae-4h-all")
	if _, out, _ := called(six, "stat", "spc"); strings.Contains(out, "shift") {
		t.Errorf("a setting of another command changed a statistic:\n%s", out)
	}
	if code, out, said := called("", "verify"); code != 0 || !strings.Contains(out, "All as recorded") {
		t.Errorf("the store of the environment, with a variable that is left blank: %s%s", out, said)
	}
	if _, out, _ := called("", "observations"); !strings.Contains(out, "RAA") {
		t.Errorf("a flag that must be given and that the environment sets: %s", out)
	}
}

// environmentDoc lists every variable; it is made from the program.
const environmentDoc = "../../docs/environment.md"

func TestTheDocsListEveryVariable(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(`# Environment variables

Every flag of every command can be set by a variable. A flag on the command line beats its variable; a variable that is set to nothing counts as unset. A wrong value is refused like
a wrong flag (exit code 2), and whatever goes wrong, the variables that had a part in it are named. Commands share the variable of flags of one name, except under ` + "`stat` and `bench`" + `,
where each command has its own; what the environment sets of a statistic is said on the error stream.

` + "`CANDOUR_SMTP_PASSWORD`" + ` is the one variable without a flag, since other programs of a machine can see a program's flags.

This list is made from the program: ` + "`go test ./cmd/candour -run TestTheDocsListEveryVariable -update-docs`" + `.

| variable | flag | commands | what it says |
| --- | --- | --- | --- |
`)
	type row struct{ flag, help, commands string }
	rows, order := map[string]*row{}, []string(nil)
	for _, n := range leaves(t) {
		for _, f := range flagsOf(n) {
			v := f.Tag.Envs[0]
			command := "`" + strings.Join(commandOf(n), " ") + "`"
			help := strings.ReplaceAll(f.Help, "|", "\\|")
			if x := rows[v]; x != nil {
				if x.commands += ", " + command; !strings.Contains(x.help, help) {
					x.help += " (" + command + ": " + help + ")"
				}
				continue
			}
			order = append(order, v)
			rows[v] = &row{f.Name, help, command}
		}
	}
	for _, v := range order {
		fmt.Fprintf(&b, "| `%s` | `--%s` | %s | %s |\n", v, rows[v].flag, rows[v].commands, rows[v].help)
	}
	if *updateDocs {
		if err := os.WriteFile(environmentDoc, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	held, err := os.ReadFile(environmentDoc)
	if err != nil || string(held) != b.String() {
		t.Errorf("%s is not what the program has (%v): run with -update-docs", environmentDoc, err)
	}
}
