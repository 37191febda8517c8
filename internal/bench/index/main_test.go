package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A tiny run: both sides answer alike, or it fails.
func TestRun(t *testing.T) {
	var out strings.Builder
	require.NoError(t, run(1_000, 10_000, 1, 5_000, "", &out))
	require.Equal(t, 4+8, strings.Count(out.String(), "\n"), out.String())
}
