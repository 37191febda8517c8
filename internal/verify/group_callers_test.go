package verify_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
)

// TestGroupRefusals has some of a transaction refused: at their first statement,
// or when they have written something already. The others are done, in one
// COMMIT.
func TestGroupRefusals(t *testing.T) {
	stale := func(k *crew, i int) accessmgmt.Changes {
		c := k.step(i)
		c.Enterprise.Epoch++
		return c
	}
	repeated := func(k *crew, i int) accessmgmt.Changes {
		done := k.step(i)
		require.NoError(t, k.Commit(ctx, done))
		k.enterprises[i] = done.Enterprise
		c := k.step(i)
		c.Command.ID = done.Command.ID
		return c
	}
	taken := func(k *crew, i int) accessmgmt.Changes {
		c := k.step(i)
		c.Enterprise.Number = k.enterprises[0].Number
		return c
	}
	for name, c := range map[string]struct {
		spoil      func(k *crew, i int) accessmgmt.Changes
		err        error
		savepoints int
	}{
		"another epoch":        {stale, accessmgmt.ErrConflict, 0},
		"the command again":    {repeated, accessmgmt.ErrRepeated, 4},
		"the number of others": {taken, accessmgmt.ErrConflict, 4},
	} {
		for _, bad := range [][]int{{1}, {4}, {2, 3}} {
			k := assemble(t, 5)
			changes := k.steps()
			for _, i := range bad {
				changes[i] = c.spoil(k, i)
			}
			all := calls(changes)
			k.spy.take()
			errs := k.run(all, nil)
			counts := k.count("COMMIT", "SAVEPOINT")
			assert.Equal(t, 1, counts["COMMIT"], name)
			assert.Equal(t, c.savepoints, counts["SAVEPOINT"], name)
			for _, i := range bad {
				require.ErrorIs(t, errs[i], c.err, name)
				e, err := k.Enterprise(ctx, k.enterprises[i].ID)
				require.NoError(t, err)
				require.Equal(t, k.enterprises[i], e, name)
				errs[i], all[i].Changes = nil, accessmgmt.Changes{} // looked at
			}
			for i, c := range all {
				require.NoError(t, errs[i], name)
				if c.Enterprise.ID.IsZero() {
					continue
				}
				k.check(t, all[i:i+1], errs[i:i+1])
			}
		}
	}
}

// TestGroupRefusalStands has a follower conflict with the leader's own changeset.
// He may not hear of it before it is committed: the COMMIT fails here, and then
// there is nothing to conflict with.
func TestGroupRefusalStands(t *testing.T) {
	for _, repeated := range []bool{false, true} {
		for _, fails := range []bool{false, true} {
			k := assemble(t, 1)
			first, second := k.step(0), k.step(0)
			want := accessmgmt.ErrConflict
			if repeated {
				second = next(first.Enterprise)
				second.Command.ID = first.Command.ID
				want = accessmgmt.ErrRepeated
			}
			commits := 0
			errs := k.run(calls([]accessmgmt.Changes{first, second}), func(text string) error {
				if text == "COMMIT" {
					commits++
				}
				if fails && text == "COMMIT" && commits == 1 {
					return sqliteError{13, "full"}
				}
				return nil
			})
			e, err := k.Enterprise(ctx, first.Enterprise.ID)
			require.NoError(t, err)
			switch {
			case !fails:
				require.NoError(t, errs[0])
				require.ErrorIs(t, errs[1], want)
				require.Equal(t, first.Enterprise, e)
			case repeated: // its epoch is one too high without the first
				require.Error(t, errs[0])
				require.ErrorIs(t, errs[1], accessmgmt.ErrConflict)
				require.NotErrorIs(t, errs[1], accessmgmt.ErrRepeated)
			default:
				require.Error(t, errs[0])
				require.NoError(t, errs[1])
				require.Equal(t, second.Enterprise, e)
			}
		}
	}
}

