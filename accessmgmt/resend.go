package accessmgmt

import (
	"context"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// Resend asks for another e-mail to one recipient, with a new link.
type Resend struct {
	// ID makes sending the command again harmless; see [CommandID].
	ID         CommandID
	Enterprise EnterpriseID
	Recipient  RecipientID
	// Expires is the new last day to answer. Zero: as many days from today as
	// the policy says.
	Expires roles.Date
}

// Resend sends an invitation again, also one that has expired. The link sent
// before stops working; the recipient keeps his id (D34). When another
// invitation to that address for one of its roles is open meanwhile, it is
// [ErrState] with CodeAlreadyInvited (D26); of a person named by his id holds
// what [Service.Invite] says. So does it of the mails that a day allows
// (CodeTooManyInvitations). When what it offers couldn't be
// offered anew today, for what is left of its period, it is [ErrDenied] with
// CodeRoleNotGrantable (c-7c).
func (s *Service) Resend(ctx context.Context, actor Actor, c Resend) (invitation.Recipient, error) {
	var done invitation.Recipient
	err := s.command(ctx, actor, ActResend, oneTime(c.ID, c, &done), c.Enterprise, nil, func(w *work) error {
		inv, r, err := w.recipient(c.Recipient)
		if err != nil {
			return err
		}
		if err := w.stillMayOffer(inv.Lines, []invitation.Invitee{r.Invitee}); err != nil {
			return err
		}
		if r, err = r.Apply(invitation.Resend, w.now); err != nil {
			return err
		}
		if len(w.requestsFor(inv, r)) == 0 { // nobody could accept it
			return &Error{Kind: ErrState, Code: CodePeriodOver, Err: wrongState("recipient", "over: what it offers has ended", "resend")}
		}
		// An expired one may have been followed by another since (D26).
		there, err := w.readAddressed([]invitation.Invitee{r.Invitee}, inv.Lines)
		if err != nil {
			return err
		}
		if err := notYetInvited(r.Invitee, inv.Lines, there, r.ID); err != nil {
			return err
		}
		if err := w.mayBeNamed(r.Invitee, "recipient", inv.Lines, there); err != nil {
			return err
		}
		expires := c.Expires
		if expires.IsZero() {
			expires = w.today(w.now).AddDays(w.policy.InvitationDays)
		}
		rules, err := w.rules(nil)
		if err != nil {
			return err
		}
		if err := invalid(invitation.Draft{Expires: expires}.Validate(invitation.StepDetails, rules)); err != nil {
			return err
		}
		w.readFull([]Email{r.Invitee.Email})
		if err := w.post(r.Invitee.Email); err != nil {
			return err
		}
		done = w.issue(r, expires)
		w.changes.Recipients = append(w.changes.Recipients, done)
		if err := w.tellInvited(inv, done); err != nil {
			return err
		}
		return w.record(event{event: EventResent, person: r.Invitee.Person, object: "recipient", objectID: r.ID.UUID,
			data: map[string]string{"invitation": inv.ID.String(), "expires": expires.String()}})
	})
	if err != nil {
		return invitation.Recipient{}, err
	}
	return done, nil
}

// recipient reads a recipient of this enterprise with his invitation.
func (w *work) recipient(id RecipientID) (invitation.Invitation, invitation.Recipient, error) {
	found, err := w.store.Recipients(w.ctx, w.ent.ID, []RecipientID{id})
	if err != nil {
		return invitation.Invitation{}, invitation.Recipient{}, err
	}
	if len(found) == 0 {
		return invitation.Invitation{}, invitation.Recipient{}, notFound()
	}
	invitations, err := w.invitationsOf(found)
	return invitations[found[0].Invitation], found[0], err
}
