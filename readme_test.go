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

// TestREADMETest holds the README's test of a portal, and that of the package's
// documentation, to the one that runs.
func TestREADMETest(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("accessmgmt/accesstest/example_test.go")
	require.NoError(t, err)
	_, test, found := strings.Cut(string(source), "\nfunc TestOnlyEditorsSign(")
	require.True(t, found)
	test = "func TestOnlyEditorsSign(" + test
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	assert.Contains(t, string(readme), "```go\n"+test+"```", "the README's test and that of accesstest differ")

	doc, err := os.ReadFile("accessmgmt/accesstest/doc.go")
	require.NoError(t, err)
	comment := "//\t" + strings.ReplaceAll(strings.TrimSuffix(test, "\n"), "\n", "\n//\t")
	comment = strings.ReplaceAll(comment, "//\t\n", "//\n")
	assert.Contains(t, string(doc), comment+"\n", "the test in accesstest's documentation and the one that runs differ")
}

// TestREADMETransaction holds the README's transaction to the example that
// compiles.
func TestREADMETransaction(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("storage/postgres/within_example_test.go")
	require.NoError(t, err)
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(source), "\n// handOver ")
	require.True(t, found)
	function, _, found := strings.Cut(rest, "\nfunc ExampleStore_In(")
	require.True(t, found)
	assert.Contains(t, string(readme), "```go\n// handOver "+function+"```", "the README's transaction and the example differ")
}

// TestREADMEMails holds the README's wiring of mails to the example that compiles.
func TestREADMEMails(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("accessmgmt/smtpmail/example_test.go")
	require.NoError(t, err)
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(source), "\n// withMails ")
	require.True(t, found)
	function, _, found := strings.Cut(rest, "\nfunc Example()")
	require.True(t, found)
	assert.Contains(t, string(readme), "```go\n// withMails "+function+"```", "the README's mails and the example differ")
}
