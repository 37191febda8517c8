package workflowtest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// perDay is how many mails with a link the worlds below allow an enterprise.
const perDay = 3

// Limits plays how many mails with a link an enterprise sends in a day, and how
// many one address gets (c-28).
func Limits(t *testing.T, open Open) {
	for _, name := range sortedNames(limitScenarios) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := WithGAP(t, open, func(o *accessmgmt.Options) {
				o.Policy.InvitationsPerDay = perDay
				o.Limiter = accessmgmt.NewMemoryLimiter(accessmgmt.Unlimited)
			})
			limitScenarios[name](w)
			w.RequireIntact()
		})
	}
}

// people invites several persons nobody has invited yet, at once.
func (w *World) people(n int) accessmgmt.Invite {
	c := w.Invitation(Person("Guest", fmt.Sprintf("No-%d", w.Count())), w.Line(roles.Editor))
	for range n - 1 {
		c.Recipients = append(c.Recipients, w.Invitation(Person("Guest", fmt.Sprintf("No-%d", w.Count()))).Recipients...)
	}
	return c
}

// sent returns how many of an invitation's recipients were written to; the
// others must be over the limit.
func (w *World) sent(done accessmgmt.Invited, err error) (n int) {
	w.Helper()
	require.NoError(w, err)
	for _, r := range done.Results {
		if r.Err == nil {
			n++
			continue
		}
		w.requireOverLimit(r.Err)
	}
	return n
}

func (w *World) requireOverLimit(err error) {
	w.Helper()
	w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeTooManyInvitations)
	w.requireWrongState(err, "over the day's limit")
	var e *accessmgmt.Error
	require.ErrorAs(w, err, &e)
	require.Zero(w, e.Existing)
}

// requireCounted fails unless the enterprise has counted so many on a day.
func (w *World) requireCounted(on string, sent int) {
	w.Helper()
	ent := w.enterprise()
	require.Equal(w, parsed(on), ent.SentOn)
	require.Equal(w, sent, ent.Sent)
}

