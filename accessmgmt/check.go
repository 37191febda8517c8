package accessmgmt

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/egovroles/egovroles/roles"
)

// Question asks whether a person may do something for an enterprise. The
// portal asks it on its own account, for the person who is logged in; so it
// has no actor.
type Question struct {
	Person     PersonID
	Enterprise EnterpriseID
	Action     roles.Action
	// Unit is the establishment unit the act is about. Zero: the enterprise
	// as such.
	Unit UnitID
	// Application is the one the action is of. Empty: the service's.
	Application roles.ApplicationCode
	// At is the instant it is about, from history when it is past (D32).
	// Zero: now.
	At time.Time
}

// The reasons an enterprise gives, beside those of package roles.
const (
	ReasonSuspended         roles.Reason = "suspended"          // the portal's staff suspended the enterprise
	ReasonNoGAP             roles.Reason = "no_gap"             // the office of GAP is vacant, and no co-GAP is in office (D9)
	ReasonUnknownUnit       roles.Reason = "unknown_unit"       // the unit isn't the enterprise's, or wasn't then (D24)
	ReasonUnknownEnterprise roles.Reason = "unknown_enterprise" // there is no such enterprise
	ReasonUnknownPerson     roles.Reason = "unknown_person"     // only Explain looks
)

// Decision is the answer to a [Question], with what it was based on.
type Decision struct {
	Allowed bool         `json:"allowed"`
	Reason  roles.Reason `json:"reason"`
	// Assignments give the right or, when denied, are the nearest misses.
	Assignments []AssignmentID `json:"assignments,omitempty"`
	// Properties are those of the assignments that give the right, in their
	// order; nil when none has any.
	Properties []roles.Properties `json:"properties,omitempty"`
	// At is the instant it is about. Revision is the enterprise's epoch, and
	// Catalogue the version of the catalogue, that it was made on.
	At        time.Time `json:"at"`
	Revision  uint64    `json:"revision"`
	Catalogue string    `json:"catalogue"`
}

// Check answers whether a person may do something for an enterprise at an
// instant, straight from the store: it sees every commit that has returned. A
// denial is no error. With an error the decision is zero, and so allows
// nothing; an action that the application doesn't list is [ErrInvalid], so that
// a misspelt one is found before it denies everybody.
func (s *Service) Check(ctx context.Context, q Question) (Decision, error) {
	d, _, err := s.decide(ctx, q)
	if err != nil {
		return Decision{}, fail(ActCheck, err)
	}
	return d, nil
}

func (s *Service) decide(ctx context.Context, q Question) (Decision, Access, error) {
	app, err := s.asked(q)
	if err != nil {
		return Decision{}, Access{}, err
	}
	now := s.now()
	at := q.At
	if at.IsZero() {
		at = now
	}
	d := Decision{At: at, Catalogue: s.catalogue.Version(), Reason: ReasonUnknownEnterprise}
	access, err := s.store.Access(ctx, q.Enterprise, q.Person, q.Unit)
	if errors.Is(err, ErrNotFound) {
		return d, Access{}, nil
	}
	if err != nil {
		return d, Access{}, err
	}
	d.Revision = access.Enterprise.Epoch
	if d.Reason, err = s.barred(ctx, access, q.Unit, at, q.At.IsZero()); err != nil || d.Reason != "" {
		return d, access, err
	}
	answer := s.catalogue.Decide(access.Assignments, roles.Question{Application: app, Action: q.Action, Unit: q.Unit, At: at})
	d.Allowed, d.Reason, d.Assignments, d.Properties = answer.Allowed, answer.Reason, answer.Assignments, answer.Properties
	return d, access, nil
}

// barred says why nobody has access at an instant, whatever his roles; "" when
// nothing is in the way. now says that the instant is that of the rows just
// read.
func (s *Service) barred(ctx context.Context, access Access, unit UnitID, at time.Time, now bool) (roles.Reason, error) {
	reason, err := s.closed(ctx, access.Enterprise, at, now)
	if err != nil || reason != "" {
		return reason, err
	}
	if !unit.IsZero() && (now && !access.Unit.ClosedAt.IsZero() || access.Unit.ID.IsZero() || !now && !access.Unit.OpenAt(at)) {
		return ReasonUnknownUnit, nil
	}
	return "", nil
}

// asked returns the application of a question, and refuses an action that it
// doesn't list.
func (s *Service) asked(q Question) (roles.ApplicationCode, error) {
	app, err := s.applicationOf(q.Application)
	if err == nil && !s.catalogue.HasAction(app, q.Action) {
		err = invalidField("action", roles.ProblemUnknown, "the application has no such action")
	}
	return app, err
}

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

