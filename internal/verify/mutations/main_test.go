package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Running the mutations takes minutes; that each still fits the code is seen at
// once.
func TestMutationsFit(t *testing.T) {
	for _, m := range mutations {
		code, err := os.ReadFile(filepath.Join("..", "..", "..", m.file))
		require.NoError(t, err, m.what)
		assert.Equal(t, 1, strings.Count(string(code), m.old), "%s: %s", m.file, m.what)
		assert.NotEqual(t, m.old, m.new, m.what)
	}
}
