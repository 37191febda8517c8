package main

import (
	"database/sql"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
)

// A ratio says something only when both sides do the same. Each test here does
// the work by the store and by hand, and compares all that was read or written.

// twins are two places with the same world.
type twins struct {
	ours, byHand *place
	world        *world
}

func sameWorld(t *testing.T, e *engine) *twins {
	tw := &twins{ours: empty(t, e), byHand: empty(t, e)}
	var err error
	tw.world, err = build(400, func(c accessmgmt.Changes) error {
		return first([]error{tw.ours.store.Commit(t.Context(), c), tw.byHand.store.Commit(t.Context(), c)})
	})
	require.NoError(t, err)
	return tw
}

// equal wants the same rows in both places, but for some columns.
func (tw *twins) equal(t *testing.T, but ...string) {
	t.Helper()
	ours, byHand := dump(t, tw.ours.db, but), dump(t, tw.byHand.db, but)
	for table, rows := range ours {
		assert.Equal(t, beyond(byHand[table], rows), beyond(rows, byHand[table]), table)
		assert.Len(t, byHand[table], len(rows), table)
	}
	assert.NotEmpty(t, ours["egovroles_outbox"])
}

// beyond returns those of rows that others has not.
func beyond(rows, others []string) []string {
	return slices.DeleteFunc(slices.Clone(rows), func(row string) bool { _, there := slices.BinarySearch(others, row); return there })
}

// dump returns all rows of all tables, as texts in their order.
func dump(t *testing.T, db *sql.DB, but []string) map[string][]string {
	all := map[string][]string{}
	for table := range strings.SplitSeq(filled, ", ") {
		rows, err := db.QueryContext(t.Context(), "SELECT * FROM "+table)
		require.NoError(t, err)
		columns, err := rows.Columns()
		require.NoError(t, err)
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		for rows.Next() {
			require.NoError(t, rows.Scan(into...))
			var row strings.Builder
			for i, v := range values {
				if slices.Contains(but, columns[i]) {
					continue
				}
				if b, ok := v.([]byte); ok {
					v = hex.EncodeToString(b)
				}
				fmt.Fprintf(&row, "%s=%v ", columns[i], v)
			}
			all[table] = append(all[table], row.String())
		}
		require.NoError(t, rows.Err())
		require.NoError(t, rows.Close())
		slices.Sort(all[table])
	}
	return all
}

func TestSame(t *testing.T) {
	onEach(t, func(t *testing.T, e *engine) {
		tw := sameWorld(t, e)
		for _, c := range []struct {
			name string
			test func(*testing.T, *twins)
		}{
			{"access", sameAccess},
			{"tasks", sameTasks},
			{"invitation", sameInvitation},
			{"outbox", sameOutbox},
			{"approval", sameApproval},
			{"approve", sameApprove}, // after which the chains differ
		} {
			t.Run(c.name, func(t *testing.T) { c.test(t, tw) })
		}
	})
}

func sameAccess(t *testing.T, tw *twins) {
	read, err := tw.ours.hand.accessing(t.Context())
	require.NoError(t, err)
	for n := range 20 {
		e, person := tw.world.someone(n)
		ours, err := tw.ours.store.Access(t.Context(), e, person, accessmgmt.UnitID{})
		require.NoError(t, err)
		byHand, err := read(e, person)
		require.NoError(t, err)
		ent := ours.Enterprise
		assert.Equal(t, []any{ent.Number.Digits(), ent.Name, int64(ent.Epoch), ent.GAP.UUID, ent.Designation.UUID, int64(ent.Managers), ent.Contact.String(), ent.CreatedAt.UnixMicro()},
			[]any{byHand.number, byHand.name, byHand.epoch, byHand.gap, byHand.designation, byHand.managers, byHand.contact, byHand.created})
		require.Len(t, byHand.given, len(ours.Assignments))
		for i, a := range ours.Assignments {
			g := byHand.given[i]
			assert.Equal(t, []any{a.ID.UUID, string(a.Role), a.Unit.UUID, a.Window.From.UnixMicro(), int64(20260302)}, []any{g.id, g.role, g.unit, g.from.Int64, g.first.Int64})
		}
	}
}

