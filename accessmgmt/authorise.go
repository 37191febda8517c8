package accessmgmt

import (
	"slices"

	"github.com/egovroles/egovroles/roles"
)

// This file is the only place that says who may do what (decision D14). Every
// command and every list that an actor asks for passes authorise, and every
// role that is given or taken away passes authorisation.role.

// permissions says in which capacities an act on an enterprise may be done.
// What an act isn't listed with is refused.
var permissions = map[Act][]Capacity{
	ActDesignateGAP: {AsRepresentative},
	ActVacateGAP:    {AsRepresentative, AsOperator},
	ActResignGAP:    {AsGAP},

	ActInvite:  {AsGAP},
	ActResend:  {AsGAP},
	ActRevoke:  {AsGAP},
	ActApprove: {AsGAP},
	ActRefuse:  {AsGAP},
	ActAssign:  {AsGAP},
	ActReplace: {AsGAP},
	ActEnd:     {AsGAP},

	// These are a person's own: the invitation whose link he holds, the
	// request he made, what concerns himself. What is his own is looked at
	// where the object is.
	ActAccept:   {AsInvitee},
	ActDecline:  {AsInvitee},
	ActWithdraw: {AsUser},

	ActTasks:       {AsGAP},
	ActInvitations: {AsGAP},
	ActAssignments: {AsGAP},
	ActAudit:       {AsGAP, AsRepresentative, AsOperator},
	ActManagers:    {AsGAP, AsRepresentative, AsOperator},
	ActWhoIsMyGAP:  {AsGAP, AsUser},
}

// managerActs are the acts that a manager's capabilities list.
var managerActs = []Act{
	ActInvite, ActResend, ActRevoke, ActApprove, ActRefuse, ActAssign, ActReplace, ActEnd,
	ActTasks, ActInvitations, ActAssignments, ActManagers, ActAudit, ActResignGAP,
}

// grantors says what kind of manager a capacity is for the catalogue.
var grantors = map[Capacity]roles.Grantors{AsGAP: roles.ByGAP}

// standing is in which capacities a person may act in one enterprise. It is
// worked out anew, from what was just read, for each act.
type standing struct {
	capacities []Capacity
	// stranger has nothing to do with the enterprise; it doesn't exist for
	// him.
	stranger bool
}

// standingIn works out the capacities that the enterprise's own row gives.
// Those that need more (a register, a token, an object) are added by the act.
func (w who) standingIn(e Enterprise, more ...Capacity) standing {
	if w.Capacity == AsOperator {
		// Staff acts as staff, never in an office or for a right of his own.
		return standing{capacities: []Capacity{AsOperator}}
	}
	st := standing{capacities: more}
	if w.known && !e.GAP.IsZero() && e.GAP == w.person.ID {
		st.capacities = append(st.capacities, AsGAP)
	}
	st.stranger = len(st.capacities) == 0
	return st
}

// authorisation is the leave to do one act, in one capacity.
type authorisation struct {
	act Act
	as  Capacity
}

// authorise is the choke point: it returns the first capacity, in the order of
// the permissions, in which the act may be done.
//
// A stranger is told that there is no such thing, whatever he asks about, so
// that a refusal never tells what exists.
func authorise(act Act, st standing) (authorisation, error) {
	for _, allowed := range permissions[act] {
		for _, has := range st.capacities {
			if has == allowed {
				return authorisation{act, has}, nil
			}
		}
	}
	if st.stranger {
		return authorisation{}, notFound()
	}
	if slices.Contains(permissions[act], AsRepresentative) {
		return authorisation{}, denied(CodeNotRepresentative)
	}
	return authorisation{}, denied(CodeNotManager)
}

// role refuses roles that this capacity may not give; whoever may not give a
// role may not take it away, replace it or replace something by it either.
func (a authorisation) role(r roles.Role) error {
	if !r.MayBeGrantedBy(grantors[a.as]) {
		return denied(CodeRoleNotGrantable)
	}
	return nil
}
