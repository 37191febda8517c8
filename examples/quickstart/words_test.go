package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/roles"
)

// Every sentence is there in four languages and has the same places for values
// in each.
func TestWordsAreComplete(t *testing.T) {
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	seen := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		ast.Inspect(parsed, func(n ast.Node) bool {
			sentence, ok := sentenceOf(n)
			if !ok {
				return true
			}
			seen++
			if !assert.Len(t, sentence, 4, "%s: %q", name, sentence) {
				return true
			}
			for _, s := range sentence {
				assert.NotEmpty(t, strings.TrimSpace(s), "%s: %q", name, sentence)
				assert.Equal(t, valuesIn(sentence[0]), valuesIn(s), "%s: %q", name, s)
			}
			return true
		})
	}
	assert.Greater(t, seen, 200, "the sentences weren't found")
}

// sentenceOf returns the strings of a literal of type text. In a map of texts
// the type is left out: a literal of several strings is one.
func sentenceOf(n ast.Node) (sentence []string, ok bool) {
	lit, ok := n.(*ast.CompositeLit)
	if !ok {
		return nil, false
	}
	typed, named := lit.Type.(*ast.Ident)
	if named && typed.Name != "text" || lit.Type != nil && !named {
		return nil, false
	}
	for _, e := range lit.Elts {
		value, ok := e.(*ast.BasicLit)
		if !ok || value.Kind != token.STRING {
			return nil, false
		}
		s, err := strconv.Unquote(value.Value)
		if err != nil {
			return nil, false
		}
		sentence = append(sentence, s)
	}
	return sentence, len(sentence) > 0 && (named || len(sentence) > 2)
}

// valuesIn lists a sentence's places for values by number and verb.
func valuesIn(s string) []string {
	var values []string
	at := 0
	for _, verb := range regexp.MustCompile(`%(\[\d+\])?([a-z])`).FindAllStringSubmatch(s, -1) {
		at++
		if verb[1] != "" {
			at, _ = strconv.Atoi(strings.Trim(verb[1], "[]"))
		}
		values = append(values, strconv.Itoa(at)+verb[2])
	}
	slices.Sort(values)
	return values
}

func TestPad(t *testing.T) {
	assert.Equal(t, "abc  ", pad("abc", 5))
	assert.Equal(t, "ab…", pad("abcd", 3))
	assert.Equal(t, "明明 ", pad("明明", 5))
	assert.Equal(t, "明…", pad("明明", 3))
	assert.Equal(t, "明… ", pad("明明明", 4))
	assert.Equal(t, "e\u0301 ", pad("e\u0301", 2))
}

// A paragraph loses nothing, however wide its words are.
func TestWideParagraph(t *testing.T) {
	var b strings.Builder
	p := &printer{w: &b, lang: roles.French}
	p.paragraph(indent, "a "+strings.Repeat("明", 120)+" "+strings.Repeat("y", 300)+" z")
	assert.Empty(t, tooWide(b.String()))
	assert.Equal(t, "a"+strings.Repeat("明", 120)+strings.Repeat("y", 300)+"z", strings.Join(strings.Fields(b.String()), ""))
}

// A table is never too wide, whatever is in it.
func TestWideTable(t *testing.T) {
	var b strings.Builder
	p := &printer{w: &b, lang: roles.French}
	p.table([]text{wordUser, wordRequested, wordEnd}, [][]string{{strings.Repeat("明", 80), "x", strings.Repeat("y", 90)}, {"a", "b", "c"}})
	assert.Empty(t, tooWide(b.String()))
	lines := strings.Split(b.String(), "\n")
	assert.Contains(t, lines[0], "Date de")
	assert.Equal(t, strings.Index(lines[0], "Date"), strings.Index(lines[len(lines)-2], "b"), "columns stand under their titles")
}
