package accessmgmt_test

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/internal/workflowtest"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// codes are how each code comes about: a call, and the kind and the text of its
// error.
var codes = map[string]struct {
	fail func(*workflowtest.World) error
	kind error
	text string
}{
	accessmgmt.CodeNotFound: {func(w *workflowtest.World) error {
		_, err := w.Svc.OpenTasksPage(w.Ctx, dubois, accessmgmt.TaskQuery{Enterprise: w.Acme})
		return err
	}, accessmgmt.ErrNotFound, "egovroles: tasks: not found (not_found)"},
	accessmgmt.CodeInvalid: {func(w *workflowtest.World) error {
		bad := w.Invitation(dubois, w.Line(roles.Editor), w.Line(roles.Editor))
		bad.Message = "tell Dubois " + dubois.Identity.Number.RevealWritten() + " \x00"
		_, err := w.Svc.Invite(w.Ctx, w.GAP, bad)
		return err
	}, accessmgmt.ErrInvalid, "egovroles: invite: invalid input: lines[1].period: lines[0] offers the same role for the same days; message: the text has characters that can't be shown (invalid)"},
	accessmgmt.CodeConflict: {func(w *workflowtest.World) error {
		svc := serviceOn(w, brokenStore{w.Store, accessmgmt.ErrConflict})
		_, err := svc.Invite(w.Ctx, w.GAP, w.Invitation(dubois, w.Line(roles.Editor)))
		return err
	}, accessmgmt.ErrConflict, "egovroles: invite: changed by somebody else meanwhile (conflict)"},
	accessmgmt.CodeUnavailable: {func(w *workflowtest.World) error {
		svc := serviceOn(w, brokenStore{w.Store, errors.New("disk full")})
		_, err := svc.Invite(w.Ctx, w.GAP, w.Invitation(dubois, w.Line(roles.Editor)))
		return err
	}, accessmgmt.ErrUnavailable, "egovroles: invite: unavailable: disk full (unavailable)"},
	accessmgmt.CodeOutcomeUnknown: {func(w *workflowtest.World) error {
		svc := serviceOn(w, brokenStore{w.Store, fmt.Errorf("%w: EOF", accessmgmt.ErrOutcomeUnknown)})
		_, err := svc.Invite(w.Ctx, w.GAP, w.Invitation(dubois, w.Line(roles.Editor)))
		return err
	}, accessmgmt.ErrOutcomeUnknown, "egovroles: invite: the outcome is unknown: the store is unavailable: EOF (outcome_unknown)"},
	accessmgmt.CodeRegister: {func(w *workflowtest.World) error {
		w.Register.Down(true)
		_, err := w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, dubois))
		return err
	}, accessmgmt.ErrRegister, "egovroles: designate_gap: the register of legal representatives is unavailable (register_unavailable)"},
	accessmgmt.CodeState: {func(w *workflowtest.World) error {
		r, _ := w.Invite(dubois, w.Line(roles.Editor))
		revoke := accessmgmt.Revoke{Enterprise: w.Acme, Recipients: []accessmgmt.RecipientID{r.ID}, Reason: "Dubois left"}
		_, err := w.Svc.Revoke(w.Ctx, w.GAP, revoke)
		require.NoError(w, err)
		results, err := w.Svc.Revoke(w.Ctx, w.GAP, revoke)
		require.NoError(w, err)
		return results[0].Err
	}, accessmgmt.ErrState, "egovroles: revoke: can't revoke a recipient that is revoked (wrong_state)"},
	accessmgmt.CodeTokenUnknown: {func(w *workflowtest.World) error {
		_, token := w.Invite(dubois, w.Line(roles.Editor))
		_, err := w.Service(optionsWith(w, func(o *accessmgmt.Options) { o.Key = testKey(w, "k1") })).Inspect(w.Ctx, token)
		require.NoError(w, err, "the hash is stored: no key is needed to find it")
		_, err = w.Svc.Inspect(w.Ctx, invitation.DeriveToken(testKey(w, "k1"), accessmgmt.RecipientID{}, 1))
		return err
	}, accessmgmt.ErrNotFound, "egovroles: inspect: not found (token_unknown)"},
	accessmgmt.CodeSubjectIsNumber: {func(w *workflowtest.World) error {
		numbered := dubois.Identity
		numbered.Subject = numbered.Number.RevealWritten()
		_, err := w.Svc.Identify(w.Ctx, numbered)
		return err
	}, accessmgmt.ErrDenied, "egovroles: identify: denied (subject_is_national_number)"},
	accessmgmt.CodeOverlap: {func(w *workflowtest.World) error {
		asked := w.Request(dubois, w.Line(roles.Editor))
		id := dubois.Identity
		given, err := w.Svc.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: w.Acme, Lines: []invitation.Line{w.Line(roles.Editor)},
			Persons: []accessmgmt.Assignee{{Number: id.Number, GivenName: id.GivenName, FamilyName: id.FamilyName, Email: workflowtest.Address(id)}}})
		require.NoError(w, err)
		require.NoError(w, accessmgmt.Failed(given))
		results, err := w.Svc.Approve(w.Ctx, w.GAP, accessmgmt.Approve{Requests: []accessmgmt.RequestRef{asked.Ref()}})
		require.NoError(w, err)
		return results[0].Err
	}, accessmgmt.ErrState, "egovroles: approve: can't give a role that is given for that time already (overlap)"},
	accessmgmt.CodeAlreadyInvited: {func(w *workflowtest.World) error {
		w.Invite(dubois, w.Line(roles.Editor))
		done, err := w.Svc.Invite(w.Ctx, w.GAP, w.Invitation(dubois, w.Line(roles.Editor)))
		require.NoError(w, err)
		return done.Results[0].Err
	}, accessmgmt.ErrState, "egovroles: invite: can't invite again a recipient that is invited (already_invited)"},
	accessmgmt.CodeAlreadyGAP: {func(w *workflowtest.World) error {
		_, err := w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, w.GAP))
		return err
	}, accessmgmt.ErrState, "egovroles: designate_gap: can't designate again a gap that is active (already_gap)"},
	accessmgmt.CodeAlreadyManager: {func(w *workflowtest.World) error {
		_, err := w.Svc.NameManager(w.Ctx, w.GAP, accessmgmt.NameManager{Enterprise: w.Acme, Kind: accessmgmt.CoGAP,
			Manager: accessmgmt.Assignee{Person: w.ID(w.GAP)}, Period: roles.From(w.Svc.Today())})
		return err
	}, accessmgmt.ErrState, "egovroles: name_manager: can't name a manager that is the GAP in office (already_manager)"},
	accessmgmt.CodeTooManyInvitations: {func(w *workflowtest.World) error {
		o := w.Options
		o.Policy.InvitationsPerDay = 1
		svc := w.Service(o)
		var done accessmgmt.Invited
		for _, role := range []roles.Code{roles.Editor, roles.Reader} {
			var err error
			done, err = svc.Invite(w.Ctx, w.GAP, w.Invitation(workflowtest.Person("Anne", "Dubois"), w.Line(role)))
			require.NoError(w, err)
		}
		return done.Results[0].Err
	}, accessmgmt.ErrState, "egovroles: invite: can't invite a recipient that is over the day's limit (too_many_invitations)"},
	accessmgmt.CodeTooManyRequests: {func(w *workflowtest.World) error {
		for i := range accessmgmt.MaxOwnWaitingGAPs {
			require.NoError(w, asksForOffice(w, workflowtest.Number(i)))
		}
		return asksForOffice(w, w.Number)
	}, accessmgmt.ErrState, "egovroles: request_gap: can't ask for a gap that is one more than a person may wait for (too_many_requests)"},
	accessmgmt.CodeOfficeChanged: {func(w *workflowtest.World) error {
		require.NoError(w, asksForOffice(w, w.Number))
		page, err := w.Svc.CandidaciesPage(w.Ctx, workflowtest.Staff(), accessmgmt.CandidacyQuery{})
		require.NoError(w, err)
		_, err = w.Svc.ApproveGAP(w.Ctx, workflowtest.Staff(), accessmgmt.ApproveGAP{Enterprise: w.Acme, Request: page.Items[0].GAP.ID})
		return err
	}, accessmgmt.ErrState, "egovroles: decide_gap: can't replace a gap that is another than was looked at (office_changed)"},
	accessmgmt.CodeInOffice: {func(w *workflowtest.World) error {
		_, err := w.Svc.ErasePerson(w.Ctx, workflowtest.Staff(), accessmgmt.ErasePerson{Person: w.ID(w.GAP)})
		return err
	}, accessmgmt.ErrState, "egovroles: erase_person: can't erase a person that is in office (in_office)"},
	accessmgmt.CodePersonErased: {func(w *workflowtest.World) error {
		w.Give(dubois, w.Line(roles.Editor))
		id := w.ID(dubois)
		_, err := w.Svc.ErasePerson(w.Ctx, workflowtest.Staff(), accessmgmt.ErasePerson{Person: id})
		require.NoError(w, err)
		results, err := w.Svc.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: w.Acme, Lines: []invitation.Line{w.Line(roles.Owner)}, Persons: []accessmgmt.Assignee{{Person: id}}})
		require.NoError(w, err)
		return results[0].Err
	}, accessmgmt.ErrState, "egovroles: assign: can't assign a person that is erased (person_erased)"},
	accessmgmt.CodePeriodOver: {func(w *workflowtest.World) error {
		today := w.Svc.Today()
		_, token := w.Invite(dubois, invitation.Line{Role: roles.Editor, Period: roles.Between(today, today)})
		w.Clock.Advance(24 * time.Hour)
		_, err := w.Svc.Accept(w.Ctx, dubois, token, accessmgmt.Accept{Email: workflowtest.Address(dubois.Identity)})
		return err
	}, accessmgmt.ErrState, "egovroles: accept: can't accept a recipient that is over: what it offers has ended (period_over)"},
	accessmgmt.CodeCommandReused: {func(w *workflowtest.World) error {
		c := w.Invitation(dubois, w.Line(roles.Editor))
		c.ID = accessmgmt.CommandID{UUID: uuid.Must(uuid.NewV7())}
		_, err := w.Svc.Invite(w.Ctx, w.GAP, c)
		require.NoError(w, err)
		c.Message = "Dubois"
		_, err = w.Svc.Invite(w.Ctx, w.GAP, c)
		return err
	}, accessmgmt.ErrState, "egovroles: invite: can't repeat a command that is done already, with other content or by another (command_reused)"},
	accessmgmt.CodeAlreadyAsked: {func(w *workflowtest.World) error {
		assign := needsTwo(w)
		_, err := assign(w.GAP, dubois)
		require.NoError(w, err)
		again, err := assign(w.GAP, dubois)
		require.NoError(w, err)
		return again[0].Err
	}, accessmgmt.ErrState, "egovroles: assign: can't ask again a request that is waiting for a decision (already_asked)"},
	accessmgmt.CodeSelfApproval: {func(w *workflowtest.World) error {
		results, err := needsTwo(w)(w.GAP, w.GAP)
		require.NoError(w, err)
		return results[0].Err
	}, accessmgmt.ErrDenied, "egovroles: assign: denied (self_approval)"},
	accessmgmt.CodeSecondManager: {func(w *workflowtest.World) error {
		asked, err := needsTwo(w)(w.GAP, dubois)
		require.NoError(w, err)
		results, err := w.Svc.Approve(w.Ctx, w.GAP, accessmgmt.Approve{Requests: []accessmgmt.RequestRef{asked[0].Value.Request.Ref()}})
		require.NoError(w, err)
		return results[0].Err
	}, accessmgmt.ErrDenied, "egovroles: approve: denied (second_manager)"},
	accessmgmt.CodeSuspended: {func(w *workflowtest.World) error {
		_, err := w.Svc.Suspend(w.Ctx, workflowtest.Staff(), accessmgmt.Suspend{Enterprise: w.Acme, Reason: "Dubois complains"})
		require.NoError(w, err)
		_, err = w.Svc.Invite(w.Ctx, w.GAP, w.Invitation(dubois, w.Line(roles.Editor)))
		return err
	}, accessmgmt.ErrState, "egovroles: invite: can't invite an enterprise that is suspended (suspended)"},
	accessmgmt.CodeUnitClosed: {func(w *workflowtest.World) error {
		u := addUnit(w)
		_, token := w.Invite(dubois, w.Line(roles.Editor), invitation.Line{Role: roles.Reader, Unit: u.ID, Period: roles.From(w.Svc.Today())})
		_, err := w.Svc.CloseUnit(w.Ctx, w.GAP, accessmgmt.CloseUnit{Enterprise: w.Acme, Unit: u.ID, Reason: "Dubois left"})
		require.NoError(w, err)
		_, err = w.Svc.Accept(w.Ctx, dubois, token, accessmgmt.Accept{Email: workflowtest.Address(dubois.Identity)})
		return err
	}, accessmgmt.ErrState, "egovroles: accept: can't accept a unit that is closed (unit_closed)"},
	accessmgmt.CodeUnitExists: {func(w *workflowtest.World) error {
		u := addUnit(w)
		_, err := w.Svc.AddUnit(w.Ctx, w.GAP, accessmgmt.AddUnit{Enterprise: w.Acme, Number: u.Number, Name: "Dubois' office"})
		return err
	}, accessmgmt.ErrState, "egovroles: add_unit: can't add a unit that is there already (unit_exists)"},
	accessmgmt.CodeNoIdentity: {func(w *workflowtest.World) error {
		_, err := w.Svc.OpenTasksPage(w.Ctx, accessmgmt.Actor{}, accessmgmt.TaskQuery{})
		return err
	}, accessmgmt.ErrDenied, "egovroles: tasks: denied (no_identity)"},
	accessmgmt.CodeAssurance: {func(w *workflowtest.World) error {
		weak := dubois
		weak.Identity.Assurance = accessmgmt.AssuranceLow
		_, err := w.Svc.Identify(w.Ctx, weak.Identity)
		return err
	}, accessmgmt.ErrDenied, "egovroles: identify: denied (assurance_too_low)"},
	accessmgmt.CodeAccountMoved: {func(w *workflowtest.World) error {
		weak := dubois
		weak.Identity.Assurance, weak.Identity.Number = accessmgmt.AssuranceLow, accessmgmt.SSIN{}
		email := workflowtest.Address(dubois.Identity)
		asked, err := w.Svc.RequestGAP(w.Ctx, weak, accessmgmt.RequestGAP{Enterprise: w.Number, EnterpriseName: "Acme", Self: true, Evidence: "file 1", Contact: email,
			GAP: accessmgmt.Candidate{GivenName: "Anne", FamilyName: "Dubois", Email: email}})
		require.NoError(w, err)
		given, err := w.Svc.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: w.Acme, Lines: []invitation.Line{w.Line(roles.Editor)},
			Persons: []accessmgmt.Assignee{{Number: dubois.Identity.Number, GivenName: "Anne", FamilyName: "Dubois", Email: email}}})
		require.NoError(w, err)
		require.NoError(w, accessmgmt.Failed(given))
		w.Request(dubois, w.Line(roles.Reader)) // with his number
		_, err = w.Svc.ApproveGAP(w.Ctx, workflowtest.Staff(), accessmgmt.ApproveGAP{Enterprise: w.Acme, Request: asked.ID})
		return err
	}, accessmgmt.ErrState, "egovroles: decide_gap: can't approve a gap that is of an account that is another person's by now (account_moved)"},
	accessmgmt.CodeIdentityConflict: {func(w *workflowtest.World) error {
		w.Give(dubois, w.Line(roles.Editor))
		mixed := dubois
		mixed.Identity.Number = w.GAP.Identity.Number
		_, err := w.Svc.Identify(w.Ctx, mixed.Identity)
		return err
	}, accessmgmt.ErrDenied, "egovroles: identify: denied (identity_conflict)"},
	accessmgmt.CodeNotRepresentative: {func(w *workflowtest.World) error {
		_, err := w.Svc.DesignateGAP(w.Ctx, dubois, w.Designation(w.Number, dubois))
		return err
	}, accessmgmt.ErrDenied, "egovroles: designate_gap: denied (not_legal_representative)"},
	accessmgmt.CodeNotManager: {func(w *workflowtest.World) error {
		_, err := w.Svc.OpenTasksPage(w.Ctx, workflowtest.Staff(), accessmgmt.TaskQuery{Enterprise: w.Acme})
		return err
	}, accessmgmt.ErrDenied, "egovroles: tasks: denied (not_manager)"},
	accessmgmt.CodeNotOperator: {func(w *workflowtest.World) error {
		_, err := w.Svc.VerifyAudit(w.Ctx, accessmgmt.Operator(dubois.Identity, "Dubois", ""), w.Acme)
		return err
	}, accessmgmt.ErrDenied, "egovroles: audit: denied (operator_needs_reason)"},
	accessmgmt.CodeStaffOnly: {func(w *workflowtest.World) error {
		_, err := w.Svc.Suspend(w.Ctx, w.GAP, accessmgmt.Suspend{Enterprise: w.Acme, Reason: "Dubois"})
		return err
	}, accessmgmt.ErrDenied, "egovroles: suspend: denied (staff_only)"},
	accessmgmt.CodeRoleNotGrantable: {func(w *workflowtest.World) error {
		label := roles.Labels{EN: "x"}
		closed, err := roles.NewCatalogue(roles.Application{Code: "app", Labels: label, Actions: []roles.ActionDefinition{{Action: "act", Labels: label}},
			Roles: []roles.Role{{Code: "app.closed", Labels: label, Actions: roles.Actions("act"), GrantedBy: roles.ByManagingRole}}})
		require.NoError(w, err)
		svc := w.Service(optionsWith(w, func(o *accessmgmt.Options) { o.Catalogue = closed }))
		_, err = svc.Invite(w.Ctx, w.GAP, w.Invitation(dubois, w.Line("app.closed")))
		return err
	}, accessmgmt.ErrDenied, "egovroles: invite: denied (role_not_grantable)"},
	accessmgmt.CodeNotInvitee: {func(w *workflowtest.World) error {
		w.Give(dubois, w.Line(roles.Editor))
		named := w.Invitation(dubois, w.Line(roles.Owner))
		named.Recipients[0].Person = w.ID(dubois)
		done, err := w.Svc.Invite(w.Ctx, w.GAP, named)
		require.NoError(w, err)
		require.NoError(w, done.Results[0].Err)
		return w.Svc.Decline(w.Ctx, workflowtest.Person("Bert", "Claes"), w.LastToken(workflowtest.Address(dubois.Identity)), accessmgmt.Decline{Reason: "Dubois?"})
	}, accessmgmt.ErrDenied, "egovroles: decline: denied (not_the_invitee)"},
	accessmgmt.CodeEmailUnverified: {func(w *workflowtest.World) error {
		svc := w.Service(optionsWith(w, func(o *accessmgmt.Options) { o.Policy.Matcher = accessmgmt.VerifiedEmail }))
		_, token := w.Invite(dubois, w.Line(roles.Editor))
		_, err := svc.Accept(w.Ctx, dubois, token, accessmgmt.Accept{Email: workflowtest.Address(dubois.Identity)})
		return err
	}, accessmgmt.ErrDenied, "egovroles: accept: denied (email_not_verified)"},
}

