package sqlstore

import (
	"context"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
)

var suspensions = define(table[accessmgmt.Suspension]{
	name:    "egovroles_suspension",
	keys:    2,
	columns: columns("enterprise, id, from_at, to_at, suspended_by, reason, resumed_by, version"),
	bind: func(b *binder, r *accessmgmt.Suspension) {
		b.id(r.Enterprise.UUID)
		b.id(r.ID.UUID)
		b.time(r.From)
		b.optTime(r.To)
		b.optID(r.SuspendedBy.UUID)
		b.text(r.Reason)
		b.optID(r.ResumedBy.UUID)
		b.count(r.Version)
	},
	fields: func(r *accessmgmt.Suspension) []any {
		return []any{(*idColumn)(&r.Enterprise.UUID), (*idColumn)(&r.ID.UUID), (*timeColumn)(&r.From), (*timeColumn)(&r.To),
			(*idColumn)(&r.SuspendedBy.UUID), &r.Reason, (*idColumn)(&r.ResumedBy.UUID), (*countColumn)(&r.Version)}
	},
	version: func(r *accessmgmt.Suspension) uint64 { return r.Version },
	id:      func(r *accessmgmt.Suspension) uuid.UUID { return r.ID.UUID },
	owner:   func(r *accessmgmt.Suspension) accessmgmt.EnterpriseID { return r.Enterprise },
})

// Suspensions implements [accessmgmt.Reader].
func (s *Store) Suspensions(ctx context.Context, enterprise accessmgmt.EnterpriseID) ([]accessmgmt.Suspension, error) {
	q := query{text: "SELECT " + suspensions.list + " FROM egovroles_suspension WHERE enterprise = ? ORDER BY from_at, id", args: []any{s.key(enterprise.UUID)}}
	return list(ctx, s, "suspensions", []query{q}, suspensions.fields)
}
