package concern

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

var looking = NewMonth(2026, time.November)

// sentenceCase is one case of testdata/sentences.txt.
type sentenceCase struct {
	title, want string
	family      FamilyPart
	standing    *StandingLine // in its place: a part of the standing level
	pattern     *Assessment   // in its place: how the signs fit together
}

// says is the sentence that a page prints.
func (c *sentenceCase) says() string {
	switch {
	case c.standing != nil:
		return standingSentence(c.standing, looking)
	case c.pattern != nil:
		return agreement(c.pattern)
	}
	return familySentence(&c.family, looking)
}

func readSentences(t *testing.T) []sentenceCase {
	t.Helper()
	f, err := os.Open("testdata/sentences.txt")
	must(t, err)
	defer f.Close() //nolint:errcheck // only read
	var out []sentenceCase
	for in := bufio.NewScanner(f); in.Scan(); {
		line := strings.TrimSpace(in.Text())
		word, rest, _ := strings.Cut(line, " ")
		rest = strings.TrimSpace(rest)
		switch {
		case line == "" || line[0] == '#':
		case word == "case:":
			out = append(out, sentenceCase{title: rest})
		case word == "family:":
			out[len(out)-1].family.Name = rest
		case word == "standing:":
			out[len(out)-1].standing = &StandingLine{Name: rest}
		case word == "pattern:":
			out[len(out)-1].pattern = &Assessment{Pattern: PatternPart{Name: rest}}
		case word == "says:":
			out[len(out)-1].want = rest
		case out[len(out)-1].standing != nil:
			readBeside(t, out[len(out)-1].standing, word, rest)
		case out[len(out)-1].pattern != nil:
			readSigns(t, out[len(out)-1].pattern, rest)
		default:
			c := &out[len(out)-1]
			s, quiet := readFact(t, word, rest)
			if quiet {
				c.family.Quiet = append(c.family.Quiet, s)
			} else {
				c.family.Streams = append(c.family.Streams, s)
			}
		}
	}
	return out
}

func readFact(t *testing.T, word, rest string) (s StreamPart, quiet bool) {
	t.Helper()
	cells := strings.Split(rest, "|")
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	s.Name, s.Evidence = cells[0], 2
	scan := func(text, format string, into ...any) {
		if _, err := fmt.Sscanf(text, format, into...); err != nil {
			t.Fatalf("%q is not of the form %q: %v", text, format, err)
		}
	}
	var since, newest string
	switch word {
	case "reports":
		s.Kind = Reports
		scan(cells[1], "%f of about %f since %s", &s.Facts.Reports, &s.Facts.Expected, &since)
		quiet = cells[2] == "none"
	case "severe":
		s.Kind = Mix
		scan(cells[1], "%f of %f, usual %f since %s", &s.Facts.Reports, &s.Facts.Of, &s.Facts.Expected, &since)
	case "gap":
		s.Kind = Gap
		scan(rest, "outside %f usual %f, inside %f usual %f since %s", &s.Facts.Outside, &s.Facts.OutsideExpected,
			&s.Facts.Inside, &s.Facts.InsideExpected, &since)
	case "visits":
		s.Kind = Visit
		scan(rest, "%f in six months scored %f since %s", &s.Facts.Reports, &s.Facts.Value, &since)
	case "measure", "many", "share":
		s.Kind, s.Facts.Den, s.Better = Continuous, 1, -1
		switch word {
		case "share":
			s.Kind = Proportion
			scan(cells[1], "%f of %f, usual %f newest %s", &s.Facts.Value, &s.Facts.Den, &s.Facts.Usual, &newest)
		case "many":
			s.Kind = Rate
			fallthrough
		default:
			scan(cells[1], "%f usual %f newest %s", &s.Facts.Value, &s.Facts.Usual, &newest)
		}
		if how, higher := strings.CutPrefix(cells[2], "higher is better, "); higher {
			cells[2], s.Better = how, 1
		}
		if quiet = cells[2] == "usual"; !quiet {
			how := ""
			scan(cells[2], "%s since %s", &how, &since)
			if how == "hardly" {
				s.Evidence = 0.1
			}
		}
	default:
		t.Fatalf("no kind of line %q", word)
	}
	if newest != "" {
		m, err := ParseMonth(newest)
		must(t, err)
		s.Newest = m
	}
	if since != "" {
		m, err := ParseMonth(since)
		must(t, err)
		s.Began, s.Facts.From = m, max(m, looking-factMonths+1)
	}
	if quiet {
		s.Evidence = 0
	}
	return s, quiet
}

