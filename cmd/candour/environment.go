package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// byPath are the commands whose variables carry the command's whole name, as
// CANDOUR_STAT_SPC_SHIFT: those of analysts at a desk, whose flags have short names
// that mean other things elsewhere. All other commands share a variable for flags of
// one name, as CANDOUR_DATA.
var byPath = map[string]bool{"stat": true, "bench": true}

// nameVariables gives each flag its environment variable. One that is set to nothing
// counts as unset, as in files of settings where it is left blank.
func nameVariables(k *kong.Kong) error {
	var name func(n *kong.Node, prefix string, whole bool)
	name = func(n *kong.Node, prefix string, whole bool) {
		for _, f := range n.Flags {
			if f.Name == "help" {
				continue
			}
			if len(f.Envs) == 0 {
				f.Envs = []string{prefix + variableWord(f.Name)}
			}
			if text, set := os.LookupEnv(f.Envs[0]); set && text == "" {
				f.Envs = nil
			}
			f.Tag.Envs = f.Envs
		}
		for _, c := range n.Children {
			within := whole || byPath[c.Name]
			if within {
				name(c, prefix+variableWord(c.Name), true)
			} else {
				name(c, prefix, false)
			}
		}
	}
	name(k.Model.Node, "CANDOUR", false)
	return nil
}

func variableWord(name string) string {
	return "_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

// fromEnvironment is the flags of a command that the environment sets, each as
// "CANDOUR_DATA (--data)". Values are left out: one may hold a password.
func fromEnvironment(ctx *kong.Context) (out []string) {
	if ctx == nil {
		return nil
	}
	given := map[string]bool{}
	for _, p := range ctx.Path {
		if p.Flag != nil {
			given[p.Flag.Name] = true
		}
	}
	for _, f := range ctx.Flags() {
		if len(f.Envs) > 0 && !given[f.Name] && os.Getenv(f.Envs[0]) != "" {
			out = append(out, f.Envs[0]+" (--"+f.Name+")")
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// tellEnvironment says which flags the environment set: to whoever meets an error,
// which names flags that they may never have written, and to whoever asks for a
// statistic, whose figures it may change.
func tellEnvironment(w io.Writer, ctx *kong.Context) {
	if list := fromEnvironment(ctx); len(list) > 0 {
		fmt.Fprintf(w, "Set by the environment: %s.\n", strings.Join(list, ", "))
	}
}
