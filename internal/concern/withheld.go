package concern

import "slices"

// Withhold takes the counts of signals out of an assessment, for those who have no
// duty to act on them (docs/rules.md: suppression by audience, not in
// storage). How many people spoke is then said neither in figures nor in words, and
// not only where it is small: the words are made anew each month and can be read as
// of any moment, so that a shown 9 and a shown 10 would tell of the one between
// (R-SDC-4). Who is to see counts gets a paper of counts. Figures of indicators that
// rest on small numbers go too. Points, months and other figures stay as they are;
// facts above any score are about single published or decided events and stay too.
//
// Nothing that a shares with others is changed.
func (a *Assessment) Withhold() {
	a.Families = slices.Clone(a.Families)
	for i := range a.Families {
		f := &a.Families[i]
		f.Streams, f.Quiet = withheld(f.Streams), withheld(f.Quiet)
	}
	a.Charted, a.Standing = withheld(a.Charted), withheldPeers(a.Standing)
}

// fewest is the least number of people that a figure of an indicator may rest on to
// be shown: method local of package disclosure.
const fewest = 5

// small reports whether the newest figure of an indicator rests on a small number: of
// those counted, and of a share of those not counted.
func (s *StreamPart) small() bool {
	f := &s.Facts
	switch s.Kind {
	case Count, Rate:
		return fewPeople(f.Value)
	case Proportion:
		return fewPeople(f.Value) || fewPeople(f.Den) || fewPeople(f.Den-f.Value)
	}
	return false
}

// fewPeople reports whether a number of people is above nought and below the least shown.
func fewPeople(x float64) bool { return x > 0.5 && x < fewest-0.5 }

// withheld is streams without the counts of those made of what people said, and
// without figures of few people.
func withheld(streams []StreamPart) []StreamPart {
	streams = slices.Clone(streams)
	for i := range streams {
		if s := &streams[i]; s.Kind.Soft() || s.small() {
			s.Facts = Facts{From: s.Facts.From, To: s.Facts.To, Withheld: true}
		}
	}
	return streams
}

// Withhold puts an explanation into the words of its assessment after
// [Assessment.Withhold].
func (x *Explanation) Withhold(a *Assessment) {
	if !a.Judged {
		return
	}
	x.Lines, x.Against = lines(a), against(a)
}

// withheldSentence says of a family what may be said without a count.
func withheldSentence(f *FamilyPart, asOf Month) string {
	what := ": more than would be usual here"
	switch f.Streams[0].Kind {
	case Mix:
		what = ": more of them severe than would be usual here"
	case Gap:
		what = ": more than its own reporting would lead one to expect"
	case Visit:
		what = ": worse than usual"
	}
	return f.Name + what + ". Began " + f.Streams[0].Began.Name(asOf) + "."
}
