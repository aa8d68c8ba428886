package demo

import (
	"fmt"
	"io"
	"strings"
)

// Progress is a bar that is drawn anew in one line of a terminal. Where nobody
// watches, it says each stage in a line of its own.
type Progress struct {
	Out      io.Writer
	Terminal bool
	Of       int // work in all, in any unit
	done     int
	stage    string
}

// barWidth is the width of the bar in characters.
const barWidth = 30

// Step says that more of a stage's work is done.
func (p *Progress) Step(stage string, work int) {
	p.done += work
	if !p.Terminal {
		if stage != p.stage {
			fmt.Fprintf(p.Out, "%3d%%  %s\n", 100*p.done/max(1, p.Of), stage)
		}
		p.stage = stage
		return
	}
	full := barWidth * p.done / max(1, p.Of)
	full = min(full, barWidth)
	fmt.Fprintf(p.Out, "\r[%s%s] %3d%%  %-34.34s", strings.Repeat("#", full), strings.Repeat(".", barWidth-full), min(100, 100*p.done/max(1, p.Of)), stage)
}

// End leaves the line of the bar.
func (p *Progress) End() {
	if p.Terminal {
		fmt.Fprintf(p.Out, "\r%s\r", strings.Repeat(" ", barWidth+44))
	}
}
