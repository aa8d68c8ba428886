package web

import (
	"fmt"
	"regexp"
	"strings"

	"candour/docs/methods"
	"candour/internal/web/component"
)

// methodPath is where it stands how concern is worked out.
const methodPath = "/method"

// methodPage is the method for clinicians, as the documentation has it.
type methodPage struct {
	base
	Body component.Content
}

func (*methodPage) template() string { return "method" }

func (s *Server) methodShow(*request) (answer, error) {
	title, body := manual(methods.Concern)
	return &methodPage{base: base{Title: title, Place: placeWatchList}, Body: body}, nil
}

// manual writes a text of the documentation as HTML, and gives its title. It knows what
// those texts use: headings, paragraphs, lists, tables, bold and italic. A line that
// begins none of them continues the one before. Links lead to other texts of the
// documentation, which pages don't have, so only their names are kept.
func manual(text string) (title string, body component.Markup) {
	var out strings.Builder
	for block := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		lines := strings.Split(strings.TrimSpace(block), "\n")
		first := lines[0]
		switch {
		case strings.HasPrefix(first, "# "):
			title = first[2:]
			fmt.Fprintf(&out, "<h1>%s</h1>\n", spans(title))
		case strings.HasPrefix(first, "## "):
			fmt.Fprintf(&out, "<h2>%s</h2>\n", spans(first[3:]))
		case strings.HasPrefix(first, "| "):
			manualTable(&out, lines)
		case strings.HasPrefix(first, "- "):
			manualList(&out, "ul", "nhsuk-list--bullet", lines)
		case numbered.MatchString(first):
			manualList(&out, "ol", "nhsuk-list--number", lines)
		default:
			fmt.Fprintf(&out, "<p>%s</p>\n", spans(strings.Join(lines, " ")))
		}
	}
	return title, component.Markup(out.String())
}

// numbered is how an item of a numbered list begins.
var numbered = regexp.MustCompile(`^[0-9]+\. `)

func manualList(out *strings.Builder, element, class string, lines []string) {
	var items []string
	for _, line := range lines {
		item, isItem := strings.CutPrefix(line, "- ")
		if mark := numbered.FindString(line); mark != "" {
			item, isItem = line[len(mark):], true
		}
		if isItem {
			items = append(items, item)
		} else {
			items[len(items)-1] += " " + strings.TrimSpace(line)
		}
	}
	fmt.Fprintf(out, `<%s class="nhsuk-list %s">`, element, class)
	for _, item := range items {
		fmt.Fprintf(out, "<li>%s</li>", spans(item))
	}
	fmt.Fprintf(out, "</%s>\n", element)
}

// manualTable writes a table, whose first line is its head and whose second only rules.
func manualTable(out *strings.Builder, lines []string) {
	out.WriteString(`<table class="nhsuk-table cd-table">`)
	for i, line := range lines {
		switch i {
		case 0:
			out.WriteString(`<thead class="nhsuk-table__head">`)
		case 1:
			out.WriteString("</thead><tbody>")
			continue
		}
		out.WriteString("<tr>")
		for k, cell := range strings.Split(strings.Trim(line, "| "), "|") {
			switch {
			case i == 0:
				fmt.Fprintf(out, `<th scope="col">%s</th>`, spans(strings.TrimSpace(cell)))
			case k == 0:
				fmt.Fprintf(out, `<th scope="row">%s</th>`, spans(strings.TrimSpace(cell)))
			default:
				fmt.Fprintf(out, "<td>%s</td>", spans(strings.TrimSpace(cell)))
			}
		}
		out.WriteString("</tr>")
	}
	out.WriteString("</tbody></table>\n")
}

var (
	strong = regexp.MustCompile(`\*\*([^*]+)\*\*`)
	slant  = regexp.MustCompile(`\*([^*]+)\*`)
	toText = regexp.MustCompile(`\[([^\]]+)\]\([^)]*\)`)
)

// spans writes the words of a line.
func spans(text string) string {
	text = toText.ReplaceAllString(htmlText(text), "$1")
	text = strong.ReplaceAllString(text, "<strong>$1</strong>")
	return slant.ReplaceAllString(text, "<em>$1</em>")
}
