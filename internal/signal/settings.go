package signal

import "strconv"

// Settings are what a commissioner has settled about listening. Each change is an
// entry of the memory with its reason, so that a pattern of the past can be read
// beside the thresholds that made it.
type Settings struct {
	Pattern   PatternSettings   `json:"pattern"`
	SameTheme SameThemeSettings `json:"same_theme"`
	Silence   SilenceSettings   `json:"silence"`
	// Photographs of documents may be kept with a visit, sealed. They show more than
	// the eye that took them meant to, so usually they may not.
	Photographs bool `json:"photographs,omitempty"`
}

// SameThemeSettings is when complaints on one theme are a ground to step in
// (docs/rules.md, stepping in: three; over how long is a setting).
type SameThemeSettings struct {
	Complaints int `json:"complaints"` // at least so many about one provider
	Days       int `json:"days"`       // received within so many days
}

// SilenceSettings is how far back is looked for whom has not been heard from.
type SilenceSettings struct {
	Days int `json:"days"`
}

// DefaultSettings are R-SOFT-3, the grounds to step in (docs/rules.md), and our own where they are silent.
func DefaultSettings() Settings {
	return Settings{Pattern: DefaultPatternSettings(), SameTheme: SameThemeSettings{sameThemeAtLeast, 365}, Silence: SilenceSettings{182}}
}

// longestSpan bounds every stretch of days: what is read for a page stays bounded.
const longestSpan = 3 * 366

// Validate gives everything that is wrong with the settings.
func (s *Settings) Validate() FieldErrors {
	k := &check{}
	between := func(field string, n, low, high int, what string) {
		k.need(n >= low && n <= high, field, strconv.Itoa(n), what+", "+strconv.Itoa(low)+" to "+strconv.Itoa(high), "Enter a whole number in that range.")
	}
	between("pattern.items", s.Pattern.Items, 2, 100, "how many items")
	between("pattern.sources", s.Pattern.Sources, 1, 100, "how many different sources")
	between("pattern.days", s.Pattern.Days, 7, longestSpan, "days from first to last")
	between("same_theme.complaints", s.SameTheme.Complaints, 2, 100, "how many complaints")
	between("same_theme.days", s.SameTheme.Days, 7, longestSpan, "days within which they were received")
	between("silence.days", s.Silence.Days, 28, longestSpan, "days looked at for silence")
	k.need(s.Pattern.Sources <= s.Pattern.Items, "pattern.sources", strconv.Itoa(s.Pattern.Sources), "no more sources than items", "Each item has one source.")
	return k.errs
}
