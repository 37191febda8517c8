package main

import (
	"fmt"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// world is what a store was filled with: half of the assignments are in
// enterprises of twenty, half in large ones.
type world struct {
	small, large []*company
	people       int // makes accounts, names and addresses
}

// company is one enterprise of a world.
type company struct {
	ent     accessmgmt.Enterprise
	persons []accessmgmt.PersonID // the GAP first
	pending []invitation.Request
	// account is that of the GAP.
	account accessmgmt.IdentityRef
}

// How large enterprises are, in assignments. Each person has two.
const (
	smallSize   = 20
	largeSize   = 5000
	perPerson   = 2
	smallOpen   = 3   // requests that wait, in a small enterprise
	largeOpen   = 150 // and in a large one: some pages
	pageOfTasks = 50
)

// gap is the actor who manages an enterprise.
func (c *company) gap() accessmgmt.Actor {
	return accessmgmt.User(accessmgmt.Identity{Issuer: c.account.Issuer, Subject: c.account.Subject, Assurance: accessmgmt.AssuranceHigh})
}

// fill fills the store.
func (b *bench) fill(size int) (*world, error) {
	w, err := build(size, func(c accessmgmt.Changes) error { return b.store.Commit(b.ctx, c) })
	if err == nil {
		_, err = b.db.ExecContext(b.ctx, b.settle)
	}
	return w, err
}

// build makes a world of so many assignments and hands it over, enterprise by
// enterprise. A store that a portal has used for years has more than its
// assignments: for each the request it came of, the audit of it and the mail that
// told of it; and the persons with their accounts and names.
func build(size int, commit func(accessmgmt.Changes) error) (*world, error) {
	w := &world{}
	for given := 0; given < size; {
		of, open, list := smallSize, smallOpen, &w.small
		if len(w.large)*largeOf(size) < given/2 {
			of, open, list = largeOf(size), largeOpen, &w.large
		}
		c, err := w.company(len(w.small)+len(w.large), of/perPerson, open, commit)
		if err != nil {
			return nil, err
		}
		*list = append(*list, c)
		given += of
	}
	return w, nil
}

// largeOf is how many assignments a large enterprise has in a world of a size.
func largeOf(size int) int { return min(largeSize, size/2) }

func (w *world) company(n, persons, open int, commit func(accessmgmt.Changes) error) (*company, error) {
	c := registered(n)
	e := c.Enterprise
	of := &company{ent: e}
	for i := range persons {
		w.people++
		person := accessmgmt.PersonID{UUID: newID()}
		if i == 0 {
			person = e.GAP
		}
		account := accessmgmt.IdentityRef{Issuer: "https://idp.example", Subject: fmt.Sprintf("account-%d", w.people)}
		if i == 0 {
			of.account = account
		}
		of.persons = append(of.persons, person)
		c.Persons = append(c.Persons, accessmgmt.Person{ID: person, Identities: []accessmgmt.IdentityRef{account}, CreatedAt: now, Version: 1})
		c.Members = append(c.Members, member(e.ID, person, w.people))
		for _, role := range []roles.Code{roles.Reader, roles.Writer} {
			a := assignment(e, person, role)
			c.Requests = append(c.Requests, approved(pending(e, person, invitation.Recipient{}, i), &a))
			c.Assignments = append(c.Assignments, a)
			c.Audit = append(c.Audit, record(e, accessmgmt.EventApproved, len(c.Audit)))
			told := message(e.ID, person, accessmgmt.MessageApproved)
			told.State, told.Attempts = accessmgmt.MessageSent, 1
			c.Messages = append(c.Messages, told)
		}
	}
	if err := commit(c); err != nil {
		return nil, err
	}
	return of, w.ask(of, open, commit)
}

// ask adds requests that wait, each of another person whom the enterprise knows.
func (w *world) ask(of *company, n int, commit func(accessmgmt.Changes) error) error {
	c := next(of.ent, accessmgmt.ActAccept)
	offered := offer(of.ent)
	c.Invitations = []invitation.Invitation{offered}
	for range n {
		w.people++
		person := accessmgmt.PersonID{UUID: newID()}
		to := accepted(invited(of.ent.ID, offered.ID, w.people), person)
		r := pending(c.Enterprise, person, to, len(of.pending))
		c.Members, c.Recipients, c.Requests = append(c.Members, member(of.ent.ID, person, w.people)), append(c.Recipients, to), append(c.Requests, r)
		of.pending = append(of.pending, r)
	}
	of.ent = c.Enterprise
	return commit(c)
}

// take returns a request that waits, for one who will decide it.
func (c *company) take() invitation.Request {
	r := c.pending[0]
	c.pending = c.pending[1:]
	return r
}
