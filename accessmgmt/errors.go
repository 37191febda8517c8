package accessmgmt

import (
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// What a caller can do about an error decides its kind. Test with errors.Is;
// errors.As with a [*Error] gives the code to translate.
var (
	// ErrNotFound: there is no such thing, or it isn't for this actor to know.
	ErrNotFound = errors.New("not found")
	// ErrInvalid: the input is wrong; errors.As with [roles.Problems] gives
	// every problem with its field.
	ErrInvalid = errors.New("invalid input")
	// ErrState: it can't be done in the state things are in; errors.As with
	// [*invitation.StateError] gives the state and the event.
	ErrState = invitation.ErrState
	// ErrDenied: this actor may not; the code says why. Somebody else might.
	ErrDenied = errors.New("denied")
	// ErrConflict: somebody else changed it meanwhile. The service has tried
	// again before it says so; the caller may look and try again.
	ErrConflict = errors.New("changed by somebody else meanwhile")
	// ErrUnavailable: a store or register can't be asked now. Nothing was
	// changed, unless it is [ErrOutcomeUnknown].
	ErrUnavailable = errors.New("unavailable")
	// ErrOutcomeUnknown is an [ErrUnavailable]: the connection was lost while a
	// commit was on its way, or the database didn't finish it in time, and the
	// store could not be asked whether it will last. Send the command again with the same id: it is done once.
	ErrOutcomeUnknown = fmt.Errorf("the outcome is unknown: the store is %w", ErrUnavailable)
	// ErrRegister is an [ErrUnavailable]: the register of legal
	// representatives can't be asked now (a normal case: R1 §8.1). Somebody who
	// names an enterprise with which he has nothing else to do, and of which he
	// never designated a GAP, is told [ErrNotFound] instead.
	ErrRegister = fmt.Errorf("the register of legal representatives is %w", ErrUnavailable)
	// ErrRepeated: a command id was used before; only stores return it.
	ErrRepeated = errors.New("this command was committed before")
	// ErrSchema: the store's schema isn't the one this version works with.
	ErrSchema = errors.New("the store's schema doesn't fit this version of the library")
)

// The codes of an [Error], stable words to translate.
const (
	CodeNotFound       = "not_found"
	CodeInvalid        = "invalid"
	CodeConflict       = "conflict"
	CodeUnavailable    = "unavailable"
	CodeRegister       = "register_unavailable"
	CodeOutcomeUnknown = "outcome_unknown" // it may have happened; the same command id tells
	CodeState          = "wrong_state"
	CodeTokenUnknown   = "token_unknown"
	CodeOverlap        = "overlap"         // a role for the same time exists; Existing names it
	CodeAlreadyInvited = "already_invited" // an open invitation to that address; Existing names it
	CodeAlreadyGAP     = "already_gap"
	CodePeriodOver     = "period_over"     // what was asked for has ended meanwhile
	CodeSuspended      = "suspended"       // the enterprise is suspended: nothing is given in it
	CodeUnitClosed     = "unit_closed"     // the establishment unit isn't the enterprise's, or no longer
	CodeUnitExists     = "unit_exists"     // Existing names the unit
	CodeAlreadyManager = "already_manager" // a term for the same time; Existing names it
	CodeAlreadyAsked   = "already_asked"   // a request that waits; Existing names it
	CodeCommandReused  = "command_reused"  // the command's id was used for something else

	// CodeTooManyInvitations: as many mails with a link as a day allows were sent,
	// by the enterprise or to the address, which of both isn't told. Tomorrow
	// there may be more.
	CodeTooManyInvitations = "too_many_invitations"

	CodeTooManyRequests = "too_many_requests" // as many exceptional requests wait as may
	CodeInOffice        = "in_office"         // who is to be erased holds an office; Existing names the term
	CodePersonErased    = "person_erased"     // the person was erased, or is being erased
	CodeAccountMoved    = "account_moved"     // the candidate's account is another person's by now: he asks anew
	CodeOfficeChanged   = "office_changed"    // another GAP is in office, or none; Existing names the term

	// The refusals, each of kind [ErrDenied].
	CodeNoIdentity        = "no_identity"
	CodeSubjectIsNumber   = "subject_is_national_number" // see [Identity.Subject]
	CodeAssurance         = "assurance_too_low"
	CodeIdentityConflict  = "identity_conflict" // account and national number belong to two persons (D19)
	CodeNotRepresentative = "not_legal_representative"
	CodeNotManager        = "not_manager"
	CodeNotOperator       = "operator_needs_reason"
	CodeRoleNotGrantable  = "role_not_grantable"
	CodeNotInvitee        = "not_the_invitee"
	CodeEmailUnverified   = "email_not_verified"
	CodeStaffOnly         = "staff_only"     // the portal's staff alone may
	CodeSelfApproval      = "self_approval"  // nobody gives himself a role (Policy.SelfApproval)
	CodeSecondManager     = "second_manager" // the first approval was this actor's; another must give the second
)

// Error is what every method of [Service] returns when it fails. It never
// holds a national number, a token or the text a person typed.
type Error struct {
	Act  Act    // what was tried
	Kind error  // one of the sentinels above
	Code string // a stable word to translate
	// Existing names what stands in the way, for CodeOverlap (an assignment),
	// CodeAlreadyInvited (a recipient), CodeAlreadyManager, CodeInOffice and
	// CodeOfficeChanged (a term of office), CodeAlreadyAsked (a request), CodeUnitClosed and
	// CodeUnitExists (the unit); zero otherwise.
	Existing uuid.UUID
	Err      error // what is behind it, may be nil
}

// Error says what failed and why. What a register said isn't repeated: it was
// asked about a person, and may quote his national number; errors.Unwrap has it.
func (e *Error) Error() string {
	s := string(e.Act) + ": " + e.Kind.Error()
	switch {
	case e.Kind == ErrRegister: //nolint:errorlint // the kind itself, not what it wraps
	case e.Err != nil && errors.Is(e.Err, e.Kind):
		s = string(e.Act) + ": " + e.Err.Error()
	case e.Err != nil:
		s += ": " + e.Err.Error()
	}
	if e.Code != "" {
		s += " (" + e.Code + ")"
	}
	return "egovroles: " + s
}

// Unwrap returns the kind and the cause.
func (e *Error) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Err}
}

