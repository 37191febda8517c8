package verify_test

import (
	"database/sql"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
)

// The benchmarks run the store and the same statements by hand in turns, on one
// database, and report the ratio of their medians: on a shared machine nothing
// else holds.

// inTurns runs two functions in turns, b.N times each, and returns their median
// times. Either goes first every other time: what comes second finds the disk and
// the caches warm.
func inTurns(b *testing.B, first, second func(n int)) (one, other time.Duration) {
	var times [2][]time.Duration
	run := []func(int){first, second}
	for n := range b.N {
		for i := range run {
			i ^= n & 1
			began := time.Now()
			run[i](n)
			times[i] = append(times[i], time.Since(began))
		}
	}
	for i := range times {
		slices.Sort(times[i])
	}
	return times[0][len(times[0])/2], times[1][len(times[1])/2]
}

// sideBySide reports what the store takes against the same by hand.
func sideBySide(b *testing.B, ours, byHand func(n int)) {
	store, hand := inTurns(b, ours, byHand)
	b.ReportMetric(float64(store.Nanoseconds())/1e3, "store-µs")
	b.ReportMetric(float64(hand.Nanoseconds())/1e3, "hand-µs")
	b.ReportMetric(store.Seconds()/hand.Seconds(), "ratio")
}

func BenchmarkAccess(b *testing.B) {
	db := open(b, dsn(file(b)))
	store := migrated(b, db, nil)
	type pair struct {
		enterprise accessmgmt.EnterpriseID
		person     accessmgmt.PersonID
	}
	var pairs []pair
	for n := range 500 {
		c := registered(n)
		for range 20 {
			person := accessmgmt.PersonID{UUID: newID()}
			pairs = append(pairs, pair{c.Enterprise.ID, person})
			c.Assignments = append(c.Assignments, assignment(c.Enterprise.ID, person), assignment(c.Enterprise.ID, person))
		}
		require.NoError(b, store.Commit(ctx, c))
	}
	byHand, err := db.Prepare(`SELECT e.number, e.name, e.epoch, e.gap, e.designation, e.managers, e.suspended_at, e.contact, e.language, e.created_at, e.audit_head,
		a.id, a.role, a.unit, a.first_day, a.last_day, a.properties, a.from_at, a.to_at, a.ended_at
		FROM egovroles_enterprise e LEFT JOIN egovroles_assignment a ON a.enterprise = e.id AND a.person = ?
		WHERE e.id = ? ORDER BY a.id`)
	require.NoError(b, err)
	b.ResetTimer()
	sideBySide(b, func(n int) {
		p := pairs[2*n*7919%len(pairs)]
		got, err := store.Access(ctx, p.enterprise, p.person, accessmgmt.UnitID{})
		if err != nil || len(got.Assignments) != 2 {
			b.Fatal(err, got)
		}
	}, func(n int) {
		p := pairs[(2*n+1)*7919%len(pairs)] // another: what was just read is read faster
		if got := accessByHand(b, byHand, p.enterprise, p.person); got != 2 {
			b.Fatal(got)
		}
	})
}

func accessByHand(b *testing.B, stmt *sql.Stmt, enterprise accessmgmt.EnterpriseID, person accessmgmt.PersonID) (found int) {
	rows, err := stmt.QueryContext(ctx, person.UUID[:], enterprise.UUID[:])
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var number, name, contact, language, role string
	var epoch, managers, created, first int64
	var gap, designation, head, id, unit []byte
	var suspended, last, from, to, ended sql.NullInt64
	var properties sql.NullString
	for rows.Next() {
		if err := rows.Scan(&number, &name, &epoch, &gap, &designation, &managers, &suspended, &contact, &language, &created, &head,
			&id, &role, &unit, &first, &last, &properties, &from, &to, &ended); err != nil {
			b.Fatal(err)
		}
		found++
	}
	return found
}

// BenchmarkCommit approves a request: the enterprise, the command, the request,
// the assignment, one audit record and two messages.
func BenchmarkCommit(b *testing.B) {
	db := open(b, dsn(file(b)))
	store := migrated(b, db, nil)
	ours, theirs := registered(1), registered(2)
	requests := map[accessmgmt.EnterpriseID][]invitation.Request{}
	for _, c := range []*accessmgmt.Changes{&ours, &theirs} {
		for range b.N {
			c.Requests = append(c.Requests, pendingRequest(c.Enterprise.ID))
		}
		requests[c.Enterprise.ID] = c.Requests
		require.NoError(b, store.Commit(ctx, *c))
	}
	approve := func(e accessmgmt.Enterprise, n int) accessmgmt.Changes { return approval(e, requests[e.ID][n]) }
	byHand := prepareByHand(b, db)
	b.ResetTimer()
	sideBySide(b, func(n int) {
		ours = approve(ours.Enterprise, n)
		if err := store.Commit(ctx, ours); err != nil {
			b.Fatal(err)
		}
	}, func(n int) {
		theirs = approve(theirs.Enterprise, n)
		if err := byHand(theirs); err != nil {
			b.Fatal(err)
		}
	})
}

