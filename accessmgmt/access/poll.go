package access

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/egovroles/egovroles/accessmgmt"
)

// The states of block.asked. A check of one that isn't asked takes the slow way
// once, which puts it among the hot ones.
const (
	cold  = iota // not polled
	asked        // since the last poll
	idle         // polled, but nobody asked since the last poll
)

// hot is an enterprise that is polled.
type hot struct {
	id    accessmgmt.EnterpriseID
	polls int // for how many nobody asked
}

// patience is for how many polls an enterprise that nobody asks about is polled.
const patience = 10

// warm notes that somebody asked.
func (ix *Index) warm(b *block) {
	if b.asked.Load() == asked || b.asked.CompareAndSwap(idle, asked) {
		return
	}
	if b.asked.CompareAndSwap(cold, asked) {
		ix.mu.Lock()
		defer ix.mu.Unlock()
		if len(ix.hot) > 2*ix.blocks+batch { // nobody polls
			ix.letGo()
		}
		ix.hot = append(ix.hot, hot{id: b.id})
	}
}

// letGo takes those out of the hot ones that were forgotten, or are there twice.
// The lock is held.
func (ix *Index) letGo() {
	kept := ix.hot[:0]
	seen := make(map[accessmgmt.EnterpriseID]struct{}, len(ix.hot))
	for _, h := range ix.hot {
		_, again := seen[h.id]
		seen[h.id] = struct{}{}
		if b := ix.find(h.id); b != nil && !again && b.asked.Load() != cold {
			kept = append(kept, h)
		}
	}
	clear(ix.hot[len(kept):])
	ix.hot = kept
}

// Run polls until the context is done, three times within MaxStaleness, and
// returns why it ended. An error of the store doesn't end it: failed is told, and
// may be nil. Without it checks find out for themselves when the bound is over.
func (ix *Index) Run(ctx context.Context, failed func(error)) error {
	ticker := time.NewTicker(max(ix.options.MaxStaleness/3, time.Millisecond))
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
			within, cancel := context.WithTimeout(ctx, ix.options.MaxStaleness)
			if err := ix.Poll(within); err != nil && failed != nil && ctx.Err() == nil {
				failed(err)
			}
			cancel()
		}
	}
}

// Poll asks the store for the stamps of all enterprises that were asked about
// lately, and reads those anew that changed. Enterprises that weren't are
// verified at their next check. What fails keeps the others from nothing; the error
// joins all there were. Of several at once one does it.
func (ix *Index) Poll(ctx context.Context) error {
	ix.mu.Lock()
	if ix.polling {
		ix.mu.Unlock()
		return nil
	}
	ix.polling = true
	ids := ix.cool()
	ix.mu.Unlock()
	defer func() {
		ix.mu.Lock()
		ix.polling = false
		ix.mu.Unlock()
	}()
	var changed []accessmgmt.EnterpriseID
	var failed []error
	for some := range slices.Chunk(ids, accessmgmt.MaxItems) {
		more, err := ix.pollSome(ctx, some)
		if err != nil {
			failed = append(failed, err)
		}
		changed = append(changed, more...)
	}
	for _, id := range changed {
		if ctx.Err() != nil {
			failed = append(failed, ctx.Err())
			break
		}
		if _, err := ix.refresh(ctx, id); err != nil && !errors.Is(err, errMoved) && !errors.Is(err, errAskStore) && len(failed) < maxFailed {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

// maxFailed bounds how many errors one poll tells of.
const maxFailed = 10

// cool returns the enterprises to poll, and lets go of those that nobody asked
// about for a while. The lock is held.
func (ix *Index) cool() []accessmgmt.EnterpriseID {
	ix.letGo()
	var ids []accessmgmt.EnterpriseID
	kept := ix.hot[:0]
	for _, h := range ix.hot {
		b := ix.find(h.id)
		switch {
		case b.asked.CompareAndSwap(asked, idle):
			h.polls = 0
		default:
			if h.polls++; h.polls > patience && b.asked.CompareAndSwap(idle, cold) {
				continue
			}
		}
		kept = append(kept, h)
		ids = append(ids, h.id)
	}
	clear(ix.hot[len(kept):])
	ix.hot = kept
	return ids
}

// pollSome verifies what didn't change and returns what did.
func (ix *Index) pollSome(ctx context.Context, ids []accessmgmt.EnterpriseID) (changed []accessmgmt.EnterpriseID, err error) {
	ix.mu.Lock()
	f := ix.depart()
	ix.mu.Unlock()
	defer func() {
		ix.mu.Lock()
		delete(ix.flights, f)
		ix.mu.Unlock()
	}()
	m := ix.moment() // before the question is sent
	stamps, err := ix.reads.Stamps(ctx, ids)
	if err != nil {
		return nil, err
	}
	ix.mu.Lock()
	defer ix.mu.Unlock()
	for _, id := range ids {
		b := ix.find(id)
		switch {
		case b == nil:
		case b.is(stamps[id]):
			ix.verify(f, b, m)
		default:
			changed = append(changed, id)
		}
	}
	return changed, nil
}
