package workflowtest

import (
	"errors"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// unsentTo invites somebody, and sends nothing.
func (w *World) unsentTo(a accessmgmt.Actor) invitation.Recipient {
	done := w.invite(w.Invitation(a, w.Line(roles.Editor)))
	return done.Results[0].Value
}

// mailedTo are the events of the mails sent to an actor's address.
func (w *World) mailedTo(a accessmgmt.Actor) (events []accessmgmt.MessageEvent) {
	for _, m := range w.Mailbox.All() {
		if m.To.Email.Same(Address(a.Identity)) {
			events = append(events, m.Event)
		}
	}
	return events
}

// takenBackScenarios are invitations revoked before or after their mail was sent.
var takenBackScenarios = map[string]func(*World){
	"before it was sent: nobody is told": func(w *World) {
		anne, bert := Person("Anne", "Dubois"), Person("Bert", "Claes")
		r := w.unsentTo(anne)
		w.unsentTo(bert)
		w.revoke(r)
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{Sent: 1, Dropped: 2})
		require.Empty(w, w.mailedTo(anne))
		require.Equal(w, []accessmgmt.MessageEvent{accessmgmt.MessageInvitation}, w.mailedTo(bert))
		require.Empty(w, w.outbox())
	},
	"before either of two was sent": func(w *World) {
		anne := Person("Anne", "Dubois")
		r := w.unsentTo(anne)
		require.NoError(w, second(w.resending(r, roles.Date{})))
		w.revoke(r)
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{Dropped: 3})
		require.Empty(w, w.mailedTo(anne))
	},
	"after the first of two was sent": func(w *World) {
		anne := Person("Anne", "Dubois")
		r := w.unsentTo(anne)
		w.Deliver()
		require.NoError(w, second(w.resending(r, roles.Date{})))
		w.revoke(r)
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{Sent: 1, Dropped: 1})
		require.Equal(w, []accessmgmt.MessageEvent{accessmgmt.MessageInvitation, accessmgmt.MessageRevoked}, w.mailedTo(anne))
	},
	"after it was sent": func(w *World) {
		anne := Person("Anne", "Dubois")
		r := w.unsentTo(anne)
		w.Deliver()
		w.revoke(r)
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{Sent: 1})
		require.Equal(w, []accessmgmt.MessageEvent{accessmgmt.MessageInvitation, accessmgmt.MessageRevoked}, w.mailedTo(anne))
	},
	"after it may have been sent": func(w *World) {
		anne := Person("Anne", "Dubois")
		r := w.unsentTo(anne)
		w.Mailbox.FailWith(errors.New("connection lost"))
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{Failed: 1})
		w.Mailbox.FailWith(nil)
		w.revoke(r)
		w.Clock.Advance(time.Hour)
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{Sent: 1, Dropped: 1})
		require.Equal(w, []accessmgmt.MessageEvent{accessmgmt.MessageRevoked}, w.mailedTo(anne))
	},
	"another's is no reason": func(w *World) {
		anne, bert := Person("Anne", "Dubois"), Person("Bert", "Claes")
		sent := w.unsentTo(anne)
		w.Deliver()
		w.revoke(w.unsentTo(bert))
		w.revoke(sent)
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{Sent: 1, Dropped: 2})
		require.Equal(w, []accessmgmt.MessageEvent{accessmgmt.MessageInvitation, accessmgmt.MessageRevoked}, w.mailedTo(anne))
		require.Empty(w, w.mailedTo(bert))
	},
}
