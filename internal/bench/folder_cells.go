package bench

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of numbers, far from every real one and from those at which sums of
// them are none any more.
const (
	mostNumber = 1e12
	leastSize  = 1e-6
	mostSize   = 1e6
	mostDelay  = 2 * mostMonths // the last month from which a row may be known
)

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// whole reads a whole number of a column.
func whole(column, s string, lo, hi int) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < lo || n > hi {
		return 0, fmt.Errorf("%s %q is not a whole number from %d to %d", column, s, lo, hi)
	}
	return n, nil
}

// available reads the month from which a row about month u could be known.
func available(column, s string, u int) (int, error) {
	at, err := whole(column, s, u, mostDelay)
	if err != nil {
		return 0, fmt.Errorf("%w: nothing is known before its month", err)
	}
	return at, nil
}

// number reads a number of a column; empty is 0.
func number(column, s string) (float64, error) {
	if s == "" {
		return 0, nil
	}
	x, err := strconv.ParseFloat(s, 64)
	if err != nil || !(math.Abs(x) <= mostNumber) {
		return 0, fmt.Errorf("%s %q is not a number from %g to %g, with a point for decimals", column, s, -mostNumber, mostNumber)
	}
	return x, nil
}

// yes reads 1 or 0; empty is 0.
func yes(column, s string) (bool, error) {
	switch s {
	case "1", "true":
		return true, nil
	case "", "0", "false":
		return false, nil
	}
	return false, fmt.Errorf("%s %q is neither 1 nor 0", column, s)
}

// readable refuses what is not UTF-8 or holds characters that nobody can see.
func readable(column, s string) error {
	if !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
		return fmt.Errorf("%s %q holds bytes that are no UTF-8 text, or characters that can't be seen: write the file as UTF-8", column, s)
	}
	return nil
}

// listed is names in a row, for a message.
func listed[T ~string](names []T) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = string(n)
	}
	return strings.Join(out, ", ")
}
