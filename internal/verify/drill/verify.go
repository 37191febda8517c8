package drill

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/internal/workflowtest"
	"github.com/egovroles/egovroles/invitation"
)

// Verify ends the load, sends what is still to be sent, and compares what each
// view of the database shows with what the portals were told. A view is a store
// that reads from one node alone; none: the portals' own.
func (d *Drill) Verify(views ...accessmgmt.Store) *Report {
	d.t.Helper()
	d.Stop()
	if len(views) == 0 {
		for _, p := range d.portals {
			views = append(views, p.store)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	r := &Report{Tally: d.tally, Views: len(views)}
	r.must(d.Drain(), "empty the outbox")
	chains := map[accessmgmt.EnterpriseID][]accessmgmt.AuditRecord{}
	for _, p := range d.places {
		chain, err := audit(ctx, views[0], p.id)
		r.must(err, "read the audit")
		chains[p.id] = chain
	}
	want := d.ledger.replayed(ctx, chains)
	r.Faults = append(r.Faults, want.faults...)
	for _, s := range d.done {
		if !want.commands[s.command] {
			r.fault("enterprise %s: the step %s %s was acknowledged and is lost", s.enterprise, s.act, s.command)
		}
	}
	for i, view := range views {
		r.compare(ctx, d, i, view, want)
	}
	r.messages(d, want)
	r.chains(ctx, d)
	r.figures(d, want)
	return r
}

// Drain sends every message that waits, and those that a dispatcher had claimed
// who never heard of it, or who left after an answer was lost: two hours later,
// all claims are over. The load must have ended. Verify does it too; nothing is
// written after it.
func (d *Drill) Drain() error {
	const tries, hours = 200, 2 * 60 * 60
	var err error
	for range tries {
		d.later.Add(hours)
		var any bool
		if any, err = d.dispatchAll(); err == nil && !any {
			return nil
		}
	}
	return fmt.Errorf("messages are left: %w", err)
}

// dispatchAll sends what is due, and reports whether there was any.
func (d *Drill) dispatchAll() (any bool, err error) {
	for {
		done, err := d.portals[0].svc.DispatchOnce(context.Background())
		if err != nil || done == (accessmgmt.Dispatched{}) {
			return any, err
		}
		any = true
	}
}

// compare holds the rows of a view against what should be there.
func (r *Report) compare(ctx context.Context, d *Drill, i int, view accessmgmt.Store, want *replay) {
	for _, p := range d.places {
		is, err := look(ctx, view, p.id)
		r.must(err, fmt.Sprintf("read enterprise %s on node %d", p.id, i+1))
		should, err := look(ctx, want.store, p.id)
		r.must(err, "read enterprise "+p.id.String()+" in memory")
		for _, what := range is.differs(should) {
			r.fault("enterprise %s on node %d: %s", p.id, i+1, what)
		}
		r.office(i, is)
		r.approved(i, is)
	}
	for id, version := range want.persons {
		should, err := want.store.Person(ctx, id)
		r.must(err, "read a person in memory")
		should.Version = version
		is, err := view.Person(ctx, id)
		if err != nil {
			r.fault("person %s on node %d: %v", id, i+1, err)
			continue
		}
		if field := difference("", reflect.ValueOf(should), reflect.ValueOf(is)); field != "" {
			r.fault("person %s on node %d differs in %s", id, i+1, field)
		}
	}
}

// office wants exactly one GAP in office, the one that the enterprise names.
func (r *Report) office(i int, p picture) {
	running := 0
	for _, term := range p.GAPs {
		if term.State == accessmgmt.GAPActive && term.To.IsZero() {
			running++
			if term.ID != p.Enterprise.Designation || term.Person != p.Enterprise.GAP {
				r.fault("enterprise %s on node %d names another GAP than the one in office", p.Enterprise.ID, i+1)
			}
		}
	}
	if running != 1 {
		r.fault("enterprise %s on node %d has %d GAPs in office", p.Enterprise.ID, i+1, running)
	}
}

// approved wants one assignment of each approved request, and none of others.
func (r *Report) approved(i int, p picture) {
	given := map[accessmgmt.RequestID]int{}
	for _, a := range p.Assignments {
		if !a.Request.IsZero() {
			given[a.Request]++
		}
	}
	for _, request := range p.Requests {
		want := 0
		if request.State == invitation.Approved {
			want = 1
		}
		if given[request.ID] != want {
			r.fault("enterprise %s on node %d: request %s is %s and gave %d assignments", p.Enterprise.ID, i+1, request.ID, request.State, given[request.ID])
		}
	}
}

// messages wants each message of each commit finished once, and none of what
// was never committed. One may be sent twice, when its dispatcher didn't hear
// that the first time was noted; that is counted.
func (r *Report) messages(d *Drill, want *replay) {
	d.ledger.mu.Lock()
	defer d.ledger.mu.Unlock()
	r.Messages = len(want.messages)
	for id := range want.messages {
		switch f := d.ledger.finishes[id]; {
		case f.done == 0 && f.unknown == 0:
			r.fault("message %s was never sent", id)
		case f.done > 1:
			r.fault("message %s was finished %d times", id, f.done)
		case d.outbox.sent[id] > 1 && f.unknown == 0:
			r.fault("message %s was sent %d times, and no answer was lost", id, d.outbox.sent[id])
		case d.outbox.sent[id] > 1:
			r.SentTwice++
		}
	}
	for id := range d.ledger.claimed {
		if !want.messages[id] {
			r.fault("message %s is of no commit", id)
		}
	}
}

// chains verifies the audits, as a portal does.
func (r *Report) chains(ctx context.Context, d *Drill) {
	for i, p := range d.places {
		svc := d.portals[i%len(d.portals)].svc
		report, err := svc.VerifyAudit(ctx, workflowtest.Staff(), p.id)
		r.must(err, "verify the audit")
		if err == nil && !report.Intact() {
			r.fault("enterprise %s: the audit is broken: %+v", p.id, *report.Broken)
		}
		r.Records += report.Records
	}
}

func (r *Report) must(err error, what string) {
	if err != nil {
		r.fault("%s: %v", what, err)
	}
}

func (r *Report) fault(format string, args ...any) {
	r.Faults = append(r.Faults, fmt.Sprintf(format, args...))
}
