package access

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// The bounds of Options.MaxStaleness.
const (
	DefaultMaxStaleness = time.Second
	maxMaxStaleness     = time.Minute
)

// Options is what an [Index] needs beside a store. Catalogue is required; give
// the ones that the service has by the same names.
type Options struct {
	Catalogue   *roles.Catalogue
	Application roles.ApplicationCode
	// MaxStaleness bounds how old an answer may be: what another process took away
	// is denied by every check that begins this long after. At most a minute.
	// Zero: [DefaultMaxStaleness].
	MaxStaleness time.Duration
	// Strict asks the store for the enterprise's stamp at each check: no answer is
	// older than its question. It costs one small query a check.
	Strict bool
	// AskStore lets a check that can't be answered in time (the store didn't say
	// what is current) be asked of the store whole before it is given up.
	AskStore bool
	// MaxAssignments bounds how many assignments are held, past ones too, each
	// enterprise counting as four more: beyond, enterprises that nobody asked about
	// lately are forgotten, and when there are few of those, others. Zero: no bound.
	MaxAssignments int
	// Now is the clock by which roles begin and end. Defaults to time.Now.
	Now func() time.Time
	// Elapsed is the clock by which freshness is measured: the time since some
	// instant. It must never go back or stand still, whatever the other is set to.
	// Defaults to the process's monotonic clock, which on Linux stands still while
	// the machine is suspended: what was known before is believed for the rest of
	// the bound after.
	Elapsed func() time.Duration
}

// weight is what an enterprise counts for in MaxAssignments.
const weight = 4

// Index answers checks from memory. Make one with [New]; it may be used from any
// number of goroutines. It starts none: see [Index.Run].
type Index struct {
	compiled *compiled
	reads    accessmgmt.Store
	store    *accessmgmt.StoreChecker
	options  Options
	bound    int64
	clock    func() time.Time
	// base is when the index was made. When both is set, one reading of the clock
	// tells the time and what has elapsed since.
	base time.Time
	both bool
	seed [2]uint64

	table atomic.Pointer[table]

	mu     sync.Mutex
	order  uint64 // of the last question
	held   int    // assignments
	blocks int
	hand   int // where to look next for an enterprise to forget
	// writing are the commits of this process that are under way.
	writing map[accessmgmt.EnterpriseID]writing
	// flights are the loads and questions under way; those of which a commit began
	// meanwhile are spoiled.
	flights map[*flight]struct{}
	loading map[accessmgmt.EnterpriseID]*flight
	hot     []hot
	polling bool
}

var (
	_ accessmgmt.Checker       = (*Index)(nil)
	_ accessmgmt.AccessLists   = (*Index)(nil)
	_ accessmgmt.CommitWatcher = (*Index)(nil)
)

// New returns an empty index on a store: it fills itself as it is asked, or by
// [Index.Load]. Give it to the service as Options.Watcher.
func New(store accessmgmt.Store, o Options) (*Index, error) {
	checker, err := accessmgmt.NewChecker(store, accessmgmt.CheckerOptions{Catalogue: o.Catalogue, Application: o.Application, Now: o.Now})
	if err != nil {
		return nil, err
	}
	c, err := compile(o.Catalogue, o.Application)
	if err != nil {
		return nil, invalid(roles.Problem{Field: "Catalogue", Code: roles.ProblemTooMany, Text: err.Error()})
	}
	if o.MaxStaleness == 0 {
		o.MaxStaleness = DefaultMaxStaleness
	}
	if o.MaxStaleness < 0 || o.MaxStaleness > maxMaxStaleness {
		return nil, invalid(roles.Problem{Field: "MaxStaleness", Code: roles.ProblemTooFar, Text: "an answer is at most a minute old"})
	}
	if o.MaxAssignments < 0 {
		return nil, invalid(roles.Problem{Field: "MaxAssignments", Code: roles.ProblemMalformed, Text: "a number of assignments can't be negative"})
	}
	both := o.Now == nil && o.Elapsed == nil
	if o.Now == nil {
		o.Now = time.Now //nolint:forbidigo // the one default of the injected clock
	}
	base := time.Now() //nolint:forbidigo // from here on it is measured, not told
	if o.Elapsed == nil {
		o.Elapsed = func() time.Duration { return time.Since(base) } //nolint:forbidigo // the same
	}
	ix := &Index{
		compiled: c, reads: store, store: checker, options: o, bound: int64(o.MaxStaleness), clock: o.Now, base: base, both: both,
		writing: map[accessmgmt.EnterpriseID]writing{}, flights: map[*flight]struct{}{}, loading: map[accessmgmt.EnterpriseID]*flight{},
	}
	var seed [16]byte
	_, _ = rand.Read(seed[:]) // never fails
	ix.seed = [2]uint64{binary.LittleEndian.Uint64(seed[:8]), binary.LittleEndian.Uint64(seed[8:])}
	ix.table.Store(newTable(64))
	return ix, nil
}

func invalid(p roles.Problem) error {
	return &accessmgmt.Error{Act: "new index", Kind: accessmgmt.ErrInvalid, Code: accessmgmt.CodeInvalid, Err: roles.Problems{p}}
}

// Check answers from memory what is asked about now, and asks the store about any
// other instant (D32). It allocates nothing while what it knows of the enterprise
// is fresh; when it isn't, this caller finds out, and the others who ask about the
// enterprise meanwhile wait for him.
func (ix *Index) Check(ctx context.Context, q accessmgmt.Question) (d accessmgmt.Decision, err error) {
	if !q.At.IsZero() || ix.options.Strict {
		return ix.checkSlow(ctx, q)
	}
	a := ix.compiled.app(q.Application)
	if a == nil {
		return ix.store.Check(ctx, q) // it says what is wrong
	}
	bit := a.bit(q.Action)
	if bit == 0 {
		return ix.store.Check(ctx, q)
	}
	now, el := ix.now()
	b := ix.find(q.Enterprise)
	if b == nil || !ix.fits(b, el, &q) {
		return ix.checkSlow(ctx, q)
	}
	us := now.UnixMicro()
	if us <= earliest || us >= latest {
		return ix.store.Check(ctx, q)
	}
	ix.answer(b, a, bit, us, &q, &d)
	return d, nil
}