// readBeside reads a line about a part of the standing level.
func readBeside(t *testing.T, l *StandingLine, word, rest string) {
	t.Helper()
	name, figures, _ := strings.Cut(rest, "|")
	one := PeerPart{Name: strings.TrimSpace(name), Worse: 1}
	var err error
	var to string
	switch figures = strings.TrimSpace(figures); word {
	case "of":
		_, err = fmt.Sscanf(rest, "%d of %d", &l.Worse, &l.Of)
		must(t, err)
		l.Soft = strings.HasPrefix(l.Name, "Visits")
		return
	case "part":
		one.Kind = Proportion
		_, err = fmt.Sscanf(figures, "%f of %f, usual %f in %d months to %s", &one.Value, &one.Of, &one.Usual, &one.Months, &to)
	default:
		one.Kind = map[string]Kind{"voices": Reports, "events": Rate, "mean": Continuous}[word]
		l.Soft = word == "voices"
		_, err = fmt.Sscanf(figures, "%f usual %f in %d months to %s", &one.Value, &one.Usual, &one.Months, &to)
	}
	must(t, err)
	one.To, err = ParseMonth(to)
	must(t, err)
	l.Peers = append(l.Peers, one)
}

// readSigns reads how many families are worse than usual, and whether that adds.
func readSigns(t *testing.T, a *Assessment, rest string) {
	t.Helper()
	var above, all int
	var sign string
	_, err := fmt.Sscanf(rest, "%d of %d, part %s", &above, &all, &sign)
	must(t, err)
	a.Families = make([]FamilyPart, all)
	for i := range above {
		a.Families[i].Evidence = 1
	}
	a.Pattern.Part = map[string]float64{"+": 1, "-": -1}[sign]
}

func TestSentencesReadAsClinicianWroteThem(t *testing.T) {
	t.Parallel()
	cases := readSentences(t)
	if len(cases) < 10 {
		t.Fatalf("%d cases", len(cases))
	}
	for i := range cases {
		c := &cases[i]
		if got := c.says(); got != c.want {
			t.Errorf("%s:\n  page says %s\n  want      %s", c.title, got, c.want)
		}
	}
}

func TestExplanationHasItsPartsAndNoStatistics(t *testing.T) {
	t.Parallel()
	par := Default()
	e := engine(t, world(6, 12, 46))
	list := asOf(t, e, epoch+46)
	for i := range list {
		x := Explain(par, par.Budget(0.2), &list[i], list)
		text := x.String()
		if !strings.HasPrefix(text, "Concern about ") || len(x.Lines) > explainLines {
			t.Errorf("begins %q, %d lines", x.Lead, len(x.Lines))
		}
		points := x.Further
		for _, l := range x.Lines {
			points += l.Points
		}
		if points != list[i].Points {
			t.Errorf("lines and the rest add up to %d of %d points", points, list[i].Points)
		}
		for _, never := range []string{"likelihood", "p-value", " z ", "sigma", "NaN", "LLR", "%!"} {
			if strings.Contains(text, never) {
				t.Errorf("the page says %q:\n%s", never, text)
			}
		}
		if list[i].Families[0].Part > 0 && !strings.Contains(x.LeftOut, "were left out, this provider would rank") {
			t.Errorf("no counterfactual: %q", x.LeftOut)
		}
	}
}

