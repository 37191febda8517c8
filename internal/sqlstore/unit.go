package sqlstore

import (
	"context"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
)

var units = define(table[accessmgmt.Unit]{
	name: "egovroles_unit",
	keys: 2,
	columns: columns(`enterprise, id, number, name, added_at, added_by, closed_at, closed_by, moved_to, moved_from,
		reason, version`),
	bind: func(b *binder, u *accessmgmt.Unit) {
		b.id(u.Enterprise.UUID)
		b.id(u.ID.UUID)
		b.text(u.Number.Digits())
		b.text(u.Name)
		b.time(u.AddedAt)
		b.optID(u.AddedBy.UUID)
		b.optTime(u.ClosedAt)
		b.optID(u.ClosedBy.UUID)
		b.optID(u.MovedTo.UUID)
		b.optID(u.MovedFrom.UUID)
		b.text(u.Reason)
		b.count(u.Version)
	},
	fields: func(u *accessmgmt.Unit) []any {
		return []any{(*idColumn)(&u.Enterprise.UUID), (*idColumn)(&u.ID.UUID), (*unitNumberColumn)(&u.Number), (*textColumn)(&u.Name),
			(*timeColumn)(&u.AddedAt), (*idColumn)(&u.AddedBy.UUID), (*timeColumn)(&u.ClosedAt), (*idColumn)(&u.ClosedBy.UUID),
			(*idColumn)(&u.MovedTo.UUID), (*idColumn)(&u.MovedFrom.UUID), (*textColumn)(&u.Reason), (*countColumn)(&u.Version)}
	},
	version: func(u *accessmgmt.Unit) uint64 { return u.Version },
	id:      func(u *accessmgmt.Unit) uuid.UUID { return u.ID.UUID },
	owner:   func(u *accessmgmt.Unit) accessmgmt.EnterpriseID { return u.Enterprise },
})

// Units implements [accessmgmt.Reader].
func (s *Store) Units(ctx context.Context, enterprise accessmgmt.EnterpriseID, of []accessmgmt.UnitID) ([]accessmgmt.Unit, error) {
	return byIDs(ctx, s, "units", units, "id", enterprise, of)
}

// FindUnits implements [accessmgmt.Reader].
func (s *Store) FindUnits(ctx context.Context, f accessmgmt.UnitFilter, p accessmgmt.Page) ([]accessmgmt.Unit, error) {
	w := where{store: s}
	w.in("enterprise", ids(s, f.Enterprises))
	if len(f.Numbers) > 0 {
		w.in("number", distinct(f.Numbers, func(n accessmgmt.EstablishmentUnitNumber) any { return n.Digits() }))
	}
	if f.Open {
		w.and("closed_at IS NULL")
	}
	return find(ctx, &w, "find units", units, "added_at", p, func(u accessmgmt.Unit) (int64, uuid.UUID) {
		return u.AddedAt.UnixMicro(), u.ID.UUID
	})
}
