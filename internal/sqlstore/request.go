package sqlstore

import (
	"context"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
)

var requests = define(table[invitation.Request]{
	name: "egovroles_request",
	keys: 2,
	columns: columns(`enterprise, id, invitation, recipient, person, role, unit, first_day, last_day, properties,
		kind, target, four_eyes, no_self_approval, requested_by, state, requested_at, lapses_at, endorsed_at, endorsed_by, decided_at, decided_by, reason, assignment, told, version`),
	bind: func(b *binder, r *invitation.Request) {
		b.id(r.Enterprise.UUID)
		b.id(r.ID.UUID)
		b.optID(r.Invitation.UUID)
		b.optID(r.Recipient.UUID)
		b.id(r.Person.UUID)
		b.text(string(r.Line.Role))
		b.optID(r.Line.Unit.UUID)
		b.period(r.Line.Period)
		b.properties(r.Line.Properties)
		b.text(string(r.Kind))
		b.optID(r.Target.UUID)
		b.flag(r.Terms.FourEyes)
		b.flag(r.Terms.NoSelfApproval)
		b.optID(r.RequestedBy.UUID)
		b.text(string(r.State))
		b.time(r.RequestedAt)
		b.time(r.LapsesAt)
		b.optTime(r.Endorsement.At)
		b.optID(r.Endorsement.By.UUID)
		b.optTime(r.DecidedAt)
		b.optID(r.DecidedBy.UUID)
		b.text(r.Reason)
		b.optID(r.Assignment.UUID)
		b.number(int64(r.Told))
		b.count(r.Version)
	},
	fields: func(r *invitation.Request) []any {
		return []any{(*idColumn)(&r.Enterprise.UUID), (*idColumn)(&r.ID.UUID), (*idColumn)(&r.Invitation.UUID), (*idColumn)(&r.Recipient.UUID), (*idColumn)(&r.Person.UUID),
			(*textColumn)(&r.Line.Role), (*idColumn)(&r.Line.Unit.UUID), (*firstDayColumn)(&r.Line.Period), (*lastDayColumn)(&r.Line.Period), (*propertiesColumn)(&r.Line.Properties),
			(*textColumn)(&r.Kind), (*idColumn)(&r.Target.UUID), (*boolColumn)(&r.Terms.FourEyes), (*boolColumn)(&r.Terms.NoSelfApproval), (*idColumn)(&r.RequestedBy.UUID),
			(*textColumn)(&r.State), (*timeColumn)(&r.RequestedAt), (*timeColumn)(&r.LapsesAt), (*timeColumn)(&r.Endorsement.At), (*idColumn)(&r.Endorsement.By.UUID), (*timeColumn)(&r.DecidedAt), (*idColumn)(&r.DecidedBy.UUID),
			&r.Reason, (*idColumn)(&r.Assignment.UUID), (*intColumn)(&r.Told), (*countColumn)(&r.Version)}
	},
	version: func(r *invitation.Request) uint64 { return r.Version },
	id:      func(r *invitation.Request) uuid.UUID { return r.ID.UUID },
	owner:   func(r *invitation.Request) accessmgmt.EnterpriseID { return r.Enterprise },
})

// Requests implements [accessmgmt.Reader].
func (s *Store) Requests(ctx context.Context, enterprise accessmgmt.EnterpriseID, of []accessmgmt.RequestID) ([]invitation.Request, error) {
	return byIDs(ctx, s, "requests", requests, "id", enterprise, of)
}

// FindRequests implements [accessmgmt.Reader].
func (s *Store) FindRequests(ctx context.Context, f accessmgmt.RequestFilter, p accessmgmt.Page) ([]invitation.Request, error) {
	w := s.requestsIn(f)
	return find(ctx, &w, "find requests", requests, "requested_at", p, func(r invitation.Request) (int64, uuid.UUID) {
		return r.RequestedAt.UnixMicro(), r.ID.UUID
	})
}

// CountRequests implements [accessmgmt.Reader].
func (s *Store) CountRequests(ctx context.Context, f accessmgmt.RequestFilter) (int, error) {
	w := s.requestsIn(f)
	return count(ctx, &w, "count requests", requests)
}

func (s *Store) requestsIn(f accessmgmt.RequestFilter) where {
	w := where{store: s, none: len(f.Enterprises)+len(f.Parts) == 0 && f.Person.IsZero()}
	w.within(f.Enterprises, f.Parts, roleOf)
	if !f.Person.IsZero() {
		w.and("person = ?", s.key(f.Person.UUID))
	}
	w.roles(f.Roles)
	w.units(f.Units)
	w.during("requested_at", f.Requested)
	w.memberNamed(requests.name, f.Name)
	stateAt(&w, f.States, decidable, f.At)
	return w
}