// needsTwo gives the world a catalogue whose one role needs two managers, and
// returns how somebody gives it to somebody directly.
func needsTwo(w *workflowtest.World) func(by, to accessmgmt.Actor) ([]accessmgmt.Result[accessmgmt.Assigned], error) {
	label := roles.Labels{EN: "x"}
	catalogue, err := roles.NewCatalogue(roles.Application{Code: "app", Labels: label, Actions: []roles.ActionDefinition{{Action: "act", Labels: label}},
		Roles: []roles.Role{{Code: "app.signer", Labels: label, Actions: roles.Actions("act"), FourEyes: true}}})
	require.NoError(w, err)
	w.Svc = w.Service(optionsWith(w, func(o *accessmgmt.Options) { o.Catalogue = catalogue }))
	return func(by, to accessmgmt.Actor) ([]accessmgmt.Result[accessmgmt.Assigned], error) {
		id := to.Identity
		return w.Svc.Assign(w.Ctx, by, accessmgmt.Assign{Enterprise: w.Acme, Lines: []invitation.Line{w.Line("app.signer")},
			Persons: []accessmgmt.Assignee{{Number: id.Number, GivenName: id.GivenName, FamilyName: id.FamilyName, Email: workflowtest.Address(id)}}})
	}
}

// asksForOffice has Dubois ask for the exceptional procedure.
func asksForOffice(w *workflowtest.World, number accessmgmt.EnterpriseNumber) error {
	email := workflowtest.Address(dubois.Identity)
	_, err := w.Svc.RequestGAP(w.Ctx, dubois, accessmgmt.RequestGAP{Enterprise: number, EnterpriseName: "Dubois SA", Self: true, Contact: email,
		GAP: accessmgmt.Candidate{GivenName: "Anne-Cécile", FamilyName: "Dubois", Email: email}, Evidence: "Dubois 1"})
	return err
}

