package component

// Icon is a symbol of the sprite, placed in a page. Every page has the sprite
// once, in its Foot.
type Icon struct {
	Name  string // such as v-concern-h, a-hit, k-hard, s-3, lock
	Label string // what it says; empty where words beside it say the same, and it is then hidden from those who listen
	Size  int    // px; nought is 12
}

func (Icon) templateName() string { return "icon" }

// Pixels is the size.
func (i Icon) Pixels() int {
	if i.Size == 0 {
		return 12
	}
	return i.Size
}
