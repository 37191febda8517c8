package drill

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/internal/workflowtest"
	"github.com/egovroles/egovroles/roles"
)

// Options say how large a drill is. The zero Options are a small one.
type Options struct {
	// Enterprises is how many there are. Defaults to 20.
	Enterprises int
	// Hot is how many of them get half of all steps. Defaults to 4.
	Hot int
	// Callers is how many there are for each store. Defaults to 4.
	Callers int
	// Seed makes the callers choose alike; what comes of it is up to the
	// database. Defaults to 1.
	Seed uint64
}

// Drill is several portals on one database.
type Drill struct {
	t       testing.TB
	options Options
	ledger  *Ledger
	portals []portal
	key     accessmgmt.Key
	places  []*place
	outbox  *outbox
	rep     accessmgmt.Actor
	later   atomic.Int64 // how far the clock has been put forward, in seconds

	stopping atomic.Bool
	callers  sync.WaitGroup

	mu    sync.Mutex
	done  []step
	tally Tally
	last  time.Time
}

// portal is one of the portals: a store, with the ledger before it, and the
// service on it.
type portal struct {
	store accessmgmt.Store
	svc   *accessmgmt.Service
}

// step is a command that a caller was told is done.
type step struct {
	enterprise accessmgmt.EnterpriseID
	command    accessmgmt.CommandID
	act        accessmgmt.Act
}

// Tally counts what the callers met.
type Tally struct {
	// Done are the steps that were acknowledged, by act, and Refused those that
	// weren't to be, by code: another was faster, most of the time.
	Done    map[accessmgmt.Act]int
	Refused map[string]int
	// Unanswered counts the tries after which a caller didn't know whether it
	// was done. He then asked: it Had been, or Hadnt.
	Unanswered, Had, Hadnt int
	// GaveUp counts the steps that others overtook until the service gave up.
	GaveUp int
	// Gap is the longest time without an acknowledged step.
	Gap time.Duration
}

// New registers the enterprises, each through one of the stores.
func New(t testing.TB, stores []accessmgmt.Store, o Options) *Drill {
	setDefault(&o.Enterprises, 20)
	setDefault(&o.Hot, 4)
	setDefault(&o.Callers, 4)
	setDefault(&o.Seed, 1)
	key, err := accessmgmt.NewKey("k1", []byte("the key of the drill: thirty-two bytes"))
	require.NoError(t, err)
	d := &Drill{
		t: t, options: o, ledger: newLedger(), key: key, outbox: &outbox{sent: map[accessmgmt.MessageID]int{}},
		rep: workflowtest.Person("Renée", "Peeters"), tally: Tally{Done: map[accessmgmt.Act]int{}, Refused: map[string]int{}},
	}
	var register accessmgmt.StaticRepresentatives
	for i := range o.Enterprises {
		p := newPlace(i)
		d.places = append(d.places, p)
		register = append(register, accessmgmt.StaticRepresentative{Enterprise: p.number, EnterpriseName: "Acme SA", Person: d.rep.Identity.Ref()})
	}
	for _, s := range stores {
		noted := store{s, d.ledger}
		svc, err := accessmgmt.New(noted, d.outbox, &accessmgmt.Options{
			Catalogue: roles.MonEspace(), Representatives: register, Key: key, AcceptURL: "https://portal.example/invitation", Now: d.now})
		require.NoError(t, err)
		d.portals = append(d.portals, portal{noted, svc})
	}
	d.register()
	return d
}

func setDefault[T comparable](v *T, otherwise T) {
	if *v == *new(T) {
		*v = otherwise
	}
}

func (d *Drill) now() time.Time {
	return time.Now().Add(time.Duration(d.later.Load()) * time.Second)
}

// newPlace makes an enterprise with its people. Some of them are known in all
// enterprises, so that what changes a person is met too.
func newPlace(i int) *place {
	p := &place{
		number: workflowtest.Number(i), recipients: map[accessmgmt.RecipientID]invited{}, requests: map[accessmgmt.RequestID]asked{},
		assignments: map[accessmgmt.AssignmentID]held{},
	}
	for n := range p.gaps {
		p.gaps[n] = workflowtest.Person("Luc", fmt.Sprintf("Maes-%d", (i+n)%40))
	}
	for n := range 6 {
		p.guests = append(p.guests, workflowtest.Person("Anne", fmt.Sprintf("Dubois-%d-%d", i, n)))
	}
	for n := range 3 {
		p.guests = append(p.guests, workflowtest.Person("Ben", fmt.Sprintf("Peeters-%d", (i*3+n)%30)))
	}
	return p
}

// register has the representative designate a GAP of each enterprise, by all
// portals at once.
func (d *Drill) register() {
	work := make(chan *place)
	var all sync.WaitGroup
	for n := range 2 * len(d.portals) {
		all.Go(func() {
			c := d.caller(1000 + n)
			for p := range work {
				c.at = p
				c.do(c.designate(0))
			}
		})
	}
	for _, p := range d.places {
		work <- p
	}
	close(work)
	all.Wait()
	for _, p := range d.places {
		require.False(d.t, p.enterprise().IsZero(), "an enterprise could not be registered: %v", d.tally.Refused)
	}
}

// Start lets the callers begin, and a dispatcher for each portal.
func (d *Drill) Start() {
	d.mu.Lock()
	d.last = time.Now()
	d.mu.Unlock()
	for n := range d.options.Callers * len(d.portals) {
		d.callers.Go(func() {
			c := d.caller(n)
			for !d.stopping.Load() {
				c.choose()
			}
		})
	}
	for _, p := range d.portals {
		d.callers.Go(func() {
			for !d.stopping.Load() {
				done, err := p.svc.DispatchOnce(context.Background())
				if err != nil || done == (accessmgmt.Dispatched{}) {
					time.Sleep(20 * time.Millisecond)
				}
			}
		})
	}
}

// Await waits until so many more steps were acknowledged.
func (d *Drill) Await(steps int) {
	d.t.Helper()
	const patience = 3 * time.Minute
	began, goal := time.Now(), d.acknowledged()+steps
	for d.acknowledged() < goal {
		require.Less(d.t, time.Since(began), patience, "%d steps of %d were acknowledged, and nothing goes on", d.acknowledged(), goal)
		time.Sleep(5 * time.Millisecond)
	}
}

func (d *Drill) acknowledged() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.done)
}

// Stop ends the load: every caller finishes the step he is at, to its answer.
func (d *Drill) Stop() {
	d.stopping.Store(true)
	d.callers.Wait()
}

// outbox is the mailer of all portals. It counts how often each message came.
type outbox struct {
	mu   sync.Mutex
	sent map[accessmgmt.MessageID]int
}

// Send implements [accessmgmt.Mailer].
func (o *outbox) Send(_ context.Context, m accessmgmt.Mail) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sent[m.ID]++
	return nil
}

// caller is somebody who works through one of the portals.
type caller struct {
	*Drill
	portal
	rng *rand.Rand
	at  *place // where he works
}

func (d *Drill) caller(n int) *caller {
	return &caller{Drill: d, portal: d.portals[n%len(d.portals)], rng: rand.New(rand.NewPCG(d.options.Seed, uint64(n)))}
}

func newCommand() accessmgmt.CommandID {
	return accessmgmt.CommandID{UUID: uuid.Must(uuid.NewV7())}
}
