package main

import (
	"context"
	"errors"
	"slices"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
)

// answer is « Accepter l'invitation » of the CALISTA guide: everybody who got a
// link opens it, logs in, and answers.
func (s *story) answer(ctx context.Context) error {
	declined, err := s.invitations(ctx, s.gap, invitation.Declined)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, m := range s.box.mails {
		if m.Event != accessmgmt.MessageInvitation {
			continue
		}
		row, err := s.answerMail(ctx, m, declined, len(rows) == 0)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		s.say(sayNobodyInvited)
		return nil
	}
	s.table([]text{wordPerson, wordRole, wordAccount, wordAddress, wordAnswer}, rows)
	switch {
	case len(s.people) < 2:
		s.say(sayNobodyDeclines)
	case slices.ContainsFunc(rows, func(row []string) bool { return row[4] == s.in(doDecline) }):
		s.say(sayDeclined, s.in(sayWhyDecline))
	}
	return s.listMails(ctx)
}

// answerMail is one person at one link; the row is what came of it.
func (s *story) answerMail(ctx context.Context, m letter, declined []accessmgmt.InvitationItem, show bool) ([]string, error) {
	row := []string{m.To.Name, "", "", "", s.in(doNothing)}
	token, err := tokenIn(m.words.Text)
	if err != nil {
		return nil, err
	}
	page, err := s.svc.Inspect(ctx, token)
	switch {
	case errors.Is(err, accessmgmt.ErrNotFound): // a later mail has another link
		return row, nil
	case err != nil:
		return nil, err
	case page.State != invitation.Invited:
		return row, nil
	}
	row[1] = s.role(page.Offered[0].Role)
	if show {
		s.say(sayPage, m.To.Name, page.EnterpriseName, page.EnterpriseNumber, row[1], page.Expires)
	}
	i := slices.IndexFunc(s.people, func(p person) bool { return p.invitee.Email.Same(m.To.Email) })
	if i < 0 { // invited by an earlier run from another people file
		return row, nil
	}
	p := s.people[i]
	actor := s.login(p)
	row[2] = actor.Identity.Name()
	if s.declines(p, declined) {
		row[4] = s.in(doDecline)
		return row, s.svc.Decline(ctx, actor, token, accessmgmt.Decline{Reason: s.in(sayWhyDecline)})
	}
	row[3], row[4] = s.typed(p).String(), s.in(doAccept)
	_, err = s.svc.Accept(ctx, actor, token, accessmgmt.Accept{Email: s.typed(p)})
	if errors.Is(err, accessmgmt.ErrState) { // what was offered is over meanwhile
		row[4] = "✗ " + s.state(accessmgmt.Code(err))
		err = nil
	}
	return row, err
}

// declines says whether a person declines: the last of the people file does,
// once.
func (s *story) declines(p person, declined []accessmgmt.InvitationItem) bool {
	last := s.people[len(s.people)-1]
	return len(s.people) > 1 && p.invitee.Email.Same(last.invitee.Email) && !s.isFirst(p) &&
		!slices.ContainsFunc(declined, func(it accessmgmt.InvitationItem) bool { return it.Recipient.Invitee.Email.Same(p.invitee.Email) })
}