// now returns the time, and what has elapsed since the index was made.
func (ix *Index) now() (time.Time, int64) {
	now := ix.clock()
	if ix.both {
		return now, int64(now.Sub(ix.base))
	}
	return now, int64(ix.options.Elapsed())
}

// fits reports whether a block answers a question without the store.
func (ix *Index) fits(b *block, el int64, q *accessmgmt.Question) bool {
	return uint64(el-b.verified.Load()) < uint64(ix.bound) && b.epoch >= q.AtLeast && b.asked.Load() == asked
}

// answer decides on a block that is fresh. What is large comes by pointer: copies
// are a good part of a check's time.
func (ix *Index) answer(b *block, a *app, bit uint64, us int64, q *accessmgmt.Question, d *accessmgmt.Decision) {
	d.At, d.Revision, d.Catalogue = time.UnixMicro(us).UTC(), b.epoch, ix.compiled.version
	if b.closed != isOpen {
		if d.Reason = b.barred(us); d.Reason != "" {
			return
		}
	}
	unit, open := b.unit(q.Unit)
	if !open {
		d.Reason = accessmgmt.ReasonUnknownUnit
		return
	}
	person := words(q.Person.UUID)
	from, to := b.of(person, ix.hash(person))
	ix.compiled.decide(b, from, to, ask{a.number, bit, unit, us}, d)
}

// checkSlow is Check when the index has to ask the store something first.
func (ix *Index) checkSlow(ctx context.Context, q accessmgmt.Question) (d accessmgmt.Decision, _ error) {
	a := ix.compiled.app(q.Application)
	if !q.At.IsZero() || a == nil || a.bit(q.Action) == 0 {
		return ix.store.Check(ctx, q)
	}
	b, us, err := ix.fresh(ctx, q.Enterprise, q.AtLeast)
	switch {
	case err == nil:
		ix.answer(b, a, a.bit(q.Action), us, &q, &d)
		return d, nil
	case errors.Is(err, errAskStore), ix.options.AskStore && ctx.Err() == nil:
		return ix.store.Check(ctx, q)
	default:
		return accessmgmt.Decision{}, fail(accessmgmt.ActCheck, err)
	}
}

// fail makes an error of the library of what a store said.
func fail(act accessmgmt.Act, err error) error {
	var own *accessmgmt.Error
	if errors.As(err, &own) {
		return err
	}
	return &accessmgmt.Error{Act: act, Kind: accessmgmt.ErrUnavailable, Code: accessmgmt.CodeUnavailable, Err: err}
}

// CheckEach answers several questions, each as Check would. Those that are answered
// from memory are so as of one instant.
func (ix *Index) CheckEach(ctx context.Context, questions []accessmgmt.Question) ([]accessmgmt.Result[accessmgmt.Decision], error) {
	if len(questions) > accessmgmt.MaxItems {
		return ix.store.CheckEach(ctx, questions) // which refuses it
	}
	results := make([]accessmgmt.Result[accessmgmt.Decision], len(questions))
	now, el := ix.now()
	us := now.UnixMicro()
	for i := range questions {
		q := &questions[i]
		if ix.atOnce(q, us, el, &results[i].Value) {
			continue
		}
		d, err := ix.Check(ctx, *q)
		switch {
		case err == nil:
			results[i].Value = d
		case errors.Is(err, accessmgmt.ErrInvalid):
			results[i].Err = err
		default:
			return nil, err
		}
	}
	return results, nil
}

// atOnce answers from memory, when it can.
func (ix *Index) atOnce(q *accessmgmt.Question, us, el int64, d *accessmgmt.Decision) bool {
	a := ix.compiled.app(q.Application)
	if !q.At.IsZero() || ix.options.Strict || a == nil || us <= earliest || us >= latest {
		return false
	}
	bit := a.bit(q.Action)
	b := ix.find(q.Enterprise)
	if bit == 0 || b == nil || !ix.fits(b, el, q) {
		return false
	}
	ix.answer(b, a, bit, us, q, d)
	return true
}

// Explain asks the store, which knows the persons and the history. Its decision
// may be newer than one of Check's.
func (ix *Index) Explain(ctx context.Context, q accessmgmt.Question) (accessmgmt.Explanation, error) {
	return ix.store.Explain(ctx, q)
}

// moment is when a question to the store was sent, and its place among all.
type moment struct {
	at    int64
	order uint64
}

// moment returns that of a question that is about to be sent.
func (ix *Index) moment() moment {
	_, el := ix.now()
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.order++
	return moment{el, ix.order}
}

// find returns what is known of an enterprise, fresh or not.
func (ix *Index) find(id accessmgmt.EnterpriseID) *block {
	return ix.table.Load().find(tagOf(ix.hash(words(id.UUID))), id.UUID)
}

var (
	// errAskStore: an enterprise that this process is writing to, that isn't there
	// or that changes too fast is asked of the store itself.
	errAskStore = errors.New("access: ask the store")
	errMoved    = errors.New("access: it changed while it was read")
)

func behind(id accessmgmt.EnterpriseID, is, want uint64) error {
	return fmt.Errorf("the enterprise %s is at revision %d, not yet at %d: %w", id, is, want, accessmgmt.ErrUnavailable)
}
