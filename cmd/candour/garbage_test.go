package main

import (
	"runtime/debug"
	"testing"
	"testing/fstest"
)

func TestMemoryAllowedIsTheLeastOfWhatTheMachineAndTheGroupsSay(t *testing.T) {
	t.Parallel()
	const (
		machine = "MemTotal:        2000 kB\nMemFree:          100 kB\n"
		nothing = "9223372036854771712\n"
	)
	for name, c := range map[string]struct {
		files map[string]string
		want  int64
		known bool
	}{
		"a machine without groups":                    {map[string]string{"proc/meminfo": machine}, 2000 << 10, true},
		"a system that says nothing":                  {nil, 0, false},
		"a total that is no number":                   {map[string]string{"proc/meminfo": "MemTotal: many kB\n"}, 0, false},
		"a container held to less":                    {map[string]string{"proc/meminfo": machine, "sys/fs/cgroup/memory.max": "1000000\n"}, 1_000_000, true},
		"a container held to nothing":                 {map[string]string{"proc/meminfo": machine, "sys/fs/cgroup/memory.max": "max\n"}, 2000 << 10, true},
		"a container of the first version":            {map[string]string{"proc/meminfo": machine, "sys/fs/cgroup/memory/memory.limit_in_bytes": "900000\n"}, 900_000, true},
		"a group of the first version held to nought": {map[string]string{"proc/meminfo": machine, "sys/fs/cgroup/memory/memory.limit_in_bytes": nothing}, 2000 << 10, true},
		"a unit of systemd": {map[string]string{
			"proc/meminfo": machine, "proc/self/cgroup": "0::/system.slice/candour.service\n",
			"sys/fs/cgroup/system.slice/candour.service/memory.max": "800000\n",
		}, 800_000, true},
		"a unit of the first version": {map[string]string{
			"proc/meminfo": machine, "proc/self/cgroup": "9:name=systemd:/x\n4:memory:/candour\n",
			"sys/fs/cgroup/memory/candour/memory.limit_in_bytes": "700000\n",
		}, 700_000, true},
		"more than the machine has": {map[string]string{"proc/meminfo": machine, "sys/fs/cgroup/memory.max": "9000000\n"}, 2000 << 10, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := fstest.MapFS{}
			for file, text := range c.files {
				root[file] = &fstest.MapFile{Data: []byte(text)}
			}
			got, known := memoryAllowed(root)
			if known != c.known || known && got != c.want {
				t.Errorf("memoryAllowed = %d, %v; want %d, %v", got, known, c.want, c.known)
			}
		})
	}
}

// What the operator chose stands, and the collector is as it was afterwards.
func TestCollectSeldomLeavesTheOperatorsChoice(t *testing.T) {
	if _, known := memoryAllowed(realRoot); !known {
		t.Skip("this system doesn't say how much memory it has")
	}
	growth := func() int {
		now := debug.SetGCPercent(-1)
		debug.SetGCPercent(now)
		return now
	}
	t.Setenv("GOMEMLIMIT", "")
	t.Setenv("GOGC", "")
	before, limit := growth(), debug.SetMemoryLimit(-1)
	back := collectSeldom()
	most, _ := memoryAllowed(realRoot)
	if got := growth(); got != seldom {
		t.Errorf("the heap may grow by %d %%, want %d", got, seldom)
	}
	if got := debug.SetMemoryLimit(-1); got != most/2 {
		t.Errorf("the limit is %d bytes, want half of %d", got, most)
	}
	back()
	if growth() != before || debug.SetMemoryLimit(-1) != limit {
		t.Error("the collector was not set back to what it was")
	}
	for _, name := range []string{"GOGC", "GOMEMLIMIT"} {
		t.Setenv(name, "150")
		back := collectSeldom()
		if growth() != before {
			t.Errorf("the collector was changed although %s is set", name)
		}
		back()
		t.Setenv(name, "")
	}
}
