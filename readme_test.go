package egovroles_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestREADMEProgram holds the README's first program to the one that compiles.
func TestREADMEProgram(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("examples/first/main.go")
	require.NoError(t, err)
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	_, program, found := strings.Cut(string(source), "\npackage main\n")
	require.True(t, found)
	assert.Contains(t, string(readme), "```go\npackage main\n"+program+"```", "the README's program and examples/first differ")
}
