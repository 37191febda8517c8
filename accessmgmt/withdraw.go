package accessmgmt

import (
	"context"

	"github.com/egovroles/egovroles/invitation"
)

// Withdraw takes back one's own requests.
type Withdraw struct {
	// ID makes sending the command again harmless; see [CommandID].
	ID       CommandID
	Requests []RequestRef
}

// Withdraw takes back requests of the actor's own that nobody decided; the
// managers are told. Somebody else's are [ErrNotFound]. There is one result
// for each, in order.
func (s *Service) Withdraw(ctx context.Context, actor Actor, c Withdraw) ([]Result[invitation.Request], error) {
	return decideRequests(s, ctx, actor, requestDecision[invitation.Request]{act: ActWithdraw, id: c.ID, requests: c.Requests,
		decide: func(w *work, r invitation.Request) (invitation.Request, error) { return w.withdraw(r) }})
}

func (w *work) withdraw(r invitation.Request) (invitation.Request, error) {
	if r.Person != w.who.person.ID {
		return r, notFound()
	}
	r, err := r.Apply(invitation.Withdraw, w.now)
	if err != nil {
		return r, err
	}
	r = w.decided(r, "")
	w.changes.Requests = append(w.changes.Requests, r)
	err = w.record(event{event: EventWithdrawn, person: r.Person, object: "request", objectID: r.ID.UUID, data: map[string]string{"role": string(r.Line.Role)}})
	if err != nil {
		return r, err
	}
	name, err := w.nameOf(r.Person)
	if err != nil {
		return r, err
	}
	asked, err := w.rolesOf(r.Line)
	if err != nil {
		return r, err
	}
	return r, w.tellGAP(MessageWithdrawn, map[string]string{DataPerson: name, DataRoles: asked})
}

// ownCapacity is the capacity an act on one's own object is done in.
func ownCapacity(act Act) []Capacity {
	if act == ActWithdraw {
		return []Capacity{AsUser}
	}
	return nil
}