// TestGroupCommitInDoubt loses the answer of a COMMIT that happened. Each of its
// callers finds his own command.
func TestGroupCommitInDoubt(t *testing.T) {
	k := assemble(t, 4)
	changes := k.steps()
	changes[2] = next(changes[2].Enterprise) // at another epoch: refused
	all := calls(changes)
	k.spy.after = func(text string) error {
		if text == "COMMIT" {
			return sqliteError{10, "I/O"}
		}
		return nil
	}
	errs := k.run(all, nil)
	require.ErrorIs(t, errs[2], accessmgmt.ErrConflict)
	for _, i := range []int{0, 1, 3} {
		require.NoError(t, errs[i])
		k.check(t, all[i:i+1], errs[i:i+1])
	}
}

// TestGroupCallerLeaves has a caller leave at each statement in turn, the leader
// or a follower. The others are not harmed, and what he hears is what happened.
func TestGroupCallerLeaves(t *testing.T) {
	for who := range 3 {
		k := assemble(t, 3)
		seen := map[bool]int{}
		for n := 1; ; n++ {
			all := calls(k.steps())
			leaving, cancel := context.WithCancel(ctx)
			all[who].ctx = leaving
			count, commits, over := 0, 0, true
			errs := k.run(all, func(text string) error {
				if text == "COMMIT" {
					commits++
				}
				if count++; count == n {
					over = false
					cancel()
				}
				return nil
			})
			cancel()
			k.check(t, all, errs)
			for i, err := range errs {
				if i != who || over {
					require.NoError(t, err, "caller %d left at statement %d", who, n)
				}
			}
			if over {
				require.Greater(t, n, 3*6)
				break
			}
			seen[errs[who] == nil]++
			if errs[who] != nil {
				require.ErrorIs(t, errs[who], context.Canceled)
			} else {
				require.Equal(t, 1, commits, "nobody's had to be done again")
			}
		}
		const statements = 5 // of each
		assert.Equal(t, statements*(2-who)+1, seen[true], "while others are at theirs and at the COMMIT he can't go back")
		assert.GreaterOrEqual(t, seen[false], statements*(1+who))
		assert.Empty(t, k.spy.interruptible)
	}
}

// TestGroupCallerStopsWaiting has callers leave whose write nobody has begun:
// they needn't wait for those before them.
func TestGroupCallerStopsWaiting(t *testing.T) {
	k := assemble(t, 4)
	all := calls(k.steps())
	leaving, cancel := context.WithCancel(ctx)
	all[1].ctx, all[3].ctx = leaving, leaving
	release := k.hold(all, nil)
	cancel()
	left := []error{<-all[1].done, <-all[3].done}
	release()
	errs := []error{<-all[0].done, left[0], <-all[2].done, left[1]}
	k.spy.mu.Lock()
	k.spy.before = nil
	k.spy.mu.Unlock()
	for i, err := range errs {
		if i%2 == 0 {
			require.NoError(t, err)
		} else {
			require.ErrorIs(t, err, context.Canceled)
		}
	}
	k.check(t, all, errs)
}

// TestGroupBehindThePortal has the portal's own transaction hold the lock while
// several wait, and give it up at some attempt.
func TestGroupBehindThePortal(t *testing.T) {
	path := file(t)
	db, spy := openSpied(t, "file:"+path+"?_pragma=busy_timeout(1)")
	db.SetMaxOpenConns(1)
	k := &crew{Store: migrated(t, db, nil), spy: spy}
	for i := range 4 {
		c := registered(i)
		require.NoError(t, k.Commit(ctx, c))
		k.enterprises = append(k.enterprises, c.Enterprise)
	}
	k.prepare(t)
	portal, err := open(t, dsn(path)).Begin()
	require.NoError(t, err)
	_, err = portal.Exec("UPDATE egovroles_schema SET version = version")
	require.NoError(t, err)
	all := calls(k.steps())
	attempts := 0
	errs := k.run(all, func(text string) error {
		if strings.HasPrefix(text, "UPDATE egovroles_enterprise") {
			if attempts++; attempts == 6 {
				assert.NoError(t, portal.Rollback())
			}
		}
		return nil
	})
	for _, err := range errs {
		require.NoError(t, err)
	}
	assert.Greater(t, attempts, 6)
	k.check(t, all, errs)
}

