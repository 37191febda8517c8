package main

import (
	"context"
	"slices"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// invite is §3.2.1: the GAP invites those of the people file who haven't what
// it says, with one invitation for each role and period.
func (s *story) invite(ctx context.Context) error {
	if err := s.gapLogsIn(ctx); err != nil {
		return err
	}
	now, err := s.standings(ctx)
	if err != nil {
		return err
	}
	var rows [][]string
	var lines []invitation.Line
	recipients := map[invitation.Line][]invitation.Invitee{}
	for _, p := range s.people {
		what, open, err := now.of(ctx, p)
		if err != nil {
			return err
		}
		line := s.fromToday(p.role)
		switch what {
		case doOver:
			line = p.role // as it was written
		case doResend:
			if _, err := s.svc.Resend(ctx, s.gap, accessmgmt.Resend{Enterprise: s.ent.ID, Recipient: open}); err != nil {
				return err
			}
		case doInvite:
			if !open.IsZero() {
				if err := s.revoke(ctx, open); err != nil {
					return err
				}
			}
			if len(recipients[line]) == 0 {
				lines = append(lines, line)
			}
			recipients[line] = append(recipients[line], p.invitee)
		}
		rows = append(rows, []string{p.invitee.GivenName + " " + p.invitee.FamilyName, s.role(line.Role), line.Period.Start().String(), s.endOf(line.Period), s.in(what)})
	}
	s.table([]text{wordPerson, wordRole, wordStart, wordEnd, wordWhat}, rows)
	for _, line := range lines {
		sent, err := s.svc.Invite(ctx, s.gap, accessmgmt.Invite{Enterprise: s.ent.ID, Lines: []invitation.Line{line},
			Recipients: recipients[line], Message: s.in(sayWelcome, s.ent.Name)})
		if err == nil {
			err = accessmgmt.Failed(sent.Results)
		}
		if err != nil {
			return err
		}
	}
	s.say(sayInvited, len(lines))
	return s.showMails(ctx)
}

func (s *story) revoke(ctx context.Context, recipient accessmgmt.RecipientID) error {
	results, err := s.svc.Revoke(ctx, s.gap, accessmgmt.Revoke{Enterprise: s.ent.ID, Recipients: []accessmgmt.RecipientID{recipient}})
	if err != nil {
		return err
	}
	return results[0].Err
}

// fromToday moves a first day that is past to today: the demo's clock may have
// overtaken a date of the people file.
func (s *story) fromToday(l invitation.Line) invitation.Line {
	if today := s.svc.Today(); l.Period.Start().Before(today) {
		l.Period = l.Period.StartingAt(today)
	}
	return l
}

// standings is what the library knows before anybody is invited.
type standings struct {
	s       *story
	all     []accessmgmt.AssignmentItem
	tasks   []accessmgmt.Task
	invited []accessmgmt.InvitationItem
}

func (s *story) standings(ctx context.Context) (standings, error) {
	now := standings{s: s}
	var err error
	if now.all, err = s.assignments(ctx); err != nil {
		return now, err
	}
	if now.tasks, err = collect(s.svc.OpenTasks(ctx, s.gap, accessmgmt.TaskQuery{Enterprise: s.ent.ID})); err != nil {
		return now, err
	}
	now.invited, err = s.invitations(ctx, s.gap, invitation.Invited)
	return now, err
}

// of says what is to be done about a person of the people file, and which of
// his invitations is still open. One that is open for a period that is over is
// in the way of a new one: it is to be revoked.
func (n standings) of(ctx context.Context, p person) (text, accessmgmt.RecipientID, error) {
	none := accessmgmt.RecipientID{}
	line := n.s.fromToday(p.role)
	if len(line.Period.Validate()) > 0 {
		return doOver, none, nil
	}
	id, err := n.s.identify(ctx, n.s.login(p))
	if err != nil {
		return text{}, none, err
	}
	for _, it := range n.all {
		a := it.Assignment
		if id.IsZero() || a.Person != id || !a.InForce().Overlaps(line.Period.Window(n.s.location)) {
			continue
		}
		switch {
		case it.State != roles.Active && it.State != roles.Scheduled:
		case a.Role == line.Role:
			return doHolds, none, nil
		case n.replaces(a, line.Role):
			return doOther, none, nil
		}
	}
	for _, task := range n.tasks {
		if task.Request.Person == id && task.Request.Line.Role == line.Role {
			return doTask, none, nil
		}
	}
	for _, it := range n.invited {
		i := slices.IndexFunc(it.Invitation.Lines, func(l invitation.Line) bool { return l.Role == line.Role })
		switch {
		case i < 0 || !it.Recipient.Invitee.Email.Same(p.invitee.Email):
		case it.Invitation.Lines[i].Period.Window(n.s.location).NotBefore(n.s.clock.now).Empty():
			return doInvite, it.Recipient.ID, nil
		default:
			return doResend, it.Recipient.ID, nil
		}
	}
	return doInvite, none, nil
}

// replaces reports whether an assignment took the place of one of a role, be it
// by way of others.
func (n standings) replaces(a accessmgmt.RoleAssignment, role roles.Code) bool {
	for !a.Replaces.IsZero() {
		i := slices.IndexFunc(n.all, func(it accessmgmt.AssignmentItem) bool { return it.Assignment.ID == a.Replaces })
		if i < 0 {
			return false
		}
		if a = n.all[i].Assignment; a.Role == role {
			return true
		}
	}
	return false
}
