package accessmgmt

import "github.com/egovroles/egovroles/invitation"

// Four eyes: a role that two managers must agree to. The first who approves it,
// or who would give it directly, leaves a request that another approves; see
// work.mayApprove for who may. An enterprise with a single manager can't give
// such a role.

// ask makes the request of a manager who would give a role that needs two. His
// asking is the first approval. A second request for the same is refused,
// naming the one that waits.
func (w *work) ask(kind invitation.RequestKind, target AssignmentID, person PersonID, l invitation.Line) (invitation.Request, error) {
	waiting, err := w.waiting(person)
	if err != nil {
		return invitation.Request{}, err
	}
	if err := w.notAsked(waiting, kind, target, l); err != nil {
		return invitation.Request{}, err
	}
	r, open := w.newRequest(person, l)
	if !open {
		return r, &Error{Kind: ErrState, Code: CodePeriodOver, Err: wrongState("role", "over before it could be given", string(w.act))}
	}
	r.Kind, r.Target, r.RequestedBy = kind, target, w.who.person.ID
	r.Endorsement = invitation.Endorsement{At: w.now, By: w.who.person.ID}
	w.changes.Requests = append(w.changes.Requests, r)
	err = w.record(event{event: EventRequested, person: person, object: "request", objectID: r.ID.UUID, data: map[string]string{
		"role": string(l.Role), "period": l.Period.String(), "unit": idText(l.Unit), "kind": string(kind), "target": idText(target)}})
	if err != nil {
		return r, err
	}
	return r, w.tellSecondApproval(r)
}

// endorse records the first of two approvals.
func (w *work) endorse(r invitation.Request) (invitation.Request, error) {
	r, err := r.Apply(invitation.Endorse, w.now)
	if err != nil {
		return r, err
	}
	r.Endorsement = invitation.Endorsement{At: w.now, By: w.who.person.ID}
	r.Version++
	w.changes.Requests = append(w.changes.Requests, r)
	err = w.record(event{event: EventEndorsed, person: r.Person, object: "request", objectID: r.ID.UUID, data: map[string]string{"role": string(r.Line.Role)}})
	if err != nil {
		return r, err
	}
	return r, w.tellSecondApproval(r)
}

// tellSecondApproval tells the managers who may give the second approval.
func (w *work) tellSecondApproval(r invitation.Request) error {
	name, err := w.nameOf(r.Person)
	if err != nil {
		return err
	}
	by, err := w.nameOf(w.who.person.ID)
	if err != nil {
		return err
	}
	asked, err := w.rolesOf(r.Line)
	if err != nil {
		return err
	}
	return w.tellDeciders(MessageSecondApproval, []invitation.Line{r.Line}, map[string]string{DataPerson: name, DataBy: by, DataRoles: asked})
}