var dubois = workflowtest.Person("Anne-Cécile", "Dubois")

// TestEveryCode brings every code about, and looks that its error tells nothing
// that was typed.
func TestEveryCode(t *testing.T) {
	for code, c := range codes {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			w := workflowtest.WithGAP(t, onMemory)
			err := c.fail(w)
			require.ErrorIs(t, err, c.kind)
			assert.Equal(t, code, accessmgmt.Code(err))
			assert.EqualError(t, err, c.text)
			var own *accessmgmt.Error
			require.ErrorAs(t, err, &own)
			assert.Equal(t, c.kind, own.Kind)
			assert.True(t, strings.HasPrefix(c.text, "egovroles: "+string(own.Act)+": "))
			var state *invitation.StateError
			assert.Equal(t, errors.Is(err, accessmgmt.ErrState), errors.As(err, &state))
			var problems roles.Problems
			assert.Equal(t, errors.Is(err, accessmgmt.ErrInvalid), errors.As(err, &problems))
			named := slices.Contains([]string{accessmgmt.CodeOverlap, accessmgmt.CodeAlreadyInvited, accessmgmt.CodeAlreadyAsked,
				accessmgmt.CodeUnitClosed, accessmgmt.CodeUnitExists, accessmgmt.CodeAlreadyManager, accessmgmt.CodeOfficeChanged, accessmgmt.CodeInOffice}, code)
			assert.Equal(t, named, own.Existing.String() != "00000000-0000-0000-0000-000000000000", "what stands in the way")
			for _, a := range []accessmgmt.Actor{dubois, w.GAP, w.Rep} {
				id := a.Identity
				for _, typed := range []string{id.GivenName, id.FamilyName, id.Subject, workflowtest.Address(id).String(), "acme.example", id.Number.Reveal(), id.Number.RevealWritten(), id.Number.Reveal()[:9]} {
					assert.NotContains(t, err.Error(), typed)
				}
			}
		})
	}
}

