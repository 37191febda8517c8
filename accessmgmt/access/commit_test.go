package access

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/accesstest"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
	"github.com/egovroles/egovroles/storage/memory"
)

// counted is a store that counts how often rows are read.
type counted struct {
	accessmgmt.Store
	grants int
}

func (s *counted) Grants(ctx context.Context, q accessmgmt.GrantQuery) ([]roles.Assignment, error) {
	s.grants++
	return s.Store.Grants(ctx, q)
}

// requireSame fails unless two blocks answer alike: of one stamp, with the same
// rows in the same order.
func requireSame(t *testing.T, ix *Index, got *block, other *Index, want *block, why string) {
	t.Helper()
	require.NotNil(t, got, why)
	require.Equal(t, want.epoch, got.epoch, why)
	require.Equal(t, want.head, got.head, why)
	require.Equal(t, want.closed, got.closed, why)
	type plain struct {
		id         accessmgmt.AssignmentID
		person     accessmgmt.PersonID
		from, to   int64
		role       roles.Code
		unit       accessmgmt.UnitID
		properties roles.Properties
	}
	listed := func(ix *Index, b *block) map[accessmgmt.AssignmentID]plain {
		all := map[accessmgmt.AssignmentID]plain{}
		for i, it := range b.items(ix) {
			from, to := b.of(it.row.person, it.hash)
			require.Less(t, from, to, "%s: item %d isn't found by its person", why, i)
			p := plain{id: it.id, person: personOf(it.row.person), from: unpackInstant(it.row.from), to: unpackInstant(it.row.to),
				role: ix.compiled.roles[it.row.number()&^unitBit].code, properties: it.properties}
			if it.unit != 0 {
				for id, number := range b.more.units {
					if number == it.unit {
						p.unit = id
					}
				}
				require.NotZero(t, p.unit, why)
			}
			all[it.id] = p
		}
		require.Len(t, all, int(b.count), why)
		return all
	}
	require.Equal(t, listed(other, want), listed(ix, got), why)
}

// What is made of a commit is what would have been read after it.
func TestCommitsAreFollowedWithoutReading(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		rng := rand.New(rand.NewPCG(seed, 7))
		store := &counted{Store: memory.New()}
		ix, err := New(store, Options{Catalogue: roles.MonEspace()})
		require.NoError(t, err)
		w := accesstest.New(t, accesstest.Options{Store: store, Change: func(o *accessmgmt.Options) { o.Watcher = ix }})
		units := []accessmgmt.UnitID{w.AddUnit("Liège").ID, w.AddUnit("Namur").ID}
		var persons []accessmgmt.Assignee
		for i := range 420 {
			p := w.Person(fmt.Sprintf("Anne Dubois-%d", i))
			persons = append(persons, accessmgmt.Assignee{Number: p.Identity.Number, GivenName: p.Identity.GivenName, FamilyName: p.Identity.FamilyName, Email: p.Identity.Email})
		}
		var given []accessmgmt.RoleAssignment
		ctx := t.Context()
		assign := func(some []accessmgmt.Assignee, l invitation.Line) {
			results, err := w.Service.Assign(ctx, w.GAP, accessmgmt.Assign{Enterprise: w.Enterprise, Persons: some, Lines: []invitation.Line{l}})
			require.NoError(t, err)
			for _, r := range results {
				if r.Err == nil {
					given = append(given, r.Value.Assignment)
				}
			}
		}
		line := func() invitation.Line {
			l := invitation.Line{Role: []roles.Code{roles.Reader, roles.Writer, roles.Editor, roles.Owner}[rng.IntN(4)], Period: roles.From(w.Day(rng.IntN(3)))}
			if rng.IntN(3) == 0 {
				l.Unit = units[rng.IntN(2)]
			}
			return l
		}
		assign(persons[:1], line())
		q := accessmgmt.Question{Person: given[0].Person, Enterprise: w.Enterprise, Action: roles.Sign}
		_, err = ix.Check(ctx, q)
		require.NoError(t, err)
		read := store.grants
		for step := range 60 {
			what := "assign one"
			switch n := rng.IntN(10); {
			case step == 20: // more rows than starts can count
				what = "assign many"
				assign(persons, line())
			case n < 4:
				at := rng.IntN(len(persons))
				assign(persons[at:at+1], line())
			case n < 6:
				what = "end"
				_, err = w.Service.End(ctx, w.GAP, accessmgmt.End{Enterprise: w.Enterprise, Assignments: []accessmgmt.AssignmentID{given[rng.IntN(len(given))].ID}})
				require.NoError(t, err)
			case n < 8:
				what = "replace"
				_, _ = w.Service.Replace(ctx, w.GAP, accessmgmt.Replace{Enterprise: w.Enterprise, Assignment: given[rng.IntN(len(given))].ID, Line: line()})
			default:
				what = "invite"
				w.Invite(w.Person(fmt.Sprintf("Guest Nr-%d", step)), roles.Reader)
			}
			fresh, err := New(store.Store, Options{Catalogue: roles.MonEspace()})
			require.NoError(t, err)
			require.NoError(t, fresh.Load(ctx, nil))
			requireSame(t, ix, ix.find(w.Enterprise), fresh, fresh.find(w.Enterprise), fmt.Sprintf("seed %d, step %d: %s", seed, step, what))
			_, err = ix.Check(ctx, q)
			require.NoError(t, err)
		}
		require.Equal(t, read, store.grants, "nothing was read anew")
		w.AddUnit("Mons")
		_, err = ix.Check(ctx, q)
		require.NoError(t, err)
		require.Greater(t, store.grants, read, "what changes more is")
	}
}