// Code returns the stable word of an error, or "" when it isn't one of ours.
func Code(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

func denied(code string) error { return &Error{Kind: ErrDenied, Code: code} }
func notFound() error          { return &Error{Kind: ErrNotFound, Code: CodeNotFound} }
func invalid(problems roles.Problems) error {
	if len(problems) == 0 {
		return nil
	}
	return &Error{Kind: ErrInvalid, Code: CodeInvalid, Err: problems}
}

func invalidField(field, code, text string) error {
	return invalid(roles.Problems{{Field: field, Code: code, Text: text}})
}

func wrongState(object, from, event string) error {
	return &invitation.StateError{Object: object, From: from, Event: event}
}

// codeOf has the kinds that a [Store] and a [LegalRepresentatives] may return;
// anything else from them is a failure of theirs.
var codeOf = []struct {
	kind error
	code string
}{
	{ErrRegister, CodeRegister},
	{ErrOutcomeUnknown, CodeOutcomeUnknown},
	{ErrNotFound, CodeNotFound},
	{ErrInvalid, CodeInvalid},
	{ErrState, CodeState},
	{ErrDenied, ""},
	{ErrConflict, CodeConflict},
	{ErrSchema, CodeUnavailable},
	{ErrUnavailable, CodeUnavailable},
}

// fail turns any error into an [*Error] of one act. What is none of our kinds
// came from a store, a register or a context, and is [ErrUnavailable].
func fail(act Act, err error) error {
	if err == nil {
		return nil
	}
	var own *Error
	if errors.As(err, &own) {
		if own.Act == "" {
			copied := *own
			copied.Act = act
			return &copied
		}
		return err
	}
	for _, known := range codeOf {
		if errors.Is(err, known.kind) {
			return &Error{Act: act, Kind: known.kind, Code: known.code, Err: err}
		}
	}
	return &Error{Act: act, Kind: ErrUnavailable, Code: CodeUnavailable, Err: err}
}
