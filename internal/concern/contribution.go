package concern

// Contribution is one part of an assessment in words: a family, a part of the
// standing level, or what the pattern filter adds or takes.
type Contribution struct {
	Line
	Soft     bool         // it rests on what people said, not on figures
	Streams  []StreamPart // of a family, those with evidence, largest first
	Peers    []PeerPart   // of a part of the standing level, those that say most
	Standing bool
}

// Contributions are all parts of an assessment, largest first; unlike the lines of
// an Explanation none is left out, so their points add up to the assessment's. They
// are made of what the assessment holds and nothing else, so that one of long ago is
// explained by the parameters by which it was made.
func Contributions(a *Assessment) []Contribution {
	var lines []Line
	by := map[string]Contribution{}
	add := func(c Contribution) {
		lines = append(lines, c.Line)
		by[c.Text] = c
	}
	for i := range a.Families {
		f := &a.Families[i]
		if f.Part <= 0 || len(f.Streams) == 0 {
			continue
		}
		add(Contribution{
			Line: familyLine(f, a.AsOf), Soft: f.Streams[0].Kind.Soft(), Streams: f.Streams,
		})
	}
	for i := range a.Standing {
		s := &a.Standing[i]
		add(Contribution{Line: standingLine(s, a.AsOf), Soft: s.Soft, Standing: true, Peers: s.Peers})
	}
	if p := a.Pattern; p.Part > 0 || p.Points != 0 {
		add(Contribution{Line: Line{Part: p.Part, Points: p.Points, Pattern: true, Text: agreement(a)}})
	}
	sortLines(lines)
	out := make([]Contribution, len(lines))
	for i, l := range lines {
		out[i] = by[l.Text]
	}
	return out
}

// Soft reports whether a kind of stream is made of what people said.
func (k Kind) Soft() bool { return k == Reports || k == Mix || k == Gap || k == Visit }
