package verify_test

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
)

// TestRepeatWaitsForTheStandby has the waiting for a standby come to nothing, after a
// command and after a COMMIT whose answer was lost: what is there is no yes until a
// standby has it.
func TestRepeatWaitsForTheStandby(t *testing.T) {
	for _, d := range spiedDatabases[1:3] {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			store, spy := d.open(t)
			c := registered(1)
			require.NoError(t, store.Commit(ctx, c))
			asks := func(text string) bool { return strings.Contains(text, "synchronous_standby_names") }
			waits := 0
			never := func(text string) error {
				if asks(text) {
					waits++
					return &pgconn.PgError{Code: "57P01"}
				}
				return nil
			}

			spy.before = never
			_, err := store.Command(ctx, c.Enterprise.ID, c.Command.ID)
			require.ErrorIs(t, err, accessmgmt.ErrOutcomeUnknown)
			require.Greater(t, waits, 1, "it was tried again")
			_, err = store.Command(ctx, c.Enterprise.ID, accessmgmt.CommandID{UUID: newID()})
			require.ErrorIs(t, err, accessmgmt.ErrNotFound, "there is nothing to wait for")

			c = grown(c.Enterprise)
			spy.after = func(text string) error {
				if text == "COMMIT" {
					return io.ErrUnexpectedEOF
				}
				return nil
			}
			waiting, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
			defer cancel()
			require.ErrorIs(t, store.Commit(waiting, c), accessmgmt.ErrOutcomeUnknown, "the primary alone is no yes")
			spy.before, spy.after = nil, nil

			spy.take()
			there, err := store.Command(ctx, c.Enterprise.ID, c.Command.ID)
			require.NoError(t, err)
			require.Equal(t, c.Enterprise.Epoch, there.Epoch)
			asked := 0
			for _, r := range spy.take() {
				if asks(r.text) {
					asked++
				}
			}
			require.Equal(t, 1, asked)
			requireOnce(t, store, c)
		})
	}
}
