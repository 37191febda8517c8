package verify_test

import (
	"database/sql"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
)

// fillMariaDB fills all tables as fillPostgres does.
func fillMariaDB(t testing.TB, db *sql.DB, size int) (accessmgmt.EnterpriseID, accessmgmt.PersonID) {
	t.Helper()
	rows := fmt.Sprintf(` FROM (SELECT n, k, UNHEX(MD5(CONCAT('e', of))) AS e, of, UNHEX(MD5(CONCAT('p', n))) AS p, UNHEX(MD5(CONCAT('x', n))) AS x, 1767225600000000 + n AS at
		FROM (SELECT seq AS n, IF(seq %% 20 = 0, 0, 1 + seq DIV 20 %% GREATEST(1, %d)) AS of, seq DIV 20 %% 100 AS k FROM seq_1_to_%d) r) v`, size/100, size)
	for _, text := range []string{
		`egovroles_enterprise (id, number, name, epoch, gap, managers, sent, contact, language, created_at)
			SELECT e, CONCAT(LPAD(5000000 + of, 8, '0'), LPAD(97 - (5000000 + of) % 97, 2, '0')), 'Dubois', 2, MIN(p), 0, 0, 'a@example.be', 'fr', MIN(at)` + rows + " GROUP BY of",
		`egovroles_command (enterprise, id, act, answer, epoch, at) SELECT e, x, 'invite', '', n, at` + rows,
		`egovroles_person (id, created_at, version) SELECT p, at, 1` + rows,
		`egovroles_person_identity SELECT 'https://idp.example.be', HEX(p), p, 0` + rows,
		`egovroles_person_number SELECT 'k1', UNHEX(SHA2(p, 256)), p, 0` + rows,
		`egovroles_member (enterprise, person, given_name, family_name, search_name, email, phone, language, updated_at, version) SELECT e, p, 'Anne', CONCAT('Dubois', n), CONCAT('anne dubois', n), 'a@example.be', '', 'fr', at, 1` + rows,
		`egovroles_gap (enterprise, id, person, procedure_kind, state, function_title, evidence, asked_at, asked_given_name, asked_family_name,
			asked_email, asked_phone, asked_language, asked_contact, asked_enterprise_name, reason, version)
			SELECT e, x, p, 'exceptional', IF(k = 0, 'requested', 'refused'), '', '', at, '', '', '', '', '', '', '', '', 1` + rows,
		`egovroles_manager (enterprise, id, person, kind, domain, named_at, reason, version) SELECT e, x, p, 'access_manager', 'tax', at, '', 1` + rows,
		`egovroles_unit (enterprise, id, number, name, added_at, reason, version) SELECT e, x, CONCAT(21000000 + n, LPAD(97 - (21000000 + n) % 97, 2, '0')), '', at, '', 1` + rows,
		`egovroles_suspension (enterprise, id, from_at, reason, version) SELECT e, x, at, '', 1` + rows,
		`egovroles_template (enterprise, id, name, description, offered_lines, applications, message, days, language, created_as, created_at, version)
			SELECT e, x, '', '', '[]', '[monespace]', '', 0, 'fr', 1, at, 1` + rows,
		`egovroles_invitation (enterprise, id, offered_lines, applications, role_codes, unit_ids, message, invited_as, created_at, language, version)
			SELECT e, x, '[]', '[monespace]', '[monespace.editor]', '[]', '', 1, at, 'fr', 1` + rows,
		`egovroles_recipient (enterprise, id, invitation, given_name, family_name, search_name, email, email_key, language, person, state, expires_at, generation,
			key_id, token_hash, answer_person, answer_given_name, answer_family_name, answer_email, answer_reason, created_at, version)
			SELECT e, x, x, 'Anne', CONCAT('Dubois', n), CONCAT('anne dubois', n), 'a@example.be', CONCAT('a', n, '@example.be'), 'fr', IF(k < 10, p, NULL),
			IF(k < 5, 'invited', 'accepted'), at + 90 * 86400000000, 1, 'k1', UNHEX(SHA2(x, 256)), IF(k >= 5, p, NULL), '', '', '', '', at, 1` + rows,
		`egovroles_request (enterprise, id, person, role, kind, four_eyes, no_self_approval, state, requested_at, lapses_at, reason, version)
			SELECT e, x, p, 'monespace.editor', '', 0, 0, IF(k < 5, 'pending', 'approved'), at, at + 90 * 86400000000, '', 1` + rows,
		`egovroles_assignment (enterprise, id, person, role, from_at, given_as, given_at, ending, end_reason, version)
			SELECT e, x, p, 'monespace.editor', at, 'gap', at, '', '', 1` + rows,
		`egovroles_audit (enterprise, seq, ordinal, at, event, capacity, assurance, object) SELECT e, n, 0, at, 'assigned', 'gap', 'high', ''` + rows,
		`egovroles_outbox (enterprise, id, event, to_kind, to_name, to_email, to_language, generation, key_id, created_at, state, attempts, next_at, last_error)
			SELECT e, x, 'accepted', 'gap', '', 'a@example.be', 'fr', 0, '', at, IF(k = 0, 'pending', 'sent'), 1, at, ''` + rows,
	} {
		_, err := db.Exec("INSERT INTO " + text)
		require.NoError(t, err)
		_, err = db.Exec("ANALYZE TABLE " + strings.Fields(text)[0])
		require.NoError(t, err)
	}
	var e, p []byte
	require.NoError(t, db.QueryRow("SELECT UNHEX(MD5('e0')), UNHEX(MD5('p20'))").Scan(&e, &p))
	return accessmgmt.EnterpriseID{UUID: uuid.UUID(e)}, accessmgmt.PersonID{UUID: uuid.UUID(p)}
}

