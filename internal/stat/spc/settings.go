package spc

import (
	"errors"
	"fmt"
)

// Settings are the conventions of an XmR chart. They are printed with every
// result (Words), because tools differ in each of them. The zero value is not
// valid: start from MakingDataCount or RPackage.
type Settings struct {
	// Screen drops moving ranges of 3.267 × aMR and more, once, before the limits
	// are calculated. The mean is never screened.
	Screen bool
	// ShiftLength is how many points on one side of the mean make a shift: 6, 7 or 8.
	ShiftLength int
	// TrendLength is how many points, each beyond the one before, make a trend: 6, 7 or 8.
	TrendLength int
	// TwoOfThreeOutside lets points beyond the process limits count towards two of
	// three, as Making Data Count does since November 2023; the R package does not.
	TwoOfThreeOutside bool
	// FixAfter calculates mean and limits from the first so many values of each
	// segment and applies them to the later ones. 0 uses all values.
	FixAfter int
	// MinimumLimits is how many values a segment needs before it has limits and
	// rules. 0 asks for none.
	MinimumLimits int
	// MinimumIcons is how many values the latest segment needs before it has icons;
	// up to there its limits are called trial limits. 0 asks for none.
	MinimumIcons int
	// ImprovementWins labels a point on which rules disagree as improvement, as the
	// national workbook does; otherwise the rule that names the point decides.
	ImprovementWins bool
	// IconOfLastPeriod gives no variation icon when the last period has no value, as
	// the R package does. Otherwise the latest value speaks, however old it is: nobody
	// loses a concern by not reporting.
	IconOfLastPeriod bool
	// Reference follows the R package even where its answer is not sensible:
	// screening after which no value is within the limits, and runs of the one value that two
	// thirds of the points or more share. docs/methods/deviations.md shows both answers.
	Reference bool
}

// MakingDataCount is our settings: those of the programme's published rules
// (R-SPC-1 to R-SPC-4) without screening, as in the national workbook; runs of
// seven, icons from 13 values and trial limits from 6.
func MakingDataCount() Settings {
	return Settings{ShiftLength: 7, TrendLength: 7, MinimumLimits: 6, MinimumIcons: 13}
}

// MakingDataCount2023 is MakingDataCount with the two changes that the programme
// announced in November 2023 (NHSRplotthedots issue 194): points beyond the limits
// count towards two of three, and improvement is shown where rules disagree.
func MakingDataCount2023() Settings {
	s := MakingDataCount()
	s.TwoOfThreeOutside, s.ImprovementWins = true, true
	return s
}

// RPackage is the settings of NHSRplotthedots 0.2.2: screening, runs of seven,
// points beyond the limits do not count towards two of three, limits and icons
// for however few points, no icon for a series that ends in a gap.
func RPackage() Settings {
	return Settings{Screen: true, ShiftLength: 7, TrendLength: 7, IconOfLastPeriod: true}
}

// shortSegment is the number of values under which the R package warns of trial
// limits (R/ptd_add_short_group_warnings.R; its text says 12).
const shortSegment = 13

// Validate is an error that names the first setting out of its range.
func (s Settings) Validate() error {
	switch {
	case s.ShiftLength < 6 || s.ShiftLength > 8:
		return fmt.Errorf("shift length is %d; it can be 6, 7 or 8", s.ShiftLength)
	case s.TrendLength < 6 || s.TrendLength > 8:
		return fmt.Errorf("trend length is %d; it can be 6, 7 or 8", s.TrendLength)
	case s.FixAfter < 0 || s.FixAfter == 1:
		return errors.New("limits can be fixed after 2 points or more, or 0 for not at all")
	case s.MinimumLimits < 0 || s.MinimumIcons < 0:
		return errors.New("a minimum number of points can't be negative")
	}
	return nil
}

// Words is the settings as sentences, for the foot of a chart.
func (s Settings) Words() []string {
	words := []string{
		fmt.Sprintf("Shift: %d points running on one side of the mean.", s.ShiftLength),
		fmt.Sprintf("Trend: %d points running, each higher, or each lower, than the one before.", s.TrendLength),
	}
	if s.TwoOfThreeOutside {
		words = append(words, "Two of three: points in the outer third or beyond the limits, all three on one side of the mean.")
	} else {
		words = append(words, "Two of three: points in the outer third, not beyond the limits, all three on one side of the mean.")
	}
	if s.Screen {
		words = append(words, "Moving ranges of 3.267 times their mean and more are left out of the limits.")
	} else {
		words = append(words, "All moving ranges count towards the limits.")
	}
	if s.FixAfter > 0 {
		words = append(words, fmt.Sprintf("Limits are from the first %d points of each segment.", s.FixAfter))
	} else {
		words = append(words, "Limits are from all points of each segment.")
	}
	if s.MinimumLimits > 0 || s.MinimumIcons > 0 {
		words = append(words, fmt.Sprintf("Limits from %d points, trial limits up to %d, icons from %d.",
			s.MinimumLimits, max(s.MinimumIcons-1, 0), s.MinimumIcons))
	}
	if s.ImprovementWins {
		words = append(words, "Where rules disagree about a point, improvement is shown.")
	}
	return words
}
