package verify_test

import (
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
var schemas = map[string]fs.FS{"sqlite": sqlite.Migrations(), "postgres": postgres.Migrations()}

// checked returns the words that a schema lets into columns.
func checked(t *testing.T, files fs.FS) map[string][]string {
	text, err := fs.ReadFile(files, "0001_init.sql")
	require.NoError(t, err)
	got := map[string][]string{}
	table := ""
	for line := range strings.Lines(string(text)) {
		if m := regexp.MustCompile(`^CREATE TABLE (\w+)`).FindStringSubmatch(line); m != nil {
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

// TestSchemasAreAlike compares the tables, columns, keys and indexes of all
// engines, in their order.
func TestSchemasAreAlike(t *testing.T) {
	var want []string
	for name, files := range schemas {
		text, err := fs.ReadFile(files, "0001_init.sql")
		require.NoError(t, err)
		var got []string
		for line := range strings.Lines(string(text)) {
			line, _, _ = strings.Cut(line, "--")
			for _, their := range []string{`\b(BLOB|TEXT|INTEGER|uuid|bytea|bigint|text COLLATE "C")( |,)`, ` STRICT`, `, WITHOUT ROWID`, ` WITHOUT ROWID`} {
				line = regexp.MustCompile(their).ReplaceAllString(line, "$2")
			}
			if line = strings.Join(strings.Fields(line), " "); line != "" {
				got = append(got, strings.ReplaceAll(line, " ,", ","))
			}
		}
		require.Greater(t, len(got), 200)
		if want == nil {
			want = got
		}
		assert.Equal(t, want, got, name)
	}
}
