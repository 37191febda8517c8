package sqlstore

import (
	"context"
	"database/sql"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// accessText is the query behind every check, so all of it is one statement: one
// state of the database, one trip. The ids are the caller's and needn't come
// back.
const accessText = `SELECT e.number, e.name, e.epoch, e.gap, e.designation, e.contact, e.language, e.created_at, e.audit_head,
	a.id, a.role, a.unit, a.first_day, a.last_day, a.from_at, a.to_at, a.ended_at
	FROM egovroles_enterprise e LEFT JOIN egovroles_assignment a ON a.enterprise = e.id AND a.person = ?
	WHERE e.id = ? ORDER BY a.id`

// enterpriseColumns is how many columns of accessText are the enterprise's.
const enterpriseColumns = 9

// accessRow is one row of the answer: the enterprise again and again, each
// time with another assignment, or once with none.
type accessRow struct {
	enterprise enterpriseRow
	assignment roles.Assignment
}

func accessFields(r *accessRow) []any {
	e, a := &r.enterprise, &r.assignment
	return []any{&e.number, &e.Name, (*countColumn)(&e.Epoch), (*idColumn)(&e.GAP.UUID), (*idColumn)(&e.Designation.UUID),
		&e.contact, (*textColumn)(&e.Language), (*timeColumn)(&e.CreatedAt), (*hashColumn)(&e.AuditHead),
		(*idColumn)(&a.ID.UUID), (*textColumn)(&a.Role), (*idColumn)(&a.Unit.UUID), (*firstDayColumn)(&a.Period), (*lastDayColumn)(&a.Period),
		(*timeColumn)(&a.Window.From), (*timeColumn)(&a.Window.To), (*timeColumn)(&a.EndedAt)}
}

// Access implements [accessmgmt.Reader].
func (s *Store) Access(ctx context.Context, enterprise accessmgmt.EnterpriseID, person accessmgmt.PersonID) (accessmgmt.Access, error) {
	if err := ctx.Err(); err != nil {
		return accessmgmt.Access{}, err
	}
	var found accessmgmt.Access
	err := s.retry(ctx, func() error {
		rows, err := s.rowsOf(ctx, s.access, []any{s.key(person.UUID), s.key(enterprise.UUID)})
		if err != nil {
			return err
		}
		found, err = s.scanAccess(rows, enterprise, person)
		return err
	})
	return found, s.fail(ctx, "access", err)
}

func (s *Store) scanAccess(rows *sql.Rows, enterprise accessmgmt.EnterpriseID, person accessmgmt.PersonID) (found accessmgmt.Access, err error) {
	defer func() { _ = rows.Close() }()
	var row accessRow
	into := accessFields(&row)
	for rows.Next() {
		row.assignment = roles.Assignment{}
		if err := rows.Scan(into...); err != nil {
			return found, err
		}
		if found.Enterprise.ID.IsZero() { // the first row
			row.enterprise.ID = enterprise
			if found.Enterprise, err = s.complete(row.enterprise); err != nil {
				return found, err
			}
			for i := range enterpriseColumns {
				into[i] = nowhere{}
			}
		}
		if !row.assignment.ID.IsZero() {
			row.assignment.Enterprise, row.assignment.Person = enterprise, person
			found.Assignments = append(found.Assignments, row.assignment)
		}
	}
	if err := rows.Err(); err != nil {
		return found, err
	}
	if found.Enterprise.ID.IsZero() {
		return found, accessmgmt.ErrNotFound
	}
	return found, nil
}
