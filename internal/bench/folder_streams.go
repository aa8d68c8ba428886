package bench

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"candour/internal/concern"
)

// kinds of stream that a folder may list; the derived ones are made from them.
var listedKinds = []concern.Kind{concern.Count, concern.Rate, concern.Proportion, concern.Continuous, concern.Reports, concern.Visit}

func (r *reader) streams(c []string) error {
	for i := range c {
		c[i] = strings.Clone(c[i])
	}
	s := concern.Stream{
		ID: concern.StreamID(c[0]), Name: c[1], Kind: concern.Kind(c[2]), Family: concern.FamilyID(c[3]), Domain: c[4],
		Channel: concern.ChannelID(c[8]), Severity: concern.Severity(c[9]),
	}
	if err := r.named(c); err != nil {
		return err
	}
	var err error
	if s.Better, err = whole("better", orElse(c[5], "0"), -1, 1); err != nil {
		return err
	}
	if s.Shift, err = number("shift", c[6]); err != nil {
		return err
	}
	if s.Every, err = whole("every", orElse(c[7], "1"), 1, 12); err != nil {
		return err
	}
	if s.Ratio, err = number("ratio", c[10]); err != nil {
		return err
	}
	if c[10] != "" && s.Ratio <= 1 {
		return fmt.Errorf("ratio %q is not above 1: so many times the usual reports would be worth a visit", c[10])
	}
	if err := errors.Join(r.inChannel(&s), concern.Validate(r.par, []concern.Stream{s})); err != nil {
		return err
	}
	if isHard(s.Kind) && s.Shift <= 0 && !r.hasShift(&s) {
		r.note("%s: stream %q: the domain %q has no design shift, so that each month counts as little as it can; the column shift gives one, and the domains %s have one", fileStreams, s.ID, orElse(s.Domain, string(s.Family)), listed(r.domains()))
	}
	if file := fileOf(s.Kind); r.absent[file] {
		r.leftOut[file]++
		return nil
	}
	r.stream[c[0]] = len(r.eco.Streams)
	r.eco.Streams = append(r.eco.Streams, s)
	return nil
}

// fileOf is the file in which the numbers of a stream stand.
func fileOf(k concern.Kind) string {
	if k == concern.Reports {
		return fileReports
	}
	return fileObservations
}

// named checks the words of a line.
func (r *reader) named(c []string) error {
	if err := errors.Join(readable("stream", c[0]), readable("name", c[1])); err != nil {
		return err
	}
	if _, twice := r.stream[c[0]]; twice || c[0] == "" {
		return fmt.Errorf("stream %q is empty or given twice: each has one line", c[0])
	}
	if !slices.Contains(listedKinds, concern.Kind(c[2])) {
		return fmt.Errorf("kind %q is not one of %s", c[2], listed(listedKinds))
	}
	if slices.ContainsFunc(concern.SoftStreams(r.par), func(s concern.Stream) bool {
		return (s.Kind == concern.Mix || s.Kind == concern.Gap) && string(s.ID) == c[0]
	}) {
		return fmt.Errorf("stream %q has the name of one that is made from the streams of reports: call it something else", c[0])
	}
	if families := r.families(); !slices.Contains(families, concern.FamilyID(c[3])) {
		return fmt.Errorf("family %q is not one of %s", c[3], listed(families))
	}
	return nil
}

// inChannel checks channel and severity of a stream of reports, and keeps where
// a channel of the parameters is found.
func (r *reader) inChannel(s *concern.Stream) error {
	if s.Kind != concern.Reports {
		return nil
	}
	if s.Severity != "" && s.Severity != concern.Ordinary && s.Severity != concern.Severe {
		return fmt.Errorf("severity %q is not one of ordinary, severe", s.Severity)
	}
	if !slices.ContainsFunc(r.par.Channels, func(c concern.Channel) bool { return c.ID == s.Channel }) {
		return nil
	}
	key := string(s.Channel) + "." + orElse(string(s.Severity), string(concern.Ordinary))
	if other, twice := r.channel[key]; twice {
		return fmt.Errorf("stream %q has channel and severity of stream %q: add their reports up, or give one a channel of its own and a ratio", s.ID, other)
	}
	r.channel[key] = string(s.ID)
	return nil
}

func (r *reader) hasShift(s *concern.Stream) bool {
	return slices.Contains(r.domains(), orElse(s.Domain, string(s.Family)))
}

func (r *reader) domains() (out []string) {
	for _, d := range r.par.Domains {
		out = append(out, d.ID)
	}
	return out
}

func (r *reader) families() (out []concern.FamilyID) {
	for _, f := range r.par.Families {
		out = append(out, f.ID)
	}
	return out
}

// afterStreams adds the derived streams once all streams of reports are known:
// from the channels, whatever their streams are called.
func (r *reader) afterStreams() error {
	e := r.eco
	for _, file := range []string{fileObservations, fileReports} {
		if n := r.leftOut[file]; n > 0 {
			r.note("there is no %s: the streams whose numbers would stand in it are left out, %d in all", file, n)
		}
	}
	if len(e.Streams) == 0 {
		return errors.New("line 2: it lists no stream of which there are numbers")
	}
	if cells := len(e.Providers) * e.Months * len(e.Streams); cells > mostCells {
		return fmt.Errorf("%d providers, %d months and %d streams are too much for one economy: %d together, at most %d", len(e.Providers), e.Months, len(e.Streams), cells, mostCells)
	}
	for _, s := range concern.SoftStreams(r.par) {
		switch s.Kind {
		case concern.Mix:
			s.Ordinary, s.Severe = r.called(s.Ordinary), r.called(s.Severe)
			if s.Ordinary != "" && s.Severe != "" {
				e.Streams = append(e.Streams, s)
			}
		case concern.Gap:
			s.Outside, s.Inside = r.allCalled(s.Outside), r.allCalled(s.Inside)
			if len(s.Outside) > 0 && len(s.Inside) > 0 {
				e.Streams = append(e.Streams, s)
			}
		}
	}
	return concern.Validate(r.par, e.Streams)
}

// called is what the folder calls the stream that is gp.ordinary by default,
// empty when it has none.
func (r *reader) called(id concern.StreamID) concern.StreamID {
	own := r.channel[string(id)]
	if _, here := r.stream[own]; !here {
		return ""
	}
	return concern.StreamID(own)
}

func (r *reader) allCalled(ids []concern.StreamID) (out []concern.StreamID) {
	for _, id := range ids {
		if own := r.called(id); own != "" {
			out = append(out, own)
		}
	}
	return out
}
