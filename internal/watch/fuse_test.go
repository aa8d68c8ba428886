package watch

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"candour/internal/alert"
	"candour/internal/calendar"
	"candour/internal/concern"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/signal"
)

// evidence is 40 months of twelve trusts on four scored indicators; the first
// trust worsens on all of them in its last ten months.
func evidence(t *testing.T) Evidence {
	t.Helper()
	files := fstest.MapFS{}
	ids := []indicator.ID{"one", "two", "three", "four"}
	for i, id := range ids {
		text := strings.NewReplacer("id: ae-4h", "id: "+string(id), "changes:", "detection: {domain: "+[]string{"safety", "mortality", "experience", "safety"}[i]+
			[]string{"", "", "", ", family: stroke"}[i]+", scored: true}\nchanges:").Replace(definition)
		files["indicators/"+string(id)+".yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	c, err := indicator.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(3, 4))
	var list []indicator.Observation
	for _, id := range ids {
		for k := range 12 {
			for m := range 40 {
				num := 900 + r.NormFloat64()*10
				if k == 0 && m >= 30 {
					num -= 90
				}
				o := observation(org.Code("R"+string(rune('A'+k))+"A"), calendar.NewMonth(2023, 7).Add(m), math.Round(num), 1000)
				o.Indicator, o.Vintage = id, 1
				o.Received = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
				list = append(list, o)
			}
		}
	}
	return Evidence{Catalogue: c, Observations: list, Params: concern.Default(), Now: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)}
}

func TestTheProviderThatWorsenedComesFirstAndItsPartsAddUp(t *testing.T) {
	t.Parallel()
	in := evidence(t)
	list, _, err := Judge(in)
	if err != nil {
		t.Fatal(err)
	}
	a := list[0]
	if a.Provider != "RAA" || !a.Judged || a.Rank != 1 || a.Points <= list[1].Points {
		t.Fatalf("first is %s with %d points, then %s with %d", a.Provider, a.Points, list[1].Provider, list[1].Points)
	}
	points := a.Pattern.Points
	for _, f := range a.Families {
		points += f.Points
	}
	for _, s := range a.Standing {
		points += s.Points
	}
	if points != a.Points {
		t.Errorf("parts add up to %d, shown is %d", points, a.Points)
	}
	own := false
	for _, f := range a.Families {
		own = own || f.Family == "stroke" && f.Name == "Stroke"
	}
	if !own {
		t.Error("a family that an installation names itself is a family")
	}
}

func TestAJudgementThatIsRecordedIsNotRecordedAgain(t *testing.T) {
	t.Parallel()
	in := evidence(t)
	in.Tenant, in.Providers = "QAA", []org.Code{"RAA", "RBA"}
	list, _, err := Judge(in)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 2 || list[0].Rank != 1 || list[1].Rank != 2 {
		t.Fatalf("ranks among its own providers: %+v", list)
	}
	budget := in.Params.Budget(alert.UsualBudget)
	first, err := Judged(in, list, budget, nil, "c")
	if err != nil || len(first.Judged) != 2 {
		t.Fatalf("%d recorded, %v", len(first.Judged), err)
	}
	held := map[org.Code]string{"RXX": "{}"}
	for _, j := range first.Judged {
		held[j.Org] = string(j.Assessment)
		if !json.Valid(j.Explanation) {
			t.Error("an explanation is not JSON")
		}
	}
	again, err := Judged(in, list, budget, held, "c")
	if err != nil || len(again.Judged) != 0 || len(again.Dropped) != 1 {
		t.Errorf("again: %d judged, %v dropped, %v", len(again.Judged), again.Dropped, err)
	}
}

func TestReportsBecomeRunningCountsAndSilenceAnExplicitNone(t *testing.T) {
	t.Parallel()
	cell := func(event, received string, n int) signal.Cell {
		e, err := calendar.ParsePeriod(event)
		if err != nil {
			t.Fatal(err)
		}
		r, err := calendar.ParsePeriod(received)
		if err != nil {
			t.Fatal(err)
		}
		return signal.Cell{Provider: "RAA", Channel: signal.ChannelGP, EventMonth: e, ReceivedMonth: r, N: n}
	}
	in := Evidence{Providers: []org.Code{"RAA", "RBB"}, Cells: []signal.Cell{cell("2026-08", "2026-08", 2), cell("2026-08", "2026-10", 3)}}
	rows := softRows(in, concern.NewMonth(2026, 10))
	var got []string
	for _, r := range rows {
		if r.Stream == "gp.ordinary" && r.Provider == "RAA" {
			got = append(got, r.Month.String()+" by "+r.Available.String()+": "+string(rune('0'+int(r.Value))))
		}
	}
	want := "2026-08 by 2026-08: 2; 2026-08 by 2026-10: 5; 2026-09 by 2026-09: 0; 2026-10 by 2026-10: 0"
	if s := strings.Join(got, "; "); s != want {
		t.Errorf("got %s\nexpected %s", s, want)
	}
}
