package accessmgmt

import (
	"context"
	"errors"

	"github.com/egovroles/egovroles/roles"
)

// Explanation is a decision with everything it was made of. It is for the
// portal's logs and staff: it names managers and other roles of the person.
type Explanation struct {
	Decision   Decision
	Enterprise Enterprise
	// GAP is the one in office now; zero when vacant.
	GAP Member
	// Assignments are all that the person has or had here.
	Assignments []ExplainedAssignment
}

// ExplainedAssignment is an assignment with what it answers.
type ExplainedAssignment struct {
	Assignment RoleAssignment
	// State is where it stands at the instant asked about; Reason what it
	// alone would answer to the question.
	State  roles.AssignmentState
	Reason roles.Reason
	// GivenBy and EndedBy are the managers, as the enterprise knows them;
	// zero when it doesn't, or when nobody ended it.
	GivenBy Member
	EndedBy Member
}

// Explain answers like [Service.Check], and says why: each assignment the
// person has or had, what it answers, who gave it and who ended it.
func (s *Service) Explain(ctx context.Context, q Question) (Explanation, error) {
	d, access, err := s.decide(ctx, q)
	if err != nil {
		return Explanation{}, fail(ActExplain, err)
	}
	if access.Enterprise.ID.IsZero() {
		return Explanation{Decision: d}, nil
	}
	e := Explanation{Decision: d, Enterprise: access.Enterprise}
	if len(access.Assignments) == 0 && d.Reason == roles.ReasonNoAssignment {
		if _, err := s.store.Person(ctx, q.Person); errors.Is(err, ErrNotFound) {
			e.Decision.Reason = ReasonUnknownPerson
		} else if err != nil {
			return Explanation{}, fail(ActExplain, err)
		}
	}
	if err := s.explain(ctx, q, access, &e); err != nil {
		return Explanation{}, fail(ActExplain, err)
	}
	return e, nil
}

func (s *Service) explain(ctx context.Context, q Question, access Access, e *Explanation) error {
	app, _ := s.asked(q)
	ids := make([]AssignmentID, len(access.Assignments))
	for i, a := range access.Assignments {
		ids[i] = a.ID
	}
	rows, err := s.store.Assignments(ctx, q.Enterprise, ids)
	if err != nil {
		return err
	}
	byID := make(map[AssignmentID]RoleAssignment, len(rows))
	persons := []PersonID{access.Enterprise.GAP}
	for _, row := range rows {
		byID[row.ID] = row
		persons = append(persons, row.GivenBy, row.EndedBy)
	}
	members, err := s.store.Members(ctx, q.Enterprise, persons)
	if err != nil {
		return err
	}
	known := membersByID(members)
	e.GAP = known[access.Enterprise.GAP]
	for _, a := range access.Assignments {
		// The row may have changed since: what was decided on is access.
		row := byID[a.ID]
		row.Assignment = a
		alone := s.catalogue.Weigh(access.Assignments, a, roles.Question{Application: app, Action: q.Action, Unit: q.Unit, At: e.Decision.At})
		e.Assignments = append(e.Assignments, ExplainedAssignment{
			Assignment: row, State: a.StateAt(e.Decision.At), Reason: alone, GivenBy: known[row.GivenBy], EndedBy: known[row.EndedBy],
		})
	}
	return nil
}
