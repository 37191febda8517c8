package accessmgmt

import (
	"context"
	"errors"
	"slices"

	"github.com/egovroles/egovroles/roles"
)

// Offices returns the enterprises that an actor manages, as GAP, co-GAP, access
// manager or by a managing role, in the order of their numbers: what a manager
// chooses from after he logged in. For somebody who manages nothing it is empty.
func (s *Service) Offices(ctx context.Context, actor Actor) ([]Enterprise, error) {
	sc, err := s.scope(ctx, actor, ActTasks, EnterpriseID{}, false)
	if err != nil || sc.empty() {
		return nil, fail(ActOffices, err)
	}
	ids := slices.Clone(sc.enterprises)
	for _, part := range sc.parts {
		ids = append(ids, part.Enterprise)
	}
	found, err := s.store.Enterprises(ctx, ids)
	slices.SortFunc(found, func(a, b Enterprise) int { return a.Number.Compare(b.Number) })
	return found, fail(ActOffices, err)
}

// EnterpriseByNumber returns a registered enterprise by its number, to those who
// may read its history: its GAP, a legal representative, the portal's staff. To
// anybody else, and when it isn't registered, it is [ErrNotFound].
func (s *Service) EnterpriseByNumber(ctx context.Context, actor Actor, number EnterpriseNumber) (Enterprise, error) {
	w, err := s.viewer(ctx, actor, ActManagers)
	if err != nil {
		return Enterprise{}, err
	}
	if number.IsZero() {
		return Enterprise{}, fail(ActManagers, invalidField("enterprise", roles.ProblemRequired, "the enterprise number is missing"))
	}
	ent, err := s.store.EnterpriseByNumber(ctx, number)
	if errors.Is(err, ErrNotFound) {
		// The register is asked all the same, and what it says makes no
		// difference: neither that it can't be asked nor the time it takes must
		// tell registered enterprises from others.
		if _, err = s.represents(ctx, actor, number); err == nil || errors.Is(err, ErrRegister) {
			err = notFound()
		}
	}
	if err != nil {
		return Enterprise{}, s.turnedDown(ctx, ActManagers, EnterpriseID{}, w, err)
	}
	_, ent, err = s.viewAs(ctx, w, ActManagers, ent.ID)
	return ent, fail(ActManagers, err)
}

// GAPs returns the terms of office of an enterprise's GAPs, past ones too, the
// earliest first. Whoever may read the history may see them (D14). What was
// asked for by the exceptional procedure and isn't, or never became, a term has
// no beginning and comes before them, and only staff sees it: it is the word of
// somebody whom nobody knows yet.
func (s *Service) GAPs(ctx context.Context, actor Actor, enterprise EnterpriseID) ([]GAP, error) {
	auth, _, err := s.view(ctx, actor, ActAudit, enterprise)
	if err != nil {
		return nil, fail(ActManagers, err)
	}
	terms, err := s.store.GAPs(ctx, enterprise)
	if auth.as != AsOperator {
		terms = slices.DeleteFunc(terms, func(g GAP) bool { return g.From.IsZero() })
	}
	return terms, fail(ActManagers, err)
}

// Members returns persons as an enterprise knows them, by name and address, to
// put names to the ids of the audit and of decisions. Those it doesn't know are
// left out. Whoever may read the history may ask.
func (s *Service) Members(ctx context.Context, actor Actor, enterprise EnterpriseID, persons []PersonID) (map[PersonID]Member, error) {
	if _, _, err := s.view(ctx, actor, ActManagers, enterprise); err != nil {
		return nil, fail(ActManagers, err)
	}
	if len(persons) > MaxItems {
		return nil, fail(ActManagers, invalid(tooMany("persons", len(persons))))
	}
	members, err := s.store.Members(ctx, enterprise, persons)
	return membersByID(members), fail(ActManagers, err)
}
