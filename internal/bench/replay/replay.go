// Package replay runs the ranking of concern over published history: the
// mortality ratios (SHMI) of 2011 to 2013, children's heart surgery at Bristol,
// the deaths of Harold Shipman's patients, and Mid Staffordshire 2001 to 2008.
//
// Figures are facts transcribed from published sources, which docs/replays
// names with what is uncertain; the SHMI files themselves are read at run time.
// A replay shows what the arithmetic says of figures which were chosen, after the
// event, because they mattered. It is no evidence of what the method would find
// among all that nobody has kept: the benchmark is for that.
package replay

import (
	"context"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"candour/internal/concern"
)

var (
	//go:embed bristol.csv
	bristolFile string
	//go:embed shipman.csv
	shipmanFile string
	//go:embed midstaffs.csv
	midStaffsFile string
)

// Run writes the named case, or all, to w. Data is the folder that holds
// shmi/*.csv. Of all, those that can be replayed are written, and then what is
// wrong with the others is returned.
func Run(ctx context.Context, w io.Writer, name, data string) error {
	var wrong []error
	for _, c := range []struct {
		name string
		run  func(io.Writer) error
	}{
		{"shmi", func(w io.Writer) error { return writeSHMI(w, data) }},
		{"bristol", writeBristol},
		{"shipman", writeShipman},
		{"mid-staffordshire", writeMidStaffs},
	} {
		if name != "all" && name != c.name {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := c.run(w); err != nil {
			wrong = append(wrong, fmt.Errorf("replay %s: %w", c.name, err))
		}
	}
	return errors.Join(wrong...)
}

// lone is the default parameters for a replay that holds a single stream: a
// provider is judged on one.
func lone() *concern.Params {
	p := concern.Default()
	p.Version += "-replay"
	p.JudgeStreams, p.JudgeMonths = 1, 1
	return p
}

// table reads an embedded file without its header.
func table(text string) ([][]string, error) {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) < 2 {
		return nil, fmt.Errorf("read transcribed figures: %w", err)
	}
	return rows[1:], nil
}

func numbers(cells []string) ([]float64, error) {
	out := make([]float64, len(cells))
	for i, c := range cells {
		x, err := strconv.ParseFloat(c, 64)
		if err != nil {
			return nil, err
		}
		out[i] = x
	}
	return out, nil
}