// TestMariaDBPlans asks MariaDB how it runs the queries that come often, in tables
// that are filled: never by reading a whole table or index, and a long list never
// by sorting it.
func TestMariaDBPlans(t *testing.T) {
	t.Parallel()
	db, spy := spiedMySQL(t, mariadbAddress(t, newDatabase(t), ""))
	store := mysqlStore(t, db, nil)
	require.NoError(t, store.Migrate(ctx))
	e, person := fillMariaDB(t, db, 60_000)
	seen := map[string]bool{}
	for _, c := range append(plannedQueries(t, store, e, person), planned{name: "Commit", run: func() error { return approveOne(t, store, e) }}) {
		seen[c.name] = true
		t.Run(c.name, func(t *testing.T) {
			spy.take()
			require.NoError(t, c.run())
			var plan string
			for _, r := range spy.take() {
				if strings.Contains(r.text, "egovroles_") && !strings.HasPrefix(r.text, "INSERT") {
					plan += explainMariaDB(t, db, r)
				}
			}
			t.Log("\n" + plan)
			assert.NotRegexp(t, `(?m)^(egovroles_\w+|[aeuim]) (ALL|index) `, plan, "a whole table or index is read")
			assert.NotRegexp(t, `(?m)^(egovroles_\w+|[aeuim]) .*temporary`, plan, "rows are copied into a table before they come")
			if readInOrder[c.name] {
				assert.NotContains(t, plan, "filesort")
				assert.Contains(t, plan, strings.Replace(c.index, "autoindex", "PRIMARY", 1))
			}
		})
	}
	for name := range readInOrder {
		assert.Contains(t, seen, name)
	}
}

// explainMariaDB returns the plan of a statement, a table a line: how it is read,
// by which key, how many rows it is thought to read, and what else.
func explainMariaDB(t testing.TB, db *sql.DB, r ran) string {
	t.Helper()
	rows, err := db.Query("EXPLAIN "+r.text, r.args...)
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	plan := regexp.MustCompile(`(.{200}).+`).ReplaceAllString(strings.Join(strings.Fields(r.text), " "), "# $1 …") + "\n"
	for rows.Next() {
		var id, selectType, table, kind, possible, key, length, ref, count, extra sql.NullString
		require.NoError(t, rows.Scan(&id, &selectType, &table, &kind, &possible, &key, &length, &ref, &count, &extra))
		plan += fmt.Sprintf("%s %s %s %s rows %s %s\n", table.String, kind.String, key.String, length.String, count.String, extra.String)
	}
	require.NoError(t, rows.Err())
	return plan
}
