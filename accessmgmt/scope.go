package accessmgmt

import (
	"context"
	"slices"

	"github.com/egovroles/egovroles/roles"
)

// scope is what rows an actor may see: it goes into the query, so that no row
// is fetched that he may not.
type scope struct {
	enterprises []EnterpriseID
	parts       []Part
	person      PersonID
	// reader is the person who looks, zero when he isn't known yet.
	reader PersonID
}

func (sc scope) empty() bool {
	return len(sc.enterprises) == 0 && len(sc.parts) == 0 && sc.person.IsZero()
}

// scope works out what an actor may see of a kind of rows: his own, those of
// one enterprise he manages, or those of all he manages; of roles outside his
// domain nothing. Staff has neither rows of its own nor an office.
func (s *Service) scope(ctx context.Context, actor Actor, act Act, enterprise EnterpriseID, mine bool) (scope, error) {
	w, err := s.viewer(ctx, actor, act)
	if err != nil {
		return scope{}, err
	}
	sc := scope{reader: w.person.ID}
	switch {
	case !mine && !enterprise.IsZero():
		auth, _, err := s.viewAs(ctx, w, act, enterprise)
		sc.enterprises, sc.parts = auth.within(enterprise)
		return sc, err
	case !w.known || w.Capacity == AsOperator:
		return sc, nil
	case mine:
		sc.person = w.person.ID
		if !enterprise.IsZero() {
			sc.enterprises = []EnterpriseID{enterprise}
		}
		return sc, nil
	}
	sc.enterprises, sc.parts, err = s.manages(ctx, w.person.ID, s.now())
	return sc, err
}

// within returns what the grants let an actor see of an enterprise: all of it,
// or the part of some applications.
func (a *authorisation) within(enterprise EnterpriseID) ([]EnterpriseID, []Part) {
	part := Part{Enterprise: enterprise}
	for _, g := range a.grants {
		if g.applications == nil {
			return []EnterpriseID{enterprise}, nil
		}
		part.Applications = append(part.Applications, g.applications...)
	}
	if len(part.Applications) == 0 {
		return nil, nil
	}
	slices.Sort(part.Applications)
	part.Applications = slices.Compact(part.Applications)
	return nil, []Part{part}
}

// nothing is the scope of the same reader in which he sees no row, for a query
// that nothing can fit: an empty field of a filter would mean any.
func (sc scope) nothing() scope { return scope{reader: sc.reader} }

// shows reports whether the reader may see a role of an enterprise: that another
// row, which he sees, is tied to it is no leave to.
func (sc scope) shows(enterprise EnterpriseID, code roles.Code) bool {
	if !sc.person.IsZero() || slices.Contains(sc.enterprises, enterprise) {
		return true
	}
	return slices.ContainsFunc(sc.parts, func(p Part) bool {
		return p.Enterprise == enterprise && slices.Contains(p.Applications, code.Application())
	})
}
