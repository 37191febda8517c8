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
