package egovroles_test

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/egovroles/egovroles/"

// mayImport says, for each package, which of ours it may import. One that isn't
// listed here fails the test, so that a new package is placed on purpose.
var mayImport = map[string][]string{
	"internal/textfold":     {},
	"internal/legible":      {},
	"roles":                 {"internal/textfold", "internal/legible"},
	"invitation":            {"roles", "internal/textfold", "internal/legible"},
	"accessmgmt":            {"roles", "invitation", "internal/textfold"},
	"accessmgmt/emldir":     {"accessmgmt/mail"},
	"accessmgmt/access":     {"roles", "accessmgmt"},
	"accessmgmt/xslog":      {},
	"accessmgmt/mail":       {"roles", "accessmgmt"},
	"accessmgmt/accesstest": {"roles", "invitation", "accessmgmt", "accessmgmt/mail", "storage/memory"},
	"storage":               {"accessmgmt"},
	"storage/memory":        {"roles", "invitation", "accessmgmt"},
	"internal/sqlstore":     {"roles", "invitation", "accessmgmt"},
	"storage/sqlite":        {"roles", "invitation", "accessmgmt", "internal/sqlstore"},
	"storage/postgres":      {"accessmgmt", "internal/sqlstore"},
	"storage/mysql":         {"accessmgmt", "internal/sqlstore"},
	"storage/storagetest":   {"roles", "invitation", "accessmgmt"},
	"internal/workflowtest": {"roles", "invitation", "accessmgmt", "accessmgmt/mail"},
}

// mayRequire are the modules that the library itself, tests aside, may import.
var mayRequire = []string{"github.com/google/uuid", "golang.org/x/text/", "golang.org/x/net/idna"}

// bridges are the packages there for the sake of one module each, which no other
// package may import.
var bridges = map[string]string{"accessmgmt/xslog": "golang.org/x/exp/slog"}

// forTests are packages that may import testify besides: they are for tests alone.
var forTests = map[string]bool{"storage/storagetest": true, "internal/workflowtest": true}

func TestImportsRunOneWay(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "./...").Output()
	require.NoError(t, err)
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	found := 0
	for decoder.More() {
		var p struct {
			ImportPath string
			Imports    []string
		}
		require.NoError(t, decoder.Decode(&p))
		name := strings.TrimPrefix(p.ImportPath, module)
		if p.ImportPath+"/" == module {
			assert.Empty(t, p.Imports, "the root package is a map, not code")
			continue
		}
		found++
		allowed, listed := mayImport[name]
		assert.True(t, listed, "%s isn't listed in this test: say what it may import", name)
		for _, path := range p.Imports {
			checkImport(t, name, path, allowed)
		}
	}
	assert.Equal(t, len(mayImport), found, "a listed package is gone")
}

func checkImport(t *testing.T, from, path string, allowed []string) {
	if ours, ok := strings.CutPrefix(path, module); ok {
		assert.Contains(t, allowed, ours, "%s may not import %s", from, ours)
		return
	}
	if !strings.Contains(strings.Split(path, "/")[0], ".") {
		return // the standard library
	}
	if forTests[from] && strings.HasPrefix(path, "github.com/stretchr/testify/") {
		return
	}
	if bridges[from] == path {
		return
	}
	for _, prefix := range mayRequire {
		if path == strings.TrimSuffix(prefix, "/") || strings.HasPrefix(path, prefix) {
			return
		}
	}
	assert.Fail(t, "foreign import", "%s may not import %s", from, path)
}
