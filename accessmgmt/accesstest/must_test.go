package accesstest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/accesstest"
	"github.com/egovroles/egovroles/roles"
)

// TestAssertionsHold is what the next test's would say if they never failed.
func TestAssertionsHold(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	anne, kim := w.Person("Anne Dubois"), w.Person("Kim Claes")
	given := w.Give(anne, roles.Editor)

	assert.True(t, w.MustAllow(anne, roles.Sign).Allowed)
	assert.Equal(t, []accessmgmt.AssignmentID{given.ID}, w.MustAllow(anne, roles.Sign).Assignments)
	w.MustDeny(anne, roles.ManageSpace, roles.ReasonNotThisAction)
	assert.False(t, w.MustDeny(kim, roles.Read, roles.ReasonNoAssignment).Allowed)
	assert.Contains(t, w.MustMail(anne, accessmgmt.MessageInvitation).Link, "https://portal.example/invitation?token=")
	w.NoMail(kim)
	assert.Equal(t, w.ID(anne), w.AuditHas(accessmgmt.EventApproved).Person)

	_, err := w.Service.OpenTasksPage(context.Background(), accessmgmt.Actor{}, accessmgmt.TaskQuery{})
	w.MustFail(err, accessmgmt.CodeNoIdentity)

	w.Request(anne, roles.Owner)
	require.Len(t, w.Erase(anne).Enterprises, 1)
	w.MustHaveForgotten(anne)
	w.MustHaveForgotten(kim) // of whom nothing is known
}

