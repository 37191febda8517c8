package accessmgmt

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/roles"
)

// EnterprisesQuery asks for whom a person may act.
type EnterprisesQuery struct {
	Person      PersonID
	Application roles.ApplicationCode // empty: the service's
	// Action narrows it to the enterprises for which he may do this. Empty:
	// any action at all.
	Action roles.Action
	At     time.Time // zero: now
	// Paging: Newest isn't possible; they come in the order of their ids.
	Paging
}

// EnterpriseAccess is an enterprise for which a person may act.
type EnterpriseAccess struct {
	Enterprise Enterprise
	// Actions are what he may do for the enterprise as such, as
	// [Service.ActionsOf] says; empty when his roles are for establishment units
	// alone.
	Actions roles.ActionSet
	// Assignments in force give the access that was asked for, units' ones too:
	// each names the role that is the source of the right.
	Assignments []roles.Assignment
}

// EnterprisesOf yields the enterprises for which a person may act, in the
// order of their ids: those where some role of the application is in force, or
// one that allows the action, and where there is a GAP.
func (s *Service) EnterprisesOf(ctx context.Context, q EnterprisesQuery) iter.Seq2[EnterpriseAccess, error] {
	return func(yield func(EnterpriseAccess, error) bool) {
		after, _, err := q.Place()
		if err == nil {
			err = s.enterprisesOf(ctx, q, after, func(e EnterpriseAccess) bool { return yield(e, nil) })
		}
		if err != nil {
			yield(EnterpriseAccess{}, fail(ActEnterprises, err))
		}
	}
}

// EnterprisesOfPage returns one page of [Service.EnterprisesOf].
func (s *Service) EnterprisesOfPage(ctx context.Context, q EnterprisesQuery) (List[EnterpriseAccess], error) {
	after, limit, err := q.Place()
	if err != nil {
		return List[EnterpriseAccess]{}, fail(ActEnterprises, err)
	}
	var page List[EnterpriseAccess]
	err = s.enterprisesOf(ctx, q, after, func(e EnterpriseAccess) bool {
		if len(page.Items) == limit {
			page.Next = q.CursorAt(page.Items[limit-1].Enterprise.ID)
			return false
		}
		page.Items = append(page.Items, e)
		return true
	})
	if err != nil {
		return List[EnterpriseAccess]{}, fail(ActEnterprises, err)
	}
	return page, nil
}

func (s *Service) enterprisesOf(ctx context.Context, q EnterprisesQuery, after EnterpriseID, yield func(EnterpriseAccess) bool) error {
	g := grants{Service: s, ctx: ctx, app: q.Application, action: q.Action, at: q.At}
	query := GrantQuery{Person: q.Person}
	if !after.IsZero() {
		query.After = GrantKey{after, q.Person, AssignmentID{UUID: uuid.Max}}
	}
	return g.each(query, func(given, all []roles.Assignment) (bool, error) {
		ent, err := s.store.Enterprise(ctx, given[0].Enterprise)
		if err != nil {
			return false, err
		}
		if reason, err := s.closed(ctx, ent, g.at, q.At.IsZero()); err != nil || reason != "" {
			return true, err
		}
		// All of them, since one of another application may open a gate (D15).
		return yield(EnterpriseAccess{ent, s.catalogue.ActionsOf(all, g.app, UnitID{}, g.at), given}), nil
	})
}

// PersonsQuery asks who may do something for an enterprise.
type PersonsQuery struct {
	Enterprise  EnterpriseID
	Action      roles.Action
	Unit        UnitID                // zero: for the enterprise as such
	Application roles.ApplicationCode // empty: the service's
	At          time.Time             // zero: now
	// Paging: Newest isn't possible; they come in the order of their ids.
	Paging
}

// PersonAccess is a person who may do something.
type PersonAccess struct {
	Person PersonID
	// Member is the person as the enterprise knows him.
	Member Member
	// Assignments give the right.
	Assignments []roles.Assignment
}

// PersonsWho yields the persons who may do something for an enterprise, in the
// order of their ids: exactly those whom [Service.Check] allows it.
func (s *Service) PersonsWho(ctx context.Context, q PersonsQuery) iter.Seq2[PersonAccess, error] {
	return func(yield func(PersonAccess, error) bool) {
		after, _, err := q.Place()
		if err == nil {
			err = s.personsWho(ctx, q, after, func(p PersonAccess) (bool, error) {
				members, err := s.store.Members(ctx, q.Enterprise, []PersonID{p.Person})
				if err != nil {
					return false, err
				}
				if len(members) > 0 {
					p.Member = members[0]
				}
				return yield(p, nil), nil
			})
		}
		if err != nil {
			yield(PersonAccess{}, fail(ActPersonsWho, err))
		}
	}
}

// PersonsWhoPage returns one page of [Service.PersonsWho].
func (s *Service) PersonsWhoPage(ctx context.Context, q PersonsQuery) (List[PersonAccess], error) {
	after, limit, err := q.Place()
	if err != nil {
		return List[PersonAccess]{}, fail(ActPersonsWho, err)
	}
	var page List[PersonAccess]
	var persons []PersonID
	err = s.personsWho(ctx, q, after, func(p PersonAccess) (bool, error) {
		if len(page.Items) == limit {
			page.Next = q.CursorAt(persons[limit-1])
			return false, nil
		}
		page.Items, persons = append(page.Items, p), append(persons, p.Person)
		return true, nil
	})
	var members []Member
	if err == nil && len(persons) > 0 {
		members, err = s.store.Members(ctx, q.Enterprise, persons)
	}
	if err != nil {
		return List[PersonAccess]{}, fail(ActPersonsWho, err)
	}
	known := membersByID(members)
	for i := range page.Items {
		page.Items[i].Member = known[page.Items[i].Person]
	}
	return page, nil
}

func (s *Service) personsWho(ctx context.Context, q PersonsQuery, after PersonID, yield func(PersonAccess) (bool, error)) error {
	if _, err := s.asked(Question{Application: q.Application, Action: q.Action}); err != nil {
		return err
	}
	ent, err := s.store.Enterprise(ctx, q.Enterprise)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	at := q.At
	if at.IsZero() {
		at = s.now()
	}
	access := Access{Enterprise: ent}
	if !q.Unit.IsZero() {
		units, err := s.store.Units(ctx, q.Enterprise, []UnitID{q.Unit})
		if err != nil {
			return err
		}
		if len(units) > 0 {
			access.Unit = units[0]
		}
	}
	if reason, err := s.barred(ctx, access, q.Unit, at, q.At.IsZero()); err != nil || reason != "" {
		return err
	}
	g := grants{Service: s, ctx: ctx, app: q.Application, action: q.Action, unit: &q.Unit, at: at}
	query := GrantQuery{Enterprise: q.Enterprise}
	if !after.IsZero() {
		query.After = GrantKey{q.Enterprise, after, AssignmentID{UUID: uuid.Max}}
	}
	return g.each(query, func(given, _ []roles.Assignment) (bool, error) {
		return yield(PersonAccess{Person: given[0].Person, Assignments: given})
	})
}
