package chart

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// Inquiry is who knew what, and when: a line for each fact, from the day it
// happened to the day it reached us, to the day somebody who answers for quality
// was first shown it, to the first act. It is 1376 wide and as high as its facts
// need.
type Inquiry struct {
	Title string
	Facts []InquiryFact
	Until time.Time // the moment of the page: what is still open is drawn to it
}

// InquiryFact is one line of an inquiry. A zero time is a thing that hasn't happened.
type InquiryFact struct {
	Number   int // as in the table beside
	Name     string
	Happened time.Time // the end of what it is about
	Reached  time.Time // when it was received here
	Shown    time.Time // first, to anybody who answers for quality
	Acted    time.Time // first act on it
	Act      string    // what that was, in words
}

// LongUnseen is after how many days of lying unseen a line is drawn thick.
const LongUnseen = 30

const (
	inquiryLeft, inquiryRight = 290.0, 1080.0
	inquiryStep               = 34.0
)

// Days is the whole days between two moments, nought when the second is earlier.
func Days(from, to time.Time) int { return max(0, int(to.Sub(from).Hours()/24)) }

// span is the stretch of time drawn: whole months around all facts.
func (q *Inquiry) span() (from, to time.Time) {
	from, to = q.Until, q.Until
	for _, f := range q.Facts {
		for _, t := range []time.Time{f.Happened, f.Reached, f.Shown, f.Acted} {
			if !t.IsZero() && t.Before(from) {
				from = t
			}
			if t.After(to) {
				to = t
			}
		}
	}
	return time.Date(from.Year(), from.Month(), 1, 0, 0, 0, 0, from.Location()), time.Date(to.Year(), to.Month()+1, 1, 0, 0, 0, 0, to.Location())
}

// Describe says what the reader should see.
func (q *Inquiry) Describe() string {
	longest, unseen, slow := -1, 0, ""
	for _, f := range q.Facts {
		if f.Shown.IsZero() {
			unseen++
		} else if d := Days(f.Reached, f.Shown); d > longest {
			longest, slow = d, f.Name
		}
	}
	words := "Each line runs from the day a thing happened, to the day it reached us, to the day somebody who answers for quality was first shown it, to the first act."
	if longest >= 0 {
		words += fmt.Sprintf(" The longest wait between reaching us and being shown is %d days, for %s.", longest, slow)
	}
	return words + fmt.Sprintf(" Not shown yet: %d. The table gives every date.", unseen)
}

// Scene places the lines.
func (q Inquiry) Scene() Scene {
	from, to := q.span()
	height := 30 + inquiryStep*float64(len(q.Facts))
	s := Scene{ID: "inquiry", Class: "cd-chart cd-tl", Width: timelineWidth, Height: height, Title: q.Title, Desc: q.Describe()}
	x := func(t time.Time) float64 {
		return scale{0, to.Sub(from).Hours(), inquiryLeft, inquiryRight}.within(t.Sub(from).Hours())
	}
	q.months(&s, from, to, x, height-8)
	s.text("cd-g-t cd-g-b", 1092, 14, Start, "Days: reached, shown, acted")
	for i, f := range q.Facts {
		q.line(&s, f, 40+inquiryStep*float64(i), x)
	}
	return s
}

// months draws the months, as many names as find room.
func (q *Inquiry) months(s *Scene, from, to time.Time, x func(time.Time) float64, bottom float64) {
	n := (to.Year()-from.Year())*12 + int(to.Month()-from.Month())
	every := max(1, int(math.Ceil(float64(n)*62/(inquiryRight-inquiryLeft))))
	for m := 0; m < n; m += every {
		at := from.AddDate(0, m, 0)
		s.vline("cd-g-grid", x(at), 20, bottom)
		words := at.Format("Jan")
		if m == 0 || at.Month() == time.January || every > 1 {
			words = at.Format("Jan 06")
		}
		s.text("cd-g-t cd-g-b", x(at)+3, 14, Start, words)
	}
}

// line draws one fact: the wait until it reached us dashed, the wait until it was
// shown solid and thick after LongUnseen days, then the way to the first act.
func (q *Inquiry) line(s *Scene, f InquiryFact, y float64, x func(time.Time) float64) {
	s.add(Shape{Form: Circle, Class: "cd-g-disc", X: 9, Y: y, R: 8.5})
	s.text("cd-g-t cd-g-b", 9, y+4, Middle, strconv.Itoa(f.Number))
	name := []rune(f.Name)
	if len(name) > 38 {
		name = append(name[:37], '…')
	}
	s.add(Shape{Form: Text, Class: "cd-g-t cd-g-b", X: 26, Y: y + 4, Words: string(name), Tip: f.Name})
	s.hline("cd-g-limit", x(f.Happened), x(f.Reached), y)
	shown, days := f.Shown, "cd-g-t"
	if shown.IsZero() {
		shown = q.Until
	}
	class := "cd-g-mark"
	if Days(f.Reached, shown) > LongUnseen {
		class, days = "cd-g-over cd-g-long", "cd-g-t cd-g-c"
	}
	s.hline(class, x(f.Reached), x(shown), y)
	s.add(Shape{Form: Circle, Class: "cd-p-ghost", X: x(f.Happened), Y: y, R: 3.6})
	s.vline("cd-g-mark", x(f.Reached), y-7, y+7)
	s.text("cd-g-t", 1116, y+4, End, strconv.Itoa(Days(f.Happened, f.Reached)))
	wait, acted := strconv.Itoa(Days(f.Reached, shown)), "–"
	if f.Shown.IsZero() {
		wait += "+"
	} else {
		s.add(Shape{Form: Circle, Class: "cd-g-dot", X: x(f.Shown), Y: y, R: 4.2})
	}
	if !f.Acted.IsZero() {
		if !f.Shown.IsZero() && f.Acted.After(f.Shown) {
			s.hline("cd-g-heavy", x(f.Shown), x(f.Acted), y)
		}
		s.symbol("k-act", x(f.Acted)-2, y-8, 13, f.Act)
		acted = strconv.Itoa(Days(shown, f.Acted))
	}
	s.text(days, 1161, y+4, End, wait)
	s.text("cd-g-t", 1201, y+4, End, acted)
	act := f.Act
	if f.Acted.IsZero() {
		act = "no act recorded"
	}
	s.text("cd-g-t", 1218, y+4, Start, act)
}
