package sqlstore

import (
	"context"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
)

var managers = define(table[accessmgmt.Manager]{
	name: "egovroles_manager",
	keys: 2,
	columns: columns(`enterprise, id, person, kind, domain, first_day, last_day, from_at, to_at,
		named_by, named_at, ended_at, ended_by, reason, told, version`),
	bind: func(b *binder, m *accessmgmt.Manager) {
		b.id(m.Enterprise.UUID)
		b.id(m.ID.UUID)
		b.id(m.Person.UUID)
		b.text(string(m.Kind))
		b.text(string(m.Domain))
		b.period(m.Period)
		b.optTime(m.Window.From)
		b.optTime(m.Window.To)
		b.optID(m.NamedBy.UUID)
		b.time(m.NamedAt)
		b.optTime(m.EndedAt)
		b.optID(m.EndedBy.UUID)
		b.text(m.Reason)
		b.number(int64(m.Told))
		b.count(m.Version)
	},
	fields: func(m *accessmgmt.Manager) []any {
		return []any{(*idColumn)(&m.Enterprise.UUID), (*idColumn)(&m.ID.UUID), (*idColumn)(&m.Person.UUID), (*textColumn)(&m.Kind), (*textColumn)(&m.Domain),
			(*firstDayColumn)(&m.Period), (*lastDayColumn)(&m.Period), (*timeColumn)(&m.Window.From), (*timeColumn)(&m.Window.To),
			(*idColumn)(&m.NamedBy.UUID), (*timeColumn)(&m.NamedAt), (*timeColumn)(&m.EndedAt), (*idColumn)(&m.EndedBy.UUID), &m.Reason, (*intColumn)(&m.Told), (*countColumn)(&m.Version)}
	},
	version: func(m *accessmgmt.Manager) uint64 { return m.Version },
	id:      func(m *accessmgmt.Manager) uuid.UUID { return m.ID.UUID },
	owner:   func(m *accessmgmt.Manager) accessmgmt.EnterpriseID { return m.Enterprise },
})

// Managers implements [accessmgmt.Reader].
func (s *Store) Managers(ctx context.Context, enterprise accessmgmt.EnterpriseID) ([]accessmgmt.Manager, error) {
	q := query{text: "SELECT " + managers.list + " FROM egovroles_manager WHERE enterprise = ? ORDER BY named_at, id", args: []any{s.key(enterprise.UUID)}}
	return list(ctx, s, "managers", []query{q}, managers.fields)
}

// ManagerTerms implements [accessmgmt.Reader].
func (s *Store) ManagerTerms(ctx context.Context, person accessmgmt.PersonID) ([]accessmgmt.Manager, error) {
	q := query{text: "SELECT " + managers.list + " FROM egovroles_manager WHERE person = ? ORDER BY enterprise, id", args: []any{s.key(person.UUID)}}
	return list(ctx, s, "terms as manager", []query{q}, managers.fields)
}
