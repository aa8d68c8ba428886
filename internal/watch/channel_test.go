package watch

import (
	"slices"
	"testing"

	"candour/internal/concern"
	"candour/internal/signal"
)

func TestEveryChannelOfSignalsIsOneThatTheEngineKnows(t *testing.T) {
	t.Parallel()
	known := concern.Default().Channels
	for _, c := range signal.Channels() {
		if !slices.ContainsFunc(known, func(k concern.Channel) bool { return k.ID == channels[c] }) {
			t.Errorf("signals of channel %q go to %q, which the engine does not know", c, channels[c])
		}
	}
}
