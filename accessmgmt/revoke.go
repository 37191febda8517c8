package accessmgmt

import (
	"context"

	"github.com/egovroles/egovroles/invitation"
)

// Revoke takes invitations back.
type Revoke struct {
	// ID makes sending the command again harmless; see [CommandID].
	ID         CommandID
	Enterprise EnterpriseID
	Recipients []RecipientID
	Reason     string // told to the recipients; may be empty
}

// Revoke takes back invitations that nobody answered, expired ones too: their
// links stop working and the recipients are told. There is one result for each
// recipient, in order.
func (s *Service) Revoke(ctx context.Context, actor Actor, c Revoke) ([]Result[invitation.Recipient], error) {
	if err := invalid(append(tooMany("recipients", len(c.Recipients)), invitation.ValidateReason(c.Reason)...)); err != nil {
		return nil, fail(ActRevoke, err)
	}
	reason := invitation.CleanText(c.Reason)
	var results []Result[invitation.Recipient]
	err := s.command(ctx, actor, ActRevoke, oneTime(c.ID, c, &results), c.Enterprise, nil, func(w *work) error {
		results = make([]Result[invitation.Recipient], len(c.Recipients))
		done := map[RecipientID]bool{}
		return w.each(len(c.Recipients), func(i int) error {
			inv, r, err := w.recipient(c.Recipients[i])
			if err != nil {
				return err
			}
			if err := w.mayTouchLines(inv.Lines); err != nil {
				return err
			}
			if done[r.ID] {
				r.State = invitation.Revoked
			}
			done[r.ID] = true
			results[i].Value, err = w.revoke(inv, r, reason)
			return err
		}, func(i int, err error) { results[i] = Result[invitation.Recipient]{Err: err} })
	})
	if err != nil {
		return nil, err
	}
	return results, nil
}

// revoke takes one invitation back.
func (w *work) revoke(inv invitation.Invitation, r invitation.Recipient, reason string) (invitation.Recipient, error) {
	r, err := r.Apply(invitation.Revoke, w.now)
	if err != nil {
		return r, err
	}
	offered, err := w.rolesOf(inv.Lines...)
	if err != nil {
		return r, err
	}
	r.Version++
	w.changes.Recipients = append(w.changes.Recipients, r)
	v := r.Invitee
	m := w.tell(MessageRevoked, Addressee{Kind: ToUser, Person: v.Person, Name: joinName(v.GivenName, v.FamilyName), Email: v.Email, Language: v.Language},
		map[string]string{DataRoles: offered, DataReason: reason})
	m.Recipient, m.Generation = r.ID, r.Generation
	return r, w.record(event{event: EventRevoked, person: v.Person, object: "recipient", objectID: r.ID.UUID,
		data: map[string]string{"invitation": r.Invitation.String()}, details: map[string]string{"reason": reason}})
}
