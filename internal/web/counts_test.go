package web

import (
	"encoding/csv"
	"fmt"
	"math"
	"math/rand"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/listen"
	"candour/internal/org"
	"candour/internal/signal"
)

func init() {
	for name, st := range map[string]func(org.Code) stand{
		"GET /counts":          at("/counts"),
		"POST /counts":         at("/counts", "from", "nonsense"),
		"GET /counts/{id}":     at("/counts/CT-1"),
		"GET /counts/{id}/csv": at("/counts/CT-1/csv"),
	} {
		stands[name] = st
	}
}

// papered makes a paper of counts at a commissioner.
func (b *bundle) papered(tenant org.Code) {
	b.Helper()
	if got := b.as(access.Analyst, tenant).post("/counts", "for", "Board, secret of "+string(tenant), "from", "2026-01", "to", "2026-11"); got.Code != http.StatusSeeOther {
		b.Fatalf("a paper gave %d: %s", got.Code, got.Body)
	}
}

// many records signals about QAA's providers, least to most of each of three kinds
// in each month, from a seed.
func (b *bundle) many(seed int64, first, last time.Month, least, most int) {
	b.Helper()
	draw := rand.New(rand.NewSource(seed))
	var items []listen.Item
	for _, p := range []org.Code{"RA1", "RA2"} {
		for m := first; m <= last; m++ {
			for kind := range 3 {
				for range least + draw.Intn(most-least+1) {
					day := calendar.NewDate(2026, m, 1+draw.Intn(27))
					x := signal.Signal{Title: "x", Narrative: "No letter came.", Place: signal.Place{Provider: p}, Received: day.At(9, 0), Source: signal.Source{Channel: "file"}, Themes: []string{"delay"}}
					switch kind {
					case 0:
						x.Kind, x.ClinicianConcern = signal.KindClinicianConcern, &signal.ClinicianConcern{Harm: "no"}
						x.Source.Organisation = "A81001"
					case 1:
						x.Kind, x.Complaint = signal.KindComplaint, &signal.Complaint{ReceivedBy: "provider", Complainant: signal.ComplainantPatient, Consent: signal.ConsentNotAsked}
					default:
						x.Kind, x.Publication = signal.KindPatientComment, &signal.Publication{Sentiment: signal.SentimentNegative, Outlet: "Care Opinion"}
					}
					items = append(items, listen.Item{Signal: x})
				}
			}
		}
	}
	_, err := b.server.Desk.Receive(b.ctx, leadAt("QAA"), items...)
	b.no(err)
}

// aPaper is a CSV as somebody outside reads it.
func (b *bundle) aPaper(id string) [][]string {
	b.Helper()
	rows, err := csv.NewReader(strings.NewReader(b.as(access.Analyst, "QAA").get("/counts/" + id + "/csv").Body.String())).ReadAll()
	b.no(err)
	return rows
}

// attacker works out from papers alone what each cell and total can be. It knows
// the method, that * is 1 to 4, and which papers lie within which: unknowns are the
// cells of the first paper and what each later one adds.
type attacker struct {
	names  []string
	low    []float64
	high   []float64
	sums   [][2][]int // sum of the first list = sum of the second
	number map[string]int
}

func (a *attacker) unknown(name string) int {
	if n, ok := a.number[name]; ok {
		return n
	}
	n := len(a.names)
	a.number[name] = n
	a.names, a.low, a.high = append(a.names, name), append(a.low, 0), append(a.high, math.Inf(1))
	return n
}

func (a *attacker) see(n int, shown string) {
	switch shown {
	case "*":
		a.low[n], a.high[n] = max(a.low[n], 1), min(a.high[n], 4)
	case "w":
	default:
		v, err := strconv.ParseFloat(shown, 64)
		if err != nil {
			panic(err)
		}
		a.low[n], a.high[n] = v, v
	}
}

