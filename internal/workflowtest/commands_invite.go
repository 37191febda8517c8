package workflowtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// invite sends an invitation to all of its recipients.
func (w *World) invite(c accessmgmt.Invite) accessmgmt.Invited {
	w.Helper()
	done, err := w.Svc.Invite(w.Ctx, w.GAP, c)
	require.NoError(w, toAll(done, err))
	return done
}

// toAll is why an invitation didn't get to each of its recipients.
func toAll(done accessmgmt.Invited, err error) error {
	if err != nil {
		return err
	}
	return accessmgmt.Failed(done.Results)
}

func (w *World) inviting(c accessmgmt.Invite) error {
	return toAll(w.Svc.Invite(w.Ctx, w.GAP, c))
}

var inviteScenarios = map[string]func(*World){
	"what is kept of an invitation": func(w *World) {
		before := w.enterprise()
		c := w.Invitation(Person("Anne", "Dubois"), w.Line(roles.Editor), line(roles.Reader, "2026-04-01", "2026-06-30"))
		c.Recipients[0].GivenName, c.Recipients[0].FamilyName, c.Message = " Ame\u0301lie ", "Dubois ", " Bonjour,\r\nà bientôt \n"
		c.Recipients[0].Language = ""
		done := w.invite(c)
		require.Equal(w, before.Epoch+1, w.enterprise().Epoch)
		inv := done.Invitation
		require.Equal(w, invitation.Invitation{ID: inv.ID, Enterprise: w.Acme, Lines: c.Lines, Message: "Bonjour,\nà bientôt",
			InvitedBy: w.ID(w.GAP), InvitedAs: roles.ByGAP, CreatedAt: Start, Language: roles.French, Version: 1}, inv)
		r := done.Results[0].Value
		require.Equal(w, r, w.recipient(r), "what is returned is what is stored")
		require.Equal(w, invitation.Invited, r.State)
		require.Equal(w, "Amélie", r.Invitee.GivenName)
		require.Equal(w, "Dubois", r.Invitee.FamilyName)
		require.Equal(w, 1, r.Generation)
		require.Equal(w, "k1", r.KeyID)
		require.Equal(w, Start, r.SentAt)
		require.Equal(w, " Ame\u0301lie ", c.Recipients[0].GivenName, "the command is the caller's")
		stored, err := w.Store.Invitations(w.Ctx, w.Acme, []accessmgmt.InvitationID{inv.ID})
		require.NoError(w, err)
		require.Equal(w, []invitation.Invitation{inv}, stored)
		require.Equal(w, r.TokenHash, w.LastToken(c.Recipients[0].Email).Hash())
	},
	"one whose language isn't said gets the enterprise's": func(w *World) {
		c := w.Designation(w.Number, Person("Nora", "Next"))
		c.Language = roles.German
		w.designate(c)
		w.GAP = Person("Nora", "Next")
		in := w.Invitation(Person("Anne", "Dubois"), w.Line(roles.Editor))
		in.Recipients[0].Language = ""
		require.Equal(w, roles.German, w.invite(in).Results[0].Value.Invitee.Language)
	},
	"30 days to answer, to the end of the last": func(w *World) {
		r := w.invite(w.Invitation(Person("Anne", "Dubois"), w.Line(roles.Editor))).Results[0].Value
		require.Equal(w, day("2026-04-01"), r.Expires)
		require.Equal(w, time.Date(2026, 4, 1, 22, 0, 0, 0, time.UTC), r.ExpiresAt, "in summer time by then")
	},
	"the last day to answer": func(w *World) {
		for expires, want := range map[string]string{"2026-03-01": "expires in_the_past", "2026-03-02": "", "2027-03-02": "", "2027-03-03": "expires too_far"} {
			c := w.Invitation(Person("Anne", "Dubois-"+expires), w.Line(roles.Editor))
			c.Expires = day(expires)
			if want != "" {
				w.unchanged(func() { require.Equal(w, []string{want}, w.problems(w.inviting(c))) })
				continue
			}
			require.Equal(w, c.Expires, w.invite(c).Results[0].Value.Expires)
		}
		c := w.Invitation(Person("Anne", "Dubois"), w.Line(roles.Editor))
		c.Expires = roles.Date{Year: 2026, Month: time.February, Day: 30}
		require.Equal(w, []string{"expires malformed"}, w.problems(w.inviting(c)))
	},
	"today is civil, and in Brussels": func(w *World) {
		w.at("2026-03-10 00:00") // still the 9th in UTC
		require.Equal(w, []string{"lines[0].period.start in_the_past"}, w.problems(w.inviting(w.Invitation(Person("Anne", "Dubois"), line(roles.Editor, "2026-03-09", "")))))
		require.NoError(w, w.inviting(w.Invitation(Person("Anne", "Dubois"), line(roles.Editor, "2026-03-10", ""))))
	},
	"every problem at once, with its field": func(w *World) {
		anne, number := Person("Anne", "Dubois"), invitation.MaxMessage
		c := accessmgmt.Invite{
			Enterprise: w.Acme, Message: strings.Repeat("x", number+1), Expires: day("2028-01-01"),
			Lines: []invitation.Line{
				{Role: "monespace.emperor", Period: roles.From(w.Svc.Today())},
				{Role: roles.Editor},
				line(roles.Editor, "2026-03-01", ""),
				line(roles.Editor, "2026-05-01", "2026-04-30"),
				{Period: roles.From(w.Svc.Today())},
				w.Line(roles.Owner), w.Line(roles.Owner),
			},
			Recipients: []invitation.Invitee{
				{},
				{GivenName: "Anne", FamilyName: "Dub\tois", Email: Address(anne.Identity), Language: "it"},
				{GivenName: "Anne", FamilyName: "Dubois", Email: accessmgmt.MustParseEmail("ANNE.DUBOIS@acme.example")},
			},
		}
		want := []string{
			"lines[0].role unknown", "lines[4].role required",
			"lines[1].period.start required", "lines[1].period.end required", "lines[2].period.start in_the_past", "lines[3].period.end end_before_start",
			"lines[6].period duplicate",
			"recipients[0].given_name required", "recipients[0].family_name required", "recipients[0].email required",
			"recipients[1].family_name malformed", "recipients[1].language unknown", "recipients[2].email duplicate",
			"message too_long", "expires too_far",
		}
		w.unchanged(func() {
			require.ElementsMatch(w, want, w.problems(w.inviting(c)))
			require.ElementsMatch(w, want, w.problems(w.Svc.ValidateInvite(w.Ctx, w.GAP, c, invitation.StepSummary)), "the form says the same")
			require.ElementsMatch(w, []string{"lines required", "recipients required"}, w.problems(w.inviting(accessmgmt.Invite{Enterprise: w.Acme})))
		})
	},
	"no units yet": func(w *World) {
		l := w.Line(roles.Editor)
		l.Unit = accessmgmt.UnitID{UUID: w.Acme.UUID}
		w.unchanged(func() {
			require.Equal(w, []string{"lines[0].unit unknown"}, w.problems(w.inviting(w.Invitation(Person("Anne", "Dubois"), l))))
		})
	},
	"a second open invitation (D26)": func(w *World) {
		anne := Person("Anne", "Dubois")
		first, _ := w.Invite(anne, w.Line(roles.Editor), w.Line(roles.Owner))
		refused := func(c accessmgmt.Invite, why string) {
			w.unchanged(func() {
				err := w.inviting(c)
				w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeAlreadyInvited, why)
				w.requireWrongState(err, string(invitation.Invited))
				var e *accessmgmt.Error
				require.ErrorAs(w, err, &e)
				require.Equal(w, first.ID.UUID, e.Existing, why)
			})
		}
		refused(w.Invitation(anne, w.Line(roles.Editor)), "the same")
		c := w.Invitation(Person("Hannah", "Claes"), w.Line(roles.Owner), w.Line(roles.Reader))
		c.Recipients[0].Email = accessmgmt.MustParseEmail("ANNE.Dubois@ACME.example")
		refused(c, "written in another case, to another name, one role of two")
		refused(w.Invitation(anne, line(roles.Editor, "2027-01-01", "")), "for another time")

		require.NoError(w, w.inviting(w.Invitation(anne, w.Line(roles.Reader))), "another role")
		c = w.Invitation(anne, w.Line(roles.Editor))
		c.Recipients[0].Email = accessmgmt.MustParseEmail("anne@home.example")
		require.NoError(w, w.inviting(c), "another address")
		_, branch := w.another()
		require.NoError(w, w.inviting(w.in(branch).Invitation(anne, w.Line(roles.Editor))), "another enterprise")
	},
	"earlier invitations that are over don't stand in the way (c-16)": func(w *World) {
		for _, name := range sortedNames(overInvitation) {
			anne := Person("Anne", "Dubois-"+name)
			r, token := w.Invite(anne, w.Line(roles.Editor))
			overInvitation[name](w, anne, r, token)
			l := w.Line(roles.Editor)
			again := w.invite(w.Invitation(anne, l)).Results[0].Value
			require.NotEqual(w, r.ID, again.ID, name)
			require.Error(w, w.accepting(anne, token)(), "%s: the link sent first opens nothing", name)
			require.NoError(w, w.accepting(anne, w.LastToken(Address(anne.Identity)))(), name)
		}
	},
	"an invitation stands in the way until its last instant": func(w *World) {
		anne := Person("Anne", "Dubois")
		r, _ := w.Invite(anne, w.Line(roles.Editor))
		w.Clock.Set(r.ExpiresAt.Add(-time.Microsecond))
		w.requireFails(w.inviting(w.Invitation(anne, w.Line(roles.Editor))), accessmgmt.ErrState, accessmgmt.CodeAlreadyInvited)
		w.Clock.Set(r.ExpiresAt)
		require.NoError(w, w.inviting(w.Invitation(anne, w.Line(roles.Editor))))
		require.Equal(w, invitation.Expired, w.recipient(r).StateAt(w.Clock.Now()), "the old row stays expired")
	},
	"somebody known, by his id": func(w *World) {
		anne, bert := Person("Anne", "Dubois"), Person("Bert", "Claes")
		c := w.Invitation(anne, w.Line(roles.Editor))
		c.Recipients[0].Person = w.known(anne)
		r := w.invite(c).Results[0].Value
		token := w.LastToken(Address(anne.Identity))
		require.Equal(w, c.Recipients[0].Person, r.Invitee.Person)
		w.unchanged(func() {
			for _, other := range []accessmgmt.Actor{bert, w.GAP} {
				w.requireFails(w.accepting(other, token)(), accessmgmt.ErrDenied, accessmgmt.CodeNotInvitee)
				w.requireFails(w.Svc.Decline(w.Ctx, other, token, accessmgmt.Decline{}), accessmgmt.ErrDenied, accessmgmt.CodeNotInvitee)
			}
		})
		require.NoError(w, w.accepting(anne, token)())
	},
	"an id that the enterprise doesn't know": func(w *World) {
		_, branch := w.another()
		elsewhere := w.in(branch).known(Person("Bert", "Claes"))
		nobody := accessmgmt.PersonID{UUID: w.Acme.UUID}
		c := w.Invitation(Person("Anne", "Dubois"), w.Line(roles.Editor))
		c.Recipients = append(c.Recipients, w.Invitation(Person("Bert", "Claes")).Recipients...)
		asked := func(id accessmgmt.PersonID) []accessmgmt.Result[invitation.Recipient] {
			c.Recipients[1].Person = id
			done, err := w.Svc.Preview().Invite(w.Ctx, w.GAP, c)
			require.NoError(w, err)
			require.NoError(w, done.Results[0].Err, "the other is none the worse")
			return done.Results
		}
		err := asked(nobody)[1].Err
		require.Equal(w, []string{"recipients[1].person unknown"}, w.problems(err))
		require.Equal(w, err, asked(elsewhere)[1].Err, "that he is known elsewhere isn't told")
	},
	"several persons and roles": func(w *World) {
		people := []accessmgmt.Actor{Person("Anne", "Dubois"), Person("Bert", "Claes"), Person("Carl", "Direct")}
		c := w.Invitation(people[0], w.Line(roles.Editor), line(roles.Manager, "2026-04-01", "2026-04-30"))
		for _, p := range people[1:] {
			c.Recipients = append(c.Recipients, w.Invitation(p).Recipients...)
		}
		done := w.invite(c)
		tokens := map[string]bool{}
		for i, p := range people {
			require.Equal(w, Address(p.Identity), done.Results[i].Value.Invitee.Email, "in the order of the command")
			token := w.LastToken(Address(p.Identity))
			tokens[token.Reveal()] = true
			requests := w.Accept(p, token)
			require.Len(w, requests, 2)
			for j, r := range requests {
				require.Equal(w, c.Lines[j], r.Line, "as it was offered")
				require.Equal(w, done.Results[i].Value.ID, r.Recipient)
			}
		}
		require.Len(w, tokens, 3, "a link for each")
	},
	"10,000 persons": func(w *World) {
		c := w.Invitation(w.GAP, w.Line(roles.Editor))
		c.Recipients = nil
		for i := range invitation.MaxRecipients + 1 {
			c.Recipients = append(c.Recipients, invitation.Invitee{GivenName: "Anne", FamilyName: "Dubois", Email: accessmgmt.MustParseEmail(fmt.Sprintf("a%d@acme.example", i))})
		}
		w.unchanged(func() { require.Equal(w, []string{"recipients too_many"}, w.problems(w.inviting(c))) })
		before := w.enterprise()
		c.Recipients = c.Recipients[:invitation.MaxRecipients]
		done := w.invite(c)
		require.Len(w, done.Results, invitation.MaxRecipients)
		require.Equal(w, before.Epoch+1, w.enterprise().Epoch, "one commit")
		last := done.Results[invitation.MaxRecipients-1].Value
		require.Equal(w, last, w.recipient(last))
		c.Recipients = c.Recipients[invitation.MaxRecipients-1:]
		w.requireFails(w.inviting(c), accessmgmt.ErrState, accessmgmt.CodeAlreadyInvited)
	},
	"the same role for another time": func(w *World) {
		anne := Person("Anne", "Dubois")
		w.Invite(anne, line(roles.Editor, "2026-03-02", "2026-03-31"))
		require.NoError(w, w.inviting(w.Invitation(anne, line(roles.Editor, "2026-04-01", ""))), "it starts the day after")
		w.requireFails(w.inviting(w.Invitation(anne, line(roles.Editor, "2026-03-31", "2026-03-31"))), accessmgmt.ErrState, accessmgmt.CodeAlreadyInvited)
	},
	"51 roles": func(w *World) {
		c := w.Invitation(Person("Anne", "Dubois"))
		for i := range invitation.MaxLines + 1 {
			on := w.Svc.Today().AddDays(i)
			c.Lines = append(c.Lines, invitation.Line{Role: roles.Reader, Period: roles.Between(on, on)})
		}
		require.Equal(w, []string{"lines too_many"}, w.problems(w.inviting(c)))
		c.Lines = c.Lines[:invitation.MaxLines]
		require.NoError(w, w.inviting(c))
	},
}

// overInvitation are the ways an invitation is over.
var overInvitation = map[string]func(w *World, a accessmgmt.Actor, r invitation.Recipient, token accessmgmt.Token){
	"expired": func(w *World, _ accessmgmt.Actor, r invitation.Recipient, _ accessmgmt.Token) {
		w.Clock.Set(r.ExpiresAt)
	},
	"revoked": func(w *World, _ accessmgmt.Actor, r invitation.Recipient, _ accessmgmt.Token) { w.revoke(r) },
	"declined": func(w *World, a accessmgmt.Actor, _ invitation.Recipient, token accessmgmt.Token) {
		require.NoError(w, w.Svc.Decline(w.Ctx, a, token, accessmgmt.Decline{}))
	},
	"accepted": func(w *World, a accessmgmt.Actor, _ invitation.Recipient, token accessmgmt.Token) {
		require.NoError(w, w.withdrawing(a, w.Accept(a, token)[0])())
	},
}

// overStates are the states that overInvitation leads to, the final ones alone.
var overStates = slices.DeleteFunc(slices.Sorted(maps.Keys(overInvitation)), func(s string) bool { return s == "expired" })
