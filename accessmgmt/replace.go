package accessmgmt

import (
	"context"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// Replace puts one role in the place of another.
type Replace struct {
	// ID makes sending the command again harmless; see [CommandID].
	ID         CommandID
	Enterprise EnterpriseID
	Assignment AssignmentID
	// Line is the new role; the old one ends when it starts.
	Line invitation.Line
}

// Replacement is what [Service.Replace] did. When the new role needs two
// managers, nothing has changed yet: Request waits for the second, and the
// others are zero.
type Replacement struct {
	Ended   RoleAssignment     `json:"ended,omitzero"`
	Given   RoleAssignment     `json:"given,omitzero"`
	Request invitation.Request `json:"request,omitzero"`
	// GateMissing is as in [Assigned], for the role given.
	GateMissing roles.ApplicationCode `json:"gate_missing,omitzero"`
}

// Replace ends one assignment and starts another in one step (S1 §4 « modifier
// le rôle »; D1, D27): there is no instant with both, nor one with neither,
// unless the old role ends by itself before the new one starts. The
// actor must be allowed to give both roles. An assignment that is over is
// [ErrState]. The user and the managers are told.
func (s *Service) Replace(ctx context.Context, actor Actor, c Replace) (Replacement, error) {
	var done Replacement
	err := s.command(ctx, actor, ActReplace, oneTime(c.ID, c, &done), c.Enterprise, nil, func(w *work) error {
		old, err := w.running(c.Assignment, "replace")
		if err != nil {
			return err
		}
		role, err := w.mayGive(c.Line.Role, old.Person, "line.role")
		if err != nil {
			return err
		}
		if err := w.validLine(c.Line, "line"); err != nil {
			return err
		}
		asks, err := w.mayAskFor(role, old.Person)
		switch {
		case err != nil:
			return err
		case asks:
			if err := w.replaceable(old); err != nil {
				return err
			}
			done = Replacement{}
			done.Request, err = w.ask(invitation.ReplaceRole, old.ID, old.Person, c.Line)
			return err
		}
		if done, err = w.replace(c.Assignment, c.Line, RequestID{}); err != nil {
			return err
		}
		done.GateMissing, err = w.gateMissing(done.Given)
		return err
	})
	if err != nil {
		return Replacement{}, err
	}
	return done, nil
}

// replaceable refuses one that is to end on a day to come; only End is possible.
func (w *work) replaceable(old RoleAssignment) error {
	if !old.EndedAt.IsZero() {
		return wrongState("assignment", string(old.Ending), string(w.act))
	}
	return nil
}

// replace puts a line in the place of an assignment, on a request or directly.
// The new role was looked at before.
func (w *work) replace(target AssignmentID, l invitation.Line, request RequestID) (Replacement, error) {
	as := w.as
	old, err := w.running(target, "replace")
	if err != nil {
		return Replacement{}, err
	}
	if err := w.replaceable(old); err != nil {
		return Replacement{}, err
	}
	w.as = as
	given := w.assignment(old.Person, l)
	given.Replaces, given.Request = old.ID, request
	if given.Window.Empty() { // only a request can have become too old
		return Replacement{}, &Error{Kind: ErrState, Code: CodePeriodOver, Err: wrongState("request", "over: what it asks for has ended", "approve")}
	}
	ended := w.ended(old, EndedByReplace, "")
	ended.EndedAt, ended.ReplacedBy = given.Window.From, given.ID
	if _, err := w.assignmentsOf(old.Person); err != nil {
		return Replacement{}, err
	}
	w.putAssignment(ended) // first, so that it doesn't overlap the new one
	if err := w.overlapping(given.Assignment); err != nil {
		return Replacement{}, err
	}
	w.putAssignment(given)
	data := map[string]string{"replaces": old.ID.String(), "replaced_role": string(old.Role), "request": idText(request)}
	err = w.record(event{event: EventReplaced, person: old.Person, object: "assignment", objectID: given.ID.UUID, data: w.assignmentData(given, data)})
	if err != nil {
		return Replacement{}, err
	}
	return Replacement{Ended: ended, Given: given}, w.tellGiven(MessageReplaced, given, nil, lineFor(old, old.Period), lineFor(given, given.Period))
}
