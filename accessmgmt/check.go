package accessmgmt

import (
	"context"
	"errors"
	"fmt"
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
	// AtLeast is a revision of the enterprise that the caller has seen, of a
	// [Decision] or from [Service.Revision]: an answer made on an older one isn't
	// given, and what can't be asked for a newer one is [ErrUnavailable]. "I have
	// just approved her: may she?" Zero: any. It is the portal's own; taken from a
	// stranger it makes every check ask the store.
	AtLeast uint64
}

// The reasons an enterprise gives, beside those of package roles.
const (
	ReasonSuspended         roles.Reason = "suspended"          // the portal's staff suspended the enterprise
	ReasonNoGAP             roles.Reason = "no_gap"             // the office of GAP is vacant, and no co-GAP is in office (D9)
	ReasonUnknownUnit       roles.Reason = "unknown_unit"       // the unit isn't the enterprise's, or wasn't then (D24)
	ReasonUnknownEnterprise roles.Reason = "unknown_enterprise" // there is no such enterprise
	ReasonUnknownPerson     roles.Reason = "unknown_person"     // only Explain looks
)

// Decision is the answer to a [Question], with what it was based on. Its lists
// may be shared with other decisions: don't write to them.
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
	return s.decideAt(ctx, q, s.now(), nil)
}

// decideAt decides as of an instant that is now, on what was read before where
// read has it.
func (s *Service) decideAt(ctx context.Context, q Question, now time.Time, read map[readKey]looked) (Decision, Access, error) {
	app, err := s.asked(q)
	if err != nil {
		return Decision{}, Access{}, err
	}
	at := q.At
	if at.IsZero() {
		at = now
	}
	d := Decision{At: at, Catalogue: s.catalogue.Version(), Reason: ReasonUnknownEnterprise}
	l, err := s.lookOnce(ctx, q, at, read)
	if err == nil {
		err = behind(q, l.access.Enterprise.Epoch)
	}
	if err != nil || !l.found {
		return d, Access{}, err
	}
	d.Revision, d.Reason = l.access.Enterprise.Epoch, l.barred
	if l.barred != "" {
		return d, l.access, nil
	}
	answer := s.catalogue.Decide(l.access.Assignments, roles.Question{Application: app, Action: q.Action, Unit: q.Unit, At: at})
	d.Allowed, d.Reason, d.Assignments, d.Properties = answer.Allowed, answer.Reason, answer.Assignments, answer.Properties
	return d, l.access, nil
}

// look reads what a check needs, and says why nobody has access: all of one state
// of the enterprise. Where the office of GAP is vacant the co-GAPs are read after
// the rest, and a role that was given back before one of them took office must not
// be taken to give something.
func (s *Service) look(ctx context.Context, enterprise EnterpriseID, person PersonID, unit UnitID, at time.Time, now bool) (access Access, barred roles.Reason, err error) {
	err = s.again(ctx, func() (err error) {
		if access, err = s.store.Access(ctx, enterprise, person, unit); err != nil {
			return err
		}
		if barred, err = s.barred(ctx, access, unit, at, now); err != nil {
			return err
		}
		ent := access.Enterprise
		if !now || !ent.GAP.IsZero() || ent.Managers == 0 {
			return nil
		}
		stamps, err := s.store.Stamps(ctx, []EnterpriseID{ent.ID})
		if err == nil && stamps[ent.ID] != ent.Stamp() {
			err = fmt.Errorf("%w: the office changed between two reads", ErrConflict)
		}
		return err
	})
	return access, barred, err
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
	access, barred, err := s.look(ctx, q.Enterprise, q.Person, q.Unit, at, q.At.IsZero())
	if errors.Is(err, ErrNotFound) {
		return roles.ActionSet{}, nil
	}
	if err != nil || barred != "" {
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
