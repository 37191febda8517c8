package main

import (
	"context"
	"encoding/binary"
	"slices"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// world is a store that holds nothing but what an index reads, made up on the
// spot: half of the assignments in enterprises of twenty, half in enterprises of
// 5,000, two to a person. Calls that an index doesn't make panic.
type world struct {
	accessmgmt.Store
	sizes  []int // of the enterprises
	firsts []int // the first assignment of each
	total  int
	base   time.Time
	epochs []atomic.Uint64
}

const large = 5_000

func newWorld(size int) *world {
	w := &world{base: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	for half := size / 2; half > 0; half -= 20 {
		w.sizes = append(w.sizes, min(20, half))
	}
	for half := size - size/2; half > 0; half -= large {
		w.sizes = append(w.sizes, min(large, half))
	}
	for _, n := range w.sizes {
		w.firsts = append(w.firsts, w.total)
		w.total += n
	}
	w.epochs = make([]atomic.Uint64, len(w.sizes))
	for i := range w.epochs {
		w.epochs[i].Store(1)
	}
	return w
}

// id is the n-th id of a kind: a number that orders as n does, and noise, as ids
// of version 7 have.
func id(kind byte, n int) (id uuid.UUID) {
	binary.BigEndian.PutUint64(id[:8], uint64(n)<<8|uint64(kind))
	noise := (uint64(n) + uint64(kind)<<32) * 0x9e3779b97f4a7c15
	noise ^= noise >> 29
	binary.BigEndian.PutUint64(id[8:], noise*0xbf58476d1ce4e5b9)
	return id
}

func numberOf(id uuid.UUID) int { return int(binary.BigEndian.Uint64(id[:8]) >> 8) }

func (w *world) enterpriseID(e int) accessmgmt.EnterpriseID {
	return accessmgmt.EnterpriseID{UUID: id('e', e)}
}

// assignment is the n-th of an enterprise. Of a person's two one is over, or lies
// ahead, or is a reader's.
func (w *world) assignment(e, n int) roles.Assignment {
	at := w.firsts[e] + n
	a := roles.Assignment{
		ID: roles.AssignmentID{UUID: id('a', at)}, Enterprise: w.enterpriseID(e), Person: roles.PersonID{UUID: id('p', at/2)},
		Role: []roles.Code{roles.Editor, roles.Reader, roles.Manager, roles.Owner}[at%4], Window: roles.Window{From: w.base},
	}
	switch at % 7 {
	case 1:
		a.Window.To = w.base.AddDate(0, 1, 0)
	case 2:
		a.Window.From = w.base.AddDate(90, 0, 0)
	case 3:
		a.Window.To = w.base.AddDate(50, 0, 0)
	}
	return a
}

func (w *world) enterprise(e int) accessmgmt.Enterprise {
	return accessmgmt.Enterprise{ID: w.enterpriseID(e), Epoch: w.epochs[e].Load(), GAP: accessmgmt.PersonID{UUID: id('g', e)}}
}

// Enterprise implements [accessmgmt.Reader], as do the others.
func (w *world) Enterprise(_ context.Context, id accessmgmt.EnterpriseID) (accessmgmt.Enterprise, error) {
	return w.enterprise(numberOf(id.UUID)), nil
}

func (w *world) EnterprisesAfter(_ context.Context, after accessmgmt.EnterpriseID, limit int) (page []accessmgmt.Enterprise, _ error) {
	first := 0
	if !after.IsZero() {
		first = numberOf(after.UUID) + 1
	}
	for e := first; e < min(first+limit, len(w.sizes)); e++ {
		page = append(page, w.enterprise(e))
	}
	return page, nil
}

func (w *world) Stamps(_ context.Context, ids []accessmgmt.EnterpriseID) (map[accessmgmt.EnterpriseID]accessmgmt.Stamp, error) {
	stamps := make(map[accessmgmt.EnterpriseID]accessmgmt.Stamp, len(ids))
	for _, id := range ids {
		stamps[id] = accessmgmt.Stamp{Epoch: w.epochs[numberOf(id.UUID)].Load()}
	}
	return stamps, nil
}

func (w *world) FindUnits(context.Context, accessmgmt.UnitFilter, accessmgmt.Page) ([]accessmgmt.Unit, error) {
	return nil, nil
}

func (w *world) Grants(_ context.Context, q accessmgmt.GrantQuery) ([]roles.Assignment, error) {
	first, last := 0, w.total
	if !q.Enterprise.IsZero() {
		e := numberOf(q.Enterprise.UUID)
		first, last = w.firsts[e], w.firsts[e]+w.sizes[e]
	} else if e := numberOf(q.Through.UUID); e < len(w.sizes)-1 {
		last = w.firsts[e+1]
	}
	if q.After.ID.UUID == uuid.Max {
		if e := numberOf(q.After.Enterprise.UUID) + 1; e < len(w.sizes) {
			first = w.firsts[e]
		} else {
			first = w.total
		}
	} else if !q.After.ID.IsZero() {
		first = numberOf(q.After.ID.UUID) + 1
	}
	last = max(first, min(last, first+q.Limit))
	page := make([]roles.Assignment, 0, last-first)
	for at := first; at < last; at++ {
		e, found := slices.BinarySearch(w.firsts, at)
		if !found {
			e--
		}
		page = append(page, w.assignment(e, at-w.firsts[e]))
	}
	return page, nil
}
