package main

import (
	"fmt"
	"runtime/debug"
)

// VersionCmd prints what this binary was built from.
type VersionCmd struct{}

// Run prints version, commit, commit time and whether the tree was changed, all
// from Go's own build information.
func (VersionCmd) Run(env *Env) error {
	_, err := fmt.Fprintln(env.Stdout, "candour "+buildVersion())
	return err
}

// buildVersion is the module version, else the commit, of this binary.
func buildVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown build"
	}
	version, revision, when, dirty := info.Main.Version, "", "", ""
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			revision = " commit " + s.Value
		case "vcs.time":
			when = " of " + s.Value
		case "vcs.modified":
			if s.Value == "true" {
				dirty = " with local changes"
			}
		}
	}
	return version + revision + when + dirty + " " + info.GoVersion
}
