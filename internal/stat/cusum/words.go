package cusum

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Wording is the nouns of a sentence about an alarm.
type Wording struct {
	Events string // plural, lower case: "deaths"; empty: "deaths"
	Cases  string // plural, lower case: "patients"; empty: "patients"
	First  string // when the spell began, such as "3 March 2024"; may be empty
	Last   string // when the alarm came; may be empty
}

// Sentence says what an alarm saw, in counts and without statistics, and what it
// does not mean.
//
//	9 deaths among 61 patients from 3 March 2024 to 14 May 2024, where about 4
//	would be expected for patients like these. That is more than chance usually
//	gives. It is a reason to look, not a verdict: check data and coding first.
func (a Alarm) Sentence(w Wording) string {
	events, cases := or(w.Events, "deaths"), or(w.Cases, "patients")
	var s strings.Builder
	fmt.Fprintf(&s, "%s %s among %s %s%s, where %s would be expected for %s like these. ",
		count(a.Events), singular(events, a.Events), count(float64(a.Cases())), singular(cases, float64(a.Cases())),
		when(w), about(a.Expected), cases)
	if a.Lower {
		s.WriteString("That is fewer than chance usually gives. Check first that nothing is missing; if the figures are right, there may be good practice to learn from.")
	} else {
		s.WriteString("That is more than chance usually gives. It is a reason to look, not a verdict: check data and coding first.")
	}
	return s.String()
}

// State says where a chart without an alarm stands.
func (p Point) State(limit float64) string {
	limit = math.Abs(limit)
	height := math.Abs(p.Score)
	switch {
	case p.Signal:
		return "The chart has reached its alarm level."
	case !(limit > 0):
		return "No alarm level has been set for this chart."
	case !(height > 0):
		return "Nothing unusual: results are as expected, or better than the chart looks for."
	case height < limit/2:
		return "Less than half way to the alarm level: differences like this come and go by chance."
	default:
		return "More than half way to the alarm level: worth watching, no alarm."
	}
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// singular drops the s of a regular plural when there is one.
func singular(plural string, n float64) string {
	if n > 0.5 && n < 1.5 {
		return strings.TrimSuffix(plural, "s")
	}
	return plural
}

func when(w Wording) string {
	switch {
	case w.First != "" && w.Last != "" && w.First != w.Last:
		return " from " + w.First + " to " + w.Last
	case w.Last != "":
		return " on " + w.Last
	}
	return ""
}

// count writes a whole number with thousands separated.
func count(n float64) string {
	digits := strconv.FormatFloat(math.Round(n), 'f', 0, 64)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// about writes an expected number as people say it: below 0.1, to one decimal
// below 10, whole above.
func about(n float64) string {
	switch {
	case n < 0.1:
		return "fewer than 0.1"
	case n < 9.95:
		return "about " + strings.TrimSuffix(strconv.FormatFloat(n, 'f', 1, 64), ".0")
	}
	return "about " + count(n)
}
