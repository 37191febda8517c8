package accessmgmt

import (
	"context"
	"slices"
	"time"

	"github.com/egovroles/egovroles/roles"
)

// ManagersOverview is who manages an enterprise, and what about it should worry
// somebody.
type ManagersOverview struct {
	// GAP is the term of office that runs; zero when the office is vacant.
	GAP GAPItem
	// Managers are the co-GAPs and access managers, those to come and past ones
	// too, the earliest named first.
	Managers []ManagerItem
	Warnings []ManagerWarning
}

// GAPItem is a GAP's term of office with the person, as the enterprise knows
// him.
type GAPItem struct {
	Term   GAP
	Member Member
}

// ManagerItem is a term of office with the person, as the enterprise knows him.
type ManagerItem struct {
	Term Manager
	// State is where the term stands now.
	State  roles.AssignmentState
	Member Member
}

// WarningCode is what is the matter, as a stable word.
type WarningCode string

// The warnings.
const (
	// WarnNoGAP: the office of GAP is vacant. No access is given then, unless a
	// co-GAP is in office (D9); nobody can name managers.
	WarnNoGAP WarningCode = "no_gap"
	// WarnGAPResigned: the GAP has asked to be replaced, and wasn't yet.
	WarnGAPResigned WarningCode = "gap_resigned"
	// WarnOneManager: of the GAP and the co-GAPs a single person is in office.
	WarnOneManager WarningCode = "one_manager"
	// WarnOfficeEnds: a co-GAP, or an access manager of the domain, is in office
	// now, and after the instant Ends, at most Policy.WarnDays days from today,
	// nobody is in that office.
	WarnOfficeEnds WarningCode = "office_ends"
)

// ManagerWarning is something about the managers that somebody should see to.
type ManagerWarning struct {
	Code WarningCode
	// Kind, Domain and Ends are those of WarnOfficeEnds; zero otherwise.
	Kind   ManagerKind
	Domain roles.DomainCode
	Ends   time.Time
}

// Managers returns who manages an enterprise now, who did and who will. The
// managers themselves, a legal representative and the portal's staff may ask; an
// access manager, who reads no history, isn't told how the GAP came to office.
func (s *Service) Managers(ctx context.Context, actor Actor, enterprise EnterpriseID) (ManagersOverview, error) {
	var o ManagersOverview
	err := s.again(ctx, func() error { // the office may change between two reads
		auth, ent, err := s.view(ctx, actor, ActManagers, enterprise)
		if err == nil {
			o, err = s.overview(ctx, ent, s.now())
		}
		if auth.as == AsAccessManager { // who reads no history
			o.GAP.Term = o.GAP.Term.withoutHistory()
		}
		return err
	})
	if err != nil {
		return ManagersOverview{}, fail(ActManagers, err)
	}
	return o, nil
}

func (s *Service) overview(ctx context.Context, ent Enterprise, now time.Time) (ManagersOverview, error) {
	gap, err := s.termOf(ctx, ent)
	if err != nil {
		return ManagersOverview{}, err
	}
	terms, err := s.managersOf(ctx, ent)
	if err != nil {
		return ManagersOverview{}, err
	}
	persons := []PersonID{ent.GAP}
	for _, term := range terms {
		persons = append(persons, term.Person)
	}
	members, err := s.store.Members(ctx, ent.ID, persons)
	if err != nil {
		return ManagersOverview{}, err
	}
	known := membersByID(members)
	o := ManagersOverview{GAP: GAPItem{gap, known[gap.Person]}, Warnings: s.warnings(gap, terms, now)}
	for _, term := range terms {
		o.Managers = append(o.Managers, ManagerItem{term, term.StateAt(now), known[term.Person]})
	}
	return o, nil
}

// withoutHistory leaves out how the term came about.
func (g GAP) withoutHistory() GAP {
	g.Function, g.Evidence, g.Reason, g.Asked = "", "", "", Candidacy{}
	return g
}

// office is what several persons can be in, one after the other.
type office struct {
	kind   ManagerKind
	domain roles.DomainCode
}

func (s *Service) warnings(gap GAP, terms []Manager, now time.Time) []ManagerWarning {
	var all []ManagerWarning
	switch {
	case gap.Person.IsZero():
		all = append(all, ManagerWarning{Code: WarnNoGAP})
	case !gap.ResignedAt.IsZero():
		all = append(all, ManagerWarning{Code: WarnGAPResigned})
	}
	if len(leaders(gap.Person, terms, now)) == 1 {
		all = append(all, ManagerWarning{Code: WarnOneManager})
	}
	horizon := s.today(now).AddDays(s.policy.WarnDays + 1).Start(s.policy.Location)
	var offices []office
	for _, term := range terms {
		if o := (office{term.Kind, term.Domain}); !slices.Contains(offices, o) {
			offices = append(offices, o)
		}
	}
	for _, o := range offices {
		if ends := o.heldUntil(terms, now); !ends.IsZero() && !ends.After(horizon) {
			all = append(all, ManagerWarning{Code: WarnOfficeEnds, Kind: o.kind, Domain: o.domain, Ends: ends})
		}
	}
	return all
}

// heldUntil returns the first instant from which nobody is in an office that is
// held now, whoever follows whom in it; zero when nobody holds it, or when
// somebody does without an end.
func (o office) heldUntil(terms []Manager, now time.Time) time.Time {
	var until time.Time
	for at := now; ; at = until {
		later := until
		for _, term := range terms {
			if term.Kind != o.kind || term.Domain != o.domain || !term.InOfficeAt(at) {
				continue
			}
			to := term.InForce().To
			if to.IsZero() {
				return to
			}
			if to.After(later) {
				later = to
			}
		}
		if later.Equal(until) {
			return until
		}
		until = later
	}
}