func TestTrendNamesTheMonthItBegan(t *testing.T) {
	t.Parallel()
	trail := func(xs ...float64) *Assessment {
		a := &Assessment{AsOf: looking}
		for i, x := range xs {
			a.Trail = append(a.Trail, TrailPoint{AsOf: looking - Month(len(xs)-1-i), Ranking: x})
		}
		return a
	}
	for _, c := range []struct {
		a    *Assessment
		want string
	}{
		{trail(1, 0.5, 0.2, 1.4, 3), "rising since September"},
		{trail(5, 6, 4, 3, 2), "falling since August"},
		{trail(2, 2.3, 2.1, 2.4), "steady"},
		{trail(0.2, 1, 0.2, 1.4, 3), "rising since September"},
		{trail(5, 6, 6, 3, 2), "falling since September"},
		{trail(4), "too early to say whether rising"},
	} {
		if got := Trend(c.a); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestWhatNeverCameIsMissedOnlyWhereItWouldCount(t *testing.T) {
	t.Parallel()
	a := &Assessment{AsOf: looking, Gaps: []GapLine{
		{Name: "Falls with harm", Reason: NeverReceived},
		{Name: "A&E 4 hours", Reason: NeverReceived, Shown: true},
		{Name: "Cancer 62 days", Reason: Late, Newest: looking - 5, Shown: true},
		{Name: "SHMI", Reason: NotDue, Newest: looking - 8, Due: looking + 2},
		{Name: "Burned out", Reason: NotDue, Newest: looking - 12, Due: looking + 4},
		{Name: "Ratings", Reason: NotDue, Newest: looking - 12, Due: looking - 1},
	}}
	want := "Missing: cancer 62 days, later than from most others. Missing: ratings, expected in October and here from nobody yet. Missing: SHMI, not due until January 2027. Missing: burned out, not due until March 2027. Missing: falls with harm, never received from this provider."
	if got := strings.Join(missing(a), " "); got != want {
		t.Errorf("the page says %s\nwant %s", got, want)
	}
}

func TestAMonthOfAnotherYearIsNamedWithItsYear(t *testing.T) {
	t.Parallel()
	for m, want := range map[Month]string{looking: "November", looking - 10: "January", looking - 11: "December 2025", looking + 1: "December", looking + 2: "January 2027"} {
		if got := m.Name(looking); got != want {
			t.Errorf("%v is named %q, want %q", m, got, want)
		}
	}
}

func TestTheCounterfactualIsWhatTheEngineSaysWithoutTheFamily(t *testing.T) {
	t.Parallel()
	par := Default()
	streams, rows := hardships(par)
	judge := func(leave FamilyID) map[ProviderID]Assessment {
		less := *par
		less.Families = slices.Clone(par.Families)
		if f := par.family(leave); f >= 0 {
			less.Families[f].Scored = false
		}
		e, err := New(&less, streams)
		must(t, err)
		must(t, e.Observe(rows...))
		out := map[ProviderID]Assessment{}
		for _, a := range asOf(t, e, epoch+52) {
			out[a.Provider] = a
		}
		return out
	}
	checked, mattered := 0, 0
	all, largest := judge(""), map[FamilyID]bool{}
	for _, a := range all {
		largest[a.Families[0].Family] = true
	}
	for leave := range largest {
		without := judge(leave)
		for id, a := range all {
			for _, f := range a.Families[:1] {
				if f.Family != leave {
					continue
				}
				if checked++; math.Abs(f.Without-without[id].Score.Score) > 1e-9 {
					t.Errorf("%s without %s: said to be %.9f, is %.9f", id, leave, f.Without, without[id].Score.Score)
				}
				if math.Abs(f.Without-(a.Score.Score-f.Part)) > 0.1 {
					mattered++
				}
			}
		}
	}
	if checked < 5 || mattered < 3 {
		t.Errorf("only %d families were left out, of which %d were heard by the pattern filter", checked, mattered)
	}
}