// approval returns the changeset that approves a request.
func approval(e accessmgmt.Enterprise, r invitation.Request) accessmgmt.Changes {
	c := next(e)
	a := assignment(e.ID, r.Person)
	r.State, r.DecidedAt, r.DecidedBy, r.Assignment, r.Version = invitation.Approved, now, r.Person, a.ID, 2
	a.Request = r.ID
	c.Requests, c.Assignments = []invitation.Request{r}, []accessmgmt.RoleAssignment{a}
	c.Messages = []accessmgmt.Message{message(e.ID), message(e.ID)}
	return c
}

// BenchmarkCommitTogether has eight callers approve requests, each of an
// enterprise of his own, against one who approves the same one by one. A round
// is 25 requests of each enterprise.
func BenchmarkCommitTogether(b *testing.B) {
	const callers, each = 8, 25
	store := migrated(b, open(b, dsn(file(b))), nil)
	var enterprises [callers]accessmgmt.Enterprise
	var requests [callers][]invitation.Request
	for i := range enterprises {
		c := registered(i)
		for range 2 * each * b.N {
			c.Requests = append(c.Requests, pendingRequest(c.Enterprise.ID))
		}
		require.NoError(b, store.Commit(ctx, c))
		enterprises[i], requests[i] = c.Enterprise, c.Requests
	}
	approve := func(i int) {
		c := approval(enterprises[i], requests[i][0])
		if err := store.Commit(ctx, c); err != nil {
			b.Error(err)
		}
		enterprises[i], requests[i] = c.Enterprise, requests[i][1:]
	}
	b.ResetTimer()
	together, alone := inTurns(b, func(int) {
		var all sync.WaitGroup
		for i := range callers {
			all.Go(func() {
				for range each {
					approve(i)
				}
			})
		}
		all.Wait()
	}, func(int) {
		for range each {
			for i := range callers {
				approve(i)
			}
		}
	})
	b.ReportMetric(callers*each/together.Seconds(), "together/s")
	b.ReportMetric(callers*each/alone.Seconds(), "one-by-one/s")
	b.ReportMetric(alone.Seconds()/together.Seconds(), "times")
}

func pendingRequest(e accessmgmt.EnterpriseID) invitation.Request {
	return invitation.Request{
		ID: invitation.RequestID{UUID: newID()}, Enterprise: e, Invitation: invitation.ID{UUID: newID()}, Recipient: invitation.RecipientID{UUID: newID()},
		Person: accessmgmt.PersonID{UUID: newID()}, State: invitation.Pending, RequestedAt: now, LapsesAt: now.AddDate(0, 3, 0), Version: 1,
	}
}

// prepareByHand returns what somebody would write who needs this one commit
// and nothing else: the same statements, each prepared, in one transaction.
func prepareByHand(b *testing.B, db *sql.DB) func(accessmgmt.Changes) error {
	var stmts []*sql.Stmt
	for _, text := range []string{
		`UPDATE egovroles_enterprise SET epoch = epoch + 1, number = ?, name = ?, gap = ?, designation = ?, managers = ?, suspended_at = ?, contact = ?,
			language = ?, created_at = ?, audit_head = ? WHERE id = ? AND epoch = ?`,
		`INSERT INTO egovroles_command (enterprise, id, act, actor, content, answer, epoch, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		`UPDATE egovroles_request SET invitation = ?, recipient = ?, person = ?, role = ?, unit = ?, first_day = ?, last_day = ?, properties = ?,
			kind = ?, target = ?, four_eyes = ?, no_self_approval = ?, requested_by = ?, state = ?, requested_at = ?, lapses_at = ?, endorsed_at = ?, endorsed_by = ?, decided_at = ?, decided_by = ?, reason = ?, assignment = ?, version = ? WHERE enterprise = ? AND id = ? AND version = ?`,
		`INSERT INTO egovroles_assignment (enterprise, id, person, role, unit, first_day, last_day, properties, from_at, to_at, ended_at, given_by, given_as, given_at,
			request, replaces, ended_by, ending, end_reason, replaced_by, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		`INSERT INTO egovroles_audit (enterprise, seq, ordinal, at, event, actor, capacity, assurance, person, object, object_id, data, details, salt,
			commitment, prev, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		`INSERT INTO egovroles_outbox (enterprise, id, event, to_kind, to_person, to_name, to_email, to_language, data, recipient, generation, key_id,
			created_at, state, attempts, next_at, last_error) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
	} {
		stmt, err := db.Prepare(text)
		require.NoError(b, err)
		stmts = append(stmts, stmt)
	}
	return func(c accessmgmt.Changes) error {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback() }()
		for i, args := range argsByHand(c) {
			result, err := tx.StmtContext(ctx, stmts[i]).ExecContext(ctx, args...)
			if err != nil {
				return err
			}
			if n, err := result.RowsAffected(); err != nil || n < 1 {
				return fmt.Errorf("statement %d wrote %d rows: %w", i, n, err)
			}
		}
		return tx.Commit()
	}
}

