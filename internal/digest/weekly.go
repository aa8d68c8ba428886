package digest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"candour/internal/alert"
	"candour/internal/calendar"
	"candour/internal/concern"
	"candour/internal/org"
	"candour/internal/store"
)

// How many items each part has: the whole stays under five minutes.
const (
	moverItems  = 5 // worse; those that got better are two fewer
	alertItems  = 3
	clockShown  = 4
	lateItems   = 3
	stateItems  = 2
	wordsInLine = 24 // of evidence
)

// Weekly puts a week into words.
func Weekly(m *Made) Digest {
	d := Digest{Title: "Week of " + m.Week.Words()}
	worse, better, fresh := m.movers()
	raised := m.raised()
	d.Lead = m.lead(worse, better, fresh, raised)
	d.Parts = append(d.Parts, m.watchPart(worse, better, fresh), m.raisedPart(raised), m.unopenedPart(), m.closedPart())
	d.Parts = append(d.Parts, m.workPart())
	if m.Clocks != nil {
		d.Parts = append(d.Parts, m.clockPart())
	}
	d.Parts = append(d.Parts, m.latePart(), m.restatedPart())
	d.Small = []string{"As it stood on " + m.At.In(calendar.London).Format("Monday 2 January 2006, 15:04") + ", compared with " +
		m.Week.Begins().Format("Monday 2 January") + ". Points rank attention; they are no verdict."} // R-RISK-1
	if m.Leaves {
		d.Small = append(d.Small, "What staff said is not counted here, and no signal is quoted: follow the link.")
	}
	return d
}

// mover is a provider whose concern changed in the week.
type mover struct {
	now    store.Concern
	before store.Concern // not judged: this is the first judgement
}

func (v *mover) by() int { return v.now.Points - v.before.Points }

// movers is who got worse and who got better, by points, largest movement first, and
// who was judged for the first time, highest first.
func (m *Made) movers() (worse, better, fresh []mover) {
	before := map[org.Code]store.Concern{}
	for _, c := range m.Before {
		if c.Judged {
			before[c.Org] = c
		}
	}
	for _, c := range m.Now {
		if !c.Judged || !m.Providers[c.Org] {
			continue
		}
		v := mover{c, before[c.Org]}
		switch {
		case !v.before.Judged:
			fresh = append(fresh, v)
		case v.by() > 0:
			worse = append(worse, v)
		case v.by() < 0:
			better = append(better, v)
		}
	}
	for _, list := range [][]mover{worse, better, fresh} {
		slices.SortFunc(list, func(a, b mover) int {
			return cmp.Or(max(b.by(), -b.by())-max(a.by(), -a.by()), strings.Compare(string(a.now.Org), string(b.now.Org)))
		})
	}
	return worse, better, fresh
}

func (m *Made) name(code org.Code) string { return cmp.Or(m.Names[code], string(code)) }

func (m *Made) lead(worse, better, fresh []mover, raised []alert.Alert) string {
	var parts []string
	if len(m.Now) == 0 {
		return "Nothing could be judged at " + m.Whose + " yet, so there is no change to tell."
	}
	parts = append(parts, count(len(worse), "provider got worse", "providers got worse")+" and "+number(len(better))+" better in points at "+m.Whose+".")
	if n := len(fresh); n > 0 {
		parts = append(parts, number(n)+" could be judged for the first time.")
	}
	switch n := len(raised); {
	case n > 0:
		text := count(n, "alert was raised", "alerts were raised")
		if why := m.Evidence[raised[0].Ref]; why != "" {
			text += ", the first about " + m.name(raised[0].Provider) + " because " + lower(strings.TrimSuffix(why, "."))
		}
		parts = append(parts, text+".")
	default:
		parts = append(parts, "No alert was raised.")
	}
	if n := len(m.unopened()); n > 0 {
		parts = append(parts, count(n, "alert waits that nobody has opened.", "alerts wait that nobody has opened."))
	}
	if m.Clocks != nil && m.Clocks.Signals > 0 {
		parts = append(parts, count(m.Clocks.Signals, "signal has an overdue clock.", "signals have overdue clocks."))
	}
	return strings.Join(parts, " ")
}

