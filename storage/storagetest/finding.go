package storagetest

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
)

// finding is one Find method with rows to find and how a filter is to be
// understood.
type finding[R, F any] struct {
	name  string
	rows  []R
	find  func(F, accessmgmt.Page) ([]R, error)
	count func(F) (int, error) // nil where the contract has no such method
	key   func(R) accessmgmt.PageKey
	match func(F, R) bool
}

// want returns what a filter lets through, in order.
func (q finding[R, F]) want(f F, newest bool) []R {
	var rows []R
	for _, r := range q.rows {
		if q.match(f, r) {
			rows = append(rows, r)
		}
	}
	slices.SortFunc(rows, func(a, b R) int { return compareKeys(q.key(a), q.key(b)) })
	if newest {
		slices.Reverse(rows)
	}
	return rows
}

// check asks for all that a filter lets through, and compares.
func (q finding[R, F]) check(s *suite, f F, newest bool) {
	s.t.Helper()
	got, err := q.find(f, accessmgmt.Page{Limit: 1_000, Newest: newest})
	s.ok(err, q.name+" finds")
	want := q.want(f, newest)
	s.same(want, got, fmt.Sprintf("%s lets through what all fields of the filter allow, in the order of (created, id): %+v, newest first %v", q.name, f, newest))
	if q.count == nil {
		return
	}
	n, err := q.count(f)
	s.ok(err, q.name+"'s count counts")
	require.Equal(s.t, len(want), n, "a count is how many rows the filter lets through, of whatever page: %+v", f)
}

// checks is check in both directions.
func (q finding[R, F]) checks(s *suite, filters ...F) {
	s.t.Helper()
	for _, f := range filters {
		q.check(s, f, false)
		q.check(s, f, true)
	}
}

// The functions below are the Find methods of a store, without rows.

func (s *suite) findsRecipients(match func(accessmgmt.RecipientFilter, invitation.Recipient) bool) finding[invitation.Recipient, accessmgmt.RecipientFilter] {
	return finding[invitation.Recipient, accessmgmt.RecipientFilter]{
		name: "FindRecipients", key: recipientKey, match: match,
		find: func(f accessmgmt.RecipientFilter, p accessmgmt.Page) ([]invitation.Recipient, error) {
			return s.FindRecipients(s.ctx, f, p)
		},
		count: func(f accessmgmt.RecipientFilter) (int, error) { return s.CountRecipients(s.ctx, f) },
	}
}

func (s *suite) findsRequests(match func(accessmgmt.RequestFilter, invitation.Request) bool) finding[invitation.Request, accessmgmt.RequestFilter] {
	return finding[invitation.Request, accessmgmt.RequestFilter]{
		name: "FindRequests", key: requestKey, match: match,
		find: func(f accessmgmt.RequestFilter, p accessmgmt.Page) ([]invitation.Request, error) {
			return s.FindRequests(s.ctx, f, p)
		},
		count: func(f accessmgmt.RequestFilter) (int, error) { return s.CountRequests(s.ctx, f) },
	}
}

func (s *suite) findsAssignments(match func(accessmgmt.AssignmentFilter, accessmgmt.RoleAssignment) bool) finding[accessmgmt.RoleAssignment, accessmgmt.AssignmentFilter] {
	return finding[accessmgmt.RoleAssignment, accessmgmt.AssignmentFilter]{
		name: "FindAssignments", key: assignmentKey, match: match,
		find: func(f accessmgmt.AssignmentFilter, p accessmgmt.Page) ([]accessmgmt.RoleAssignment, error) {
			return s.FindAssignments(s.ctx, f, p)
		},
		count: func(f accessmgmt.AssignmentFilter) (int, error) { return s.CountAssignments(s.ctx, f) },
	}
}

func compareKeys(a, b accessmgmt.PageKey) int {
	return cmp.Or(a.At.Compare(b.At), bytes.Compare(a.ID[:], b.ID[:]))
}

func recipientKey(r invitation.Recipient) accessmgmt.PageKey {
	return accessmgmt.PageKey{At: r.CreatedAt, ID: r.ID.UUID}
}

func requestKey(r invitation.Request) accessmgmt.PageKey {
	return accessmgmt.PageKey{At: r.RequestedAt, ID: r.ID.UUID}
}

func assignmentKey(a accessmgmt.RoleAssignment) accessmgmt.PageKey {
	return accessmgmt.PageKey{At: a.GivenAt, ID: a.ID.UUID}
}
