package workflowtest

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

var errMailer = errors.New("550 mailbox unavailable")

// resigned makes one message, which has no link.
func (w *World) resigned() {
	_, err := w.Svc.ResignGAP(w.Ctx, w.GAP, accessmgmt.ResignGAP{Enterprise: w.Acme})
	require.NoError(w, err)
}

var retryScenarios = map[string]func(*World){
	"later each time": func(w *World) {
		w.due(1)
		w.Mailbox.FailWith(errMailer)
		for n, pause := range []int{1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360} {
			w.requireDispatched(w.Svc, accessmgmt.Dispatched{Failed: 1})
			w.requireDispatched(w.Svc, accessmgmt.Dispatched{})
			w.Clock.Advance(time.Duration(pause)*time.Minute - instant)
			w.requireDispatched(w.Svc, accessmgmt.Dispatched{})
			w.Clock.Advance(instant)
			m := w.outbox()[0]
			require.Equal(w, n+1, m.Attempts)
			require.True(w, m.NextAt.Equal(w.Clock.Now()))
			require.Equal(w, accessmgmt.MessagePending, m.State)
		}
		w.Mailbox.FailWith(nil)
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{Sent: 1})
		require.Len(w, w.Mailbox.All(), 1)
	},
	"counted from when it failed": func(w *World) {
		w.due(1)
		svc := w.sender(w.Store, func(context.Context, accessmgmt.Mail) error {
			w.Clock.Advance(90 * time.Second) // a long time-out
			return errMailer
		})
		w.requireDispatched(svc, accessmgmt.Dispatched{Failed: 1})
		require.True(w, w.outbox()[0].NextAt.Equal(w.Clock.Now().Add(time.Minute)))
	},
	"one that fails holds up nobody": func(w *World) {
		w.due(3)
		bad := w.outbox()[0].ID
		w.Mailbox.FailBy(func(m accessmgmt.Mail) error {
			if m.ID == bad {
				return errMailer
			}
			return nil
		})
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{Sent: 2, Failed: 1})
		w.due(1)
		w.Clock.Advance(time.Hour)
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{Sent: 1, Failed: 1})
	},
	"what the mailer said is kept, but no secret": func(w *World) {
		said := func(err error) string {
			w.Mailbox.FailWith(err)
			done, failed := w.Svc.DispatchOnce(w.Ctx)
			require.NoError(w, failed)
			require.Positive(w, done.Failed)
			w.Clock.Advance(24 * time.Hour)
			return w.outbox()[0].LastError
		}
		w.resigned()
		require.Equal(w, "550 mailbox unavailable", said(errMailer))
		require.Equal(w, strings.Repeat("x", 500), said(errors.New(strings.Repeat("x", 501))))
		for _, text := range []string{"a" + strings.Repeat("é", 300), "broken \xff\xfe", "a NUL \x00 in it", strings.Repeat("€", 200)} {
			kept := said(errors.New(text))
			require.True(w, utf8.ValidString(kept), "databases refuse %q", kept)
			require.NotContains(w, kept, "\x00")
			require.LessOrEqual(w, len(kept), 500)
			require.GreaterOrEqual(w, len(kept), min(len(text)-2, 498))
		}
		w.Mailbox.FailWith(nil)
		w.Deliver()
		// A mail with a link: an error that quotes it could hold the token.
		w.due(1)
		w.Mailbox.FailBy(func(m accessmgmt.Mail) error { return errors.New("550 rejected: " + m.Link) })
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{Failed: 1})
		require.Equal(w, "*errors.errorString", w.outbox()[0].LastError)
	},
	"told in the log, without names": func(w *World) {
		var lines bytes.Buffer
		w.Options.Logger = slog.New(slog.NewTextHandler(&lines, nil))
		w.Svc = w.Service(w.Options)
		w.due(1)
		lines.Reset()
		w.Mailbox.FailWith(errors.New("550 Someone.New@acme.example unknown"))
		id := w.outbox()[0].ID
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{Failed: 1})
		require.Contains(w, lines.String(), id.String())
		require.Contains(w, lines.String(), "attempts=1")
		require.NotContains(w, lines.String(), "acme.example")
	},
	"dies after sending, before it is told": func(w *World) {
		w.due(3)
		got := &sent{}
		mailer := func(_ context.Context, m accessmgmt.Mail) error { got.add(m); return nil }
		store, _ := w.tap()
		store.meanwhile = func(method string) error {
			if method == "FinishMessage" && len(got.order) == 2 {
				return errStoreGone
			}
			return nil
		}
		done, err := w.sender(store, mailer).DispatchOnce(w.Ctx)
		w.requireFails(err, accessmgmt.ErrUnavailable, accessmgmt.CodeUnavailable)
		require.Equal(w, accessmgmt.Dispatched{Sent: 1}, done)
		second := got.order[1]
		other := w.sender(w.Store, mailer)
		w.Clock.Advance(lease - 4*time.Second) // due makes one a second
		w.requireDispatched(other, accessmgmt.Dispatched{})
		w.Clock.Advance(4 * time.Second)
		w.requireDispatched(other, accessmgmt.Dispatched{Sent: 2})
		require.Equal(w, 2, got.times[second], "again, under the same id")
		require.Len(w, got.times, 3)
		require.Len(w, got.order, 4, "the others once")
	},
	"dies between claiming and sending": func(w *World) {
		w.due(2)
		_, err := w.Store.ClaimMessages(w.Ctx, accessmgmt.Claim{ID: accessmgmt.ClaimID{UUID: uuid.New()}, Now: w.Clock.Now(), Until: w.Clock.Now().Add(lease), Limit: 50})
		require.NoError(w, err)
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{})
		w.Clock.Advance(lease)
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{Sent: 2})
	},
	"the store can't be asked for messages": func(w *World) {
		w.due(1)
		store, svc := w.tap()
		store.reset(1)
		done, err := svc.DispatchOnce(w.Ctx)
		require.Zero(w, done)
		w.requireFails(err, accessmgmt.ErrUnavailable, accessmgmt.CodeUnavailable)
		var own *accessmgmt.Error
		require.ErrorAs(w, err, &own)
		require.Equal(w, accessmgmt.ActDispatch, own.Act)
	},
	"one link can't be read": func(w *World) {
		w.due(3)
		store, _ := w.tap()
		n := 0
		store.meanwhile = func(method string) error {
			if method == "Recipients" {
				if n++; n == 1 {
					return errStoreGone
				}
			}
			return nil
		}
		done, err := w.sender(store, w.Mailbox.Send).DispatchOnce(w.Ctx)
		require.ErrorIs(w, err, errStoreGone)
		require.Equal(w, accessmgmt.Dispatched{Sent: 2, Failed: 1}, done, "the others went out")
		require.Equal(w, "not made ready: unavailable", w.outbox()[0].LastError)
		w.Clock.Advance(time.Minute)
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{Sent: 1})
	},
	"overtaken before it was sent": func(w *World) {
		anne := Person("Anne", "Dubois")
		overtake := map[string]func(r invitation.Recipient, token accessmgmt.Token){
			"revoked": func(r invitation.Recipient, _ accessmgmt.Token) {
				require.NoError(w, one(w.Svc.Revoke(w.Ctx, w.GAP, accessmgmt.Revoke{Enterprise: w.Acme, Recipients: []accessmgmt.RecipientID{r.ID}})))
			},
			"sent again": func(r invitation.Recipient, _ accessmgmt.Token) {
				_, err := w.Svc.Resend(w.Ctx, w.GAP, accessmgmt.Resend{Enterprise: w.Acme, Recipient: r.ID})
				require.NoError(w, err)
			},
			"accepted": func(_ invitation.Recipient, token accessmgmt.Token) { w.Accept(anne, token) },
			"declined": func(_ invitation.Recipient, token accessmgmt.Token) {
				require.NoError(w, w.Svc.Decline(w.Ctx, anne, token, accessmgmt.Decline{}))
			},
			"expired": func(r invitation.Recipient, _ accessmgmt.Token) { w.Clock.Set(r.ExpiresAt) },
		}
		for _, how := range sortedNames(overtake) {
			w.Mailbox.Clear()
			invited, err := w.Svc.Invite(w.Ctx, w.GAP, w.Invitation(w.someone(), w.Line(roles.Editor)))
			require.NoError(w, err, how)
			r := invited.Results[0].Value
			first := w.outbox()[0]
			w.Clock.Advance(time.Second)
			overtake[how](r, w.token(r))
			want := accessmgmt.Dispatched{Sent: len(w.outbox()) - 1, Dropped: 1}
			if how == "revoked" { // nobody is told that he is invited no more to what he wasn't invited to
				want = accessmgmt.Dispatched{Dropped: 2}
			}
			w.requireDispatched(w.Svc, want)
			for _, m := range w.Mailbox.All() {
				require.NotEqual(w, first.ID, m.ID, "%s, and yet sent", how)
				require.Equal(w, how == "sent again", m.Link != "", "no other link is sent")
			}
			require.Empty(w, w.outbox(), "dropped for good")
		}
	},
	"a recipient that isn't there": func(w *World) {
		w.due(1)
		store := &nobodyInvited{w.Store}
		w.requireDispatched(w.sender(store, w.Mailbox.Send), accessmgmt.Dispatched{Dropped: 1})
	},
}

// nobodyInvited is a store that finds no recipient.
type nobodyInvited struct{ accessmgmt.Store }

func (nobodyInvited) Recipients(context.Context, accessmgmt.EnterpriseID, []accessmgmt.RecipientID) ([]invitation.Recipient, error) {
	return nil, nil
}

// token derives a recipient's token, as only the portal's key can.
func (w *World) token(r invitation.Recipient) accessmgmt.Token {
	return invitation.DeriveToken(w.Options.Key, r.ID, r.Generation)
}
