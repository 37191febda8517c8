package verify_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/storage/sqlite"
)

// processes returns n stores on one file, each with a pool of its own, as that
// many processes would have.
func processes(t *testing.T, n int) []*sqlite.Store {
	path := file(t)
	stores := make([]*sqlite.Store, n)
	for i := range stores {
		stores[i] = migrated(t, open(t, path), nil) // without a busy timeout of its own
	}
	return stores
}

func TestTwoProcessesSeeEachOther(t *testing.T) {
	stores := processes(t, 2)
	c := registered(1)
	require.NoError(t, stores[0].Commit(ctx, c))
	for i := range 20 { // prepared statements and all
		e, err := stores[(i+1)%2].Enterprise(ctx, c.Enterprise.ID)
		require.NoError(t, err)
		require.Equal(t, c.Enterprise, e)
		stale := next(e)
		c = next(e)
		require.NoError(t, stores[i%2].Commit(ctx, c))
		require.ErrorIs(t, stores[(i+1)%2].Commit(ctx, stale), accessmgmt.ErrConflict)
		repeated := next(c.Enterprise)
		repeated.Command = c.Command
		require.ErrorIs(t, stores[(i+1)%2].Commit(ctx, repeated), accessmgmt.ErrRepeated)
	}
}

// TestProcessesRace has four processes with two writers each raise the epoch of
// one enterprise and give roles. Whoever reads an epoch first commits at most
// once on it; nobody's commit is lost, and nobody is left with a busy database.
func TestProcessesRace(t *testing.T) {
	stores := processes(t, 4)
	c := registered(1)
	require.NoError(t, stores[0].Commit(ctx, c))
	id, person := c.Enterprise.ID, accessmgmt.PersonID{UUID: newID()}
	var acknowledged atomic.Int64
	var failed sync.Map
	var all sync.WaitGroup
	for i := range 2 * len(stores) {
		all.Go(func() {
			store := stores[i%len(stores)]
			for n := 0; n < 15; {
				e, err := store.Enterprise(ctx, id)
				if err == nil {
					c := next(e)
					c.Assignments = []accessmgmt.RoleAssignment{assignment(id, person)}
					c.Messages = []accessmgmt.Message{message(id)}
					err = store.Commit(ctx, c)
				}
				switch {
				case err == nil:
					acknowledged.Add(1)
					n++
				case !errors.Is(err, accessmgmt.ErrConflict):
					failed.Store(i, err)
					return
				}
			}
		})
	}
	all.Wait()
	failed.Range(func(_, err any) bool { t.Error(err); return true })

	e, err := stores[1].Enterprise(ctx, id)
	require.NoError(t, err)
	commits := int(acknowledged.Load())
	assert.EqualValues(t, 1+commits, e.Epoch)
	access, err := stores[2].Access(ctx, id, person, accessmgmt.UnitID{})
	require.NoError(t, err)
	assert.Len(t, access.Assignments, commits)
	records, err := stores[3].Audit(ctx, id, accessmgmt.AuditPosition{}, 1000)
	require.NoError(t, err)
	require.Len(t, records, commits)
	for i, r := range records {
		assert.EqualValues(t, 2+i, r.Seq, "without a gap")
	}
	messages, err := stores[0].ClaimMessages(ctx, accessmgmt.Claim{ID: accessmgmt.ClaimID{UUID: newID()}, Now: now, Until: now.Add(1), Limit: 1000})
	require.NoError(t, err)
	assert.Len(t, messages, commits)
}

// TestProcessesClaim has dispatchers of several processes take messages at
// once: each message is taken once.
func TestProcessesClaim(t *testing.T) {
	stores := processes(t, 4)
	c := registered(1)
	for range 200 {
		c.Messages = append(c.Messages, message(c.Enterprise.ID))
	}
	require.NoError(t, stores[0].Commit(ctx, c))
	var mu sync.Mutex
	times := map[accessmgmt.MessageID]int{}
	var all sync.WaitGroup
	for i := range stores {
		all.Go(func() {
			for range len(c.Messages) {
				claim := accessmgmt.Claim{ID: accessmgmt.ClaimID{UUID: newID()}, Now: now, Until: now.Add(1_000_000), Limit: 7}
				messages, err := stores[i].ClaimMessages(ctx, claim)
				if !assert.NoError(t, err) || len(messages) == 0 {
					return
				}
				mu.Lock()
				for _, m := range messages {
					times[m.ID]++
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	assert.Len(t, times, len(c.Messages))
	for id, n := range times {
		assert.Equal(t, 1, n, "message %s", id)
	}
}
