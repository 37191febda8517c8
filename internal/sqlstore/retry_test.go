package sqlstore

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Those who failed together must not meet again: a pause is drawn anew each time,
// from none at all up to its bound. A pause that would outlast the caller isn't
// begun, which tells how long it would have been.
func TestPausesAreDrawn(t *testing.T) {
	t.Parallel()
	short, long := 0, 0
	for range 300 {
		waiting, cancel := context.WithTimeout(context.Background(), longest/10)
		if pause(waiting, attempts) {
			short++
		} else {
			long++
		}
		cancel()
	}
	assert.NotZero(t, short, "of pauses up to %s none is shorter than a tenth of that", longest)
	assert.NotZero(t, long, "of pauses up to %s none is longer than a tenth of that", longest)
}
