package component

import (
	"html/template"

	"candour/internal/chart"
	"candour/internal/web/assets"
)

// Head is the inside of a page's head element.
type Head struct {
	Title string // ends " – Candour"; on a page of the past "as of …" before that
}

func (Head) templateName() string { return "head" }

// HTMXConfig is htmx's settings under our content policy.
func (Head) HTMXConfig() string { return assets.HTMXConfig }

// Header is the top of every page: product, whose data this is, search, as-of,
// who looks, and the eight places.
type Header struct {
	HomeHref     string
	Organisation string // the commissioner whose data this is
	SearchHref   string // where the search is answered; empty is no search
	SearchQuery  string // what was searched for
	AsOf         string // "now" or a date
	AsOfHref     string
	Who          string // role of the person who looks; empty is nobody signed in
	SignOutHref  string // takes a POST; empty is nobody signed in
	Places       []Place
}

// Place is one of the eight places.
type Place struct {
	Text    string
	Href    string
	Key     string // short-cut, such as "g w"; empty is none
	Current bool
	Count   int    // what is due or overdue there; nought is not shown
	Counted string // what Count counts, for those who listen: "due or overdue"
}

func (Header) templateName() string { return "header" }

// PastDate is the strip which says that a page is of the past. The body element
// then has [PastDateClass] too, and the title ends "as of …", so that a cropped
// picture still tells.
type PastDate struct {
	When      string  // "Wednesday 30 September 2026, 17:00"
	Later     Content // what came later and isn't shown
	Before    string  // that the moment is before the memory begins; empty when it isn't
	NowHref   string
	OtherHref string // to choose another date; empty is none
}

// PastDateClass is the class of the body element of a page of the past.
const PastDateClass = "cd--asof"

func (PastDate) templateName() string { return "past-date" }

// Foot is the end of every page: the memory entry and checkpoint from which the
// page was made, which prints too, and then the sprite of symbols and the list
// of keyboard short-cuts, which every page needs once.
type Foot struct {
	Entry      string // memory entry, "184,306"
	Checkpoint string // "5,214"; empty is none signed yet
	Signed     string // when the checkpoint was signed
	VerifyHref string
	Waiting    int    // entries not yet in the page; nought is none
	ReloadHref string // of the page itself
	Notice     string // what every reader of this store must know; "" for nothing
	Links      []Link
	Places     []Place // for the list of short-cuts
}

func (Foot) templateName() string { return "foot" }

// Sprite is the symbols that [Icon] places.
func (Foot) Sprite() template.HTML {
	return template.HTML(chart.Sprite()) //nolint:gosec // our own drawing, embedded
}

// Region is a part of the page that may be wider than the screen: it scrolls
// sideways within its own frame, can be focused, and has a name.
type Region struct {
	Name string
	Body Content
}

func (Region) templateName() string { return "region" }

// Segments is a choice among views as links, the present one underlined.
type Segments struct {
	Name  string // for those who listen
	Label string // shown before the choices; empty is none
	Items []Segment
}

// Segment is one view.
type Segment struct {
	Text    string
	Href    string
	Current bool
}

func (Segments) templateName() string { return "segments" }

// Box means "this needs you", or is proof.
type Box struct {
	Kind  string // empty, concern, ok or sealed
	Title string // heading of level 2; empty is none
	Body  Content
}

func (Box) templateName() string { return "box" }
