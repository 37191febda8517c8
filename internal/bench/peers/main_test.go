package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A tiny run: all engines answer alike, or it fails.
func TestRun(t *testing.T) {
	var out strings.Builder
	require.NoError(t, run(2_000, 2, 200, &out))
	require.Equal(t, 4+2*len(engines), strings.Count(out.String(), "\n"), out.String())
}

// What the README says of casbin's cache.
func TestCasbinsCacheGoesOn(t *testing.T) {
	w := newWorld(20)
	made, err := openCasbin(w)
	require.NoError(t, err)
	e := made.(byCasbin)
	for _, q := range w.questions(200) {
		may, err := e.may(q)
		require.NoError(t, err)
		if !may {
			continue
		}
		_, err = e.RemoveFilteredGroupingPolicy(0, q.person.String())
		require.NoError(t, err)
		may, err = e.may(q)
		require.NoError(t, err)
		require.True(t, may, "it asks anew now")
		require.NoError(t, e.InvalidateCache())
		may, err = e.may(q)
		require.NoError(t, err)
		require.False(t, may)
		return
	}
	t.Fatal("nobody may anything")
}
