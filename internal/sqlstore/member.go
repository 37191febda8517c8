package sqlstore

import (
	"context"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
)

var members = define(table[accessmgmt.Member]{
	name: "egovroles_member",
	keys: 2,
	columns: columns(`enterprise, person, given_name, family_name, email, phone, language,
		updated_at, version`),
	bind: func(b *binder, m *accessmgmt.Member) {
		b.id(m.Enterprise.UUID)
		b.id(m.Person.UUID)
		b.text(m.GivenName)
		b.text(m.FamilyName)
		b.text(m.Email.String())
		b.text(m.Phone)
		b.text(string(m.Language))
		b.time(m.UpdatedAt)
		b.count(m.Version)
	},
	fields: func(m *accessmgmt.Member) []any {
		return []any{(*idColumn)(&m.Enterprise.UUID), (*idColumn)(&m.Person.UUID), &m.GivenName, &m.FamilyName,
			(*emailColumn)(&m.Email), &m.Phone, (*textColumn)(&m.Language), (*timeColumn)(&m.UpdatedAt), (*countColumn)(&m.Version)}
	},
	version: func(m *accessmgmt.Member) uint64 { return m.Version },
	id:      func(r *accessmgmt.Member) uuid.UUID { return r.Person.UUID },
	owner:   func(r *accessmgmt.Member) accessmgmt.EnterpriseID { return r.Enterprise },
})

// Members implements [accessmgmt.Reader].
func (s *Store) Members(ctx context.Context, enterprise accessmgmt.EnterpriseID, persons []accessmgmt.PersonID) ([]accessmgmt.Member, error) {
	return byIDs(ctx, s, "members", members, "person", enterprise, persons)
}

// byIDs returns those rows of an enterprise whose column has one of the ids.
func byIDs[T any, ID identifier](ctx context.Context, s *Store, op string, t *table[T], column string, enterprise accessmgmt.EnterpriseID, of []ID) ([]T, error) {
	w := where{store: s}
	w.and("enterprise = ?", s.key(enterprise.UUID))
	w.in(column, ids(s, of))
	return list(ctx, s, op, w.queries("SELECT "+t.list+" FROM "+t.name, ""), t.fields)
}

var gaps = define(table[accessmgmt.GAP]{
	name: "egovroles_gap",
	keys: 2,
	columns: columns(`enterprise, id, person, procedure_kind, state, designated_by, function_title, evidence,
		from_at, to_at, resigned_at, ended_by, reason, version`),
	bind: func(b *binder, g *accessmgmt.GAP) {
		b.id(g.Enterprise.UUID)
		b.id(g.ID.UUID)
		b.id(g.Person.UUID)
		b.text(string(g.Procedure))
		b.text(string(g.State))
		b.optID(g.DesignatedBy.UUID)
		b.text(g.Function)
		b.text(g.Evidence)
		b.time(g.From)
		b.optTime(g.To)
		b.optTime(g.ResignedAt)
		b.optID(g.EndedBy.UUID)
		b.text(g.Reason)
		b.count(g.Version)
	},
	fields: func(g *accessmgmt.GAP) []any {
		return []any{(*idColumn)(&g.Enterprise.UUID), (*idColumn)(&g.ID.UUID), (*idColumn)(&g.Person.UUID),
			(*textColumn)(&g.Procedure), (*textColumn)(&g.State), (*idColumn)(&g.DesignatedBy.UUID), &g.Function, &g.Evidence,
			(*timeColumn)(&g.From), (*timeColumn)(&g.To), (*timeColumn)(&g.ResignedAt), (*idColumn)(&g.EndedBy.UUID),
			&g.Reason, (*countColumn)(&g.Version)}
	},
	version: func(g *accessmgmt.GAP) uint64 { return g.Version },
	id:      func(r *accessmgmt.GAP) uuid.UUID { return r.ID.UUID },
	owner:   func(r *accessmgmt.GAP) accessmgmt.EnterpriseID { return r.Enterprise },
})

// GAPs implements [accessmgmt.Reader].
func (s *Store) GAPs(ctx context.Context, enterprise accessmgmt.EnterpriseID) ([]accessmgmt.GAP, error) {
	q := query{text: "SELECT " + gaps.list + " FROM egovroles_gap WHERE enterprise = ? ORDER BY from_at, id", args: []any{s.key(enterprise.UUID)}}
	return list(ctx, s, "terms of office", []query{q}, gaps.fields)
}
