package accessmgmt

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func addressNo(n int) (d Digest) {
	binary.BigEndian.PutUint64(d[:], uint64(n))
	return d
}

func full(t *testing.T, l *MemoryLimiter, now time.Time, address Digest) bool {
	t.Helper()
	is, err := l.Full(t.Context(), now, []Digest{addressNo(-1), address})
	require.NoError(t, err)
	require.Len(t, is, 2)
	require.False(t, is[0], "another address")
	return is[1]
}

func TestMemoryLimiter(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, time.March, 2, 23, 0, 0, 0, time.UTC)
	for perDay, most := range map[int]int{0: 100, 1: 1, 7: 7} {
		l := NewMemoryLimiter(perDay)
		for i := range most {
			assert.False(t, full(t, l, start, addressNo(1)), "%d of %d", i, most)
			require.NoError(t, l.Count(t.Context(), start.Add(time.Duration(i)*time.Second), []Digest{addressNo(1)}))
		}
		assert.True(t, full(t, l, start, addressNo(1)))
		assert.True(t, full(t, l, start.Add(24*time.Hour-1), addressNo(1)))
		assert.False(t, full(t, l, start.Add(24*time.Hour), addressNo(1)), "a day after the first")
		require.NoError(t, l.Count(t.Context(), start.Add(24*time.Hour), []Digest{addressNo(1)}))
		assert.Equal(t, most == 1, full(t, l, start.Add(25*time.Hour), addressNo(1)), "another day")
	}
	l := NewMemoryLimiter(Unlimited)
	require.NoError(t, l.Count(t.Context(), start, make([]Digest, 1000)))
	assert.False(t, full(t, l, start, Digest{}))
	assert.Empty(t, l.sent)
}

// TestMemoryLimiterIsBounded: what it remembers has an end, and an address that
// got many isn't forgotten for others that got one.
func TestMemoryLimiterIsBounded(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	l := NewMemoryLimiter(3)
	l.bound = 2 * lookedAt
	for range 3 {
		require.NoError(t, l.Count(t.Context(), now, []Digest{addressNo(1)}))
	}
	for i := range 5000 {
		require.NoError(t, l.Count(t.Context(), now, []Digest{addressNo(2 + i)}))
		require.LessOrEqual(t, len(l.sent), l.bound)
	}
	assert.True(t, full(t, l, now, addressNo(1)))
	for i := range 5000 { // a day later it may go like any other
		require.NoError(t, l.Count(t.Context(), now.Add(24*time.Hour), []Digest{addressNo(2 + i)}))
	}
	assert.NotContains(t, l.sent, addressNo(1))
}
