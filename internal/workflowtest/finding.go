package workflowtest

import (
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// Finding plays the lists with all their filters in worlds made at random,
// compared with a plain look at every row; and the search of persons.
func Finding(t *testing.T, open Open) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprintf("at random %d", seed), func(t *testing.T) {
			t.Parallel()
			d := openDirectory(t, open, seed)
			shown := 0
			for n := range 25 * inquiryKinds {
				shown += d.requireInquiry(d.inquire(n % inquiryKinds))
			}
			require.Greater(t, shown, 300, "the filters leave hardly anything")
		})
	}
	for _, name := range sortedNames(directoryScenarios) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			directoryScenarios[name](openDirectory(t, open, 99))
		})
	}
	t.Run("filters", func(t *testing.T) { play(t, open, findScenarios) })
	t.Run("persons", func(t *testing.T) { play(t, open, personScenarios) })
}

func openDirectory(t testing.TB, open Open, seed uint64) *directory {
	return newDirectory(WithGAP(t, open, func(o *accessmgmt.Options) {
		o.Catalogue = templateCatalogue(func(r *roles.Role) {
			r.Properties, r.FourEyes = nil, r.Code == permitSigner
		})
	}), seed, 130)
}

// requireInquiry reads a list in pages of all sizes and both ways, walks along
// it and counts it, and returns how many rows it has.
func (d *directory) requireInquiry(q inquiry) int {
	d.Helper()
	if q.kind != nil {
		_, next, err := q.page(accessmgmt.Paging{})
		require.ErrorIs(d, err, q.kind, q.what)
		require.Empty(d, next)
		_, err = collect(d.World, q.walk(accessmgmt.Paging{}), toTheEnd)
		require.ErrorIs(d, err, q.kind, q.what)
		if q.count != nil {
			n, err := q.count()
			require.ErrorIs(d, err, q.kind, q.what)
			require.Zero(d, n)
		}
		return 0
	}
	whole := orderedIDs(q.want(), false)
	if q.count != nil {
		n, err := q.count()
		require.NoError(d, err, q.what)
		require.Equal(d, len(whole), n, "the count of %s", q.what)
	}
	for _, newest := range []bool{false, true} {
		want := orderedIDs(q.want(), newest)
		for _, limit := range []int{1, 2, 7} {
			if limit == 1 && len(want) > 25 {
				continue
			}
			require.Equal(d, want, d.pages(q, accessmgmt.Paging{Limit: limit, Newest: newest}, len(want)), "by %d: %s", limit, q.what)
		}
		got, err := collect(d.World, q.walk(accessmgmt.Paging{Limit: 5, Newest: newest}), toTheEnd)
		require.NoError(d, err, q.what)
		require.Equal(d, want, got, q.what)
	}
	return len(whole)
}

// pages reads page by page; each but the last is full and says that it isn't.
func (d *directory) pages(q inquiry, p accessmgmt.Paging, rows int) []uuid.UUID {
	d.Helper()
	var got []uuid.UUID
	for {
		ids, next, err := q.page(p)
		require.NoError(d, err, q.what)
		got = append(got, ids...)
		require.LessOrEqual(d, len(got), rows, q.what)
		require.Equal(d, len(got) == rows, next == "", "the last page says so, and no other: %s", q.what)
		if next == "" {
			return got
		}
		require.Len(d, ids, p.Limit)
		p.After = next
	}
}
