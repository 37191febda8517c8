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
	// Strict asks the store for the enterprise's epoch at each check: no answer is
	// older than its question. It costs one small query a check.
	Strict bool
	// AskStore lets a check that can't be answered in time (the store didn't say
	// what is current) be asked of the store whole before it is given up.
	AskStore bool
	// MaxAssignments bounds how many assignments are held, past ones too: beyond,
	// enterprises that nobody asked about lately are forgotten. Zero: no bound.
	MaxAssignments int
	// Now is the clock. Freshness is measured by it too, so its readings should
	// carry the monotonic one, as time.Now's do: don't give them UTC() or Round().
	// A clock that goes back makes checks ask the store, never believe longer.
	// Defaults to time.Now.
	Now func() time.Time
}

// Index answers checks from memory. Make one with [New]; it may be used from any
// number of goroutines. It starts none: see [Index.Run].
type Index struct {
	compiled *compiled
	reads    accessmgmt.Store
	store    *accessmgmt.StoreChecker
	options  Options
	bound    int64
	clock    func() time.Time
	base     time.Time
	seed     [2]uint64

	table atomic.Pointer[table]

	mu     sync.Mutex
	held   int // assignments
	blocks int
	hand   int // where to look next for an enterprise to forget
	// writing counts the commits of this process that are under way.
	writing map[accessmgmt.EnterpriseID]int
	// flights are the loads and questions under way; those of which a commit began
	// meanwhile are spoiled.
	flights map[*flight]struct{}
	loading map[accessmgmt.EnterpriseID]*flight
	hot     []hot
	polling bool
}

var (
	_ accessmgmt.Checker     = (*Index)(nil)
	_ accessmgmt.AccessLists = (*Index)(nil)
	_ accessmgmt.Watcher     = (*Index)(nil)
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
	if o.Now == nil {
		o.Now = time.Now //nolint:forbidigo // the one default of the injected clock
	}
	ix := &Index{
		compiled: c, reads: store, store: checker, options: o, bound: int64(o.MaxStaleness), clock: o.Now, base: o.Now(),
		writing: map[accessmgmt.EnterpriseID]int{}, flights: map[*flight]struct{}{}, loading: map[accessmgmt.EnterpriseID]*flight{},
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
	now := ix.clock()
	enterprise := words(q.Enterprise.UUID)
	b := ix.table.Load().find(tagOf(ix.hash(enterprise)), q.Enterprise.UUID)
	if b == nil || uint64(int64(now.Sub(ix.base))-b.verified.Load()) >= uint64(ix.bound) || b.epoch < q.AtLeast || b.asked.Load() != asked {
		return ix.checkSlow(ctx, q)
	}
	us := now.UnixMicro()
	if us <= earliest || us >= latest {
		return ix.store.Check(ctx, q)
	}
	ix.answer(b, a, bit, us, &q, &d)
	return d, nil
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

// CheckEach answers several questions, each as Check would at one instant or
// right after it.
func (ix *Index) CheckEach(ctx context.Context, questions []accessmgmt.Question) ([]accessmgmt.Result[accessmgmt.Decision], error) {
	if len(questions) > accessmgmt.MaxItems {
		return ix.store.CheckEach(ctx, questions) // which refuses it
	}
	results := make([]accessmgmt.Result[accessmgmt.Decision], len(questions))
	for i, q := range questions {
		d, err := ix.Check(ctx, q)
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

// Explain asks the store, which knows the persons and the history. Its decision
// may be newer than one of Check's.
func (ix *Index) Explain(ctx context.Context, q accessmgmt.Question) (accessmgmt.Explanation, error) {
	return ix.store.Explain(ctx, q)
}

// elapsed is the time since the index was made.
func (ix *Index) elapsed() int64 { return int64(ix.clock().Sub(ix.base)) }

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
