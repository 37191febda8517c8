package drill_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/internal/verify/drill"
	"github.com/egovroles/egovroles/storage/memory"
)

// run drills three portals on a store.
func run(t *testing.T, s accessmgmt.Store) *drill.Report {
	d := drill.New(t, []accessmgmt.Store{s, s, s}, drill.Options{Enterprises: 12})
	d.Start()
	d.Await(600)
	return d.Verify()
}

func TestNothingIsFoundInMemory(t *testing.T) {
	t.Parallel()
	r := run(t, memory.New())
	t.Logf("\n%s", r)
	require.Zero(t, len(r.Faults))
	for _, act := range []accessmgmt.Act{accessmgmt.ActDesignateGAP, accessmgmt.ActInvite, accessmgmt.ActAccept, accessmgmt.ActDecline, accessmgmt.ActRevoke,
		accessmgmt.ActResend, accessmgmt.ActApprove, accessmgmt.ActRefuse, accessmgmt.ActWithdraw, accessmgmt.ActAssign, accessmgmt.ActReplace,
		accessmgmt.ActExtend, accessmgmt.ActGiveBack, accessmgmt.ActEnd} {
		assert.Positive(t, r.Done[act], act)
	}
	assert.Positive(t, r.Overtaken, "callers meet")
	assert.Positive(t, r.Messages)
}

// faulty is a store that does something wrong now and then.
type faulty struct {
	accessmgmt.Store
	calls  atomic.Int64
	commit func(f *faulty, ctx context.Context, c accessmgmt.Changes, now bool) error
	// past is an enterprise as it was, to be read again.
	past atomic.Pointer[accessmgmt.Enterprise]
	// records is what is wrong with what is read of the audit.
	records func([]accessmgmt.AuditRecord)
	finish  bool // finishes are lost
	deaf    bool // what finishes is never answered
}

const oneIn = 40

func (f *faulty) now() bool { return f.calls.Add(1)%oneIn == 0 }

func (f *faulty) Commit(ctx context.Context, c accessmgmt.Changes) error {
	if f.commit == nil {
		return f.Store.Commit(ctx, c)
	}
	return f.commit(f, ctx, c, c.Enterprise.Epoch > 1 && f.now())
}

func (f *faulty) Enterprise(ctx context.Context, id accessmgmt.EnterpriseID) (accessmgmt.Enterprise, error) {
	if past := f.past.Load(); past != nil && past.ID == id && f.now() {
		return *past, nil
	}
	return f.Store.Enterprise(ctx, id)
}

func (f *faulty) Audit(ctx context.Context, id accessmgmt.EnterpriseID, after accessmgmt.AuditPosition, limit int) ([]accessmgmt.AuditRecord, error) {
	records, err := f.Store.Audit(ctx, id, after, limit)
	if f.records != nil {
		f.records(records)
	}
	return records, err
}

func (f *faulty) FinishMessage(ctx context.Context, e accessmgmt.EnterpriseID, id accessmgmt.MessageID, claim accessmgmt.ClaimID, o accessmgmt.Outcome) error {
	n := f.calls.Add(1)
	now, deaf := n%oneIn == 0, f.deaf && n%oneIn == 0
	if f.finish && now {
		return nil
	}
	if deaf && n%(2*oneIn) == 0 {
		return errors.New("lost on the way there")
	}
	err := f.Store.FinishMessage(ctx, e, id, claim, o)
	if deaf {
		return errors.New("lost on the way back")
	}
	return err
}

