package accessmgmt

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/roles"
)

var cursorID = uuid.MustParse("01950000-0000-7000-8000-00000000abcd")

// placeOf reads a cursor as a list does.
func placeOf(b binding, c Cursor) (PageKey, error) {
	p, err := Paging{After: c}.page(b)
	return p.After, err
}

func TestCursorRoundTrip(t *testing.T) {
	b := bind(ActTasks, PersonID{UUID: cursorID}, "x")
	for _, at := range []time.Time{
		time.UnixMicro(0), time.UnixMicro(1), time.UnixMicro(-1), time.UnixMicro(math.MaxInt64), time.UnixMicro(math.MinInt64),
		time.Date(2026, 3, 2, 9, 0, 0, 123_456_000, time.UTC), time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 999_999_000, time.UTC),
	} {
		for _, id := range []uuid.UUID{cursorID, uuid.Max, {}} {
			c := b.cursor(PageKey{at, id})
			assert.Regexp(t, `^[A-Za-z0-9_-]{54}$`, string(c))
			got, err := placeOf(b, c)
			require.NoError(t, err)
			assert.Equal(t, PageKey{at.UTC(), id}, got)
		}
	}
}

func TestCursorMutations(t *testing.T) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/= \n\r\x00é"
	b := bind(ActTasks, "x")
	c := string(b.cursor(PageKey{time.UnixMicro(1_772_442_000_000_000), cursorID}))
	refused := func(s string) {
		t.Helper()
		_, err := placeOf(b, Cursor(s))
		var problems roles.Problems
		require.ErrorAs(t, err, &problems, "%q", s)
		require.ErrorIs(t, err, ErrInvalid)
		require.True(t, problems.Has("after", roles.ProblemMalformed))
		require.Len(t, problems, 1)
	}
	for i := range len(c) {
		if i > 0 { // the empty one is the start
			refused(c[:i])
		}
		refused(c[:i] + c[i+1:])
		for _, r := range alphabet {
			refused(c[:i] + string(r) + c[i:]) // put in
			if string(r) != c[i:i+1] {
				refused(c[:i] + string(r) + c[i+1:]) // put in the place of another
			}
		}
		if i > 0 && c[i-1] != c[i] {
			refused(c[:i-1] + c[i:i+1] + c[i-1:i] + c[i+1:])
		}
	}
	refused(c + c)
	for _, r := range alphabet {
		refused(c + string(r))
	}
}

func TestCursorBinding(t *testing.T) {
	seen := map[binding]string{}
	for name, b := range map[string]binding{
		"a":                  bind(ActTasks, "a"),
		"another act":        bind(ActInvitations, "a"),
		"another filter":     bind(ActTasks, "b"),
		"two":                bind(ActTasks, "a", "b"),
		"two as one":         bind(ActTasks, "ab"),
		"one and none":       bind(ActTasks, "a", ""),
		"none":               bind(ActTasks),
		"no filter":          bind(ActTasks, nil),
		"an act that begins": bind(ActTasks+"\n[\"a\"]", "b"),
		"a list":             bind(ActTasks, []string{"a", "b"}),
		"of zero and false":  bind(ActTasks, EnterpriseID{}, false),
		"of zero and true":   bind(ActTasks, EnterpriseID{}, true),
		"of a person":        bind(ActTasks, PersonID{UUID: cursorID}, false),
		"of an enterprise":   bind(ActTasks, false, EnterpriseID{UUID: cursorID}),
		"of states":          bind(ActTasks, []roles.AssignmentState{roles.Active}),
		"of roles":           bind(ActTasks, []roles.Code{roles.Reader}),
	} {
		require.Empty(t, seen[b], "%s is bound like %s", name, seen[b])
		seen[b] = name
	}
	one := bind(ActTasks, "a")
	c := one.cursor(PageKey{time.UnixMicro(5), cursorID})
	for b, name := range seen {
		_, err := placeOf(b, c)
		assert.Equal(t, name == "a", err == nil, name)
	}
}

func TestPagingBounds(t *testing.T) {
	for limit, want := range map[int]int{0: 100, 1: 1, 1000: 1000} {
		p, err := Paging{Limit: limit, Newest: true}.page(binding{})
		require.NoError(t, err)
		assert.Equal(t, Page{Limit: want, Newest: true}, p)
		assert.True(t, p.After.IsZero())
	}
	for _, limit := range []int{-1, 1001, math.MinInt, math.MaxInt} {
		_, err := Paging{Limit: limit}.page(binding{})
		var problems roles.Problems
		require.ErrorAs(t, err, &problems)
		assert.True(t, problems.Has("limit", roles.ProblemTooMany))
	}
}

func TestListOfItemsThatFail(t *testing.T) {
	rows := func(Page) ([]int, error) { return []int{1, 2}, nil }
	key := func(n int) PageKey { return PageKey{time.UnixMicro(int64(n)), cursorID} }
	list, err := listOf(scope{person: PersonID{UUID: cursorID}}, Paging{Limit: 1}, binding{}, rows, key, func([]int) ([]int, error) { return []int{1}, errors.New("half") })
	assert.Error(t, err)
	assert.Zero(t, list, "neither half of the items nor a cursor")
	list, err = listOf(scope{}, Paging{}, binding{}, rows, key, func(n []int) ([]int, error) { return n, nil })
	assert.NoError(t, err)
	assert.Zero(t, list, "an empty scope asks for nothing")
}

// FuzzCursor reads any text as a cursor: it never panics, and takes only what it
// wrote itself, in the one way it writes it.
func FuzzCursor(f *testing.F) {
	b := bind(ActTasks, "fuzz")
	f.Add(string(b.cursor(PageKey{time.UnixMicro(1), cursorID})), int64(1), cursorID[:])
	f.Add(string(bind(ActAudit, "fuzz").cursor(PageKey{time.UnixMicro(1), cursorID})), int64(math.MinInt64), make([]byte, 16))
	f.Add("", int64(0), []byte{})
	f.Add("~?/+==\n", int64(-1), []byte("0123456789abcdef"))
	f.Fuzz(func(t *testing.T, text string, micros int64, id []byte) {
		if key, err := placeOf(b, Cursor(text)); err == nil && text != "" {
			if again := b.cursor(key); string(again) != text {
				t.Fatalf("%q and %q are one place", text, again)
			}
		}
		var key PageKey
		key.At = time.UnixMicro(micros).UTC()
		copy(key.ID[:], id)
		c := b.cursor(key)
		got, err := placeOf(b, c)
		if err != nil || got != key {
			t.Fatalf("%v came back as %v, %v", key, got, err)
		}
		if _, err := placeOf(bind(ActTasks, "other"), c); err == nil {
			t.Fatal("a cursor of another list")
		}
		if text != "" && text != string(c) {
			mixed := text[:min(len(text), 7)] + string(c)[min(len(text), 7):]
			if mixed != string(c) {
				if _, err := placeOf(b, Cursor(mixed)); err == nil {
					t.Fatalf("%q is taken, made of %q", mixed, c)
				}
			}
		}
	})
}
