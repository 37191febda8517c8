package drill

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/egovroles/egovroles/accessmgmt"
)

// Ledger notes what services do to stores that are one database, and what they
// are told.
type Ledger struct {
	mu       sync.Mutex
	attempts map[accessmgmt.EnterpriseID][]*attempt
	// acknowledged is the highest epoch that somebody was told is committed.
	acknowledged map[accessmgmt.EnterpriseID]uint64
	finishes     map[accessmgmt.MessageID]finish
	claimed      map[accessmgmt.MessageID]bool
	stale, reads atomic.Int64
}

// attempt is a changeset that was to be committed. The hash of its last audit
// record is no other's: the records' salts and ids are random.
type attempt struct {
	changes accessmgmt.Changes
	outcome outcome
	// conflict: it was refused because another came before.
	conflict bool
	trace    *Trace
}

// outcome is what a store said of a commit.
type outcome int

const (
	unanswered   outcome = iota
	acknowledged         // it is committed
	refused              // it isn't, whatever the reason
	unknown              // it may be
)

// finish counts what stores were told of a message.
type finish struct{ done, unknown int }

func newLedger() *Ledger {
	return &Ledger{
		attempts: map[accessmgmt.EnterpriseID][]*attempt{}, acknowledged: map[accessmgmt.EnterpriseID]uint64{},
		finishes: map[accessmgmt.MessageID]finish{}, claimed: map[accessmgmt.MessageID]bool{},
	}
}

// Trace is what became of one call of Commit below the store. A driver that is
// watched fills it; see [TraceOf].
type Trace struct {
	// Begun and Committed count transactions, and Lost the COMMITs to which no
	// answer came.
	Begun, Committed, Lost atomic.Int64
}

type traceKey struct{}

// TraceOf returns where to note what becomes of the commit that a context came
// with, nil when it came with none.
func TraceOf(ctx context.Context) *Trace {
	t, _ := ctx.Value(traceKey{}).(*Trace)
	return t
}

// store is a store with a ledger before it.
type store struct {
	accessmgmt.Store
	ledger *Ledger
}

// Commit implements [accessmgmt.Store].
func (s store) Commit(ctx context.Context, c accessmgmt.Changes) error {
	a := &attempt{changes: c, trace: &Trace{}}
	id := c.Enterprise.ID
	s.ledger.mu.Lock()
	s.ledger.attempts[id] = append(s.ledger.attempts[id], a)
	s.ledger.mu.Unlock()

	err := s.Store.Commit(context.WithValue(ctx, traceKey{}, a.trace), c)

	s.ledger.mu.Lock()
	defer s.ledger.mu.Unlock()
	switch {
	case err == nil:
		a.outcome = acknowledged
		s.ledger.acknowledged[id] = max(s.ledger.acknowledged[id], c.Enterprise.Epoch)
	case errors.Is(err, accessmgmt.ErrOutcomeUnknown):
		a.outcome = unknown
	default:
		a.outcome = refused
		a.conflict = errors.Is(err, accessmgmt.ErrConflict) || errors.Is(err, accessmgmt.ErrRepeated)
	}
	return err
}

// Enterprise implements [accessmgmt.Store]. Reads see every commit that
// returned before they began; it counts those that don't.
func (s store) Enterprise(ctx context.Context, id accessmgmt.EnterpriseID) (accessmgmt.Enterprise, error) {
	before := s.ledger.epoch(id)
	e, err := s.Store.Enterprise(ctx, id)
	s.ledger.compare(before, e.Epoch, err)
	return e, err
}

// Access implements [accessmgmt.Store], and counts as Enterprise does.
func (s store) Access(ctx context.Context, id accessmgmt.EnterpriseID, person accessmgmt.PersonID, unit accessmgmt.UnitID) (accessmgmt.Access, error) {
	before := s.ledger.epoch(id)
	a, err := s.Store.Access(ctx, id, person, unit)
	s.ledger.compare(before, a.Enterprise.Epoch, err)
	return a, err
}

func (l *Ledger) epoch(id accessmgmt.EnterpriseID) uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.acknowledged[id]
}

// compare holds an epoch that was read against the one that was acknowledged
// before the read began.
func (l *Ledger) compare(before, read uint64, err error) {
	if err != nil && !errors.Is(err, accessmgmt.ErrNotFound) {
		return
	}
	l.reads.Add(1)
	if read < before {
		l.stale.Add(1)
	}
}

// ClaimMessages implements [accessmgmt.Store].
func (s store) ClaimMessages(ctx context.Context, c accessmgmt.Claim) ([]accessmgmt.Message, error) {
	messages, err := s.Store.ClaimMessages(ctx, c)
	s.ledger.mu.Lock()
	defer s.ledger.mu.Unlock()
	for _, m := range messages {
		s.ledger.claimed[m.ID] = true
	}
	return messages, err
}

// FinishMessage implements [accessmgmt.Store].
func (s store) FinishMessage(ctx context.Context, id accessmgmt.EnterpriseID, message accessmgmt.MessageID, claim accessmgmt.ClaimID, o accessmgmt.Outcome) error {
	err := s.Store.FinishMessage(ctx, id, message, claim, o)
	s.ledger.mu.Lock()
	defer s.ledger.mu.Unlock()
	f := s.ledger.finishes[message]
	switch {
	case err == nil:
		f.done++
	case !errors.Is(err, accessmgmt.ErrConflict):
		f.unknown++
	}
	s.ledger.finishes[message] = f
	return err
}
