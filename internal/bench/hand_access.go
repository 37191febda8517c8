package main

import (
	"context"
	"database/sql"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
)

// handAccess is what a check reads, as somebody would keep it who writes the
// query himself.
type handAccess struct {
	number, name, contact, language string
	epoch, managers, created        int64
	gap, designation                uuid.UUID
	head                            []byte
	suspended                       sql.NullInt64
	given                           []handGiven
}

type handGiven struct {
	id, unit                  uuid.UUID
	role                      string
	first, last, from, to, at sql.NullInt64
	properties                sql.NullString
}

// accessing returns what reads all that a check needs, in one query.
func (h *hand) accessing(ctx context.Context) (func(accessmgmt.EnterpriseID, accessmgmt.PersonID) (handAccess, error), error) {
	stmt, err := h.prepare(ctx, `SELECT e.number, e.name, e.epoch, e.gap, e.designation, e.managers, e.suspended_at, e.contact, e.language, e.created_at, e.audit_head,
		a.id, a.role, a.unit, a.first_day, a.last_day, a.properties, a.from_at, a.to_at, a.ended_at
		FROM egovroles_enterprise e LEFT JOIN egovroles_assignment a ON a.enterprise = e.id AND a.person = ?
		WHERE e.id = ? ORDER BY a.id`)
	if err != nil {
		return nil, err
	}
	return func(e accessmgmt.EnterpriseID, person accessmgmt.PersonID) (found handAccess, err error) {
		rows, err := stmt.QueryContext(ctx, h.id(person.UUID), h.id(e.UUID))
		if err != nil {
			return found, err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var a handGiven
			var role sql.NullString
			if err := rows.Scan(&found.number, &found.name, &found.epoch, &found.gap, &found.designation, &found.managers, &found.suspended, &found.contact,
				&found.language, &found.created, &found.head, &a.id, &role, &a.unit, &a.first, &a.last, &a.properties, &a.from, &a.to, &a.at); err != nil {
				return found, err
			}
			if a.role = role.String; role.Valid {
				found.given = append(found.given, a)
			}
		}
		return found, rows.Err()
	}, nil
}
