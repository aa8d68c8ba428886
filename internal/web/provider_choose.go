package web

import (
	"slices"
	"strings"

	"candour/internal/org"
	"candour/internal/signal/form"
	"candour/internal/web/component"
)

// providerField is how a provider is chosen: two letters are typed, the browser
// offers what fits, and where it can't, the server asks which of them is meant. It
// takes a name, the beginning of a word of it, a code, or both as the list offers.
type providerField struct {
	Input  component.Input
	List   string             // id of the browser's list
	Offers []component.Option // what the browser offers
	Which  *component.Radios  // which of several is meant; nil is not asked
	code   org.Code           // the provider chosen; "" is none yet
}

// offered is the most providers among which somebody is asked to choose.
const offered = 12

// newProviderField reads the provider from what was sent. What is wrong is put on
// the page under the control's id.
func newProviderField(orgs []org.Organisation, name, label, hint string, values form.Values, b *base, sent bool) providerField {
	f := providerField{List: "list-" + controlID(name)}
	for i := range orgs {
		if orgs[i].Role.Provider() {
			f.Offers = append(f.Offers, component.Option{Value: nameOf(orgs[i]) + " (" + string(orgs[i].Code) + ")", Text: string(orgs[i].Code)})
		}
	}
	typed := values.First(name)
	f.Input = component.Input{
		Field: component.Field{Name: name, ID: controlID(name), Label: component.Label{Text: label, Size: "s"}, Hint: hint, Attributes: component.Attributes{"list": f.List}},
		Value: typed, Autocomplete: "off",
	}
	if !sent {
		return f
	}
	fits := providersThatFit(orgs, typed)
	if chosen := org.Code(values.First(name + ".which")); chosen != "" && slices.ContainsFunc(fits, func(o org.Organisation) bool { return o.Code == chosen }) {
		fits = slices.DeleteFunc(fits, func(o org.Organisation) bool { return o.Code != chosen })
	}
	switch {
	case typed == "":
		b.wrong(controlID(name), "Choose where it happened: type two letters of the provider’s name")
	case len(fits) == 0:
		b.wrong(controlID(name), "Choose where it happened: no provider of yours is called “"+cut(typed)+"”")
	case len(fits) == 1:
		f.code = fits[0].Code
		f.Input.Value = nameOf(fits[0]) + " (" + string(fits[0].Code) + ")"
	case len(fits) > offered:
		b.wrong(controlID(name), number(len(fits))+" providers fit “"+cut(typed)+"”; type more of the name")
	default:
		b.wrong(controlID(name+".which"), "Choose which provider you mean")
		f.Which = &component.Radios{Group: component.Group{
			Name: name + ".which", IDPrefix: controlID(name + ".which"), Legend: &component.Legend{Text: "Which of these?", Size: "s"},
			Error: "Choose which provider you mean",
		}, Small: true}
		for _, o := range fits {
			f.Which.Choices = append(f.Which.Choices, component.Choice{Value: string(o.Code), Text: nameOf(o) + " (" + string(o.Code) + ")"})
		}
	}
	f.Input.Error = b.wrongAt(controlID(name))
	return f
}

// providersThatFit is the providers that the text may mean: one by its code, or
// whose name it is, else all of which a word begins with it.
func providersThatFit(orgs []org.Organisation, text string) (out []org.Organisation) {
	text = strings.ToLower(strings.Join(strings.Fields(text), " "))
	if text == "" {
		return nil
	}
	for i := range orgs {
		o := orgs[i]
		if !o.Role.Provider() {
			continue
		}
		name, code := strings.ToLower(nameOf(o)), strings.ToLower(string(o.Code))
		if text == code || text == name || text == name+" ("+code+")" {
			return []org.Organisation{o}
		}
		if strings.HasPrefix(name, text) || strings.Contains(name, " "+text) {
			out = append(out, o)
		}
	}
	return out
}

// controlID is the id of a control by its name: names hold words, ids must not hold
// spaces.
func controlID(name string) string { return strings.ReplaceAll(name, " ", "-") }
