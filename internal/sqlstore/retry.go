package sqlstore

import (
	"context"
	"math/rand/v2"
	"time"
)

// How often and how long a busy database is asked again, unless the caller's
// deadline is nearer. A driver that waits for locks by itself waits in each
// attempt, so that time is bounded beside the number of attempts.
const (
	attempts   = 30
	firstPause = 2 * time.Millisecond
	longest    = 100 * time.Millisecond
)

// retry runs attempt again while the database is busy, or the connection was
// lost before anything came of it. Nothing else is tried again: a guard that
// failed is a result. In a transaction of the portal's nothing is: that is for
// whoever can begin it anew.
func (s *Store) retry(ctx context.Context, attempt func() error) error {
	if s.host != nil {
		return s.host.once(s, attempt)
	}
	var began time.Time
	for n := 1; ; n++ {
		err := attempt()
		if err == nil || ours(err) || ctx.Err() != nil {
			return err
		}
		if kind := s.failure(err).Kind; kind != Busy && kind != Lost {
			return err
		}
		if began.IsZero() {
			began = time.Now()
		}
		if n == attempts || time.Since(began) > s.limits.patience || !pause(ctx, n) {
			return err
		}
	}
}

// pause waits before attempt n+1, and reports whether there is a point in it.
// The wait is drawn from the whole range up to a doubling bound (full jitter):
// those who failed together would otherwise meet again.
func pause(ctx context.Context, n int) bool {
	wait := rand.N(min(firstPause<<(n-1), longest))
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < wait {
		return false
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
