package accessmgmt

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// A shift that overflowed would try a dead address again at once, for ever.
func TestRetriesComeLaterEachTime(t *testing.T) {
	t.Parallel()
	before := time.Duration(0)
	for attempts := range 200 {
		pause := (&Service{jitter: func(time.Duration) time.Duration { return 0 }}).retryAfter(attempts)
		assert.GreaterOrEqual(t, pause, max(before, firstRetry), "after %d attempts", attempts)
		assert.LessOrEqual(t, pause, longestRetry, "after %d attempts", attempts)
		before = pause
	}
	assert.Equal(t, longestRetry, before)
}
