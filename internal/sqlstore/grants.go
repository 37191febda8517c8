package sqlstore

import (
	"bytes"
	"context"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// Grants implements [accessmgmt.Reader].
func (s *Store) Grants(ctx context.Context, q accessmgmt.GrantQuery) ([]roles.Assignment, error) {
	through := q.Enterprise.IsZero() && q.Person.IsZero()
	w := where{store: s, none: through && q.Through.IsZero()}
	if through {
		w.and("enterprise <= ?", s.key(q.Through.UUID))
	}
	// What is the same in all rows isn't ordered by: MariaDB would sort them.
	order := "id"
	if q.Person.IsZero() {
		order = "person, " + order
	} else {
		w.and("person = ?", s.key(q.Person.UUID))
	}
	if q.Enterprise.IsZero() {
		order = "enterprise, " + order
	} else {
		w.and("enterprise = ?", s.key(q.Enterprise.UUID))
	}
	if q.After != (accessmgmt.GrantKey{}) {
		beyond := s.beyond(
			place{"enterprise", q.Enterprise.UUID, q.After.Enterprise.UUID},
			place{"person", q.Person.UUID, q.After.Person.UUID},
			place{"id", uuid.Nil, q.After.ID.UUID},
		)
		w.and(beyond.text, beyond.args...)
	}
	page := w.queries("SELECT "+grantColumns+" FROM egovroles_assignment", " ORDER BY "+order+" LIMIT ?", int64(q.Limit))
	return list(ctx, s, "grants", page, grantFields)
}

// place is one column of an order, the value it has in all rows (Nil: any),
// and the value it has in the row to go on from.
type place struct {
	column     string
	fixed, key uuid.UUID
}

// beyond is the comparison of rows, (a, b, c) > (?, ?, ?), written so that any
// engine finds the start in an index.
func (s *Store) beyond(order ...place) cond {
	if len(order) == 0 {
		return cond{text: "1 = 0"} // the same row
	}
	first := order[0]
	if first.fixed != uuid.Nil {
		switch bytes.Compare(first.fixed[:], first.key[:]) {
		case -1:
			return cond{text: "1 = 0"}
		case +1:
			return cond{text: "1 = 1"}
		}
		return s.beyond(order[1:]...)
	}
	rest := s.beyond(order[1:]...)
	key := s.key(first.key)
	return cond{
		text: first.column + " >= ? AND (" + first.column + " > ? OR " + rest.text + ")",
		args: append([]any{key, key}, rest.args...),
	}
}
