package accessmgmt

import (
	"slices"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// This file is the only place that says who may do what (decision D14). Every
// command and every list that an actor asks for passes authorise, and every
// role that is given or taken away passes authorisation.give or .touch.

// managers are all who manage roles in an enterprise. Which roles, is for
// authorisation.give to say.
var managers = []Capacity{AsGAP, AsCoGAP, AsAccessManager, AsManagingRole}

// permissions says in which capacities an act on an enterprise may be done, the
// strongest first. What an act isn't listed with is refused.
var permissions = map[Act][]Capacity{
	ActDesignateGAP: {AsRepresentative},
	ActVacateGAP:    {AsRepresentative, AsOperator},
	ActResignGAP:    {AsGAP},
	ActRequestGAP:   {AsOperator, AsUser},
	ActDecideGAP:    {AsOperator},

	// A co-GAP can't name managers. The last three of remove_manager may end
	// their own term alone.
	ActNameManager:   {AsGAP},
	ActRemoveManager: {AsGAP, AsCoGAP, AsAccessManager},

	ActAddUnit:   {AsGAP, AsCoGAP},
	ActCloseUnit: {AsGAP, AsCoGAP},
	ActMoveUnit:  {AsOperator},
	ActSuspend:   {AsOperator},
	ActResume:    {AsOperator},

	// A person exports what is his own, and nobody erases himself.
	ActErasePerson:  {AsOperator},
	ActExportPerson: {AsOperator, AsUser},

	ActInvite:       managers,
	ActResend:       managers,
	ActRevoke:       managers,
	ActApprove:      managers,
	ActRefuse:       managers,
	ActAssign:       managers,
	ActReplace:      managers,
	ActExtend:       managers,
	ActEnd:          managers,
	ActEndAll:       managers,
	ActSaveTemplate: managers,
	ActEditTemplate: managers,

	// These are a person's own: the invitation whose link he holds, the
	// request he made, the role he has. What is his own is looked at where the
	// object is.
	ActAccept:   {AsInvitee},
	ActDecline:  {AsInvitee},
	ActWithdraw: {AsUser},
	ActGiveBack: {AsUser},

	ActTasks:       managers,
	ActInvitations: managers,
	ActAssignments: managers,
	ActTemplates:   managers,
	ActFindPersons: managers,
	ActUnits:       {AsGAP, AsCoGAP, AsAccessManager, AsManagingRole, AsOperator},
	ActAudit:       {AsGAP, AsCoGAP, AsRepresentative, AsOperator},
	ActManagers:    {AsGAP, AsCoGAP, AsAccessManager, AsRepresentative, AsOperator},
	ActCandidacies: {AsOperator},
	ActDeadMails:   {AsOperator},
	ActRetryMails:  {AsOperator},
	ActDropMails:   {AsOperator},
	ActWhoIsMyGAP:  {AsGAP, AsCoGAP, AsAccessManager, AsManagingRole, AsUser},
}

// gives are the acts that give access or prepare it. While an enterprise is
// suspended they are refused (c-24); what takes access away isn't.
var gives = map[Act]bool{
	ActInvite: true, ActResend: true, ActAccept: true, ActApprove: true, ActAssign: true, ActReplace: true, ActExtend: true,
	ActSaveTemplate: true, ActNameManager: true, ActAddUnit: true,
}

// managerActs are the acts that a manager's capabilities list.
var managerActs = []Act{
	ActInvite, ActResend, ActRevoke, ActApprove, ActRefuse, ActAssign, ActReplace, ActExtend, ActEnd, ActEndAll,
	ActSaveTemplate, ActEditTemplate, ActNameManager, ActRemoveManager, ActAddUnit, ActCloseUnit,
	ActTasks, ActInvitations, ActAssignments, ActTemplates, ActFindPersons, ActUnits, ActManagers, ActAudit, ActResignGAP,
}

// staffActs are those that the portal's staff may do in an enterprise.
var staffActs = []Act{ActVacateGAP, ActCandidacies, ActDecideGAP, ActMoveUnit, ActSuspend, ActResume, ActDeadMails, ActRetryMails, ActDropMails}

// grant is the right to manage roles, in one capacity.
type grant struct {
	as Capacity
	by roles.Grantors
	// applications are those whose roles; nil: all.
	applications []roles.ApplicationCode
}

func (g grant) covers(app roles.ApplicationCode) bool {
	return g.applications == nil || slices.Contains(g.applications, app)
}

// standing is in which capacities a person may act in one enterprise. It is
// worked out anew, from what was just read, for each act; see work.standing.
type standing struct {
	capacities []Capacity
	grants     []grant
	// others gives the rest of the grants, for one who is the GAP: they need
	// reads that hardly ever make a difference. Nil: there are none.
	others func() ([]grant, error)
	// suspended: nothing may be given in the enterprise.
	suspended bool
}

// stranger has nothing to do with the enterprise; it doesn't exist for him.
func (st standing) stranger() bool { return len(st.capacities) == 0 }

// authorisation is the leave to do one act, in one capacity.
type authorisation struct {
	act    Act
	as     Capacity
	grants []grant
	others func() ([]grant, error)
}

// authorise is the choke point: it returns the first capacity, in the order of
// the permissions, in which the act may be done.
//
// A stranger is told that there is no such thing, whatever he asks about, so
// that a refusal never tells what exists.
func authorise(act Act, st standing) (authorisation, error) {
	for _, allowed := range permissions[act] {
		if !slices.Contains(st.capacities, allowed) {
			continue
		}
		if st.suspended && gives[act] {
			return authorisation{}, &Error{Kind: ErrState, Code: CodeSuspended, Err: wrongState("enterprise", "suspended", string(act))}
		}
		return authorisation{act, allowed, st.grants, st.others}, nil
	}
	if st.stranger() {
		return authorisation{}, notFound()
	}
	switch {
	case slices.Contains(permissions[act], AsRepresentative):
		return authorisation{}, denied(CodeNotRepresentative)
	case slices.Equal(permissions[act], []Capacity{AsOperator}):
		return authorisation{}, denied(CodeStaffOnly)
	}
	return authorisation{}, denied(CodeNotManager)
}

// give returns in which capacity a role may be given. One that this actor may
// not see the application of doesn't exist for him.
func (a *authorisation) give(r roles.Role) (Capacity, error) {
	seen := false
	grants := a.grants
	for {
		for _, g := range grants {
			if !g.covers(r.Code.Application()) {
				continue
			}
			seen = true
			if r.MayBeGrantedBy(g.by) {
				return g.as, nil
			}
		}
		var err error
		if grants, err = a.rest(); err != nil {
			return "", err
		}
		if len(grants) == 0 {
			break
		}
	}
	if !seen {
		return "", notFound()
	}
	return "", denied(CodeRoleNotGrantable)
}

// rest loads the grants that weren't yet and returns them: none when all were.
func (a *authorisation) rest() ([]grant, error) {
	if a.others == nil {
		return nil, nil
	}
	more, err := a.others()
	if err != nil {
		return nil, err
	}
	a.others = nil
	a.grants = slices.Concat(a.grants, more)
	return more, nil
}

// touch refuses to take away, replace or refuse a role that this actor may not
// give (c-7d). A retired role may be taken away by whoever could give it; one
// that the catalogue no longer has, by any manager of its application.
func (a *authorisation) touch(c *roles.Catalogue, code roles.Code) (Capacity, error) {
	r, known := c.Role(code)
	if known {
		r.Retired = false
		return a.give(r)
	}
	for _, g := range a.grants {
		if g.covers(code.Application()) {
			return g.as, nil
		}
	}
	return "", notFound()
}

// sees reports whether this actor may see the roles of an application.
func (a *authorisation) sees(app roles.ApplicationCode) bool {
	return slices.ContainsFunc(a.grants, func(g grant) bool { return g.covers(app) })
}

// mayGive is where every path that gives a role passes, whoever it is for: by
// invitation, approval, directly, in place of another or for longer (c-7, c-29).
// person is the one it is for, zero while nobody is bound to it. A role that the
// catalogue doesn't have is a problem of the field.
func (w *work) mayGive(code roles.Code, person PersonID, field string) (roles.Role, error) {
	r, ok := w.catalogue.Role(code)
	if !ok {
		return r, invalidField(field, roles.ProblemUnknown, "the catalogue has no such role")
	}
	as, err := w.auth.give(r)
	if err != nil {
		return r, err
	}
	w.as = as
	if w.policy.SelfApproval == ForbidSelf && w.isSelf(person) {
		return r, denied(CodeSelfApproval)
	}
	return r, nil
}

// isSelf reports whether a person is the actor himself, under whatever account.
func (w *work) isSelf(person PersonID) bool { return !person.IsZero() && w.who.person.is(person) }

// mayApprove refuses an approval that isn't this actor's to give, under the
// terms of the request, or those of today where they are stricter (c-31), and
// reports whether it is only the first of two. Under four eyes two managers
// approve, neither of whom gets the role (c-29, c-30). A manager who asked for
// it directly has given the first approval by that.
func (w *work) mayApprove(r invitation.Request) (first bool, err error) {
	role, err := w.mayGive(r.Line.Role, r.Person, "role")
	if err != nil {
		return false, err
	}
	fourEyes := role.FourEyes || r.Terms.FourEyes
	switch {
	case (fourEyes || r.Terms.NoSelfApproval) && w.isSelf(r.Person):
		return false, denied(CodeSelfApproval)
	case !fourEyes:
		return false, nil
	case r.Endorsement.At.IsZero():
		return true, nil
	case r.Endorsement.By == w.who.person.ID:
		return false, denied(CodeSecondManager)
	}
	stands, err := w.stillGives(r.Endorsement.By, role)
	return err == nil && !stands, err
}

// stillGives reports whether the manager who gave a first approval could give it
// now. Of one who lost his office, or may not give the role any more, it counts
// no longer, and the next is the first.
func (w *work) stillGives(person PersonID, role roles.Role) (bool, error) {
	st, err := w.standing(w.ctx, who{Actor: Actor{Capacity: AsUser}, person: Person{ID: person}, known: true}, w.ent, w.now)
	if err != nil {
		return false, err
	}
	auth := authorisation{act: ActApprove, grants: st.grants, others: st.others}
	if _, err := auth.give(role); err != nil {
		if isAnswer(err) {
			return false, nil
		}
		return false, err
	}
	return true, nil
}

// mayAskFor says whether giving a role directly is only asking another manager
// for it, because the role needs two.
func (w *work) mayAskFor(role roles.Role, person PersonID) (bool, error) {
	if role.FourEyes && w.isSelf(person) {
		return false, denied(CodeSelfApproval)
	}
	return role.FourEyes, nil
}

// mayTouch refuses to end, replace or refuse a role that this actor may not
// give. That it is his own makes no difference: he may always lose it.
func (w *work) mayTouch(code roles.Code) error {
	as, err := w.auth.touch(w.catalogue, code)
	if err != nil {
		return err
	}
	w.as = as
	return nil
}