// TestFaultsAreFound plants a fault of each kind and looks for what is said of
// it.
func TestFaultsAreFound(t *testing.T) {
	t.Parallel()
	changed := func(change func(*accessmgmt.Changes)) func(*faulty, context.Context, accessmgmt.Changes, bool) error {
		return func(f *faulty, ctx context.Context, c accessmgmt.Changes, now bool) error {
			if now {
				change(&c)
			}
			return f.Store.Commit(ctx, c)
		}
	}
	for name, test := range map[string]struct {
		store *faulty
		said  string
	}{
		"a commit is acknowledged and lost": {&faulty{commit: func(f *faulty, ctx context.Context, c accessmgmt.Changes, now bool) error {
			if now {
				return nil
			}
			return f.Store.Commit(ctx, c)
		}}, "acknowledged and is lost"},
		"a commit is refused and there": {&faulty{commit: func(f *faulty, ctx context.Context, c accessmgmt.Changes, now bool) error {
			err := f.Store.Commit(ctx, c)
			if err == nil && now {
				return accessmgmt.ErrConflict
			}
			return err
		}}, "was refused at epoch"},
		"an assignment is doubled": {&faulty{commit: func(f *faulty, ctx context.Context, c accessmgmt.Changes, _ bool) error {
			if len(c.Assignments) == 1 && c.Assignments[0].Version == 1 {
				twin := c.Assignments[0]
				twin.ID = accessmgmt.AssignmentID{UUID: uuid.Must(uuid.NewV7())}
				c.Assignments = append(c.Assignments[:1:1], twin)
			}
			return f.Store.Commit(ctx, c)
		}}, "gave 2 assignments"},
		"a row is left out": {&faulty{commit: changed(func(c *accessmgmt.Changes) { c.Members, c.Assignments = nil, nil })}, "is missing"},
		"a row is changed": {&faulty{commit: changed(func(c *accessmgmt.Changes) {
			if len(c.Recipients) > 0 {
				c.Recipients = append(c.Recipients[:0:0], c.Recipients...)
				c.Recipients[0].Invitee.FamilyName = "Somebody"
			}
		})}, "differs in .Invitee.FamilyName"},
		"a message is left out": {&faulty{commit: changed(func(c *accessmgmt.Changes) { c.Messages = nil })}, "was never sent"},
		"a message is of nothing": {&faulty{commit: changed(func(c *accessmgmt.Changes) {
			for _, m := range c.Messages {
				m.ID = accessmgmt.MessageID{UUID: uuid.Must(uuid.NewV7())}
				c.Messages = append(c.Messages[:len(c.Messages):len(c.Messages)], m)
			}
		})}, "is of no commit"},
		"a message is finished twice": {&faulty{finish: true}, "was finished 2 times"},
		"two are in office": {&faulty{commit: func(f *faulty, ctx context.Context, c accessmgmt.Changes, _ bool) error {
			if len(c.GAPs) == 2 { // the former one's term doesn't end
				c.GAPs = slices.DeleteFunc(slices.Clone(c.GAPs), func(g accessmgmt.GAP) bool { return g.Version > 1 })
			}
			return f.Store.Commit(ctx, c)
		}}, "GAPs in office"},
		"a read is stale": {&faulty{commit: func(f *faulty, ctx context.Context, c accessmgmt.Changes, now bool) error {
			if now {
				past, err := f.Store.Enterprise(ctx, c.Enterprise.ID)
				if err != nil {
					return err
				}
				f.past.Store(&past)
			}
			return f.Store.Commit(ctx, c)
		}}, "didn't see what was acknowledged"},
		"a record is changed": {&faulty{records: func(records []accessmgmt.AuditRecord) {
			for i := range records {
				records[i].Event = accessmgmt.EventResumed
			}
		}}, "the audit is broken"},
		"a record is of nobody": {&faulty{records: func(records []accessmgmt.AuditRecord) {
			for i := range records {
				records[i].Hash[0]++
			}
		}}, "nobody committed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.store.Store = memory.New()
			r := run(t, test.store)
			assert.Contains(t, strings.Join(r.Faults, "\n"), test.said)
		})
	}
}

// TestUnknownOutcomesAreSettled loses answers, before and after the commit, and
// of finished messages: no caller is harmed by it.
func TestUnknownOutcomesAreSettled(t *testing.T) {
	t.Parallel()
	s := &faulty{Store: memory.New(), deaf: true, commit: func(f *faulty, ctx context.Context, c accessmgmt.Changes, now bool) error {
		if now && f.calls.Load()%(2*oneIn) == 0 {
			return fmt.Errorf("on the way there: %w", accessmgmt.ErrOutcomeUnknown)
		}
		err := f.Store.Commit(ctx, c)
		if now && err == nil {
			return fmt.Errorf("on the way back: %w", accessmgmt.ErrOutcomeUnknown)
		}
		return err
	}}
	r := run(t, s)
	t.Logf("\n%s", r)
	require.Zero(t, len(r.Faults))
	assert.Positive(t, r.UnknownHad)
	assert.Positive(t, r.Unknown-r.UnknownHad)
	assert.Positive(t, r.Hadnt)
	assert.Positive(t, r.SentTwice)
}
