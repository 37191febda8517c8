package workflowtest

import (
	"context"
	"fmt"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
)

// refusal is a mailer's error as one of SMTP is.
type refusal struct{ forGood bool }

func (refusal) Error() string     { return "550 5.1.1 <someone@acme.example>: no such user" }
func (refusal) Reason() string    { return "RCPT: 550 5.1.1" }
func (r refusal) Permanent() bool { return r.forGood }

// staff is a member of the portal's staff.
func staff() accessmgmt.Actor {
	return accessmgmt.Operator(Person("Sam", "Staff").Identity, "the mail server", "it was down")
}

func (w *World) deadOnes() (dead []accessmgmt.DeadMessage) {
	for m, err := range w.Svc.DeadMessages(w.Ctx, staff(), accessmgmt.DeadQuery{}) {
		require.NoError(w, err)
		dead = append(dead, m)
	}
	return dead
}

// die has so many invitations refused for good.
func (w *World) die(n int) []accessmgmt.DeadMessage {
	w.due(n)
	w.Mailbox.FailWith(refusal{true})
	w.requireDispatched(w.Svc, accessmgmt.Dispatched{Dead: n})
	w.Mailbox.FailWith(nil)
	dead := w.deadOnes()
	require.Len(w, dead, n)
	return dead
}

var everyDead = accessmgmt.DeadSelection{All: true}

