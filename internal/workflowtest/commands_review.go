package workflowtest

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// outsideScenarios are what comes from outside and can't be sent back to be
// mended: names from an identity provider, words of a register and of staff.
var outsideScenarios = map[string]func(*World){
	"broken UTF-8 and line breaks in names (c-26)": func(w *World) {
		anne := Person("Anne", "Dubois")
		_, token := w.Invite(anne, w.Line(roles.Reader))
		bad := anne
		bad.Identity.GivenName = "Ren\xe9e\r\nBcc: all@evil.example\u202e"
		bad.Identity.FamilyName = strings.Repeat("x", 5000)
		done, err := w.Svc.Accept(w.Ctx, bad, token, accessmgmt.Accept{Email: Address(anne.Identity)})
		require.NoError(w, err)
		m := w.member(done.Person)
		require.True(w, utf8.ValidString(m.Name()))
		require.Equal(w, "Ren\uFFFDe Bcc: all@evil.example", m.GivenName)
		require.Len(w, m.FamilyName, invitation.MaxName)
		w.Deliver()
		for _, mail := range w.Mailbox.All() {
			require.NotContains(w, mail.To.Name+w.Words(mail).Subject, "\n")
			require.NotContains(w, mail.To.Name+w.Words(mail).Subject, "\r")
		}
		staff := Staff()
		staff.OnBehalfOf, staff.Reason = "dossi\xe9r", "appel\x00 t\xe9l\xe9phonique"
		_, err = w.Svc.VacateGAP(w.Ctx, staff, accessmgmt.VacateGAP{Enterprise: w.Acme, Reason: "left"})
		require.NoError(w, err)
		w.RequireIntact()
	},
	"a register that quotes what it was asked": func(w *World) {
		o := w.Options
		o.Representatives = accessmgmt.RepresentativesFunc(func(_ context.Context, id accessmgmt.Identity, _ accessmgmt.EnterpriseNumber) (accessmgmt.Representation, error) {
			return accessmgmt.Representation{}, fmt.Errorf("no answer about %s", id.Number.Reveal())
		})
		_, err := w.Service(o).DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, Person("Nora", "Next")))
		require.ErrorIs(w, err, accessmgmt.ErrRegister)
		require.NotContains(w, err.Error(), w.Rep.Identity.Number.Reveal())
	},
	"an account that no store could compare": func(w *World) {
		for _, subject := range []string{"luc\xff", "luc\x00", strings.Repeat("x", 256)} {
			bad := Person("Luc", "Other")
			bad.Identity.Subject = subject
			_, err := w.Svc.Identify(w.Ctx, bad.Identity)
			w.requireFails(err, accessmgmt.ErrDenied, accessmgmt.CodeNoIdentity)
		}
	},
	"a language and a name once known stay": func(w *World) {
		anne := Person("Anne", "Dubois")
		_, token := w.Invite(anne, w.Line(roles.Reader))
		done, err := w.Svc.Accept(w.Ctx, anne, token, accessmgmt.Accept{Email: Address(anne.Identity), Language: roles.Dutch})
		require.NoError(w, err)
		_, token = w.Invite(anne, w.Line(roles.Writer))
		nameless := anne
		nameless.Identity.GivenName, nameless.Identity.FamilyName = "", ""
		_, err = w.Svc.Accept(w.Ctx, nameless, token, accessmgmt.Accept{Email: Address(anne.Identity)})
		require.NoError(w, err)
		m := w.member(done.Person)
		require.Equal(w, roles.Dutch, m.Language)
		require.Equal(w, "Anne Dubois", m.Name())
	},
	"an invitation to what is over isn't sent again": func(w *World) {
		anne := Person("Anne", "Dubois")
		r, _ := w.Invite(anne, line(roles.Reader, "2026-03-02", "2026-03-10"))
		w.Clock.Advance(20 * 24 * 3600 * 1e9)
		w.unchanged(func() {
			_, err := w.Svc.Resend(w.Ctx, w.GAP, accessmgmt.Resend{Enterprise: w.Acme, Recipient: r.ID})
			w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodePeriodOver)
		})
	},
	"lists name the enterprise": func(w *World) {
		anne := Person("Anne", "Dubois")
		w.Give(anne, w.Line(roles.Reader))
		for _, q := range []accessmgmt.AssignmentQuery{{Mine: true}, {Enterprise: w.Acme, Mine: true}} {
			list, err := w.Svc.AssignmentsPage(w.Ctx, anne, q)
			require.NoError(w, err)
			require.Equal(w, "Acme SA", list.Items[0].EnterpriseName)
			require.Equal(w, w.Number, list.Items[0].EnterpriseNumber)
		}
		invitations, err := w.Svc.InvitationsPage(w.Ctx, anne, accessmgmt.InvitationQuery{Mine: true})
		require.NoError(w, err)
		require.Equal(w, "Acme SA", invitations.Items[0].EnterpriseName)
	},
}
