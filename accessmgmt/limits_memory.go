package accessmgmt

import (
	"context"
	"sync"
	"time"
)

const (
	// defaultPerAddress is how many mails with a link one address gets a day.
	defaultPerAddress = 100
	// mostAddresses is how many addresses are remembered, in about 15 MB.
	mostAddresses = 100_000
	// lookedAt is how many are looked at for one to forget.
	lookedAt = 32
)

// MemoryLimiter is a [Limiter] in the memory of one process. Each further process
// lets as many through again, and a restart forgets.
type MemoryLimiter struct {
	most int

	mu    sync.Mutex
	sent  map[Digest]window
	bound int
}

// window is what was sent to an address in the day that began with the first.
type window struct {
	from time.Time
	sent int
}

func (w window) over(now time.Time) bool { return now.Sub(w.from) >= 24*time.Hour }

// NewMemoryLimiter returns a limiter that lets so many mails with a link through
// to one address within 24 hours of the first. Zero: 100; [Unlimited]: any number.
// It remembers at most 100,000 addresses, and forgets those with few mails for
// others.
func NewMemoryLimiter(perDay int) *MemoryLimiter {
	if perDay == 0 {
		perDay = defaultPerAddress
	}
	return &MemoryLimiter{most: perDay, sent: map[Digest]window{}, bound: mostAddresses}
}

// Full implements [Limiter].
func (l *MemoryLimiter) Full(_ context.Context, now time.Time, addresses []Digest) ([]bool, error) {
	full := make([]bool, len(addresses))
	if l.most < 0 {
		return full, nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, address := range addresses {
		w, known := l.sent[address]
		full[i] = known && w.sent >= l.most && !w.over(now)
	}
	return full, nil
}

// Count implements [Limiter].
func (l *MemoryLimiter) Count(_ context.Context, now time.Time, addresses []Digest) error {
	if l.most < 0 {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, address := range addresses {
		w, known := l.sent[address]
		if !known && len(l.sent) >= l.bound {
			l.forget(now)
		}
		if !known || w.over(now) {
			w = window{from: now}
		}
		w.sent++
		l.sent[address] = w
	}
	return nil
}

// forget makes room: of some addresses, as the map has them, for one whose day is
// over, or else the one with the fewest mails. Who floods one address can't have
// it forgotten by writing once to many others.
func (l *MemoryLimiter) forget(now time.Time) {
	var least Digest
	fewest, seen := 0, 0
	for address, w := range l.sent {
		if w.over(now) {
			w.sent = 0
		}
		if seen == 0 || w.sent < fewest {
			least, fewest = address, w.sent
		}
		if seen++; fewest == 0 || seen == lookedAt {
			break
		}
	}
	delete(l.sent, least)
}
