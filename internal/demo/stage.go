package demo

import (
	"path"
	"slices"
	"time"

	"candour/internal/calendar"
	"candour/internal/record"
)

// Stage is one of the times at which files came in. What had come out since the
// stage before is loaded at it, as somebody does who loads what there is; so the
// memory knows of each day what was known on it.
type Stage struct {
	At      time.Time
	Files   []File
	Signals []SignalFile
}

// loads is how long before the day each earlier stage was. The first brought the
// history that there was; the last was a week ago, so that a week's news is new.
var loads = []struct{ months, days int }{
	{26, 0}, {12, 0}, {5, 0}, {2, 0}, {0, 7},
}

// loadedAt is when in the morning an earlier stage began: 07:40 UTC.
const loadedAt = 7*time.Hour + 40*time.Minute

// Moments is when each stage was, oldest first; the last is the day itself.
func (e Economy) Moments() []time.Time {
	out := make([]time.Time, 0, len(loads)+1)
	morning := e.Day.UTC().Truncate(24 * time.Hour).Add(loadedAt)
	for _, l := range loads {
		out = append(out, morning.AddDate(0, -l.months, -l.days))
	}
	return append(out, e.Day)
}

// stageOf is the stage at which something is loaded that came out then.
func (e Economy) stageOf(out time.Time) int {
	moments := e.Moments()
	i, _ := slices.BinarySearchFunc(moments, out, time.Time.Compare)
	return min(i, len(moments)-1)
}

// outAt is the stage at which a month's figures are loaded, which come out so many
// days after it; ok is false for what is not out by the day.
func (e Economy) outAt(back, lagDays int) (stage int, ok bool) {
	out := e.month(back).End().AddDate(0, 0, lagDays)
	return e.stageOf(out), !out.After(e.Day)
}

// fresh is, for each stage, the months whose figures are new at it, oldest first,
// as months before the newest. A stage to which nothing is new has none.
func (e Economy) fresh(lagDays int) [][]int {
	out := make([][]int, len(loads)+1)
	for back := Months - 1; back >= 0; back-- {
		if k, ok := e.outAt(back, lagDays); ok {
			out[k] = append(out[k], back)
		}
	}
	return out
}

// Stages is everything in the order in which it came in.
func (e Economy) Stages() ([]Stage, error) {
	moments := e.Moments()
	out := make([]Stage, len(moments))
	for k := range out {
		out[k].At = moments[k]
	}
	for _, f := range e.Files() {
		out[f.Stage].Files = append(out[f.Stage].Files, f)
	}
	signals, err := e.SignalFiles()
	for _, f := range e.OpenComplaints() {
		f.Stage = len(moments) - 1
		signals = append(signals, f)
	}
	for i := range signals {
		s := &out[signals[i].Stage]
		s.Signals = append(s.Signals, signals[i])
	}
	return out, err
}

// dated is a file's name with the day of its stage in it: "a/b.csv" becomes
// "a/b-2026-10-22.csv".
func (e Economy) dated(name string, stage int) string {
	ext := path.Ext(name)
	return name[:len(name)-len(ext)] + "-" + calendar.DateOf(e.Moments()[stage]).String() + ext
}

// Notice is what the memory itself says of the demonstration: that all of it is
// invented, and that its clock was set.
func (e Economy) Notice() []record.Definition {
	moments := e.Moments()
	first, day := moments[0], e.Day
	text := named("Demonstration: everything in it is invented. Its clock was set: the files of %d earlier days, from %s on, came in one after the other on %s, each as if on its day, and people’s decisions between them were made by the program.",
		len(loads), first.Format("2 January 2006"), day.Format("2 January 2006"))
	return []record.Definition{{Sort: NoticeSort, ID: NoticeID, Version: NoticeVersion, Text: text}}
}

// Where the notice stands among the definitions of a store.
const (
	NoticeSort    = "demonstration"
	NoticeID      = "notice"
	NoticeVersion = "1"
)
