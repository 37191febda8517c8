package storagetest

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
)

// finding is one Find method with rows to find and how a filter is to be
// understood.
type finding[R, F any] struct {
	name  string
	rows  []R
	find  func(F, accessmgmt.Page) ([]R, error)
	key   func(R) accessmgmt.PageKey
	match func(F, R) bool
}

// want returns what a filter lets through, in order.
func (q finding[R, F]) want(f F, newest bool) []R {
	var rows []R
	for _, r := range q.rows {
		if q.match(f, r) {
			rows = append(rows, r)
		}
	}
	slices.SortFunc(rows, func(a, b R) int { return compareKeys(q.key(a), q.key(b)) })
	if newest {
		slices.Reverse(rows)
	}
	return rows
}

// check asks for all that a filter lets through, and compares.
func (q finding[R, F]) check(s *suite, f F, newest bool) {
	s.t.Helper()
	got, err := q.find(f, accessmgmt.Page{Limit: 1_000, Newest: newest})
	s.ok(err, q.name+" finds")
	s.same(q.want(f, newest), got, fmt.Sprintf("%s lets through what all fields of the filter allow, in the order of (created, id): %+v, newest first %v", q.name, f, newest))
}

func compareKeys(a, b accessmgmt.PageKey) int {
	return cmp.Or(a.At.Compare(b.At), bytes.Compare(a.ID[:], b.ID[:]))
}

func recipientKey(r invitation.Recipient) accessmgmt.PageKey {
	return accessmgmt.PageKey{At: r.CreatedAt, ID: r.ID.UUID}
}

func requestKey(r invitation.Request) accessmgmt.PageKey {
	return accessmgmt.PageKey{At: r.RequestedAt, ID: r.ID.UUID}
}

func assignmentKey(a accessmgmt.RoleAssignment) accessmgmt.PageKey {
	return accessmgmt.PageKey{At: a.GivenAt, ID: a.ID.UUID}
}

// allows is one field of a filter.
func allows[T comparable](field []T, value T) bool {
	return len(field) == 0 || slices.Contains(field, value)
}

func matchRecipient(f accessmgmt.RecipientFilter, r invitation.Recipient) bool {
	return allows(f.Enterprises, r.Enterprise) && allows(f.Invitations, r.Invitation) &&
		allows(f.EmailKeys, r.Invitee.Email.Key()) && allows(f.States, r.StateAt(f.At)) &&
		(f.Person.IsZero() || f.Person == r.Answer.Person || f.Person == r.Invitee.Person)
}

func matchRequest(f accessmgmt.RequestFilter, r invitation.Request) bool {
	return allows(f.Enterprises, r.Enterprise) && allows(f.States, r.StateAt(f.At)) && (f.Person.IsZero() || f.Person == r.Person)
}

func matchAssignment(f accessmgmt.AssignmentFilter, a accessmgmt.RoleAssignment) bool {
	return allows(f.Enterprises, a.Enterprise) && allows(f.Persons, a.Person) && allows(f.Roles, a.Role) && allows(f.States, a.StateAt(f.At))
}

// sampler picks from lists by a fixed sequence, so that a run is like the one
// before.
type sampler struct{ *rand.Rand }

func newSampler() sampler { return sampler{rand.New(rand.NewPCG(1, 2))} }

func pickOne[T any](r sampler, list []T) T { return list[r.IntN(len(list))] }

// some picks up to three of a list, often none.
func some[T any](r sampler, list []T) []T {
	var picked []T
	for range max(0, r.IntN(6)-2) {
		picked = append(picked, pickOne(r, list))
	}
	return picked
}

// crowd is two enterprises and a third, with persons, for rows to be about.
type crowd struct {
	enterprises []accessmgmt.Enterprise
	ids         []accessmgmt.EnterpriseID // with one that doesn't exist
	persons     []accessmgmt.PersonID     // the last has nothing
}

func (s *suite) crowd() crowd {
	var c crowd
	for range 3 {
		e := s.registered()
		c.enterprises, c.ids = append(c.enterprises, e), append(c.ids, e.ID)
	}
	c.ids = append(c.ids, accessmgmt.EnterpriseID{UUID: s.id()})
	for range 5 {
		c.persons = append(c.persons, s.personID())
	}
	return c
}

// commitShuffled commits rows in an order that is neither that of their
// instants nor that of their ids.
func commitShuffled[R any](s *suite, r sampler, c crowd, rows []R, enterprise func(R) accessmgmt.EnterpriseID, add func(*accessmgmt.Changes, R)) {
	s.t.Helper()
	shuffled := slices.Clone(rows)
	r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	for i, e := range c.enterprises {
		first, second := s.next(e), s.next(e)
		second.Enterprise.Epoch++
		for n, row := range shuffled {
			switch {
			case enterprise(row) != e.ID:
			case n%2 == 0:
				add(&first, row)
			default:
				add(&second, row)
			}
		}
		s.commit(first)
		s.commit(second)
		c.enterprises[i] = second.Enterprise
	}
}
