package accessmgmt

import (
	"context"

	"github.com/egovroles/egovroles/invitation"
)

// Decline is how an invited person declines.
type Decline struct {
	// ID makes sending the command again harmless; see [CommandID].
	ID     CommandID
	Reason string // told to the managers; may be empty
}

// Decline declines an invitation; the managers are told. Errors are those of
// [Service.Accept].
func (s *Service) Decline(ctx context.Context, actor Actor, token Token, c Decline) error {
	if err := invalid(invitation.ValidateReason(c.Reason)); err != nil {
		return fail(ActDecline, err)
	}
	reason := invitation.CleanText(c.Reason)
	return s.answer(ctx, actor, ActDecline, oneTime(c.ID, c, new(struct{}), token.Reveal()), token, func(w *work, inv invitation.Invitation, r invitation.Recipient) error {
		r, err := r.Apply(invitation.Decline, w.now)
		if err != nil {
			return err
		}
		if err := w.meets(w.who.person); err != nil {
			return err
		}
		id := w.who.Identity
		r.Answer = invitation.Answer{At: w.now, Person: w.who.person.ID, GivenName: id.GivenName, FamilyName: id.FamilyName, Reason: reason}
		r.Version++
		w.changes.Recipients = append(w.changes.Recipients, r)
		v := r.Invitee
		offered, err := w.rolesOf(inv.Lines...)
		if err != nil {
			return err
		}
		if err := w.tellGAP(MessageDeclined, map[string]string{DataPerson: joinName(v.GivenName, v.FamilyName), DataRoles: offered, DataReason: reason}); err != nil {
			return err
		}
		return w.record(event{event: EventDeclined, person: w.who.person.ID, object: "recipient", objectID: r.ID.UUID,
			data:    map[string]string{"invitation": r.Invitation.String()},
			details: map[string]string{"given_name": id.GivenName, "family_name": id.FamilyName, "reason": reason}})
	})
}