// TestAssertionsFail: each assertion fails when it should, and says what
// happened.
func TestAssertionsFail(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		test func(w *accesstest.World, anne accessmgmt.Actor)
		says []string
	}{
		"allow, of one denied": {func(w *accesstest.World, anne accessmgmt.Actor) {
			w.End(w.Give(anne, roles.Editor))
			w.Deliver()
			w.MustAllow(anne, roles.Sign)
		}, []string{
			"Anne Dubois should be allowed to sign, and is denied: ended\n", "may he sign at 2026-03-02 10:00:00? false, ended", "monespace.editor is ended: ended",
			"role       monespace.editor 2026-03-02.., ended, given at 2026-03-02 10:00:00 by Luc Maes as gap; ended at 2026-03-02 10:00:00 by Luc Maes (ended in a test)",
			"role_ended, Anne Dubois, by Luc Maes as gap", "ended to Anne Dubois <anne.dubois@acme.example>", "mails      invitation, approved",
		}},
		"allow, when the store fails": {func(w *accesstest.World, anne accessmgmt.Actor) {
			w.Give(anne, roles.Editor)
			w.FailStore(errors.New("no connection"))
			w.MustAllow(anne, roles.Sign)
		}, []string{"whether Anne Dubois may sign can't be told", "unavailable", "role       monespace.editor"}},
		"deny, of one allowed": {func(w *accesstest.World, anne accessmgmt.Actor) {
			w.Give(anne, roles.Editor)
			w.MustDeny(anne, roles.Sign, roles.ReasonEnded)
		}, []string{"Anne Dubois should be denied to sign (ended), and is allowed\n", "may he sign at 2026-03-02 10:00:00? true, allowed", "monespace.editor is active: allowed"}},
		"deny, for another reason": {func(w *accesstest.World, anne accessmgmt.Actor) {
			w.Give(anne, roles.Reader)
			w.MustDeny(anne, roles.Sign, roles.ReasonEnded)
		}, []string{"Anne Dubois should be denied to sign for ended, and is for not_this_action\n", "monespace.reader is active: not_this_action"}},
		"deny, of somebody unknown": {func(w *accesstest.World, anne accessmgmt.Actor) {
			w.MustDeny(anne, roles.Sign, roles.ReasonEnded)
		}, []string{"and is for no_assignment", "Anne Dubois, whom the library doesn't know yet"}},
		"mail, of another event": {func(w *accesstest.World, anne accessmgmt.Actor) {
			w.Invite(anne, roles.Reader)
			w.MustMail(anne, accessmgmt.MessageApproved)
		}, []string{"Anne Dubois got no mail approved\n", "mails      invitation\n", "invitation monespace.reader 2026-03-02.., invited, of", "mails, the latest of 1 delivered\n"}},
		"mail, to somebody else": {func(w *accesstest.World, anne accessmgmt.Actor) {
			w.Give(anne, roles.Reader)
			w.MustMail(w.Person("Kim Claes"), accessmgmt.MessageApproved)
		}, []string{"Kim Claes got no mail approved\n", "mails      none", "approved to Anne Dubois <anne.dubois@acme.example>, as user\n"}},
		"mail, refused": {func(w *accesstest.World, anne accessmgmt.Actor) {
			w.Mailbox.Fail(errors.New("full"))
			w.Invite(anne, roles.Reader)
			w.MustMail(anne, accessmgmt.MessageInvitation)
		}, []string{"1 refused by the mailbox"}},
		"mail, cleared": {func(w *accesstest.World, anne accessmgmt.Actor) {
			w.Give(anne, roles.Reader)
			w.Deliver()
			w.Mailbox.Clear()
			w.MustMail(anne, accessmgmt.MessageApproved)
		}, []string{"got no mail approved"}},
		"no mail, of somebody who got some": {func(w *accesstest.World, anne accessmgmt.Actor) {
			w.Give(anne, roles.Reader)
			w.NoMail(anne)
		}, []string{"Anne Dubois should have got no mail, and got 2, the last approved\n"}},
		"fail, of no error": {func(w *accesstest.World, anne accessmgmt.Actor) {
			w.Give(anne, roles.Reader)
			w.MustFail(nil, accessmgmt.CodeOverlap)
		}, []string{"it should have failed with overlap, and did not\n", "request_approved, Anne Dubois"}},
		"fail, of another error": {func(w *accesstest.World, anne accessmgmt.Actor) {
			_, err := w.Service.OpenTasksPage(context.Background(), accessmgmt.Actor{}, accessmgmt.TaskQuery{})
			w.MustFail(err, accessmgmt.CodeOverlap)
		}, []string{"it should have failed with overlap, and failed with no_identity: "}},
		"fail, of a foreign error": {func(w *accesstest.World, anne accessmgmt.Actor) {
			w.MustFail(errors.New("the portal's own"), accessmgmt.CodeOverlap)
		}, []string{"no error of the library's: the portal's own"}},
		"fail, naming what exists": {func(w *accesstest.World, anne accessmgmt.Actor) {
			given := w.Give(anne, roles.Reader)
			err := &accessmgmt.Error{Kind: accessmgmt.ErrState, Code: accessmgmt.CodeOverlap, Existing: given.ID.UUID}
			w.MustFail(fmt.Errorf("wrapped: %w", err), accessmgmt.CodeState)
		}, []string{"and failed with overlap", ", in the way of "}},
		"audit, of what didn't happen": {func(w *accesstest.World, anne accessmgmt.Actor) {
			w.Invite(anne, roles.Reader)
			w.AuditHas(accessmgmt.EventRevoked)
		}, []string{"the audit has no invitation_revoked\n", "enterprise_registered, by Renée Peeters as legal_representative", "invited, by Luc Maes as gap"}},
		"forgotten, of one who wasn't": {func(w *accesstest.World, anne accessmgmt.Actor) {
			w.Give(anne, roles.Reader)
			w.MustHaveForgotten(anne)
		}, []string{"Anne Dubois should be forgotten, and logs in as "}},
		"forgotten, of one invited elsewhere since": {func(w *accesstest.World, anne accessmgmt.Actor) {
			w.Give(anne, roles.Reader)
			w.Erase(anne)
			w.AddEnterprise("Beta SRL", w.GAP).Invite(anne, roles.Reader)
			w.MustHaveForgotten(anne)
		}, []string{"Anne Dubois should be forgotten, and is in\n  recipient {"}},
		"erase, of the GAP": {func(w *accesstest.World, _ accessmgmt.Actor) { w.Erase(w.GAP) }, []string{"erase Luc Maes: ", "in_office"}},
		"link, of somebody not invited": {func(w *accesstest.World, anne accessmgmt.Actor) { w.LinkFor(anne) },
			[]string{"Anne Dubois got no mail with a link\n", "mails, the latest of 0 delivered"}},
		"id, of somebody unknown": {func(w *accesstest.World, anne accessmgmt.Actor) { w.ID(anne) },
			[]string{"the library doesn't know Anne Dubois yet"}},
		"a name in one word":   {func(w *accesstest.World, _ accessmgmt.Actor) { w.Person(" Anne ") }, []string{"a given name and a family name"}},
		"a name of no address": {func(w *accesstest.World, _ accessmgmt.Actor) { w.Person("Anne <Dubois>") }, []string{"no e-mail address can be made of the name"}},
		"a role that isn't":    {func(w *accesstest.World, anne accessmgmt.Actor) { w.Give(anne, "monespace.clerk") }, []string{"invite Anne Dubois to monespace.clerk: ", "lines[0].role"}},
		"a role twice": {func(w *accesstest.World, anne accessmgmt.Actor) {
			w.Assign(anne, roles.Reader)
			w.Assign(anne, roles.Reader)
		}, []string{"assign monespace.reader to Anne Dubois: ", "overlap"}},
		"a role ended twice":     {func(w *accesstest.World, anne accessmgmt.Actor) { w.End(w.GiveEnded(anne, roles.Reader)) }, []string{"end monespace.reader: "}},
		"an invitation answered": {func(w *accesstest.World, anne accessmgmt.Actor) { w.Give(anne, roles.Reader); w.Accept(anne) }, []string{"Anne Dubois accepts: "}},
		"a request approved twice": {func(w *accesstest.World, anne accessmgmt.Actor) {
			r := w.Request(anne, roles.Reader)
			w.Approve(r)
			w.Approve(r)
		}, []string{"Luc Maes approves monespace.reader: "}},
		"a detail of a question": {func(w *accesstest.World, anne accessmgmt.Actor) {
			w.Give(anne, roles.Reader, accesstest.At(w.Clock.Now()))
		}, []string{"At says nothing of a role"}},
		"a detail of a role": {func(w *accesstest.World, anne accessmgmt.Actor) {
			w.MustAllow(anne, roles.Read, accesstest.Until(w.Today()))
		}, []string{"Until says nothing of a question"}},
		"a method that isn't":      {func(w *accesstest.World, _ accessmgmt.Actor) { w.FailStoreNext(1, "Save", errors.New("x")) }, []string{`accessmgmt.Store has no method "Save"`}},
		"deliver, the store fails": {func(w *accesstest.World, _ accessmgmt.Actor) { w.FailStore(errors.New("x")); w.Deliver() }, []string{"deliver: "}},
		"a person without address": {func(w *accesstest.World, anne accessmgmt.Actor) {
			anne.Identity.Email = accessmgmt.Email{}
			w.Invite(anne, roles.Reader)
		}, []string{"Anne Dubois has no e-mail address"}},
		"a second GAP, not allowed": {func(w *accesstest.World, _ accessmgmt.Actor) {
			w.AddEnterprise("Beta SRL", accessmgmt.Actor{Identity: accessmgmt.Identity{Email: w.Contact}})
		}, []string{"designate nobody as the GAP of Beta SRL: "}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := accesstest.New(t)
			said := failure(t, w, func(w *accesstest.World) { tt.test(w, w.Person("Anne Dubois")) })
			assert.True(t, strings.HasPrefix(said, "accesstest: "), said)
			for _, part := range tt.says {
				assert.Contains(t, said, part)
			}
		})
	}
}

