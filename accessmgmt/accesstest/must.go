package accesstest

import (
	"context"
	"fmt"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// MustAllow ends the test, with what happened, unless somebody may do
// something for the enterprise now. It returns the decision.
func (w *World) MustAllow(who accessmgmt.Actor, action roles.Action, details ...Detail) accessmgmt.Decision {
	w.t.Helper()
	q, d := w.check(who, action, details)
	if !d.Allowed {
		w.t.Fatalf("accesstest: %s should be allowed to %s, and is denied: %s\n%s", nameOf(who), action, d.Reason, w.reportOn(q, who))
	}
	return d
}

// MustDeny ends the test, with what happened, unless somebody may not do
// something for the enterprise now, for a reason. It returns the decision.
//
// Somebody whom the library doesn't know yet has [roles.ReasonNoAssignment].
func (w *World) MustDeny(who accessmgmt.Actor, action roles.Action, reason roles.Reason, details ...Detail) accessmgmt.Decision {
	w.t.Helper()
	q, d := w.check(who, action, details)
	switch {
	case d.Allowed:
		w.t.Fatalf("accesstest: %s should be denied to %s (%s), and is allowed\n%s", nameOf(who), action, reason, w.reportOn(q, who))
	case d.Reason != reason:
		w.t.Fatalf("accesstest: %s should be denied to %s for %s, and is for %s\n%s", nameOf(who), action, reason, d.Reason, w.reportOn(q, who))
	}
	return d
}

// check asks as the portal would, through the store that may fail.
func (w *World) check(who accessmgmt.Actor, action roles.Action, details []Detail) (accessmgmt.Question, accessmgmt.Decision) {
	w.t.Helper()
	id, _ := w.lookUp(who)
	q := w.question(id, action, details)
	d, err := w.Service.Check(context.Background(), q)
	if err != nil {
		w.t.Fatalf("accesstest: whether %s may %s can't be told: %v\n%s", nameOf(who), action, err, w.Report(who))
	}
	return q, d
}

// MustMail delivers the mails and ends the test, with those there were, unless
// somebody got one of an event from the enterprise since the mailbox was
// cleared. It returns the last such mail.
func (w *World) MustMail(to accessmgmt.Actor, event accessmgmt.MessageEvent) accessmgmt.Mail {
	w.t.Helper()
	w.Deliver()
	var found accessmgmt.Mail
	for _, m := range w.mailsTo(to) {
		if m.Event == event {
			found = m
		}
	}
	if found.ID.IsZero() {
		w.t.Fatalf("accesstest: %s got no mail %s\n%s", nameOf(to), event, w.Report(to))
	}
	return found
}

// NoMail delivers the mails and ends the test unless somebody got none from the
// enterprise since the mailbox was cleared.
func (w *World) NoMail(to accessmgmt.Actor) {
	w.t.Helper()
	w.Deliver()
	if mails := w.mailsTo(to); len(mails) > 0 {
		w.t.Fatalf("accesstest: %s should have got no mail, and got %d, the last %s\n%s", nameOf(to), len(mails), mails[len(mails)-1].Event, w.Report(to))
	}
}

// MustFail ends the test unless an error of the library has a code, such as
// [accessmgmt.CodeOverlap]. For a bulk call, give it [accessmgmt.Failed] of the
// results.
func (w *World) MustFail(err error, code string) {
	w.t.Helper()
	switch got := accessmgmt.Code(err); {
	case err == nil:
		w.t.Fatalf("accesstest: it should have failed with %s, and did not\n%s", code, w.Report())
	case got == "":
		w.t.Fatalf("accesstest: it should have failed with %s, and failed with what is no error of the library's: %v", code, err)
	case got != code:
		w.t.Fatalf("accesstest: it should have failed with %s, and failed with %s: %v%s\n%s", code, got, err, existing(err), w.Report())
	}
}

// AuditHas ends the test, with the latest that happened, unless an event is in
// the enterprise's audit. It returns the last such record.
func (w *World) AuditHas(event accessmgmt.AuditEvent) accessmgmt.AuditRecord {
	w.t.Helper()
	records, err := w.audit()
	w.must(err, "read the audit")
	var found accessmgmt.AuditRecord
	for _, r := range records {
		if r.Event == event {
			found = r
		}
	}
	if found.Event == "" {
		w.t.Fatalf("accesstest: the audit has no %s\n%s", event, w.Report())
	}
	return found
}

// audit is everything that happened in the enterprise.
func (w *World) audit() ([]accessmgmt.AuditRecord, error) {
	w.t.Helper()
	var records []accessmgmt.AuditRecord
	for {
		var after accessmgmt.AuditPosition
		if n := len(records); n > 0 {
			after = accessmgmt.AuditPosition{Seq: records[n-1].Seq, Ordinal: records[n-1].Ordinal}
		}
		more, err := w.store.Audit(context.Background(), w.registered(), after, rows)
		if err != nil {
			return records, fmt.Errorf("audit: %w", err)
		}
		records = append(records, more...)
		if len(more) < rows {
			return records, nil
		}
	}
}
