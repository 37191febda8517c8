package accessmgmt

import (
	"context"
	"sync"
	"time"
)

// Watcher is told of this service's commits, so that what it remembers of an
// enterprise is never older than what this process has written. Its methods are
// called from many goroutines, also several times at once for one enterprise, and
// must not block.
type Watcher interface {
	// Writing is called before a commit begins. From then until Written, what is
	// remembered of the enterprise may be out of date: ask the store.
	Writing(EnterpriseID)
	// Written is called once for each Writing, when the commit is over. committed
	// is false when it was refused or undone, and also when nobody knows.
	Written(id EnterpriseID, committed bool)
}

// CommitWatcher is a [Watcher] that is also told what was written, so that it needs
// not read it.
type CommitWatcher interface {
	Watcher
	// Committed is called between Writing and Written of a commit that was made by
	// this service alone, with what it wrote, which isn't to be changed. It isn't
	// called when only the store can tell what became of a commit.
	Committed(c *Changes)
}

// Within is the service in one transaction of the portal's: what its commands
// write is there when the portal commits, together with the portal's own rows,
// or not at all.
//
//	tx, err := db.BeginTx(ctx, nil)
//	in := svc.Within(store.In(tx))
//	defer in.RolledBack() // undoes nothing: it tells the service
//	defer tx.Rollback()
//	given, err := in.Assign(ctx, gap, assign)
//	_, err = tx.ExecContext(ctx, "UPDATE dossier SET …")
//	if err = tx.Commit(); err == nil {
//		in.Committed()
//	}
//
// Each command that is refused leaves nothing in the transaction, which can go
// on; so does each that somebody else was faster than, if the transaction sees
// what others commit meanwhile (READ COMMITTED). In one that doesn't, and after a
// deadlock or a lost connection, begin the transaction anew: nothing more can be
// done in it, and every call says so with [ErrUnavailable].
//
// The transaction is one of the *sql.DB that the store was made with. When its
// COMMIT gets no answer, nobody has been told whether it happened: give commands
// an id, and send them again under it.
//
// The enterprises written to are held until the transaction ends: keep it short,
// and when it touches several, in one order everywhere. Messages are sent once it
// committed. It is for one caller at a time, and its mails are dispatched by the
// service, not by it.
type Within struct {
	*Service
	watcher Watcher
	limiter Limiter

	mu      sync.Mutex
	written map[EnterpriseID]bool
	// posted is what the limiter is told when the transaction committed.
	posted   []Digest
	postedAt time.Time
}

// Within returns the service in a transaction of the portal's; store is what the
// adapter's method In makes of it.
func (s *Service) Within(store Store) *Within {
	in := &Within{watcher: s.watcher, limiter: s.limiter, written: map[EnterpriseID]bool{}}
	part := *s
	part.store, part.watcher, part.limiter = store, in, oncePosted{in}
	// The rows are held until the portal commits. Whoever waits for them has the
	// turn, and would keep a second command of this transaction from it.
	part.turns = nil
	in.Service = &part
	return in
}

// Committed tells the service that the transaction committed. Until it is told,
// nothing that was remembered of the enterprises written to is believed.
func (in *Within) Committed() { in.over(true) }

// RolledBack tells the service that the transaction was undone, or that nobody
// knows. After Committed it does nothing.
func (in *Within) RolledBack() { in.over(false) }

func (in *Within) over(committed bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for id := range in.written {
		in.watcher.Written(id, committed)
	}
	if committed {
		in.nudge()
	}
	clear(in.written)
	if committed && len(in.posted) > 0 {
		tellLimiter(context.Background(), in.limiter, in.log, in.postedAt, in.posted)
	}
	in.posted = nil
}

// oncePosted is the limiter of a transaction: what is sent in it counts once the
// portal has committed.
type oncePosted struct{ in *Within }

func (l oncePosted) Full(ctx context.Context, now time.Time, addresses []Digest) ([]bool, error) {
	return l.in.limiter.Full(ctx, now, addresses)
}

func (l oncePosted) Count(_ context.Context, now time.Time, addresses []Digest) error {
	l.in.mu.Lock()
	defer l.in.mu.Unlock()
	l.in.posted, l.in.postedAt = append(l.in.posted, addresses...), now
	return nil
}

// Writing implements [Watcher]: the first of an enterprise is passed on.
func (in *Within) Writing(id EnterpriseID) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if !in.written[id] {
		in.written[id] = true
		in.watcher.Writing(id)
	}
}

// Written implements [Watcher]: only the portal knows when it is.
func (in *Within) Written(EnterpriseID, bool) {}

// nobody watches.
type nobody struct{}

func (nobody) Writing(EnterpriseID)       {}
func (nobody) Written(EnterpriseID, bool) {}

// write writes the changeset, and tells who watches.
func (w *work) write() (err error) {
	committed := false
	w.watcher.Writing(w.ent.ID)
	defer func() { w.watcher.Written(w.ent.ID, committed) }()
	err = w.store.Commit(w.ctx, w.changes)
	if watcher, wants := w.watcher.(CommitWatcher); wants && err == nil {
		watcher.Committed(&w.changes)
	}
	if err != nil && w.committed(err) {
		err = nil
	}
	committed = err == nil
	if committed && len(w.changes.Messages) > 0 {
		w.nudge()
	}
	return err
}
