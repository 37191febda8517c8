package sqlstore

import (
	"database/sql"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/roles"
)

// numbered is a store in the words of PostgreSQL. Nothing here touches the
// database.
func numbered(t *testing.T) *Store {
	s, err := New(new(sql.DB), Dialect{Name: "postgres", Numbered: true, TextIDs: true, Variables: 200, Rows: 3}, "gap_")
	require.NoError(t, err)
	return s
}

func TestRebind(t *testing.T) {
	s := numbered(t)
	assert.Equal(t, "DELETE FROM gap_person_number WHERE person = $1", s.rebind(deleteNumbers))
	assert.Equal(t, "INSERT INTO gap_person (id, created_at, erased_at, version, formerly) VALUES ($1, $2, $3, $4, $5), ($6, $7, $8, $9, $10)", s.rebind(persons.insert(2)))
	assert.Equal(t, "UPDATE gap_person SET created_at = $1, erased_at = $2, version = $3, formerly = $4 WHERE id = $5 AND version = $6", s.rebind(persons.update))
}

func TestStatementsAreKeptOnce(t *testing.T) {
	s := numbered(t)
	first, kept := s.statement(deleteNumbers)
	require.True(t, kept)
	again, kept := s.statement(deleteNumbers)
	require.True(t, kept)
	assert.Same(t, first, again)
	for n := range keep {
		s.statement(persons.insert(n + 1))
	}
	_, kept = s.statement("SELECT 1")
	assert.False(t, kept, "there is an end to what is kept")
	_, kept = s.statement(deleteNumbers)
	assert.True(t, kept)
}

func TestWhere(t *testing.T) {
	s := numbered(t)
	ids := func(n int) (list []roles.PersonID) {
		for i := range n {
			list = append(list, roles.PersonID{UUID: uuid.UUID{15: byte(i + 1)}})
		}
		return list
	}
	build := func(n int) []query {
		w := where{store: s}
		w.and("version = ?", int64(7))
		inIfAny(&w, "id", ids(n))
		return w.queries("SELECT id FROM egovroles_person", " LIMIT ?", int64(9))
	}
	assert.Equal(t, []query{{text: "SELECT id FROM egovroles_person WHERE version = ? LIMIT ?", args: []any{int64(7), int64(9)}}}, build(0))
	one := "00000000-0000-0000-0000-000000000001"
	assert.Equal(t, []query{{text: "SELECT id FROM egovroles_person WHERE version = ? AND id = ? LIMIT ?", args: []any{int64(7), one, int64(9)}}}, build(1))
	three := build(3)
	assert.Equal(t, "SELECT id FROM egovroles_person WHERE version = ? AND id IN (?, ?, ?, ?) LIMIT ?", three[0].text, "filled up to a power of two")
	assert.Equal(t, one, three[0].args[4])
	assert.Len(t, build(99), 1)
	assert.True(t, build(99)[0].once)
	assert.Len(t, build(100), 2, "more than a statement takes")

	empty := where{store: s}
	empty.in("id", nil)
	assert.Empty(t, empty.queries("SELECT", ""), "a list without values")
	nobody := where{store: s, none: true}
	assert.Empty(t, nobody.queries("SELECT", ""))
}

func TestBeyond(t *testing.T) {
	s := numbered(t)
	low, mid, high := uuid.UUID{1}, uuid.UUID{2}, uuid.UUID{3}
	of := func(fixed, key uuid.UUID) string {
		return s.beyond(place{"a", fixed, key}, place{"b", uuid.Nil, mid}).text
	}
	assert.Equal(t, "a >= ? AND (a > ? OR b >= ? AND (b > ? OR 1 = 0))", of(uuid.Nil, mid))
	assert.Equal(t, "b >= ? AND (b > ? OR 1 = 0)", of(mid, mid))
	assert.Equal(t, "1 = 1", of(high, mid), "all rows are beyond")
	assert.Equal(t, "1 = 0", of(low, mid), "none is")
}

// Rows of an enterprise are asked for by their ids in the words of the dialect;
// no other list is.
func TestIDList(t *testing.T) {
	s := numbered(t)
	byID := func(n int) query {
		q := query{}
		q.text = q.list(oneOf{column: "id", values: make([]any, n), in: s.dialect.IDList})
		return q
	}
	assert.Equal(t, "id IN (?, ?, ?, ?)", byID(3).text)
	s.dialect.IDList = func(n int) string { return "{" + strings.Repeat("?", n) + "}" }
	assert.Equal(t, "id = ?", byID(1).text)
	assert.Equal(t, "id IN {????}", byID(3).text)
	assert.Len(t, byID(3).args, 4)
	w := where{store: s}
	inIfAny(&w, "id", []roles.PersonID{{UUID: uuid.UUID{1}}, {UUID: uuid.UUID{2}}})
	assert.Equal(t, "SELECT 1 WHERE id IN (?, ?)", w.query("SELECT 1", "").text)
}
