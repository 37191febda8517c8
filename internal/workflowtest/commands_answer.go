package workflowtest

import (
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

var answerScenarios = map[string]func(*World){
	"what is kept of an acceptance": func(w *World) {
		anne := Person("Anne", "Dubois")
		r, token := w.Invite(anne, w.Line(roles.Editor), line(roles.Manager, "2026-04-01", "2026-04-30"))
		at, before := w.at("2026-03-03 08:00"), w.enterprise()
		done, err := w.Svc.Accept(w.Ctx, anne, token, accessmgmt.Accept{Email: Address(anne.Identity), Language: roles.German})
		require.NoError(w, err)
		require.Equal(w, w.ID(anne), done.Person)
		require.Equal(w, before.Epoch+1, w.enterprise().Epoch)

		want := r
		want.State, want.Version = invitation.Accepted, 2
		want.Answer = invitation.Answer{At: at, Person: done.Person, GivenName: "Anne", FamilyName: "Dubois", Email: Address(anne.Identity)}
		require.Equal(w, want, w.recipient(r))
		require.Empty(w, want.Differences())
		require.Equal(w, accessmgmt.Member{Enterprise: w.Acme, Person: done.Person, GivenName: "Anne", FamilyName: "Dubois", Email: Address(anne.Identity),
			Language: roles.German, UpdatedAt: at, Version: 1}, w.member(done.Person))

		require.Len(w, done.Requests, 2)
		require.Equal(w, invitation.Request{ID: done.Requests[0].ID, Enterprise: w.Acme, Invitation: r.Invitation, Recipient: r.ID, Person: done.Person,
			Line: line(roles.Editor, "2026-03-02", ""), State: invitation.Pending, RequestedAt: at, RequestedBy: done.Person,
			LapsesAt: time.Date(2026, 6, 1, 22, 0, 0, 0, time.UTC), Version: 1}, done.Requests[0])
		require.Equal(w, time.Date(2026, 4, 30, 22, 0, 0, 0, time.UTC), done.Requests[1].LapsesAt, "with the end of what it asks for")
		for _, request := range done.Requests {
			require.Equal(w, request, w.storedRequest(request))
		}
		require.False(w, w.May(anne, roles.Sign).Allowed, "accepting gives nothing yet")
	},
	"another address and another name than invited (c-11)": func(w *World) {
		anne, hannah := Person("Anne", "Dubois"), Person("Hannah", "Claes")
		r, token := w.Invite(anne, w.Line(roles.Editor))
		typed := accessmgmt.MustParseEmail("hannah@home.example")
		done, err := w.Svc.Accept(w.Ctx, hannah, token, accessmgmt.Accept{Email: typed})
		require.NoError(w, err)
		after := w.recipient(r)
		require.Equal(w, r.Invitee, after.Invitee, "whom the manager invited stays")
		require.Equal(w, typed, after.Answer.Email)
		require.Equal(w, []invitation.Difference{invitation.DifferentGivenName, invitation.DifferentFamilyName, invitation.DifferentEmail}, after.Differences())
		require.Equal(w, "given_name,family_name,email", w.lastEvent(accessmgmt.EventAccepted).Data["differs"])
		require.Equal(w, w.ID(hannah), done.Person, "it is who logged in")
		require.Equal(w, typed, w.member(done.Person).Email)
		require.Equal(w, w.Line(roles.Editor), done.Requests[0].Line, "what was offered can't be changed by answering")
		tasks, err := w.Svc.OpenTasksPage(w.Ctx, w.GAP, accessmgmt.TaskQuery{})
		require.NoError(w, err)
		require.Equal(w, after.Differences(), tasks.Items[0].Differences, "the approver sees it")
		require.Equal(w, r.Invitee, tasks.Items[0].Invited)
		require.Equal(w, after.Answer, tasks.Items[0].Answer)
	},
	"who typed no language gets the invitation's": func(w *World) {
		anne := Person("Anne", "Dubois")
		c := w.Invitation(anne, w.Line(roles.Editor))
		c.Recipients[0].Language = roles.Dutch
		w.invite(c)
		w.Accept(anne, w.LastToken(Address(anne.Identity)))
		require.Equal(w, roles.Dutch, w.member(w.ID(anne)).Language)
	},
	"problems of the answer": func(w *World) {
		anne := Person("Anne", "Dubois")
		_, token := w.Invite(anne, w.Line(roles.Editor))
		w.unchanged(func() {
			_, err := w.Svc.Accept(w.Ctx, anne, token, accessmgmt.Accept{Language: "EN"})
			require.Equal(w, []string{"email required", "language unknown"}, w.problems(err))
			err = w.Svc.Decline(w.Ctx, anne, token, accessmgmt.Decline{Reason: strings.Repeat("x", 1001)})
			require.Equal(w, []string{"reason too_long"}, w.problems(err))
		})
	},
	"until the last instant": func(w *World) {
		anne, bert := Person("Anne", "Dubois"), Person("Bert", "Claes")
		r, token := w.Invite(anne, w.Line(roles.Editor))
		_, tokenBert := w.Invite(bert, w.Line(roles.Editor))
		w.Clock.Set(r.ExpiresAt)
		w.unchanged(func() {
			w.requireWrongState(w.accepting(anne, token)(), string(invitation.Expired))
			w.requireWrongState(w.Svc.Decline(w.Ctx, anne, token, accessmgmt.Decline{}), string(invitation.Expired))
		})
		w.Clock.Set(r.ExpiresAt.Add(-time.Microsecond))
		require.NoError(w, w.accepting(anne, token)())
		require.NoError(w, w.Svc.Decline(w.Ctx, bert, tokenBert, accessmgmt.Decline{}))
	},
	"answered once": func(w *World) {
		for name, first := range map[invitation.RecipientState]func(a accessmgmt.Actor, r invitation.Recipient, token accessmgmt.Token){
			invitation.Accepted: func(a accessmgmt.Actor, _ invitation.Recipient, token accessmgmt.Token) { w.Accept(a, token) },
			invitation.Declined: func(a accessmgmt.Actor, _ invitation.Recipient, token accessmgmt.Token) {
				require.NoError(w, w.Svc.Decline(w.Ctx, a, token, accessmgmt.Decline{}))
			},
			invitation.Revoked: func(_ accessmgmt.Actor, r invitation.Recipient, _ accessmgmt.Token) { w.revoke(r) },
		} {
			anne := Person("Anne", "Dubois-"+string(name))
			r, token := w.Invite(anne, w.Line(roles.Editor))
			first(anne, r, token)
			w.unchanged(func() {
				w.requireWrongState(w.accepting(anne, token)(), string(name))
				w.requireWrongState(w.Svc.Decline(w.Ctx, anne, token, accessmgmt.Decline{Reason: "no"}), string(name))
				w.requireWrongState(w.accepting(Person("Bert", "Claes"), token)(), string(name))
			})
		}
	},
	"only a verified address, when the portal asks for it (c-10)": func(w *World) {
		options := w.Options
		options.Policy.Matcher = accessmgmt.VerifiedEmail
		w.Svc = w.Service(options)
		anne := Person("Anne", "Dubois")
		_, token := w.Invite(anne, w.Line(roles.Editor))
		w.unchanged(func() {
			for name, change := range map[string]func(*accessmgmt.Identity){
				"no address":   func(id *accessmgmt.Identity) { id.EmailVerified = true },
				"not verified": func(id *accessmgmt.Identity) { id.Email = Address(anne.Identity) },
				"verified, of another": func(id *accessmgmt.Identity) {
					id.Email, id.EmailVerified = accessmgmt.MustParseEmail("b@acme.example"), true
				},
			} {
				other := anne
				change(&other.Identity)
				w.requireFails(w.accepting(other, token)(), accessmgmt.ErrDenied, accessmgmt.CodeEmailUnverified, name)
				w.requireFails(w.Svc.Decline(w.Ctx, other, token, accessmgmt.Decline{}), accessmgmt.ErrDenied, accessmgmt.CodeEmailUnverified, name)
			}
		})
		anne.Identity.Email, anne.Identity.EmailVerified = accessmgmt.MustParseEmail("ANNE.dubois@acme.example"), true
		require.NoError(w, w.accepting(anne, token)(), "in another case it is the same address")
	},
	"by default an address proves nothing": func(w *World) {
		anne := Person("Anne", "Dubois")
		_, token := w.Invite(anne, w.Line(roles.Editor))
		require.NoError(w, w.accepting(anne, token)(), "and none is asked of the identity provider")
	},
	"a role whose time is over isn't asked for": func(w *World) {
		anne, bert := Person("Anne", "Dubois"), Person("Bert", "Claes")
		short := line(roles.Editor, "2026-03-02", "2026-03-05")
		_, token := w.Invite(anne, short, line(roles.Manager, "2026-03-02", "2026-03-20"))
		r, tokenBert := w.Invite(bert, short)
		over := w.at("2026-03-06 00:00")
		w.Clock.Set(over.Add(-time.Microsecond))
		w.Clock.Set(over)
		w.unchanged(func() {
			err := w.accepting(bert, tokenBert)()
			w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodePeriodOver, "nothing is left of what it offers")
		})
		requests := w.Accept(anne, token)
		require.Len(w, requests, 1)
		require.Equal(w, roles.Manager, requests[0].Line.Role)
		w.Clock.Set(over.Add(-time.Microsecond))
		require.Len(w, w.Accept(bert, tokenBert), 1, "at its last instant it can be")
		require.Equal(w, over, w.requestsOf(r)[0].LapsesAt)
	},
	"one named by number before is recognised": func(w *World) {
		anne := Person("Anne", "Dubois")
		given := w.give(anne, w.Line(roles.Reader))
		_, token := w.Invite(anne, w.Line(roles.Editor))
		require.Equal(w, given.Person, w.Accept(anne, token)[0].Person)
		byAccount, err := w.Store.PersonByIdentity(w.Ctx, anne.Identity.Ref())
		require.NoError(w, err)
		require.Equal(w, given.Person, byAccount.ID, "and his account is his from now on")
		require.Len(w, byAccount.Numbers, 1)
	},
	"one known by account is recognised": func(w *World) {
		anne := Person("Anne", "Dubois")
		id := w.known(anne)
		before, err := w.Store.Person(w.Ctx, id)
		require.NoError(w, err)
		_, token := w.Invite(anne, w.Line(roles.Editor))
		anne.Identity.Number = accessmgmt.SSIN{}
		require.Equal(w, id, w.Accept(anne, token)[0].Person)
		after, err := w.Store.Person(w.Ctx, id)
		require.NoError(w, err)
		require.Equal(w, before, after, "nothing new was learned of him")
	},
	"a second account of one person": func(w *World) {
		anne := Person("Anne", "Dubois")
		id := w.known(anne)
		_, token := w.Invite(anne, w.Line(roles.Editor))
		anne.Identity.Issuer = "https://itsme.example"
		require.Equal(w, id, w.Accept(anne, token)[0].Person, "the number says that it is he")
		anne.Identity.Number = accessmgmt.SSIN{}
		require.Equal(w, id, w.ID(anne))
	},
	"an account and a number of two persons (D19)": func(w *World) {
		anne, bert := Person("Anne", "Dubois"), Person("Bert", "Claes")
		w.known(anne)
		w.known(bert)
		mixed := anne
		mixed.Identity.Number = bert.Identity.Number
		request := w.Request(anne, w.Line(roles.Editor))
		_, token := w.Invite(anne, w.Line(roles.Manager))
		w.unchanged(func() {
			w.requireFails(w.accepting(mixed, token)(), accessmgmt.ErrDenied, accessmgmt.CodeIdentityConflict)
			w.requireFails(w.Svc.Decline(w.Ctx, mixed, token, accessmgmt.Decline{}), accessmgmt.ErrDenied, accessmgmt.CodeIdentityConflict)
			w.requireFails(one(w.Svc.Withdraw(w.Ctx, mixed, accessmgmt.Withdraw{Requests: refs(request)})), accessmgmt.ErrDenied, accessmgmt.CodeIdentityConflict)
			_, err := w.Svc.Identify(w.Ctx, mixed.Identity)
			w.requireFails(err, accessmgmt.ErrDenied, accessmgmt.CodeIdentityConflict)
		})
		require.NoError(w, w.accepting(anne, token)())
	},
	"accepted with another address: what the enterprise has of him follows": func(w *World) {
		anne := Person("Anne", "Dubois")
		id := w.known(anne)
		before := w.member(id)
		_, token := w.Invite(anne, w.Line(roles.Editor))
		at := w.at("2026-03-03 10:00")
		_, err := w.Svc.Accept(w.Ctx, anne, token, accessmgmt.Accept{Email: accessmgmt.MustParseEmail("anne@home.example")})
		require.NoError(w, err)
		before.Email, before.UpdatedAt, before.Version = accessmgmt.MustParseEmail("anne@home.example"), at, 2
		require.Equal(w, before, w.member(id))
	},
	"accepted by one whose telephone is known: it stays": func(w *World) {
		c := w.Designation(w.Number, Person("Nora", "Next"))
		c.GAP.Phone = "02 123 45 67"
		w.designate(c)
		w.GAP = Person("Nora", "Next")
		w.Request(w.GAP, w.Line(roles.Editor))
		require.Equal(w, c.GAP.Phone, w.member(w.ID(w.GAP)).Phone)
	},
	"a role that may be given no more can't be accepted or sent again, but declined (c-7c)": func(w *World) {
		anne := Person("Anne", "Dubois")
		for _, role := range []roles.Code{closed1, closed2, gone} {
			w.Svc = w.Service(w.withCatalogue(false))
			r, token := w.Invite(anne, w.Line(open1), w.Line(role))
			w.Svc = w.Service(w.withCatalogue(true))
			w.unchanged(func() {
				w.requireFails(w.accepting(anne, token)(), accessmgmt.ErrDenied, accessmgmt.CodeRoleNotGrantable)
				w.requireFails(second(w.resending(r, roles.Date{})), accessmgmt.ErrDenied, accessmgmt.CodeRoleNotGrantable)
			})
			require.NoError(w, w.Svc.Decline(w.Ctx, anne, token, accessmgmt.Decline{}))
		}
	},
	"what is kept of declining": func(w *World) {
		anne, bert := Person("Anne", "Dubois"), Person("Bert", "Claes")
		r, token := w.Invite(anne, w.Line(roles.Editor))
		at := w.at("2026-03-03 10:00")
		require.NoError(w, w.Svc.Decline(w.Ctx, bert, token, accessmgmt.Decline{Reason: " not\r\nme "}))
		after := w.recipient(r)
		require.Equal(w, invitation.Declined, after.State)
		require.Equal(w, invitation.Answer{At: at, Person: w.ID(bert), GivenName: "Bert", FamilyName: "Claes", Reason: "not\nme"}, after.Answer)
		require.EqualValues(w, 2, after.Version)
		require.Zero(w, w.member(w.ID(bert)), "who declined is no member")
		require.Empty(w, w.requestsOf(r))
	},
	"an invitation may be accepted while the office is vacant": func(w *World) {
		anne := Person("Anne", "Dubois")
		_, token := w.Invite(anne, w.Line(roles.Editor))
		w.vacate(w.Rep)
		require.NoError(w, w.accepting(anne, token)())
		require.False(w, w.May(anne, roles.Sign).Allowed)
	},
}
