package access

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// The lists say what the index's own Check says, at the instant each page is made.
// What rows hold beside that, and names, are read from the store by the ids on the
// page. Those of another instant, and of an enterprise that this process is
// writing to, come from the store.

// fromStore reports whether a list has to be the store's, after an error of fresh.
func (ix *Index) fromStore(ctx context.Context, err error) bool {
	return errors.Is(err, errAskStore) || ix.options.AskStore && ctx.Err() == nil
}

// ActionsOf returns every action that Check allows.
func (ix *Index) ActionsOf(ctx context.Context, q accessmgmt.ActionsQuery) (roles.ActionSet, error) {
	a := ix.compiled.app(q.Application)
	if a == nil || !q.At.IsZero() {
		return ix.store.ActionsOf(ctx, q)
	}
	b, us, err := ix.fresh(ctx, q.Enterprise, 0)
	if err != nil {
		if ix.fromStore(ctx, err) {
			return ix.store.ActionsOf(ctx, q)
		}
		return roles.ActionSet{}, fail(accessmgmt.ActActionsOf, err)
	}
	unit, open := b.unit(q.Unit)
	if b.barred(us) != "" || !open {
		return roles.ActionSet{}, nil
	}
	person := words(q.Person.UUID)
	from, to := b.of(person, ix.hash(person))
	return a.names(ix.compiled.actions(b, from, to, ask{app: a.number, unit: unit, at: us})), nil
}

// pages yields the items of all pages.
func pages[T any](p accessmgmt.Paging, fetch func(accessmgmt.Paging) (accessmgmt.List[T], error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for p := p; ; {
			list, err := fetch(p)
			if err != nil {
				yield(*new(T), err)
				return
			}
			for _, item := range list.Items {
				if !yield(item, nil) {
					return
				}
			}
			if p.After = list.Next; p.After == "" {
				return
			}
		}
	}
}

// PersonsWho yields the persons whom Check allows something.
func (ix *Index) PersonsWho(ctx context.Context, q accessmgmt.PersonsQuery) iter.Seq2[accessmgmt.PersonAccess, error] {
	return pages(q.Paging, func(p accessmgmt.Paging) (accessmgmt.List[accessmgmt.PersonAccess], error) {
		q.Paging = p
		return ix.PersonsWhoPage(ctx, q)
	})
}

// PersonsWhoPage returns one page of PersonsWho.
func (ix *Index) PersonsWhoPage(ctx context.Context, q accessmgmt.PersonsQuery) (page accessmgmt.List[accessmgmt.PersonAccess], err error) {
	a := ix.compiled.app(q.Application)
	after, limit, err := q.Place()
	if err != nil || a == nil || a.bit(q.Action) == 0 || !q.At.IsZero() || q.Enterprise.IsZero() {
		return ix.store.PersonsWhoPage(ctx, q)
	}
	b, us, err := ix.fresh(ctx, q.Enterprise, 0)
	if err != nil {
		if ix.fromStore(ctx, err) {
			return ix.store.PersonsWhoPage(ctx, q)
		}
		return page, fail(accessmgmt.ActPersonsWho, err)
	}
	unit, open := b.unit(q.Unit)
	if b.barred(us) != "" || !open {
		return page, nil
	}
	who := ix.compiled.persons(b, ask{a.number, a.bit(q.Action), unit, us}, words(after.UUID))
	if len(who) > limit {
		who = who[:limit]
		page.Next = q.CursorAt(who[limit-1].person)
	}
	persons, given := make([]accessmgmt.PersonID, len(who)), []accessmgmt.AssignmentID(nil)
	for i, p := range who {
		persons[i], given = p.person, append(given, p.given...)
	}
	rows, err := ix.rows(ctx, q.Enterprise, given)
	if err != nil {
		return accessmgmt.List[accessmgmt.PersonAccess]{}, fail(accessmgmt.ActPersonsWho, err)
	}
	members, err := ix.members(ctx, q.Enterprise, persons)
	if err != nil {
		return accessmgmt.List[accessmgmt.PersonAccess]{}, fail(accessmgmt.ActPersonsWho, err)
	}
	for _, p := range who {
		page.Items = append(page.Items, accessmgmt.PersonAccess{Person: p.person, Member: members[p.person], Assignments: of(rows, p.given)})
	}
	return page, nil
}

// able is somebody who may, with what gives it to him.
type able struct {
	person accessmgmt.PersonID
	given  []accessmgmt.AssignmentID
}

// persons returns those who may, after one of them, in the order of their ids.
func (c *compiled) persons(b *block, q ask, after [2]uint64) (all []able) {
	for from := 0; from < len(b.rows); {
		to, person := from, b.rows[from].person
		var d accessmgmt.Decision
		for to < len(b.rows) && b.rows[to].person == person {
			to++
		}
		if beyond := slices.Compare(person[:], after[:]) > 0; beyond {
			c.decide(b, from, to, q, &d)
		}
		if from = to; d.Allowed {
			all = append(all, able{personOf(person), d.Assignments})
		}
	}
	slices.SortFunc(all, func(x, y able) int { return x.person.Compare(y.person) })
	return all
}

