package verify_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/storage/mysql"
	"github.com/egovroles/egovroles/storage/postgres"
	"github.com/egovroles/egovroles/storage/sqlite"
)

// constants returns the text constants of one type in a package of this module,
// read from the source: a new one is found though no list names it.
func constants(t *testing.T, pkg, typ string) []string {
	paths, err := filepath.Glob(filepath.Join("..", "..", pkg, "*.go"))
	require.NoError(t, err)
	var words []string
	for _, path := range paths {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if name, ok := spec.Type.(*ast.Ident); ok && name.Name == typ {
				for _, v := range spec.Values {
					word, err := strconv.Unquote(v.(*ast.BasicLit).Value)
					require.NoError(t, err)
					words = append(words, word)
				}
			}
			return true
		})
	}
	require.NotEmpty(t, words, typ)
	return words
}

func words[S ~string](states []S, but S) []string {
	var out []string
	for _, s := range states {
		if s != but {
			out = append(out, string(s))
		}
	}
	return out
}

func TestChecksListTheWords(t *testing.T) {
	want := map[string][]string{
		"egovroles_gap.procedure_kind": constants(t, "accessmgmt", "Procedure"),
		"egovroles_gap.state":          constants(t, "accessmgmt", "GAPState"),
		"egovroles_manager.kind":       constants(t, "accessmgmt", "ManagerKind"),
		"egovroles_recipient.state":    words(invitation.RecipientStates(), invitation.Expired),
		"egovroles_request.state":      words(invitation.RequestStates(), invitation.Lapsed),
		"egovroles_request.kind":       words(invitation.RequestKinds(), "none"),
		"egovroles_assignment.ending":  append(constants(t, "accessmgmt", "Ending"), ""),
		"egovroles_outbox.state":       constants(t, "accessmgmt", "MessageState"),
		"egovroles_audit.assurance":    nil,
	}
	for a := accessmgmt.AssuranceNone; a <= accessmgmt.AssuranceHigh; a++ {
		want["egovroles_audit.assurance"] = append(want["egovroles_audit.assurance"], a.String())
	}
	require.Contains(t, (accessmgmt.AssuranceHigh + 1).String(), "(", "a level was added")

	for _, list := range want {
		slices.Sort(list)
	}
	for name, files := range schemas {
		t.Run(name, func(t *testing.T) { assert.Equal(t, want, checked(t, files)) })
	}
}

// schemas are the migrations of each engine.
var schemas = map[string]fs.FS{"sqlite": sqlite.Migrations(), "postgres": postgres.Migrations(), "mysql": mysql.Migrations()}

// checked returns the words that a schema lets into columns.
func checked(t *testing.T, files fs.FS) map[string][]string {
	text, err := fs.ReadFile(files, "0001_init.sql")
	require.NoError(t, err)
	got := map[string][]string{}
	table := ""
	for line := range strings.Lines(string(text)) {
		if m := regexp.MustCompile(`^CREATE TABLE (?:IF NOT EXISTS )?(\w+)`).FindStringSubmatch(line); m != nil {
			table = m[1]
		}
		if m := regexp.MustCompile(`^ +(\w+) .*CHECK \((\w+) IN \((.*?)\)\)`).FindStringSubmatch(line); m != nil {
			require.Equal(t, m[1], m[2], "the check is of its own column")
			for _, word := range strings.Split(m[3], ", ") {
				got[table+"."+m[1]] = append(got[table+"."+m[1]], strings.Trim(word, "'"))
			}
		}
	}
	for _, list := range got {
		slices.Sort(list)
	}
	return got
}

// TestSchemasAreAlike compares the columns of all engines, in their order, what may
// be NULL of them, and the names of the indexes.
func TestSchemasAreAlike(t *testing.T) {
	wantColumns, wantIndexes := shape(t, schemas["sqlite"])
	require.Greater(t, len(wantColumns), 180)
	require.Len(t, wantIndexes, 31)
	for name, files := range schemas {
		columns, indexes := shape(t, files)
		assert.Equal(t, wantColumns, columns, name)
		assert.Equal(t, wantIndexes, indexes, name)
	}
}

// shape returns the columns of a schema, and the names of its indexes that aren't
// of a unique key.
func shape(t *testing.T, files fs.FS) (columns, indexes []string) {
	text, err := fs.ReadFile(files, "0001_init.sql")
	require.NoError(t, err)
	table := ""
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "--")
		if m := regexp.MustCompile(`^CREATE TABLE (?:IF NOT EXISTS )?(\w+)`).FindStringSubmatch(line); m != nil {
			table = m[1]
		}
		if m := regexp.MustCompile(`^(?:CREATE INDEX| +KEY) (\w+)`).FindStringSubmatch(line); m != nil {
			indexes = append(indexes, m[1])
		}
		if m := regexp.MustCompile(`^ +([a-z_]+) `).FindStringSubmatch(line); m != nil && table != "egovroles_schema" {
			columns = append(columns, fmt.Sprintf("%s.%s %t", table, m[1], strings.Contains(line, "NOT NULL")))
		}
	}
	slices.Sort(indexes)
	return columns, indexes
}
