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
	// handful says that it leaves what one person has in one enterprise, which is
	// sorted here: an engine makes a table to sort in for each call, and takes
	// longer for that than to find the rows.
	handful bool
	conds   []string
	args    []any
	lists   []oneOf
	// either are alternatives of which a row meets at most one; when there are
	// any, each makes queries of its own, which an index serves where OR between
	// them would read more.
	either []either
}

// oneOf is a column with the values it may have, and whether it may have none.
type oneOf struct {
	column string
	values []any
	null   bool
	// in is what the column is IN with so many values; nil: (?, ?, …).
	in func(n int) string
}

// either is one alternative: a list, and a condition when it has a text.
type either struct {
	list oneOf
	cond cond
}

// and adds a condition with its arguments.
func (w *where) and(cond string, args ...any) {
	w.conds = append(w.conds, cond)
	w.args = append(w.args, args...)
}

// in adds that a column has one of the values.
func (w *where) in(column string, values []any) {
	w.lists = append(w.lists, oneOf{column: column, values: values})
}

// prepared is how many values a list may have for its query to be kept
// prepared; the texts are made few by filling lists up to a power of two.
const prepared = 16

// query puts the query together: a head up to WHERE, the condition, and a tail
// with its arguments.
func (w *where) query(head, tail string, tailArgs ...any) query {
	var b strings.Builder
	b.WriteString(head)
	q := query{args: slices.Clone(w.args), once: len(w.args) > 4*prepared}
	for i, cond := range w.conds {
		b.WriteString(joint(i))
		b.WriteString(cond)
	}
	for i, l := range w.lists {
		b.WriteString(joint(len(w.conds) + i))
		b.WriteString(q.list(l))
	}
	b.WriteString(tail)
	q.text, q.args = b.String(), append(q.args, tailArgs...)
	return q
}

// list adds the arguments of a list to the query, and returns its condition.
func (q *query) list(l oneOf) string {
	n := len(l.values)
	q.args = append(q.args, l.values...)
	if n > prepared {
		q.once = true
	} else {
		for n&(n-1) != 0 {
			q.args, n = append(q.args, l.values[0]), n+1
		}
	}
	values := ""
	switch n {
	case 0:
	case 1: // as =, so that an index gives the order too
		values = l.column + " = ?"
	default:
		values = l.column + " IN " + l.of(n)
	}
	switch {
	case !l.null:
		return values
	case n == 0:
		return l.column + " IS NULL"
	default:
		return "(" + l.column + " IS NULL OR " + values + ")"
	}
}

// of returns a list of n values.
func (l oneOf) of(n int) string {
	if l.in != nil {
		return l.in(n)
	}
	return "(?" + strings.Repeat(", ?", n-1) + ")"
}

func joint(i int) string {
	if i == 0 {
		return " WHERE "
	}
	return " AND "
}

// reserve is how many arguments a query may have for its page and for filling
// up its lists.
const reserve = 100

// queries is query for lists of any length: when there are more values than a
// statement takes, the longest list is split, and each part makes a query. A
// row answers one of them at most. A list without values makes none.
func (w *where) queries(head, tail string, tailArgs ...any) []query {
	if w.none {
		return nil
	}
	if len(w.either) > 0 {
		return w.alternatives(head, tail, tailArgs...)
	}
	total, longest := len(w.args), 0
	for i, l := range w.lists {
		if len(l.values) == 0 && !l.null {
			return nil
		}
		total += len(l.values)
		if len(l.values) > len(w.lists[longest].values) {
			longest = i
		}
	}
	if total <= w.store.dialect.Variables-reserve || len(w.lists) == 0 || len(w.lists[longest].values) < 2 {
		return []query{w.query(head, tail, tailArgs...)}
	}
	values := w.lists[longest].values
	var all []query
	for i, half := range [][]any{values[:len(values)/2], values[len(values)/2:]} {
		part := *w
		part.lists = slices.Clone(w.lists)
		part.lists[longest].values = half
		part.lists[longest].null = part.lists[longest].null && i == 0
		all = append(all, part.queries(head, tail, tailArgs...)...)
	}
	return all
}

// alternatives returns the queries of each alternative.
func (w *where) alternatives(head, tail string, tailArgs ...any) (all []query) {
	for _, a := range w.either {
		part := *w
		part.either = nil
		part.lists = append(slices.Clone(w.lists), a.list)
		part.conds, part.args = slices.Clone(w.conds), slices.Clone(w.args)
		if a.cond.text != "" {
			part.and(a.cond.text, a.cond.args...)
		}
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