func (m *Made) watchPart(worse, better, fresh []mover) Part {
	p := Part{Heading: "What changed on the watch list", More: Link{"The watch list", "/watch-list"}}
	item := func(v *mover) Item {
		text := fmt.Sprintf("%s (%s)", count(v.now.Points, "point", "points"), v.now.Word)
		if v.before.Judged {
			text += fmt.Sprintf(", %s from %d", signed(v.by()), v.before.Points)
			if v.before.Word != v.now.Word {
				text += fmt.Sprintf("; was %s", v.before.Word)
			}
			if was := v.before.Assessment.Rank; was > 0 && was != v.now.Assessment.Rank {
				text += fmt.Sprintf("; %s, was %s", ordinal(v.now.Assessment.Rank), ordinal(was))
			}
		} else {
			text += ", judged for the first time"
		}
		text += "."
		if why := m.because(v.now.Explanation.Lines); why != "" && v.by() > 0 {
			text += " Because " + lower(why)
		}
		return Item{Link{m.name(v.now.Org), "/providers/" + string(v.now.Org)}, text}
	}
	for i := range worse[:min(moverItems, len(worse))] {
		p.Items = append(p.Items, item(&worse[i]))
	}
	for i := range better[:min(moverItems-2, len(better))] {
		p.Items = append(p.Items, item(&better[i]))
	}
	for i := range fresh[:min(max(0, moverItems-len(p.Items)), len(fresh))] {
		if fresh[i].now.Points > 0 {
			p.Items = append(p.Items, item(&fresh[i]))
		}
	}
	still := 0
	for _, c := range m.Now {
		if c.Judged && m.Providers[c.Org] {
			still++
		}
	}
	still -= len(worse) + len(better) + len(fresh)
	p.Sentence = fmt.Sprintf("%s worse, %s better, %s unchanged", number(len(worse)), number(len(better)), number(still))
	if n := len(fresh); n > 0 {
		p.Sentence += ", " + number(n) + " judged for the first time"
	}
	if left := len(worse) + len(better) - min(moverItems, len(worse)) - min(moverItems-2, len(better)); left > 0 {
		p.Sentence += fmt.Sprintf("; %s with smaller movements are not listed", number(left))
	}
	p.Sentence += "."
	if m.Scale != "" {
		p.Sentence += " " + m.Scale
	}
	return p
}

// staffFamily is the family of concerns of staff and trainees (concern-design.md 2).
const staffFamily concern.FamilyID = "staff"

// because is the largest contribution in a sentence, cut where it is long. What
// staff said is named without its count where the digest leaves.
func (m *Made) because(lines []concern.Line) string {
	i := slices.IndexFunc(lines, func(l concern.Line) bool { return l.Points > 0 && l.Text != "" && !l.Pattern && !l.Quiet })
	if i >= 0 {
		l := lines[i]
		if m.Leaves && (l.Family == staffFamily || l.Counts == staffFamily) {
			name, _, _ := strings.Cut(l.Text, ": ")
			return name + " weigh most."
		}
		return withinLine(firstSentence(l.Text))
	}
	return ""
}

// withinLine is the text without its last clauses where it is long: half a clause
// is the last resort, as a figure says little without what it is compared with.
func withinLine(text string) string {
	for words := strings.Fields(text); len(words) > wordsInLine; words = strings.Fields(text) {
		i := strings.LastIndex(text, "; ")
		if i < 0 {
			return strings.Join(words[:wordsInLine], " ") + " …"
		}
		text = text[:i] + "."
	}
	return text
}

// raised is the alerts of the week, oldest first.
func (m *Made) raised() (out []alert.Alert) {
	for _, a := range m.Alerts {
		if !a.Raised.Before(m.Week.Begins()) && a.Raised.Before(m.Week.Ends()) {
			out = append(out, a)
		}
	}
	slices.SortStableFunc(out, func(a, b alert.Alert) int { return a.Raised.Compare(b.Raised) })
	return out
}

// unopened is the open alerts whose page nobody has been shown, oldest first.
func (m *Made) unopened() (out []alert.Alert) {
	for _, a := range m.Alerts {
		if a.Open() && a.Opened.IsZero() {
			out = append(out, a)
		}
	}
	slices.SortStableFunc(out, func(a, b alert.Alert) int { return a.Raised.Compare(b.Raised) })
	return out
}

// alertsPath is the page of all alerts, alertPath that of one.
const alertsPath = "/alerts"

func alertPath(ref alert.Ref) string { return alertsPath + "/" + string(ref) }

