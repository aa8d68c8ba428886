// Command testsummary reads the JSON of go test on standard input, prints each
// package with its time, the output of each failed test, each skip with its
// reason, and a closing count. It exits with 1 when anything failed or when no
// test ran.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// event is one line of go test -json.
type event struct {
	Action  string
	Package string
	Test    string
	Elapsed float64
	Output  string
}

func main() {
	passed, failed, skipped := 0, 0, 0
	output := map[string][]string{}
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(make([]byte, 1<<20), 1<<26)
	for in.Scan() {
		var e event
		if json.Unmarshal(in.Bytes(), &e) != nil {
			fmt.Println(in.Text()) // a line of the build, not of a test
			continue
		}
		key := e.Package + " " + e.Test
		switch e.Action {
		case "output", "build-output":
			output[key] = append(output[key], e.Output)
			continue
		case "fail":
			fmt.Printf("FAIL  %s %s\n%s", e.Package, e.Test, strings.Join(output[key], ""))
			failed++
		case "skip":
			if e.Test != "" {
				fmt.Printf("skip  %s %s: %s\n", e.Package, e.Test, reason(output[key]))
				skipped++
			}
		case "pass":
			if e.Test == "" {
				fmt.Printf("ok    %s %.1fs\n", e.Package, e.Elapsed)
			} else {
				passed++
			}
		default:
			continue
		}
		delete(output, key)
	}
	for key, lines := range output {
		if text := strings.Join(lines, ""); strings.Contains(text, "build failed") || strings.Contains(text, ".go:") && strings.HasSuffix(key, " ") {
			fmt.Print(text)
		}
	}
	fmt.Printf("%d passed, %d failed, %d skipped\n", passed, failed, skipped)
	if failed > 0 || passed == 0 || in.Err() != nil {
		os.Exit(1)
	}
}

// reason is the line in which a test says why it skipped.
func reason(lines []string) string {
	for _, l := range lines {
		if l = strings.TrimSpace(l); l != "" && !strings.HasPrefix(l, "===") && !strings.HasPrefix(l, "---") {
			return l
		}
	}
	return "no reason given"
}
