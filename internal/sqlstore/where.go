package sqlstore

import (
	"slices"
	"strings"

	"github.com/google/uuid"
)

// where is the condition of a query as it grows. Everything in it must hold.
type where struct {
	store *Store
	// none lets no row through: the filter named nobody whose rows to look
	// for. A list of enterprises that came out empty must not mean all.
	none bool
	// narrow says that the condition leaves so few rows that sorting them beats
	// reading all that an enterprise has in the right order. An engine without
	// statistics doesn't guess it.
	narrow bool
	conds  []string
	args   []any
	lists  []oneOf
}

// oneOf is a column with the values it may have.
type oneOf struct {
	column string
	values []any
}

// and adds a condition with its arguments.
func (w *where) and(cond string, args ...any) {
	w.conds = append(w.conds, cond)
	w.args = append(w.args, args...)
}

// in adds that a column has one of the values.
func (w *where) in(column string, values []any) {
	w.lists = append(w.lists, oneOf{column, values})
}

// prepared is how many values a list may have for its query to be kept
// prepared; the texts are made few by filling lists up to a power of two.
const prepared = 16

// query puts the query together: a head up to WHERE, the condition, and a tail
// with its arguments.
func (w *where) query(head, tail string, tailArgs ...any) query {
	var b strings.Builder
	b.WriteString(head)
	q := query{args: slices.Clone(w.args)}
	for i, cond := range w.conds {
		b.WriteString(joint(i))
		b.WriteString(cond)
	}
	for i, l := range w.lists {
		b.WriteString(joint(len(w.conds) + i))
		b.WriteString(l.column)
		n := len(l.values)
		q.args = append(q.args, l.values...)
		if n > prepared {
			q.once = true
		} else {
			for n&(n-1) != 0 {
				q.args, n = append(q.args, l.values[0]), n+1
			}
		}
		if n == 1 { // as =, so that an index gives the order too
			b.WriteString(" = ?")
		} else {
			b.WriteString(" IN (?" + strings.Repeat(", ?", n-1) + ")")
		}
	}
	b.WriteString(tail)
	q.text, q.args = b.String(), append(q.args, tailArgs...)
	return q
}

func joint(i int) string {
	if i == 0 {
		return " WHERE "
	}
	return " AND "
}

// reserve is how many arguments a query may have beside its lists.
const reserve = 100

// queries is query for lists of any length: when there are more values than a
// statement takes, the longest list is split, and each part makes a query. A
// row answers one of them at most. A list without values makes none.
func (w *where) queries(head, tail string, tailArgs ...any) []query {
	if w.none {
		return nil
	}
	total, longest := 0, 0
	for i, l := range w.lists {
		if len(l.values) == 0 {
			return nil
		}
		total += len(l.values)
		if len(l.values) > len(w.lists[longest].values) {
			longest = i
		}
	}
	if total <= w.store.dialect.Variables-reserve {
		return []query{w.query(head, tail, tailArgs...)}
	}
	values := w.lists[longest].values
	var all []query
	for _, half := range [][]any{values[:len(values)/2], values[len(values)/2:]} {
		part := *w
		part.lists = slices.Clone(w.lists)
		part.lists[longest].values = half
		all = append(all, part.queries(head, tail, tailArgs...)...)
	}
	return all
}

// identifier is any of the id types of the domain.
type identifier interface {
	comparable
	~struct{ uuid.UUID }
}

// ids returns ids as arguments, each once.
func ids[ID identifier](s *Store, list []ID) []any {
	return distinct(list, func(id ID) any { return s.key(struct{ uuid.UUID }(id).UUID) })
}

// distinct returns each value once, as an argument.
func distinct[V comparable](list []V, arg func(V) any) []any {
	args := make([]any, 0, len(list))
	if len(list) == 1 {
		return append(args, arg(list[0]))
	}
	seen := make(map[V]struct{}, len(list))
	for _, v := range list {
		if _, again := seen[v]; !again {
			seen[v] = struct{}{}
			args = append(args, arg(v))
		}
	}
	return args
}
