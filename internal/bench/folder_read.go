package bench

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"candour/internal/concern"
)

// Bounds of what a folder may ask for, so that a damaged file cannot fill the
// memory.
const (
	mostMonths    = 600
	mostProviders = 20000
)

// reader turns the lines of an economy's files into an economy.
type reader struct {
	eco              *Economy
	provider, stream map[string]int
}

func (r *reader) economy(c []string) error {
	var into *int
	switch c[0] {
	case "name":
		r.eco.Name = strings.Clone(c[1])
		return nil
	case "months":
		into = &r.eco.Months
	case "startup":
		into = &r.eco.Startup
	case "shock_from":
		into = &r.eco.Shock.From
	case "shock_to":
		into = &r.eco.Shock.To
	default:
		return nil
	}
	n, err := whole(c[1], 0, mostMonths)
	*into = n
	return err
}

func (r *reader) providers(c []string) error {
	if _, twice := r.provider[c[0]]; twice || c[0] == "" {
		return fmt.Errorf("provider %q is empty or given twice", c[0])
	}
	if len(r.provider) >= mostProviders {
		return fmt.Errorf("more than %d providers", mostProviders)
	}
	size, err := number(c[1], 1)
	if err != nil || size <= 0 {
		return fmt.Errorf("size %q is not a number above 0", c[1])
	}
	id := strings.Clone(c[0])
	r.provider[id] = len(r.eco.Providers)
	r.eco.Providers = append(r.eco.Providers, concern.ProviderID(id))
	r.eco.Size = append(r.eco.Size, size)
	return nil
}

func (r *reader) streams(c []string) error {
	for i := range c {
		c[i] = strings.Clone(c[i])
	}
	if _, twice := r.stream[c[0]]; twice {
		return fmt.Errorf("stream %q is given twice", c[0])
	}
	s := concern.Stream{
		ID: concern.StreamID(c[0]), Name: c[1], Kind: concern.Kind(c[2]), Family: concern.FamilyID(c[3]), Domain: c[4],
		Channel: concern.ChannelID(c[8]), Severity: concern.Severity(c[9]),
	}
	var err error
	if s.Better, err = whole(orElse(c[5], "0"), -1, 1); err != nil {
		return err
	}
	if s.Shift, err = number(c[6], 0); err != nil {
		return err
	}
	if s.Every, err = whole(orElse(c[7], "1"), 1, 12); err != nil {
		return err
	}
	if s.Ratio, err = number(c[10], 0); err != nil {
		return err
	}
	r.stream[c[0]] = len(r.eco.Streams)
	r.eco.Streams = append(r.eco.Streams, s)
	return nil
}

// after completes what a file began: the derived streams once all streams of
// reports are known.
func (r *reader) after(file string) error {
	e := r.eco
	switch file {
	case fileEconomy:
		if e.Months <= e.Startup || e.Startup < 12 {
			return fmt.Errorf("months must be above startup, startup at least 12: %d, %d", e.Months, e.Startup)
		}
	case fileProviders:
		e.Truth = make([]Truth, len(e.Providers))
	case fileStreams:
		par := concern.Default()
		have := func(id concern.StreamID) bool { _, ok := r.stream[string(id)]; return ok }
		for _, s := range concern.SoftStreams(par) {
			switch s.Kind {
			case concern.Mix:
				if have(s.Ordinary) && have(s.Severe) {
					e.Streams = append(e.Streams, s)
				}
			case concern.Gap:
				missing := func(id concern.StreamID) bool { return !have(id) }
				s.Outside, s.Inside = slices.DeleteFunc(s.Outside, missing), slices.DeleteFunc(s.Inside, missing)
				if len(s.Outside) > 0 && len(s.Inside) > 0 {
					e.Streams = append(e.Streams, s)
				}
			}
		}
		return concern.Validate(par, e.Streams)
	}
	return nil
}

// place finds provider, stream and month of a line.
func (r *reader) place(c []string) (p, s, u int, err error) {
	p, ok := r.provider[c[0]]
	if !ok {
		return 0, 0, 0, fmt.Errorf("provider %q is not in %s", c[0], fileProviders)
	}
	if s, ok = r.stream[c[1]]; !ok {
		return 0, 0, 0, fmt.Errorf("stream %q is not in %s", c[1], fileStreams)
	}
	u, err = whole(c[2], 0, r.eco.Months-1)
	return p, s, u, err
}

func (r *reader) observations(c []string) error {
	p, s, u, err := r.place(c)
	if err != nil {
		return err
	}
	if k := r.eco.Streams[s].Kind; k == concern.Reports {
		return fmt.Errorf("stream %q holds reports, which belong in %s", c[1], fileReports)
	}
	at, err := whole(c[3], u, mostMonths*2)
	if err != nil {
		return err
	}
	value, err := number(c[4], math.NaN())
	if err != nil || math.IsNaN(value) {
		return fmt.Errorf("value %q is not a number", c[4])
	}
	den, err := number(c[5], 0)
	if err != nil {
		return err
	}
	if err := concern.CheckValue(r.eco.Streams[s].Kind, value, den); err != nil {
		return err
	}
	row := Row{
		Provider: int32(p), Stream: int32(s), Month: int16(u), Available: int16(at), Provisional: c[6] == "1" || c[6] == "true",
		Value: value, Den: den,
	}
	r.eco.Rows = append(r.eco.Rows, row)
	return nil
}

func (r *reader) reports(c []string) error {
	p, s, u, err := r.place(c)
	if err != nil {
		return err
	}
	if r.eco.Streams[s].Kind != concern.Reports {
		return fmt.Errorf("stream %q holds no reports", c[1])
	}
	at, err := whole(c[3], u, mostMonths*2)
	if err != nil {
		return err
	}
	n, err := whole(c[4], 0, math.MaxInt32)
	r.eco.Received = append(r.eco.Received, Receipt{Provider: int32(p), Stream: int32(s), Month: int16(u), Received: int16(at), Count: int32(n)})
	return err
}

func (r *reader) truth(c []string) error {
	p, ok := r.provider[c[0]]
	if !ok {
		return fmt.Errorf("provider %q is not in %s", c[0], fileProviders)
	}
	k := Kind(strings.Clone(c[1]))
	if !k.Deteriorated() && k != None && !slices.Contains(Decoys, k) {
		return fmt.Errorf("kind %q is unknown", c[1])
	}
	onset, err := whole(c[2], 0, r.eco.Months)
	if err != nil {
		return err
	}
	outcome, err := whole(orElse(c[3], c[2]), 0, mostMonths)
	r.eco.Truth[p] = Truth{Kind: k, Onset: onset, Outcome: outcome}
	return err
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func whole(s string, lo, hi int) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < lo || n > hi {
		return 0, fmt.Errorf("%q is not a whole number from %d to %d", s, lo, hi)
	}
	return n, nil
}

func number(s string, empty float64) (float64, error) {
	if s == "" {
		return empty, nil
	}
	x, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(x, 0) {
		return 0, fmt.Errorf("%q is not a number", s)
	}
	return x, nil
}
