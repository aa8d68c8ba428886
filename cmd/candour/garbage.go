package main

import (
	"io/fs"
	"math"
	"os"
	"path"
	"runtime/debug"
	"strconv"
	"strings"
)

// seldom is how much the heap may grow, in per cent, before garbage is collected. A page
// makes some megabytes of garbage and keeps nothing: at Go's own 100, collecting it took
// a fifth of the work of a page (docs/decisions/0008-garbage.md).
const seldom = 400

// collectSeldom has garbage collected less often than Go would by itself. It comes as
// often as it must when the process has taken half of the memory that it may take, so
// that a small machine doesn't pay for it. Where that is not known, or the operator has
// chosen by GOGC or GOMEMLIMIT, nothing is changed. The function that it gives back
// changes it back.
func collectSeldom() (back func()) {
	most, known := memoryAllowed(realRoot)
	if !known || os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return func() {}
	}
	limit, growth := debug.SetMemoryLimit(most/2), debug.SetGCPercent(seldom)
	return func() {
		debug.SetGCPercent(growth)
		debug.SetMemoryLimit(limit)
	}
}

// realRoot is the files of this system.
var realRoot = os.DirFS("/")

// memoryAllowed is how many bytes of memory this process may take: what the machine
// has, or less where its control group (a container, a unit of systemd) is held to
// less. Only Linux says so, in files; root holds them.
func memoryAllowed(root fs.FS) (bytes int64, known bool) {
	bytes = math.MaxInt64
	for line := range strings.Lines(textOf(root, "proc/meminfo")) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "MemTotal:" && f[2] == "kB" {
			if n, err := strconv.ParseInt(f[1], 10, 64); err == nil {
				bytes, known = n<<10, true
			}
		}
	}
	for _, file := range groupLimits(textOf(root, "proc/self/cgroup")) {
		// A group that is held to nothing says "max", or a number beyond all memory.
		if n, err := strconv.ParseInt(strings.TrimSpace(textOf(root, file)), 10, 64); err == nil && n > 0 && n < bytes {
			bytes, known = n, true
		}
	}
	return bytes, known
}

// groupLimits is the files that may hold the limit of a process's control group, of
// either version of control groups. Inside of a container its own group is the root.
func groupLimits(groups string) []string {
	const mounted = "sys/fs/cgroup"
	files := []string{mounted + "/memory.max", mounted + "/memory/memory.limit_in_bytes"}
	for line := range strings.Lines(groups) {
		switch f := strings.SplitN(strings.TrimSpace(line), ":", 3); {
		case len(f) != 3:
		case f[1] == "":
			files = append(files, path.Join(mounted, f[2], "memory.max"))
		case f[1] == "memory":
			files = append(files, path.Join(mounted, "memory", f[2], "memory.limit_in_bytes"))
		}
	}
	return files
}

// textOf is the text of a file; empty where there is none to be read.
func textOf(root fs.FS, name string) string {
	text, err := fs.ReadFile(root, name)
	if err != nil {
		return ""
	}
	return string(text)
}
