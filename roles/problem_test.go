package roles_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/roles"
)

func TestProblems(t *testing.T) {
	var none roles.Problems
	require.NoError(t, none.Err(), "no problem is no error")
	require.NoError(t, roles.Problems{}.Err())

	var part roles.Problems
	part.Add("", roles.ProblemRequired, "missing")
	part.Add("end", roles.ProblemOrder, "too early")
	part.Add("[3]", roles.ProblemUnknown, "unknown")
	var all roles.Problems
	all.AddAll("lines[0].period", part)
	all.AddAll("", part)
	assert.Equal(t, roles.Problems{
		{Field: "lines[0].period", Code: "required", Text: "missing"},
		{Field: "lines[0].period.end", Code: "end_before_start", Text: "too early"},
		{Field: "lines[0].period[3]", Code: "unknown", Text: "unknown"},
		{Field: "", Code: "required", Text: "missing"},
		{Field: "end", Code: "end_before_start", Text: "too early"},
		{Field: "[3]", Code: "unknown", Text: "unknown"},
	}, all)
	assert.Equal(t, "end", part[1].Field, "AddAll changed the part")

	assert.True(t, all.Has("lines[0].period.end", roles.ProblemOrder))
	assert.False(t, all.Has("lines[0].period.end", roles.ProblemUnknown))
	assert.False(t, all.Has("lines[0].period.start", roles.ProblemOrder))

	err := fmt.Errorf("wrapped: %w", part.Err())
	require.EqualError(t, err, "wrapped: missing; end: too early; [3]: unknown")
	var got roles.Problems
	require.ErrorAs(t, err, &got)
	assert.Equal(t, part, got)
	assert.NotPanics(t, func() { _ = errors.Is(err, errors.New("other")) }, "a slice is no comparable error")
}
