package intake

import (
	"fmt"
	"strings"

	"candour/internal/delivery"
	"candour/internal/org"
)

// Keys of the columns of the shape successions.
const (
	keyPredecessor = "predecessor"
	keySuccessor   = "successor"
	keyOn          = "on"
	keyShare       = "share"
)

// succession reads a row that says who took over from whom.
func (t *tableReader) succession(cells []string) {
	codes := map[string]org.Code{}
	for _, key := range []string{keyPredecessor, keySuccessor} {
		code, err := org.ParseCode(t.cell(cells, key))
		if err != nil {
			t.refusal(delivery.Refusal{
				Column: t.columnName(t.bind.at[key]), Code: CodeOrganisation, Found: fmt.Sprintf("%q", excerpt(t.cell(cells, key))),
				Expected: "one organisation code of 3 to 9 letters and digits", Advice: "correct the code",
			})
			return
		}
		codes[key] = code
	}
	on := t.day(cells, keyOn)
	if t.faulty || on.IsZero() {
		if !t.faulty {
			t.refusal(delivery.Refusal{Column: t.columnName(t.bind.at[keyOn]), Code: CodeDate, Found: "no date", Expected: "the legal date (R-ORG-2)", Advice: "write the day on which the successor took over"})
		}
		return
	}
	share := t.figure(cells, keyShare)
	if t.faulty {
		return
	}
	if share < 0 || share > 1 {
		t.refusal(delivery.Refusal{
			Column: t.columnName(t.bind.at[keyShare]), Code: CodeNumber, Found: fmt.Sprintf("%g", share), Expected: "a share from 0 to 1; 0 or empty is not stated (R-ORG-5)", Advice: "write 0.6 for 60 %",
		})
		return
	}
	t.gave = true
	t.out.emit(delivery.Item{Succession: &org.Succession{Predecessor: codes[keyPredecessor], Successor: codes[keySuccessor], On: on, Share: share, Source: "file"}})
}

// footnote gives the successions that a note below the table states, where the
// definition knows its words.
func (t *tableReader) footnote(cells []string) {
	if len(t.Layout.Stated) == 0 || len(cells) == 0 {
		return
	}
	note := fold(cells[0])
	for _, s := range t.Layout.Stated {
		if !strings.Contains(note, fold(s.Contains)) {
			continue
		}
		on, _ := parseDate(s.On)
		for _, p := range s.Predecessors {
			for _, q := range s.Successors {
				t.out.emit(delivery.Item{Succession: &org.Succession{
					Predecessor: org.Code(p), Successor: org.Code(q), On: on, Source: fmt.Sprintf("footnote in row %d", t.row.number),
				}})
			}
		}
	}
}
