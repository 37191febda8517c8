package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// endRights takes everything away from one person in one call (c-22): the roles
// he has, and an invitation that he hasn't answered, by which he would come
// back. The very next check denies.
func (s *story) endRights(ctx context.Context) error {
	leaver, err := s.leaver(ctx)
	if err != nil {
		return err
	}
	if leaver.Person.IsZero() {
		s.say(sayNobodyLeaves)
		return nil
	}
	if err := s.inviteLeaver(ctx, leaver); err != nil {
		return err
	}
	before, err := s.check(ctx, leaver.Person, roles.Read)
	if err != nil {
		return err
	}
	done, err := s.svc.EndAll(ctx, s.gap, accessmgmt.EndAll{Enterprise: s.ent.ID, Person: leaver.Person, Reason: s.in(sayWhyEnd)})
	if err != nil {
		return err
	}
	after, err := s.check(ctx, leaver.Person, roles.Read)
	if err != nil {
		return err
	}
	if after.Allowed || len(done.Kept) > 0 {
		return fmt.Errorf("what was ended still gives a right")
	}
	s.say(sayEnded, leaver.Name(), len(done.Ended), len(done.Revoked), len(done.Refused), s.in(sayWhyEnd))
	s.say(sayEndedCheck, s.reason(before.Reason), s.reason(after.Reason))
	s.lost = leaver.Person
	return s.listMails(ctx)
}

// leaver is the last to be given a role, of those in the people file.
func (s *story) leaver(ctx context.Context) (accessmgmt.Member, error) {
	var leaver accessmgmt.Member
	active, err := s.assignments(ctx, roles.Active)
	if err != nil {
		return leaver, err
	}
	named, err := s.fromFile(ctx)
	for _, it := range active {
		if named[it.Assignment.Person] && it.Assignment.Person != s.replaced {
			leaver = it.Holder
		}
	}
	return leaver, err
}

// inviteLeaver invites who is about to leave to a role of CALISTA, unless an
// earlier run did.
func (s *story) inviteLeaver(ctx context.Context, leaver accessmgmt.Member) error {
	sent, err := s.svc.Invite(ctx, s.gap, accessmgmt.Invite{Enterprise: s.ent.ID,
		Lines: []invitation.Line{{Role: roles.CalistaReader, Period: roles.From(s.svc.Today())}},
		Recipients: []invitation.Invitee{{Person: leaver.Person, GivenName: leaver.GivenName, FamilyName: leaver.FamilyName,
			Email: leaver.Email, Language: leaver.Language}}})
	if err == nil {
		err = accessmgmt.Failed(sent.Results)
	}
	if err != nil && !errors.Is(err, accessmgmt.ErrState) {
		return err
	}
	if err == nil {
		s.say(sayLeaverInvited, s.gap.Identity.Name(), leaver.Name(), s.role(roles.CalistaReader))
	}
	return s.dispatch(ctx) // a mail that is sent too late for its invitation isn't sent
}
