package accessmgmt

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/egovroles/egovroles/roles"
)

// standing works out in which capacities an actor may act in an enterprise, and
// what roles he may manage there. Those capacities that need more than the
// store (a register, a token, an object) are added by the act.
func (s *Service) standing(ctx context.Context, w who, ent Enterprise, now time.Time, more ...Capacity) (standing, error) {
	if w.Capacity == AsOperator {
		// Staff acts as staff, never in an office or for a right of his own.
		return standing{capacities: []Capacity{AsOperator}}, nil
	}
	st := standing{capacities: slices.Clone(more), suspended: !ent.SuspendedAt.IsZero()}
	if !w.known || ent.ID.IsZero() {
		return st, nil
	}
	others := func() ([]grant, error) { return s.otherGrants(ctx, ent, w.person.ID, now) }
	if ent.GAP == w.person.ID {
		st.capacities = append(st.capacities, AsGAP)
		st.grants, st.others = []grant{{as: AsGAP, by: roles.ByGAP}}, others
		return st, nil
	}
	var err error
	st.grants, err = others()
	for _, g := range st.grants {
		st.capacities = append(st.capacities, g.as)
	}
	return st, err
}

// otherGrants are those that an enterprise's row doesn't show: of co-GAPs,
// access managers and holders of managing roles.
func (s *Service) otherGrants(ctx context.Context, ent Enterprise, person PersonID, now time.Time) ([]grant, error) {
	terms, err := s.managersOf(ctx, ent)
	if err != nil {
		return nil, err
	}
	var grants []grant
	coGAP := false
	for _, term := range terms {
		if !term.InOfficeAt(now) {
			continue
		}
		coGAP = coGAP || term.Kind == CoGAP
		if term.Person == person {
			grants = append(grants, s.grantOf(term))
		}
	}
	// The strongest first, in whatever order he was named.
	slices.SortStableFunc(grants, func(a, b grant) int { return cmp.Compare(a.by, b.by) })
	// A managing role is a role: it gives nothing where no access is given.
	if !s.catalogue.HasManagingRoles() || !ent.SuspendedAt.IsZero() || ent.GAP.IsZero() && !coGAP {
		return grants, nil
	}
	access, err := s.store.Access(ctx, ent.ID, person, UnitID{})
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	if managed := s.catalogue.Managed(access.Assignments, now); len(managed) > 0 {
		grants = append(grants, grant{as: AsManagingRole, by: roles.ByManagingRole, applications: managed})
	}
	return grants, nil
}

// grantOf is what a term of office lets its holder manage.
func (s *Service) grantOf(m Manager) grant {
	if m.Kind == CoGAP {
		return grant{as: AsCoGAP, by: roles.ByCoGAP}
	}
	// Never nil, which would be all: a domain that the catalogue no longer has
	// leaves nothing to manage.
	return grant{as: AsAccessManager, by: roles.ByAccessManager, applications: append([]roles.ApplicationCode{}, s.catalogue.ApplicationsIn(m.Domain)...)}
}

// managersOf reads the terms of co-GAPs and access managers, unless there never
// was one.
func (s *Service) managersOf(ctx context.Context, ent Enterprise) ([]Manager, error) {
	if ent.Managers == 0 {
		return nil, nil
	}
	return s.store.Managers(ctx, ent.ID)
}

// manages says whose rows an actor may see as a manager: all of some
// enterprises, and of others those of some applications.
func (s *Service) manages(ctx context.Context, person PersonID, now time.Time) (all []EnterpriseID, parts []Part, err error) {
	if all, err = s.store.Offices(ctx, person); err != nil {
		return nil, nil, err
	}
	terms, err := s.store.ManagerTerms(ctx, person)
	if err != nil {
		return nil, nil, err
	}
	some := map[EnterpriseID][]roles.ApplicationCode{}
	for _, term := range terms {
		switch g := s.grantOf(term); {
		case !term.InOfficeAt(now):
		case g.applications == nil:
			all = append(all, term.Enterprise)
		default:
			some[term.Enterprise] = append(some[term.Enterprise], g.applications...)
		}
	}
	if err := s.managedByRoles(ctx, person, now, some); err != nil {
		return nil, nil, err
	}
	for id, apps := range some {
		if !slices.Contains(all, id) {
			slices.Sort(apps)
			parts = append(parts, Part{id, slices.Compact(apps)})
		}
	}
	slices.SortFunc(parts, func(a, b Part) int { return slices.Compare(a.Enterprise.UUID[:], b.Enterprise.UUID[:]) })
	slices.SortFunc(all, func(a, b EnterpriseID) int { return slices.Compare(a.UUID[:], b.UUID[:]) })
	return slices.Compact(all), parts, nil
}

// managedByRoles adds the applications that a person's roles let him manage,
// where access is given at all.
func (s *Service) managedByRoles(ctx context.Context, person PersonID, now time.Time, some map[EnterpriseID][]roles.ApplicationCode) error {
	if !s.catalogue.HasManagingRoles() || person.IsZero() {
		return nil
	}
	return eachPair(ctx, s.store, GrantQuery{Person: person}, func(pair []roles.Assignment) (bool, error) {
		managed := s.catalogue.Managed(pair, now)
		if len(managed) == 0 {
			return true, nil
		}
		ent, err := s.store.Enterprise(ctx, pair[0].Enterprise)
		if err != nil {
			return false, err
		}
		reason, err := s.closed(ctx, ent, now, true)
		if err == nil && reason == "" {
			some[ent.ID] = append(some[ent.ID], managed...)
		}
		return true, err
	})
}

// closed says why no access at all is given in an enterprise at an instant, ""
// when it is: it is suspended, or it has neither a GAP nor a co-GAP (D9). now
// says that the instant is that of the row just read; otherwise history says.
func (s *Service) closed(ctx context.Context, ent Enterprise, at time.Time, now bool) (roles.Reason, error) {
	if now {
		if !ent.SuspendedAt.IsZero() {
			return ReasonSuspended, nil
		}
		if !ent.GAP.IsZero() {
			return "", nil
		}
		return s.withoutGAP(ctx, ent, at)
	}
	suspensions, err := s.store.Suspensions(ctx, ent.ID)
	if err != nil {
		return "", err
	}
	if slices.ContainsFunc(suspensions, func(x Suspension) bool { return x.Covers(at) }) {
		return ReasonSuspended, nil
	}
	terms, err := s.store.GAPs(ctx, ent.ID)
	if err != nil {
		return "", err
	}
	if slices.ContainsFunc(terms, func(g GAP) bool { return g.InOfficeAt(at) }) {
		return "", nil
	}
	return s.withoutGAP(ctx, ent, at)
}

// withoutGAP looks for a co-GAP in office.
func (s *Service) withoutGAP(ctx context.Context, ent Enterprise, at time.Time) (roles.Reason, error) {
	terms, err := s.managersOf(ctx, ent)
	if err != nil {
		return "", err
	}
	if slices.ContainsFunc(terms, func(m Manager) bool { return m.Kind == CoGAP && m.InOfficeAt(at) }) {
		return "", nil
	}
	return ReasonNoGAP, nil
}
