package intake

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"candour/internal/definition"
	"candour/internal/fault"
	"candour/internal/indicator"
)

// Source is one publication, as definitions/sources/<id>.yaml describes it.
type Source struct {
	ID        string   `yaml:"id"`
	Name      string   `yaml:"name"`
	Publisher string   `yaml:"publisher"`
	Address   string   `yaml:"address"`   // where a person finds it
	Schedule  string   `yaml:"schedule"`  // in words
	WhenLate  string   `yaml:"when_late"` // what to do when it is late
	Licence   string   `yaml:"licence"`
	Notes     []string `yaml:"notes"` // what its readers should know; shown on the Data page
	Layouts   []Layout `yaml:"layouts"`

	// Version is the first 12 hex digits of the SHA-256 of the file; deliveries name it.
	Version string `yaml:"-"`
	// Text is the file itself, kept with each delivery so that a rebuild parses alike.
	Text []byte `yaml:"-"`
}

// Layout is one form in which a source comes.
type Layout struct {
	ID        string            `yaml:"id"`
	About     string            `yaml:"about"`
	Shape     string            `yaml:"shape"`
	Recognise Recognition       `yaml:"recognise"`
	Columns   map[string]Column `yaml:"columns"` // our key → the publisher's column
	Private   []string          `yaml:"private"` // keys of columns that hold personal data: dropped before anything is read

	Organisation OrganisationRule `yaml:"organisation"`
	Period       PeriodRule       `yaml:"period"`
	Published    PublishedRule    `yaml:"published"`

	Skip     []Test                        `yaml:"skip"`  // rows that carry no data by design: totals, notes
	Where    []Test                        `yaml:"where"` // rows that are read; the others are skipped
	Marks    map[string]indicator.Presence `yaml:"marks"` // what stands in a cell in place of a number
	Measures []Measure                     `yaml:"measures"`

	Flags    []Flag             `yaml:"flags"`
	Cautions []Cautioned        `yaml:"cautions"`
	Register *RegisterRule      `yaml:"register"` // columns that describe organisations
	Stated   []StatedSuccession `yaml:"successions"`
}

// Recognition says how a layout is told from others.
type Recognition struct {
	// Require are keys of columns that must be in the header; empty means all
	// that are not optional.
	Require []string `yaml:"require"`
	// Forbid are names that must not be in the header.
	Forbid []string `yaml:"forbid"`
	// Sheets is a pattern for the names of sheets in workbooks; hidden sheets are
	// looked at only when it is given and Hidden is true.
	Sheets string `yaml:"sheets"`
	Hidden bool   `yaml:"hidden"`
	// Containers limits the layout to text, xlsx, xls or ods.
	Containers []string `yaml:"containers"`
	// NoHeader says that the first row is data; then Columns have positions, and
	// Cells are patterns which cells of the first row must match, by position.
	NoHeader bool           `yaml:"no_header"`
	Cells    map[int]string `yaml:"cells"`
	Fields   []int          `yaml:"fields"` // numbers of fields that a row may have, without a header

	sheets *regexp.Regexp
	cells  map[int]*regexp.Regexp
}

// Column says where a value stands. In YAML it is a name, a list of names, or a
// map with these fields.
type Column struct {
	Names    []string `yaml:"names"`           // as published, any of them; letter case, spaces and [Note n] don't count
	Nth      int      `yaml:"nth"`             // which one when the name occurs more than once; 0 and 1 are the first
	At       int      `yaml:"at"`              // position, from 1, for files without a header
	Pattern  string   `yaml:"pattern"`         // several columns to be added up: a pattern with one or two groups, whole numbers
	From     int      `yaml:"from"`            // with Pattern: lowest first number
	To       int      `yaml:"to"`              // with Pattern: highest second number; 0 is no end
	Optional bool     `yaml:"optional"`        // may be absent
	Nought   bool     `yaml:"blank_is_nought"` // with Pattern: the publisher leaves cells empty that count nobody

	pattern *regexp.Regexp
	folded  []string // Names as headerName makes them
}

// UnmarshalYAML takes the three forms of a column.
func (c *Column) UnmarshalYAML(decode func(any) error) error {
	var name string
	if decode(&name) == nil {
		c.Names = []string{name}
		return nil
	}
	var names []string
	if decode(&names) == nil {
		c.Names = names
		return nil
	}
	type plain Column
	return decode((*plain)(c))
}

// OrganisationRule says whom a row is about.
type OrganisationRule struct {
	Column string            `yaml:"column"` // key of the column with the code
	Fixed  string            `yaml:"fixed"`  // one code for the whole file: England
	Codes  map[string]string `yaml:"codes"`  // publisher's own codes → ODS codes
	Name   string            `yaml:"name"`   // key of the column with the name, to tell what an unknown code is
	Marks  string            `yaml:"marks"`  // characters glued to the end of names which point to footnotes
}

// Test is a condition on one cell of a row. All that is given must hold.
type Test struct {
	Column  string   `yaml:"column"`  // key; empty tests the row as a whole with Only
	Is      []string `yaml:"is"`      // one of these, letter case and outer spaces aside
	Not     []string `yaml:"not"`     // none of these
	Matches string   `yaml:"matches"` // a pattern
	Only    string   `yaml:"only"`    // "first": nothing but the first cell holds anything (notes below a table)

	matches *regexp.Regexp
}

