package workflowtest

import (
	"fmt"
	"slices"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// groupedScenarios: what one commit says to one addressee is one mail.
var groupedScenarios = map[string]func(*World){
	"five roles of one person are one mail to him and one to the managers": func(w *World) {
		anne := Person("Anne", "Dubois")
		requests := w.requestAll(anne, 5)
		w.onlyMails()
		w.approve(requests...)
		w.requireMails(map[string][]string{
			"anne.dubois@acme.example":    {"approved user × 5"},
			Address(w.GAP.Identity).Key(): {"approved gap × 5"},
			"direction@acme.example":      {"approved contact × 5"},
		})
		for _, m := range w.Mailbox.All() {
			said := map[string]bool{}
			for i, item := range m.Items() {
				require.Equal(w, "Anne Dubois", item.Data[accessmgmt.DataPerson])
				said[item.Data[accessmgmt.DataRoles]] = true
				require.Equal(w, i == 0, item.Data[accessmgmt.DataEnterpriseNumber] != "", "the enterprise is named once")
				require.Equal(w, i == 0, item.Data[accessmgmt.DataEnterprise] != "", "the enterprise is named once")
			}
			require.Len(w, said, 5, "each with its role")
		}
	},
	"two persons are two mails, and one to the managers; who could not be helped is in none": func(w *World) {
		anne, bert, carl := Person("Anne", "Dubois"), Person("Bert", "Claes"), Person("Carl", "Wouters")
		requests := append(w.requestAll(anne, 2), append(w.requestAll(carl, 1), w.requestAll(bert, 1)...)...)
		require.NoError(w, w.withdrawing(carl, requests[2])())
		w.onlyMails()
		results, err := w.Svc.Approve(w.Ctx, w.GAP, accessmgmt.Approve{Requests: refs(requests...)})
		require.NoError(w, err)
		require.Error(w, results[2].Err)
		w.requireMails(map[string][]string{
			"anne.dubois@acme.example": {"approved user × 2"}, "bert.claes@acme.example": {"approved user × 1"},
			Address(w.GAP.Identity).Key(): {"approved gap × 3"}, "direction@acme.example": {"approved contact × 3"},
		})
	},
	"what a manager is told as user and as manager": func(w *World) {
		requests := append(w.requestAll(w.GAP, 1), w.requestAll(Person("Anne", "Dubois"), 2)...)
		w.onlyMails()
		w.approve(requests...)
		w.requireMails(map[string][]string{
			Address(w.GAP.Identity).Key(): {"approved user × 1, approved gap × 2"},
			"anne.dubois@acme.example":    {"approved user × 2"}, "direction@acme.example": {"approved contact × 3"},
		})
	},
	"persons who share an address are told apart": func(w *World) {
		shared := accessmgmt.MustParseEmail("team@acme.example")
		anne, bert := Person("Anne", "Dubois"), Person("Bert", "Claes")
		var requests []invitation.Request
		for _, a := range []accessmgmt.Actor{anne, bert} {
			_, token := w.Invite(a, w.Line(roles.Editor), w.Line(roles.Manager))
			done, err := w.Svc.Accept(w.Ctx, a, token, accessmgmt.Accept{Email: shared})
			require.NoError(w, err)
			requests = append(requests, done.Requests...)
		}
		w.onlyMails()
		w.approve(requests...)
		mails := w.delivered(shared)
		require.Len(w, mails, 2)
		for _, m := range mails {
			for _, item := range m.Items() {
				require.Equal(w, m.To.Name, item.Data[accessmgmt.DataPerson])
			}
			require.Len(w, m.Items(), 2)
		}
	},
	"the contact address that is a manager's own": func(w *World) {
		luc := Person("Luc", "Claes")
		w.contact(Address(luc.Identity).Key())
		w.GAP = Person("Nora", "Next")
		w.coGAP(luc)
		w.onlyMails()
		w.vacate(w.Rep)
		mails := w.delivered(Address(luc.Identity))
		require.Len(w, mails, 1, "the office is vacated, and he alone is left: one mail")
		require.Equal(w, "Luc Claes", mails[0].To.Name)
		require.True(w, mails[0].Tells(accessmgmt.MessageGAPVacated))
		require.True(w, mails[0].Tells(accessmgmt.MessageLastManager))
		require.False(w, mails[0].Tells(accessmgmt.MessageApproved))
	},
	"a user is not told with the office's contact address, which he may not know": func(w *World) {
		w.contact("anne.dubois@acme.example")
		w.GAP = Person("Nora", "Next")
		anne := Person("Anne", "Dubois")
		a := w.Invitation(anne, w.Line(roles.Editor))
		a.Recipients[0].Person = w.give(anne, w.Line(roles.Reader)).Person
		w.invite(a)
		token := w.LastToken(a.Recipients[0].Email)
		p := w.Svc.Preview()
		_, err := p.Accept(w.Ctx, anne, token, accessmgmt.Accept{Email: accessmgmt.MustParseEmail("anne@home.example")})
		require.NoError(w, err)
		require.Len(w, p.Mails(), 1)
		require.Len(w, p.Mails()[0].Items(), 1)
		require.Equal(w, accessmgmt.MessageAddressDiffers, p.Mails()[0].Event)
	},
	"what hangs on an invitation stands alone": func(w *World) {
		u := w.unit("Liège")
		anne := Person("Anne", "Dubois")
		line := w.Line(roles.Editor)
		line.Unit = u.ID
		w.give(anne, line)
		later := w.Line(roles.Manager)
		later.Unit = u.ID
		w.Invite(anne, later)
		w.onlyMails()
		w.closeUnit(u)
		var got []accessmgmt.MessageEvent
		for _, m := range w.delivered(Address(anne.Identity)) {
			require.Empty(w, m.Also)
			got = append(got, m.Event)
		}
		require.ElementsMatch(w, []accessmgmt.MessageEvent{accessmgmt.MessageRevoked, accessmgmt.MessageUnitClosed}, got)
	},
	"more than a mail has room for is counted": func(w *World) {
		var persons []accessmgmt.Assignee
		const many = accessmgmt.MaxMessageItems + 50
		for i := range many {
			persons = append(persons, assignee(Person("Anne", fmt.Sprintf("Dubois-%d", i))))
		}
		w.onlyMails()
		results, err := w.Svc.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: w.Acme, Persons: persons, Lines: []invitation.Line{w.Line(roles.Editor)}})
		require.NoError(w, err)
		require.NoError(w, accessmgmt.Failed(results))
		mails := w.delivered(Address(w.GAP.Identity))
		require.Len(w, mails, 1)
		items := mails[0].Items()
		require.Len(w, items, accessmgmt.MaxMessageItems)
		require.Equal(w, 50, items[len(items)-1].More)
		for _, item := range items[:len(items)-1] {
			require.Zero(w, item.More)
		}
		require.Len(w, w.Mailbox.All(), many+2)
	},
}

