package concern

// Contribution is one part of an assessment in words: a family, a part of the
// standing level, or what the pattern filter adds or takes.
type Contribution struct {
	Line
	Soft     bool         // it rests on what people said, not on figures
	Streams  []StreamPart // of a family, those with evidence, largest first
	Standing bool
	Pattern  bool
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
			Line: Line{f.Family, f.Part, f.Points, familySentence(f, a.AsOf)}, Soft: f.Streams[0].Kind.Soft(), Streams: f.Streams,
		})
	}
	for _, s := range a.Standing {
		add(Contribution{
			Line: Line{"", s.Part, s.Points, s.Name + ": judged against peers, not against its own past."}, Soft: s.Soft, Standing: true,
		})
	}
	switch p := a.Pattern; {
	case p.Part > 0:
		add(Contribution{Line: Line{"", p.Part, p.Points, agreement(p.Name)}, Pattern: true})
	case p.Points != 0:
		add(Contribution{Line: Line{"", p.Part, p.Points, "Taken together the evidence doesn’t agree as in any known pattern of decline."}, Pattern: true})
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
