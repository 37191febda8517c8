package accessmgmt

import (
	"context"
	"log/slog"
	"time"
)

// RunOptions is how [Service.Run] goes about it. The zero RunOptions is what most
// portals want.
type RunOptions struct {
	// Dispatch is how often it looks for messages of other processes; those of
	// this service's own commits it sends at once. Defaults to 15 seconds.
	Dispatch time.Duration
	// Sweep is how often it looks for what the clock has ended or soon will, and
	// erases what the outbox has kept long enough. Defaults to an hour.
	Sweep time.Duration
	// After is the timer. Defaults to time.After.
	After func(time.Duration) <-chan time.Time
}

// The pauses after a part of Run failed double from the first to the longest.
const (
	firstBackoff   = time.Second
	longestBackoff = 5 * time.Minute
)

// Run does what is to be done in the background, in the caller's goroutine, until
// its context ends, and returns its error then: it sends messages
// ([Service.DispatchOnce]), records what ended by itself and tells people
// ([Service.Sweep]), and erases old messages ([Service.ForgetMessages]).
// Each instance of a portal may have one, and several if the mail server is slow
// and mails are many.
//
//	go func() { _ = svc.Run(ctx, nil) }()
//
// What fails is told to Options.Logger and done again later, ever later as long as
// it fails; the other parts go on.
func (s *Service) Run(ctx context.Context, o *RunOptions) error {
	if o == nil {
		o = &RunOptions{}
	}
	run := *o
	defaultTo(&run.Dispatch, 15*time.Second)
	defaultTo(&run.Sweep, time.Hour)
	if run.After == nil {
		run.After = time.After //nolint:forbidigo // the one default of the injected timer
	}
	parts := []*part{
		{act: ActDispatch, every: run.Dispatch, do: s.dispatchAll},
		{act: ActSweep, every: run.Sweep, do: s.sweepAll},
		{act: ActForgetMails, every: run.Sweep, do: s.forgetAll},
	}
	for ctx.Err() == nil {
		pause := longestBackoff
		for _, p := range parts {
			pause = min(pause, s.turn(ctx, p))
		}
		select {
		case <-ctx.Done():
		case <-run.After(pause):
		case <-s.told:
			parts[0].due(s.now())
		}
	}
	return ctx.Err()
}

// part is something that Run does now and then.
type part struct {
	act   Act
	every time.Duration
	do    func(context.Context) error
	// next is when it is due; the zero instant is long ago.
	next    time.Time
	backoff time.Duration
}

// due has a part done at once, unless it is waiting because it failed.
func (p *part) due(now time.Time) {
	if p.backoff == 0 {
		p.next = now
	}
}

// turn does a part that is due, and returns when it is next.
func (s *Service) turn(ctx context.Context, p *part) time.Duration {
	if wait := p.next.Sub(s.now()); wait > 0 || ctx.Err() != nil {
		return max(wait, 0)
	}
	wait := p.every
	if err := p.do(ctx); err == nil {
		p.backoff = 0
	} else if ctx.Err() == nil {
		p.backoff = min(max(2*p.backoff, firstBackoff), longestBackoff)
		s.log.LogAttrs(ctx, slog.LevelWarn, "not done", slog.String("act", string(p.act)), slog.String("code", Code(err)))
		wait = p.backoff - s.jitter(p.backoff/2)
	}
	p.next = s.now().Add(wait)
	return wait
}

// dispatchAll sends until nothing is due.
func (s *Service) dispatchAll(ctx context.Context) error {
	for {
		done, err := s.DispatchOnce(ctx)
		if err != nil || done == (Dispatched{}) {
			return err
		}
	}
}

// sweepAll sweeps until nothing more comes of it. What failed is told already, by
// enterprise, and is due again at the next turn.
func (s *Service) sweepAll(ctx context.Context) error {
	for {
		done, err := s.Sweep(ctx)
		told := done
		told.Waiting, told.Failed, told.More = 0, 0, false
		if err != nil || !done.More || told == (Swept{}) {
			return err
		}
	}
}

// forgetAll erases until nothing is left to erase.
func (s *Service) forgetAll(ctx context.Context) error {
	for {
		if n, err := s.ForgetMessages(ctx); err != nil || n < forgetBatch {
			return err
		}
	}
}

// nudge tells a Run that waits that there may be something to send.
func (s *Service) nudge() {
	select {
	case s.told <- struct{}{}:
	default: // it was told already
	}
}