// TestEveryCodeIsThere reads the codes out of errors.go: a new one can't be
// forgotten.
func TestEveryCodeIsThere(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "errors.go", nil, 0)
	require.NoError(t, err)
	found := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && strings.HasPrefix(spec.Names[0].Name, "Code") {
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			require.NoError(t, err)
			assert.Contains(t, codes, value, spec.Names[0].Name)
			assert.Regexp(t, `^[a-z_]+$`, value)
			assert.False(t, found[value], "%s is a word of two codes", value)
			found[value] = true
		}
		return true
	})
	assert.Len(t, codes, len(found))
}

func addUnit(w *workflowtest.World) accessmgmt.Unit {
	u, err := w.Svc.AddUnit(w.Ctx, w.GAP, accessmgmt.AddUnit{Enterprise: w.Acme, Number: workflowtest.UnitNumber(1), Name: "Liège"})
	require.NoError(w, err)
	return u
}

// brokenStore fails each commit.
type brokenStore struct {
	accessmgmt.Store
	err error
}

func (s brokenStore) Commit(context.Context, accessmgmt.Changes) error { return s.err }

func serviceOn(w *workflowtest.World, store accessmgmt.Store) *accessmgmt.Service {
	svc, err := accessmgmt.New(store, w.Mailbox, &w.Options)
	require.NoError(w, err)
	return svc
}

func optionsWith(w *workflowtest.World, change func(*accessmgmt.Options)) accessmgmt.Options {
	o := w.Options
	change(&o)
	return o
}
