package verify_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
)

// TestSettledByEpoch has a COMMIT come to nothing, and another process do the same
// command on a later epoch before it is asked after: that isn't the commit that was
// lost, whose changes are nowhere.
func TestSettledByEpoch(t *testing.T) {
	onEachSpied(t, func(t *testing.T, store sqlStore, spy *spy, _ []error) {
		c := registered(1)
		require.NoError(t, store.Commit(ctx, c))
		lost := grown(c.Enterprise)
		other := grown(c.Enterprise)
		again := next(other.Enterprise)
		again.Command = lost.Command

		refused, meanwhile := errors.New("disk full"), false
		spy.before = func(text string) error {
			switch {
			case text == "COMMIT" && !meanwhile:
				meanwhile = true
				return refused
			case meanwhile && strings.HasPrefix(text, "SELECT"):
				spy.before = nil
				require.NoError(t, store.Commit(ctx, other))
				require.NoError(t, store.Commit(ctx, again))
			}
			return nil
		}
		require.ErrorIs(t, store.Commit(ctx, lost), refused)
		require.True(t, meanwhile)
		there, err := store.Command(ctx, c.Enterprise.ID, lost.Command.ID)
		require.NoError(t, err)
		require.Equal(t, again.Enterprise.Epoch, there.Epoch)
		access, err := store.Access(ctx, c.Enterprise.ID, lost.Command.Actor, accessmgmt.UnitID{})
		require.NoError(t, err)
		require.Empty(t, access.Assignments, "nothing of it is there")
	})
}
