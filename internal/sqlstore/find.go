package sqlstore

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
)

// find returns one page of the rows that a condition lets through, ordered by
// the instant in a column and then by id; key returns the two.
func find[T any](ctx context.Context, w *where, op string, t *table[T], created string, p accessmgmt.Page, key func(T) (int64, uuid.UUID)) ([]T, error) {
	beyond, order := " >", ""
	if p.Newest {
		beyond, order = " <", " DESC"
	}
	if !p.After.IsZero() {
		// The first comparison is implied; it is what an index can use.
		at := p.After.At.UnixMicro()
		w.and(created+beyond+"= ? AND ("+created+beyond+" ? OR id"+beyond+" ?)", at, at, w.store.key(p.After.ID))
	}
	by := created
	if w.narrow {
		by = "+" + created // an expression, which no index has in order
	}
	tail, limit := " ORDER BY "+by+order+", id"+order+" LIMIT ?", []any{int64(p.Limit)}
	if w.handful {
		tail, limit = "", nil
	}
	queries := w.queries("SELECT "+t.list+" FROM "+t.name, tail, limit...)
	found, err := list(ctx, w.store, op, queries, t.fields)
	if len(queries) < 2 && !w.handful {
		return found, err
	}
	slices.SortFunc(found, func(a, b T) int { // each query is in order, the whole is not
		if p.Newest {
			a, b = b, a
		}
		aAt, aID := key(a)
		bAt, bID := key(b)
		return cmp.Or(cmp.Compare(aAt, bAt), bytes.Compare(aID[:], bID[:]))
	})
	return found[:min(len(found), p.Limit)], err
}

// count returns how many rows a condition lets through.
func count[T any](ctx context.Context, w *where, op string, t *table[T]) (total int, err error) {
	counts, err := list(ctx, w.store, op, w.queries("SELECT COUNT(*) FROM "+t.name, ""), func(n *int) []any { return []any{(*intColumn)(n)} })
	for _, n := range counts {
		total += n
	}
	return total, err
}

// inIfAny adds that a column has one of the ids, unless there are none: then
// any will do.
func inIfAny[ID identifier](w *where, column string, of []ID) {
	if len(of) > 0 {
		w.in(column, ids(w.store, of))
	}
}
