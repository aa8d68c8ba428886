package signal

import (
	"cmp"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"

	"candour/internal/definition"
	"candour/internal/fault"
)

// OwnChannel is a channel of reports that an installation adds to those of Channels: its
// file says which signals count in it and what the detection of concern makes of them. It
// takes only what no channel of Channels counts, so that nothing counts twice.
type OwnChannel struct {
	ID   Channel `yaml:"id"`
	Name string  `yaml:"name"` // as a sentence begins: "PALS contacts"
	// Family is the streams that one cause would move together: one of those that come
	// with Candour, or one of the installation's own; left out, the channel is a family by
	// itself, and so a voice independent of all others.
	Family string `yaml:"family"`
	// Ratio is the design rate ratio: how many times the usual number of reports is worth
	// a look; left out, OwnRatio.
	Ratio  float64  `yaml:"ratio"`
	Kind   Kind     `yaml:"kind"`   // one of OwnKinds
	Roles  []string `yaml:"roles"`  // of the source; left out, any
	Themes []string `yaml:"themes"` // of which the main one is one; left out, any

	Version string `yaml:"-"`
	Text    []byte `yaml:"-"`
}

// OwnRatio is the design rate ratio of an own channel that states none: that of
// complaints about care (concern-design.md section 12), flat between 0.7 and 1.4 times it.
const OwnRatio = 1.5

// OwnKinds is the kinds of which an own channel may be made: those that no channel of
// Channels counts, and that are somebody's word about care.
func OwnKinds() []Kind {
	return []Kind{KindHealthwatch, KindMPLetter, KindMessage, KindCoronerReport, KindRegulatorAction}
}

// LoadChannels reads the channels of an installation, by id: files of the folder
// channels, laid over one another as other definitions are.
func LoadChannels(places ...fs.FS) ([]OwnChannel, error) {
	byID, err := definition.ByID(places, "channels", ParseChannel, func(c *OwnChannel) Channel { return c.ID })
	if err != nil {
		return nil, err
	}
	out := make([]OwnChannel, 0, len(byID))
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		out = append(out, *byID[id])
	}
	return out, nil
}

// ReservedChannels are the ids that no own channel can have, because streams that come
// with Candour have them.
var ReservedChannels = []Channel{
	"complaints-care", "complaints-attitude", "incidents-no-harm", "incidents-harm", "staff", "gp", "comments", "trainees", "visits", "voice-gap",
}

var (
	familyForm  = regexp.MustCompile(`^[a-z0-9]+([ -][a-z0-9]+)*$`)
	channelForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
)

// ParseChannel reads and checks one file; its name must be the id + .yaml. The error
// names every rule that is broken.
func ParseChannel(file string, text []byte) (*OwnChannel, error) {
	c := &OwnChannel{}
	if err := definition.Decode(text, c); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "channel file %s can't be read", file)
	}
	c.Ratio, c.Family = cmp.Or(c.Ratio, OwnRatio), cmp.Or(c.Family, string(c.ID))
	c.Version, c.Text = definition.Version(text), text
	if wrong := c.faults(strings.TrimSuffix(file, ".yaml")); len(wrong) > 0 {
		return nil, fault.New(fault.Invalid, "channel file %s: %s", file, strings.Join(wrong, "; "))
	}
	return c, nil
}

func (c *OwnChannel) faults(stem string) (wrong []string) {
	say := func(bad bool, format string, args ...any) {
		if bad {
			wrong = append(wrong, fmt.Sprintf(format, args...))
		}
	}
	say(!channelForm.MatchString(string(c.ID)), "id %q is not of small letters, digits and single hyphens", c.ID)
	say(slices.Contains(ReservedChannels, c.ID), "id %q is that of a channel that comes with Candour", c.ID)
	say(!familyForm.MatchString(c.Family), "family %q is not of small letters, digits, spaces and hyphens", c.Family)
	say(string(c.ID) != stem, "id %q is not the name of the file, %q", c.ID, stem)
	say(strings.TrimSpace(c.Name) == "", "name is missing")
	say(c.Ratio <= 1 || c.Ratio > 5, "ratio %g is not above 1 and at most 5: how many times the usual number of reports is worth a look", c.Ratio)
	if !slices.Contains(OwnKinds(), c.Kind) {
		words := make([]string, 0, len(OwnKinds()))
		for _, k := range OwnKinds() {
			words = append(words, string(k))
		}
		say(true, "kind %q is not one of %s: other kinds count in the channels that come with Candour, or are not somebody's word about care", c.Kind, strings.Join(words, ", "))
	}
	say(c.Kind == KindMessage && len(c.Roles)+len(c.Themes) == 0, "a channel of messages needs roles or themes: unsorted e-mail is no voice of its own")
	say(slices.Contains(c.Roles, "") || slices.Contains(c.Themes, ""), "roles and themes cannot be empty words")
	return wrong
}

// takes reports whether a signal counts in the channel. What is confined to readers
// doesn't: so few are counted only among others of their kind.
func (c *OwnChannel) takes(s *Signal) bool {
	return s.Kind == c.Kind && len(s.Readers) == 0 &&
		(len(c.Roles) == 0 || slices.ContainsFunc(c.Roles, func(r string) bool { return strings.EqualFold(r, s.Source.Role) })) &&
		(len(c.Themes) == 0 || slices.Contains(c.Themes, s.MainTheme()))
}

// channel is the channel in which a signal counts: one of Channels, else the first of the
// installation's own that takes it.
func (c *CountSettings) channel(s *Signal) (Channel, bool) {
	if channel, ok := s.Channel(); ok {
		return channel, true
	}
	for i := range c.Own {
		if c.Own[i].takes(s) {
			return c.Own[i].ID, true
		}
	}
	return "", false
}
