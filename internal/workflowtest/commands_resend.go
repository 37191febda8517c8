package workflowtest

import (
	"fmt"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

func (w *World) resending(r invitation.Recipient, expires roles.Date) (invitation.Recipient, error) {
	return w.Svc.Resend(w.Ctx, w.GAP, accessmgmt.Resend{Enterprise: w.Acme, Recipient: r.ID, Expires: expires})
}

func (w *World) revoking(ids ...accessmgmt.RecipientID) []accessmgmt.Result[invitation.Recipient] {
	results, err := w.Svc.Revoke(w.Ctx, w.GAP, accessmgmt.Revoke{Enterprise: w.Acme, Recipients: ids, Reason: " a mistake "})
	require.NoError(w, err)
	require.Len(w, results, len(ids))
	return results
}

func (w *World) revoke(r invitation.Recipient) invitation.Recipient {
	results := w.revoking(r.ID)
	require.NoError(w, results[0].Err)
	return results[0].Value
}

func (w *World) inspect(token accessmgmt.Token) accessmgmt.Inspection {
	seen, err := w.Svc.Inspect(w.Ctx, token)
	require.NoError(w, err)
	return seen
}

var resendScenarios = map[string]func(*World){
	"sent again: another link, the same recipient": func(w *World) {
		anne := Person("Anne", "Dubois")
		first, old := w.Invite(anne, w.Line(roles.Editor))
		at := w.at("2026-03-20 10:00")
		again, err := w.resending(first, roles.Date{})
		require.NoError(w, err)
		require.Equal(w, again, w.recipient(first), "what is returned is what is stored")
		token := w.LastToken(Address(anne.Identity))
		require.False(w, old.Equal(token))
		require.Equal(w, token.Hash(), again.TokenHash)

		want := first
		want.Expires, want.ExpiresAt, want.SentAt = again.Expires, again.ExpiresAt, at
		want.Generation, want.Version, want.TokenHash = 2, 2, again.TokenHash
		require.Equal(w, want, again, "nothing else changed (D34)")
		w.unchanged(func() {
			w.requireFails(w.accepting(anne, old)(), accessmgmt.ErrNotFound, accessmgmt.CodeTokenUnknown)
			w.requireFails(w.Svc.Decline(w.Ctx, anne, old, accessmgmt.Decline{}), accessmgmt.ErrNotFound, accessmgmt.CodeTokenUnknown)
			_, err = w.Svc.Inspect(w.Ctx, old)
			w.requireFails(err, accessmgmt.ErrNotFound, accessmgmt.CodeTokenUnknown)
		})
		require.NoError(w, w.accepting(anne, token)())
	},
	"a mail that was overtaken isn't sent": func(w *World) {
		anne := Person("Anne", "Dubois")
		r := w.invite(w.Invitation(anne, w.Line(roles.Editor))).Results[0].Value
		_, err := w.resending(r, roles.Date{})
		require.NoError(w, err)
		done, err := w.Svc.DispatchOnce(w.Ctx)
		require.NoError(w, err)
		require.Equal(w, accessmgmt.Dispatched{Sent: 1, Dropped: 1}, done)
		require.Equal(w, w.recipient(r).TokenHash, w.LastToken(Address(anne.Identity)).Hash())
	},
	"until when, once sent again (c-17)": func(w *World) {
		for name, c := range map[string]struct{ now, asked, want string }{
			"as many days from today as the policy says": {"2026-03-20 10:00", "", "2026-04-19"},
			"as asked":            {"2026-03-20 10:00", "2026-03-25", "2026-03-25"},
			"today":               {"2026-03-20 10:00", "2026-03-20", "2026-03-20"},
			"earlier than before": {"2026-03-02 10:00", "2026-03-03", "2026-03-03"},
			"a year from today, though it was sent earlier": {"2026-03-20 10:00", "2027-03-20", "2027-03-20"},
			"after it expired": {"2026-06-01 00:30", "", "2026-07-01"},
		} {
			w.Clock.Set(Start)
			r, _ := w.Invite(Person("Anne", fmt.Sprintf("Dubois-%d", w.Count())), w.Line(roles.Editor))
			w.at(c.now)
			again, err := w.resending(r, parsed(c.asked))
			require.NoError(w, err, name)
			require.Equal(w, day(c.want), again.Expires, name)
			require.Equal(w, w.at(day(c.want).AddDays(1).String()+" 00:00"), again.ExpiresAt, name)
		}
		w.Clock.Set(Start)
		r, _ := w.Invite(Person("Anne", "Dubois"), w.Line(roles.Editor))
		w.unchanged(func() {
			_, err := w.resending(r, day("2026-03-01"))
			require.Equal(w, []string{"expires in_the_past"}, w.problems(err))
			_, err = w.resending(r, day("2027-03-03"))
			require.Equal(w, []string{"expires too_far"}, w.problems(err))
		})
	},
	"an expired one is open again": func(w *World) {
		anne := Person("Anne", "Dubois")
		r, old := w.Invite(anne, w.Line(roles.Editor))
		w.Clock.Set(r.ExpiresAt)
		w.requireWrongState(w.accepting(anne, old)(), string(invitation.Expired))
		_, err := w.resending(r, roles.Date{})
		require.NoError(w, err)
		w.requireFails(w.accepting(anne, old)(), accessmgmt.ErrNotFound, accessmgmt.CodeTokenUnknown, "not by the old link")
		require.NoError(w, w.accepting(anne, w.LastToken(Address(anne.Identity)))())
	},
	"an expired one isn't opened beside another (D26)": func(w *World) {
		anne := Person("Anne", "Dubois")
		r, _ := w.Invite(anne, w.Line(roles.Editor))
		w.Clock.Set(r.ExpiresAt)
		second := w.invite(w.Invitation(anne, w.Line(roles.Editor))).Results[0].Value
		w.unchanged(func() {
			_, err := w.resending(r, roles.Date{})
			w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeAlreadyInvited)
			var e *accessmgmt.Error
			require.ErrorAs(w, err, &e)
			require.Equal(w, second.ID.UUID, e.Existing)
		})
		_, err := w.resending(second, roles.Date{})
		require.NoError(w, err, "the open one itself can be sent again")
		w.revoke(second)
		_, err = w.resending(r, roles.Date{})
		require.NoError(w, err)
	},
	"not one that is over": func(w *World) {
		for _, state := range overStates {
			anne := Person("Anne", "Dubois-"+state)
			r, token := w.Invite(anne, w.Line(roles.Editor))
			overInvitation[state](w, anne, r, token)
			w.unchanged(func() {
				_, err := w.resending(r, roles.Date{})
				w.requireWrongState(err, state)
			})
		}
		w.unchanged(func() {
			_, err := w.Svc.Resend(w.Ctx, w.GAP, accessmgmt.Resend{Enterprise: w.Acme, Recipient: accessmgmt.RecipientID{UUID: w.Acme.UUID}})
			w.requireFails(err, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound)
		})
	},
	"taken back, one by one": func(w *World) {
		people := []accessmgmt.Actor{Person("Anne", "Dubois"), Person("Bert", "Claes"), Person("Carl", "Direct")}
		expired, expiredToken := w.Invite(people[0], w.Line(roles.Editor))
		w.Clock.Set(expired.ExpiresAt)
		open, openToken := w.Invite(people[1], w.Line(roles.Editor))
		accepted, token := w.Invite(people[2], w.Line(roles.Editor))
		w.Accept(people[2], token)
		_, branch := w.another()
		foreign, foreignToken := w.in(branch).Invite(people[0], w.Line(roles.Editor))
		w.Deliver()
		w.Mailbox.Clear()
		before := w.enterprise()

		results := w.revoking(open.ID, accepted.ID, open.ID, foreign.ID, expired.ID, accessmgmt.RecipientID{UUID: w.Acme.UUID})
		require.NoError(w, results[0].Err)
		require.Equal(w, invitation.Revoked, results[0].Value.State)
		require.Equal(w, results[0].Value, w.recipient(open))
		w.requireWrongState(results[1].Err, string(invitation.Accepted))
		w.requireWrongState(results[2].Err, string(invitation.Revoked), "the same one twice")
		w.requireFails(results[3].Err, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound, "another enterprise's")
		require.NoError(w, results[4].Err, "an expired one can be taken back")
		w.requireFails(results[5].Err, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound)
		for _, i := range []int{1, 2, 3, 5} {
			require.Zero(w, results[i].Value)
		}
		require.Equal(w, before.Epoch+1, w.enterprise().Epoch, "one commit")
		w.Deliver()
		require.Len(w, w.Mailbox.All(), 2, "those two are told, once each")

		for who, token := range map[int]accessmgmt.Token{0: expiredToken, 1: openToken} {
			w.requireWrongState(w.accepting(people[who], token)(), string(invitation.Revoked))
			require.Equal(w, invitation.Revoked, w.inspect(token).State)
		}
		require.NoError(w, w.accepting(people[0], foreignToken)())
	},
	"taking back writes nothing when nothing could be": func(w *World) {
		r, _ := w.Invite(Person("Anne", "Dubois"), w.Line(roles.Editor))
		w.revoke(r)
		w.unchanged(func() { w.requireWrongState(w.revoking(r.ID)[0].Err, string(invitation.Revoked)) })
	},
	"what is wrong with taking back": func(w *World) {
		revoke := func(c accessmgmt.Revoke) error {
			c.Enterprise = w.Acme
			_, err := w.Svc.Revoke(w.Ctx, w.GAP, c)
			return err
		}
		require.Equal(w, []string{"recipients required", "reason too_long"}, w.problems(revoke(accessmgmt.Revoke{Reason: strings.Repeat("x", 1001)})))
		require.Equal(w, []string{"recipients too_many"}, w.problems(revoke(accessmgmt.Revoke{Recipients: make([]accessmgmt.RecipientID, accessmgmt.MaxItems+1)})))
	},
	"looking changes nothing, however often (c-15)": func(w *World) {
		anne := Person("Anne", "Dubois")
		c := w.Invitation(anne, w.Line(roles.Editor), line(roles.Manager, "2026-04-01", "2026-04-30"))
		c.Message, c.Recipients[0].Language = "Bonjour", roles.Dutch
		r := w.invite(c).Results[0].Value
		token := w.LastToken(Address(anne.Identity))
		want := accessmgmt.Inspection{EnterpriseName: "Acme SA", EnterpriseNumber: w.Number, Offered: c.Lines, Message: "Bonjour",
			GivenName: "Anne", FamilyName: "Dubois", Language: roles.Dutch, State: invitation.Invited, Expires: r.Expires}
		w.unchanged(func() {
			for range 100 {
				require.Equal(w, want, w.inspect(token))
			}
		})
		w.Clock.Set(r.ExpiresAt.Add(-time.Microsecond))
		require.Equal(w, invitation.Invited, w.inspect(token).State)
		w.Clock.Set(r.ExpiresAt)
		require.Equal(w, invitation.Expired, w.inspect(token).State)
		w.Clock.Set(Start)
		w.Accept(anne, token)
		require.Equal(w, invitation.Accepted, w.inspect(token).State)
	},
	"a link that was never sent": func(w *World) {
		w.Invite(Person("Anne", "Dubois"), w.Line(roles.Editor))
		made, err := accessmgmt.ParseToken(strings.Repeat("A", 43))
		require.NoError(w, err)
		w.unchanged(func() {
			for _, token := range []accessmgmt.Token{{}, made} {
				_, err := w.Svc.Inspect(w.Ctx, token)
				w.requireFails(err, accessmgmt.ErrNotFound, accessmgmt.CodeTokenUnknown)
				w.requireFails(w.accepting(Person("Anne", "Dubois"), token)(), accessmgmt.ErrNotFound, accessmgmt.CodeTokenUnknown)
				w.requireFails(w.Svc.Decline(w.Ctx, Person("Anne", "Dubois"), token, accessmgmt.Decline{}), accessmgmt.ErrNotFound, accessmgmt.CodeTokenUnknown)
			}
		})
	},
}

// parsed is a day, or none.
func parsed(s string) roles.Date {
	if s == "" {
		return roles.Date{}
	}
	return day(s)
}
