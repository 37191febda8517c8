package sqlstore

import (
	"context"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
)

var members = define(table[accessmgmt.Member]{
	name: "egovroles_member",
	keys: 2,
	columns: columns(`enterprise, person, given_name, family_name, search_name, email, phone, language,
		updated_at, erased_at, version`),
	bind: func(b *binder, m *accessmgmt.Member) {
		b.id(m.Enterprise.UUID)
		b.id(m.Person.UUID)
		b.text(m.GivenName)
		b.text(m.FamilyName)
		b.text(accessmgmt.FoldName(m.GivenName, m.FamilyName))
		b.text(m.Email.String())
		b.text(m.Phone)
		b.text(string(m.Language))
		b.time(m.UpdatedAt)
		b.optTime(m.ErasedAt)
		b.count(m.Version)
	},
	fields: func(m *accessmgmt.Member) []any {
		return []any{(*idColumn)(&m.Enterprise.UUID), (*idColumn)(&m.Person.UUID), &m.GivenName, &m.FamilyName, nowhere{},
			(*emailColumn)(&m.Email), &m.Phone, (*textColumn)(&m.Language), (*timeColumn)(&m.UpdatedAt), (*timeColumn)(&m.ErasedAt), (*countColumn)(&m.Version)}
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
	w.lists = append(w.lists, oneOf{column: column, values: ids(s, of), in: s.dialect.IDList})
	return list(ctx, s, op, w.queries("SELECT "+t.list+" FROM "+t.name, ""), t.fields)
}

// FindMembers implements [accessmgmt.Reader].
func (s *Store) FindMembers(ctx context.Context, f accessmgmt.MemberFilter, p accessmgmt.Page) ([]accessmgmt.Member, error) {
	w := where{store: s}
	w.and("enterprise = ?", s.key(f.Enterprise.UUID))
	if !f.Erased {
		w.and("erased_at IS NULL")
	}
	w.named("search_name", f.Name)
	beyond, order := " > ?", ""
	if p.Newest {
		beyond, order = " < ?", " DESC"
	}
	if !p.After.IsZero() {
		w.and("person"+beyond, s.key(p.After.ID))
	}
	return list(ctx, s, "find members", w.queries("SELECT "+members.list+" FROM egovroles_member", " ORDER BY person"+order+" LIMIT ?", int64(p.Limit)), members.fields)
}
