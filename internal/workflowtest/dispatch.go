package workflowtest

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// Dispatches plays the sending of messages: failures, deaths, two at once.
func Dispatches(t *testing.T, open Open) {
	t.Run("sending", func(t *testing.T) { play(t, open, dispatchScenarios) })
	t.Run("failing", func(t *testing.T) { play(t, open, retryScenarios) })
	t.Run("set aside", func(t *testing.T) { play(t, open, deadScenarios) })
	t.Run("by itself", func(t *testing.T) { play(t, open, runScenarios) })
	t.Run("taken back", func(t *testing.T) { play(t, open, takenBackScenarios) })
	t.Run("links", func(t *testing.T) { play(t, open, linkScenarios) })
}

// lease is how long a dispatcher holds what it claimed; see accessmgmt.
const lease = 5 * time.Minute

// sender makes another service on a store, whose mailer is a function.
func (w *World) sender(store accessmgmt.Store, send accessmgmt.MailerFunc) *accessmgmt.Service {
	options := w.Options
	svc, err := accessmgmt.New(store, send, &options)
	require.NoError(w, err)
	return svc
}

// sent counts how often each message was handed to a mailer.
type sent struct {
	mu    sync.Mutex
	times map[accessmgmt.MessageID]int
	order []accessmgmt.MessageID
}

func (s *sent) add(m accessmgmt.Mail) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.times == nil {
		s.times = map[accessmgmt.MessageID]int{}
	}
	s.times[m.ID]++
	s.order = append(s.order, m.ID)
}

// outbox returns the messages that are yet to be sent, the oldest first. It
// takes them from whoever holds them, and holds none.
func (w *World) outbox() []accessmgmt.Message {
	far := w.Clock.Now().AddDate(100, 0, 0)
	messages, err := w.Store.ClaimMessages(w.Ctx, accessmgmt.Claim{ID: accessmgmt.ClaimID{UUID: unit1.UUID}, Now: far, Until: w.Clock.Now(), Limit: 10_000})
	require.NoError(w, err)
	return messages
}

// requireDispatched dispatches once, and fails unless that came of it.
func (w *World) requireDispatched(svc *accessmgmt.Service, want accessmgmt.Dispatched) {
	w.Helper()
	got, err := svc.DispatchOnce(w.Ctx)
	require.NoError(w, err)
	require.Equal(w, want, got)
}

// due makes n messages that are due: invitations, each of one mail.
func (w *World) due(n int) {
	for range n {
		err := toAll(w.Svc.Invite(w.Ctx, w.GAP, w.Invitation(w.someone(), w.Line(roles.Editor))))
		require.NoError(w, err)
		w.Clock.Advance(time.Second)
	}
}

// someone is somebody new.
func (w *World) someone() accessmgmt.Actor { return Person("Someone", "New-"+roman(w.Count())) }

func roman(n int) string {
	if n == 0 {
		return ""
	}
	return roman(n/10) + string("oivxlcdmab"[n%10])
}

