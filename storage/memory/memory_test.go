package memory_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
	"github.com/egovroles/egovroles/storage/memory"
	"github.com/egovroles/egovroles/storage/storagetest"
)

// Hand the store to accessmgmt.New, and each test has a world of its own. What
// is written straight into it, as here, is a changeset.
func ExampleNew() {
	ctx := context.Background()
	store := memory.New()
	registration := accessmgmt.Changes{
		Enterprise: accessmgmt.Enterprise{
			ID:     accessmgmt.EnterpriseID{UUID: uuid.MustParse("01958b2e-1f00-7000-8000-000000000001")},
			Number: accessmgmt.MustParseEnterpriseNumber("0884.303.369"),
			Name:   "Dubois SPRL",
			Epoch:  1,
		},
		Command: accessmgmt.Command{ID: accessmgmt.CommandID{UUID: uuid.MustParse("01958b2e-1f00-7000-8000-000000000002")}},
	}
	fmt.Println(store.Commit(ctx, registration))

	found, err := store.EnterpriseByNumber(ctx, registration.Enterprise.Number)
	fmt.Println(found.Name, found.Epoch, err)

	again := store.Commit(ctx, registration) // decided when there was none yet
	fmt.Println(errors.Is(again, accessmgmt.ErrConflict))
	// Output:
	// <nil>
	// Dubois SPRL 1 <nil>
	// true
}

func TestStore(t *testing.T) {
	storagetest.Run(t, func(testing.TB) accessmgmt.Store { return memory.New() })
}

// TestErrorsNameNobody: errors reach logs, and must hold ids alone.
func TestErrorsNameNobody(t *testing.T) {
	store := memory.New()
	anne := accessmgmt.Person{
		ID: accessmgmt.PersonID{UUID: id(1)}, Version: 1,
		Identities: []accessmgmt.IdentityRef{{Issuer: "https://idp", Subject: "anne-85.07.30-033.28"}},
	}
	require.NoError(t, store.Commit(t.Context(), accessmgmt.Changes{
		Enterprise: accessmgmt.Enterprise{ID: accessmgmt.EnterpriseID{UUID: id(2)}, Epoch: 1},
		Command:    accessmgmt.Command{ID: accessmgmt.CommandID{UUID: id(3)}},
		Persons:    []accessmgmt.Person{anne},
	}))
	ben := anne
	ben.ID.UUID = id(4)
	err := store.Commit(t.Context(), accessmgmt.Changes{
		Enterprise: accessmgmt.Enterprise{ID: accessmgmt.EnterpriseID{UUID: id(2)}, Epoch: 2},
		Command:    accessmgmt.Command{ID: accessmgmt.CommandID{UUID: id(5)}},
		Persons:    []accessmgmt.Person{ben},
	})
	require.ErrorIs(t, err, accessmgmt.ErrConflict)
	require.NotContains(t, err.Error(), "anne")
	require.Contains(t, err.Error(), ben.ID.String(), "the id helps whoever looks into it")
}

func id(n uint64) uuid.UUID {
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[8:], n)
	id[6] = 0x70
	return id
}

// The size that portals' unit tests and the benchmarks ask for.
const (
	enterprises = 100
	persons     = 20_000
	perCommit   = 100
)

// large returns a store with a hundred thousand assignments.
func large(tb testing.TB) *memory.Store {
	tb.Helper()
	store := memory.New()
	at := time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	next := uint64(1_000_000)
	for e := range uint64(enterprises) {
		for epoch := range uint64(10) {
			next++
			c := accessmgmt.Changes{
				Enterprise: accessmgmt.Enterprise{ID: enterprise(e), Number: number(e), Epoch: epoch + 1, CreatedAt: at},
				Command:    accessmgmt.Command{ID: accessmgmt.CommandID{UUID: id(next)}, At: at},
			}
			for n := range uint64(perCommit) {
				next++
				c.Assignments = append(c.Assignments, accessmgmt.RoleAssignment{
					Assignment: roles.Assignment{
						ID: accessmgmt.AssignmentID{UUID: id(next)}, Person: person(epoch*perCommit + n*7919 + e), Enterprise: enterprise(e),
						Role: roles.Editor, Window: roles.Window{From: at},
					},
					GivenAt: at, Version: 1,
				})
			}
			require.NoError(tb, store.Commit(context.Background(), c))
		}
	}
	return store
}

func enterprise(n uint64) accessmgmt.EnterpriseID { return accessmgmt.EnterpriseID{UUID: id(n + 1)} }

func person(n uint64) accessmgmt.PersonID { return accessmgmt.PersonID{UUID: id(10_000 + n%persons)} }

func number(n uint64) accessmgmt.EnterpriseNumber {
	rest := 10_000_000 + n
	return accessmgmt.MustParseEnterpriseNumber(fmt.Sprintf("%08d%02d", rest, 97-rest%97))
}

func BenchmarkAccess(b *testing.B) {
	store := large(b)
	b.ReportAllocs()
	for n := uint64(0); b.Loop(); n++ {
		if _, err := store.Access(b.Context(), enterprise(n%enterprises), person(n), accessmgmt.UnitID{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGrantsPage(b *testing.B) {
	store := large(b)
	b.ReportAllocs()
	for n := uint64(0); b.Loop(); n++ {
		q := accessmgmt.GrantQuery{Enterprise: enterprise(n % enterprises), After: accessmgmt.GrantKey{Enterprise: enterprise(n % enterprises), Person: person(n)}, Limit: 100}
		if _, err := store.Grants(b.Context(), q); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFindAssignmentsOfPerson(b *testing.B) {
	store := large(b)
	b.ReportAllocs()
	for n := uint64(0); b.Loop(); n++ {
		f := accessmgmt.AssignmentFilter{Persons: []accessmgmt.PersonID{person(n)}, States: []roles.AssignmentState{roles.Active}, At: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)}
		if _, err := store.FindAssignments(b.Context(), f, accessmgmt.Page{Limit: 50}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		large(b)
	}
}
