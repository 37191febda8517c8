package accessmgmt

import (
	"context"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// Extend lets roles last longer.
type Extend struct {
	// ID makes sending the command again harmless; see [CommandID].
	ID          CommandID
	Enterprise  EnterpriseID
	Assignments []AssignmentID
	// Until is the new last day. Zero with Unlimited: there is none any more.
	Until     roles.Date
	Unlimited bool
}

// Extension is what became of one role that was extended. When the role needs
// two managers, nothing has changed yet: Request waits for the second, and
// Assignment is zero.
type Extension struct {
	Assignment RoleAssignment     `json:"assignment,omitzero"`
	Request    invitation.Request `json:"request,omitzero"`
	// GateMissing is as in [Assigned].
	GateMissing roles.ApplicationCode `json:"gate_missing,omitzero"`
}

// Extend gives running roles a later last day, or none. It gives nothing that a
// new assignment from today to that day wouldn't: the same managers may, the
// same roles need two of them, and the same longest validity and properties
// hold, so that neither extending nor letting lapse and asking anew is a way
// round the other (c-42). One that is over, or that an End lets end on a day to
// come, is [ErrState]. There is one result for each, in order. The users and the
// managers are told.
func (s *Service) Extend(ctx context.Context, actor Actor, c Extend) ([]Result[Extension], error) {
	problems := tooMany("assignments", len(c.Assignments))
	switch {
	case c.Unlimited == !c.Until.IsZero():
		problems.Add("until", roles.ProblemRequired, "there is either a last day or none: name one, not both")
	case !c.Unlimited && !c.Until.Valid():
		problems.Add("until", roles.ProblemMalformed, "the calendar has no such day")
	}
	if err := invalid(problems); err != nil {
		return nil, fail(ActExtend, err)
	}
	var results []Result[Extension]
	err := s.command(ctx, actor, ActExtend, oneTime(c.ID, c, &results), c.Enterprise, nil, func(w *work) error {
		results = make([]Result[Extension], len(c.Assignments))
		err := w.each(len(c.Assignments), func(i int) error {
			done, err := w.extendOne(c, c.Assignments[i])
			results[i].Value = done
			return err
		}, func(i int, err error) { results[i] = Result[Extension]{Err: err} })
		if err != nil {
			return err
		}
		return gatesMissing(w, results, func(x *Extension) (RoleAssignment, *roles.ApplicationCode) { return x.Assignment, &x.GateMissing })
	})
	if err != nil {
		return nil, err
	}
	return results, nil
}

func (w *work) extendOne(c Extend, id AssignmentID) (Extension, error) {
	a, err := w.running(id, "extend")
	if err != nil {
		return Extension{}, err
	}
	role, err := w.mayGive(a.Role, a.Person, "role")
	if err != nil {
		return Extension{}, err
	}
	period := roles.From(a.Period.Start())
	if !c.Unlimited {
		period = roles.Between(a.Period.Start(), c.Until)
	}
	if err := w.extendable(a, period); err != nil {
		return Extension{}, err
	}
	asks, err := w.mayAskFor(role, a.Person)
	switch {
	case err != nil:
		return Extension{}, err
	case asks:
		l := invitation.Line{Role: a.Role, Unit: a.Unit, Period: period, Properties: a.Properties}
		r, err := w.ask(invitation.ExtendRole, a.ID, a.Person, l)
		return Extension{Request: r}, err
	}
	a, err = w.extend(id, period, RequestID{})
	return Extension{Assignment: a}, err
}

// extendable refuses what would be no extension, and what couldn't be given
// anew today.
func (w *work) extendable(a RoleAssignment, to roles.Period) error {
	if !a.EndedAt.IsZero() {
		return wrongState("assignment", string(a.Ending), string(w.act))
	}
	end, ends := a.Period.End()
	until, limited := to.End()
	if !ends || limited && !until.After(end) {
		return invalidField("until", roles.ProblemOrder, "the role lasts that long already")
	}
	return w.validLine(invitation.Line{Role: a.Role, Unit: a.Unit, Period: w.left(to), Properties: a.Properties}, "")
}

// extend gives a running role another end, on a request or directly.
func (w *work) extend(id AssignmentID, to roles.Period, request RequestID) (RoleAssignment, error) {
	as := w.as
	a, err := w.running(id, "extend")
	if err != nil {
		return a, err
	}
	if err := w.extendable(a, to); err != nil {
		return a, err
	}
	w.as = as
	before := a.Period
	a.Period = to
	a.Window.To = to.Window(w.policy.Location).To
	a.Told = w.toldAtFirst(a.Window.To, w.policy.WarnDays)
	a.Version++
	if err := w.overlapping(a.Assignment); err != nil {
		return a, err
	}
	w.putAssignment(a)
	err = w.record(event{event: EventExtended, person: a.Person, object: "assignment", objectID: a.ID.UUID,
		data: w.assignmentData(a, map[string]string{"before": before.String(), "request": idText(request)})})
	if err != nil {
		return a, err
	}
	return a, w.tellGiven(MessageExtended, a, nil)
}