// A commit that was refused, or beside another, leaves nothing to believe.
func TestCommitsThatAreNotAlone(t *testing.T) {
	t.Parallel()
	store := &counted{Store: memory.New()}
	ix, err := New(store, Options{Catalogue: roles.MonEspace()})
	require.NoError(t, err)
	w := accesstest.New(t, accesstest.Options{Store: store, Change: func(o *accessmgmt.Options) { o.Watcher = ix }})
	anne := w.Person("Anne Dubois")
	given := w.Give(anne, roles.Editor)
	q := accessmgmt.Question{Person: given.Person, Enterprise: w.Enterprise, Action: roles.Sign}
	_, err = ix.Check(t.Context(), q)
	require.NoError(t, err)

	believed := func() bool { return ix.find(w.Enterprise).verified.Load() != never }
	ix.Writing(w.Enterprise) // another, in a transaction of the portal's
	w.End(given)
	require.False(t, believed())
	ix.Written(w.Enterprise, true)
	require.False(t, believed(), "two at once")
	d, err := ix.Check(t.Context(), q)
	require.NoError(t, err)
	require.False(t, d.Allowed)

	w.FailStore(errDown)
	_, err = w.Service.Assign(t.Context(), w.GAP, accessmgmt.Assign{Enterprise: w.Enterprise, Persons: []accessmgmt.Assignee{{Person: given.Person}},
		Lines: []invitation.Line{{Role: roles.Editor, Period: roles.From(w.Today())}}})
	require.Error(t, err)
	w.FailStore(nil)
	ent, err := store.Enterprise(t.Context(), w.Enterprise)
	require.NoError(t, err)
	c := accessmgmt.Changes{Enterprise: ent, Audit: []accessmgmt.AuditRecord{{Prev: ent.AuditHead}}}
	c.Enterprise.Epoch++
	_, err = ix.Check(t.Context(), q)
	require.NoError(t, err)
	ix.Writing(w.Enterprise)
	ix.Committed(&c)
	ix.Written(w.Enterprise, false) // it was refused after all
	require.False(t, believed())
	c.Audit[0].Prev[0]++ // made on another state than is known
	_, err = ix.Check(t.Context(), q)
	require.NoError(t, err)
	ix.Writing(w.Enterprise)
	ix.Committed(&c)
	ix.Written(w.Enterprise, true)
	require.False(t, believed())
}

var errDown = fmt.Errorf("down")

// BenchmarkCommitted is one assignment more in an enterprise of so many.
func BenchmarkCommitted(b *testing.B) {
	for _, n := range []int{10, 1_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			ix, err := New(memory.New(), Options{Catalogue: roles.MonEspace()})
			require.NoError(b, err)
			ent := accessmgmt.Enterprise{ID: accessmgmt.EnterpriseID{UUID: [16]byte{1}}, GAP: accessmgmt.PersonID{UUID: [16]byte{2}}, Epoch: 1}
			f := facts{enterprise: ent}
			at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
			one := func(i int) roles.Assignment {
				a := roles.Assignment{Enterprise: ent.ID, Role: roles.Editor, Window: roles.Window{From: at}}
				a.ID.UUID, a.Person.UUID = [16]byte{byte(i >> 16), byte(i >> 8), byte(i), 3}, [16]byte{byte(i >> 16), byte(i >> 8), byte(i), 4}
				return a
			}
			for i := range n {
				f.assignments = append(f.assignments, one(i))
			}
			known := ix.build(&f)
			c := accessmgmt.Changes{Enterprise: ent, Audit: make([]accessmgmt.AuditRecord, 1), Assignments: []accessmgmt.RoleAssignment{{Assignment: one(n + 1)}}}
			c.Enterprise.Epoch++
			require.True(b, follows(known, &c))
			b.ResetTimer()
			for range b.N {
				if ix.after(known, &c) == nil {
					b.Fatal("it couldn't be told")
				}
			}
		})
	}
}
