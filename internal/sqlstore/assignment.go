package sqlstore

import (
	"context"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

var assignments = define(table[accessmgmt.RoleAssignment]{
	name: "egovroles_assignment",
	keys: 2,
	columns: columns(`enterprise, id, person, role, unit, first_day, last_day, properties, from_at, to_at, ended_at,
		given_by, given_as, given_at, request, replaces, ended_by, ending, end_reason, replaced_by, told, version`),
	bind: func(b *binder, a *accessmgmt.RoleAssignment) {
		b.id(a.Enterprise.UUID)
		b.id(a.ID.UUID)
		b.id(a.Person.UUID)
		b.text(string(a.Role))
		b.optID(a.Unit.UUID)
		b.period(a.Period)
		b.properties(a.Properties)
		b.optTime(a.Window.From)
		b.optTime(a.Window.To)
		b.optTime(a.EndedAt)
		b.optID(a.GivenBy.UUID)
		b.text(string(a.GivenAs))
		b.time(a.GivenAt)
		b.optID(a.Request.UUID)
		b.optID(a.Replaces.UUID)
		b.optID(a.EndedBy.UUID)
		b.text(string(a.Ending))
		b.text(a.EndReason)
		b.optID(a.ReplacedBy.UUID)
		b.number(int64(a.Told))
		b.count(a.Version)
	},
	fields: func(a *accessmgmt.RoleAssignment) []any {
		return append(grantFields(&a.Assignment),
			(*idColumn)(&a.GivenBy.UUID), (*textColumn)(&a.GivenAs), (*timeColumn)(&a.GivenAt),
			(*idColumn)(&a.Request.UUID), (*idColumn)(&a.Replaces.UUID), (*idColumn)(&a.EndedBy.UUID),
			(*textColumn)(&a.Ending), &a.EndReason, (*idColumn)(&a.ReplacedBy.UUID), (*intColumn)(&a.Told), (*countColumn)(&a.Version))
	},
	version: func(a *accessmgmt.RoleAssignment) uint64 { return a.Version },
	id:      func(r *accessmgmt.RoleAssignment) uuid.UUID { return r.ID.UUID },
	owner:   func(r *accessmgmt.RoleAssignment) accessmgmt.EnterpriseID { return r.Enterprise },
})

// grantColumns are those of an assignment that a decision needs.
const grantColumns = "enterprise, id, person, role, unit, first_day, last_day, properties, from_at, to_at, ended_at"

func grantFields(a *roles.Assignment) []any {
	return []any{(*idColumn)(&a.Enterprise.UUID), (*idColumn)(&a.ID.UUID), (*idColumn)(&a.Person.UUID), (*textColumn)(&a.Role), (*idColumn)(&a.Unit.UUID),
		(*firstDayColumn)(&a.Period), (*lastDayColumn)(&a.Period), (*propertiesColumn)(&a.Properties), (*timeColumn)(&a.Window.From), (*timeColumn)(&a.Window.To), (*timeColumn)(&a.EndedAt)}
}

// Assignments implements [accessmgmt.Reader].
func (s *Store) Assignments(ctx context.Context, enterprise accessmgmt.EnterpriseID, of []accessmgmt.AssignmentID) ([]accessmgmt.RoleAssignment, error) {
	return byIDs(ctx, s, "assignments", assignments, "id", enterprise, of)
}

// FindAssignments implements [accessmgmt.Reader].
func (s *Store) FindAssignments(ctx context.Context, f accessmgmt.AssignmentFilter, p accessmgmt.Page) ([]accessmgmt.RoleAssignment, error) {
	w := s.assignmentsIn(f)
	return find(ctx, &w, "find assignments", assignments, "given_at", p, func(a accessmgmt.RoleAssignment) (int64, uuid.UUID) {
		return a.GivenAt.UnixMicro(), a.ID.UUID
	})
}

// CountAssignments implements [accessmgmt.Reader].
func (s *Store) CountAssignments(ctx context.Context, f accessmgmt.AssignmentFilter) (int, error) {
	w := s.assignmentsIn(f)
	return count(ctx, &w, "count assignments", assignments)
}

func (s *Store) assignmentsIn(f accessmgmt.AssignmentFilter) where {
	w := where{store: s, none: len(f.Enterprises)+len(f.Parts)+len(f.Persons) == 0}
	w.within(f.Enterprises, f.Parts, roleOf)
	inIfAny(&w, "person", f.Persons)
	w.narrow = len(f.Persons) > 0
	w.handful = len(f.Persons) == 1 && len(f.Enterprises) == 1 && len(f.Parts) == 0
	w.roles(f.Roles)
	w.units(f.Units)
	w.memberNamed(assignments.name, f.Name)
	if !f.EndsBefore.IsZero() {
		end := f.EndsBefore.UnixMicro()
		w.and("(to_at <= ? OR ended_at <= ?)", end, end)
	}
	inForceDuring(&w, f.During)
	assignmentStateAt(&w, f.States, f.At)
	return w
}
