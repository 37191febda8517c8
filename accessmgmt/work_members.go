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
		return p, nil
	case errors.Is(err, ErrConflict):
		return Person{}, denied(CodeIdentityConflict)
	}
	return p, err
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
	before, _, err := w.member(m.Person)
	if err != nil {
		return err
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
