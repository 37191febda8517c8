package accessmgmt

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

var errDisk = errors.New("disk full")

func TestFail(t *testing.T) {
	assert.NoError(t, fail(ActCheck, nil))
	state := &invitation.StateError{Object: "request", From: "approved", Event: "approve"}
	for _, c := range []struct {
		err  error
		kind error
		code string
		text string
	}{
		{errDisk, ErrUnavailable, CodeUnavailable, "egovroles: check: unavailable: disk full (unavailable)"},
		{context.Canceled, ErrUnavailable, CodeUnavailable, "egovroles: check: unavailable: context canceled (unavailable)"},
		{context.DeadlineExceeded, ErrUnavailable, CodeUnavailable, "egovroles: check: unavailable: context deadline exceeded (unavailable)"},
		{fmt.Errorf("row 7: %w", ErrNotFound), ErrNotFound, CodeNotFound, "egovroles: check: row 7: not found (not_found)"},
		{fmt.Errorf("epoch 7: %w", ErrConflict), ErrConflict, CodeConflict, "egovroles: check: epoch 7: changed by somebody else meanwhile (conflict)"},
		{ErrUnavailable, ErrUnavailable, CodeUnavailable, "egovroles: check: unavailable (unavailable)"},
		{fmt.Errorf("%w: EOF", ErrOutcomeUnknown), ErrOutcomeUnknown, CodeOutcomeUnknown, "egovroles: check: the outcome is unknown: the store is unavailable: EOF (outcome_unknown)"},
		{fmt.Errorf("%w: timeout", ErrRegister), ErrRegister, CodeRegister, "egovroles: check: the register of legal representatives is unavailable (register_unavailable)"},
		{fmt.Errorf("version 3: %w", ErrSchema), ErrSchema, CodeUnavailable, "egovroles: check: version 3: the store's schema doesn't fit this version of the library (unavailable)"},
		{ErrRepeated, ErrUnavailable, CodeUnavailable, "egovroles: check: unavailable: this command was committed before (unavailable)"},
		{state, ErrState, CodeState, "egovroles: check: can't approve a request that is approved (wrong_state)"},
		{denied(CodeAssurance), ErrDenied, CodeAssurance, "egovroles: check: denied (assurance_too_low)"},
		{notFound(), ErrNotFound, CodeNotFound, "egovroles: check: not found (not_found)"},
		{invalidField("a.b", roles.ProblemUnknown, "what it is"), ErrInvalid, CodeInvalid, "egovroles: check: invalid input: a.b: what it is (invalid)"},
		{&Error{Kind: ErrState, Code: CodeOverlap, Err: state}, ErrState, CodeOverlap, "egovroles: check: can't approve a request that is approved (overlap)"},
		{&Error{Act: ActEnd, Kind: ErrDenied, Code: CodeNotManager}, ErrDenied, CodeNotManager, "egovroles: end: denied (not_manager)"},
	} {
		err := fail(ActCheck, c.err)
		assert.EqualError(t, err, c.text)
		assert.ErrorIs(t, err, c.kind, c.text)
		var own *Error
		require.ErrorAs(t, err, &own)
		assert.Equal(t, c.code, own.Code)
		assert.Equal(t, c.code, Code(err))
		assert.Equal(t, c.code, Code(fmt.Errorf("wrapped: %w", err)))
		assert.Equal(t, err, fail(ActApprove, err), "the first act is the one that failed")
		for _, other := range []error{ErrNotFound, ErrInvalid, ErrState, ErrDenied, ErrConflict, ErrSchema} {
			assert.Equal(t, errors.Is(c.kind, other), errors.Is(err, other), "%s is %s", c.text, other)
		}
	}
	assert.ErrorIs(t, fail(ActCheck, errDisk), errDisk, "the cause stays within reach")
	assert.ErrorIs(t, fail(ActCheck, ErrRegister), ErrUnavailable)
	assert.Empty(t, Code(errDisk))
	assert.Empty(t, Code(nil))
}

func TestFailCopies(t *testing.T) {
	original := notFound()
	first, second := fail(ActCheck, original), fail(ActEnd, original)
	assert.Equal(t, "egovroles: check: not found (not_found)", first.Error())
	assert.Equal(t, "egovroles: end: not found (not_found)", second.Error(), "one error given to two acts")
}

func TestErrorParts(t *testing.T) {
	problems := roles.Problems{{Field: "x", Code: "y", Text: "z"}}
	err := error(&Error{Act: ActInvite, Kind: ErrInvalid, Code: CodeInvalid, Err: problems})
	var found roles.Problems
	require.ErrorAs(t, err, &found)
	assert.Equal(t, problems, found)
	id := uuid.New()
	err = fail(ActAssign, &Error{Kind: ErrState, Code: CodeOverlap, Existing: id, Err: wrongState("role", "given", "give")})
	var state *invitation.StateError
	require.ErrorAs(t, err, &state)
	assert.Equal(t, "given", state.From)
	var own *Error
	require.ErrorAs(t, err, &own)
	assert.Equal(t, id, own.Existing)
	assert.Equal(t, ActAssign, own.Act)
	assert.Equal(t, []error{ErrDenied}, (&Error{Kind: ErrDenied}).Unwrap())
	assert.Equal(t, "egovroles: end: denied", (&Error{Act: ActEnd, Kind: ErrDenied}).Error(), "without a code")
	assert.NoError(t, invalid(nil))
	assert.NoError(t, invalid(roles.Problems{}))
}
