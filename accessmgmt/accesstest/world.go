package accesstest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
	"github.com/egovroles/egovroles/storage/memory"
)

// Options is what a [World] may be made with. The zero Options is Mon Espace
// with the guides' policy.
type Options struct {
	// Catalogue is the roles there are. Defaults to [roles.MonEspace].
	Catalogue *roles.Catalogue
	// Application is the one that questions are about when they name none.
	// Defaults to the catalogue's, when it has only one.
	Application roles.ApplicationCode
	// Policy is the service's.
	Policy accessmgmt.Policy
	// Start is where the clock stands at first. Defaults to ten o'clock in
	// Brussels on Monday 2 March 2026.
	Start time.Time
	// Store keeps everything; it must be empty. Defaults to one in memory.
	Store accessmgmt.Store
	// Unregistered leaves the enterprise to be registered by the test: there
	// is a Number and a Representative who may, and no Enterprise yet.
	Unregistered bool
	// Change, when set, may alter the service's options before it is made. A
	// Now or Representatives of its own takes the place of the world's Clock
	// or register; with the latter, set Unregistered too.
	Change func(*accessmgmt.Options)
}

// World is a portal's surroundings in a test: a service on a store in memory,
// with a clock to move, a mailbox to read, stores and registers that fail on
// demand, and an enterprise with a GAP. Make one with [New].
//
// A method that can't do what it is asked ends the test, with what went wrong.
// So call them from the test's own goroutine; in a subtest, on [World.In].
type World struct {
	// Service is what the portal's code is given.
	Service *accessmgmt.Service
	Clock   *Clock
	Mailbox *Mailbox

	// Enterprise is the one that methods are about, with its number and name.
	Enterprise accessmgmt.EnterpriseID
	Number     accessmgmt.EnterpriseNumber
	Name       string
	// Representative is its legal representative. GAP is its access manager,
	// who invites, approves and gives in the methods below: after another was
	// designated, set it.
	Representative accessmgmt.Actor
	GAP            accessmgmt.Actor
	// Contact is the office's general address.
	Contact accessmgmt.Email

	t testing.TB
	*shared
}

// shared is what the worlds of one New have in common.
type shared struct {
	catalogue *roles.Catalogue
	location  *time.Location
	faults    *faults
	register  *register
	people    *people

	// store is behind the faults, and so is inside: the reports of what
	// happened read it while the portal's own calls fail.
	store  accessmgmt.Store
	inside *accessmgmt.Service

	mu          sync.Mutex
	enterprises int // how many there are
	units       int // in all of them
	coGAPs      map[accessmgmt.EnterpriseNumber]accessmgmt.Actor
}

// secret is the key's of every world.
var secret = []byte("a secret of a world in a test, 32")

// New returns a world with one enterprise, Acme SA, whose GAP is Luc Maes, and
// with an empty mailbox. Give one Options at most.
func New(t testing.TB, options ...Options) *World {
	t.Helper()
	if len(options) > 1 {
		t.Fatalf("accesstest: New takes one Options at most")
	}
	o := append(options, Options{})[0]
	if o.Catalogue == nil {
		o.Catalogue = roles.MonEspace()
	}
	if o.Start.IsZero() {
		o.Start = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	}
	if o.Store == nil {
		o.Store = memory.New()
	}
	w := &World{Clock: &Clock{now: o.Start}, Mailbox: &Mailbox{}, t: t, shared: &shared{
		catalogue: o.Catalogue, faults: &faults{}, register: &register{}, people: newPeople(), store: o.Store,
		coGAPs: map[accessmgmt.EnterpriseNumber]accessmgmt.Actor{}}}
	w.serve(o)
	w.next("Acme SA")
	w.Representative, w.GAP = w.Person("Renée Peeters"), w.Person("Luc Maes")
	w.register.add(w.Number, w.Name, w.Representative)
	if !o.Unregistered {
		w.designate()
	}
	return w
}

// serve makes the service, and its twin behind the faults.
func (w *World) serve(o Options) {
	w.t.Helper()
	key, err := accessmgmt.NewKey("test", secret)
	w.must(err, "the key")
	options := accessmgmt.Options{
		Catalogue: o.Catalogue, Application: o.Application, Representatives: w.register, Key: key,
		AcceptURL: "https://portal.example/invitation", Policy: o.Policy, Now: w.Clock.Now,
		Jitter: func(time.Duration) time.Duration { return 0 }, // a mail that failed is tried again to the second
	}
	if o.Change != nil {
		o.Change(&options)
	}
	w.Service, err = accessmgmt.New(&store{o.Store, w.faults}, w.Mailbox, &options)
	w.must(err, "the service")
	w.catalogue, w.location = options.Catalogue, options.Policy.Location
	if w.location == nil {
		w.location, err = time.LoadLocation("Europe/Brussels")
		w.must(err, "the zone")
	}
	w.Clock.location = w.location
	options.Logger = nil
	w.inside, err = accessmgmt.New(o.Store, w.Mailbox, &options)
	w.must(err, "the service of the reports")
}

// In returns the same world for a subtest: what fails in its methods fails t.
func (w *World) In(t testing.TB) *World {
	inner := *w
	inner.t = t
	return &inner
}

// AddEnterprise registers another enterprise with a GAP, who may be the same,
// and returns the same world with that as its Enterprise. Clock, mailbox,
// people and store are shared; mails, assignments and audit are looked for in
// one's own enterprise.
func (w *World) AddEnterprise(name string, gap accessmgmt.Actor) *World {
	w.t.Helper()
	other := *w
	other.next(name)
	other.Representative, other.GAP = w.Person("Director of "+name), gap
	other.register.add(other.Number, name, other.Representative)
	other.designate()
	return &other
}

// next names the next enterprise, which isn't registered yet.
func (w *World) next(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.enterprises++
	w.Enterprise, w.Number, w.Name = accessmgmt.EnterpriseID{}, enterpriseNumber(w.enterprises), name
	w.Contact = contactAddress(w.enterprises)
}

// designate registers the enterprise, and forgets the mails of that.
func (w *World) designate() {
	w.t.Helper()
	id := w.GAP.Identity
	done, err := w.Service.DesignateGAP(context.Background(), w.Representative, accessmgmt.DesignateGAP{
		Enterprise: w.Number,
		GAP:        accessmgmt.Candidate{GivenName: id.GivenName, FamilyName: id.FamilyName, Number: id.Number, Email: w.address(w.GAP)},
		Contact:    w.Contact,
	})
	w.must(err, "designate "+nameOf(w.GAP)+" as the GAP of "+w.Name)
	w.Enterprise = done.Enterprise.ID
	w.Deliver()
	w.Mailbox.forget(w.Enterprise)
}

// registered finds the enterprise that a test registered itself.
func (w *World) registered() accessmgmt.EnterpriseID {
	w.t.Helper()
	if !w.Enterprise.IsZero() {
		return w.Enterprise
	}
	ent, err := w.store.EnterpriseByNumber(context.Background(), w.Number)
	if errors.Is(err, accessmgmt.ErrNotFound) {
		w.t.Fatalf("accesstest: enterprise %s isn't registered yet: let %s designate a GAP", w.Number, nameOf(w.Representative))
	}
	w.must(err, "enterprise "+w.Number.String())
	w.Enterprise = ent.ID
	return w.Enterprise
}

// must ends the test when something that has to work doesn't.
func (w *World) must(err error, what string) {
	if err != nil {
		w.t.Helper()
		w.t.Fatalf("accesstest: %s: %v", what, err)
	}
}