var dispatchScenarios = map[string]func(*World){
	"nothing is due": func(w *World) {
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{})
	},
	"in the order it happened, a batch at a time": func(w *World) {
		w.due(120)
		var want []accessmgmt.MessageID
		for _, m := range w.outbox() {
			want = append(want, m.ID)
		}
		require.Len(w, want, 120)
		w.Clock.Advance(time.Hour)
		got := &sent{}
		svc := w.sender(w.Store, func(_ context.Context, m accessmgmt.Mail) error { got.add(m); return nil })
		for _, n := range []int{50, 50, 20, 0} {
			w.requireDispatched(svc, accessmgmt.Dispatched{Sent: n})
		}
		require.Equal(w, want, got.order)
		require.Empty(w, w.outbox())
	},
	"never for a commit that failed": func(w *World) {
		store, svc := w.tap()
		store.meanwhile = func(method string) error {
			if method == "Commit" {
				return errStoreGone
			}
			return nil
		}
		err := toAll(svc.Invite(w.Ctx, w.GAP, w.Invitation(Person("Anne", "Dubois"), w.Line(roles.Editor))))
		w.requireFails(err, accessmgmt.ErrUnavailable, accessmgmt.CodeUnavailable)
		require.Empty(w, w.outbox())
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{})
		require.Empty(w, w.Mailbox.All())
	},
	"whatever became of the mail, it happened": func(w *World) {
		w.Mailbox.FailWith(errMailer)
		r := w.invite(w.Invitation(Person("Anne", "Dubois"), w.Line(roles.Editor)))
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{Failed: 1})
		require.Equal(w, r.Results[0].Value, w.recipient(r.Results[0].Value))
		w.Mailbox.FailWith(nil)
		w.Clock.Advance(time.Minute)
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{Sent: 1})
	},
	"by several at once": func(w *World) {
		w.due(90)
		got, hands := &sent{}, &sync.Map{}
		var dispatchers []func() error
		for range 4 {
			svc := w.sender(w.Store, func(_ context.Context, m accessmgmt.Mail) error {
				if _, held := hands.LoadOrStore(m.ID, true); held {
					w.Errorf("two hold message %s", m.ID)
				}
				got.add(m)
				return nil
			})
			dispatchers = append(dispatchers, func() error {
				for {
					done, err := svc.DispatchOnce(w.Ctx)
					if err != nil || done == (accessmgmt.Dispatched{}) {
						return err
					}
				}
			})
		}
		for _, err := range together(dispatchers...) {
			require.NoError(w, err)
		}
		require.Len(w, got.order, 90)
		require.Len(w, got.times, 90, "each once")
	},
	"by another who holds it": func(w *World) {
		w.due(3)
		inner := w.Svc
		svc := w.sender(w.Store, func(context.Context, accessmgmt.Mail) error {
			w.requireDispatched(inner, accessmgmt.Dispatched{}) // all three are held
			return nil
		})
		w.requireDispatched(svc, accessmgmt.Dispatched{Sent: 3})
	},
	"the claim runs out in the middle of a batch": func(w *World) {
		w.due(10)
		got := &sent{}
		slow := w.sender(w.Store, func(_ context.Context, m accessmgmt.Mail) error {
			got.add(m)
			w.Clock.Advance(2 * time.Minute)
			return nil
		})
		w.requireDispatched(slow, accessmgmt.Dispatched{Sent: 3}) // at 0, 2 and 4 minutes
		quick := w.sender(w.Store, func(_ context.Context, m accessmgmt.Mail) error { got.add(m); return nil })
		w.requireDispatched(quick, accessmgmt.Dispatched{Sent: 7})
		require.Len(w, got.times, 10)
		require.Len(w, got.order, 10, "each once")
	},
	"exactly when the claim runs out": func(w *World) {
		w.due(2)
		first := true
		svc := w.sender(w.Store, func(context.Context, accessmgmt.Mail) error {
			if first {
				first = false
				w.Clock.Advance(lease)
			}
			return nil
		})
		w.requireDispatched(svc, accessmgmt.Dispatched{Sent: 1})
		w.requireDispatched(svc, accessmgmt.Dispatched{Sent: 1})
	},
	"the claim runs out while it is sent, and another takes it": func(w *World) {
		w.due(1)
		got := &sent{}
		quick := w.sender(w.Store, func(_ context.Context, m accessmgmt.Mail) error { got.add(m); return nil })
		slow := w.sender(w.Store, func(_ context.Context, m accessmgmt.Mail) error {
			got.add(m)
			w.Clock.Advance(lease)
			w.requireDispatched(quick, accessmgmt.Dispatched{Sent: 1})
			return nil
		})
		w.requireDispatched(slow, accessmgmt.Dispatched{}) // whoever has it reports
		require.Len(w, got.times, 1, "twice the same")
		require.Len(w, got.order, 2)
		w.Clock.Advance(time.Hour)
		w.requireDispatched(quick, accessmgmt.Dispatched{})
	},
	"given up in the middle of a batch": func(w *World) {
		w.due(5)
		ctx, cancel := context.WithCancel(w.Ctx)
		got := &sent{}
		svc := w.sender(w.Store, func(_ context.Context, m accessmgmt.Mail) error {
			if got.add(m); len(got.order) == 2 {
				cancel()
			}
			return nil
		})
		done, err := svc.DispatchOnce(ctx)
		require.ErrorIs(w, err, context.Canceled)
		require.Equal(w, accessmgmt.Dispatched{Sent: 2}, done, "the second was out, and is recorded")
		w.requireDispatched(svc, accessmgmt.Dispatched{Sent: 3}) // given back, and not held until the lease is over
		require.Len(w, got.order, 5)
		require.Len(w, got.times, 5, "each once")
		done, err = svc.DispatchOnce(ctx)
		require.ErrorIs(w, err, context.Canceled)
		require.Zero(w, done)
	},
	"giving up isn't an attempt of those not tried": func(w *World) {
		w.due(1)
		w.resigned() // a message without a link: nothing is read for it
		w.Clock.Advance(time.Second)
		w.due(2)
		ctx, cancel := context.WithCancel(w.Ctx)
		svc := w.sender(w.Store, func(ctx context.Context, _ accessmgmt.Mail) error {
			cancel()
			return ctx.Err() // as a mailer does whose caller gave up
		})
		done, err := svc.DispatchOnce(ctx)
		require.ErrorIs(w, err, context.Canceled)
		require.Equal(w, accessmgmt.Dispatched{Failed: 1}, done)
		for i, m := range w.outbox() { // the one that was tried comes last
			require.Equal(w, map[bool]int{true: 1, false: 0}[i == 3], m.Attempts, "message %d", i)
		}
	},
	"a mailer that panics": func(w *World) {
		w.due(3)
		bad := w.outbox()[0]
		svc := w.sender(w.Store, func(_ context.Context, m accessmgmt.Mail) error {
			if m.ID == bad.ID {
				panic("the mailer's own fault: " + m.Link)
			}
			return nil
		})
		w.requireDispatched(svc, accessmgmt.Dispatched{Sent: 2, Failed: 1})
		require.Equal(w, "*errors.errorString", w.outbox()[0].LastError)
		w.Clock.Advance(time.Minute)
		w.requireDispatched(w.Svc, accessmgmt.Dispatched{Sent: 1})
	},
}
