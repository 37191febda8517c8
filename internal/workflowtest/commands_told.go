package workflowtest

import (
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// onceScenarios: one address is told one thing once, in whatever qualities it
// would be.
var onceScenarios = map[string]func(*World){
	"the GAP's address is the office's": func(w *World) {
		w.contact(w.Designation(w.Number, Person("Nora", "Next")).GAP.Email.Key())
		w.GAP = Person("Nora", "Next")
		anne := Person("Anne", "Dubois")
		a := w.Give(anne, w.Line(roles.Editor))
		w.end(a)
		require.NoError(w, w.withdrawing(anne, w.Request(anne, w.Line(roles.Manager)))())
		_, err := w.Svc.ResignGAP(w.Ctx, w.GAP, accessmgmt.ResignGAP{Enterprise: w.Acme})
		require.NoError(w, err)
		w.vacate(w.Rep)
		w.requireToldOnce(Address(w.GAP.Identity), accessmgmt.MessageGAPDesignated, accessmgmt.MessageAccepted, accessmgmt.MessageApproved,
			accessmgmt.MessageEnded, accessmgmt.MessageAccepted, accessmgmt.MessageWithdrawn, accessmgmt.MessageGAPResigned, accessmgmt.MessageGAPVacated)
	},
	"the user's address is the office's": func(w *World) {
		anne := Person("Anne", "Dubois")
		w.contact("Anne.Dubois@acme.example")
		w.GAP = Person("Nora", "Next")
		w.replace(w.give(anne, w.Line(roles.Editor)), w.Line(roles.Manager))
		w.requireToldOnce(Address(anne.Identity), accessmgmt.MessageGAPDesignated, accessmgmt.MessageAssigned, accessmgmt.MessageReplaced)
	},
	"the user is the GAP": func(w *World) {
		a := w.Give(w.GAP, w.Line(roles.Editor))
		w.end(w.replace(a, w.Line(roles.Manager)).Given)
		w.requireToldOnce(Address(w.GAP.Identity), accessmgmt.MessageInvitation, accessmgmt.MessageAccepted, accessmgmt.MessageApproved, accessmgmt.MessageReplaced, accessmgmt.MessageEnded)
	},
	"the representative's address is the office's": func(w *World) {
		w.Rep.Identity.Email = accessmgmt.MustParseEmail("OFFICE@acme.example")
		w.contact("office@acme.example")
		w.requireToldOnce(w.Rep.Identity.Email, accessmgmt.MessageGAPDesignated)
	},
	"the representative shares the new GAP's address": func(w *World) {
		w.Rep.Identity.Email = Address(Person("Nora", "Next").Identity)
		w.contact("office@acme.example")
		w.requireToldOnce(w.Rep.Identity.Email, accessmgmt.MessageGAPDesignated)
	},
	"the representative was the GAP": func(w *World) {
		w.designate(w.Designation(w.Number, w.Rep))
		w.Deliver()
		w.Mailbox.Clear()
		w.contact("office@acme.example")
		w.requireToldOnce(Address(w.Rep.Identity), accessmgmt.MessageGAPDesignated, accessmgmt.MessageGAPReplaced)
	},
	"the address typed at acceptance is the one (D29)": func(w *World) {
		anne, typed := Person("Anne", "Dubois"), accessmgmt.MustParseEmail("anne@home.example")
		_, token := w.Invite(anne, w.Line(roles.Editor), w.Line(roles.Manager))
		done, err := w.Svc.Accept(w.Ctx, anne, token, accessmgmt.Accept{Email: typed})
		require.NoError(w, err)
		w.end(w.approve(done.Requests[0])[0].Assignment)
		require.NoError(w, w.refusing(done.Requests[1])())
		w.requireToldOnce(Address(anne.Identity), accessmgmt.MessageInvitation, accessmgmt.MessageAddressDiffers)
		w.requireToldOnce(typed, accessmgmt.MessageApproved, accessmgmt.MessageEnded, accessmgmt.MessageRefused)
	},
	"an address typed in another case doesn't differ": func(w *World) {
		anne := Person("Anne", "Dubois")
		_, token := w.Invite(anne, w.Line(roles.Editor))
		_, err := w.Svc.Accept(w.Ctx, anne, token, accessmgmt.Accept{Email: accessmgmt.MustParseEmail("anne.dubois@acme.example")})
		require.NoError(w, err)
		w.requireToldOnce(Address(anne.Identity), accessmgmt.MessageInvitation)
	},
	"a representative whom nobody has an address of": func(w *World) {
		w.contact("office@acme.example")
		w.Deliver()
		for _, m := range w.Mailbox.All() {
			require.NotEqual(w, accessmgmt.ToRepresentative, m.To.Kind)
		}
	},
	"in bulk, of each what became of it": func(w *World) {
		anne, bert := Person("Anne", "Dubois"), Person("Bert", "Claes")
		a, b := w.Request(anne, w.Line(roles.Editor)), w.Request(bert, w.Line(roles.Editor))
		require.NoError(w, w.withdrawing(bert, b)())
		w.Deliver()
		w.Mailbox.Clear()
		w.Clock.Advance(time.Minute)
		results, err := w.Svc.Approve(w.Ctx, w.GAP, accessmgmt.Approve{Requests: refs(b, a, a)})
		require.NoError(w, err)
		require.Error(w, results[0].Err)
		w.requireToldOnce(Address(anne.Identity), accessmgmt.MessageApproved)
		w.requireToldOnce(Address(bert.Identity))
		w.requireToldOnce(Address(w.GAP.Identity), accessmgmt.MessageApproved)
	},
}

// contact makes Nora the GAP of an office with a contact address.
func (w *World) contact(address string) {
	c := w.Designation(w.Number, Person("Nora", "Next"))
	c.Contact = accessmgmt.MustParseEmail(address)
	w.designate(c)
}

// requireToldOnce fails unless an address got exactly these messages.
func (w *World) requireToldOnce(address accessmgmt.Email, events ...accessmgmt.MessageEvent) {
	w.Helper()
	w.Deliver()
	var got []accessmgmt.MessageEvent
	for _, m := range w.Mailbox.All() {
		if m.To.Email.Same(address) {
			for _, item := range m.Items() {
				got = append(got, item.Event)
			}
		}
	}
	require.ElementsMatch(w, events, got)
}
