package verify_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/storage/postgres"
)

// fillPostgres fills all tables with so many rows, in which those of one
// enterprise lie apart, as in a table that grew. A twentieth is of one large
// enterprise, which it returns with one of its people; the others have about a
// hundred each.
func fillPostgres(t testing.TB, db *sql.DB, size int) (accessmgmt.EnterpriseID, accessmgmt.PersonID) {
	t.Helper()
	// The nth row is of the enterprise e, and its own id is made of n.
	const rows = `FROM (SELECT n, CASE WHEN n % 20 = 0 THEN 0 ELSE 1 + n / 20 % GREATEST(1, $1 / 100) END AS of, n / 20 % 100 AS k FROM generate_series(1, $1::int) n) r,
		LATERAL (SELECT md5('e' || of)::uuid AS e, md5('p' || n)::uuid AS p, md5('x' || n)::uuid AS x, 1767225600000000 + n::bigint AS at) v`
	for _, text := range []string{
		`INSERT INTO egovroles_enterprise (id, number, name, epoch, gap, managers, sent, contact, language, created_at)
			SELECT DISTINCT ON (e) e, lpad((5000000 + of)::text, 8, '0') || lpad((97 - (5000000 + of) % 97)::text, 2, '0'), 'Dubois', 2, p, 0, 0, 'a@example.be', 'fr', at ` + rows,
		`INSERT INTO egovroles_command (enterprise, id, act, answer, epoch, at) SELECT e, x, 'invite', '', n, at ` + rows,
		`INSERT INTO egovroles_person (id, created_at, version) SELECT p, at, 1 ` + rows,
		`INSERT INTO egovroles_person_identity SELECT 'https://idp.example.be', p::text, p, 0 ` + rows,
		`INSERT INTO egovroles_person_number SELECT 'k1', sha256(p::text::bytea), p, 0 ` + rows,
		`INSERT INTO egovroles_member (enterprise, person, given_name, family_name, search_name, email, phone, language, updated_at, version) SELECT e, p, 'Anne', 'Dubois' || n, 'anne dubois' || n, 'a@example.be', '', 'fr', at, 1 ` + rows,
		`INSERT INTO egovroles_gap (enterprise, id, person, procedure_kind, state, function_title, evidence, asked_at, asked_given_name, asked_family_name,
			asked_email, asked_phone, asked_language, asked_contact, asked_enterprise_name, reason, version)
			SELECT e, x, p, 'exceptional', CASE k WHEN 0 THEN 'requested' ELSE 'refused' END, '', '', at, '', '', '', '', '', '', '', '', 1 ` + rows,
		`INSERT INTO egovroles_manager (enterprise, id, person, kind, domain, named_at, reason, version) SELECT e, x, p, 'access_manager', 'tax', at, '', 1 ` + rows,
		`INSERT INTO egovroles_unit (enterprise, id, number, name, added_at, reason, version) SELECT e, x, (21000000 + n)::text || lpad((97 - (21000000 + n) % 97)::text, 2, '0'), '', at, '', 1 ` + rows,
		`INSERT INTO egovroles_suspension (enterprise, id, from_at, reason, version) SELECT e, x, at, '', 1 ` + rows,
		`INSERT INTO egovroles_template (enterprise, id, name, description, offered_lines, applications, message, days, language, created_as, created_at, version)
			SELECT e, x, '', '', '[]', '[monespace]', '', 0, 'fr', 1, at, 1 ` + rows,
		`INSERT INTO egovroles_invitation (enterprise, id, offered_lines, applications, role_codes, unit_ids, message, invited_as, created_at, language, version)
			SELECT e, x, '[]', '[monespace]', '[monespace.editor]', '[]', '', 1, at, 'fr', 1 ` + rows,
		`INSERT INTO egovroles_recipient (enterprise, id, invitation, given_name, family_name, search_name, email, email_key, language, person, state, expires_at, generation,
			key_id, token_hash, answer_person, answer_given_name, answer_family_name, answer_email, answer_reason, created_at, version)
			SELECT e, x, x, 'Anne', 'Dubois' || n, 'anne dubois' || n, 'a@example.be', 'a' || n || '@example.be', 'fr', CASE WHEN k < 10 THEN p END,
			CASE WHEN k < 5 THEN 'invited' ELSE 'accepted' END, at + 90 * 86400000000, 1, 'k1', sha256(x::text::bytea), CASE WHEN k >= 5 THEN p END, '', '', '', '', at, 1 ` + rows,
		`INSERT INTO egovroles_request (enterprise, id, person, role, kind, four_eyes, no_self_approval, state, requested_at, lapses_at, reason, version)
			SELECT e, x, p, 'monespace.editor', '', 0, 0, CASE WHEN k < 5 THEN 'pending' ELSE 'approved' END, at, at + 90 * 86400000000, '', 1 ` + rows,
		`INSERT INTO egovroles_assignment (enterprise, id, person, role, from_at, given_as, given_at, ending, end_reason, version)
			SELECT e, x, p, 'monespace.editor', at, 'gap', at, '', '', 1 ` + rows,
		`INSERT INTO egovroles_audit (enterprise, seq, ordinal, at, event, capacity, assurance, object) SELECT e, n, 0, at, 'assigned', 'gap', 'high', '' ` + rows,
		`INSERT INTO egovroles_outbox (enterprise, id, event, to_kind, to_name, to_email, to_language, generation, key_id, created_at, state, attempts, next_at, last_error)
			SELECT e, x, 'accepted', 'gap', '', 'a@example.be', 'fr', 0, '', at, CASE WHEN k = 0 THEN 'pending' ELSE 'sent' END, 1, at, '' ` + rows,
	} {
		_, err := db.Exec(text, size)
		require.NoError(t, err)
	}
	for _, table := range postgresTables(t, db) { // those of other tests are empty now, and wouldn't stay so
		_, err := db.Exec("ANALYZE " + table)
		require.NoError(t, err)
	}
	var e, p string
	require.NoError(t, db.QueryRow("SELECT md5('e0')::uuid, md5('p20')::uuid").Scan(&e, &p))
	return accessmgmt.EnterpriseID{UUID: uuid.MustParse(e)}, accessmgmt.PersonID{UUID: uuid.MustParse(p)}
}

