package concern

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// figure is a whole number as a page writes it: numbers below ten stay figures.
func figure(n int) string { return strconv.Itoa(n) }

// grouped is a whole number with its thousands parted: "4,213".
func grouped(x float64) string {
	text := strconv.FormatFloat(math.Round(x), 'f', -1, 64)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// plural is "1 month", "3 months".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return figure(n) + " " + noun + "s"
}

func sortLines(l []Line) {
	slices.SortStableFunc(l, func(a, b Line) int { return cmp.Compare(b.Part, a.Part) })
}

// worse is the evidence from which a measure is called worse than its own past.
const worse = 0.5

// familyLine is what a family adds to the score, in words.
func familyLine(f *FamilyPart, asOf Month) Line {
	return Line{
		Family: f.Family, Part: f.Part, Points: f.Points, Text: familySentence(f, asOf),
		Quiet: f.Streams[0].Kind.hard() && !slices.ContainsFunc(f.Streams, func(s StreamPart) bool { return s.Evidence >= worse }),
	}
}

// familySentence says in counts why a family adds to the score.
func familySentence(f *FamilyPart, asOf Month) string {
	if f.Streams[0].Facts.Withheld && f.Streams[0].Kind.Soft() {
		return withheldSentence(f, asOf)
	}
	switch f.Streams[0].Kind {
	case Reports:
		return reportsSentence(f, asOf)
	case Mix:
		return mixSentence(f, asOf)
	case Gap:
		return gapSentence(&f.Streams[0], asOf)
	case Visit:
		s := f.Streams[0]
		if s.Facts.Reports < 1 {
			return fmt.Sprintf("%s: none in six months; those before were worse than the usual visit. Began %s.", f.Name, s.Began.Name(asOf))
		}
		how := "worse than the usual visit"
		switch several := s.Facts.Reports > 1; {
		case s.Facts.Value <= 0:
			how = "no worse than the usual visit, after worse ones before"
		case several:
			how = "on average worse than the usual visit"
		}
		return fmt.Sprintf("%s: %s in six months, %s. Began %s.",
			f.Name, plural(int(s.Facts.Reports), "visit"), how, s.Began.Name(asOf))
	}
	return hardSentence(f, asOf)
}

// reportsSentence: "GP concerns: 9 in 6 months where 3–4 would be usual here.
// Began March."
func reportsSentence(f *FamilyPart, asOf Month) string {
	var got, want float64
	counted := CountedStreams(f.Streams)
	from, began := asOf, f.Streams[0].Began
	for i := range counted {
		s := &counted[i]
		got, want = got+s.Facts.Reports, want+s.Facts.Expected
		from = min(from, s.Facts.From)
	}
	faded := ""
	if got < want {
		faded = ", after more than usual before"
	}
	return fmt.Sprintf("%s: %s in %s where %s would be usual here%s. Began %s.",
		f.Name, reportsCounted(f, counted, got), plural(int(asOf-from)+1, "month"), count(want), faded, began.Name(asOf))
}

// CountedStreams is which of a family's streams of reports its sentence counts: all that
// have evidence; where some are above the usual and their sum is not, the first of them
// alone.
func CountedStreams(streams []StreamPart) []StreamPart {
	var got, want float64
	for i := range streams {
		got, want = got+streams[i].Facts.Reports, want+streams[i].Facts.Expected
	}
	if len(streams) > 1 && got < want && streams[0].Facts.Reports >= streams[0].Facts.Expected {
		return streams[:1]
	}
	return streams
}

// reportsCounted is the number of reports, with which of the family's they are where it
// holds others that are not counted: 2 severe concerns of practices are not "GP concerns:
// 2" where 22 others came.
func reportsCounted(f *FamilyPart, counted []StreamPart, got float64) string {
	type channel struct{ counted, other [2]bool } // ordinary, severe
	heard, severities := map[string]*channel{}, [2]bool{}
	of := func(s *StreamPart) (*channel, int) {
		name, severe := strings.CutSuffix(s.Name, severeName)
		if heard[name] == nil {
			heard[name] = &channel{}
		}
		return heard[name], map[bool]int{true: 1}[severe]
	}
	var order []string
	for i := range counted {
		c, severity := of(&counted[i])
		c.counted[severity], severities[severity] = true, true
		if name := strings.TrimSuffix(counted[i].Name, severeName); !slices.Contains(order, name) {
			order = append(order, name)
		}
	}
	others := false
	for _, s := range slices.Concat(f.Streams, f.Quiet) {
		if c, severity := of(&s); s.Facts.Reports >= 0.5 && !c.counted[severity] {
			c.other[severity], others = true, true
		}
	}
	elsewhere := func(c *channel) bool { return c.counted == [2]bool{} && c.other != [2]bool{} }
	switch {
	case !others:
		return grouped(got)
	case severities == [2]bool{true, true} || slices.ContainsFunc(slices.Collect(maps.Values(heard)), elsewhere):
	case severities[1]:
		return grouped(got) + " severe"
	default:
		return grouped(got) + " not severe"
	}
	names := make([]string, len(order))
	for i, name := range order {
		switch c := heard[name]; {
		case c.counted == [2]bool{false, true}:
			names[i] = lower(name) + severeName
		case c.other[1]:
			names[i] = lower(name) + " (not severe)"
		default:
			names[i] = lower(name)
		}
	}
	return listed(names, 3) + ", " + grouped(got)
}