// propagate narrows every interval until nothing moves.
func (a *attacker) propagate() {
	for range 200 {
		moved := false
		for _, s := range a.sums {
			for side := range 2 {
				left, right := s[side], s[1-side]
				lowR, highR := 0.0, 0.0
				for _, n := range right {
					lowR, highR = lowR+a.low[n], highR+a.high[n]
				}
				for i, n := range left {
					lowL, highL := 0.0, 0.0
					for j, m := range left {
						if j != i {
							lowL, highL = lowL+a.low[m], highL+a.high[m]
						}
					}
					if v := lowR - highL; v > a.low[n] {
						a.low[n], moved = v, true
					}
					if v := highR - lowL; v < a.high[n] {
						a.high[n], moved = v, true
					}
				}
			}
		}
		if !moved {
			return
		}
	}
}

// paper adds one paper: its cells are those of parts, its totals add up.
func (a *attacker) paper(id string, rows [][]string, parts func(row, column string) []int) {
	columns := rows[0][1:]
	byColumn := make([][]int, len(columns)-1)
	last := len(columns) - 1
	var allRows []int
	for _, row := range rows[1 : len(rows)-1] {
		var inRow []int
		for j := range last {
			n := a.unknown(id + "/" + row[0] + "/" + columns[j])
			a.see(n, row[j+1])
			a.sums = append(a.sums, [2][]int{{n}, parts(row[0], columns[j])})
			inRow, byColumn[j] = append(inRow, n), append(byColumn[j], n)
		}
		total := a.unknown(id + "/" + row[0] + "/All")
		a.see(total, row[last+1])
		a.sums = append(a.sums, [2][]int{{total}, inRow})
		allRows = append(allRows, total)
	}
	foot := rows[len(rows)-1]
	var allColumns []int
	for j := range last {
		n := a.unknown(id + "/All/" + columns[j])
		a.see(n, foot[j+1])
		a.sums = append(a.sums, [2][]int{{n}, byColumn[j]})
		allColumns = append(allColumns, n)
	}
	grand := a.unknown(id + "/All/All")
	a.see(grand, foot[last+1])
	a.sums = append(a.sums, [2][]int{{grand}, allRows}, [2][]int{{grand}, allColumns})
}

// known is what the attacker knows exactly of small counts: every unknown whose
// only possible value is 1 to 4.
func (a *attacker) known() (out []string) {
	for n, name := range a.names {
		if a.high[n]-a.low[n] < 0.5 && a.low[n] > 0.5 && a.low[n] < 4.5 {
			out = append(out, fmt.Sprintf("%s = %.0f", name, a.low[n]))
		}
	}
	return out
}

// The papers as they come out, over HTTP: neighbouring filters (January to March,
// to April) and different days (the same months again after more came in).
func TestAnAttackerWorksOutNoSmallCountFromThePapersThatAreOut(t *testing.T) {
	t.Parallel()
	for seed := range int64(2) {
		t.Run(strconv.FormatInt(seed, 10), func(t *testing.T) {
			b := peopled(t)
			b.many(seed, time.January, time.March, 0, 9)
			b.many(seed+50, time.April, time.April, 0, 7)
			analyst := b.as(access.Analyst, "QAA")
			make := func(from, to string) {
				t.Helper()
				if got := analyst.post("/counts", "for", "Board", "from", from, "to", to); got.Code != http.StatusSeeOther {
					t.Fatalf("a paper gave %d: %s", got.Code, got.Body)
				}
			}
			make("2026-01", "2026-03")
			make("2026-01", "2026-04") // less the first it is April
			b.many(seed+100, time.February, time.February, 0, 6)
			make("2026-01", "2026-03") // less the first it is what came in since
			a := &attacker{number: map[string]int{}}
			first := func(row, column string) []int { return []int{a.unknown("then/" + row + "/" + column)} }
			a.paper("CT-1", b.aPaper("CT-1"), first)
			a.paper("CT-2", b.aPaper("CT-2"), func(row, column string) []int { return append(first(row, column), a.unknown("april/"+row+"/"+column)) })
			a.paper("CT-3", b.aPaper("CT-3"), func(row, column string) []int { return append(first(row, column), a.unknown("since/"+row+"/"+column)) })
			a.propagate()
			if known := a.known(); len(known) > 0 {
				t.Errorf("worked out: %s", strings.Join(known, ", "))
			}
			shown := 0
			for _, row := range b.aPaper("CT-3")[1:] {
				for _, cell := range row[1:] {
					if _, err := strconv.Atoi(cell); err == nil && cell != "0" {
						shown++
					}
				}
			}
			t.Logf("%d counts are still shown on the third paper", shown)
		})
	}
}