func sameTasks(t *testing.T, tw *twins) {
	c := tw.world.large[0]
	ours, err := tw.ours.store.FindRequests(t.Context(), accessmgmt.RequestFilter{Enterprises: []accessmgmt.EnterpriseID{c.ent.ID}, States: []invitation.RequestState{invitation.Pending}, At: later},
		accessmgmt.Page{Limit: pageOfTasks, After: accessmgmt.PageKey{At: c.pending[7].RequestedAt, ID: c.pending[7].ID.UUID}})
	require.NoError(t, err)
	read, err := tw.ours.hand.pageOfRequests(t.Context())
	require.NoError(t, err)
	byHand, err := read(c.ent.ID, c.pending[7].RequestedAt, c.pending[7].ID.UUID, pageOfTasks)
	require.NoError(t, err)
	require.Len(t, ours, pageOfTasks)
	for i, r := range ours {
		sameRequest(t, r, byHand[i])
		assert.Equal(t, c.pending[8+i].ID, r.ID)
	}

	list, err := tw.ours.svc.OpenTasksPage(t.Context(), c.gap(), accessmgmt.TaskQuery{Enterprise: c.ent.ID, Paging: accessmgmt.Paging{Limit: pageOfTasks}})
	require.NoError(t, err)
	page, err := tw.ours.hand.pageOfTasks(t.Context())
	require.NoError(t, err)
	name, tasks, err := page(c.account, c.ent.ID)
	require.NoError(t, err)
	require.Len(t, tasks, pageOfTasks+1)
	for i, task := range list.Items {
		h := tasks[i]
		sameRequest(t, task.Request, h.request)
		assert.Equal(t, []string{task.EnterpriseName, task.Requester.FamilyName, task.Requester.Email.String(), task.Invited.FamilyName, task.Invited.Email.String(), task.Answer.FamilyName, task.Answer.Email.String(), task.RequestedBy},
			[]string{name, h.familyName.String, h.email.String, h.invitedFamily.String, h.invitedEmail.String, h.answerFamily.String, h.answerEmail.String, h.byGiven.String + " " + h.byFamily.String})
		assert.Equal(t, task.Answer.Person.UUID, h.answerPerson)
		assert.NotZero(t, h.answerPerson)
	}
}

func sameRequest(t *testing.T, ours invitation.Request, byHand handRequest) {
	t.Helper()
	assert.Equal(t, []any{ours.ID.UUID, ours.Enterprise.UUID, ours.Recipient.UUID, ours.Person.UUID, string(ours.Line.Role), string(ours.State), ours.RequestedAt.UnixMicro(), int64(ours.Version)},
		[]any{byHand.id, byHand.enterprise, byHand.recipient, byHand.person, byHand.role, byHand.state, byHand.requestedAt, byHand.version})
}

func sameApproval(t *testing.T, tw *twins) {
	commit, err := tw.byHand.hand.approving(t.Context(), 2)
	require.NoError(t, err)
	for _, c := range tw.world.small[:3] {
		changes := approval(c.ent, c.take())
		c.ent = changes.Enterprise
		require.NoError(t, tw.ours.store.Commit(t.Context(), changes))
		require.NoError(t, commit(t.Context(), changes))
	}
	tw.equal(t)
}

// sameApprove approves by the service and by hand. The chains are hashed over
// different texts; everything else is the same, ids too.
func sameApprove(t *testing.T, tw *twins) {
	ids := func() func() uuid.UUID {
		n := 0
		return func() uuid.UUID { n++; return uuid.NewSHA1(uuid.NameSpaceOID, fmt.Append(nil, n)) }
	}
	svc, err := newService(tw.ours.store, func(o *accessmgmt.Options) { o.NewID = ids() })
	require.NoError(t, err)
	tw.ours.svc = svc
	approve, err := tw.byHand.hand.approver(t.Context(), ids())
	require.NoError(t, err)
	for n, c := range tw.world.small[:3] {
		r := c.pending[0]
		do, err := tw.ours.approveSide(t.Context(), tw.world.small[n:n+1])(0)
		require.NoError(t, err)
		require.NoError(t, do())
		require.NoError(t, approve(t.Context(), c.account, c.ent.ID, r.ID))
		require.Error(t, approve(t.Context(), c.account, c.ent.ID, r.ID), "decided already")
	}
	tw.equal(t, "audit_head", "prev", "hash")
}

func sameInvitation(t *testing.T, tw *twins) {
	commit, err := tw.byHand.hand.inviting(t.Context())
	require.NoError(t, err)
	of := tw.world.small[0]
	changes := bulk(of.ent, 3*tw.ours.rows/2)
	of.ent = changes.Enterprise
	require.NoError(t, tw.ours.store.Commit(t.Context(), changes))
	require.NoError(t, commit(t.Context(), changes))
	tw.equal(t)
}

// sameOutbox claims and finishes; which claim took a message is random.
func sameOutbox(t *testing.T, tw *twins) {
	of := tw.world.small[0]
	c := next(of.ent, accessmgmt.ActApprove)
	of.ent = c.Enterprise
	for i := range 2 * claimed {
		m := message(c.Enterprise.ID, c.Enterprise.GAP, accessmgmt.MessageApproved)
		m.CreatedAt = now.Add(time.Duration(-i) * time.Second)
		c.Messages = append(c.Messages, m)
	}
	require.NoError(t, tw.ours.store.Commit(t.Context(), c))
	require.NoError(t, tw.byHand.store.Commit(t.Context(), c))
	dispatch, err := tw.byHand.hand.dispatching(t.Context())
	require.NoError(t, err)
	require.NoError(t, tw.ours.dispatch(t.Context()))
	require.NoError(t, dispatch(t.Context()))
	tw.equal(t)
	var finished int
	require.NoError(t, tw.byHand.db.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM egovroles_outbox WHERE state = 'sent' AND finished_at IS NOT NULL").Scan(&finished))
	assert.Equal(t, claimed, finished)
}
