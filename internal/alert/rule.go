package alert

import (
	"cmp"
	"slices"
	"time"

	"candour/internal/concern"
	"candour/internal/org"
)

// Judge applies the alert rule and the re-alert rule (concern-design.md section 9) to a
// commissioner's assessments: which providers are to be raised, and which open
// alerts have a newer judgement to add. Held is every alert of the commissioner,
// in any order. Heir says who holds the whole history of a provider now: after a
// merger the alerts of those that merged are those of what they became, so that an
// open task follows its patients and is not raised a second time (R-ORG-8). Both
// lists come in the order of the assessments.
func Judge(m Method, assessments []concern.Assessment, held []Alert, heir func(org.Code) org.Code) (raise []Brief, add []Step) {
	last, task := map[org.Code]*Alert{}, map[org.Code]*Alert{}
	for i := range held {
		a := &held[i]
		code := heir(a.Provider)
		if l := last[code]; l == nil || newer(a, l) {
			last[code] = a
		}
		if l := task[code]; a.Open() && (l == nil || newer(a, l)) {
			task[code] = a
		}
	}
	for i := range assessments {
		x := &assessments[i]
		review, open := concern.Review{}, task[org.Code(x.Provider)]
		if l := last[org.Code(x.Provider)]; l != nil {
			review = concern.Review{Last: &l.First.Alert, Open: open != nil}
		}
		decision, found := m.Params.Decide(m.Budget, x, review)
		b := Brief{Alert: found, Points: x.Points, Word: x.Word}
		switch decision {
		case concern.Raise:
			raise = append(raise, b)
		case concern.Update:
			if differs(&open.Now, &b) {
				add = append(add, Step{Ref: open.Ref, Number: open.Version + 1, Act: Add, Brief: &b})
			}
		case concern.Quiet:
		}
	}
	return raise, add
}

// newer reports whether a was raised after b; of one moment the higher number is newer.
func newer(a, b *Alert) bool {
	if !a.Raised.Equal(b.Raised) {
		return a.Raised.After(b.Raised)
	}
	_, n, _ := a.Ref.Parts()
	_, m, _ := b.Ref.Parts()
	return n > m
}

// differs reports whether a newer judgement says anything that a reader would
// see: other points, another word, families or route, or another provider that the
// task has followed to. The same points a month later are no news to an open task.
func differs(was, now *Brief) bool {
	return was.Provider != now.Provider || was.Points != now.Points || was.Word != now.Word || was.ByScore != now.ByScore || was.ByLevel != now.ByLevel ||
		!slices.Equal(was.Families, now.Families)
}

// Climbs is the alerts that go up a level at a moment: raised, not acknowledged,
// and opened by nobody in the days set since they came to their level.
func Climbs(held []Alert, days int, now time.Time) []Step {
	var out []Step
	for i := range held {
		a := &held[i]
		if a.State != Raised || !a.Opened.IsZero() || a.Level >= Board || now.Before(a.Climbed.AddDate(0, 0, days)) {
			continue
		}
		out = append(out, Step{Ref: a.Ref, Number: a.Version + 1, Act: Escalate, Level: a.Level + 1})
	}
	return out
}

// NextNumber is the number of the next alert of a year among those held.
func NextNumber(held []Alert, year int) int {
	n := 0
	for i := range held {
		if y, k, ok := held[i].Ref.Parts(); ok && y == year {
			n = max(n, k)
		}
	}
	return n + 1
}

// Sort orders alerts as the queue lists them: open before closed; the open by level,
// highest first, then as they were raised; the closed newest first.
func Sort(list []Alert) {
	slices.SortFunc(list, func(a, b Alert) int {
		switch {
		case a.Open() != b.Open():
			if a.Open() {
				return -1
			}
			return 1
		case a.Open():
			return cmp.Or(cmp.Compare(b.Level, a.Level), a.Raised.Compare(b.Raised), byRef(a, b))
		}
		return cmp.Or(b.Ended.Compare(a.Ended), byRef(a, b))
	})
}

func byRef(a, b Alert) int {
	y, n, _ := a.Ref.Parts()
	z, m, _ := b.Ref.Parts()
	return cmp.Or(cmp.Compare(y, z), cmp.Compare(n, m), cmp.Compare(a.Tenant, b.Tenant))
}
