package bench

import (
	"fmt"
	"slices"
	"strings"

	"candour/internal/concern"
)

// Bounds of what a folder may ask for, so that a damaged file cannot fill the
// memory.
const (
	mostMonths    = 600
	mostProviders = 20000
	mostCells     = 100_000_000 // providers × months × streams
	mostReports   = 1_000_000   // in one line
)

// reader turns the lines of an economy's files into an economy.
type reader struct {
	eco              *Economy
	par              *concern.Params
	provider, stream map[string]int
	keys             map[string]bool   // of economy.csv
	told             map[int]bool      // providers of truth.csv
	channel          map[string]string // the stream of a channel and severity
	given            map[uint64]bool   // provider, stream, month and available of observations.csv
	absent           map[string]bool   // files that are not there
	leftOut          map[string]int    // streams whose file is not there
}

func newReader(name string) *reader {
	return &reader{
		eco: &Economy{Name: name, Startup: 24}, par: concern.Default(), provider: map[string]int{}, stream: map[string]int{},
		keys: map[string]bool{}, told: map[int]bool{}, channel: map[string]string{}, given: map[uint64]bool{},
		absent: map[string]bool{}, leftOut: map[string]int{},
	}
}

func (r *reader) note(format string, args ...any) {
	r.eco.Notes = append(r.eco.Notes, fmt.Sprintf(format, args...))
}

func (r *reader) economy(c []string) error {
	e := r.eco
	if r.keys[c[0]] {
		return fmt.Errorf("the key %q is there twice", c[0])
	}
	r.keys[strings.Clone(c[0])] = true
	into := map[string]*int{"months": &e.Months, "startup": &e.Startup, "shock_from": &e.Shock.From, "shock_to": &e.Shock.To}[c[0]]
	switch {
	case c[0] == "name":
		e.Name = strings.Clone(c[1])
		return readable("name", c[1])
	case into == nil:
		r.note("%s: the key %q is not known and was passed over", fileEconomy, c[0])
		return nil
	}
	n, err := whole(c[0], c[1], 0, mostMonths)
	*into = n
	return err
}

func (r *reader) providers(c []string) error {
	if err := readable("provider", c[0]); err != nil {
		return err
	}
	if _, twice := r.provider[c[0]]; twice || c[0] == "" {
		return fmt.Errorf("provider %q is empty or given twice: each has one line", c[0])
	}
	if len(r.provider) >= mostProviders {
		return fmt.Errorf("more than %d providers", mostProviders)
	}
	size, err := number("size", c[1])
	if err != nil {
		return err
	}
	if size < leastSize || size > mostSize {
		return fmt.Errorf("size %q is not from %g to %g: 1 is a provider of usual activity", c[1], leastSize, mostSize)
	}
	id := strings.Clone(c[0])
	r.provider[id] = len(r.eco.Providers)
	r.eco.Providers = append(r.eco.Providers, concern.ProviderID(id))
	r.eco.Size = append(r.eco.Size, size)
	return nil
}

// after checks what only the whole of a file shows.
func (r *reader) after(file string) error {
	e := r.eco
	switch file {
	case fileEconomy:
		return r.afterEconomy()
	case fileProviders:
		if len(e.Providers) == 0 {
			return fmt.Errorf("line 2: it lists no provider")
		}
		e.Truth = make([]Truth, len(e.Providers))
	case fileStreams:
		return r.afterStreams()
	}
	return nil
}

