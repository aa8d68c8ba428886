package component

// Button does something, or with Href leads somewhere.
type Button struct {
	Text               Content
	Href               string // leads there; empty is a button of a form
	Variant            string // secondary, secondary-solid, warning, reverse, login; empty is primary
	Small              bool
	Disabled           bool
	ID                 string
	Name               string
	Value              string
	Type               string // empty is submit
	PreventDoubleClick string // true or false; empty leaves it to the design system
	Classes            string
	Attributes         Attributes // data-key makes it reachable by a keyboard short-cut
}

func (Button) templateName() string { return "button" }

// ButtonType is the type attribute.
func (b Button) ButtonType() string {
	if b.Type == "" {
		return "submit"
	}
	return b.Type
}

// ErrorSummary lists what is wrong with a form, at the top of its page, and
// takes the focus.
type ErrorSummary struct {
	Heading          Content // empty is "There is a problem"
	Description      Content
	Errors           []ErrorLink
	DisableAutoFocus string // true or false; empty leaves it to the design system
	Classes          string
	Attributes       Attributes
}

// ErrorLink leads from the summary to the control that it is about.
type ErrorLink struct {
	Text Content
	Href string // "#" and the control's FieldID; empty is no link
}

func (ErrorSummary) templateName() string { return "error-summary" }

// Title is the heading, or what the design system says.
func (e ErrorSummary) Title() Content {
	if hasContent(e.Heading) {
		return e.Heading
	}
	return "There is a problem"
}

// Details folds text away behind a summary.
type Details struct {
	Summary    Content
	Body       Content
	Open       bool
	ID         string
	Classes    string
	Attributes Attributes
}

func (Details) templateName() string { return "details" }

// Tag is a state in a word or two. Its colour is never the only sign of it.
type Tag struct {
	Text     Content
	Colour   string // grey, blue, orange …; empty is the design system's default
	NoColour bool
	NoBorder bool
	Dense    bool // small, within dense text
	Classes  string
}

func (Tag) templateName() string { return "tag" }

// SkipLink leads past the header.
type SkipLink struct {
	Href string  // empty is #maincontent
	Text Content // empty is "Skip to main content"
}

func (SkipLink) templateName() string { return "skip-link" }

// InsetText sets a text apart from what surrounds it.
type InsetText struct {
	Body    Content // a string becomes a paragraph
	Classes string
}

func (InsetText) templateName() string { return "inset-text" }

// Plain reports whether the text is a string.
func (i InsetText) Plain() bool { _, ok := i.Body.(string); return ok }

// NotificationBanner tells the reader of something that is not on the page
// itself: that what she did was done, or a problem with the whole service.
type NotificationBanner struct {
	Title            Content // empty is "Important", or "Success"
	Heading          Content
	Body             Content
	Success          bool
	Role             string // empty is region, or alert for success
	DisableAutoFocus string // true or false; empty leaves it to the design system
	Attributes       Attributes
}

func (NotificationBanner) templateName() string { return "notification-banner" }

// TitleText is the title, or what the design system says.
func (n NotificationBanner) TitleText() Content {
	switch {
	case hasContent(n.Title):
		return n.Title
	case n.Success:
		return "Success"
	}
	return "Important"
}

// RoleName is the role: success is announced at once.
func (n NotificationBanner) RoleName() string {
	switch {
	case n.Role != "":
		return n.Role
	case n.Success:
		return "alert"
	}
	return "region"
}

// Plain reports whether the body is a string.
func (n NotificationBanner) Plain() bool { _, ok := n.Body.(string); return ok }