func personOf(w [2]uint64) (id accessmgmt.PersonID) {
	for i := range 8 {
		id.UUID[i], id.UUID[8+i] = byte(w[0]>>(56-8*i)), byte(w[1]>>(56-8*i))
	}
	return id
}

// rows reads assignments by their ids.
func (ix *Index) rows(ctx context.Context, enterprise accessmgmt.EnterpriseID, ids []accessmgmt.AssignmentID) (map[accessmgmt.AssignmentID]roles.Assignment, error) {
	byID := make(map[accessmgmt.AssignmentID]roles.Assignment, len(ids))
	for from := 0; from < len(ids); from += accessmgmt.MaxItems {
		found, err := ix.reads.Assignments(ctx, enterprise, ids[from:min(from+accessmgmt.MaxItems, len(ids))])
		if err != nil {
			return nil, err
		}
		for _, a := range found {
			byID[a.ID] = a.Assignment
		}
	}
	return byID, nil
}

func of(rows map[accessmgmt.AssignmentID]roles.Assignment, ids []accessmgmt.AssignmentID) []roles.Assignment {
	out := make([]roles.Assignment, 0, len(ids))
	for _, id := range ids {
		out = append(out, rows[id])
	}
	return out
}

func (ix *Index) members(ctx context.Context, enterprise accessmgmt.EnterpriseID, persons []accessmgmt.PersonID) (map[accessmgmt.PersonID]accessmgmt.Member, error) {
	if len(persons) == 0 {
		return nil, nil
	}
	found, err := ix.reads.Members(ctx, enterprise, persons)
	byID := make(map[accessmgmt.PersonID]accessmgmt.Member, len(found))
	for _, m := range found {
		byID[m.Person] = m
	}
	return byID, err
}

// RolesOf yields the roles that a person has in force.
func (ix *Index) RolesOf(ctx context.Context, q accessmgmt.RolesQuery) iter.Seq2[accessmgmt.RoleHeld, error] {
	return pages(q.Paging, func(p accessmgmt.Paging) (accessmgmt.List[accessmgmt.RoleHeld], error) {
		q.Paging = p
		return ix.RolesOfPage(ctx, q)
	})
}

// RolesOfPage returns one page of RolesOf.
func (ix *Index) RolesOfPage(ctx context.Context, q accessmgmt.RolesQuery) (page accessmgmt.List[accessmgmt.RoleHeld], err error) {
	after, limit, err := q.Place()
	app := uint16(0)
	if a := ix.compiled.app(q.Application); a != nil && q.Application != "" {
		app = a.number
	}
	if err != nil || q.Application != "" && app == 0 || !q.At.IsZero() {
		return ix.store.RolesOfPage(ctx, q)
	}
	b, us, err := ix.fresh(ctx, q.Enterprise, 0)
	if err != nil {
		if ix.fromStore(ctx, err) {
			return ix.store.RolesOfPage(ctx, q)
		}
		return page, fail(accessmgmt.ActRolesOf, err)
	}
	if b.barred(us) != "" {
		return page, nil
	}
	person := words(q.Person.UUID)
	from, to := b.of(person, ix.hash(person))
	var ids []accessmgmt.AssignmentID
	for i := from; i < to && len(ids) <= limit; i++ {
		r := ix.compiled.roles[b.rows[i].number()&^unitBit]
		s := span{unpackInstant(b.rows[i].from), unpackInstant(b.rows[i].to)}
		if r.app == 0 || app != 0 && r.app != app || !s.has(us) || bytes.Compare(b.ids[i].UUID[:], after.UUID[:]) <= 0 {
			continue
		}
		if len(ids) == limit {
			page.Next = q.CursorAt(ids[limit-1])
			break
		}
		ids = append(ids, b.ids[i])
		held := accessmgmt.RoleHeld{Actions: ix.compiled.apps[r.app-1].names(r.actions)}
		if r.gate != 0 && ix.compiled.openGates(b, from, to, b.unitOf(i), us)&r.gate == 0 {
			role, _ := ix.compiled.catalogue.Role(r.code)
			held.Actions, held.GateMissing = roles.ActionSet{}, role.Gate
		}
		page.Items = append(page.Items, held)
	}
	rows, err := ix.rows(ctx, q.Enterprise, ids)
	if err != nil {
		return accessmgmt.List[accessmgmt.RoleHeld]{}, fail(accessmgmt.ActRolesOf, err)
	}
	for i := range page.Items {
		page.Items[i].Assignment = rows[ids[i]]
	}
	return page, nil
}

