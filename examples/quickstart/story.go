package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// story plays both guides from the first step to the last. It keeps no account
// of its own of what was done: before each step it asks the library how things
// stand, so that it goes on from any state of the file.
type story struct {
	*printer
	svc    *accessmgmt.Service
	store  accessmgmt.Store
	clock  *clock
	box    *mailbox
	people []person

	ent accessmgmt.Enterprise
	gap accessmgmt.Actor // in office

	// What a step found and a later one looks at again.
	replaced accessmgmt.PersonID // whose role was replaced
	lost     accessmgmt.PersonID // who lost a right, for the explanation
	waiting  accessmgmt.Task     // the trainee's request, which waits for the co-GAP
}

// play tells the whole story.
func (s *story) play(ctx context.Context) error {
	if err := s.recognise(ctx); err != nil {
		return err
	}
	steps := []struct {
		title text
		tell  func(context.Context) error
	}{
		{headDesignate, s.designate}, {headInvite, s.invite}, {headAnswer, s.answer}, {headTasks, s.openTasks},
		{headDecide, s.decide}, {headMatrix, s.matrix}, {headReplace, s.replace}, {headTime, s.timePasses},
		{headUnits, s.units}, {headExtend, s.extend}, {headCalista, s.calista}, {headTemplate, s.template},
		{headEnd, s.endRights}, {headCoGAP, s.coGAPStandsIn}, {headNewGAP, s.changeGAP},
		{headExplain, s.explain}, {headAudit, s.audit},
	}
	for i, step := range steps {
		s.heading(i+1, step.title)
		if err := step.tell(ctx); err != nil {
			return fmt.Errorf("%d. %s: %w", i+1, s.in(step.title), err)
		}
		if s.err != nil {
			return s.err
		}
		if err := s.clock.move(ctx, s.clock.now.Add(10*time.Minute)); err != nil {
			return err
		}
	}
	return nil
}

// recognise looks what is there, and shows it when the story was told before.
func (s *story) recognise(ctx context.Context) error {
	ent, err := s.svc.EnterpriseByNumber(ctx, chloe(), enterpriseNumber)
	if errors.Is(err, accessmgmt.ErrNotFound) {
		s.say(sayNewFile)
		return nil
	}
	if err != nil {
		return err
	}
	s.ent = ent
	s.say(sayKnownFile, ent.Name, ent.Number, s.instant(ent.CreatedAt), ent.Epoch)
	for _, actor := range []accessmgmt.Actor{luc(), chloe()} {
		can, err := s.svc.Capabilities(ctx, actor, ent.ID)
		if err != nil {
			return err
		}
		if can.GAP {
			s.gap = actor
			return s.showState(ctx, actor)
		}
	}
	s.say(sayVacant) // an earlier run was stopped there
	return nil
}

// showState shows what an earlier run left, as the GAP in office sees it.
func (s *story) showState(ctx context.Context, gap accessmgmt.Actor) error {
	s.say(sayGAPInOffice, gap.Identity.Name())
	items, err := collect(s.svc.Assignments(ctx, gap, accessmgmt.AssignmentQuery{Enterprise: s.ent.ID}))
	if err != nil {
		return err
	}
	units, err := s.unitNames(ctx, gap)
	if err != nil {
		return err
	}
	var rows [][]string
	past := 0
	for _, it := range items {
		if it.State != roles.Active && it.State != roles.Scheduled {
			past++
			continue
		}
		period := it.Assignment.Period
		rows = append(rows, []string{it.Holder.Name(), s.scoped(it.Assignment, units), period.Start().String(), s.endOf(period), s.state(string(it.State))})
	}
	s.table([]text{wordUser, wordRole, wordStart, wordEnd, wordState}, rows)
	tasks, err := collect(s.svc.OpenTasks(ctx, gap, accessmgmt.TaskQuery{Enterprise: s.ent.ID}))
	if err != nil {
		return err
	}
	open, err := s.invitations(ctx, gap, invitation.Invited)
	if err != nil {
		return err
	}
	s.say(sayLeft, past, len(tasks), len(open))
	return s.listMails(ctx) // what an interrupted run hadn't sent
}

// collect reads a list to its end.
func collect[T any](list iter.Seq2[T, error]) ([]T, error) {
	var all []T
	for item, err := range list {
		if err != nil {
			return nil, err
		}
		all = append(all, item)
	}
	return all, nil
}

func (s *story) invitations(ctx context.Context, gap accessmgmt.Actor, states ...invitation.RecipientState) ([]accessmgmt.InvitationItem, error) {
	return collect(s.svc.Invitations(ctx, gap, accessmgmt.InvitationQuery{Enterprise: s.ent.ID, States: states}))
}

// assignments reads those of the enterprise in some states; none: in all.
func (s *story) assignments(ctx context.Context, states ...roles.AssignmentState) ([]accessmgmt.AssignmentItem, error) {
	return s.assignmentsFor(ctx, s.gap, states...)
}

func (s *story) assignmentsFor(ctx context.Context, manager accessmgmt.Actor, states ...roles.AssignmentState) ([]accessmgmt.AssignmentItem, error) {
	return collect(s.svc.Assignments(ctx, manager, accessmgmt.AssignmentQuery{Enterprise: s.ent.ID, States: states}))
}

// identify returns the person an actor is, zero when the library doesn't know
// him yet.
func (s *story) identify(ctx context.Context, actor accessmgmt.Actor) (accessmgmt.PersonID, error) {
	id, err := s.svc.Identify(ctx, actor.Identity)
	if errors.Is(err, accessmgmt.ErrNotFound) {
		return accessmgmt.PersonID{}, nil
	}
	return id, err
}

// fromFile returns which persons the people file names.
func (s *story) fromFile(ctx context.Context) (map[accessmgmt.PersonID]bool, error) {
	named := map[accessmgmt.PersonID]bool{}
	for _, p := range s.people {
		id, err := s.identify(ctx, s.login(p))
		if err != nil {
			return nil, err
		}
		named[id] = !id.IsZero()
	}
	return named, nil
}

func (s *story) check(ctx context.Context, who accessmgmt.PersonID, what roles.Action) (accessmgmt.Decision, error) {
	return s.svc.Check(ctx, accessmgmt.Question{Person: who, Enterprise: s.ent.ID, Action: what})
}

func (s *story) actionsOf(ctx context.Context, who accessmgmt.PersonID) (roles.ActionSet, error) {
	return s.svc.ActionsOf(ctx, accessmgmt.ActionsQuery{Person: who, Enterprise: s.ent.ID})
}

// give assigns a role directly and returns what it made.
func (s *story) give(ctx context.Context, to accessmgmt.Assignee, line invitation.Line) (accessmgmt.RoleAssignment, error) {
	results, err := s.svc.Assign(ctx, s.gap, accessmgmt.Assign{Enterprise: s.ent.ID, Persons: []accessmgmt.Assignee{to}, Lines: []invitation.Line{line}})
	if err != nil {
		return accessmgmt.RoleAssignment{}, err
	}
	return results[0].Value.Assignment, results[0].Err
}
