package memory

import (
	"context"
	"slices"

	"github.com/egovroles/egovroles/accessmgmt"
)

// Person returns a person.
func (s *Store) Person(ctx context.Context, id accessmgmt.PersonID) (accessmgmt.Person, error) {
	return oneOf(ctx, s, s.persons, id, personOf)
}

// PersonByIdentity returns the person whom an account belongs to.
func (s *Store) PersonByIdentity(ctx context.Context, ref accessmgmt.IdentityRef) (accessmgmt.Person, error) {
	return oneOf(ctx, s, s.identities, ref, personOf)
}

func personOf(p *accessmgmt.Person) accessmgmt.Person { return copyPerson(*p) }

// PersonByNumber returns the person who has any of the hashes.
func (s *Store) PersonByNumber(ctx context.Context, hashes []accessmgmt.NumberHash) (accessmgmt.Person, error) {
	if err := s.rlock(ctx); err != nil {
		return accessmgmt.Person{}, err
	}
	defer s.mu.RUnlock()
	var found *accessmgmt.Person
	for _, hash := range hashes {
		p := s.hashes[hash]
		switch {
		case p == nil:
		case found == nil:
			found = p
		case found.ID != p.ID:
			return accessmgmt.Person{}, conflict("the numbers are of persons %s and %s", found.ID, p.ID)
		}
	}
	if found == nil {
		return accessmgmt.Person{}, accessmgmt.ErrNotFound
	}
	return copyPerson(*found), nil
}

// Offices returns the enterprises whose GAP in office a person is.
func (s *Store) Offices(ctx context.Context, person accessmgmt.PersonID) ([]accessmgmt.EnterpriseID, error) {
	if err := s.rlock(ctx); err != nil {
		return nil, err
	}
	defer s.mu.RUnlock()
	d := s.dossiers[person]
	if d == nil {
		return nil, nil
	}
	return slices.Clone(d.offices.rows), nil
}

// ManagerTerms returns all terms of a person as co-GAP or access manager.
func (s *Store) ManagerTerms(ctx context.Context, person accessmgmt.PersonID) ([]accessmgmt.Manager, error) {
	if err := s.rlock(ctx); err != nil {
		return nil, err
	}
	defer s.mu.RUnlock()
	d := s.dossiers[person]
	if d == nil {
		return nil, nil
	}
	return copies(d.managing.rows, same), nil
}