func (m *Made) raisedPart(list []alert.Alert) Part {
	p := Part{Heading: "New alerts", Sentence: "None was raised in the week."}
	if len(list) > 0 {
		p.Sentence = count(len(list), "was raised.", "were raised.")
		p.More = m.moreAlerts(len(list))
	}
	for _, a := range list[:min(alertItems, len(list))] {
		text := fmt.Sprintf("%s: %s (%s), raised %s.", m.about(a.Provider), count(a.First.Points, "point", "points"), a.First.Word, dayOf(a.Raised, m.At))
		if why := m.Evidence[a.Ref]; why != "" {
			text += " Because " + lower(why)
		}
		p.Items = append(p.Items, Item{Link{string(a.Ref), alertPath(a.Ref)}, text})
	}
	return p
}

func (m *Made) moreAlerts(n int) Link {
	if n <= alertItems {
		return Link{}
	}
	return Link{"All alerts", alertsPath}
}

func (m *Made) unopenedPart() Part {
	list := m.unopened()
	p := Part{Heading: "Alerts that nobody has opened", Sentence: "No alert is open.", More: m.moreAlerts(len(list))}
	switch {
	case len(list) > 0:
		p.Sentence = count(len(list), "waits", "wait") + ", longest first."
	case slices.ContainsFunc(m.Alerts, func(a alert.Alert) bool { return a.Open() }):
		p.Sentence = "Every open alert has been opened by somebody."
	}
	for _, a := range list[:min(alertItems, len(list))] {
		ago := "today"
		if days := int(calendar.DateOf(m.At) - calendar.DateOf(a.Raised)); days > 0 {
			ago = count(days, "day ago", "days ago")
		}
		p.Items = append(p.Items, Item{
			Link{string(a.Ref), alertPath(a.Ref)},
			fmt.Sprintf("%s: raised %s, %s; now asked: %s.", m.about(a.Provider), dayOf(a.Raised, m.At), ago, a.Level.Words()),
		})
	}
	return p
}

func (m *Made) closedPart() Part {
	var list []alert.Alert
	for _, a := range m.Alerts {
		if !a.Open() && !a.Ended.Before(m.Week.Begins()) && a.Ended.Before(m.Week.Ends()) {
			list = append(list, a)
		}
	}
	p := Part{Heading: "Alerts closed, and what they turned out to be", Sentence: "None was closed in the week.", More: m.moreAlerts(len(list))}
	if len(list) > 0 {
		p.Sentence = count(len(list), "was closed.", "were closed.")
	}
	for _, a := range list[:min(alertItems, len(list))] {
		p.Items = append(p.Items, Item{Link{string(a.Ref), alertPath(a.Ref)}, fmt.Sprintf("%s: %s, closed %s.", m.about(a.Provider), a.Outcome, dayOf(a.Ended, m.At))})
	}
	return p
}

func (m *Made) workPart() Part {
	p := Part{Heading: "Workload and hit rate"}
	c := alert.Count(m.Alerts, m.At.AddDate(-hitYears, 0, 0), m.At.Add(time.Microsecond))
	half := alert.Count(m.Alerts, m.At.AddDate(0, 0, -26*7), m.At.Add(time.Microsecond))
	w := m.Budget.Workload(m.Judged)
	p.Sentence = fmt.Sprintf("%s open. ", count(c.Open(), "alert is", "alerts are"))
	p.Sentence += fmt.Sprintf("At this setting expect %s for %s; in the last 26 weeks there were %s. ", w.Words(), count(m.Judged, "provider that can be judged", "providers that can be judged"), number(half.Raised))
	if c.Closed == 0 {
		p.Sentence += fmt.Sprintf("None has been closed yet; in simulation about %.0f in 10 are true.", 10*w.TrueShare)
	} else {
		p.Sentence += fmt.Sprintf("Of %s closed in %d years, %s at a concern that exists; in simulation about %.0f in 10 do.",
			number(c.Closed), hitYears, count(c.True, "pointed", "pointed"), 10*w.TrueShare)
	}
	return p
}

func (m *Made) clockPart() Part {
	c := m.Clocks
	p := Part{Heading: "Clocks", Sentence: upper(clockCounts(c)) + ".", Items: clockItems(c.LongStops, m.At, clockShown/2), More: Link{"All clocks", DuePath}}
	p.Items = append(p.Items, clockItems(c.Overdue, m.At, clockShown-len(p.Items))...)
	return p
}
