package roles_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/roles"
)

// The sets of the algebra tests: every subset of four names, so that each law
// is checked on all pairs or triples and not on examples.
var fourActions = []roles.Action{"sign", "read", "delete", "create"}

func subsetOf(mask int) (names []roles.Action) {
	for i, a := range fourActions {
		if mask&(1<<i) != 0 {
			names = append(names, a)
		}
	}
	return names
}

func TestActionSetAlgebra(t *testing.T) {
	n := 1 << len(fourActions)
	for i := range n {
		a := roles.Actions(subsetOf(i)...)
		assert.Equal(t, len(subsetOf(i)), a.Len())
		assert.True(t, a.Union(a).Equal(a), "union with itself")
		assert.True(t, a.Union(roles.ActionSet{}).Equal(a), "union with nothing")
		assert.True(t, a.Contains(a), "contains itself")
		assert.True(t, a.Contains(roles.ActionSet{}), "contains the empty set")
		for j := range n {
			b := roles.Actions(subsetOf(j)...)
			assert.Equal(t, i == j, a.Equal(b), "%s = %s", a, b)
			assert.Equal(t, i&j == j, a.Contains(b), "%s contains %s", a, b)
			u := a.Union(b)
			assert.Equal(t, roles.Actions(subsetOf(i|j)...), u, "%s with %s", a, b)
			assert.Equal(t, u, b.Union(a), "union in the other order")
			for _, name := range fourActions {
				assert.Equal(t, a.Has(name) || b.Has(name), u.Has(name), "%s in the union of %s and %s", name, a, b)
			}
			for k := range n {
				c := roles.Actions(subsetOf(k)...)
				if !a.Union(b).Union(c).Equal(a.Union(b.Union(c))) {
					t.Fatalf("the union of %s, %s and %s depends on the brackets", a, b, c)
				}
			}
		}
	}
}

func TestActionSetHas(t *testing.T) {
	set := roles.Actions("sign", "read", "sign")
	assert.Equal(t, 2, set.Len(), "a name given twice counts once")
	assert.True(t, set.Has("sign"))
	assert.True(t, set.Has("read"))
	for _, other := range []roles.Action{"", "rea", "reads", "Read", "s", "zzz"} {
		assert.False(t, set.Has(other), other)
	}
	assert.False(t, roles.ActionSet{}.Has(""))
	assert.Equal(t, "read,sign", set.String())
	assert.Empty(t, roles.ActionSet{}.String())
	assert.Equal(t, []roles.Action{"read", "sign"}, slices.Collect(set.All()))
}

func TestActionSetIsImmutable(t *testing.T) {
	given := []roles.Action{"sign", "read"}
	set := roles.Actions(given...)
	given[0], given[1] = "x", "y"
	require.Equal(t, "read,sign", set.String(), "what was passed in was written to")

	// A union must not write into the spare room of another set's array.
	left, right := set.Union(roles.Actions("a")), set.Union(roles.Actions("z"))
	assert.Equal(t, "a,read,sign", left.String())
	assert.Equal(t, "read,sign,z", right.String())
	assert.Equal(t, "read,sign", set.String())

	got := slices.Collect(set.All())
	got[0] = "x"
	assert.Equal(t, "read,sign", set.String())

	copied := set
	require.NoError(t, json.Unmarshal([]byte(`["other"]`), &copied))
	assert.Equal(t, "other", copied.String())
	assert.Equal(t, "read,sign", set.String(), "reading into a copy wrote to the original")
}

func TestActionSetJSON(t *testing.T) {
	for mask := range 1 << len(fourActions) {
		set := roles.Actions(subsetOf(mask)...)
		data, err := json.Marshal(set)
		require.NoError(t, err)
		var back roles.ActionSet
		require.NoError(t, json.Unmarshal(data, &back))
		require.Equal(t, set, back, "%s", data)
	}
	data, err := json.Marshal(roles.Actions("sign", "read"))
	require.NoError(t, err)
	assert.Equal(t, `["read","sign"]`, string(data))
	data, err = json.Marshal(roles.ActionSet{})
	require.NoError(t, err)
	assert.Equal(t, `[]`, string(data), "never null")

	var set roles.ActionSet
	require.NoError(t, json.Unmarshal([]byte(`["b","a","b"]`), &set))
	assert.Equal(t, roles.Actions("a", "b"), set)
	for _, bad := range []string{`"read"`, `{"read":true}`, `[1]`, `7`} {
		require.Error(t, json.Unmarshal([]byte(bad), &set), bad)
		assert.Equal(t, roles.Actions("a", "b"), set, "a refused text changed the set")
	}
}
