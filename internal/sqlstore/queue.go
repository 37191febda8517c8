package sqlstore

import (
	"context"
	"slices"
	"sync"
)

// queue has the writes of one process to an engine that has one writer at a time.
// Whoever finds nobody at it leads, and may take on others' writes beside his
// own; then the next who waits leads. So no goroutine is needed, and nobody works
// for others for ever.
type queue struct {
	mu sync.Mutex
	// led is set while somebody leads.
	led bool
	// waiting are those whose write nobody has begun, the longest first.
	waiting []*waiter
}

// waiter is a write in the queue.
type waiter struct {
	ctx        context.Context
	run        func(*writer) error
	statements int
	// alone is set for a write that was undone with others: on the second try
	// each answers for itself.
	alone bool
	// err is what the write was refused for, while nobody knows yet whether the
	// transaction is committed.
	err  error
	told chan verdict
}

// verdict is what a waiting caller is told: to lead, or what came of his write.
type verdict struct {
	lead bool
	err  error
}

// What a leader takes on at most beside his own write: so many others, and only
// while so many statements have been taken on in all. A larger write leads, so
// that nobody waits for it whose own is done.
const (
	mostFollowers  = 63
	mostStatements = 1000
)

// join puts a write in, and returns when there is something to tell its caller.
func (q *queue) join(p *waiter) verdict {
	if q.lead(p) {
		return verdict{lead: true}
	}
	select {
	case v := <-p.told:
		return v
	case <-p.ctx.Done():
		if q.leave(p) {
			return verdict{err: p.ctx.Err()}
		}
		return <-p.told // it is being done, or his to lead
	}
}

// lead gives a write the lead, or a place behind the others.
func (q *queue) lead(p *waiter) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.led {
		q.led = true
		return true
	}
	q.waiting = append(q.waiting, p)
	return false
}

// leave takes a write out, unless somebody has begun it.
func (q *queue) leave(p *waiter) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.Index(q.waiting, p)
	if i < 0 {
		return false
	}
	q.waiting = slices.Delete(q.waiting, i, i+1)
	return true
}

// take takes out the next write for a leader who has taken on so much already;
// nil when there is none for him.
func (q *queue) take(followers, statements int) *waiter {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 || followers == mostFollowers {
		return nil
	}
	p := q.waiting[0]
	if p.alone || statements+p.statements > mostStatements {
		return nil
	}
	q.waiting = slices.Delete(q.waiting, 0, 1)
	return p
}

// next hands the lead to whoever has waited longest.
func (q *queue) next() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.led = len(q.waiting) > 0; q.led {
		p := q.waiting[0]
		q.waiting = slices.Delete(q.waiting, 0, 1)
		p.told <- verdict{lead: true}
	}
}
