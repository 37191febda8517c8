package main

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// world is enterprises of twenty assignments each, two to a person, of the roles of
// Mon Espace.
type world struct {
	size int
	at   time.Time
}

const each = 20 // assignments of an enterprise

func newWorld(size int) *world {
	return &world{size: size / each * each, at: time.Now()}
}

func id(kind byte, n int) (id uuid.UUID) {
	binary.BigEndian.PutUint64(id[:8], uint64(n)<<8|uint64(kind))
	binary.BigEndian.PutUint64(id[8:], (uint64(n)+uint64(kind)<<32)*0x9e3779b97f4a7c15)
	return id
}

func (w *world) enterprise(e int) accessmgmt.Enterprise {
	return accessmgmt.Enterprise{ID: accessmgmt.EnterpriseID{UUID: id('e', e)}, Epoch: 1, GAP: accessmgmt.PersonID{UUID: id('g', e)}}
}

var given = []roles.Code{roles.Reader, roles.Writer, roles.Editor, roles.Manager, roles.Owner}

func (w *world) assignment(n int) roles.Assignment {
	return roles.Assignment{ID: roles.AssignmentID{UUID: id('a', n)}, Enterprise: accessmgmt.EnterpriseID{UUID: id('e', n/each)},
		Person: roles.PersonID{UUID: id('p', n/2)}, Role: given[(n*7+n/2)%len(given)], Window: roles.Window{From: w.at.AddDate(0, -1, 0)}}
}

// question asks whether the n-th assignment's person may do something, half of the
// time in another enterprise than his.
type question struct {
	person     accessmgmt.PersonID
	enterprise accessmgmt.EnterpriseID
	action     roles.Action
}

func (w *world) questions(n int) []question {
	rng := rand.New(rand.NewPCG(1, 2))
	app, _ := roles.MonEspace().Application(roles.MonEspaceApplication)
	all := make([]question, n)
	for i := range all {
		a := w.assignment(rng.IntN(w.size))
		all[i] = question{a.Person, a.Enterprise, app.Actions[rng.IntN(len(app.Actions))].Action}
		if rng.IntN(4) == 0 {
			all[i].enterprise = accessmgmt.EnterpriseID{UUID: id('e', rng.IntN(w.size/each))}
		}
	}
	return all
}

// The rest is what an index reads of a store. Calls that it doesn't make panic.

type store struct {
	accessmgmt.Store
	*world
}

func (s store) Enterprise(_ context.Context, id accessmgmt.EnterpriseID) (accessmgmt.Enterprise, error) {
	return s.enterprise(numberOf(id.UUID)), nil
}

func (s store) EnterprisesAfter(_ context.Context, after accessmgmt.EnterpriseID, limit int) (page []accessmgmt.Enterprise, _ error) {
	first := 0
	if !after.IsZero() {
		first = numberOf(after.UUID) + 1
	}
	for e := first; e < min(first+limit, s.size/each); e++ {
		page = append(page, s.enterprise(e))
	}
	return page, nil
}

func (s store) Stamps(_ context.Context, ids []accessmgmt.EnterpriseID) (map[accessmgmt.EnterpriseID]accessmgmt.Stamp, error) {
	stamps := make(map[accessmgmt.EnterpriseID]accessmgmt.Stamp, len(ids))
	for _, id := range ids {
		stamps[id] = accessmgmt.Stamp{Epoch: 1}
	}
	return stamps, nil
}

func (s store) FindUnits(context.Context, accessmgmt.UnitFilter, accessmgmt.Page) ([]accessmgmt.Unit, error) {
	return nil, nil
}

func (s store) Grants(_ context.Context, q accessmgmt.GrantQuery) (page []roles.Assignment, _ error) {
	first, last := 0, s.size
	if !q.Enterprise.IsZero() {
		first = numberOf(q.Enterprise.UUID) * each
		last = first + each
	}
	if !q.Through.IsZero() {
		last = (numberOf(q.Through.UUID) + 1) * each
	}
	if !q.After.ID.IsZero() && q.After.ID.UUID != uuid.Max {
		first = numberOf(q.After.ID.UUID) + 1
	} else if !q.After.Enterprise.IsZero() {
		first = (numberOf(q.After.Enterprise.UUID) + 1) * each
	}
	for n := first; n < min(last, first+q.Limit); n++ {
		page = append(page, s.assignment(n))
	}
	return page, nil
}

func numberOf(id uuid.UUID) int { return int(binary.BigEndian.Uint64(id[:8]) >> 8) }
