package workflowtest

import (
	"net/url"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

var linkScenarios = map[string]func(*World){
	"is the address of the options with the token added, and nothing else": func(w *World) {
		for base, separator := range map[string]string{
			"https://portal.example/invitation":                     "?",
			"https://portal.example":                                "?",
			"https://portal.example/":                               "?",
			"https://portal.example/?":                              "",
			"https://portal.example/invitation?lang=fr":             "&",
			"https://portal.example/i?b=2&a=1&b=3":                  "&", // neither sorted nor merged
			"https://portal.example/i?next=%2Fhome%3Fx%3D1&empty=":  "&",
			"https://portal.example/i?a=1;b=2":                      "&",
			"https://portal.example/d%C3%A9part/a%2Fb":              "?",
			"https://portal.example:8443/i":                         "?",
			"https://xn--dpart-9ua.example/i":                       "?",
			"http://localhost:8080/invitation":                      "?",
			"https://[2001:db8::1]/i":                               "?",
			"https://portal.example/i?x=https://evil.example/token": "&",
		} {
			w.Options.AcceptURL = base
			w.Svc = w.Service(w.Options)
			r, _ := w.Invite(w.someone(), w.Line(roles.Editor))
			mails := w.Mailbox.All()
			mail := mails[len(mails)-1]
			require.Equal(w, base+separator+"token="+w.token(r).Reveal(), mail.Link)
			require.Equal(w, 1, strings.Count(w.Words(mail).Text, mail.Link))
			u, err := url.Parse(mail.Link)
			require.NoError(w, err)
			require.Equal(w, []string{w.token(r).Reveal()}, u.Query()["token"])
		}
	},
	"is in no other mail": func(w *World) {
		w.Give(Person("Anne", "Dubois"), w.Line(roles.Editor))
		w.Deliver()
		links := 0
		for _, m := range w.Mailbox.All() {
			if m.Event == accessmgmt.MessageInvitation {
				require.NotEmpty(w, m.Link)
				links++
				continue
			}
			require.Empty(w, m.Link)
			require.NotContains(w, w.Words(m).Text, "portal.example")
		}
		require.Equal(w, 1, links)
	},
	"of a key that is missing": func(w *World) {
		w.Svc = w.portalKey("old")
		w.redesignate()
		invited := w.invite(w.Invitation(w.someone(), w.Line(roles.Editor)))
		w.Clock.Advance(time.Second)
		w.resigned()
		alone := w.portalKey("new")
		for _, want := range []accessmgmt.Dispatched{{Sent: 1, Failed: 1}, {}, {Failed: 1}} { // the first holds up nobody
			done, err := alone.DispatchOnce(w.Ctx)
			require.Equal(w, want, done)
			if want.Failed == 0 {
				require.NoError(w, err, "there is nothing to try now")
				w.Clock.Advance(time.Minute)
				continue
			}
			w.requireFails(err, accessmgmt.ErrUnavailable, accessmgmt.CodeUnavailable)
			require.Contains(w, err.Error(), "old", "it says which")
			require.Equal(w, "not made ready: unavailable", w.outbox()[0].LastError)
		}
		w.Clock.Advance(time.Hour)
		w.requireDispatched(w.portalKey("new", "old"), accessmgmt.Dispatched{Sent: 1})
		mails := w.Mailbox.All()
		u, err := url.Parse(mails[len(mails)-1].Link)
		require.NoError(w, err)
		token, err := accessmgmt.ParseToken(u.Query().Get("token"))
		require.NoError(w, err)
		require.Equal(w, w.recipient(invited.Results[0].Value).TokenHash, token.Hash())
	},
	"of many keys that are missing": func(w *World) {
		w.Svc = w.portalKey("old")
		w.redesignate()
		w.due(120)
		alone := w.portalKey("new")
		w.resigned() // the youngest: behind three batches of bad ones
		var done accessmgmt.Dispatched
		for range 3 {
			once, err := alone.DispatchOnce(w.Ctx)
			require.ErrorIs(w, err, accessmgmt.ErrUnavailable)
			done.Sent, done.Failed = done.Sent+once.Sent, done.Failed+once.Failed
		}
		require.Equal(w, accessmgmt.Dispatched{Sent: 1, Failed: 120}, done)
	},
	"of an invitation made before the keys changed": func(w *World) {
		w.Svc = w.portalKey("old")
		w.redesignate()
		anne := Person("Anne", "Dubois")
		r, first := w.Invite(anne, w.Line(roles.Editor))
		w.Svc = w.portalKey("new", "old")
		seen, err := w.Svc.Inspect(w.Ctx, first)
		require.NoError(w, err, "links sent before stay good")
		require.Equal(w, "Acme SA", seen.EnterpriseName)
		resent, err := w.Svc.Resend(w.Ctx, w.GAP, accessmgmt.Resend{Enterprise: w.Acme, Recipient: r.ID})
		require.NoError(w, err)
		require.Equal(w, "new", resent.KeyID)
		second := w.LastToken(Address(anne.Identity))
		require.False(w, first.Equal(second))
		w.Accept(anne, second)
	},
}

// redesignate has the world's service, whose key was changed, designate a GAP
// whom it knows by that key.
func (w *World) redesignate() {
	w.GAP = Person("Kim", "Keys")
	_, err := w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, w.GAP))
	require.NoError(w, err)
	w.Deliver()
	w.Mailbox.Clear()
}
