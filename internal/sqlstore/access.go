package sqlstore

import (
	"bytes"
	"context"
	"database/sql"
	"slices"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// accessText is the query behind every check, so all of it is one statement: one
// state of the database, one trip. The ids are the caller's and needn't come
// back. The rows are put in order when they are here: asked to, MariaDB copies
// them into a table on the disk first, though its index has them in order, which
// takes three times as long. What a check doesn't need of the enterprise isn't read. accessUnitText is the same with the unit that a check is about.
const (
	accessText     = "SELECT " + accessEnterprise + ", " + accessAssignment + accessFrom + accessWhere
	accessUnitText = "SELECT " + accessEnterprise + ", " + accessAssignment + ", " + accessUnit + accessFrom +
		" LEFT JOIN egovroles_unit u ON u.enterprise = e.id AND u.id = ?" + accessWhere

	accessEnterprise = "e.number, e.name, e.epoch, e.gap, e.designation, e.managers, e.suspended_at, e.contact, e.language, e.created_at, e.audit_head"
	accessAssignment = "a.id, a.role, a.unit, a.first_day, a.last_day, a.properties, a.from_at, a.to_at, a.ended_at"
	accessUnit       = `u.enterprise, u.id, u.number, u.name, u.added_at, u.added_by, u.closed_at, u.closed_by, u.moved_to, u.moved_from,
		u.reason, u.version`
	accessFrom  = " FROM egovroles_enterprise e LEFT JOIN egovroles_assignment a ON a.enterprise = e.id AND a.person = ?"
	accessWhere = " WHERE e.id = ?"
)

// accessRow is one row of the answer: the enterprise and the unit again and
// again, each time with another assignment, or once with none.
type accessRow struct {
	enterprise enterpriseRow
	assignment roles.Assignment
	properties string
	unit       accessmgmt.Unit
}

func enterpriseFields(e *enterpriseRow) []any {
	return []any{&e.number, &e.Name, (*countColumn)(&e.Epoch), (*idColumn)(&e.GAP.UUID), (*idColumn)(&e.Designation.UUID),
		(*intColumn)(&e.Managers), (*timeColumn)(&e.SuspendedAt),
		&e.contact, (*textColumn)(&e.Language), (*timeColumn)(&e.CreatedAt), (*hashColumn)(&e.AuditHead)}
}

func assignmentFields(r *accessRow) []any {
	a := &r.assignment
	return []any{(*idColumn)(&a.ID.UUID), (*textColumn)(&a.Role), (*idColumn)(&a.Unit.UUID), (*firstDayColumn)(&a.Period), (*lastDayColumn)(&a.Period),
		(*textColumn)(&r.properties), (*timeColumn)(&a.Window.From), (*timeColumn)(&a.Window.To), (*timeColumn)(&a.EndedAt)}
}

// Access implements [accessmgmt.Reader].
func (s *Store) Access(ctx context.Context, enterprise accessmgmt.EnterpriseID, person accessmgmt.PersonID, unit accessmgmt.UnitID) (accessmgmt.Access, error) {
	if err := ctx.Err(); err != nil {
		return accessmgmt.Access{}, err
	}
	stmt, args := s.access, []any{s.key(person.UUID), s.key(enterprise.UUID)}
	if !unit.IsZero() {
		stmt, args = s.accessUnit, []any{s.key(person.UUID), s.key(unit.UUID), s.key(enterprise.UUID)}
	}
	var found accessmgmt.Access
	err := s.retry(ctx, func() error {
		rows, err := s.rowsOf(ctx, stmt, args)
		if err != nil {
			return err
		}
		found, err = s.scanAccess(rows, enterprise, person, !unit.IsZero())
		return err
	})
	return found, s.fail(ctx, "access", err)
}

func (s *Store) scanAccess(rows *sql.Rows, enterprise accessmgmt.EnterpriseID, person accessmgmt.PersonID, unit bool) (found accessmgmt.Access, err error) {
	defer func() { _ = rows.Close() }()
	var row accessRow
	before, into := enterpriseFields(&row.enterprise), assignmentFields(&row)
	again := len(before) + len(into) // where the unit's columns begin
	into = append(before, into...)
	if unit {
		into = append(into, units.fields(&row.unit)...)
	}
	for rows.Next() {
		row.assignment = roles.Assignment{}
		if err := rows.Scan(into...); err != nil {
			return found, err
		}
		if found.Enterprise.ID.IsZero() { // the first row
			row.enterprise.ID, found.Unit = enterprise, row.unit
			if found.Enterprise, err = s.complete(row.enterprise); err != nil {
				return found, err
			}
			for i := range into {
				if i < len(before) || i >= again {
					into[i] = nowhere{}
				}
			}
		}
		if !row.assignment.ID.IsZero() {
			row.assignment.Enterprise, row.assignment.Person = enterprise, person
			if row.assignment.Properties, err = s.properties.of(row.properties); err != nil {
				return found, &valueError{"properties in JSON", "text"}
			}
			found.Assignments = append(found.Assignments, row.assignment)
		}
	}
	if err := rows.Err(); err != nil {
		return found, err
	}
	if found.Enterprise.ID.IsZero() {
		return found, accessmgmt.ErrNotFound
	}
	slices.SortFunc(found.Assignments, func(a, b roles.Assignment) int { return bytes.Compare(a.ID.UUID[:], b.ID.UUID[:]) })
	return found, nil
}
