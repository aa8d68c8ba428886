package intake

import (
	"fmt"
	"strings"
	"time"

	"candour/internal/delivery"
	"candour/internal/org"
)

// RegisterRule says which columns describe an organisation. All but Code are
// keys that may be empty.
type RegisterRule struct {
	Code      string `yaml:"code"`
	Name      string `yaml:"name"`
	Parent    string `yaml:"parent"`
	Region    string `yaml:"region"`
	System    string `yaml:"system"`
	Postcode  string `yaml:"postcode"`
	OdsRole   string `yaml:"ods_role"`
	LegalFrom string `yaml:"legal_from"`
	LegalTo   string `yaml:"legal_to"`
	OpenFrom  string `yaml:"open_from"`
	OpenTo    string `yaml:"open_to"`
	Latitude  string `yaml:"latitude"`
	Longitude string `yaml:"longitude"`
	Beds      string `yaml:"beds"`
	Type      string `yaml:"type"`

	Role       org.Role            `yaml:"role"`        // of every row, or of rows whose word isn't in Roles
	RoleColumn string              `yaml:"role_column"` // key of a column whose words are in Roles
	Roles      map[string]org.Role `yaml:"roles"`
	USDates    bool                `yaml:"us_dates"`
}

func (r *RegisterRule) prepare(c *complaint, l *Layout) {
	c.say(r.Code == "", "register: code is empty")
	l.keys(c, "register", r.Code, r.Name, r.Parent, r.Region, r.System, r.Postcode, r.OdsRole, r.LegalFrom, r.LegalTo,
		r.OpenFrom, r.OpenTo, r.Latitude, r.Longitude, r.Beds, r.Type, r.RoleColumn)
	c.say(r.Role == "", "register: role is empty")
	folded := map[string]org.Role{}
	for word, role := range r.Roles {
		folded[fold(word)] = role
	}
	r.Roles = folded
}

// register reads a row that describes an organisation. A date that can't be read
// is refused and the rest of the row is kept.
func (t *tableReader) register(cells []string) {
	rule := t.Layout.Register
	code, err := org.ParseCode(t.cell(cells, rule.Code))
	if err != nil {
		t.refusal(delivery.Refusal{
			Column: t.columnName(t.bind.at[rule.Code]), Code: CodeOrganisation, Found: fmt.Sprintf("%q", excerpt(t.cell(cells, rule.Code))),
			Expected: "one organisation code of 3 to 9 letters and digits", Advice: "correct the code",
		})
		return
	}
	text := func(key string) string { return strings.TrimSpace(t.cell(cells, key)) }
	o := &org.Organisation{
		Code: code, Name: strings.Join(strings.Fields(text(rule.Name)), " "), Role: rule.Role, OdsRole: text(rule.OdsRole),
		Postcode: text(rule.Postcode), Type: text(rule.Type),
		LegalFrom: t.day(cells, rule.LegalFrom), LegalTo: t.day(cells, rule.LegalTo),
		OpenFrom: t.day(cells, rule.OpenFrom), OpenTo: t.day(cells, rule.OpenTo),
		Latitude: t.figure(cells, rule.Latitude), Longitude: t.figure(cells, rule.Longitude), Beds: int(t.figure(cells, rule.Beds)),
	}
	if role, ok := rule.Roles[fold(text(rule.RoleColumn))]; ok {
		o.Role = role
	}
	for _, place := range []struct {
		key string
		to  *org.Code
	}{{rule.Parent, &o.Parent}, {rule.Region, &o.Region}, {rule.System, &o.System}} {
		if c, err := org.ParseCode(text(place.key)); err == nil {
			*place.to = c
		}
	}
	t.gave = true
	t.known[code] = struct{}{}
	t.out.emit(delivery.Item{Organisation: o})
}

// day reads a date; an empty cell is the zero time, which does not mean open.
func (t *tableReader) day(cells []string, key string) time.Time {
	text := strings.TrimSpace(t.cell(cells, key))
	if text == "" {
		return time.Time{}
	}
	d, ok := parseDateIn(text, t.Layout.Register != nil && t.Layout.Register.USDates)
	if !ok {
		t.refusal(delivery.Refusal{
			Column: t.columnName(t.bind.at[key]), Code: CodeDate, Found: fmt.Sprintf("%q", excerpt(text)), Expected: "a day, such as 20130401 or 2013-04-01", Advice: "correct the date",
		})
	}
	return d
}

// figure reads a number of a register, 0 when empty.
func (t *tableReader) figure(cells []string, key string) float64 {
	text := strings.TrimSpace(t.cell(cells, key))
	if text == "" || strings.EqualFold(text, "null") {
		return 0
	}
	v, ok := parseNumber(text)
	if !ok {
		t.malformed(t.columnName(t.bind.at[key]), text)
	}
	return v
}
