package main

import (
	"context"
	"slices"
	"strings"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
)

// openTasks is « Mes tâches ouvertes » (§3.2.2): one row for each request, with
// the columns of the screen, and where who logged in isn't whom was invited.
func (s *story) openTasks(ctx context.Context) error {
	tasks, err := collect(s.svc.OpenTasks(ctx, s.gap, accessmgmt.TaskQuery{}))
	if err != nil {
		return err
	}
	if len(tasks) == 0 {
		s.say(sayNoTasks)
		return nil
	}
	var rows [][]string
	for _, t := range tasks {
		name := t.Answer.GivenName + " " + t.Answer.FamilyName
		if len(t.Differences) > 0 {
			name += " *"
		}
		line := t.Request.Line
		rows = append(rows, []string{name, s.role(line.Role), t.EnterpriseName, line.Period.Start().String(), s.endOf(line.Period), s.instant(t.Request.RequestedAt)})
	}
	s.table([]text{wordUser, wordRole, wordEnterprise, wordStart, wordEnd, wordRequested}, rows)
	for _, t := range tasks {
		if len(t.Differences) > 0 {
			s.say(sayDiffers, t.Invited.GivenName+" "+t.Invited.FamilyName, t.Invited.Email,
				t.Answer.GivenName+" "+t.Answer.FamilyName, t.Answer.Email, s.differences(t.Differences))
		}
	}
	return nil
}

func (s *story) differences(found []invitation.Difference) string {
	var words []string
	for _, d := range found {
		words = append(words, s.in(differenceWords[d]))
	}
	return strings.Join(words, ", ")
}

// decide is what the button below the open tasks leads to (§3.2.2): one request
// is refused with a reason, and all that were ticked are approved at once.
func (s *story) decide(ctx context.Context) error {
	tasks, err := collect(s.svc.OpenTasks(ctx, s.gap, accessmgmt.TaskQuery{}))
	if err != nil {
		return err
	}
	if len(tasks) == 0 {
		s.say(sayNothingToDecide)
		return nil
	}
	var rows [][]string
	row := func(t accessmgmt.Task, did text, err error) {
		result := s.in(did)
		if err != nil {
			result = "✗ " + s.state(accessmgmt.Code(err))
		}
		rows = append(rows, []string{t.Answer.GivenName + " " + t.Answer.FamilyName, s.role(t.Request.Line.Role), result})
	}
	refused, err := s.toRefuse(ctx, tasks)
	if err != nil {
		return err
	}
	if refused != nil {
		results, err := s.svc.Refuse(ctx, s.gap, accessmgmt.Refuse{Requests: []accessmgmt.RequestRef{refused.Request.Ref()}, Reason: s.in(sayWhyRefuse)})
		if err != nil {
			return err
		}
		row(*refused, doRefuse, results[0].Err)
		s.say(sayRefused, rows[0][0], s.in(sayWhyRefuse))
	}
	var ticked []accessmgmt.RequestRef
	for _, t := range tasks {
		ticked = append(ticked, t.Request.Ref())
	}
	results, err := s.svc.Approve(ctx, s.gap, accessmgmt.Approve{Requests: ticked})
	if err != nil {
		return err
	}
	for i, t := range tasks {
		row(t, doApprove, results[i].Err)
	}
	s.say(sayApproved, len(ticked))
	if refused != nil {
		s.say(sayTickedToo)
	}
	s.table([]text{wordUser, wordRole, wordResult}, rows)
	return s.listMails(ctx)
}

// toRefuse picks the request to refuse: that of the last person but one of the
// people file, unless he was refused before; nil for none.
func (s *story) toRefuse(ctx context.Context, tasks []accessmgmt.Task) (*accessmgmt.Task, error) {
	if len(s.people) < 3 {
		return nil, nil
	}
	person, err := s.identify(ctx, s.login(s.people[len(s.people)-2]))
	if err != nil {
		return nil, err
	}
	handled, err := collect(s.svc.HandledTasks(ctx, s.gap, accessmgmt.TaskQuery{Enterprise: s.ent.ID}))
	if err != nil {
		return nil, err
	}
	before := slices.ContainsFunc(handled, func(t accessmgmt.Task) bool {
		return t.State == invitation.Refused && t.Request.Person == person
	})
	i := slices.IndexFunc(tasks, func(t accessmgmt.Task) bool { return t.Request.Person == person })
	if before || i < 0 {
		return nil, nil
	}
	return &tasks[i], nil
}