var deadScenarios = map[string]func(*World){
	"an address refused for good": func(w *World) {
		dead := w.die(1)[0]
		require.Equal(w, "RCPT: 550 5.1.1", dead.LastError, "a mail with a link: what may be kept of the error")
		require.Equal(w, 1, dead.Attempts)
		require.Equal(w, accessmgmt.MessageInvitation, dead.Event)
		require.True(w, dead.SetAsideAt.Equal(w.Clock.Now()))
		w.Clock.Advance(240 * time.Hour)
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{})
		counts, err := w.Svc.Outbox(w.Ctx)
		require.NoError(w, err)
		require.Equal(w, accessmgmt.MessageCounts{Dead: 1}, counts)
	},
	"marked by the mailer": func(w *World) {
		w.resigned()
		n := len(w.outbox())
		w.Mailbox.FailWith(fmt.Errorf("send: %w", accessmgmt.Permanent(errMailer)))
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{Dead: n})
		require.Equal(w, "send: 550 mailbox unavailable", w.deadOnes()[0].LastError)
		require.NoError(w, accessmgmt.Permanent(nil))
		require.False(w, accessmgmt.IsPermanent(refusal{false}))
	},
	"too often": func(w *World) {
		w.due(1)
		w.Mailbox.FailWith(errMailer)
		for range 23 {
			w.requireDispatched(w.Svc, accessmgmt.Dispatched{Failed: 1})
			w.Clock.Advance(6 * time.Hour)
		}
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{Dead: 1})
	},
	"as often as the policy says": func(w *World) {
		w.Options.Policy.MailAttempts = 1
		w.Svc = w.Service(w.Options)
		w.due(1)
		w.Mailbox.FailWith(refusal{false})
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{Dead: 1})
	},
	"those that fail keep nobody waiting": func(w *World) {
		w.due(60)
		old := map[accessmgmt.MessageID]bool{}
		for _, m := range w.outbox() {
			old[m.ID] = true
		}
		fails := func(m accessmgmt.Mail) error {
			if old[m.ID] {
				return errMailer
			}
			return nil
		}
		w.Mailbox.FailBy(fails)
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{Failed: 50})
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{Failed: 10})
		w.Clock.Advance(24 * time.Hour) // all are due again, and the new one is the youngest
		w.due(1)
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{Sent: 1, Failed: 49})
	},
	"a mailer that hangs has its time and no more": func(w *World) {
		w.Options.MailTimeout = 2 * time.Second
		w.due(2)
		first := w.outbox()[0].ID
		svc := w.sender(w.Store, func(ctx context.Context, m accessmgmt.Mail) error {
			until, limited := ctx.Deadline()
			require.True(w, limited)
			require.LessOrEqual(w, time.Until(until), 2*time.Second)
			if m.ID == first {
				return context.DeadlineExceeded // as one that waited for it
			}
			return nil
		})
		w.requireDispatched(svc, accessmgmt.Dispatched{Sent: 1, Failed: 1})
	},
	"no mail is begun that could outlast the lease": func(w *World) {
		w.due(5)
		svc := w.sender(w.Store, func(context.Context, accessmgmt.Mail) error {
			w.Clock.Advance(130 * time.Second)
			return nil
		})
		w.requireDispatched(svc, accessmgmt.Dispatched{Sent: 2}) // after 260 of 300 seconds there is no minute left
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{Sent: 3})
	},
	"the pauses differ": func(w *World) {
		w.Options.Jitter = func(bound time.Duration) time.Duration { return bound - 1 }
		w.Mailbox.FailWith(errMailer)
		w.Svc = w.Service(w.Options)
		w.due(1)
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{Failed: 1})
		require.True(w, w.outbox()[0].NextAt.Equal(w.Clock.Now().Add(30*time.Second)), "half a minute at least")
	},
	"retried by staff": func(w *World) {
		dead := w.die(3)
		n, err := w.Svc.RetryMessages(w.Ctx, staff(), accessmgmt.DeadSelection{Messages: []accessmgmt.MessageRef{dead[1].Ref}})
		require.NoError(w, err)
		require.Equal(w, 1, n)
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{Sent: 1})
		require.Equal(w, dead[1].Ref.Message, w.Mailbox.All()[0].ID, "under the same id")
		n, err = w.Svc.RetryMessages(w.Ctx, staff(), everyDead)
		require.NoError(w, err)
		require.Equal(w, 2, n)
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{Sent: 2})
		n, err = w.Svc.RetryMessages(w.Ctx, staff(), everyDead)
		require.NoError(w, err)
		require.Zero(w, n, "asking again does nothing twice")
	},
	"retried, as often as a new one": func(w *World) {
		w.Options.Policy.MailAttempts = 2
		w.Svc = w.Service(w.Options)
		w.die(1)
		_, err := w.Svc.RetryMessages(w.Ctx, staff(), everyDead)
		require.NoError(w, err)
		w.Mailbox.FailWith(errMailer)
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{Failed: 1})
		w.Clock.Advance(time.Minute)
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{Dead: 1})
	},
	"a page at a time": func(w *World) {
		w.due(12)
		w.Mailbox.FailWith(refusal{true})
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{Dead: 12})
		page, err := w.Svc.DeadMessagesPage(w.Ctx, staff(), accessmgmt.DeadQuery{Paging: accessmgmt.Paging{Limit: 5}})
		require.NoError(w, err)
		require.Len(w, page.Items, 5)
		require.NotEmpty(w, page.Next)
		require.Len(w, w.deadOnes(), 12)
	},
	"those of one event, or set aside before an instant": func(w *World) {
		w.die(1)
		at := w.Clock.Now()
		w.Clock.Advance(time.Hour)
		w.resigned()
		n := len(w.outbox())
		w.Mailbox.FailWith(refusal{true})
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{Dead: n})
		for want, which := range map[int]accessmgmt.DeadSelection{
			0: {All: true, Event: accessmgmt.MessageRefused},
			1: {All: true, Before: at.Add(1000)},
		} {
			got, err := w.Svc.DropMessages(w.Ctx, staff(), which)
			require.NoError(w, err)
			require.Equal(w, want, got)
		}
		got, err := w.Svc.RetryMessages(w.Ctx, staff(), accessmgmt.DeadSelection{All: true, Enterprise: w.Acme, Event: accessmgmt.MessageGAPResigned})
		require.NoError(w, err)
		require.Equal(w, n, got)
		require.Empty(w, w.deadOnes())
	},
	"dropped by staff": func(w *World) {
		w.die(2)
		n, err := w.Svc.DropMessages(w.Ctx, staff(), everyDead)
		require.NoError(w, err)
		require.Equal(w, 2, n)
		w.Clock.Advance(time.Hour)
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{})
		require.Empty(w, w.deadOnes())
	},
	"an invitation that was revoked meanwhile isn't sent after all": func(w *World) {
		r := w.unsentTo(Person("Anne", "Dubois"))
		w.Mailbox.FailWith(refusal{true})
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{Dead: 1})
		w.Mailbox.FailWith(nil)
		w.revoke(r)
		_, err := w.Svc.RetryMessages(w.Ctx, staff(), everyDead)
		require.NoError(w, err)
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{Sent: 1, Dropped: 1})
		require.Equal(w, accessmgmt.MessageRevoked, w.Mailbox.All()[0].Event, "it was tried once, so he may have got it, and is told")
	},
	"an empty form isn't all of them": func(w *World) {
		w.die(1)
		for _, which := range []accessmgmt.DeadSelection{
			{}, {Enterprise: w.Acme}, {All: true, Messages: []accessmgmt.MessageRef{{}}}, {Messages: make([]accessmgmt.MessageRef, accessmgmt.MaxItems+1)},
			{Messages: []accessmgmt.MessageRef{{}}, Event: accessmgmt.MessageInvitation},
		} {
			_, err := w.Svc.RetryMessages(w.Ctx, staff(), which)
			require.ErrorIs(w, err, accessmgmt.ErrInvalid)
			_, err = w.Svc.DropMessages(w.Ctx, staff(), which)
			require.ErrorIs(w, err, accessmgmt.ErrInvalid)
		}
		require.Len(w, w.deadOnes(), 1)
	},
	"nobody but staff": func(w *World) {
		w.die(1)
		for _, by := range []accessmgmt.Actor{w.GAP, w.Rep, Person("Nobody", "Known")} {
			_, err := w.Svc.RetryMessages(w.Ctx, by, everyDead)
			require.ErrorIs(w, err, accessmgmt.ErrNotFound)
			_, err = w.Svc.DropMessages(w.Ctx, by, everyDead)
			require.ErrorIs(w, err, accessmgmt.ErrNotFound)
			_, err = w.Svc.DeadMessagesPage(w.Ctx, by, accessmgmt.DeadQuery{})
			require.ErrorIs(w, err, accessmgmt.ErrNotFound)
		}
		unexplained := staff()
		unexplained.Reason = ""
		_, err := w.Svc.RetryMessages(w.Ctx, unexplained, everyDead)
		w.requireFails(err, accessmgmt.ErrDenied, accessmgmt.CodeNotOperator)
		require.Len(w, w.deadOnes(), 1)
	},
	"a preview resolves and sends nothing": func(w *World) {
		w.die(1)
		w.due(1)
		p := w.Svc.Preview()
		_, err := p.RetryMessages(w.Ctx, staff(), everyDead)
		require.ErrorIs(w, err, accessmgmt.ErrUnavailable)
		_, err = p.ForgetMessages(w.Ctx)
		require.NoError(w, err)
		done, err := p.DispatchOnce(w.Ctx)
		require.NoError(w, err)
		require.Zero(w, done)
		require.Len(w, w.deadOnes(), 1)
	},
	"names are erased when their time is over": func(w *World) {
		w.due(2)
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{Sent: 2})
		w.die(1)
		forgets := func(after time.Duration) int {
			w.Clock.Advance(after)
			n, err := w.Svc.ForgetMessages(w.Ctx)
			require.NoError(w, err)
			return n
		}
		require.Zero(w, forgets(29*24*time.Hour))
		require.GreaterOrEqual(w, forgets(25*time.Hour), 3) // and those of the designation
		require.Zero(w, forgets(time.Hour))
		require.Empty(w, w.deadOnes(), "what can't be sent any more is dropped")
	},
}

