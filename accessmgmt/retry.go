package accessmgmt

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// How often a command that others overtook is decided again. The longest pause
// must be long against a decision: eight callers who decide for as long as they
// pause go on colliding, and one of them loses every time.
const (
	maxTries   = 12
	firstPause = 2 * time.Millisecond
	maxPause   = time.Second
)

// again calls decide until it returns anything but a conflict, a bounded
// number of times, with a random pause between (full jitter: callers who
// collided must not collide again).
func (s *Service) again(ctx context.Context, decide func() error) error {
	pause := firstPause
	for try := 1; ; try++ {
		err := decide()
		overtaken := errors.Is(err, ErrConflict) || errors.Is(err, ErrRepeated)
		if !overtaken || errors.Is(err, errStale) || try == maxTries {
			return err
		}
		timer := time.NewTimer(s.jitter(pause))
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
		pause = min(2*pause, maxPause)
	}
}

// drawn is a pause below a bound, each as likely.
func drawn(bound time.Duration) time.Duration { return rand.N(bound) }
