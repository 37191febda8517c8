package verify_test

import (
	"database/sql"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/internal/workflowtest"
	"github.com/egovroles/egovroles/storage/sqlite"
)

// crashView reads a file by statements of the test's own.
type crashView struct {
	t        *testing.T
	db       *sql.DB
	prepared map[string]*sql.Stmt
}

// scan reads one row, and reports whether there is one.
func (v *crashView) scan(text string, args []any, into ...any) bool {
	stmt := v.prepared[text]
	if stmt == nil {
		var err error
		stmt, err = v.db.Prepare(text)
		require.NoError(v.t, err)
		v.prepared[text] = stmt
	}
	err := stmt.QueryRow(args...).Scan(into...)
	if err != nil {
		require.ErrorIs(v.t, err, sql.ErrNoRows)
	}
	return err == nil
}

func (v *crashView) number(text string, args ...any) (n int) {
	require.True(v.t, v.scan(text, args, &n), text)
	return n
}

// has reports whether a changeset is there: its first audit record is, with its
// hash, which no other changeset has.
func (v *crashView) has(c *triedCommit) bool {
	var hash []byte
	there := v.scan("SELECT hash FROM egovroles_audit WHERE enterprise = ? AND seq = ? AND ordinal = 0",
		[]any{c.Enterprise[:], int64(c.Epoch)}, &hash)
	return there && accessmgmt.Digest(hash) == c.Audit[0]
}

// whole looks for each changeset that was tried: all of it is there, or nothing.
func (c *crash) whole(v *crashView, tally *crashTally) {
	acknowledged := map[uuid.UUID]bool{}
	for _, l := range c.said {
		if l.Kind == saidAck {
			acknowledged[l.ID] = true
		}
	}
	for _, l := range c.said {
		if l.Kind != saidTry {
			continue
		}
		try := l.Try
		there := v.has(try)
		for n, hash := range try.Audit {
			var got []byte
			is := v.scan("SELECT hash FROM egovroles_audit WHERE enterprise = ? AND seq = ? AND ordinal = ?",
				[]any{try.Enterprise[:], int64(try.Epoch), n}, &got) && accessmgmt.Digest(got) == hash
			require.Equal(v.t, there, is, "record %d of %+v", n, try)
		}
		var epoch int64
		is := v.scan("SELECT epoch FROM egovroles_command WHERE enterprise = ? AND id = ?", []any{try.Enterprise[:], try.Command[:]}, &epoch) &&
			uint64(epoch) == try.Epoch
		if there || !is { // another try of the same command may be at the same epoch
			require.Equal(v.t, there, is, "the command of %+v", try)
		}
		for _, r := range try.Rows {
			version := "version"
			if r.Table == "outbox" {
				version = "0"
			}
			var got int64
			is := v.scan("SELECT "+version+" FROM egovroles_"+r.Table+" WHERE enterprise = ? AND id = ?", []any{try.Enterprise[:], r.ID[:]}, &got)
			switch {
			case there:
				require.True(v.t, is && uint64(got) >= r.Version, "%+v of %+v", r, try)
			case r.Version <= 1:
				require.False(v.t, is, "%+v of %+v, which is not there", r, try)
			}
			if there && r.Version <= 1 {
				c.rows[r.Table]++
			}
		}
		if !there {
			tally.absent++
			continue
		}
		tally.done++
		if !acknowledged[try.Command] {
			tally.unheard++
		}
		c.rows["command"]++
		c.rows["audit"] += len(try.Audit)
		c.done[try.Command] = try.Enterprise
	}
}

// answered looks at what callers and the mailer were told.
func (c *crash) answered(v *crashView, tally *crashTally) {
	for _, l := range c.said {
		switch l.Kind {
		case saidAck:
			tally.acknowledged++
			require.Equal(v.t, l.At, c.done[l.ID], "the step %s %s was acknowledged", l.Act, l.ID)
		case saidDelivered:
			c.delivered[l.ID]++
			require.Equal(v.t, 1, v.number("SELECT COUNT(*) FROM egovroles_outbox WHERE enterprise = ? AND id = ?", l.At[:], l.ID[:]),
				"the mail %s was sent for a step that is not there", l.ID)
		default: // the rest was looked at before
		}
	}
}

// counts compares how many rows there are with what was committed.
func (c *crash) counts(v *crashView) {
	for table, want := range c.rows {
		require.Equal(v.t, want, v.number("SELECT COUNT(*) FROM egovroles_"+table), table)
	}
}

// enterprise looks at what must hold of each, whatever was done.
func (c *crash) enterprise(v *crashView, store *sqlite.Store, svc *accessmgmt.Service, number accessmgmt.EnterpriseNumber) {
	e, err := store.EnterpriseByNumber(ctx, number)
	require.NoError(v.t, err)
	report, err := svc.VerifyAudit(ctx, workflowtest.Staff(), e.ID)
	require.NoError(v.t, err)
	require.True(v.t, report.Intact(), "%+v", report.Broken)
	for _, text := range []string{
		"SELECT COUNT(*) FROM egovroles_command WHERE enterprise = ?",
		"SELECT MAX(epoch) FROM egovroles_command WHERE enterprise = ?",
		"SELECT MAX(seq) FROM egovroles_audit WHERE enterprise = ?",
		"SELECT COUNT(DISTINCT seq) FROM egovroles_audit WHERE enterprise = ?",
	} {
		require.EqualValues(v.t, e.Epoch, v.number(text, e.ID.UUID[:]), strings.TrimSuffix(text, " WHERE enterprise = ?"))
	}
	require.Equal(v.t, 1, v.number("SELECT COUNT(*) FROM egovroles_gap WHERE enterprise = ? AND state = 'active'", e.ID.UUID[:]))
	require.Equal(v.t, 1, v.number("SELECT COUNT(*) FROM egovroles_gap WHERE enterprise = ? AND state = 'active' AND person = ?", e.ID.UUID[:], e.GAP.UUID[:]))
}
