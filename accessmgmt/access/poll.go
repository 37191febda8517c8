package access

import (
	"context"
	"errors"
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
		ix.hot = append(ix.hot, hot{id: b.id})
		ix.mu.Unlock()
	}
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

// Poll asks the store for the epochs of all enterprises that were asked about
// lately, and reads those anew that changed. Enterprises that weren't are
// verified at their next check. Of several at once one does it.
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
	for from := 0; from < len(ids); from += accessmgmt.MaxItems {
		more, err := ix.pollSome(ctx, ids[from:min(from+accessmgmt.MaxItems, len(ids))])
		if err != nil {
			return err
		}
		changed = append(changed, more...)
	}
	for _, id := range changed {
		if _, err := ix.refresh(ctx, id); err != nil && !errors.Is(err, errMoved) && !errors.Is(err, errAskStore) {
			return err
		}
	}
	return nil
}

// cool returns the enterprises to poll, and lets go of those that nobody asked
// about for a while. The lock is held.
func (ix *Index) cool() []accessmgmt.EnterpriseID {
	var ids []accessmgmt.EnterpriseID
	kept := ix.hot[:0]
	seen := make(map[accessmgmt.EnterpriseID]struct{}, len(ix.hot))
	for _, h := range ix.hot {
		b := ix.find(h.id)
		_, again := seen[h.id]
		seen[h.id] = struct{}{}
		switch {
		case b == nil || again: // forgotten, or forgotten and read anew
			continue
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
	at := ix.elapsed() // before the question is sent
	epochs, err := ix.reads.Epochs(ctx, ids)
	if err != nil {
		return nil, err
	}
	ix.mu.Lock()
	defer ix.mu.Unlock()
	for _, id := range ids {
		b := ix.find(id)
		switch {
		case b == nil:
		case b.epoch == epochs[id] && !b.doubted.Load():
			ix.verify(f, b, at)
		default:
			changed = append(changed, id)
		}
	}
	return changed, nil
}
