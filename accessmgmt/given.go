package accessmgmt

import (
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// One role of one person: as it is given, as it is, as it ends.

// assignment makes the assignment of a line to a person. A first day that has
// begun takes effect now (D27).
func (w *work) assignment(person PersonID, l invitation.Line) RoleAssignment {
	window := l.Period.Window(w.policy.Location).NotBefore(w.now)
	return RoleAssignment{
		Assignment: roles.Assignment{ID: AssignmentID{UUID: w.newID()}, Person: person, Enterprise: w.ent.ID, Unit: l.Unit, Role: l.Role, Period: l.Period, Window: window, Properties: l.Properties},
		GivenBy:    w.who.person.ID, GivenAs: w.as, GivenAt: w.now,
		Told: w.toldAtFirst(window.To, w.policy.WarnDays), Version: 1,
	}
}

// assignmentData is what the audit says of an assignment.
func (w *work) assignmentData(a RoleAssignment, more map[string]string) map[string]string {
	data := map[string]string{"role": string(a.Role), "period": a.Period.String(), "unit": idText(a.Unit), "self": yes(a.Person == w.who.person.ID)}
	for k, v := range more {
		data[k] = v
	}
	return data
}

// tellGiven tells the user and the managers of a role, as the lines shown have
// it; without any, as it is given.
func (w *work) tellGiven(ev MessageEvent, a RoleAssignment, more map[string]string, shown ...invitation.Line) error {
	// All who are named below, in one read.
	if err := w.readMembers([]PersonID{a.Person, w.who.person.ID, w.ent.GAP}); err != nil {
		return err
	}
	name, err := w.nameOf(a.Person)
	if err != nil {
		return err
	}
	by, err := w.nameOf(w.who.person.ID)
	if err != nil {
		return err
	}
	if len(shown) == 0 {
		shown = []invitation.Line{lineFor(a, a.Period)}
	}
	given, err := w.rolesOf(shown...)
	if err != nil {
		return err
	}
	data := map[string]string{DataPerson: name, DataBy: by, DataRoles: given}
	for k, v := range more {
		data[k] = v
	}
	user, _, err := w.member(a.Person)
	if err != nil {
		return err
	}
	to, err := w.managers()
	if err != nil {
		return err
	}
	w.tellEach(ev, append([]Addressee{user.addressee(ToUser)}, to...), data)
	return nil
}

// current reads an assignment of this enterprise, with what this command has
// done to it.
func (w *work) current(id AssignmentID) (RoleAssignment, error) {
	found, err := w.store.Assignments(w.ctx, w.ent.ID, []AssignmentID{id})
	if err != nil {
		return RoleAssignment{}, err
	}
	if len(found) == 0 {
		return RoleAssignment{}, notFound()
	}
	a := found[0]
	for _, i := range w.written[a.Person] {
		if changed := w.changes.Assignments[i]; changed.ID == id {
			a = changed
		}
	}
	return a, nil
}

// running reads an assignment that is in force or to come, and that this actor
// may take away.
func (w *work) running(id AssignmentID, what string) (RoleAssignment, error) {
	a, err := w.current(id)
	if err != nil {
		return RoleAssignment{}, err
	}
	if err := w.mayTouch(a.Role); err != nil {
		return RoleAssignment{}, err
	}
	return a, w.isRunning(a, what)
}

func (w *work) isRunning(a RoleAssignment, what string) error {
	if state := a.StateAt(w.now); state != roles.Active && state != roles.Scheduled {
		return wrongState("assignment", string(state), what)
	}
	return nil
}

// ended returns an assignment ended by the actor, now.
func (w *work) ended(a RoleAssignment, how Ending, reason string) RoleAssignment {
	a.EndedAt, a.EndedBy, a.Ending, a.EndReason = w.now, w.who.person.ID, how, reason
	a.Version++
	return a
}
