package intake

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"strconv"
	"testing"

	"candour/internal/org"
)

func orgCode(s string) org.Code { return org.Code(s) }

// rttByHand adds up the totals that the file states itself (C_999), by another
// reader than ours.
func rttByHand(t testing.TB) string {
	t.Helper()
	z, err := zip.OpenReader(public(t, "rtt/Full-CSV-data-file-Jan26-ZIP-4M-WL5BiP.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	f, err := z.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.ReuseRecord = true
	var waiting, within, over52, over78, subset float64
	for first := true; ; first = false {
		rec, err := r.Read()
		if err == io.EOF {
			return fmt.Sprint(waiting, within, over52, over78, subset)
		}
		if err != nil {
			t.Fatal(err)
		}
		if first || rec[11] != "C_999" {
			continue
		}
		cell := func(i int) float64 { v, _ := strconv.ParseFloat(rec[i], 64); return v }
		switch rec[9] {
		case "Part_2A":
			subset += cell(120)
		case "Part_2":
			waiting += cell(120)
			for band := range 105 {
				switch v := cell(13 + band); {
				case band < 18:
					within += v
				case band >= 78:
					over52, over78 = over52+v, over78+v
				case band >= 52:
					over52 += v
				}
			}
		}
	}
}

// BenchmarkRTT compares reading the waiting-times file into values with reading
// its rows by encoding/csv and throwing them away. Both unpack the archive.
func BenchmarkRTT(b *testing.B) {
	text, err := os.ReadFile(public(b, "rtt/Full-CSV-data-file-Jan26-ZIP-4M-WL5BiP.zip"))
	if err != nil {
		b.Fatal(err)
	}
	b.Run("intake", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			found, err := sourcesOf(b).Recognise(context.Background(), File{"rtt.zip", int64(len(text)), bytes.NewReader(text)}, Said{}, DefaultLimits)
			if err != nil {
				b.Fatal(err)
			}
			n := 0
			for item, err := range found.Parse(context.Background()) {
				if err != nil {
					b.Fatal(err)
				}
				if item.Reading != nil {
					n++
				}
			}
			if n != 4074 {
				b.Fatalf("%d readings", n)
			}
		}
	})
	for _, way := range []string{"encoding-csv", "encoding-csv-reusing"} {
		b.Run(way, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				z, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
				if err != nil {
					b.Fatal(err)
				}
				f, err := z.File[0].Open()
				if err != nil {
					b.Fatal(err)
				}
				r := csv.NewReader(f)
				r.ReuseRecord = way == "encoding-csv-reusing"
				for err == nil {
					_, err = r.Read()
				}
				if err != io.EOF {
					b.Fatal(err)
				}
			}
		})
	}
}