// TestGroupOutbox has messages claimed and finished in one transaction with what
// others write.
func TestGroupOutbox(t *testing.T) {
	k := assemble(t, 4)
	claim := accessmgmt.Claim{ID: accessmgmt.ClaimID{UUID: newID()}, Now: now, Until: now.Add(1), Limit: 2}
	claimed, err := k.ClaimMessages(ctx, claim)
	require.NoError(t, err)
	require.Len(t, claimed, 2)
	finish := func(ctx context.Context) error {
		return k.FinishMessage(ctx, claimed[0].Enterprise, claimed[0].ID, claim.ID, accessmgmt.Outcome{State: accessmgmt.MessageSent, At: now})
	}
	require.NoError(t, finish(ctx))
	claimed = claimed[1:] // all is prepared

	all := calls(k.steps())
	k.spy.take()
	release := k.hold(all, nil)
	var more []accessmgmt.Message
	var errs [3]error
	var done sync.WaitGroup
	for i, write := range []func(context.Context) error{
		finish,
		func(ctx context.Context) (err error) {
			more, err = k.ClaimMessages(ctx, accessmgmt.Claim{ID: accessmgmt.ClaimID{UUID: newID()}, Now: now, Until: now.Add(1), Limit: 100})
			return err
		},
		func(ctx context.Context) error { return finish(ctx) }, // again
	} {
		waits, once := make(chan struct{}), new(sync.Once)
		done.Go(func() { errs[i] = write(queued{ctx, func() { once.Do(func() { close(waits) }) }}) })
		<-waits
	}
	release()
	answers := make([]error, len(all))
	for i, c := range all {
		answers[i] = <-c.done
		require.NoError(t, answers[i])
	}
	done.Wait()
	assert.Equal(t, map[string]int{"COMMIT": 1}, k.count("COMMIT", "SAVEPOINT"), "whose claim is gone has written nothing")
	k.check(t, all, answers)
	require.NoError(t, errs[0])
	require.NoError(t, errs[1])
	require.ErrorIs(t, errs[2], accessmgmt.ErrConflict)
	var ours int
	for _, m := range more {
		for _, c := range all {
			if m.ID == c.Messages[0].ID {
				ours++
			}
		}
	}
	assert.Equal(t, len(all), ours, "those of the same transaction too")
}

// TestGroupCrowd has 64 callers at it, over one connection and over many, some of
// whom are after the same enterprise.
func TestGroupCrowd(t *testing.T) {
	for _, conns := range []int{0, 1} {
		db, spy := openSpied(t, dsn(file(t)))
		db.SetMaxOpenConns(conns)
		k := &crew{Store: migrated(t, db, nil), spy: spy}
		const callers, enterprises, each = 64, 48, 6
		for i := range enterprises {
			c := registered(i)
			require.NoError(t, k.Commit(ctx, c))
			k.enterprises = append(k.enterprises, c.Enterprise)
		}
		spy.take()
		var mu sync.Mutex
		acknowledged := map[accessmgmt.EnterpriseID]int{}
		var all sync.WaitGroup
		for i := range callers {
			all.Go(func() {
				id := k.enterprises[i%enterprises].ID
				for range each {
					err := accessmgmt.ErrConflict
					for range 200 {
						e, readErr := k.Enterprise(ctx, id)
						if !assert.NoError(t, readErr) {
							return
						}
						if err = k.Commit(ctx, next(e)); err == nil || !assert.ErrorIs(t, err, accessmgmt.ErrConflict) {
							break
						}
					}
					if assert.NoError(t, err) {
						mu.Lock()
						acknowledged[id]++
						mu.Unlock()
					}
				}
			})
		}
		all.Wait()
		commits := k.count("COMMIT")["COMMIT"]
		t.Logf("%d changesets in %d transactions", callers*each, commits)
		assert.Less(t, commits, callers*each)
		for _, e := range k.enterprises {
			got, err := k.Enterprise(ctx, e.ID)
			require.NoError(t, err)
			assert.EqualValues(t, 1+acknowledged[e.ID], got.Epoch)
			records, err := k.Audit(ctx, e.ID, accessmgmt.AuditPosition{}, 1000)
			require.NoError(t, err)
			assert.Len(t, records, acknowledged[e.ID])
		}
	}
}
