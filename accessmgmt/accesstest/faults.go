package accesstest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"

	"github.com/egovroles/egovroles/accessmgmt"
)

// FailStore makes every call to the store fail with an error, until it is nil.
// Any error that isn't one of the library's kinds comes to the portal as
// [accessmgmt.ErrUnavailable].
func (w *World) FailStore(err error) {
	w.faults.mu.Lock()
	defer w.faults.mu.Unlock()
	w.faults.all = err
}

// FailStoreNext makes the next n calls of one method of [accessmgmt.Store],
// such as "Commit" or "Access", fail with an error. [accessmgmt.ErrConflict]
// from Commit is somebody else who was faster: the service tries again.
func (w *World) FailStoreNext(n int, method string, err error) {
	w.t.Helper()
	if _, there := reflect.TypeFor[accessmgmt.Store]().MethodByName(method); !there {
		w.t.Fatalf("accesstest: accessmgmt.Store has no method %q", method)
	}
	w.faults.mu.Lock()
	defer w.faults.mu.Unlock()
	if w.faults.next == nil {
		w.faults.next = map[string]*failing{}
	}
	w.faults.next[method] = &failing{n, err}
}

// LoseAnswer makes the connection break while the next commit is under way: it
// is written, the caller is told [accessmgmt.ErrOutcomeUnknown], and after that
// the store answers again. Sent again with the same [accessmgmt.CommandID], the
// command does nothing twice.
func (w *World) LoseAnswer() {
	w.faults.mu.Lock()
	defer w.faults.mu.Unlock()
	w.faults.lose = true
}

// RegisterDown makes the register of legal representatives fail, or answer
// again.
func (w *World) RegisterDown(down bool) {
	w.register.mu.Lock()
	defer w.register.mu.Unlock()
	w.register.down = down
}

// AddRepresentative makes somebody a legal representative of the enterprise.
func (w *World) AddRepresentative(who accessmgmt.Actor) { w.register.add(w.Number, w.Name, who) }

// faults are what is to fail.
type faults struct {
	mu   sync.Mutex
	all  error
	next map[string]*failing
	lose bool // the answer of the next commit
}

type failing struct {
	left int
	err  error
}

var (
	errLost     = fmt.Errorf("%w: accesstest broke the connection to it", accessmgmt.ErrOutcomeUnknown)
	errRegister = errors.New("accesstest: no answer from the register")
)

// fail returns the error that a call of a method is to fail with.
func (f *faults) fail(method string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if next := f.next[method]; next != nil && next.left > 0 {
		next.left--
		return next.err
	}
	return f.all
}

// loses reports whether the answer of a commit that was just written is lost.
func (f *faults) loses() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	lost := f.lose
	f.lose = false
	return lost
}

// register is the register of legal representatives of a world.
type register struct {
	mu    sync.Mutex
	known accessmgmt.StaticRepresentatives
	down  bool
}

func (r *register) Represents(ctx context.Context, who accessmgmt.Identity, number accessmgmt.EnterpriseNumber) (accessmgmt.Representation, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.down {
		return accessmgmt.Representation{}, errRegister
	}
	return r.known.Represents(ctx, who, number)
}

func (r *register) add(number accessmgmt.EnterpriseNumber, name string, who accessmgmt.Actor) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.known = append(r.known, accessmgmt.StaticRepresentative{
		Enterprise: number, EnterpriseName: name, Person: who.Identity.Ref(), Function: "director", Evidence: "consultation in a test"})
}
