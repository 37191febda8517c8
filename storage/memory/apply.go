package memory

import (
	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
)

// apply writes a changeset that was checked. It can't fail.
func (s *Store) apply(e *enterprise, c *accessmgmt.Changes) {
	s.putEnterprise(e, keepEnterprise(c.Enterprise))
	e.commands[c.Command.ID] = keepCommand(c.Command, c.Enterprise.Epoch)
	s.putPersons(c.Persons)
	s.meet(c.Met)
	for _, m := range c.Members {
		putIn(e.members, m.Person, &e.own.members, keepMember(m))
	}
	for _, g := range c.GAPs {
		s.putGAP(e, keepGAP(g))
	}
	for _, m := range c.Managers {
		s.putManager(e, keepManager(m))
	}
	for _, u := range c.Units {
		putIn(e.units, u.ID, &e.own.units, keepUnit(u))
	}
	for _, row := range c.Suspensions {
		putIn(e.suspensions, row.ID, &e.own.suspensions, keepSuspension(row))
	}
	for _, t := range c.Templates {
		putIn(e.templates, t.ID, &e.own.templates, keepTemplate(t))
	}
	for _, i := range c.Invitations {
		e.invitations[i.ID] = keepInvitation(i)
	}
	for _, r := range c.Recipients {
		s.putRecipient(e, keepRecipient(r))
	}
	for _, r := range c.Requests {
		s.putRequest(e, keepRequest(r))
	}
	for _, a := range c.Assignments {
		s.putAssignment(e, keepAssignment(a))
	}
	for _, r := range c.Audit {
		e.audit.put(keepAuditRecord(r))
	}
	for _, m := range c.Messages {
		s.outbox.put(keepMessage(m))
	}
	s.erase(e, c.Erase)
}

func (s *Store) putEnterprise(e *enterprise, row accessmgmt.Enterprise) {
	if e.row.Epoch == 0 {
		defer func() { s.inOrder.put(e) }()
	} else {
		delete(s.numbers, e.row.Number)
		if !e.row.GAP.IsZero() {
			s.dossier(e.row.GAP).offices.remove(row.ID)
		}
	}
	e.row = row
	s.enterprises[row.ID], s.numbers[row.Number] = e, e
	if !row.GAP.IsZero() {
		s.dossier(row.GAP).offices.put(row.ID)
	}
}

// putPersons takes what persons lose from all of them first, because another
// of them may get it.
func (s *Store) putPersons(persons []accessmgmt.Person) {
	for _, p := range persons {
		if old := s.persons[p.ID]; old != nil {
			for _, ref := range old.Identities {
				delete(s.identities, ref)
			}
			for _, hash := range old.Numbers {
				delete(s.hashes, hash)
			}
		}
	}
	for _, row := range persons {
		p := keepPerson(row)
		s.persons[p.ID] = p
		for _, ref := range p.Identities {
			s.identities[ref] = p
		}
		for _, hash := range p.Numbers {
			s.hashes[hash] = p
		}
	}
}

// meet raises the versions of persons.
func (s *Store) meet(ids []accessmgmt.PersonID) {
	for _, id := range ids {
		p := copyPerson(*s.persons[id])
		p.Version++
		s.putPersons([]accessmgmt.Person{p})
	}
}

// putIn stores a row by its id and in its order, in the place of the one that
// was there.
func putIn[K comparable, R any](rows map[K]*R, id K, inOrder *ordered[*R], row *R) {
	if old := rows[id]; old != nil && inOrder.compare(old, row) != 0 {
		inOrder.remove(old)
	}
	rows[id] = row
	inOrder.put(row)
}

func (s *Store) putGAP(e *enterprise, g *accessmgmt.GAP) {
	if old := e.gaps[g.ID]; old != nil {
		s.candidacies.remove(old)
	}
	putIn(e.gaps, g.ID, &e.own.terms, g)
	if !g.Asked.At.IsZero() {
		s.candidacies.put(g)
	}
}

func (s *Store) putManager(e *enterprise, m *accessmgmt.Manager) {
	if old := e.managers[m.ID]; old != nil {
		s.dossier(old.Person).managing.remove(old)
	}
	putIn(e.managers, m.ID, &e.own.managers, m)
	s.dossier(m.Person).managing.put(m)
}

func (s *Store) putRecipient(e *enterprise, r *invitation.Recipient) {
	if old := e.recipients[r.ID]; old != nil {
		delete(s.tokens, old.TokenHash)
		if placeOfRecipient(old) != placeOfRecipient(r) {
			e.inOrder.recipients.remove(old)
		}
		for _, person := range personsOf(old) {
			s.dossier(person).inOrder.recipients.remove(old)
		}
	}
	e.recipients[r.ID] = r
	if r.TokenHash != (invitation.TokenHash{}) {
		s.tokens[r.TokenHash] = r
	}
	e.inOrder.recipients.put(r)
	for _, person := range personsOf(r) {
		s.dossier(person).inOrder.recipients.put(r)
	}
}

// personsOf returns those who find the recipient among theirs: who answered,
// and who was named.
func personsOf(r *invitation.Recipient) []accessmgmt.PersonID {
	var persons []accessmgmt.PersonID
	if !r.Answer.Person.IsZero() {
		persons = append(persons, r.Answer.Person)
	}
	if !r.Invitee.Person.IsZero() && r.Invitee.Person != r.Answer.Person {
		persons = append(persons, r.Invitee.Person)
	}
	return persons
}

func (s *Store) putRequest(e *enterprise, r *invitation.Request) {
	if old := e.requests[r.ID]; old != nil {
		if placeOfRequest(old) != placeOfRequest(r) {
			e.inOrder.requests.remove(old)
		}
		s.dossier(old.Person).inOrder.requests.remove(old)
	}
	e.requests[r.ID] = r
	e.inOrder.requests.put(r)
	s.dossier(r.Person).inOrder.requests.put(r)
}

func (s *Store) putAssignment(e *enterprise, a *accessmgmt.RoleAssignment) {
	if old := e.assignments[a.ID]; old != nil {
		if placeOfAssignment(old) != placeOfAssignment(a) {
			e.inOrder.assignments.remove(old)
		}
		if old.Person != a.Person {
			e.inOrder.grants.remove(old)
		}
		d := s.dossier(old.Person)
		d.inOrder.assignments.remove(old)
		d.inOrder.grants.remove(old)
	}
	e.assignments[a.ID] = a
	e.inOrder.assignments.put(a)
	e.inOrder.grants.put(a)
	d := s.dossier(a.Person)
	d.inOrder.assignments.put(a)
	d.inOrder.grants.put(a)
}