// EnterprisesOf yields the enterprises for which Check allows a person something.
// Which ones he has anything to do with is asked of the store: an index by
// person would double the memory.
func (ix *Index) EnterprisesOf(ctx context.Context, q accessmgmt.EnterprisesQuery) iter.Seq2[accessmgmt.EnterpriseAccess, error] {
	return pages(q.Paging, func(p accessmgmt.Paging) (accessmgmt.List[accessmgmt.EnterpriseAccess], error) {
		q.Paging = p
		return ix.EnterprisesOfPage(ctx, q)
	})
}

// EnterprisesOfPage returns one page of EnterprisesOf.
func (ix *Index) EnterprisesOfPage(ctx context.Context, q accessmgmt.EnterprisesQuery) (page accessmgmt.List[accessmgmt.EnterpriseAccess], err error) {
	a := ix.compiled.app(q.Application)
	after, limit, err := q.Place()
	if err != nil || a == nil || q.Action != "" && a.bit(q.Action) == 0 || !q.At.IsZero() || q.Person.IsZero() {
		return ix.store.EnterprisesOfPage(ctx, q)
	}
	grants := accessmgmt.GrantQuery{Person: q.Person, Limit: pageSize}
	if !after.IsZero() {
		grants.After = afterAll(after)
		grants.After.Person = q.Person
	}
	var seen accessmgmt.EnterpriseID
	for {
		found, err := ix.reads.Grants(ctx, grants)
		if err != nil {
			return accessmgmt.List[accessmgmt.EnterpriseAccess]{}, fail(accessmgmt.ActEnterprises, err)
		}
		for _, g := range found {
			if g.Enterprise == seen {
				continue
			}
			seen = g.Enterprise
			one, ok, err := ix.enterpriseFor(ctx, a, q, g.Enterprise)
			if err != nil {
				return accessmgmt.List[accessmgmt.EnterpriseAccess]{}, fail(accessmgmt.ActEnterprises, err)
			}
			if !ok {
				continue
			}
			if len(page.Items) == limit {
				page.Next = q.CursorAt(page.Items[limit-1].Enterprise.ID)
				return page, nil
			}
			page.Items = append(page.Items, one)
		}
		if len(found) < grants.Limit {
			return page, nil
		}
		last := found[len(found)-1]
		grants.After = accessmgmt.GrantKey{Enterprise: last.Enterprise, Person: last.Person, ID: last.ID}
	}
}

// enterpriseFor says what a person may do for one enterprise, and whether it is
// anything of what is asked.
func (ix *Index) enterpriseFor(ctx context.Context, a *app, q accessmgmt.EnterprisesQuery, id accessmgmt.EnterpriseID) (out accessmgmt.EnterpriseAccess, ok bool, err error) {
	b, us, err := ix.fresh(ctx, id, 0)
	if err != nil {
		if !ix.fromStore(ctx, err) {
			return out, false, err
		}
		return ix.enterpriseInStore(ctx, q, id)
	}
	if b.barred(us) != "" {
		return out, false, nil
	}
	person := words(q.Person.UUID)
	from, to := b.of(person, ix.hash(person))
	var ids []accessmgmt.AssignmentID
	for i := from; i < to; i++ {
		r := &ix.compiled.roles[b.rows[i].number()&^unitBit]
		ask := ask{app: a.number, bit: r.actions & -r.actions, unit: b.unitOf(i), at: us}
		if q.Action != "" {
			ask.bit = a.bit(q.Action)
		}
		if ask.bit != 0 && ix.compiled.weigh(b, from, to, i, ask) == allowed {
			ids = append(ids, b.ids[i])
		}
	}
	if len(ids) == 0 {
		return out, false, nil
	}
	out.Actions = a.names(ix.compiled.actions(b, from, to, ask{app: a.number, at: us}))
	if out.Enterprise, err = ix.reads.Enterprise(ctx, id); err != nil {
		return out, false, err
	}
	rows, err := ix.rows(ctx, id, ids)
	out.Assignments = of(rows, ids)
	return out, err == nil, err
}

// enterpriseInStore is the same from the store.
func (ix *Index) enterpriseInStore(ctx context.Context, q accessmgmt.EnterprisesQuery, id accessmgmt.EnterpriseID) (accessmgmt.EnterpriseAccess, bool, error) {
	before := id // the id just before
	for i := len(before.UUID) - 1; i >= 0; i-- {
		before.UUID[i]--
		if before.UUID[i] != 0xff {
			break
		}
	}
	q.Paging = accessmgmt.Paging{Limit: 1, After: q.CursorAt(before)}
	page, err := ix.store.EnterprisesOfPage(ctx, q)
	if err != nil || len(page.Items) == 0 || page.Items[0].Enterprise.ID != id {
		return accessmgmt.EnterpriseAccess{}, false, err
	}
	return page.Items[0], true, nil
}
