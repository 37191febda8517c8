// Package storagetest tells whether a store keeps the contract of
// [accessmgmt.Store]. Every adapter of this library passes it, and so can one
// of yours:
//
//	func TestStore(t *testing.T) {
//		storagetest.Run(t, func(t testing.TB) accessmgmt.Store {
//			return oracle.New(openEmptySchema(t))
//		})
//	}
//
// Every promise in the contract's comments has a case, and a case that fails
// says which promise was broken. Nothing can be opted out of, and an adapter
// needs no other test of what it shares with the others.
//
// All instants come from one fixed day and nothing sleeps, so a run neither
// depends on the clock nor waits for it. Races are made with barriers; run the
// suite with -race, and several times, before trusting a new adapter.
//
// # What counts as equal
//
// Rows are compared field by field. An empty slice or map is as good as nil,
// with one exception: the Details of an [accessmgmt.AuditRecord] must come back
// nil when there are none, because nil there means that they were erased.
package storagetest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
)

// Run runs every case against stores that open returns, each case against one
// of its own. open must give a fresh, empty store each time and clean up with
// t.Cleanup; it is called from several goroutines at once, since all cases run
// in parallel.
func Run(t *testing.T, open func(t testing.TB) accessmgmt.Store) {
	t.Helper()
	for _, topic := range []struct {
		name  string
		cases []testCase
	}{
		{"Enterprises", enterpriseCases},
		{"Commands", commandCases},
		{"Persons", personCases},
		{"Rows", rowCases},
		{"Versions", versionCases},
		{"Atomic", atomicCases},
		{"Find", findCases},
		{"States", stateCases},
		{"Parts", partCases},
		{"Names", nameCases},
		{"Windows", windowCases},
		{"Pages", pageCases},
		{"Walks", walkCases},
		{"Managing", managingCases},
		{"Candidacies", candidacyCases},
		{"Members", memberCases},
		{"Units", unitCases},
		{"Templates", templateCases},
		{"Grants", grantCases},
		{"Audit", auditCases},
		{"Outbox", outboxCases},
		{"Dead messages", deadCases},
		{"Forgetting", forgetCases},
		{"Claims", claimCases},
		{"Erasing", erasingCases},
		{"Traces", traceCases},
		{"Due", dueCases},
		{"Text", textCases},
		{"Time", timeCases},
		{"Context", contextCases},
		{"Sharing", sharingCases},
		{"Concurrency", concurrencyCases},
		{"Consistency", consistencyCases},
		{"Bulk", bulkCases},
	} {
		t.Run(topic.name, func(t *testing.T) {
			t.Parallel()
			for _, c := range topic.cases {
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					c.run(&suite{Store: open(t), t: t, ctx: context.Background()})
				})
			}
		})
	}
}

// testCase is one promise, or a few that one story shows.
type testCase struct {
	name string
	run  func(*suite)
}

// suite is one case's store, with what all cases need.
type suite struct {
	accessmgmt.Store
	t      *testing.T
	ctx    context.Context
	serial uint64 // of the last id made
	peeks  int    // how often the outbox was looked into
}

// commit writes a changeset that must succeed.
func (s *suite) commit(c accessmgmt.Changes) {
	s.t.Helper()
	s.ok(s.Commit(s.ctx, c), "a changeset at the right epoch, with the right versions, commits")
}

// refused writes a changeset that must fail in a way, and leave nothing.
func (s *suite) refused(c accessmgmt.Changes, want error, why string) {
	s.t.Helper()
	before := s.picture(c)
	s.fails(s.Commit(s.ctx, c), want, why)
	s.same(before, s.picture(c), "a changeset that was refused writes nothing")
}

func (s *suite) ok(err error, why string) {
	s.t.Helper()
	require.NoError(s.t, err, why)
}

// fails wants an error of a kind; adapters may wrap it.
func (s *suite) fails(err, want error, why string) {
	s.t.Helper()
	require.ErrorIs(s.t, err, want, why)
}

// same compares rows, with empty slices and maps as good as nil.
func (s *suite) same(want, got any, why string) {
	s.t.Helper()
	if !equal(want, got) {
		s.t.Fatalf("%s:\n%s", why, differences(want, got))
	}
}

// none wants a list without rows.
func none[T any](s *suite, rows []T, err error, why string) {
	s.t.Helper()
	s.ok(err, why)
	require.Empty(s.t, rows, why)
}