// severeName ends the name of a channel's stream of severe reports.
const severeName = " (severe)"

// since is the months up to asOf that a stream's counts cover: "6 months".
func (f *Facts) since(asOf Month) string { return plural(int(asOf-f.From)+1, "month") }

// mixSentence: "Severity of reports: 9 of 20 complaints about care severe in 6 months
// where about 4 would be usual here."
func mixSentence(f *FamilyPart, asOf Month) string {
	var parts []string
	for i, s := range f.Streams {
		if i == 2 || s.Facts.Reports <= s.Facts.Expected {
			continue
		}
		parts = append(parts, fmt.Sprintf("%.0f of %.0f %s severe in %s where %s would be usual here",
			s.Facts.Reports, s.Facts.Of, lower(s.Name), s.Facts.since(asOf), count(s.Facts.Expected)))
	}
	began := ". Began " + f.Streams[0].Began.Name(asOf) + "."
	if len(parts) == 0 { // it has faded, and counts for what it was
		s := &f.Streams[0]
		return fmt.Sprintf("%s: %s of %s %s severe in %s where %s would be usual here, after more than usual before",
			f.Name, grouped(s.Facts.Reports), grouped(s.Facts.Of), lower(s.Name), s.Facts.since(asOf), count(s.Facts.Expected)) + began
	}
	return f.Name + ": " + strings.Join(parts, "; ") + began
}

// gapSentence says which side moved.
func gapSentence(s *StreamPart, asOf Month) string {
	return fmt.Sprintf("Patients and GPs against its own reporting: %.0f from outside in %s where %s would be usual here, %s reported where %s would be. Began %s.",
		s.Facts.Outside, s.Facts.since(asOf), count(s.Facts.OutsideExpected), plural(int(math.Round(s.Facts.Inside)), "incident"), count(s.Facts.InsideExpected), s.Began.Name(asOf))
}

// hardSentence: "Safety: 3 of 6 measures worse than own past, allowing for the
// national change; most of all falls with harm, 14 where 8–9 would be usual
// here. Began March; newest data 2 months old."
func hardSentence(f *FamilyPart, asOf Month) string {
	bad := 0
	newest := Month(0)
	all := append(slices.Clone(f.Streams), f.Quiet...)
	for _, s := range all {
		if s.Evidence >= worse {
			bad++
		}
		newest = max(newest, s.Newest)
	}
	age := "newest data " + plural(int(asOf-newest), "month") + " old"
	if bad == 0 {
		within := "all " + plural(len(all), "measure") + " within their range"
		switch len(all) {
		case 1:
			within = "its 1 measure within its range"
		case 2:
			within = "both measures within their range"
		}
		return fmt.Sprintf("%s: not yet unusual (%s; %s).", f.Name, within, age)
	}
	measures := plural(len(all), "measure")
	if len(all) > 1 {
		measures = fmt.Sprintf("%d of %s", bad, measures)
	}
	top := f.Streams[0]
	text := fmt.Sprintf("%s: %s worse than own past, allowing for the national change", f.Name, measures)
	if what := against1(&top); what != "" {
		text += "; most of all " + lower(top.Name) + ", " + what
	}
	return fmt.Sprintf("%s. Began %s; %s.", text, top.Began.Name(asOf), age)
}

// large is from how many events on (hours worked, visits) a difference says more
// than two long numbers.
const large = 1000

// against1 is a stream's newest value beside its usual one, empty where there is no
// usual one or rounding leaves no difference. Evidence outlasts a better month: where
// the newest value is not the worse of the two, "though now" says so.
func against1(s *StreamPart) string {
	if s.Facts.Withheld {
		return ""
	}
	v, u := s.Facts.Value, s.Facts.Usual
	if math.IsNaN(u) || s.Facts.Den == 0 && s.Kind != Continuous {
		return ""
	}
	now, usual := "", ""
	switch s.Kind {
	case Count, Rate:
		if now, usual = grouped(v), count(u); math.Abs(v-u) < 0.5 {
			return ""
		}
	case Proportion: // counts first: of how many says how much the share weighs
		share := v / s.Facts.Den
		now, usual = fmt.Sprintf("%s of %s (%.1f%%)", grouped(v), grouped(s.Facts.Den), 100*share), count(u*s.Facts.Den)
		if fmt.Sprintf("%.1f", 100*share) == fmt.Sprintf("%.1f", 100*u) {
			return ""
		}
		u *= s.Facts.Den
	default:
		now, usual = fmt.Sprintf("%.3g", v), fmt.Sprintf("%.3g", u)
	}
	text := now + " where " + usual + " would be usual here"
	by := ""
	if s.Kind == Rate && u >= large {
		by = fmt.Sprintf("%.0f%%", 100*math.Abs(v/u-1))
		text += " (" + by + map[bool]string{true: " above", false: " below"}[v > u] + ")"
	}
	switch {
	case now == usual || by == "0%":
		return ""
	case s.Better != 0 && (v > u) == (s.Better > 0):
		return "though now " + text
	}
	return text
}