// ActionsQuery asks what a person may do for an enterprise. Its fields are
// those of [Question].
type ActionsQuery struct {
	Person      PersonID
	Enterprise  EnterpriseID
	Unit        UnitID
	Application roles.ApplicationCode
	At          time.Time
}

// ActionsOf returns every action that a person may do for an enterprise:
// exactly those that [Service.Check] allows.
func (s *Service) ActionsOf(ctx context.Context, q ActionsQuery) (roles.ActionSet, error) {
	app, err := s.applicationOf(q.Application)
	if err != nil {
		return roles.ActionSet{}, fail(ActActionsOf, err)
	}
	at := q.At
	if at.IsZero() {
		at = s.now()
	}
	access, err := s.store.Access(ctx, q.Enterprise, q.Person, q.Unit)
	if errors.Is(err, ErrNotFound) {
		return roles.ActionSet{}, nil
	}
	if err != nil {
		return roles.ActionSet{}, fail(ActActionsOf, err)
	}
	if reason, err := s.barred(ctx, access, q.Unit, at, q.At.IsZero()); err != nil || reason != "" {
		return roles.ActionSet{}, fail(ActActionsOf, err)
	}
	return s.catalogue.ActionsOf(access.Assignments, app, q.Unit, at), nil
}

func (s *Service) applicationOf(code roles.ApplicationCode) (roles.ApplicationCode, error) {
	if code == "" {
		code = s.application
	}
	if code == "" {
		return "", invalidField("application", roles.ProblemRequired, "the catalogue has several applications, and none is named")
	}
	if _, ok := s.catalogue.Application(code); !ok {
		return "", invalidField("application", roles.ProblemUnknown, "the catalogue has no such application")
	}
	return code, nil
}

// EnterprisesQuery asks for whom a person may act.
type EnterprisesQuery struct {
	Person      PersonID
	Application roles.ApplicationCode // empty: the service's
	// Action narrows it to the enterprises for which he may do this. Empty:
	// any action at all.
	Action roles.Action
	At     time.Time // zero: now
}

// EnterpriseAccess is an enterprise for which a person may act.
type EnterpriseAccess struct {
	Enterprise Enterprise
	// Actions are what he may do for the enterprise as such, as
	// [Service.ActionsOf] says; empty when his roles are for establishment units
	// alone.
	Actions roles.ActionSet
	// Assignments in force give the access that was asked for, units' ones too.
	Assignments []roles.Assignment
}

// EnterprisesOf yields the enterprises for which a person may act, in the
// order of their ids: those where some role of the application is in force, or
// one that allows the action, and where there is a GAP.
func (s *Service) EnterprisesOf(ctx context.Context, q EnterprisesQuery) iter.Seq2[EnterpriseAccess, error] {
	return func(yield func(EnterpriseAccess, error) bool) {
		g := grants{Service: s, ctx: ctx, app: q.Application, action: q.Action, at: q.At}
		err := g.each(GrantQuery{Person: q.Person}, func(given, all []roles.Assignment) (bool, error) {
			ent, err := s.store.Enterprise(ctx, given[0].Enterprise)
			if err != nil {
				return false, err
			}
			if reason, err := s.closed(ctx, ent, g.at, q.At.IsZero()); err != nil || reason != "" {
				return true, err
			}
			// All of them, since one of another application may open a gate (D15).
			return yield(EnterpriseAccess{ent, s.catalogue.ActionsOf(all, g.app, UnitID{}, g.at), given}, nil), nil
		})
		if err != nil {
			yield(EnterpriseAccess{}, fail(ActEnterprises, err))
		}
	}
}

// PersonsQuery asks who may do something for an enterprise.
type PersonsQuery struct {
	Enterprise  EnterpriseID
	Action      roles.Action
	Unit        UnitID                // zero: for the enterprise as such
	Application roles.ApplicationCode // empty: the service's
	At          time.Time             // zero: now
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
		err := s.personsWho(ctx, q, func(p PersonAccess) bool { return yield(p, nil) })
		if err != nil {
			yield(PersonAccess{}, fail(ActPersonsWho, err))
		}
	}
}

func (s *Service) personsWho(ctx context.Context, q PersonsQuery, yield func(PersonAccess) bool) error {
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
	return g.each(GrantQuery{Enterprise: q.Enterprise}, func(given, _ []roles.Assignment) (bool, error) {
		members, err := s.store.Members(ctx, q.Enterprise, []PersonID{given[0].Person})
		if err != nil {
			return false, err
		}
		p := PersonAccess{Person: given[0].Person, Assignments: given}
		if len(members) > 0 {
			p.Member = members[0]
		}
		return yield(p), nil
	})
}