// TestReportHidesSecrets: a report has no national number and no token.
func TestReportHidesSecrets(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	people := []accessmgmt.Actor{w.Person("Anne Dubois"), w.Person("Kim Claes"), w.GAP, w.Representative, w.Staff()}
	var tokens []accessmgmt.Token
	for _, who := range people[:2] {
		w.Invite(who, roles.Reader)
		tokens = append(tokens, w.TokenFor(who))
		w.Accept(who)
		w.Assign(who, roles.Editor)
		w.Invite(who, roles.Owner)
		tokens = append(tokens, w.TokenFor(who))
	}
	_, err := w.Service.VacateGAP(context.Background(), w.Staff(), accessmgmt.VacateGAP{Enterprise: w.Enterprise, Reason: "a test"})
	require.NoError(t, err)
	w.Deliver()
	report := w.Report(people...) + failure(t, w, func(w *accesstest.World) { w.MustAllow(people[0], roles.Sign) })
	require.Contains(t, report, "gap_vacated, Luc Maes, by Sam Staff as operator {reason=a test}")
	require.Contains(t, report, "GAP          nobody")
	assert.NotRegexp(t, `[0-9a-f]{8}-[0-9a-f]{4}-`, report, "ids are for machines")
	for _, who := range people {
		assert.NotContains(t, report, who.Identity.Number.Reveal())
		assert.NotContains(t, report, who.Identity.Number.RevealWritten())
	}
	for _, token := range tokens {
		assert.NotContains(t, report, token.Reveal())
	}
	assert.NotContains(t, report, "token=")
}