// ticks is a timer that a test turns: each pause that Run asks for is noted, and
// step says what happens then.
func (w *World) ticks(ctx context.Context, svc *accessmgmt.Service, o accessmgmt.RunOptions, step func(n int, pause time.Duration) bool) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	n := 0
	o.After = func(pause time.Duration) <-chan time.Time {
		n++
		require.Less(w, n, 1000)
		if !step(n, pause) {
			cancel()
			return nil
		}
		w.Clock.Advance(pause)
		now := make(chan time.Time, 1)
		now <- w.Clock.Now()
		return now
	}
	require.ErrorIs(w, svc.Run(ctx, &o), context.Canceled)
}

var runScenarios = map[string]func(*World){
	"sends, and looks again": func(w *World) {
		w.due(60)
		var pauses []time.Duration
		w.ticks(w.Ctx, w.Svc, accessmgmt.RunOptions{Dispatch: 20 * time.Second}, func(n int, pause time.Duration) bool {
			pauses = append(pauses, pause)
			require.Len(w, w.Mailbox.All(), 60, "all batches, before it waits")
			return n < 4
		})
		require.Contains(w, pauses, 20*time.Second)
	},
	"is told of its own commits": func(w *World) {
		told := false
		w.ticks(w.Ctx, w.Svc, accessmgmt.RunOptions{Dispatch: time.Hour}, func(n int, _ time.Duration) bool {
			if n == 1 {
				w.Mailbox.Clear()
				w.due(1)
			}
			told = len(w.Mailbox.All()) == 1
			return !told && n < 10
		})
		require.True(w, told)
	},
	"goes on after errors, ever later": func(w *World) {
		w.Options.Jitter = withoutPauses
		store, svc := w.tap()
		store.meanwhile = func(method string) error {
			if method == "ClaimMessages" {
				return errStoreGone
			}
			return nil
		}
		var pauses []time.Duration
		w.due(1)
		w.ticks(w.Ctx, svc, accessmgmt.RunOptions{Sweep: 100 * time.Hour}, func(n int, pause time.Duration) bool {
			pauses = append(pauses, pause)
			if n == 12 {
				store.meanwhile = nil
			}
			return n < 13
		})
		require.Equal(w, []time.Duration{1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300}, seconds(pauses[:12]))
		require.Equal(w, 15*time.Second, pauses[12], "it works again")
		require.Len(w, w.Mailbox.All(), 1)
	},
	"erases in its time": func(w *World) {
		w.die(1)
		w.Clock.Advance(31 * 24 * time.Hour)
		w.ticks(w.Ctx, w.Svc, accessmgmt.RunOptions{}, func(int, time.Duration) bool { return false })
		require.Empty(w, w.deadOnes())
	},
	"ends with its context": func(w *World) {
		ctx, cancel := context.WithCancel(w.Ctx)
		cancel()
		w.due(1)
		require.ErrorIs(w, w.Svc.Run(ctx, nil), context.Canceled)
		require.Empty(w, w.Mailbox.All())
	},
}

func seconds(pauses []time.Duration) []time.Duration {
	out := make([]time.Duration, len(pauses))
	for i, p := range pauses {
		out[i] = p / time.Second
	}
	return out
}
