package sqlstore

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

func enterprise(n byte) accessmgmt.EnterpriseID {
	return accessmgmt.EnterpriseID{UUID: uuid.UUID{15: n}}
}

// texts returns the conditions that a filter's queries have, and how many
// arguments each has.
func texts(w *where) (conds []string, args []int) {
	for _, q := range w.queries("", "") {
		conds, args = append(conds, strings.TrimPrefix(q.text, " WHERE ")), append(args, len(q.args))
	}
	return conds, args
}

func TestWithin(t *testing.T) {
	s := numbered(t)
	finance, mobility := []roles.ApplicationCode{"tax", "budget"}, []roles.ApplicationCode{"roads"}
	for _, c := range []struct {
		name  string
		whole []accessmgmt.EnterpriseID
		parts []accessmgmt.Part
		conds []string
		args  []int
	}{
		{"any", nil, nil, []string{""}, []int{0}},
		{"whole ones", []accessmgmt.EnterpriseID{enterprise(1)}, nil, []string{"enterprise = ?"}, []int{1}},
		{"a part", nil, []accessmgmt.Part{{Enterprise: enterprise(1), Applications: mobility}},
			[]string{"(role >= ? AND role < ? OR role = ?) AND enterprise = ?"}, []int{4}},
		{"one domain in several, in any order", nil,
			[]accessmgmt.Part{{Enterprise: enterprise(1), Applications: finance}, {Enterprise: enterprise(2), Applications: []roles.ApplicationCode{"budget", "tax", "tax"}}},
			[]string{"((role >= ? AND role < ? OR role = ?) OR (role >= ? AND role < ? OR role = ?)) AND enterprise IN (?, ?)"}, []int{8}},
		{"two domains in one", nil,
			[]accessmgmt.Part{{Enterprise: enterprise(1), Applications: mobility}, {Enterprise: enterprise(1), Applications: finance[:1]}, {Enterprise: enterprise(1), Applications: mobility}},
			[]string{"((role >= ? AND role < ? OR role = ?) OR (role >= ? AND role < ? OR role = ?)) AND enterprise = ?"}, []int{7}},
		{"the part of a whole", []accessmgmt.EnterpriseID{enterprise(1)}, []accessmgmt.Part{{Enterprise: enterprise(1), Applications: mobility}},
			[]string{"enterprise = ?"}, []int{1}},
		{"a whole and a part", []accessmgmt.EnterpriseID{enterprise(1)}, []accessmgmt.Part{{Enterprise: enterprise(2), Applications: mobility}},
			[]string{"enterprise = ?", "(role >= ? AND role < ? OR role = ?) AND enterprise = ?"}, []int{1, 4}},
		{"a part of nothing", nil, []accessmgmt.Part{{Enterprise: enterprise(1)}}, nil, nil},
	} {
		w := where{store: s}
		w.within(c.whole, c.parts, roleOf)
		conds, args := texts(&w)
		assert.Equal(t, c.conds, conds, c.name)
		assert.Equal(t, c.args, args, c.name)
	}
}

// TestWithinMany has more parts than a statement takes: each enterprise is in
// one query, and no statement has too many arguments.
func TestWithinMany(t *testing.T) {
	s := numbered(t)
	var parts []accessmgmt.Part
	for n := range 250 {
		parts = append(parts, accessmgmt.Part{Enterprise: enterprise(byte(n)), Applications: []roles.ApplicationCode{"tax"}})
	}
	w := where{store: s}
	w.within(nil, parts, roleOf)
	seen := map[any]int{}
	for _, q := range w.queries("", "") {
		require.LessOrEqual(t, len(q.args), s.dialect.Variables)
		for _, arg := range q.args[3:] {
			seen[arg]++
		}
	}
	assert.Len(t, seen, 250)
	for id, n := range seen {
		assert.Equal(t, 1, n, id)
	}
	apps := make([]roles.ApplicationCode, 300)
	for n := range apps {
		apps[n] = roles.ApplicationCode("app" + strings.Repeat("x", n))
	}
	w = where{store: s}
	w.within(nil, []accessmgmt.Part{{Enterprise: enterprise(1), Applications: apps}, {Enterprise: enterprise(2), Applications: apps}}, roleOf)
	queries := w.queries("", "")
	assert.Len(t, queries, 2, "what can't be split isn't split for ever")
	assert.True(t, queries[0].once, "nor kept prepared")
}

func TestUnits(t *testing.T) {
	s := numbered(t)
	one, two := accessmgmt.UnitID{UUID: uuid.UUID{1}}, accessmgmt.UnitID{UUID: uuid.UUID{2}}
	for want, of := range map[string][]accessmgmt.UnitID{
		"":                                 nil,
		"unit = ?":                         {one, one},
		"unit IN (?, ?)":                   {one, two},
		"unit IS NULL":                     {{}},
		"(unit IS NULL OR unit = ?)":       {one, {}, {}},
		"(unit IS NULL OR unit IN (?, ?))": {{}, one, two},
	} {
		w := where{store: s}
		w.units(of)
		conds, _ := texts(&w)
		assert.Equal(t, []string{want}, conds)
	}
	many := []accessmgmt.UnitID{{}}
	for n := range 250 {
		many = append(many, accessmgmt.UnitID{UUID: uuid.UUID{1, byte(n)}})
	}
	w := where{store: s}
	w.units(many)
	conds, _ := texts(&w)
	require.Greater(t, len(conds), 1)
	for i, text := range conds {
		assert.Equal(t, i == 0, strings.Contains(text, "IS NULL"), "rows without a unit are in one query")
	}
}

// TestMarks has codes that no catalogue takes: a mark is still found nowhere but
// where it stands.
func TestMarks(t *testing.T) {
	same := func(s string) string { return s }
	assert.Equal(t, "[calista][monespace]", marks([]string{"monespace", "calista", "monespace"}, same))
	assert.Empty(t, marks(nil, same))
	odd := []string{"", "[", "]", "![", "!", "a", "a][b", "b", "!)", "[a]"}
	for i, one := range odd {
		for j, other := range odd {
			text := marks([]string{one, "b", other}, same)
			assert.True(t, strings.Contains(text, mark(one)) && strings.Contains(text, mark(other)))
			for k, third := range odd {
				there := k == i || k == j || third == "b"
				assert.Equal(t, there, strings.Contains(text, mark(third)), "%q in %q and %q", third, one, other)
			}
		}
	}
}

func TestNamed(t *testing.T) {
	w := where{store: numbered(t)}
	w.named("name", []string{"d'h", "100%", "a_b", "!"})
	assert.Equal(t, strings.Repeat("name LIKE ? ESCAPE '!' AND ", 3)+"name LIKE ? ESCAPE '!'", strings.Join(w.conds, " AND "))
	assert.Equal(t, []any{"%d'h%", "%100!%%", "%a!_b%", "%!!%"}, w.args)
	assert.False(t, w.none)
	w.named("name", []string{"Anne"})
	assert.True(t, w.none, "no folded name has a capital, whatever LIKE makes of it")
}

// TestNamedByWhatNoNameHas asks for words that servers refuse to look for.
func TestNamedByWhatNoNameHas(t *testing.T) {
	for word, none := range map[string]bool{"dub": false, "\u00e9": false, "a\x00b": true, "a\xffb": true} {
		w := where{store: numbered(t)}
		w.named("search_name", []string{word})
		assert.Equal(t, none, w.none, "%q", word)
	}
}
