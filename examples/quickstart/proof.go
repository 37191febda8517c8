package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// explain shows why somebody is denied what he could do before.
func (s *story) explain(ctx context.Context) error {
	who := s.lost
	action := roles.Read
	for _, a := range guideActions { // the first that is denied
		d, err := s.check(ctx, who, a)
		if err != nil {
			return err
		}
		if !d.Allowed {
			action = a
			break
		}
	}
	e, err := s.svc.Explain(ctx, accessmgmt.Question{Person: who, Enterprise: s.ent.ID, Action: action})
	if err != nil {
		return err
	}
	names, err := s.names(ctx)
	if err != nil {
		return err
	}
	s.say(sayQuestion, names[who], s.actions(roles.Actions(action)), e.Enterprise.Name, s.instant(e.Decision.At))
	s.say(sayDecision, s.yesNo(e.Decision.Allowed), s.reason(e.Decision.Reason), e.GAP.Name(), e.Decision.Revision)
	var rows [][]string
	for _, x := range e.Assignments {
		a := x.Assignment
		rows = append(rows, []string{s.role(a.Role), s.state(string(x.State)), x.GivenBy.Name(), s.instant(a.GivenAt), s.endOf(a.Period),
			x.EndedBy.Name(), s.instant(a.EndedAt), s.reason(x.Reason)})
	}
	s.table([]text{wordRole, wordState, wordGivenBy, wordGivenAt, wordEnd, wordEndedBy, wordEndedAt, wordReason}, rows)
	return nil
}

func (s *story) yesNo(yes bool) string {
	if yes {
		return s.in(wordYes)
	}
	return s.in(wordNo)
}

// shownRecords is how many records of the audit are shown.
const shownRecords = 20

// audit lists the end of the audit and verifies the whole of it.
func (s *story) audit(ctx context.Context) error {
	// An audit is read forwards only, so its end is reached through all of it.
	records, err := collect(s.svc.Audit(ctx, s.gap, accessmgmt.AuditQuery{Enterprise: s.ent.ID}))
	if err != nil {
		return err
	}
	names, err := s.names(ctx)
	if err != nil {
		return err
	}
	if before := len(records) - shownRecords; before > 0 {
		s.say(sayAuditBefore, before)
		records = records[before:]
	}
	var rows [][]string
	for _, r := range records {
		event := string(r.Event)
		if t, ok := eventWords[event]; ok {
			event = s.in(t)
		}
		about := names[r.Person]
		if about == "" { // whoever is invited is nobody the library knows yet
			about = r.Details["given_name"] + " " + r.Details["family_name"]
		}
		rows = append(rows, []string{fmt.Sprintf("%d.%d", r.Seq, r.Ordinal), s.instant(r.At), event, names[r.Actor], about})
	}
	s.table([]text{{"N°", "Nr.", "Nr.", "No."}, wordWhen, wordEvent, wordBy, wordAbout}, rows)
	report, err := s.svc.VerifyAudit(ctx, s.gap, s.ent.ID)
	if err != nil {
		return err
	}
	if !report.Intact() {
		s.say(sayAuditBroken, report.Broken.Seq, report.Broken.Ordinal, report.Broken.Why)
		return errors.New("the audit doesn't hold")
	}
	s.say(sayAuditIntact, report.Records, report.Epoch)
	s.line(indent + report.Head.String())
	return nil
}

// names are those of everybody the demo meets, by the id that the audit and
// decisions name them by. The service has no question for it, so the names come
// from the lists, and of those without a role from who logged in.
func (s *story) names(ctx context.Context) (map[accessmgmt.PersonID]string, error) {
	names := map[accessmgmt.PersonID]string{}
	actors := []accessmgmt.Actor{chloe(), luc()}
	for _, p := range s.people {
		actors = append(actors, s.login(p))
	}
	for _, actor := range actors {
		id, err := s.identify(ctx, actor)
		if err != nil {
			return nil, err
		}
		names[id] = actor.Identity.Name()
	}
	items, err := s.assignments(ctx)
	if err != nil {
		return nil, err
	}
	for _, it := range items {
		names[it.Assignment.Person] = it.Holder.Name()
	}
	delete(names, accessmgmt.PersonID{})
	return names, nil
}
