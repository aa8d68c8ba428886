package chart

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// part reads one part of a workbook, which is a zip of XML, without the library that wrote it.
func part(t *testing.T, book []byte, name string) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestTheWorkbookOfAnSPCChart(t *testing.T) {
	t.Parallel()
	c := falls()
	c.Points[2].Missing = "suppressed"
	var b bytes.Buffer
	if err := c.Workbook(&b, []Fact{{"Source", "Monthly quality return, received 18 Nov 2026"}}); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	for cell, want := range map[string]string{
		"Data!A1": "Period", "Data!A31": "Oct 2026", "Data!B31": "1.94", "Data!C31": "1.395", "Data!D31": "1.03", "Data!E31": "1.76",
		"Data!F31": "1.6", "Data!G31": "1.94", "Data!J31": "special cause, concern: above the upper limit; one of 7 running above the mean",
		"Data!B4": "", "Data!J4": "suppressed", "Data!C2": "1.718", "Data!G2": "",
		"About!A1": "Title", "About!B4": "Monthly quality return, received 18 Nov 2026",
	} {
		sheet, at, _ := strings.Cut(cell, "!")
		if got, err := f.GetCellValue(sheet, at); err != nil || got != want {
			t.Errorf("%s: %q, want %q (%v)", cell, got, want, err)
		}
	}
	xml := part(t, b.Bytes(), "xl/charts/chart1.xml")
	for what, fragment := range map[string]string{
		"a line chart": "<lineChart>", "the values": "Data!$B$2:$B$31", "the mean": "Data!$C$2:$C$31", "the lower limit": "Data!$D$2:$D$31",
		"the upper limit": "Data!$E$2:$E$31", "the standard": "Data!$F$2:$F$31", "concerns as diamonds": `val="diamond"`, "dashed limits": `val="dash"`,
		"a dotted standard": `val="sysDot"`, "gaps as gaps": `<dispBlanksAs val="gap"`, "the title": c.Title,
	} {
		if !strings.Contains(xml, fragment) {
			t.Errorf("%s: no %s", what, fragment)
		}
	}
	if strings.Contains(xml, "Data!$H$2") {
		t.Error("there is a series for improvements, though there are none")
	}
}

func TestTheWorkbookOfAFunnel(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := peers().Workbook(&b, nil); err != nil {
		t.Fatal(err)
	}
	xml := part(t, b.Bytes(), "xl/charts/chart1.xml")
	for what, fragment := range map[string]string{
		"a scatter chart": "<scatterChart>", "sizes": "Data!$B$2:$B$23", "values": "Data!$C$2:$C$23", "limits": "Data!$M$2:$M$70",
		"concern": `val="diamond"`, "better": `val="square"`,
	} {
		if !strings.Contains(xml, fragment) {
			t.Errorf("%s: no %s", what, fragment)
		}
	}
	f, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := f.GetCellValue("Data", "G6"); err != nil || got != "outside the limits, concern" {
		t.Errorf("G6 %q (%v)", got, err)
	}
	if got, err := f.GetCellValue("Data", "I2"); err != nil || got != "30000" {
		t.Errorf("I2 %q (%v)", got, err)
	}
}

func TestTheWorkbookOfNothingIsStillAWorkbook(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := (SPC{Title: "Nothing yet"}).Workbook(&b, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := excelize.OpenReader(&b); err != nil {
		t.Fatal(err)
	}
}