func (r *reader) afterEconomy() error {
	e := r.eco
	if !r.keys["months"] {
		return fmt.Errorf("there is no line with the key months: from line 2 on each line is a key and its value, such as months,84")
	}
	if e.Months <= e.Startup || e.Startup < 12 {
		return fmt.Errorf("months must be above startup, and startup at least 12: they are %d and %d", e.Months, e.Startup)
	}
	if e.Shock.From > e.Shock.To || e.Shock.From < e.Shock.To && e.Shock.From >= e.Months {
		return fmt.Errorf("a national shock goes from shock_from, before month %d, to shock_to, exclusive: they are %d and %d; none is 0 and 0", e.Months, e.Shock.From, e.Shock.To)
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
	u, err = whole("month", c[2], 0, r.eco.Months-1)
	return p, s, u, err
}

func (r *reader) observations(c []string) error {
	p, s, u, err := r.place(c)
	if err != nil {
		return err
	}
	kind := r.eco.Streams[s].Kind
	if kind == concern.Reports {
		return fmt.Errorf("stream %q holds reports, which belong in %s", c[1], fileReports)
	}
	at, err := available("available", c[3], u)
	if err != nil {
		return err
	}
	if c[4] == "" {
		return fmt.Errorf("value is empty: leave the line out where there is no value")
	}
	value, err := number("value", c[4])
	if err != nil {
		return err
	}
	den, err := denominator(kind, c[5])
	if err != nil {
		return err
	}
	if err := concern.CheckValue(kind, value, den); err != nil {
		return err
	}
	provisional, err := yes("provisional", c[6])
	if err != nil {
		return err
	}
	key := uint64(p)<<48 | uint64(s)<<24 | uint64(u)<<12 | uint64(at) // below 2^15, 2^24, 2^10 and 2^11
	if r.given[key] {
		return fmt.Errorf("provider %q, stream %q, month %d has a value that is available from month %d already: %s", c[0], c[1], u, at, againAdvice(kind))
	}
	r.given[key] = true
	row := Row{Provider: int32(p), Stream: int32(s), Month: int16(u), Available: int16(at), Provisional: provisional, Value: value, Den: den}
	r.eco.Rows = append(r.eco.Rows, row)
	return nil
}

func againAdvice(k concern.Kind) string {
	if k == concern.Visit {
		return "several visits of a month are one line, with their mean and number"
	}
	return "a value that replaces another is available later"
}

// denominator reads what goes with a value of a kind.
func denominator(k concern.Kind, s string) (float64, error) {
	den, err := number("denominator", s)
	switch {
	case err != nil:
		return 0, err
	case k == concern.Visit && s != "":
		n, err := whole("denominator", s, 1, 1000)
		return float64(n), err
	case k == concern.Continuous && s == "" || k == concern.Visit:
		return 0, nil
	case k != concern.Continuous && den < leastSize:
		return 0, fmt.Errorf("denominator %q is not a number from %g on: expected or denominator must be above 0", s, leastSize)
	}
	return den, nil
}

func (r *reader) reports(c []string) error {
	p, s, u, err := r.place(c)
	if err != nil {
		return err
	}
	if r.eco.Streams[s].Kind != concern.Reports {
		return fmt.Errorf("stream %q holds no reports: its values belong in %s", c[1], fileObservations)
	}
	at, err := available("received", c[3], u)
	if err != nil {
		return err
	}
	n, err := whole("count", c[4], 0, mostReports)
	r.eco.Received = append(r.eco.Received, Receipt{Provider: int32(p), Stream: int32(s), Month: int16(u), Received: int16(at), Count: int32(n)})
	return err
}

func (r *reader) truth(c []string) error {
	p, ok := r.provider[c[0]]
	if !ok {
		return fmt.Errorf("provider %q is not in %s", c[0], fileProviders)
	}
	if r.told[p] {
		return fmt.Errorf("provider %q is there twice: each has one line at most", c[0])
	}
	r.told[p] = true
	k := Kind(strings.Clone(c[1]))
	if !k.Deteriorated() && !slices.Contains(Decoys, k) {
		return fmt.Errorf("kind %q is not one of %s; quiet providers have no line", c[1], listed(append(append(slices.Clone(OnsetTypes), Chronic), Decoys...)))
	}
	onset, err := whole("onset", c[2], 0, r.eco.Months-1)
	if err != nil {
		return err
	}
	outcome := onset
	if c[3] != "" {
		outcome, err = whole("outcome", c[3], onset, mostMonths)
	}
	r.eco.Truth[p] = Truth{Kind: k, Onset: onset, Outcome: outcome}
	return err
}
