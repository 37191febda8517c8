package sqlstore

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
)

var gaps = define(table[accessmgmt.GAP]{
	name: "egovroles_gap",
	keys: 2,
	columns: columns(`enterprise, id, person, procedure_kind, state, designated_by, function_title, evidence,
		asked_at, asked_by, asked_given_name, asked_family_name, asked_email, asked_phone, asked_language, asked_contact, asked_enterprise_name,
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
		b.optTime(g.Asked.At)
		b.optID(g.Asked.By.UUID)
		b.text(g.Asked.GivenName)
		b.text(g.Asked.FamilyName)
		b.text(g.Asked.Email.String())
		b.text(g.Asked.Phone)
		b.text(string(g.Asked.Language))
		b.text(g.Asked.Contact.String())
		b.text(g.Asked.EnterpriseName)
		b.optTime(g.From)
		b.optTime(g.To)
		b.optTime(g.ResignedAt)
		b.optID(g.EndedBy.UUID)
		b.text(g.Reason)
		b.count(g.Version)
	},
	fields: func(g *accessmgmt.GAP) []any {
		return []any{(*idColumn)(&g.Enterprise.UUID), (*idColumn)(&g.ID.UUID), (*idColumn)(&g.Person.UUID),
			(*textColumn)(&g.Procedure), (*textColumn)(&g.State), (*idColumn)(&g.DesignatedBy.UUID), &g.Function, &g.Evidence,
			(*timeColumn)(&g.Asked.At), (*idColumn)(&g.Asked.By.UUID), &g.Asked.GivenName, &g.Asked.FamilyName, (*emailColumn)(&g.Asked.Email), &g.Asked.Phone,
			(*textColumn)(&g.Asked.Language), (*emailColumn)(&g.Asked.Contact), &g.Asked.EnterpriseName,
			(*timeColumn)(&g.From), (*timeColumn)(&g.To), (*timeColumn)(&g.ResignedAt), (*idColumn)(&g.EndedBy.UUID),
			&g.Reason, (*countColumn)(&g.Version)}
	},
	version: func(g *accessmgmt.GAP) uint64 { return g.Version },
	id:      func(r *accessmgmt.GAP) uuid.UUID { return r.ID.UUID },
	owner:   func(r *accessmgmt.GAP) accessmgmt.EnterpriseID { return r.Enterprise },
})

// GAPs implements [accessmgmt.Reader]. Engines don't agree on where NULL goes
// in an order, so the statement says it.
func (s *Store) GAPs(ctx context.Context, enterprise accessmgmt.EnterpriseID) ([]accessmgmt.GAP, error) {
	q := query{
		text: "SELECT " + gaps.list + " FROM egovroles_gap WHERE enterprise = ? ORDER BY from_at IS NOT NULL, from_at, id",
		args: []any{s.key(enterprise.UUID)},
	}
	return list(ctx, s, "terms of office", []query{q}, gaps.fields)
}

// FindGAPs implements [accessmgmt.Reader].
func (s *Store) FindGAPs(ctx context.Context, f accessmgmt.GAPFilter, p accessmgmt.Page) ([]accessmgmt.GAP, error) {
	w := where{store: s, narrow: len(f.Enterprises) > 0}
	w.and("asked_at IS NOT NULL")
	inIfAny(&w, "enterprise", f.Enterprises)
	inIfAny(&w, "person", f.Persons)
	gapStates(&w, f.States)
	return find(ctx, &w, "find terms of office", gaps, "asked_at", p, func(g accessmgmt.GAP) (int64, uuid.UUID) {
		return g.Asked.At.UnixMicro(), g.ID.UUID
	})
}

// gapStates adds that a term of office is in one of the states; no states are
// any. The words go into the statement as those of stateAt do.
func gapStates(w *where, states []accessmgmt.GAPState) {
	if len(states) == 0 {
		return
	}
	var stored []string
	for _, state := range []accessmgmt.GAPState{
		accessmgmt.GAPRequested, accessmgmt.GAPRefused, accessmgmt.GAPActive, accessmgmt.GAPReplaced, accessmgmt.GAPVacated,
	} {
		if slices.Contains(states, state) {
			stored = append(stored, "'"+string(state)+"'")
		}
	}
	switch len(stored) {
	case 0:
		w.none = true
	case 1: // as =, for an index of these alone to be used
		w.and("state = " + stored[0])
	default:
		w.and("state IN (" + strings.Join(stored, ", ") + ")")
	}
}