// languageScenarios: what a person is addressed in.
var languageScenarios = map[string]func(*World){
	"his own language, else his enterprise's, else the policy's": func(w *World) {
		number, _ := w.another()
		c := w.Designation(number, Person("Nora", "Next"))
		c.Language, c.GAP.Language = roles.German, ""
		ent := w.in(w.designate(c).Enterprise.ID)
		ent.GAP = Person("Nora", "Next")
		w.onlyMails()
		german, dutch := assignee(Person("Carl", "Wouters")), assignee(Person("Bert", "Claes"))
		german.Language, dutch.Language = "", roles.Dutch
		_, err := w.Svc.Assign(w.Ctx, ent.GAP, accessmgmt.Assign{Enterprise: ent.Acme, Persons: []accessmgmt.Assignee{german, dutch}, Lines: []invitation.Line{w.Line(roles.Editor)}})
		require.NoError(w, err)
		in := func(a accessmgmt.Actor) roles.Language { return w.delivered(Address(a.Identity))[0].To.Language }
		require.Equal(w, roles.Dutch, in(Person("Bert", "Claes")))
		require.Equal(w, roles.German, in(Person("Carl", "Wouters")))
		require.Equal(w, roles.German, in(ent.GAP))
		require.Equal(w, roles.French, w.enterprise().Language, "where nobody chose, it is the policy's")

		c.Language = ""
		w.designate(insteadOf(c, Person("Paul", "Peeters")))
		require.Equal(w, roles.German, ent.enterprise().Language, "the next designation leaves what was chosen")
	},
}

// insteadOf designates somebody else.
func insteadOf(c accessmgmt.DesignateGAP, gap accessmgmt.Actor) accessmgmt.DesignateGAP {
	c.GAP.GivenName, c.GAP.FamilyName, c.GAP.Number = gap.Identity.GivenName, gap.Identity.FamilyName, gap.Identity.Number
	return c
}

// requestAll has somebody ask for several roles, each its own period.
func (w *World) requestAll(a accessmgmt.Actor, n int) []invitation.Request {
	var lines []invitation.Line
	for i := range n {
		first := w.Svc.Today().AddDays(10 * i)
		lines = append(lines, invitation.Line{Role: roles.Editor, Period: roles.Between(first, first.AddDays(5))})
	}
	_, token := w.Invite(a, lines...)
	return w.Accept(a, token)
}

// onlyMails forgets the mails so far.
func (w *World) onlyMails() {
	w.Deliver()
	w.Mailbox.Clear()
}

// delivered are the mails to an address since they were forgotten.
func (w *World) delivered(to accessmgmt.Email) []accessmgmt.Mail {
	w.Deliver()
	return slices.DeleteFunc(w.Mailbox.All(), func(m accessmgmt.Mail) bool { return !m.To.Email.Same(to) })
}

// requireMails fails unless these are the mails, by address: of each mail, what
// it tells in which quality, and how often.
func (w *World) requireMails(want map[string][]string) {
	w.Helper()
	w.Deliver()
	got := map[string][]string{}
	for _, m := range w.Mailbox.All() {
		var said string
		var last string
		n := 0
		flush := func() {
			if n > 0 {
				said += fmt.Sprintf(", %s × %d", last, n)
			}
		}
		for _, item := range m.Items() {
			one := fmt.Sprintf("%s %s", item.Event, item.As)
			if one != last {
				flush()
				last, n = one, 0
			}
			n++
		}
		flush()
		got[m.To.Email.Key()] = append(got[m.To.Email.Key()], said[2:])
	}
	require.Equal(w, want, got)
}