var limitScenarios = map[string]func(*World){
	"the day's last is sent, the next is not": func(w *World) {
		w.requireCounted("", 0)
		for i := range perDay {
			require.Equal(w, 1, w.sent(w.Svc.Invite(w.Ctx, w.GAP, w.people(1))))
			w.requireCounted("2026-03-02", i+1)
		}
		w.unchanged(func() { require.Zero(w, w.sent(w.Svc.Invite(w.Ctx, w.GAP, w.people(1)))) })
	},
	"counted by the recipient": func(w *World) {
		done, err := w.Svc.Invite(w.Ctx, w.GAP, w.people(perDay+2))
		require.Equal(w, perDay, w.sent(done, err))
		for i, r := range done.Results {
			require.Equal(w, i < perDay, r.Err == nil, "the first ones, in order: %d", i)
		}
		w.Deliver()
		require.Len(w, w.Mailbox.All(), perDay)
		w.requireCounted("2026-03-02", perDay)
	},
	"one who can't be invited counts nothing": func(w *World) {
		w.invite(w.people(1))
		c := w.people(3)
		c.Recipients[1] = w.Invitation(Person("Guest", "No-1")).Recipients[0]
		done, err := w.Svc.Invite(w.Ctx, w.GAP, c)
		require.NoError(w, err)
		require.NoError(w, done.Results[0].Err)
		w.requireFails(done.Results[1].Err, accessmgmt.ErrState, accessmgmt.CodeAlreadyInvited)
		require.NoError(w, done.Results[2].Err)
		w.requireCounted("2026-03-02", 3)
	},
	"sending again counts too": func(w *World) {
		done := w.invite(w.people(perDay - 1))
		first := done.Results[0].Value
		_, err := w.resending(first, roles.Date{})
		require.NoError(w, err)
		w.unchanged(func() {
			_, err = w.resending(first, roles.Date{})
			w.requireOverLimit(err)
			require.Zero(w, w.sent(w.Svc.Invite(w.Ctx, w.GAP, w.people(1))))
		})
		// All else goes on.
		w.Accept(Person("Guest", "No-1"), w.LastToken(first.Invitee.Email))
		w.revoke(done.Results[1].Value)
	},
	"until midnight in the policy's zone": func(w *World) {
		w.at("2026-03-28 23:59")
		require.Equal(w, perDay, w.sent(w.Svc.Invite(w.Ctx, w.GAP, w.people(perDay))))
		w.at("2026-03-29 00:00") // the day that has 23 hours
		require.Equal(w, 1, w.sent(w.Svc.Invite(w.Ctx, w.GAP, w.people(1))))
		w.requireCounted("2026-03-29", 1)
		w.at("2026-03-29 23:59")
		require.Equal(w, perDay-1, w.sent(w.Svc.Invite(w.Ctx, w.GAP, w.people(perDay))))
		w.at("2026-03-30 00:00")
		require.Equal(w, perDay, w.sent(w.Svc.Invite(w.Ctx, w.GAP, w.people(perDay+1))))
	},
	"a clock that is slow begins no other day": func(w *World) {
		w.at("2026-03-10 00:00")
		require.Equal(w, perDay, w.sent(w.Svc.Invite(w.Ctx, w.GAP, w.people(perDay))))
		w.at("2026-03-09 23:59")
		require.Zero(w, w.sent(w.Svc.Invite(w.Ctx, w.GAP, w.people(1))))
		w.requireCounted("2026-03-10", perDay)
	},
	"by many at once": func(w *World) {
		const callers = 6
		forms := make([]accessmgmt.Invite, callers)
		for i := range forms {
			forms[i] = w.people(1)
		}
		done, errs := make([]accessmgmt.Invited, callers), make([]error, callers)
		var all sync.WaitGroup
		for i := range callers {
			svc := w.Service(w.Options) // as in another process
			all.Add(1)
			go func() {
				defer all.Done()
				done[i], errs[i] = svc.Invite(w.Ctx, w.GAP, forms[i])
			}()
		}
		all.Wait()
		sent := 0
		for i := range callers {
			sent += w.sent(done[i], errs[i])
		}
		require.Equal(w, perDay, sent)
		w.requireCounted("2026-03-02", perDay)
	},
	"each enterprise its own": func(w *World) {
		require.Equal(w, perDay, w.sent(w.Svc.Invite(w.Ctx, w.GAP, w.people(perDay))))
		other := *w
		w.Register.Add(accessmgmt.MustParseEnterpriseNumber("0202.239.951"), "Other SA", w.Rep)
		other.Acme = w.Enterprise(accessmgmt.MustParseEnterpriseNumber("0202.239.951"), w.Rep, w.GAP)
		c := other.people(perDay)
		c.Enterprise = other.Acme
		require.Equal(w, perDay, other.sent(w.Svc.Invite(w.Ctx, w.GAP, c)))
	},
	"a preview says what would be sent, and counts nothing": func(w *World) {
		c := w.people(perDay + 1)
		for range 3 {
			p := w.Svc.Preview()
			require.Equal(w, perDay, w.sent(p.Invite(w.Ctx, w.GAP, c)))
			require.Len(w, p.Mails(), perDay)
			w.requireCounted("", 0)
		}
		require.Equal(w, perDay, w.sent(w.Svc.Invite(w.Ctx, w.GAP, c)))
	},
	"a command sent again counts nothing": func(w *World) {
		c := w.people(perDay - 1)
		c.ID = accessmgmt.CommandID{UUID: uuid.New()}
		for range 3 {
			require.Equal(w, perDay-1, w.sent(w.Svc.Invite(w.Ctx, w.GAP, c)))
			w.requireCounted("2026-03-02", perDay-1)
		}
		// One that was over the limit stays so, also when there is room again.
		over := w.people(perDay)
		over.ID = accessmgmt.CommandID{UUID: uuid.New()}
		for range 2 {
			require.Equal(w, 1, w.sent(w.Svc.Invite(w.Ctx, w.GAP, over)))
			w.at("2026-03-03 08:00")
		}
	},
	"a commit that failed counts nothing": func(w *World) {
		failing := true
		svc := w.proxy(func(method string) error {
			if failing && method == "Commit" {
				return errors.New("no disk")
			}
			return nil
		})
		c := w.people(perDay)
		for range 2 {
			_, err := svc.Invite(w.Ctx, w.GAP, c)
			require.ErrorIs(w, err, accessmgmt.ErrUnavailable)
		}
		w.requireCounted("", 0)
		failing = false
		require.Equal(w, perDay, w.sent(svc.Invite(w.Ctx, w.GAP, c)))
	},
	"one that is only saved counts nothing": func(w *World) {
		c := w.people(1)
		c.Recipients, c.SaveAs = nil, &accessmgmt.SaveAs{Name: "Editors"}
		_, err := w.Svc.Invite(w.Ctx, w.GAP, c)
		require.NoError(w, err)
		w.requireCounted("", 0)
	},
	"of one address, by whoever writes to it (D31)": func(w *World) {
		o := w.Options
		o.Limiter, o.Policy.InvitationsPerDay = accessmgmt.NewMemoryLimiter(2), accessmgmt.Unlimited
		svc := w.Service(o)
		w.Register.Add(accessmgmt.MustParseEnterpriseNumber("0202.239.951"), "Other SA", w.Rep)
		other := w.Enterprise(accessmgmt.MustParseEnterpriseNumber("0202.239.951"), w.Rep, w.GAP)
		c := w.people(1)
		done, err := svc.Invite(w.Ctx, w.GAP, c)
		require.Equal(w, 1, w.sent(done, err))
		_, err = svc.Resend(w.Ctx, w.GAP, accessmgmt.Resend{Enterprise: w.Acme, Recipient: done.Results[0].Value.ID})
		require.NoError(w, err)

		// In any other enterprise and however it is written. Neither the error
		// nor its code tells that another enterprise has to do with it: it is the
		// one of the enterprise's own limit.
		elsewhere := w.people(2)
		elsewhere.Enterprise = other
		elsewhere.Recipients[0].Email = invitation.MustParseEmail("GUEST." + c.Recipients[0].FamilyName + "@ACME.example")
		over, err := svc.Invite(w.Ctx, w.GAP, elsewhere)
		require.Equal(w, 1, w.sent(over, err))
		require.NoError(w, over.Results[1].Err, "nobody else is kept from being invited")
		_, own := w.Svc.Invite(w.Ctx, w.GAP, w.people(perDay))
		require.NoError(w, own)
		full, err := w.Svc.Invite(w.Ctx, w.GAP, w.people(1))
		require.NoError(w, err)
		require.Equal(w, full.Results[0].Err.Error(), over.Results[0].Err.Error())
		_, err = svc.Resend(w.Ctx, w.GAP, accessmgmt.Resend{Enterprise: w.Acme, Recipient: done.Results[0].Value.ID})
		w.requireOverLimit(err)

		w.Clock.Advance(24 * time.Hour)
		elsewhere.Lines, elsewhere.Recipients = []invitation.Line{w.Line(roles.Reader)}, elsewhere.Recipients[:1]
		require.Equal(w, 1, w.sent(svc.Invite(w.Ctx, w.GAP, elsewhere)))
	},
	"the limiter is told of what was sent, and of nothing else": func(w *World) {
		l := &toldLimiter{}
		o := w.Options
		o.Limiter = l
		svc := w.Service(o)
		c := w.people(2)
		_, err := svc.Preview().Invite(w.Ctx, w.GAP, c)
		require.NoError(w, err)
		require.Empty(w, l.counted, "a preview")

		c.ID = accessmgmt.CommandID{UUID: uuid.New()}
		for range 2 {
			_, err = svc.Invite(w.Ctx, w.GAP, c)
			require.NoError(w, err)
		}
		require.Len(w, l.counted, 2, "once, though the command came twice")
		require.NotEqual(w, l.counted[0], l.counted[1])
		for _, address := range l.counted {
			require.NotContains(w, address.String(), "guest")
		}
		_, err = svc.Invite(w.Ctx, w.GAP, w.people(perDay)) // of which one has room
		require.NoError(w, err)
		require.Len(w, l.counted, 3)

		// In a transaction of the portal's it is told once that is committed.
		for commit, want := range map[bool]int{false: 3, true: 4} {
			w.Clock.Advance(24 * time.Hour)
			l.counted = l.counted[:3]
			in := svc.Within(w.Store)
			_, err = in.Invite(w.Ctx, w.GAP, w.people(1))
			require.NoError(w, err)
			require.Len(w, l.counted, 3)
			if commit {
				in.Committed()
			}
			in.RolledBack()
			require.Len(w, l.counted, want)
		}
	},
	"a limiter that fails limits nothing": func(w *World) {
		for _, l := range []*toldLimiter{{err: errors.New("it is down")}, {short: true}} {
			w.Clock.Advance(24 * time.Hour)
			w.Options.Limiter = l
			svc, lines := w.logged()
			require.Equal(w, 2, w.sent(svc.Invite(w.Ctx, w.GAP, w.people(2))))
			require.Equal(w, perDay-2, w.sent(svc.Invite(w.Ctx, w.GAP, w.people(2))), "the enterprise's own limit stands")
			warned := 0
			for _, line := range lines() {
				if line["msg"] == "limiter failed" {
					require.Equal(w, map[string]any{"level": "WARN", "msg": "limiter failed"}, line)
					warned++
				}
			}
			require.NotZero(w, warned)
		}
	},
}

// toldLimiter keeps what it is told. It fails with err, or says too little.
type toldLimiter struct {
	counted []accessmgmt.Digest
	err     error
	short   bool
}

func (l *toldLimiter) Full(_ context.Context, _ time.Time, addresses []accessmgmt.Digest) ([]bool, error) {
	if l.short {
		return nil, nil
	}
	return make([]bool, len(addresses)), l.err
}

func (l *toldLimiter) Count(_ context.Context, _ time.Time, addresses []accessmgmt.Digest) error {
	l.counted = append(l.counted, addresses...)
	return l.err
}
