package accessmgmt

import (
	"context"
	"hash/fnv"
)

// turns lets the callers of one service who change the same enterprise do so one
// after the other. Without them each of many decides on an epoch that another
// passes before he commits: most of what they do is thrown away, and a large
// command never gets through beside a stream of small ones. They make nothing
// right: callers of other processes are met at the epoch alone.
//
// Enterprises share the places, so a slow command holds up now and then one of
// an enterprise that has nothing to do with it. Who waits holds nothing else.
type turns [64]chan struct{}

func newTurns() *turns {
	var t turns
	for i := range t {
		t[i] = make(chan struct{}, 1)
	}
	return &t
}

// take waits for the turn of a key, in the order of arrival, and returns what
// gives it up. No turns at all are everybody's.
func (t *turns) take(ctx context.Context, key []byte) (giveUp func(), err error) {
	if t == nil {
		return func() {}, nil
	}
	h := fnv.New32a()
	_, _ = h.Write(key) // it never fails
	place := t[h.Sum32()%uint32(len(t))]
	select {
	case place <- struct{}{}:
		return func() { <-place }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
