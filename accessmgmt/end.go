package accessmgmt

import (
	"cmp"
	"context"
	"time"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// End takes roles away.
type End struct {
	// ID makes sending the command again harmless; see [CommandID].
	ID          CommandID
	Enterprise  EnterpriseID
	Assignments []AssignmentID
	// On is the last day of the roles, today or later. Zero: they end now.
	On     roles.Date
	Reason string // told to the persons; may be empty
}

// End takes roles away (« arrêter le rôle »), from now on: when it returns, no
// check gives them any more, in any process, but for the difference between the
// processes' clocks, which should be kept in step. With a day, they end with
// that day; a role that ends sooner by itself is [ErrInvalid] then, and one that
// was to end sooner by an earlier End is [ErrState], since nothing that was
// taken away is given back by this. There is one result for each, in order; one
// that is over already is [ErrState]. The users and the managers are told.
func (s *Service) End(ctx context.Context, actor Actor, c End) ([]Result[RoleAssignment], error) {
	problems := append(tooMany("assignments", len(c.Assignments)), invitation.ValidateReason(c.Reason)...)
	switch {
	case c.On.IsZero():
	case !c.On.Valid():
		problems.Add("on", roles.ProblemMalformed, "the calendar has no such day")
	case !c.On.AddDays(1).Valid():
		problems.Add("on", roles.ProblemTooFar, "the calendar ends with that day")
	}
	if err := invalid(problems); err != nil {
		return nil, fail(ActEnd, err)
	}
	reason := invitation.CleanText(c.Reason)
	var results []Result[RoleAssignment]
	err := s.command(ctx, actor, ActEnd, oneTime(c.ID, c, &results), c.Enterprise, nil, func(w *work) error {
		at := w.now
		if !c.On.IsZero() {
			if c.On.Before(w.today(w.now)) {
				return invalidField("on", roles.ProblemInPast, "the last day is past")
			}
			at = c.On.AddDays(1).Start(w.policy.Location).UTC()
		}
		results = make([]Result[RoleAssignment], len(c.Assignments))
		return w.each(len(c.Assignments), func(i int) error {
			a, err := w.running(c.Assignments[i], "end")
			if err != nil {
				return err
			}
			results[i].Value, err = w.end(a, at, EndedByManager, reason)
			return err
		}, func(i int, err error) { results[i] = Result[RoleAssignment]{Err: err} })
	})
	if err != nil {
		return nil, err
	}
	return results, nil
}

// end takes a running role away from an instant on.
func (w *work) end(a RoleAssignment, at time.Time, how Ending, reason string) (RoleAssignment, error) {
	switch to := a.Window.To; {
	case !to.IsZero() && !at.Before(to):
		return a, invalidField("on", roles.ProblemOrder, "the role ends sooner by itself")
	case !a.EndedAt.IsZero() && !at.Before(a.EndedAt):
		return a, wrongState("assignment", "to end sooner", string(w.act))
	}
	a = w.ended(a, how, reason)
	a.EndedAt = at
	w.putAssignment(a)
	ev, message := EventEnded, MessageEnded
	if how == EndedByHolder {
		ev, message = EventGivenBack, MessageGivenBack
	}
	data := map[string]string{"ending": string(how)}
	shown := a.Period
	if at.After(w.now) {
		last := roles.DateOf(at, w.policy.Location).AddDays(-1)
		shown = roles.Between(a.Period.Start(), last)
		data["last_day"] = last.String()
	}
	err := w.record(event{event: ev, person: a.Person, object: "assignment", objectID: a.ID.UUID,
		data: w.assignmentData(a, data), details: map[string]string{"reason": reason}})
	if err != nil {
		return a, err
	}
	return a, w.tellGiven(message, a, map[string]string{DataReason: reason}, lineFor(a, shown))
}

// GiveBack is a person's giving back of his own roles.
type GiveBack struct {
	// ID makes sending the command again harmless; see [CommandID].
	ID          CommandID
	Enterprise  EnterpriseID
	Assignments []AssignmentID
	Reason      string // told to the managers; may be empty
}

// GiveBack ends roles of the actor's own, from now on. Somebody else's are
// [ErrNotFound]. There is one result for each, in order. The managers are told.
func (s *Service) GiveBack(ctx context.Context, actor Actor, c GiveBack) ([]Result[RoleAssignment], error) {
	if err := invalid(append(tooMany("assignments", len(c.Assignments)), invitation.ValidateReason(c.Reason)...)); err != nil {
		return nil, fail(ActGiveBack, err)
	}
	reason := invitation.CleanText(c.Reason)
	var results []Result[RoleAssignment]
	err := s.command(ctx, actor, ActGiveBack, oneTime(c.ID, c, &results), c.Enterprise, []Capacity{AsUser}, func(w *work) error {
		if _, known, err := w.member(w.who.person.ID); err != nil || !known {
			return cmp.Or(err, notFound()) // he can have nothing here
		}
		results = make([]Result[RoleAssignment], len(c.Assignments))
		return w.each(len(c.Assignments), func(i int) error {
			a, err := w.current(c.Assignments[i])
			if err != nil {
				return err
			}
			if !w.isSelf(a.Person) {
				return notFound()
			}
			if err := w.isRunning(a, "give back"); err != nil {
				return err
			}
			results[i].Value, err = w.end(a, w.now, EndedByHolder, reason)
			return err
		}, func(i int, err error) { results[i] = Result[RoleAssignment]{Err: err} })
	})
	if err != nil {
		return nil, err
	}
	return results, nil
}
