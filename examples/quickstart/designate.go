package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// designate is §2.3 of « Mon Espace »: the legal representative registers the
// enterprise and makes another person the GAP.
func (s *story) designate(ctx context.Context) error {
	known, err := s.identify(ctx, luc())
	if err != nil {
		return err
	}
	if !known.IsZero() && known == s.ent.GAP {
		s.gap = luc()
		s.say(sayStillGAP, luc().Identity.Name())
		return nil
	}
	done, err := s.svc.DesignateGAP(ctx, chloe(), accessmgmt.DesignateGAP{
		Enterprise: enterpriseNumber,
		GAP: accessmgmt.Candidate{GivenName: "Luc", FamilyName: "Maes", Number: lucNumber(), Email: lucAddress,
			Phone: "+32 81 00 00 00", Language: s.lang},
		Contact: officeAddress, Language: s.lang,
	})
	if err != nil {
		return err
	}
	switch {
	case done.Replaced == nil && !s.ent.ID.IsZero(): // vacant: an earlier run was stopped there
		s.say(sayDesignatedVacant, chloe().Identity.Name(), luc().Identity.Name())
	case done.Replaced == nil:
		s.say(sayRegistered, chloe().Identity.Name(), done.Enterprise.Name, done.Enterprise.Number)
	default:
		s.say(sayDesignatedAgain, chloe().Identity.Name(), luc().Identity.Name(), s.gap.Identity.Name())
	}
	s.ent, s.gap = done.Enterprise, luc()
	s.table([]text{wordNumber, wordEnterprise, wordGAP, wordSince},
		[][]string{{s.ent.Number.String(), s.ent.Name, luc().Identity.Name(), s.instant(done.GAP.From)}})
	return s.showMails(ctx)
}

// gapLogsIn shows by what the GAP is recognised when he comes.
func (s *story) gapLogsIn(ctx context.Context) error {
	withoutNumber := luc()
	withoutNumber.Identity.Number = accessmgmt.SSIN{}
	byAccount, err := s.identify(ctx, withoutNumber)
	if err != nil {
		return err
	}
	person, err := s.identify(ctx, luc())
	switch {
	case err != nil:
		return err
	case person != s.ent.GAP:
		return errors.New("whoever was designated isn't recognised")
	case byAccount.IsZero():
		s.say(sayFirstLogin, luc().Identity.Name())
	default:
		s.say(sayLogin, luc().Identity.Name())
	}
	can, err := s.svc.Capabilities(ctx, s.gap, s.ent.ID)
	if err != nil {
		return err
	}
	s.say(sayCapabilities, len(can.Acts), len(can.Roles))
	return nil
}

// changeGAP lets the representative take the office herself: the one who was
// in it can do nothing any more, and the roles he gave stay. While the office
// is vacant, the co-GAP is who can look.
func (s *story) changeGAP(ctx context.Context) error {
	before, err := s.assignmentsFor(ctx, karim.login(), roles.Active)
	if err != nil {
		return err
	}
	former := s.gap
	done, err := s.svc.DesignateGAP(ctx, chloe(), accessmgmt.DesignateGAP{
		Enterprise: enterpriseNumber, Self: true, GAP: accessmgmt.Candidate{Email: chloeAddress, Language: s.lang},
		Contact: officeAddress, Language: s.lang,
	})
	if err != nil {
		return err
	}
	s.ent, s.gap = done.Enterprise, chloe()
	s.say(sayTookOffice, s.gap.Identity.Name(), former.Identity.Name())

	p := s.people[0]
	_, err = s.svc.Invite(ctx, former, accessmgmt.Invite{Enterprise: s.ent.ID, Lines: []invitation.Line{p.role}, Recipients: []invitation.Invitee{p.invitee}})
	if !errors.Is(err, accessmgmt.ErrNotFound) {
		return fmt.Errorf("the former GAP may still act: %w", err)
	}
	can, err2 := s.svc.Capabilities(ctx, former, s.ent.ID)
	if err2 != nil {
		return err2
	}
	s.say(sayFormerGAP, former.Identity.Name(), len(can.Acts), s.state(accessmgmt.Code(err)))

	after, err := s.assignments(ctx, roles.Active)
	if err != nil {
		return err
	}
	if len(after) != len(before) {
		return fmt.Errorf("there were %d roles in force, now there are %d", len(before), len(after))
	}
	s.say(sayRolesStay, len(after))
	if err := s.gapIsNoUser(ctx); err != nil {
		return err
	}
	return s.listMails(ctx)
}

// gapIsNoUser shows §3 of « Mon Espace »: the GAP is no user, and to be one
// must give himself a role.
func (s *story) gapIsNoUser(ctx context.Context) error {
	d, err := s.check(ctx, s.ent.GAP, roles.Read)
	if err != nil {
		return err
	}
	if d.Allowed {
		s.say(sayGAPHasRole, s.gap.Identity.Name())
		return nil
	}
	s.say(sayGAPNoUser, s.gap.Identity.Name(), s.reason(d.Reason))
	_, err = s.give(ctx, accessmgmt.Assignee{Person: s.ent.GAP}, invitation.Line{Role: roles.Reader, Period: roles.From(s.svc.Today())})
	if err != nil {
		return err
	}
	if d, err = s.check(ctx, s.ent.GAP, roles.Read); err != nil {
		return err
	}
	s.say(sayGAPGaveRole, s.role(roles.Reader), s.reason(d.Reason))
	return nil
}