func argsByHand(c accessmgmt.Changes) [][]any {
	id := func(u uuid.UUID) any { return append([]byte(nil), u[:]...) }
	micros := now.UnixMicro()
	e, r, a, record := c.Enterprise, c.Requests[0], c.Assignments[0], c.Audit[0]
	enterprise := id(e.ID.UUID)
	m := func(m accessmgmt.Message) []any {
		return []any{enterprise, id(m.ID.UUID), string(m.Event), string(m.To.Kind), id(m.To.Person.UUID), m.To.Name, m.To.Email.String(), string(m.To.Language),
			`{"enterprise":"Dubois SPRL"}`, nil, 0, "", micros, "pending", 0, micros, ""}
	}
	return [][]any{
		{e.Number.Digits(), e.Name, nil, nil, 0, nil, e.Contact.String(), string(e.Language), micros, nil, enterprise, int64(e.Epoch - 1)},
		{enterprise, id(c.Command.ID.UUID), string(c.Command.Act), id(c.Command.Actor.UUID), nil, "", int64(e.Epoch), micros},
		{id(r.Invitation.UUID), id(r.Recipient.UUID), id(r.Person.UUID), "", nil, nil, nil, nil, "", nil, 0, 0, nil, "approved", micros, r.LapsesAt.UnixMicro(), nil, nil, micros,
			id(r.DecidedBy.UUID), "", id(r.Assignment.UUID), 2, enterprise, id(r.ID.UUID), 1},
		{enterprise, id(a.ID.UUID), id(a.Person.UUID), string(a.Role), nil, 20260302, nil, nil, micros, nil, nil, id(a.GivenBy.UUID), string(a.GivenAs), micros,
			id(a.Request.UUID), nil, nil, "", "", nil, 1},
		{enterprise, int64(record.Seq), 0, micros, string(record.Event), id(record.Actor.UUID), string(record.Capacity), record.Assurance.String(), nil, "", nil,
			`{"role":"monespace.editor"}`, nil, nil, nil, nil, record.Hash[:]},
		append(m(c.Messages[0]), m(c.Messages[1])...),
	}
}

// BenchmarkInvite writes 10,000 recipients with a message and an audit record
// each in one commit.
func BenchmarkInvite(b *testing.B) {
	store := migrated(b, open(b, dsn(file(b))), nil)
	c := registered(1)
	require.NoError(b, store.Commit(ctx, c))
	for b.Loop() {
		b.StopTimer()
		c = bulk(c.Enterprise, 10_000)
		b.StartTimer()
		if err := store.Commit(ctx, c); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/10_000, "µs/recipient")
}

// bulk returns the changeset of an invitation to n persons.
func bulk(e accessmgmt.Enterprise, n int) accessmgmt.Changes {
	c := next(e)
	id := invitation.ID{UUID: newID()}
	c.Invitations = []invitation.Invitation{{ID: id, Enterprise: e.ID, CreatedAt: now, Version: 1}}
	record := c.Audit[0]
	c.Audit = nil
	for i := range n {
		r := recipient(e.ID, id, i)
		m := message(e.ID)
		m.Recipient, m.Generation, m.KeyID = r.ID, 1, "k1"
		record.Ordinal = i
		c.Recipients, c.Messages, c.Audit = append(c.Recipients, r), append(c.Messages, m), append(c.Audit, record)
	}
	return c
}
