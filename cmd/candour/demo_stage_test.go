package main

import (
	"slices"
	"testing"
	"time"

	"candour/internal/access"
	"candour/internal/alert"
	"candour/internal/concern"
	"candour/internal/demo"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/store"
)

// asOf is a commissioner's scope as of a moment.
func (d *begunDemo) asOf(t *testing.T, tenant org.Code, at time.Time) access.Scope {
	t.Helper()
	position, err := d.house.Store.PositionAt(d.env.Ctx, at)
	if err != nil {
		t.Fatal(err)
	}
	return access.For(access.Operator(operator), tenant).At(position)
}

// aPastThatCanBeLookedAt is that the demonstration shows of each day what was known
// on it.
func aPastThatCanBeLookedAt(t *testing.T, d *begunDemo) {
	day := d.economy.Day
	t.Run("a year ago there was a ranking, Aldermoor not at its top", func(t *testing.T) {
		list, err := d.house.Store.Concerns(d.env.Ctx, d.asOf(t, demo.Marlshire, day.AddDate(-1, 0, 0)), "")
		judged := slices.DeleteFunc(slices.Clone(list), func(c store.Concern) bool { return !c.Judged })
		if err != nil || len(judged) < 10 {
			t.Fatalf("%v: %d providers were judged of %d", err, len(judged), len(list))
		}
		now, err := d.house.Store.Concerns(d.env.Ctx, access.For(access.Operator(operator), demo.Marlshire), demo.Aldermoor)
		was := slices.IndexFunc(list, func(c store.Concern) bool { return c.Org == demo.Aldermoor })
		if err != nil || len(now) != 1 || was < 0 || 2*list[was].Points > now[0].Points {
			t.Errorf("%v: Aldermoor had %d points then, has %d", err, list[max(0, was)].Points, now[0].Points)
		}
	})
	t.Run("two years ago there were two trusts", func(t *testing.T) {
		for code, open := range map[org.Code]bool{demo.Ashby: true, demo.AshbyTarn: false} {
			_, err := d.house.Store.Organisation(d.env.Ctx, d.asOf(t, demo.TarnValley, day.AddDate(-2, 0, 0)), code)
			if (err == nil) != open {
				t.Errorf("%s: %v", code, err)
			}
		}
	})
	t.Run("the restated month is seen before and after", func(t *testing.T) {
		want := store.Wanted{Indicators: []indicator.ID{"ae-4h-type1"}, Orgs: []org.Code{demo.QueenAdela}}
		var sums []int
		for _, at := range []time.Time{day.AddDate(0, -3, 0), day} {
			list, err := d.house.Store.Observations(d.env.Ctx, d.asOf(t, demo.Marlshire, at), want)
			if err != nil || len(list) < 30 {
				t.Fatalf("%v: %d months", err, len(list))
			}
			sum := 0.0
			for i := range list {
				if !list[i].Period.End().After(day.AddDate(0, -5, 0)) {
					sum += list[i].Numerator
				}
			}
			sums = append(sums, int(sum))
		}
		if sums[0]-sums[1] != 600 {
			t.Errorf("within four hours: %v before, %v after", sums[0], sums[1])
		}
	})
	t.Run("alerts were opened, taken, closed", func(t *testing.T) { alertsWereDealtWith(t, d) })
	t.Run("the clock goes on, and the memory says that it was set", func(t *testing.T) {
		if behind := time.Since(d.house.Store.Now()); behind > time.Minute || behind < -time.Minute {
			t.Errorf("the store's clock is %v behind", behind)
		}
		if text, err := d.house.notice(d.env.Ctx); err != nil || text != d.economy.Notice()[0].Text {
			t.Errorf("%v: %q", err, text)
		}
	})
}

func alertsWereDealtWith(t *testing.T, d *begunDemo) {
	outcomes := map[concern.Outcome]int{}
	for _, tenant := range d.economy.Tenants() {
		list, err := d.house.Store.Alerts(d.env.Ctx, access.For(access.Operator(operator), tenant), store.AlertFilter{})
		if err != nil || len(list) == 0 {
			t.Fatalf("%s: %v, %d alerts", tenant, err, len(list))
		}
		for i := range list {
			a := &list[i]
			if a.State == alert.Closed {
				outcomes[a.Outcome]++
			}
			switch opened := a.Opened.Sub(a.Raised); {
			case !a.Opened.IsZero() && (opened < time.Hour || opened > 48*time.Hour):
				t.Errorf("%s %s was raised %v and opened %v", tenant, a.Ref, a.Raised, a.Opened)
			case a.Opened.IsZero() && d.economy.Day.Sub(a.Raised) > 10*24*time.Hour:
				t.Errorf("%s %s of %v was never opened", tenant, a.Ref, a.Raised)
			}
			x, err := d.house.Store.AlertEvidence(d.env.Ctx, access.For(access.Operator(operator), tenant), a.Ref)
			if err != nil || x.Assessment.Points != a.First.Points || len(x.Explanation.Lines) == 0 {
				t.Errorf("%s %s: %v, evidence of %d points where it was raised at %d", tenant, a.Ref, err, x.Assessment.Points, a.First.Points)
			}
		}
	}
	if outcomes[concern.RealConcern] == 0 || len(outcomes) < 3 {
		t.Errorf("closed by outcome: %v", outcomes)
	}
}
