package access

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/accesstest"
	"github.com/egovroles/egovroles/roles"
	"github.com/egovroles/egovroles/storage/memory"
)

// interrupted is a store that does something else between a commit and its answer.
type interrupted struct {
	accessmgmt.Store
	then func()
}

func (s *interrupted) Commit(ctx context.Context, c accessmgmt.Changes) error {
	err := s.Store.Commit(ctx, c)
	if then := s.then; then != nil {
		s.then = nil
		then()
	}
	return err
}

// Between a commit and the moment the index is told of it another one may begin,
// take a right away and be acknowledged, as in a transaction of the portal's: the
// index doesn't go back to what the first left.
func TestACommitThatWasOvertakenBeforeItWasTold(t *testing.T) {
	t.Parallel()
	store := &interrupted{Store: memory.New()}
	ix, err := New(store, Options{Catalogue: roles.MonEspace()})
	require.NoError(t, err)
	w := accesstest.New(t, accesstest.Options{Store: store, Change: func(o *accessmgmt.Options) { o.Watcher = ix }})
	anne, ben := w.Person("Anne Dubois"), w.Person("Ben Claes")
	given := w.Give(anne, roles.Editor)
	q := accessmgmt.Question{Person: given.Person, Enterprise: w.Enterprise, Action: roles.Sign}
	d, err := ix.Check(t.Context(), q)
	require.NoError(t, err)
	require.True(t, d.Allowed)
	store.then = func() {
		in := w.Service.Within(store)
		_, err := in.End(t.Context(), w.GAP, accessmgmt.End{Enterprise: w.Enterprise, Assignments: []accessmgmt.AssignmentID{given.ID}})
		require.NoError(t, err)
		in.Committed() // from here on nobody here may be allowed it
	}
	w.Assign(ben, roles.Reader)
	require.Nil(t, store.then)
	d, err = ix.Check(t.Context(), q)
	require.NoError(t, err)
	require.False(t, d.Allowed, "allowed as of revision %d after its end was acknowledged", d.Revision)
}

// The same while the index is still making what the first left, and however many
// are over before it is.
func TestACommitThatWasOvertakenWhileItWasFollowed(t *testing.T) {
	t.Parallel()
	for others := range 3 {
		ix, err := New(memory.New(), Options{Catalogue: roles.MonEspace()})
		require.NoError(t, err)
		ent := accessmgmt.Enterprise{ID: accessmgmt.EnterpriseID{UUID: [16]byte{1}}, GAP: accessmgmt.PersonID{UUID: [16]byte{2}}, Epoch: 1}
		ix.mu.Lock()
		ix.put(ix.build(&facts{enterprise: ent}), moment{})
		ix.mu.Unlock()
		c := accessmgmt.Changes{Enterprise: ent, Audit: make([]accessmgmt.AuditRecord, 1)}
		c.Enterprise.Epoch++
		ix.Writing(ent.ID)
		next := ix.following(&c)
		require.NotNil(t, next)
		for range others {
			ix.Writing(ent.ID)
			ix.Written(ent.ID, true)
		}
		ix.offer(next)
		ix.Written(ent.ID, true)
		require.Equal(t, others == 0, ix.find(ent.ID).verified.Load() != never, "%d others", others)
		require.Empty(t, ix.writing)

		// What met is over: the next one is alone again.
		ix.mu.Lock()
		ix.put(ix.build(&facts{enterprise: ent}), moment{order: ix.order})
		ix.mu.Unlock()
		ix.Writing(ent.ID)
		ix.Committed(&c)
		ix.Written(ent.ID, true)
		require.NotEqual(t, int64(never), ix.find(ent.ID).verified.Load())
	}
}
