package accessmgmt

import "github.com/egovroles/egovroles/roles"

// ReasonClosed is all that a person is told of an enterprise in which nobody has
// access now: that it is suspended, or has no GAP, is its managers' to know.
const ReasonClosed roles.Reason = "closed"

// OwnAccess is what a person may be shown of a decision about himself: his own
// roles, and what each lacks. It names no other person, gives no reasons that
// managers or staff wrote, and says nothing of an enterprise in which he never
// had a role, not even whether it exists.
type OwnAccess struct {
	Allowed bool         `json:"allowed"`
	Reason  roles.Reason `json:"reason"`
	Roles   []OwnRole    `json:"roles,omitempty"`
}

// OwnRole is one of a person's own assignments, and what it alone answers.
type OwnRole struct {
	Assignment AssignmentID          `json:"assignment"`
	Role       roles.Code            `json:"role"`
	Unit       UnitID                `json:"unit,omitzero"`
	Period     roles.Period          `json:"period"`
	State      roles.AssignmentState `json:"state"`
	Reason     roles.Reason          `json:"reason"`
}

// Own returns what of an explanation the person whom it is about may see.
func (e Explanation) Own() OwnAccess {
	own := OwnAccess{Allowed: e.Decision.Allowed, Reason: e.Decision.Reason}
	for _, a := range e.Assignments {
		own.Roles = append(own.Roles, OwnRole{
			Assignment: a.Assignment.ID, Role: a.Assignment.Role, Unit: a.Assignment.Unit,
			Period: a.Assignment.Period, State: a.State, Reason: a.Reason,
		})
	}
	switch {
	case own.Allowed:
	case len(own.Roles) == 0:
		own.Reason = roles.ReasonNoAssignment
	case own.Reason == ReasonSuspended || own.Reason == ReasonNoGAP:
		own.Reason = ReasonClosed
		for i := range own.Roles {
			if own.Roles[i].Reason == roles.ReasonAllowed {
				own.Roles[i].Reason = ReasonClosed
			}
		}
	case own.Reason == ReasonUnknownUnit:
		// Whether such a unit was ever there isn't his to know either: he is told
		// what he would be told of one that his roles aren't for.
		own.Reason = roles.ReasonNoAssignment
		for i := range own.Roles {
			if own.Roles[i].Reason == roles.ReasonAllowed {
				own.Roles[i].Reason = roles.ReasonWrongUnit
			}
			own.Reason = roles.Nearer(own.Reason, own.Roles[i].Reason)
		}
	}
	return own
}