// Measure says which indicator some cells of a row give.
type Measure struct {
	Indicator       indicator.ID `yaml:"indicator"`
	IndicatorColumn string       `yaml:"indicator_column"` // key of a column that names the indicator in each row

	Numerator   []string `yaml:"numerator"`   // keys added up; "-key" is taken away
	Denominator []string `yaml:"denominator"` // the same
	Value       string   `yaml:"value"`       // key of a published value: means, scores, ratings
	Scale       float64  `yaml:"scale"`       // the published value × this; 0 is 1
	Times       string   `yaml:"times"`       // key of a base: numerator = value × base, denominator = base

	Where   []Test                        `yaml:"where"`   // rows that this measure reads
	Applies []string                      `yaml:"applies"` // keys; when they add up to 0 the measure does not apply to the organisation
	Zero    indicator.Presence            `yaml:"zero"`    // what a zero is, when it is never a value (false zeros)
	Blank   indicator.Presence            `yaml:"blank"`   // what an empty cell is, when it differs from the layout's marks
	Ratings map[string]float64            `yaml:"ratings"` // words of the value → number
	Marks   map[string]indicator.Presence `yaml:"marks"`   // on top of the layout's marks
	Note    string                        `yaml:"note"`    // key of a column with the publisher's caution
	Either  bool                          `yaml:"either"`  // a row gives numerator and perhaps denominator, or a value
}

// Flag is a column whose value becomes a note on the reading.
type Flag struct {
	Column string            `yaml:"column"`
	Words  map[string]string `yaml:"words"` // value → note
}

// Cautioned is a correction or note that somebody has read in a later document:
// these values are not what they seem.
type Cautioned struct {
	Org      string             `yaml:"org"`
	From     string             `yaml:"from"` // period, inclusive
	To       string             `yaml:"to"`   // period, inclusive; empty is From
	When     string             `yaml:"when"` // only where the file has this value, for false zeros: "0"
	Presence indicator.Presence `yaml:"presence"`
	Note     string             `yaml:"note"`
}

// StatedSuccession is a succession that the file states in words, in a footnote.
type StatedSuccession struct {
	Contains     string   `yaml:"contains"` // words of the footnote, letter case aside
	On           string   `yaml:"on"`       // legal date, yyyy-mm-dd
	Predecessors []string `yaml:"predecessors"`
	Successors   []string `yaml:"successors"`
}

// Sources is the set of source definitions in force.
type Sources struct {
	list []*Source
	byID map[string]*Source
}

// LoadSources reads sources/*.yaml from each file system in turn; a later one
// (an installation's own) replaces a source of the same id.
func LoadSources(places ...fs.FS) (*Sources, error) {
	byID, err := definition.ByID(places, "sources", ParseSource, func(s *Source) string { return s.ID })
	if err != nil {
		return nil, err
	}
	list := slices.SortedFunc(maps.Values(byID), func(a, b *Source) int { return strings.Compare(a.ID, b.ID) })
	return &Sources{list: list, byID: byID}, nil
}

// All is every source, sorted by id.
func (s *Sources) All() []*Source { return s.list }

// Get is the source of id, nil when there is none.
func (s *Sources) Get(id string) *Source { return s.byID[id] }

// ParseSource reads and checks one definition; its name must be the id + .yaml.
// The error names every rule that is broken.
func ParseSource(file string, text []byte) (*Source, error) {
	s := &Source{}
	if err := definition.Decode(text, s); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "source file %s can't be read", file)
	}
	if wrong := s.prepare(strings.TrimSuffix(file, ".yaml")); len(wrong) > 0 {
		return nil, fault.New(fault.Invalid, "source file %s: %s", file, strings.Join(wrong, "; "))
	}
	s.Version = definition.Version(text)
	s.Text = bytes.Clone(text)
	return s, nil
}

// decode reads YAML. The library panics on some texts that are none, and a
// corrected definition may come from anybody with the right to release a file.
func decode(text []byte, into any) (err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("it is not YAML")
		}
	}()
	return yaml.Unmarshal(text, into)
}

// sourceID is the id that a definition gives itself.
func sourceID(text []byte) (string, error) {
	var head struct {
		ID string `yaml:"id"`
	}
	if err := decode(text, &head); err != nil || head.ID == "" {
		return "", fault.New(fault.Invalid, "the source definition has no id")
	}
	return head.ID, nil
}

// Check lists, in words, measures that name an indicator which the catalogue
// does not hold, and indicators whose source is not defined.
func (s *Sources) Check(c *indicator.Catalogue) (wrong []string) {
	for _, source := range s.list {
		for i := range source.Layouts {
			for _, m := range source.Layouts[i].Measures {
				if m.Indicator != "" && c.Get(m.Indicator) == nil {
					wrong = append(wrong, fmt.Sprintf("source %s, layout %s: there is no indicator %q", source.ID, source.Layouts[i].ID, m.Indicator))
				}
			}
		}
	}
	for _, id := range c.IDs() {
		if from := c.Get(id).Source; s.byID[from] == nil {
			wrong = append(wrong, fmt.Sprintf("indicator %s: there is no source %q", id, from))
		}
	}
	return wrong
}
