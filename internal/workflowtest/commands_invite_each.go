package workflowtest

import (
	"fmt"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// to is the command that invites several, each at his own address.
func (w *World) to(l invitation.Line, people ...accessmgmt.Actor) accessmgmt.Invite {
	c := w.Invitation(people[0], l)
	for _, a := range people[1:] {
		c.Recipients = append(c.Recipients, w.Invitation(a).Recipients...)
	}
	return c
}

// inviteEachScenarios are invitations of several persons, some of whom can't be
// invited: what is about one keeps nobody else from his.
var inviteEachScenarios = map[string]func(*World){
	"one result each, in order": func(w *World) {
		anne, bert, carl, dora, emma, finn := Person("Anne", "Dubois"), Person("Bert", "Claes"), Person("Carl", "Direct"), Person("Dora", "Asks"), Person("Emma", "Dubois"), Person("Finn", "Peeters")
		first, _ := w.Invite(anne, w.Line(roles.Editor), w.Line(roles.Owner))
		has := w.give(carl, w.Line(roles.Editor))
		asked := w.Request(dora, w.Line(roles.Editor))
		w.known(emma)
		w.Deliver()
		w.Mailbox.Clear()
		before := w.enterprise()

		c := w.to(w.Line(roles.Editor), anne, bert, carl, dora, Person("Nobody", "Known"), emma, finn)
		c.Recipients[2].Person, c.Recipients[3].Person, c.Recipients[5].Person = w.ID(carl), w.ID(dora), w.ID(emma)
		c.Recipients[4].Person = accessmgmt.PersonID{UUID: w.Acme.UUID}
		done, err := w.Svc.Invite(w.Ctx, w.GAP, c)
		require.NoError(w, err)
		require.Len(w, done.Results, 7)
		w.requireFails(done.Results[0].Err, accessmgmt.ErrState, accessmgmt.CodeAlreadyInvited)
		var e *accessmgmt.Error
		require.ErrorAs(w, done.Results[0].Err, &e)
		require.Equal(w, first.ID.UUID, e.Existing)
		require.Equal(w, accessmgmt.ActInvite, e.Act)
		w.requireOverlap(done.Results[2].Err, has.ID)
		w.requireAskedFor(done.Results[3].Err, asked)
		require.Equal(w, []string{"recipients[4].person unknown"}, w.problems(done.Results[4].Err))
		for _, i := range []int{0, 2, 3, 4} {
			require.Zero(w, done.Results[i].Value, i)
		}
		for _, i := range []int{1, 5, 6} {
			require.NoError(w, done.Results[i].Err)
			require.Equal(w, c.Recipients[i].Email, done.Results[i].Value.Invitee.Email)
			require.Equal(w, done.Results[i].Value, w.recipient(done.Results[i].Value))
			require.Equal(w, done.Invitation.ID, done.Results[i].Value.Invitation)
		}
		require.ErrorContains(w, accessmgmt.Failed(done.Results), "item 4: ")
		require.Equal(w, before.Epoch+1, w.enterprise().Epoch, "one commit")
		w.Deliver()
		require.ElementsMatch(w, []string{"Bert.Claes@acme.example", "Emma.Dubois@acme.example", "Finn.Peeters@acme.example"}, w.toldTo(accessmgmt.MessageInvitation))
		require.Len(w, w.Mailbox.All(), 3)
		chain := w.chain()
		for _, record := range chain[len(chain)-3:] {
			require.Equal(w, accessmgmt.EventInvited, record.Event)
			require.Equal(w, accessmgmt.AsGAP, record.Capacity)
			require.Equal(w, w.enterprise().Epoch, record.Seq)
		}
		w.Accept(finn, w.LastToken(Address(finn.Identity)))
	},
	"nobody of them": func(w *World) {
		anne, bert := Person("Anne", "Dubois"), Person("Bert", "Claes")
		w.Invite(anne, w.Line(roles.Editor))
		w.Invite(bert, w.Line(roles.Editor))
		c := w.to(w.Line(roles.Editor), anne, bert)
		w.unchanged(func() {
			p := w.Svc.Preview()
			for name, svc := range map[string]*accessmgmt.Service{"tried": p.Service, "done": w.Svc} {
				done, err := svc.Invite(w.Ctx, w.GAP, c)
				require.NoError(w, err, name)
				require.Zero(w, done.Invitation, name)
				require.Len(w, done.Results, 2, name)
				for _, r := range done.Results {
					w.requireFails(r.Err, accessmgmt.ErrState, accessmgmt.CodeAlreadyInvited, name)
				}
			}
			require.Empty(w, p.Changes())
		})
	},
	"nobody of them, under an id": func(w *World) {
		anne := Person("Anne", "Dubois")
		r, _ := w.Invite(anne, w.Line(roles.Editor))
		c := w.to(w.Line(roles.Editor), anne)
		c.ID = accessmgmt.CommandID{UUID: uuid.Must(uuid.NewV7())}
		w.requireFails(w.inviting(c), accessmgmt.ErrState, accessmgmt.CodeAlreadyInvited)
		w.revoke(r)
		w.unchanged(func() {
			w.requireFails(w.inviting(c), accessmgmt.ErrState, accessmgmt.CodeAlreadyInvited, "the first answer, though he could be now")
		})
		c.ID = accessmgmt.CommandID{UUID: uuid.Must(uuid.NewV7())}
		require.NoError(w, w.inviting(c))
	},
	"what is wrong with the form refuses the whole": func(w *World) {
		anne, bert := Person("Anne", "Dubois"), Person("Bert", "Claes")
		w.Invite(anne, w.Line(roles.Editor))
		retired := w.saved(w.template("x", w.Line(roles.Reader)))
		require.NoError(w, second(w.Svc.RetireTemplate(w.Ctx, w.GAP, accessmgmt.RetireTemplate{Enterprise: w.Acme, Template: retired.ID})))
		for name, c := range map[string]struct {
			change func(*accessmgmt.Invite)
			kind   error
			code   string
		}{
			"a problem":          {func(c *accessmgmt.Invite) { c.Message = "\x01" }, accessmgmt.ErrInvalid, accessmgmt.CodeInvalid},
			"one without a name": {func(c *accessmgmt.Invite) { c.Recipients[1].FamilyName = "" }, accessmgmt.ErrInvalid, accessmgmt.CodeInvalid},
			"one of them twice":  {func(c *accessmgmt.Invite) { c.Recipients[2].Email = c.Recipients[1].Email }, accessmgmt.ErrInvalid, accessmgmt.CodeInvalid},
			"a retired template": {func(c *accessmgmt.Invite) { c.Template, c.Lines = retired.ID, nil }, accessmgmt.ErrState, accessmgmt.CodeState},
		} {
			form := w.to(w.Line(roles.Editor), anne, bert, Person("Carl", "Direct"))
			c.change(&form)
			w.unchanged(func() {
				done, err := w.Svc.Invite(w.Ctx, w.GAP, form)
				w.requireFails(err, c.kind, c.code, name)
				require.Zero(w, done, name)
			})
		}
		w.with(func(o *accessmgmt.Options) { o.Catalogue = domainCatalogue() })
		cora := Person("Cora", "Named")
		w.coGAP(cora)
		form := w.to(w.Line(fiscalChief), anne, bert)
		w.unchanged(func() {
			done, err := w.Svc.Invite(w.Ctx, cora, form)
			w.requireFails(err, accessmgmt.ErrDenied, accessmgmt.CodeRoleNotGrantable, "a role that isn't his to give")
			require.Zero(w, done)
		})
	},
	"as many queries for many as for two": func(w *World) {
		calls := map[string]int{}
		svc := w.proxy(func(method string) error { calls[method]++; return nil })
		few, many := []accessmgmt.Actor{}, []accessmgmt.Actor{}
		for i := range 20 {
			a := Person("Pat", fmt.Sprintf("Known-%d", i))
			w.known(a)
			if many = append(many, a); i < 2 {
				few = append(few, a)
			}
		}
		count := func(role roles.Code, people []accessmgmt.Actor) map[string]int {
			clear(calls)
			c := w.to(w.Line(role), people...)
			for i, a := range people {
				c.Recipients[i].Person = w.ID(a)
			}
			require.NoError(w, toAll(svc.Invite(w.Ctx, w.GAP, c)))
			all := map[string]int{}
			for method, n := range calls {
				all[method] = n
			}
			return all
		}
		count(roles.Manager, many) // so that something is open for each
		require.Equal(w, count(roles.Editor, few), count(roles.Owner, many))
	},
	"whose store fails meanwhile": func(w *World) {
		anne, bert := Person("Anne", "Dubois"), Person("Bert", "Claes")
		w.Invite(anne, w.Line(roles.Editor))
		w.known(bert)
		c := w.to(w.Line(roles.Editor), anne, bert)
		c.Recipients[1].Person = w.ID(bert)
		for _, method := range []string{"FindRecipients", "Invitations", "Members", "FindAssignments", "FindRequests", "Commit"} {
			failing := w.proxy(func(called string) error {
				if called == method {
					return errDisk
				}
				return nil
			})
			w.unchanged(func() {
				w.requireFails(second(failing.Invite(w.Ctx, w.GAP, c)), accessmgmt.ErrUnavailable, accessmgmt.CodeUnavailable, method)
			})
		}
	},
	"in the capacity that lets him give the role": func(w *World) {
		admin := Person("Ada", "Admin")
		w.with(func(o *accessmgmt.Options) {
			o.Catalogue, o.Application = catalogueOf(roles.MonEspaceRoles(), roles.CalistaRoles()), roles.MonEspaceApplication
		})
		w.give(admin, w.Line(roles.Reader))
		w.give(admin, w.Line(roles.LocalAdministrator))
		w.accessManager(admin, w.Svc.Catalogue().Domain(roles.Reader)) // which he is first
		anne, bert := Person("Anne", "Dubois"), Person("Bert", "Claes")
		c := w.to(w.Line(roles.CalistaReader), anne, bert)
		c.SaveAs = &accessmgmt.SaveAs{Name: "mine"}
		done, err := w.Svc.Invite(w.Ctx, admin, c)
		require.NoError(w, toAll(done, err))
		require.Equal(w, roles.ByManagingRole, done.Invitation.InvitedAs)
		chain := w.chain()
		for _, record := range chain[len(chain)-3:] {
			require.Equal(w, accessmgmt.AsManagingRole, record.Capacity, record.Event)
		}
	},
	"an access manager learns nothing of another domain": func(w *World) {
		ada := w.withCalista()
		anne, bert := Person("Anne", "Dubois"), Person("Bert", "Claes")
		w.Invite(anne, w.Line(roles.Owner), w.Line(roles.Editor))
		w.give(bert, w.Line(roles.Owner))
		c := w.to(w.Line(roles.CalistaReader), anne, bert)
		c.Recipients[1].Person = w.ID(bert)
		require.NoError(w, toAll(w.Svc.Invite(w.Ctx, ada, c)))
		c = w.to(w.Line(roles.Owner), anne, bert)
		w.unchanged(func() {
			done, err := w.Svc.Invite(w.Ctx, ada, c)
			w.requireFails(err, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound, "not that she is invited to it")
			require.Zero(w, done)
		})
	},
}
