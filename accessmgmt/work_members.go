package accessmgmt

import (
	"errors"
	"slices"
)

// What a command knows of persons, and writes of them.

// personByNumber returns the person a national number belongs to, making one
// when nobody has it. The actor himself, and persons made by this command, are
// found too.
func (w *work) personByNumber(number SSIN) (Person, error) {
	hashes := w.numberHashes(number)
	if slices.Contains(w.who.person.Numbers, hashes[0]) {
		return w.who.person, nil
	}
	if p, made := w.numbered[hashes[0]]; made {
		return p, nil
	}
	p, err := w.store.PersonByNumber(w.ctx, hashes)
	switch {
	case errors.Is(err, ErrNotFound):
		p = Person{ID: PersonID{UUID: w.newID()}, CreatedAt: w.now, Version: 1}
		p.Numbers, _ = w.addNumber(nil, number, false)
		w.changes.Persons = append(w.changes.Persons, p)
		w.numbered[hashes[0]] = p
		w.introduced[p.ID] = true
		return p, nil
	case errors.Is(err, ErrConflict):
		return Person{}, denied(CodeIdentityConflict)
	}
	w.persons[p.ID] = p
	return p, err
}

// meets is where a command passes that writes something of a person without
// writing how the enterprise knows him: it refuses one who was erased, and
// introduces one whom the enterprise doesn't know.
func (w *work) meets(p Person) error {
	m, known, err := w.member(p.ID)
	switch {
	case err != nil:
		return err
	case !m.ErasedAt.IsZero():
		return erased(string(w.act))
	case known:
		return nil
	}
	w.persons[p.ID] = p
	return w.introduce(p.ID)
}

// introduce gives a person the next version, in the commit by which an enterprise
// first knows something of him. An erasure under way, which looked at the
// enterprises that know him before, so sees that there is another, and one that is
// done stands in the way of the commit.
func (w *work) introduce(id PersonID) error {
	if w.introduced[id] || id == w.who.person.ID && w.who.changed {
		return nil
	}
	if id == w.who.person.ID {
		w.persons[id] = w.who.person
	}
	p, read := w.persons[id]
	if !read {
		var err error
		if p, err = w.store.Person(w.ctx, id); err != nil {
			return err
		}
	}
	if !p.ErasedAt.IsZero() {
		return erased(string(w.act))
	}
	w.introduced[id] = true
	w.changes.Met = append(w.changes.Met, id)
	return nil
}

// member returns a person as this enterprise knows him, and false when it
// doesn't.
func (w *work) member(id PersonID) (Member, bool, error) {
	if m, ok := w.members[id]; ok {
		return m, m.Version > 0, nil
	}
	found, err := w.store.Members(w.ctx, w.ent.ID, []PersonID{id})
	if err != nil {
		return Member{}, false, err
	}
	if len(found) == 0 {
		w.members[id] = Member{Enterprise: w.ent.ID, Person: id}
		return Member{}, false, nil
	}
	w.members[id] = found[0]
	return found[0], true, nil
}

// readMembers reads how this enterprise knows persons, so that member needs not
// read them one by one.
func (w *work) readMembers(ids []PersonID) error {
	var missing []PersonID
	for _, id := range ids {
		if _, read := w.members[id]; !read && !id.IsZero() {
			w.members[id] = Member{Enterprise: w.ent.ID, Person: id}
			missing = append(missing, id)
		}
	}
	for some := range slices.Chunk(missing, pageSize) {
		found, err := w.store.Members(w.ctx, w.ent.ID, some)
		if err != nil {
			return err
		}
		for _, m := range found {
			w.members[m.Person] = m
		}
	}
	return nil
}

// putMember writes how this enterprise knows a person, unless nothing changed.
func (w *work) putMember(m Member) error {
	before, known, err := w.member(m.Person)
	if err != nil {
		return err
	}
	if !before.ErasedAt.IsZero() {
		return erased(string(w.act))
	}
	if !known {
		if err := w.introduce(m.Person); err != nil {
			return err
		}
	}
	if m.Language == "" {
		m.Language = before.Language // what he chose earlier
	}
	m.Enterprise, m.Language = w.ent.ID, w.language(m.Language)
	m.UpdatedAt, m.Version = before.UpdatedAt, before.Version
	if m == before {
		return nil
	}
	m.UpdatedAt, m.Version = w.now, before.Version+1
	w.changes.Members = append(w.changes.Members, m)
	w.members[m.Person] = m
	return nil
}