// readInOrder are the pages that PostgreSQL must read in order, however many rows
// there are. Of others it knows that they are of few rows, or that a filter lets
// few through, and may well sort those.
var readInOrder = map[string]bool{
	"FindGAPs, those to decide on":             true,
	"FindGAPs, all":                            true,
	"ManagerTerms":                             true,
	"FindUnits, of an enterprise":              true,
	"FindRequests, the tasks of an enterprise": true,
	"FindRequests, the history":                true,
	"FindRequests, what was decided":           true,
	"FindAssignments, of an enterprise":        true,
	"Grants of an enterprise":                  true,
	"Grants of a person":                       true,
	"FindRecipients, of an enterprise":         true,
	"Audit":                                    true,
	"ClaimMessages":                            true,
	"CountMessages":                            true,
	"DeadMessages":                             true,
}

// TestPostgresPlans asks PostgreSQL how it runs the queries that come often, in
// a schema that is filled: never by reading a whole table or index, and a long
// list never by sorting it. A statement that is kept prepared is planned for any
// arguments or for those it comes with, as PostgreSQL pleases, so both plans must
// do.
func TestPostgresPlans(t *testing.T) {
	t.Parallel()
	schema := newSchema(t)
	address := postgresAddress(t, schema, "synchronous_commit=off")
	db, spy := spied(t, func(context.Context) (driver.Conn, error) { return stdlib.GetDefaultDriver().Open(address) })
	store, err := postgres.New(db, nil)
	require.NoError(t, err)
	require.NoError(t, store.Migrate(ctx))
	e, person := fillPostgres(t, db, 60_000)
	seen := map[string]bool{}
	for _, c := range append(plannedQueries(t, store, e, person), planned{name: "Commit", run: func() error { return approveOne(t, store, e) }}) {
		seen[c.name] = true
		t.Run(c.name, func(t *testing.T) {
			spy.take()
			require.NoError(t, c.run())
			statements := spy.take()
			for _, mode := range []string{"force_generic_plan", "force_custom_plan"} {
				var plan string
				for _, r := range statements {
					if strings.Contains(r.text, "egovroles_") {
						plan += explainPostgres(t, openPostgres(t, pgx, schema, "plan_cache_mode="+mode), r)
					}
				}
				t.Log(mode + "\n" + plan)
				assert.NotContains(t, plan, "Seq Scan", "a whole table is read")
				if readInOrder[c.name] {
					assert.NotContains(t, plan, "Sort")
					assert.Contains(t, plan, strings.Replace(c.index, "autoindex", "_pkey", 1))
				} else {
					assert.Equal(t, len(regexp.MustCompile(`Index (Only )?Scan`).FindAllString(plan, -1)), strings.Count(plan, "Index Cond:"), "a whole index is read")
				}
			}
		})
	}
	for name := range readInOrder {
		assert.Contains(t, seen, name)
	}
}

// approveOne approves the first task of an enterprise.
func approveOne(t testing.TB, store accessmgmt.Store, id accessmgmt.EnterpriseID) error {
	t.Helper()
	e, err := store.Enterprise(ctx, id)
	require.NoError(t, err)
	tasks, err := store.FindRequests(ctx, accessmgmt.RequestFilter{Enterprises: []accessmgmt.EnterpriseID{id}, States: []invitation.RequestState{invitation.Pending}, At: now}, accessmgmt.Page{Limit: 1})
	require.NoError(t, err)
	require.Len(t, tasks, 1)
	c := next(e)
	c.Requests = tasks
	c.Requests[0].State, c.Requests[0].DecidedAt, c.Requests[0].Version = invitation.Approved, now, c.Requests[0].Version+1
	c.Assignments = []accessmgmt.RoleAssignment{assignment(id, c.Requests[0].Person)}
	c.Messages = []accessmgmt.Message{message(id)}
	return store.Commit(ctx, c)
}

// explainPostgres returns the plan of a statement.
func explainPostgres(t testing.TB, db *sql.DB, r ran) string {
	t.Helper()
	conn, err := db.Conn(ctx)
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close()) }()
	_, err = conn.ExecContext(ctx, "PREPARE asked AS "+r.text)
	require.NoError(t, err)
	defer func() { _, _ = conn.ExecContext(ctx, "DEALLOCATE asked") }()
	text := "EXPLAIN (COSTS OFF) EXECUTE asked"
	if len(r.args) > 0 {
		text += "(" + strings.Join(each(r.args, literal), ", ") + ")"
	}
	rows, err := conn.QueryContext(ctx, text)
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	var plan strings.Builder
	for rows.Next() {
		var line string
		require.NoError(t, rows.Scan(&line))
		plan.WriteString(regexp.MustCompile(`(.{300}).+`).ReplaceAllString(line, "$1 …") + "\n")
	}
	require.NoError(t, rows.Err())
	return plan.String()
}

// literal writes an argument into a statement.
func literal(arg any) string {
	switch v := arg.(type) {
	case nil:
		return "NULL"
	case []byte:
		return `'\x` + hex.EncodeToString(v) + "'"
	case string:
		return "'" + strings.ReplaceAll(v, "'", "''") + "'"
	default:
		return fmt.Sprint(v)
	}
}
