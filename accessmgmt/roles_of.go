package accessmgmt

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/roles"
)

// RolesQuery asks which roles a person has in an enterprise.
type RolesQuery struct {
	Person     PersonID
	Enterprise EnterpriseID
	// Application narrows it to the roles of one. Empty: all, also where the
	// service has one that questions are about.
	Application roles.ApplicationCode
	At          time.Time // zero: now
	// Paging: Newest isn't possible; they come in the order of their ids.
	Paging
}

// RoleHeld is a role that a person has in force.
type RoleHeld struct {
	Assignment roles.Assignment
	// Actions are what it gives, for the whole enterprise or for its unit; none
	// while its gate is shut (D15).
	Actions roles.ActionSet
	// GateMissing is the application that he needs a role of beside it; empty:
	// none is missing.
	GateMissing roles.ApplicationCode
}

// RolesOf yields the roles that a person has in force in an enterprise, in the
// order of the assignments' ids. Where no access is given at all (suspended, or
// without a GAP) there are none. Roles that the catalogue doesn't know give
// nothing and aren't listed.
func (s *Service) RolesOf(ctx context.Context, q RolesQuery) iter.Seq2[RoleHeld, error] {
	return walk(q.Paging, func(p Paging) (List[RoleHeld], error) { q.Paging = p; return s.RolesOfPage(ctx, q) })
}

// RolesOfPage returns one page of [Service.RolesOf].
func (s *Service) RolesOfPage(ctx context.Context, q RolesQuery) (List[RoleHeld], error) {
	page, err := s.rolesOf(ctx, q)
	if err != nil {
		return List[RoleHeld]{}, fail(ActRolesOf, err)
	}
	return page, nil
}

func (s *Service) rolesOf(ctx context.Context, q RolesQuery) (page List[RoleHeld], err error) {
	after, limit, err := q.Place()
	if err != nil {
		return page, err
	}
	if q.Application != "" {
		if _, err := s.applicationOf(q.Application); err != nil {
			return page, err
		}
	}
	at := q.At
	if at.IsZero() {
		at = s.now()
	}
	access, barred, err := s.look(ctx, q.Enterprise, q.Person, UnitID{}, at, q.At.IsZero())
	if errors.Is(err, ErrNotFound) {
		return page, nil
	}
	if err != nil || barred != "" {
		return page, err
	}
	all := access.Assignments
	for _, a := range slices.SortedFunc(slices.Values(all), compareAssignments) {
		role, known := s.catalogue.Role(a.Role)
		if !known || a.StateAt(at) != roles.Active || bytes.Compare(a.ID.UUID[:], after.UUID[:]) <= 0 ||
			q.Application != "" && a.Role.Application() != q.Application {
			continue
		}
		if len(page.Items) == limit {
			page.Next = q.CursorAt(page.Items[limit-1].Assignment.ID)
			return page, nil
		}
		held := RoleHeld{Assignment: a, Actions: role.Actions}
		if !s.catalogue.GateOpen(all, a, at) {
			held.Actions, held.GateMissing = roles.ActionSet{}, role.Gate
		}
		page.Items = append(page.Items, held)
	}
	return page, nil
}

func compareAssignments(a, b roles.Assignment) int { return bytes.Compare(a.ID.UUID[:], b.ID.UUID[:]) }

// Place returns where the page that a query asks for begins, after which
// enterprise, and how many rows it has at most: for who implements
// [AccessLists].
func (q EnterprisesQuery) Place() (after EnterpriseID, limit int, err error) {
	key, limit, err := q.Paging.place(q.binding())
	return EnterpriseID{UUID: key}, limit, err
}

// CursorAt returns the cursor of the page that begins after an enterprise.
func (q EnterprisesQuery) CursorAt(last EnterpriseID) Cursor {
	return q.binding().cursor(PageKey{ID: last.UUID})
}

func (q EnterprisesQuery) binding() binding {
	return bind(ActEnterprises, q.Person, q.Application, q.Action, q.At)
}

// Place is the same for persons.
func (q PersonsQuery) Place() (after PersonID, limit int, err error) {
	key, limit, err := q.Paging.place(q.binding())
	return PersonID{UUID: key}, limit, err
}

// CursorAt returns the cursor of the page that begins after a person.
func (q PersonsQuery) CursorAt(last PersonID) Cursor {
	return q.binding().cursor(PageKey{ID: last.UUID})
}

func (q PersonsQuery) binding() binding {
	return bind(ActPersonsWho, q.Enterprise, q.Action, q.Unit, q.Application, q.At)
}

// Place is the same for roles.
func (q RolesQuery) Place() (after AssignmentID, limit int, err error) {
	key, limit, err := q.Paging.place(q.binding())
	return AssignmentID{UUID: key}, limit, err
}

// CursorAt returns the cursor of the page that begins after an assignment.
func (q RolesQuery) CursorAt(last AssignmentID) Cursor {
	return q.binding().cursor(PageKey{ID: last.UUID})
}

func (q RolesQuery) binding() binding {
	return bind(ActRolesOf, q.Person, q.Enterprise, q.Application, q.At)
}

// place is the page of a list in the order of ids alone.
func (p Paging) place(b binding) (after uuid.UUID, limit int, err error) {
	if p.Newest {
		return uuid.Nil, 0, invalidField("newest", roles.ProblemUnknown, "this list comes in the order of ids")
	}
	page, err := p.page(b)
	return page.After.ID, page.Limit, err
}
