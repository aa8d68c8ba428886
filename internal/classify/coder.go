package classify

import (
	"fmt"
	"io/fs"
	"strconv"

	"candour/internal/definition"
	"candour/internal/fault"
)

// Coded is a text with the codes that a person gave it. An empty code teaches
// nothing on its question.
type Coded struct {
	Text     string `yaml:"text"`
	Theme    string `yaml:"theme"`
	HCAT     string `yaml:"hcat"`     // category, not sub-category
	Severity int    `yaml:"severity"` // 1 to 3, HCAT; 0: not judged
}

// seedFile holds the phrases from which an installation begins.
const seedFile = "taxonomies/classifier-seeds.yaml"

// Seeds reads the invented phrases of the definitions.
func Seeds(fsys fs.FS) ([]Coded, error) {
	text, err := fs.ReadFile(fsys, seedFile)
	if err != nil {
		return nil, fmt.Errorf("read seed phrases: %w", err)
	}
	return parseSeeds(text)
}

func parseSeeds(text []byte) ([]Coded, error) {
	var file struct {
		Seeds []Coded `yaml:"seeds"`
	}
	if err := definition.Decode(text, &file); err != nil {
		return nil, err
	}
	for i, s := range file.Seeds {
		if s.Text == "" || s.Severity < 0 || s.Severity > 3 {
			return nil, fault.New(fault.Invalid, "seed phrase %d has no text or a severity of %d, expected 0 to 3", i+1, s.Severity)
		}
	}
	return file.Seeds, nil
}

// Coder suggests the three codes of a text.
type Coder struct {
	Theme    *Model `json:"theme"`
	HCAT     *Model `json:"hcat"`
	Severity *Model `json:"severity"`
}

// NewCoder trains a coder on the seeds and on what the installation coded itself.
func NewCoder(seeds, own []Coded, options Options) (*Coder, error) {
	var theme, hcat, severity []Example
	for _, list := range [][]Coded{seeds, own} {
		for _, c := range list {
			if c.Theme != "" {
				theme = append(theme, Example{c.Text, c.Theme})
			}
			if c.HCAT != "" {
				hcat = append(hcat, Example{c.Text, c.HCAT})
			}
			if c.Severity != 0 {
				severity = append(severity, Example{c.Text, strconv.Itoa(c.Severity)})
			}
		}
	}
	c := &Coder{}
	for _, task := range []struct {
		name     string
		examples []Example
		model    **Model
	}{{"theme", theme, &c.Theme}, {"HCAT category", hcat, &c.HCAT}, {"severity", severity, &c.Severity}} {
		m, err := Train(task.examples, options)
		if err != nil {
			return nil, fmt.Errorf("train on %s: %w", task.name, err)
		}
		*task.model = m
	}
	return c, nil
}

// Codes is what a coder suggests for one text: for each question the most probable
// codes first, empty when no word of the text is known. Nothing of it is applied:
// a person decides.
type Codes struct {
	Theme    []Suggestion `json:"theme,omitempty"`
	HCAT     []Suggestion `json:"hcat,omitempty"`
	Severity []Suggestion `json:"severity,omitempty"`
}

// suggested is how many codes are suggested for each question.
const suggested = 3

// Suggest is the coder's suggestions for a text.
func (c *Coder) Suggest(text string) Codes {
	return Codes{c.Theme.Suggest(text, suggested), c.HCAT.Suggest(text, suggested), c.Severity.Suggest(text, suggested)}
}

// Words of a probability, as pages show it (no digits of odds).
func Words(p float64) string {
	switch {
	case p >= 0.8:
		return "very likely"
	case p >= 0.5:
		return "likely"
	case p >= 0.2:
		return "possible"
	}
	return "unsure"
}
