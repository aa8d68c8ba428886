package intake

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"candour/internal/delivery"
	"candour/internal/fault"
)

// quoteOf loads a file and quotes rows of it.
func quoteOf(t *testing.T, file string, b []byte, sheet, rows string, most int) (Quoted, error) {
	t.Helper()
	l, m := newLoader(t)
	r := loadBytes(t, l, file, b, Options{})
	if r.Status != delivery.Accepted && r.Status != delivery.Partly {
		t.Fatalf("%+v", r)
	}
	return Quote(context.Background(), r.Delivery, bytes.NewReader(m.Archived[r.SHA256]), sheet, rows, most)
}

func TestTheRowsThatAValueCameFromAreQuotedUnderTheirHeader(t *testing.T) {
	t.Parallel()
	text := []byte(aeHeader + strings.Replace(aeRow, "RAA", "RBB", 1) + aeRow + "TOTAL,,,,1,1\r\n")
	q, err := quoteOf(t, "x.csv", text, "", "3", 9)
	if err != nil || len(q.Rows) != 1 || q.Rows[0].Number != 3 || q.Rows[0].Cells[1] != "RAA" || q.Columns[4] != "A&E attendances Type 1" || q.More || q.Blanked {
		t.Errorf("%+v, %v", q, err)
	}
	q, err = quoteOf(t, "x.csv", text, "", "1-2,4", 2)
	if err != nil || len(q.Rows) != 2 || q.Rows[1].Cells[1] != "RBB" || !q.More {
		t.Errorf("of rows 1, 2 and 4 the first two: %+v, %v", q, err)
	}
	if _, err := quoteOf(t, "x.csv", text, "Sheet9", "3", 9); !fault.Is(err, fault.NotFound) {
		t.Errorf("a sheet that is not there: %v", err)
	}
	for _, wrong := range []string{"", "x", "0", "3-2", "4,3", "1-", "-1"} {
		if _, err := quoteOf(t, "x.csv", text, "", wrong, 9); !fault.Is(err, fault.Invalid) {
			t.Errorf("rows %q: %v", wrong, err)
		}
	}
}

func TestThePublishedRowsOfTheAprilPairAreQuoted(t *testing.T) {
	t.Parallel()
	l, m := newLoader(t)
	for file, row := range map[string]string{"ae/Monthly-AE-April-2025.csv": "50", "ae/April-2025-AE.csv": "131"} {
		r := loadPublic(t, l, file, Options{})
		q, err := Quote(context.Background(), r.Delivery, bytes.NewReader(m.Archived[r.SHA256]), "", row, 9)
		if err != nil || len(q.Rows) != 1 || !strings.Contains(strings.Join(q.Rows[0].Cells, "|"), "RBT") {
			t.Errorf("%s: %+v, %v", file, q, err)
		}
	}
	r := loadPublic(t, l, "ae/June-2025-AE-by-provider-3euC4-1.xlsx", Options{})
	q, err := Quote(context.Background(), r.Delivery, bytes.NewReader(m.Archived[r.SHA256]), "Provider Level Data", "20", 9)
	if err != nil || len(q.Rows) != 1 || !strings.Contains(strings.Join(q.Rows[0].Cells, "|"), "RGT") {
		t.Errorf("the workbook: %+v, %v", q, err)
	}
}

func TestPrivateColumnsAreBlankWhenRowsAreQuoted(t *testing.T) {
	t.Parallel()
	header := "Location ID,Location Name,Registered manager,Location telephone number,Primary inspection category,Care homes beds,Location HSCA start date,Location HSCA end date,Provider ID,Location ADASS Region,Location Latest Overall Rating,Publication Date,Location safe rating,Location effective rating,Location caring rating,Location responsive rating,Location well-led rating\n"
	row := "1-1234567,Rose House,\"Doe, Jane\",01234 567890,Residential social care,20,2020-01-01,,1-7654321,London,Good,1/2/2025 12:00:00 AM,Good,Good,Good,Good,Good"
	q, err := quoteOf(t, "Locations.csv", []byte(header+row+"\n"+row+",Doe\n"), "", "2-3", 9)
	if err != nil || len(q.Rows) != 2 || !q.Blanked || q.Rows[0].Cells[1] != "Rose House" || strings.Contains(fmt.Sprint(q), "Jane") || strings.Contains(fmt.Sprint(q), "Doe") || strings.Contains(fmt.Sprint(q), "567890") {
		t.Errorf("%+v, %v", q, err)
	}
}