// notCounted names what is shown and not scored, and says that good news there
// does not reduce the concern.
func notCounted(a *Assessment) []string {
	var names []string
	for _, s := range a.Charted {
		names = append(names, lower(s.Name))
	}
	if len(names) == 0 {
		return nil
	}
	return []string{"Not counted: " + listed(names, 4) + ". Good figures there do not reduce this concern, and bad ones do not add to it."}
}

// listed joins the first few of many names.
func listed(names []string, most int) string {
	if len(names) > most {
		return strings.Join(names[:most], ", ") + " and " + figure(len(names)-most) + " more"
	}
	if len(names) > 1 {
		return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
	}
	return strings.Join(names, "")
}

// against says what speaks against the concern: quiet families, a pattern that
// does not fit, reporting at its usual level.
func against(a *Assessment) []string {
	var out, quiet []string
	for i := range a.Families {
		f := &a.Families[i]
		if f.Part <= 0 && (a.Surge == nil || !slices.Contains(a.Surge.Of, f.Name)) {
			quiet = append(quiet, lower(f.Name))
		}
	}
	if len(quiet) > 0 {
		out = append(out, "Against: nothing unusual in "+listed(quiet, 4)+".")
	}
	var got, want float64
	for _, s := range a.Charted {
		if s.Kind == Reports && !s.Facts.Withheld {
			got, want = got+s.Facts.Reports, want+s.Facts.Expected
		}
	}
	switch {
	case want < 20:
	case got > 1.25*want:
		out = append(out, fmt.Sprintf("Against: more incidents without harm are reported (%.0f where %s would be usual here), so part of this may be better reporting.", got, count(want)))
	case got > 0.8*want:
		out = append(out, "For: incidents without harm are reported as often as usual here, so this is not simply more reporting.")
	default:
		out = append(out, fmt.Sprintf("For: fewer incidents without harm are reported (%.0f where %s would be usual here), which is not taken as safety.", got, count(want)))
	}
	if a.Surge != nil {
		var names []string
		for _, n := range a.Surge.Of {
			names = append(names, lower(n))
		}
		out = append(out, "Against: "+listed(names, 4)+" jumped all at once in "+a.Surge.Began.Name(a.AsOf)+", as publicity makes them; as much of that as fades in the months after is not counted.")
	}
	if a.Pattern.Part < 0 {
		out = append(out, "Against: taken together the last months look more like an ordinary spell than like any known pattern.")
	}
	return out
}

// missing groups gaps by reason. What would not count is not missed where it never
// came: an ambulance trust has no emergency department.
func missing(a *Assessment) []string {
	var out []string
	for _, r := range []GapReason{Late, NotDue, NeverReceived, TooShort} {
		names := map[Month][]string{} // by when they are due, where that is said
		for _, g := range a.Gaps {
			if g.Reason == r && !(r == NeverReceived && g.Shown) {
				due := Month(0)
				if r == NotDue {
					due = g.Due
				}
				names[due] = append(names[due], lower(g.Name))
			}
		}
		for _, due := range slices.Sorted(maps.Keys(names)) {
			out = append(out, missingFor(r, names[due], due, a.AsOf))
		}
	}
	return out
}

// missingFor is the sentence about the gaps of one reason, of those not due yet about
// those due in one month.
func missingFor(r GapReason, names []string, due, asOf Month) string {
	text := "Missing: " + listed(names, 3)
	if r == NeverReceived && len(names) > 3 {
		// Most are no business of such a provider: three names of many would mislead.
		text = fmt.Sprintf("Missing: %d measures", len(names))
	}
	switch {
	case r == Late:
		text += ", later than from most others"
	case r == NotDue && due < asOf:
		text += ", expected in " + due.Name(asOf) + " and here from nobody yet"
	case r == NotDue:
		text += ", not due until " + due.Name(asOf)
	case r == NeverReceived:
		text += ", never received from this provider"
	case r == TooShort:
		text += ", too few months yet for an own past"
	}
	return text + "."
}
