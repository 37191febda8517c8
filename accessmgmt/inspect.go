package accessmgmt

import (
	"context"
	"errors"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// Inspection is what the holder of a link sees before he answers.
type Inspection struct {
	EnterpriseName   string
	EnterpriseNumber EnterpriseNumber
	// Offered is what the invitation offers.
	Offered []invitation.Line
	// Units are what the establishment units are called that it offers roles for.
	Units   map[UnitID]UnitName
	Message string
	// GivenName and FamilyName are the invited person's, as the manager
	// wrote them.
	GivenName  string
	FamilyName string
	Language   roles.Language
	// State tells whether it can still be answered, and until when.
	State   invitation.RecipientState
	Expires roles.Date
}

// Inspect returns what an invitation offers, for the page that its link opens.
// It changes nothing, however often it is called: mail scanners follow links.
// A link that was never sent, or that a resend replaced, is [ErrNotFound] with
// CodeTokenUnknown and tells nothing more.
func (s *Service) Inspect(ctx context.Context, token Token) (Inspection, error) {
	r, err := s.byToken(ctx, token)
	if err != nil {
		return Inspection{}, fail(ActInspect, err)
	}
	ent, err := s.store.Enterprise(ctx, r.Enterprise)
	if err != nil {
		return Inspection{}, fail(ActInspect, err)
	}
	invitations, err := s.invitationsOf(ctx, r.Enterprise, []invitation.Recipient{r})
	if err != nil {
		return Inspection{}, fail(ActInspect, err)
	}
	inv := invitations[r.Invitation]
	units, err := s.unitNames(ctx, r.Enterprise, unitsIn(inv.Lines))
	if err != nil {
		return Inspection{}, fail(ActInspect, err)
	}
	return Inspection{
		EnterpriseName: ent.Name, EnterpriseNumber: ent.Number, Offered: inv.Lines, Units: units, Message: inv.Message,
		GivenName: r.Invitee.GivenName, FamilyName: r.Invitee.FamilyName, Language: r.Invitee.Language,
		State: r.StateAt(s.now()), Expires: r.Expires,
	}, nil
}

// byToken finds the recipient a token is of. Every call that takes a token
// comes through here.
func (s *Service) byToken(ctx context.Context, token Token) (invitation.Recipient, error) {
	unknown := &Error{Kind: ErrNotFound, Code: CodeTokenUnknown}
	if token.IsZero() {
		return invitation.Recipient{}, unknown
	}
	r, err := s.store.RecipientByToken(ctx, token.Hash())
	if errors.Is(err, ErrNotFound) {
		return invitation.Recipient{}, unknown
	}
	return r, err
}
