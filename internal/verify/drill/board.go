package drill

import (
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
)

// place is an enterprise as the callers see it: what they were told is open
// there. It is a board that several look at, so that two often try the same.
type place struct {
	number accessmgmt.EnterpriseNumber
	gaps   [2]accessmgmt.Actor
	guests []accessmgmt.Actor

	mu          sync.Mutex
	id          accessmgmt.EnterpriseID
	gap         int // which of gaps is in office, as far as is known
	persons     [2]accessmgmt.PersonID
	recipients  map[accessmgmt.RecipientID]invited
	requests    map[accessmgmt.RequestID]asked
	assignments map[accessmgmt.AssignmentID]held
}

// invited is somebody's open invitation, asked a request that waits, and held a
// role in force.
type (
	invited struct {
		invitation.Recipient
		actor accessmgmt.Actor
	}
	asked struct {
		invitation.Request
		actor accessmgmt.Actor
	}
	held struct {
		accessmgmt.RoleAssignment
		actor accessmgmt.Actor
	}
)

// pick returns one of the things on a board.
func pick[K comparable, V any](p *place, rng *rand.Rand, m map[K]V, less func(a, b V) int) (V, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []V
	for _, v := range m {
		all = append(all, v)
	}
	if len(all) == 0 {
		var none V
		return none, false
	}
	slices.SortFunc(all, less)
	return all[rng.IntN(len(all))], true
}

// post puts a thing on a board.
func post[K comparable, V any](p *place, m map[K]V, id K, v V) {
	p.mu.Lock()
	defer p.mu.Unlock()
	m[id] = v
}

// take takes it off.
func take[K comparable, V any](p *place, m map[K]V, id K) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(m, id)
}

// office returns who is in office, as far as is known, and who isn't.
func (p *place) office() (in, out accessmgmt.Actor, at int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.gaps[p.gap], p.gaps[1-p.gap], p.gap
}

// manager is who is in office.
func (p *place) manager() accessmgmt.Actor {
	in, _, _ := p.office()
	return in
}

// designated says which of the two is in office now.
func (p *place) designated(which int, done accessmgmt.Designation) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.id, p.gap, p.persons[which] = done.Enterprise.ID, which, done.GAP.Person
}

// look puts right who is in office: of two designations at once the answers
// may have come in another order than they were done.
func (p *place) look(e accessmgmt.Enterprise) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if which := slices.Index(p.persons[:], e.GAP); which >= 0 {
		p.gap = which
	}
}

func (p *place) enterprise() accessmgmt.EnterpriseID {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.id
}