// The attacker is worth something: from true counts it works out what was hidden.
func TestTheAttackerWorksOutWhatIsOnlyHidden(t *testing.T) {
	t.Parallel()
	a := &attacker{number: map[string]int{}}
	each := func(row, column string) []int { return []int{a.unknown("then/" + row + "/" + column)} }
	a.paper("CT-1", [][]string{{"provider", "x", "y", "All"}, {"p", "*", "10", "12"}, {"q", "8", "9", "17"}, {"All", "10", "19", "29"}}, each)
	a.propagate()
	if known := a.known(); len(known) == 0 {
		t.Error("a single hidden cell between totals was not worked out")
	}
}

func TestAPaperOfCountsIsRecordedAndShowsNothingSmall(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	b.heard("QAA")
	b.heard("QBB")
	analyst := b.as(access.Analyst, "QAA")
	for field, form := range map[string][]string{
		"for": {"from", "2026-10", "to", "2026-11"}, "from": {"for", "Board", "from", "soon", "to", "2026-11"}, "to": {"for", "Board", "from", "2026-11", "to", "2026-10"},
	} {
		if got := analyst.post("/counts", form...); got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), `href="#`+field+`"`) {
			t.Errorf("without %s: %d", field, got.Code)
		}
	}
	if got := analyst.post("/counts", "for", "Board", "from", "2020-01", "to", "2026-11"); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("a paper of seven years gave %d", got.Code)
	}
	b.papered("QAA")
	body := analyst.get("/counts/CT-1").Body.String()
	if !strings.Contains(body, "Aldermoor Hospitals (RA1)") || !strings.Contains(body, "*") || strings.Contains(body, "Bramblecote") || !strings.Contains(body, "Board, secret of QAA") {
		t.Error("the paper")
	}
	if rows := b.aPaper("CT-1"); len(rows) != 3 || strings.Contains(strings.Join(rows[1], " "), " 1") {
		t.Errorf("the file shows a count of one: %v", rows)
	}
	if got := b.as(access.GP, "QAA").get("/counts/CT-1"); got.Code != http.StatusForbidden {
		t.Errorf("a GP reads it: %d", got.Code)
	}
}

func TestTheTeamSeesWhatIsHeardOnItsOwnChannels(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	b.server.Channels = []signal.OwnChannel{{ID: "watchdogs", Name: "Local Healthwatch", Kind: signal.KindHealthwatch}, {ID: "theirs", Name: "Of another commissioner", Kind: signal.KindMPLetter}}
	for _, tenant := range []org.Code{"QAA", "QBB"} {
		if body := b.as(access.QualityLead, tenant).get("/counts").Body.String(); strings.Contains(body, "own channels") || strings.Contains(body, "Local Healthwatch") {
			t.Errorf("%s is shown channels on which it never heard anything", tenant)
		}
	}
	var items []listen.Item
	for i := range 3 {
		items = append(items, listen.Item{Signal: signal.Signal{
			Kind: signal.KindHealthwatch, Title: "Long waits", Place: signal.Place{Provider: "RA1"}, Received: b.clock.Now().AddDate(0, -7*i, -1), Source: signal.Source{Channel: "letter", Organisation: "HW1"},
			Themes: []string{"delay"}, Correspondence: &signal.Correspondence{},
		}})
	}
	_, err := b.server.Desk.Receive(b.ctx, leadAt("QAA"), items...)
	b.no(err)
	body := b.as(access.QualityLead, "QAA").get("/counts").Body.String()
	for _, want := range []string{"Your own channels", "Local Healthwatch", `cd-num">2<`, `cd-num">3<`} {
		if !strings.Contains(body, want) {
			t.Errorf("the page of counts lacks %q", want)
		}
	}
	if strings.Contains(body, "Of another commissioner") || strings.Contains(b.as(access.QualityLead, "QBB").get("/counts").Body.String(), "Local Healthwatch") {
		t.Error("a channel is named to a commissioner who never heard anything on it")
	}
	if body := b.as(access.BoardMember, "QAA").get("/counts").Body.String(); strings.Contains(body, "Local Healthwatch") {
		t.Error("true counts of an own channel are shown outside the team")
	}
}
