package accessmgmt

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Those who overtook each other give each other time: twelve tries one right after
// the other would be over before the deadline.
func TestTriesPause(t *testing.T) {
	t.Parallel()
	waiting, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	tries := 0
	err := (&Service{jitter: drawn}).again(waiting, func() error { tries++; return fmt.Errorf("epoch 7: %w", ErrConflict) })
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.Less(t, tries, maxTries)
}

// A pause is drawn from all there are, so that who collided won't again.
func TestPausesAreDrawn(t *testing.T) {
	t.Parallel()
	var tenth [10]int
	for range 1000 {
		tenth[drawn(maxPause)*10/maxPause]++
	}
	for i, n := range tenth {
		assert.Greater(t, n, 20, "pauses in the tenth %d of the bound", i)
	}
}
