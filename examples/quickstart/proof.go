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
	names, err := s.names(ctx, who)
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

// audit verifies the whole of the audit and lists its end.
func (s *story) audit(ctx context.Context) error {
	report, err := s.svc.VerifyAudit(ctx, s.gap, s.ent.ID)
	if err != nil {
		return err
	}
	since := uint64(1) // each commit has a record at least
	if report.Epoch > shownRecords {
		since = report.Epoch - shownRecords + 1
	}
	records, err := collect(s.svc.Audit(ctx, s.gap, accessmgmt.AuditQuery{Enterprise: s.ent.ID, Since: since}))
	if err != nil {
		return err
	}
	records = records[max(0, len(records)-shownRecords):]
	var ids []accessmgmt.PersonID
	for _, r := range records {
		ids = append(ids, r.Person, r.Actor)
	}
	names, err := s.names(ctx, ids...)
	if err != nil {
		return err
	}
	if before := report.Records - len(records); before > 0 {
		s.say(sayAuditBefore, before)
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
		by := names[r.Actor]
		if r.Actor == r.Person { // whoever declined is known by what he said alone
			by = about
		}
		rows = append(rows, []string{fmt.Sprintf("%d.%d", r.Seq, r.Ordinal), s.instant(r.At), event, by, about})
	}
	s.table([]text{{"N°", "Nr.", "Nr.", "No."}, wordWhen, wordEvent, wordBy, wordAbout}, rows)
	if !report.Intact() {
		s.say(sayAuditBroken, report.Broken.Seq, report.Broken.Ordinal, report.Broken.Why)
		return errors.New("the audit doesn't hold")
	}
	s.say(sayAuditIntact, report.Records, report.Epoch)
	s.line(indent + report.Head.String())
	return nil
}

// names puts names to the ids that the audit and decisions have. The
// representative, whom the enterprise has no address of until she is its GAP,
// is known by her login.
func (s *story) names(ctx context.Context, ids ...accessmgmt.PersonID) (map[accessmgmt.PersonID]string, error) {
	names := map[accessmgmt.PersonID]string{}
	id, err := s.identify(ctx, chloe())
	if err != nil {
		return nil, err
	}
	names[id] = chloe().Identity.Name()
	members, err := s.svc.Members(ctx, s.gap, s.ent.ID, ids)
	for id, m := range members {
		names[id] = m.Name()
	}
	return names, err
}
