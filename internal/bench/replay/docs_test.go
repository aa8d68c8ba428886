package replay

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"candour/internal/concern"
)

// said asserts that a document of docs/replays holds each sentence, which the test has
// made from the replay itself: figures in prose go stale when nobody counts again.
func said(t *testing.T, document string, sentences ...string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../../docs/replays", document))
	if err != nil {
		t.Fatal(err)
	}
	flat := strings.Join(strings.Fields(string(text)), " ")
	for _, s := range sentences {
		if !strings.Contains(flat, s) {
			t.Errorf("%s doesn’t say what the replay says: %q", document, s)
		}
	}
}

func TestTheDocumentOfBristolSaysWhatTheReplaySays(t *testing.T) {
	t.Parallel()
	centres := replayed(t, Bristol)
	slices.SortFunc(centres, func(a, b Centre) int { return int(1e6 * (b.Level - a.Level)) })
	first, second, third := centres[0], centres[1], centres[2]
	low, high := 1.0, 0.0
	for _, c := range centres[1:] {
		low, high = math.Min(low, c.Deaths/c.Operations), math.Max(high, c.Deaths/c.Operations)
	}
	if first.Name != "Bristol" || len(centres) != 12 || third.Level > 1 {
		t.Errorf("first of %d is %s; third has level %.2f", len(centres), first.Name, third.Level)
	}
	said(t, "bristol.md",
		fmt.Sprintf("Bristol %.0f deaths in %.0f (%.1f%%), the others %.0f to %.0f%%.", first.Deaths, first.Operations, 100*first.Deaths/first.Operations, 100*low, 100*high),
		fmt.Sprintf("Bristol has level %.1f, the highest that one indicator can give; %s follows with %.1f; no other exceeds 1.", first.Level, second.Name, second.Level))
	said(t, "README.md", "Bristol has the highest level of twelve")
}

func TestTheDocumentOfShipmanSaysWhatTheReplaySays(t *testing.T) {
	t.Parallel()
	years := replayed(t, Shipman)
	var observed, expected, most float64
	crossed := 0
	for _, y := range years {
		observed, expected, most = observed+y.Observed, expected+y.Expected, math.Max(most, y.Score)
		if crossed == 0 && y.Ratio >= crossing {
			crossed = y.Year
		}
	}
	many := math.Log(0.99 / (0.01 / 25000)) // errors of 1% shared by so many practitioners
	lasting := 0
	for _, y := range years {
		if y.Ratio < many {
			lasting = 0
		} else if lasting == 0 {
			lasting = y.Year
		}
	}
	firstOfMany := years[slices.IndexFunc(years, func(y Year) bool { return y.Ratio >= many })].Year
	said(t, "shipman.md",
		fmt.Sprintf("One for the same errors among 25,000, %.1f, is passed by these figures in %d, fallen below in %d and passed for good in %d.", many, firstOfMany, firstOfMany+1, lasting),
		fmt.Sprintf("# Shipman, %d to %d", years[0].Year, years[len(years)-1].Year),
		fmt.Sprintf("passed in the figures of **%d**, %.0f deaths against %.0f by the end", crossed, observed, expected),
		fmt.Sprintf("never exceeds %.1f, below the %.2f at which an alert is raised", math.Ceil(10*most)/10, concern.Default().Budget(0.2).Score),
		fmt.Sprintf("%.1f is the threshold for errors of 1%%", crossing))
	said(t, "README.md", fmt.Sprintf("past the threshold for errors of 1%% in the figures of %d", crossed))
}

func TestTheDocumentOfMidStaffordshireSaysWhatTheReplaySays(t *testing.T) {
	t.Parallel()
	rows, err := table(midStaffsFile)
	if err != nil {
		t.Fatal(err)
	}
	var levels []string
	alert := concern.Default().Budget(0.2).Level
	for _, r := range rows {
		known, err := concern.ParseMonth(r[1])
		if err != nil {
			t.Fatal(err)
		}
		if uncertain := strings.Contains(r[4]+r[5], "month not certain"); uncertain {
			said(t, "mid-staffordshire.md", known.String()[:4])
			continue
		}
		said(t, "mid-staffordshire.md", known.Name(0)) // e.g. April 2007
		if r[2] != "ratio" {
			continue
		}
		size, err := numbers(r[3:4])
		if err != nil {
			t.Fatal(err)
		}
		lo, hi := LevelRange(size[0])
		if hi >= alert {
			t.Errorf("a ratio of %g alone would raise an alert: level %.1f of %.1f", size[0], hi, alert)
		}
		levels = append(levels, fmt.Sprintf("%.1f–%.1f for %.0f", lo, hi, size[0]))
	}
	said(t, "mid-staffordshire.md", strings.Join(levels, ", "), "An alert needs more, by design.")
}

func TestTheDocumentOfSHMISaysWhatTheReplaySays(t *testing.T) {
	t.Parallel()
	pubs := published(t)
	first := map[concern.ProviderID]concern.Month{}
	trusts, ratios, ranks := []int{}, []float64{}, []int{}
	for _, p := range pubs {
		trusts, ratios, ranks = append(trusts, p.Trusts), append(ratios, p.MidStaffs.Ratio), append(ranks, p.MidStaffsRank)
		for _, l := range p.Listed {
			if _, ok := first[l.Provider]; !ok {
				first[l.Provider] = p.Published
			}
		}
	}
	hits, latest := 0, concern.Month(0)
	for id, bySHMI := range reviewed {
		m, listed := first[id]
		if listed {
			hits++
		}
		if bySHMI {
			if !listed {
				t.Errorf("%s was chosen for SHMI and never listed", id)
			}
			latest = max(latest, m)
		}
	}
	for id, name := range map[concern.ProviderID]string{"RJF": "Burton", "RNA": "Dudley", "RK5": "Sherwood Forest", "RWD": "United Lincolnshire"} {
		if _, listed := first[id]; listed {
			t.Errorf("%s (%s) was listed", name, id)
		}
	}
	if latest != concern.NewMonth(2012, time.January) {
		t.Errorf("the last of those chosen for SHMI was listed in %s", latest)
	}
	said(t, "shmi.md",
		fmt.Sprintf("%d to %d trusts", slices.Min(trusts), slices.Max(trusts)),
		fmt.Sprintf("ratio %.2f to %.2f, level 0 (%d to %d of %d to %d trusts have one above it)", slices.Max(ratios), slices.Min(ratios), slices.Min(ranks)-1, slices.Max(ranks)-1, slices.Min(trusts), slices.Max(trusts)),
		fmt.Sprintf("%d were among the %d ever listed; drawn at random %d would hold %.1f.", hits, len(first), len(first), float64(14*len(first))/142),
		"All 5 that were chosen for SHMI (Basildon and Thurrock, Blackpool, Colchester, East Lancashire, Tameside) were listed by January 2012",
		"4 were never listed (Burton, Dudley, Sherwood Forest, United Lincolnshire)", "`Shared: 4`",
		fmt.Sprintf("the other %d ever listed were not reviewed", len(first)-hits))
	said(t, "README.md", fmt.Sprintf("%d of the 14 reviewed later are among the %d ever listed", hits, len(first)))
}
