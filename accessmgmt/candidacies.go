package accessmgmt

import (
	"context"
	"iter"
	"slices"
)

// CandidacyQuery asks for requests for the exceptional procedure.
type CandidacyQuery struct {
	Enterprise EnterpriseID // zero: all
	// States: none means those that wait.
	States []GAPState
	Paging
}

// CandidacyItem is a request for the exceptional procedure, with what an
// operator needs to decide it.
type CandidacyItem struct {
	// GAP is the request, or the term of office that it became.
	GAP GAP
	// EnterpriseName is what the register called the enterprise, empty when no
	// GAP was ever designated; what the candidate calls it is in GAP.Asked.
	EnterpriseName   string
	EnterpriseNumber EnterpriseNumber
	// InOffice is the term of the GAP in office; zero: the office is vacant.
	InOffice DesignationID
}

// Candidacies yields the requests for the exceptional procedure, of all
// enterprises or of one, the oldest first. They are for the portal's staff; to
// anybody else there are none to be found: [ErrNotFound].
func (s *Service) Candidacies(ctx context.Context, actor Actor, q CandidacyQuery) iter.Seq2[CandidacyItem, error] {
	return walk(q.Paging, func(p Paging) (List[CandidacyItem], error) { q.Paging = p; return s.CandidaciesPage(ctx, actor, q) })
}

// CandidaciesPage returns one page of [Service.Candidacies].
func (s *Service) CandidaciesPage(ctx context.Context, actor Actor, q CandidacyQuery) (List[CandidacyItem], error) {
	w, err := s.viewer(ctx, actor, ActCandidacies)
	if err != nil {
		return List[CandidacyItem]{}, fail(ActCandidacies, err)
	}
	st, err := s.standing(ctx, w, Enterprise{}, s.now()) // staff is staff anywhere; nobody else is anything
	if err != nil {
		return List[CandidacyItem]{}, fail(ActCandidacies, err)
	}
	if _, err := authorise(ActCandidacies, st); err != nil {
		return List[CandidacyItem]{}, s.turnedDown(ctx, ActCandidacies, EnterpriseID{}, w, err)
	}
	filter := GAPFilter{States: q.States}
	if len(q.States) == 0 {
		filter.States = []GAPState{GAPRequested}
	}
	if !q.Enterprise.IsZero() {
		filter.Enterprises = []EnterpriseID{q.Enterprise}
	}
	sc := scope{enterprises: []EnterpriseID{q.Enterprise}, reader: w.person.ID}
	list, err := listOf(sc, q.Paging, bind(ActCandidacies, sc.reader, q.Enterprise, q.States, q.Newest),
		func(p Page) ([]GAP, error) { return s.store.FindGAPs(ctx, filter, p) },
		candidacyKey,
		func(rows []GAP) ([]CandidacyItem, error) { return s.candidacyItems(ctx, rows) })
	return list, fail(ActCandidacies, err)
}

func (s *Service) candidacyItems(ctx context.Context, rows []GAP) ([]CandidacyItem, error) {
	var ids []EnterpriseID
	for _, g := range rows {
		if !slices.Contains(ids, g.Enterprise) {
			ids = append(ids, g.Enterprise)
		}
	}
	enterprises, err := s.enterprisesByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	items := make([]CandidacyItem, len(rows))
	for i, g := range rows {
		ent := enterprises[g.Enterprise]
		items[i] = CandidacyItem{GAP: g, EnterpriseName: ent.Name, EnterpriseNumber: ent.Number, InOffice: ent.Designation}
	}
	return items, nil
}
