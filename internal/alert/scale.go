package alert

import (
	"fmt"
	"math"
	"strings"
)

// ScaleWords says what a reader must know who compares points judged by one method
// with points judged by a later one: a corrected scale must not be taken for a provider
// that got better or worse. What was said then stays as it was (concern-design.md
// sections 9 and 10). Empty where points and words mean the same.
func ScaleWords(then, now *Method) string {
	var said []string
	if today := evenly * now.Params.PointFactor() / then.Params.PointFactor(); math.Abs(today-evenly) >= 0.5 {
		why := "by alerts closed here"
		if then.Base.Version != now.Base.Version {
			why = "by a new version of the method"
		}
		said = append(said, fmt.Sprintf("The scale has been corrected since then, %s: what was %d points is %.0f now. Part of each change is the scale’s, not the provider’s.", why, evenly, today))
	}
	for i, w := range bandWords {
		if was, is := then.Settings.Bands[i], now.Settings.Bands[i]; was != is {
			said = append(said, fmt.Sprintf("The words begin elsewhere since then: “%s” at a chance of %d%%, which was %d%%.", w, is, was))
			break
		}
	}
	return strings.Join(said, " ")
}

// evenly is the points by whose example a change of the scale is told: where an even
// chance falls.
const evenly = 30
