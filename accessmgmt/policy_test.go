package accessmgmt_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/internal/workflowtest"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// Each test here fails when its option is ignored (c-18): it plays the default
// and something else. OldKeys and AcceptURL are played in
// internal/workflowtest, where invitations are sent.

func worldWith(t testing.TB, change func(*accessmgmt.Options)) *workflowtest.World {
	return workflowtest.WithGAP(t, onMemory, change)
}

func TestOptionLocation(t *testing.T) {
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	require.NoError(t, err)
	for zone, c := range map[*time.Location]struct {
		today   roles.Date
		start   time.Time // of 10 March there
		expires time.Time // thirty days from today
	}{
		nil:   {roles.Date{Year: 2026, Month: 3, Day: 2}, time.Date(2026, 3, 9, 23, 0, 0, 0, time.UTC), time.Date(2026, 4, 1, 22, 0, 0, 0, time.UTC)},
		tokyo: {roles.Date{Year: 2026, Month: 3, Day: 3}, time.Date(2026, 3, 9, 15, 0, 0, 0, time.UTC), time.Date(2026, 4, 2, 15, 0, 0, 0, time.UTC)},
	} {
		w := worldWith(t, func(o *accessmgmt.Options) { o.Policy.Location = zone })
		w.Clock.Set(time.Date(2026, 3, 2, 15, 30, 0, 0, time.UTC))
		assert.Equal(t, c.today, w.Svc.Today())
		day := roles.Date{Year: 2026, Month: 3, Day: 10}
		anne := workflowtest.Person("Anne", "Dubois")
		r, token := w.Invite(anne, invitation.Line{Role: roles.Editor, Period: roles.Between(day, day)})
		assert.Equal(t, c.today.AddDays(30), r.Expires)
		assert.Equal(t, c.expires, r.ExpiresAt)
		request := w.Accept(anne, token)[0]
		assert.Equal(t, c.start.AddDate(0, 0, 1), request.LapsesAt, "the end of what it asks for")
		results, err := w.Svc.Approve(w.Ctx, w.GAP, accessmgmt.Approve{Requests: []accessmgmt.RequestRef{request.Ref()}})
		require.NoError(t, err)
		require.NoError(t, results[0].Err)
		assert.Equal(t, roles.Window{From: c.start, To: c.start.AddDate(0, 0, 1)}, results[0].Value.Assignment.Window)
	}
}

func TestOptionInvitationDays(t *testing.T) {
	for days, want := range map[int]int{0: 30, 1: 1, 7: 7, 365: 365} {
		w := worldWith(t, func(o *accessmgmt.Options) { o.Policy.InvitationDays = days })
		r, _ := w.Invite(workflowtest.Person("Anne", "Dubois"), w.Line(roles.Editor))
		assert.Equal(t, w.Svc.Today().AddDays(want), r.Expires)
		w.Clock.Advance(24 * time.Hour)
		r, err := w.Svc.Resend(w.Ctx, w.GAP, accessmgmt.Resend{Enterprise: w.Acme, Recipient: r.ID})
		require.NoError(t, err)
		assert.Equal(t, w.Svc.Today().AddDays(want), r.Expires, "sent again")
	}
}

func TestOptionRequestDays(t *testing.T) {
	for days, lapses := range map[int]time.Time{
		0: time.Date(2026, 5, 31, 22, 0, 0, 0, time.UTC), 1: time.Date(2026, 3, 3, 23, 0, 0, 0, time.UTC),
		3650: time.Date(2036, 2, 28, 23, 0, 0, 0, time.UTC),
	} {
		w := worldWith(t, func(o *accessmgmt.Options) { o.Policy.RequestDays = days })
		r := w.Request(workflowtest.Person("Anne", "Dubois"), w.Line(roles.Editor))
		assert.Equal(t, lapses, r.LapsesAt, "%d days", days)
	}
}

func TestOptionMinAssurance(t *testing.T) {
	for least, want := range map[accessmgmt.Assurance]accessmgmt.Assurance{
		0: accessmgmt.AssuranceHigh, accessmgmt.AssuranceLow: accessmgmt.AssuranceLow,
		accessmgmt.AssuranceSubstantial: accessmgmt.AssuranceSubstantial, accessmgmt.AssuranceHigh: accessmgmt.AssuranceHigh,
	} {
		w := worldWith(t, func(o *accessmgmt.Options) { o.Policy.MinAssurance = least })
		for has := accessmgmt.AssuranceNone; has <= accessmgmt.AssuranceHigh; has++ {
			gap := w.GAP
			gap.Identity.Assurance = has
			_, err := w.Svc.Identify(w.Ctx, gap.Identity)
			if has >= want {
				assert.NoError(t, err)
			} else {
				assert.Equal(t, accessmgmt.CodeAssurance, accessmgmt.Code(err))
			}
		}
	}
}

func TestOptionExceptionalAssurance(t *testing.T) {
	for least, want := range map[accessmgmt.Assurance]accessmgmt.Assurance{
		0: accessmgmt.AssuranceLow, accessmgmt.AssuranceSubstantial: accessmgmt.AssuranceSubstantial, accessmgmt.AssuranceHigh: accessmgmt.AssuranceHigh,
	} {
		w := worldWith(t, func(o *accessmgmt.Options) { o.Policy.ExceptionalAssurance = least })
		for has := accessmgmt.AssuranceNone; has <= accessmgmt.AssuranceHigh; has++ {
			anne := workflowtest.Person("Anne", "Dubois")
			anne.Identity.Assurance = has
			email := workflowtest.Address(anne.Identity)
			_, err := w.Svc.Preview().RequestGAP(w.Ctx, anne, accessmgmt.RequestGAP{Enterprise: w.Number, EnterpriseName: "Acme", Self: true, Contact: email,
				GAP: accessmgmt.Candidate{GivenName: "Anne", FamilyName: "Dubois", Email: email}, Evidence: "file 1"})
			if has >= want {
				assert.NoError(t, err)
			} else {
				assert.Equal(t, accessmgmt.CodeAssurance, accessmgmt.Code(err))
			}
			_, err = w.Svc.Identify(w.Ctx, anne.Identity)
			assert.Equal(t, has < accessmgmt.AssuranceHigh, accessmgmt.Code(err) == accessmgmt.CodeAssurance, "for all else an eID is needed")
		}
	}
}

func TestOptionWarnDays(t *testing.T) {
	for days, want := range map[int]int{0: 30, 1: 1, 365: 365} {
		w := worldWith(t, func(o *accessmgmt.Options) { o.Policy.WarnDays = days })
		cora := workflowtest.Person("Cora", "Named").Identity
		_, err := w.Svc.NameManager(w.Ctx, w.GAP, accessmgmt.NameManager{Enterprise: w.Acme, Kind: accessmgmt.CoGAP,
			Manager: accessmgmt.Assignee{Number: cora.Number, GivenName: "Cora", FamilyName: "Named", Email: workflowtest.Address(cora)},
			Period:  roles.Between(w.Svc.Today(), w.Svc.Today().AddDays(want+1))})
		require.NoError(t, err)
		warnings := func() []accessmgmt.ManagerWarning {
			o, err := w.Svc.Managers(w.Ctx, w.GAP, w.Acme)
			require.NoError(t, err)
			return o.Warnings
		}
		assert.Empty(t, warnings(), "%d days", want)
		w.Clock.Advance(24 * time.Hour)
		assert.Len(t, warnings(), 1, "%d days", want)
	}
}

func TestOptionReminderDays(t *testing.T) {
	for days, want := range map[int]int{0: 7, 1: 1, 20: 20, accessmgmt.Never: 0} {
		w := worldWith(t, func(o *accessmgmt.Options) { o.Policy.ReminderDays = days })
		r, _ := w.Invite(workflowtest.Person("Anne", "Dubois"), w.Line(roles.Editor))
		reminded := func() int {
			done, err := w.Svc.Sweep(w.Ctx)
			require.NoError(t, err)
			return done.Reminded
		}
		begins := r.Expires.AddDays(-want).Start(time.FixedZone("summer", 7200)) // in April
		w.Clock.Set(begins.Add(-2 * time.Hour))
		assert.Zero(t, reminded(), "%d days", days)
		w.Clock.Set(begins.Add(2 * time.Hour))
		assert.Equal(t, min(want, 1), reminded(), "%d days", days)
	}
}

func TestOptionInvitationsPerDay(t *testing.T) {
	guests := func(w *workflowtest.World, n int) (all []invitation.Invitee) {
		for range n {
			all = append(all, invitation.Invitee{GivenName: "Guest", FamilyName: "One", Email: accessmgmt.MustParseEmail(fmt.Sprintf("guest%d@acme.example", w.Count()))})
		}
		return all
	}
	for perDay, want := range map[int]int{0: 10_000, 1: 1, 7: 7, accessmgmt.Unlimited: 10_001} {
		w := worldWith(t, func(o *accessmgmt.Options) { o.Policy.InvitationsPerDay = perDay })
		sent := 0
		for _, n := range []int{min(want, 10_000), 1} {
			done, err := w.Svc.Invite(w.Ctx, w.GAP, accessmgmt.Invite{Enterprise: w.Acme, Lines: []invitation.Line{w.Line(roles.Editor)}, Recipients: guests(w, n)})
			require.NoError(t, err)
			for _, r := range done.Results {
				if r.Err == nil {
					sent++
				}
			}
		}
		assert.Equal(t, want, sent)
	}
}

func TestOptionLimiter(t *testing.T) {
	for _, c := range []struct {
		limiter accessmgmt.Limiter
		want    int
	}{{nil, 100}, {(*accessmgmt.MemoryLimiter)(nil), 100}, {accessmgmt.NewMemoryLimiter(2), 2}, {accessmgmt.NewMemoryLimiter(accessmgmt.Unlimited), 120}} {
		w := worldWith(t, func(o *accessmgmt.Options) { o.Limiter = c.limiter })
		anne := workflowtest.Person("Anne", "Dubois")
		r, _ := w.Invite(anne, w.Line(roles.Editor))
		sent := 1
		for range 119 {
			if _, err := w.Svc.Resend(w.Ctx, w.GAP, accessmgmt.Resend{Enterprise: w.Acme, Recipient: r.ID}); err == nil {
				sent++
			}
		}
		assert.Equal(t, c.want, sent)
	}
}

func TestOptionMatcher(t *testing.T) {
	anne, invited := workflowtest.Person("Anne", "Dubois"), workflowtest.Address(workflowtest.Person("Anne", "Dubois").Identity)
	with := func(email accessmgmt.Email, verified bool) accessmgmt.Actor {
		a := anne
		a.Identity.Email, a.Identity.EmailVerified = email, verified
		return a
	}
	other := accessmgmt.MustParseEmail("anne@home.example")
	for name, c := range map[string]struct {
		actor accessmgmt.Actor
		match bool
	}{
		"no address":            {with(accessmgmt.Email{}, true), false},
		"the address":           {with(invited, true), true},
		"in another case":       {with(accessmgmt.MustParseEmail("ANNE.dubois@ACME.example"), true), true},
		"unverified":            {with(invited, false), false},
		"another":               {with(other, true), false},
		"another, and the same": {with(other, false), false},
	} {
		for matcher, asks := range map[accessmgmt.Matcher]bool{"": false, accessmgmt.BindOnAccept: false, accessmgmt.VerifiedEmail: true} {
			w := worldWith(t, func(o *accessmgmt.Options) { o.Policy.Matcher = matcher })
			_, token := w.Invite(anne, w.Line(roles.Editor))
			declined := w.Svc.Decline(w.Ctx, c.actor, token, accessmgmt.Decline{})
			_, accepted := w.Svc.Accept(w.Ctx, c.actor, token, accessmgmt.Accept{Email: invited})
			if asks && !c.match {
				for _, err := range []error{accepted, declined} {
					assert.ErrorIs(t, err, accessmgmt.ErrDenied, "%s %s", matcher, name)
					assert.Equal(t, accessmgmt.CodeEmailUnverified, accessmgmt.Code(err))
				}
				continue
			}
			assert.NoError(t, declined, "%s %s", matcher, name)
			assert.ErrorIs(t, accepted, accessmgmt.ErrState, "he declined")
		}
	}
}

func TestOptionLanguage(t *testing.T) {
	for language, want := range map[roles.Language]roles.Language{"": roles.French, roles.Dutch: roles.Dutch, roles.German: roles.German} {
		w := worldWith(t, func(o *accessmgmt.Options) { o.Policy.Language = language })
		next := w.Designation(w.Number, workflowtest.Person("Nora", "Next"))
		next.GAP.Language = "" // chose none
		_, err := w.Svc.DesignateGAP(w.Ctx, w.Rep, next)
		require.NoError(t, err)
		w.Deliver()
		told := 0
		for _, m := range w.Mailbox.All() {
			if m.Event == accessmgmt.MessageGAPDesignated {
				told++
				assert.Equal(t, want, m.To.Language, m.To.Kind)
			}
		}
		assert.Equal(t, 2, told, "the GAP and the contact address")
	}
}

func TestOptionNow(t *testing.T) {
	w := worldWith(t, func(*accessmgmt.Options) {})
	w.Clock.Set(time.Date(2031, 7, 1, 12, 0, 0, 123_456_789, time.FixedZone("x", 7200)))
	r, _ := w.Invite(workflowtest.Person("Anne", "Dubois"), w.Line(roles.Editor))
	assert.Equal(t, time.Date(2031, 7, 1, 10, 0, 0, 123_456_000, time.UTC), r.CreatedAt, "to the microsecond, in UTC")
	assert.Equal(t, r.CreatedAt, r.SentAt)
}

func TestOptionNewID(t *testing.T) {
	made := map[uuid.UUID]bool{}
	w := worldWith(t, func(o *accessmgmt.Options) {
		o.NewID = func() uuid.UUID {
			id := uuid.New()
			made[id] = true
			return id
		}
	})
	a := w.Give(workflowtest.Person("Anne", "Dubois"), w.Line(roles.Editor))
	for _, id := range []uuid.UUID{w.Acme.UUID, a.ID.UUID, a.Request.UUID, a.Person.UUID, a.GivenBy.UUID} {
		assert.True(t, made[id], "%s isn't one of ours", id)
	}
	for _, m := range w.Mailbox.All() {
		assert.True(t, made[m.ID.UUID])
	}
}

func TestOptionRandom(t *testing.T) {
	w := worldWith(t, func(o *accessmgmt.Options) { o.Random = strings.NewReader(strings.Repeat("sixteen of salt!", 100)) })
	salted := 0
	for r, err := range w.Svc.Audit(w.Ctx, workflowtest.Staff(), accessmgmt.AuditQuery{Enterprise: w.Acme}) {
		require.NoError(t, err)
		if r.Details != nil {
			salted++
			assert.Equal(t, "sixteen of salt!", string(r.Salt))
		}
	}
	assert.Positive(t, salted)
	w.RequireIntact()
	for name, change := range map[string]func(*accessmgmt.Options){
		"fails": func(o *accessmgmt.Options) { o.Random = iotest.ErrReader(errors.New("no entropy")) },
		"short": func(o *accessmgmt.Options) { o.Random = strings.NewReader("fifteen of salt") },
	} {
		w := worldWith(t, func(*accessmgmt.Options) {})
		before := w.Snapshot()
		options := w.Options
		change(&options)
		svc := w.Service(options)
		_, err := svc.Invite(w.Ctx, w.GAP, w.Invitation(workflowtest.Person("Anne", "Dubois"), w.Line(roles.Editor)))
		assert.ErrorIs(t, err, accessmgmt.ErrUnavailable, name)
		number := workflowtest.Number(1)
		w.Register.Add(number, "New SA", w.Rep)
		_, err = svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(number, w.GAP))
		assert.ErrorIs(t, err, accessmgmt.ErrUnavailable, name)
		assert.Equal(t, before, w.Snapshot(), "nothing is written")
		_, err = w.Store.EnterpriseByNumber(w.Ctx, number)
		assert.ErrorIs(t, err, accessmgmt.ErrNotFound)
	}
}

// watcher keeps what it was told, and what the store had then.
type watcher struct {
	epoch func() uint64
	told  []string
}

func (w *watcher) Writing(id accessmgmt.EnterpriseID) {
	w.told = append(w.told, fmt.Sprintf("writing %s after %d", id, w.epoch()))
}

func (w *watcher) Written(id accessmgmt.EnterpriseID, committed bool) {
	w.told = append(w.told, fmt.Sprintf("written %s %t at %d", id, committed, w.epoch()))
}

func TestOptionWatcher(t *testing.T) {
	watching := &watcher{epoch: func() uint64 { return 0 }}
	w := worldWith(t, func(o *accessmgmt.Options) { o.Watcher = watching })
	require.Equal(t, []string{"writing " + w.Acme.String() + " after 0", "written " + w.Acme.String() + " true at 0"}, watching.told, "the designation")
	watching.epoch = func() uint64 {
		e, err := w.Store.Enterprise(w.Ctx, w.Acme)
		require.NoError(t, err)
		return e.Epoch
	}
	told := func(format string, args ...any) {
		t.Helper()
		assert.Equal(t, fmt.Sprintf(strings.ReplaceAll(format, "ID", w.Acme.String()), args...), strings.Join(watching.told, ", "))
		watching.told = nil
	}
	watching.told = nil
	anne := workflowtest.Person("Anne", "Dubois")
	w.Invite(anne, w.Line(roles.Editor))
	told("writing ID after 1, written ID true at 2")
	_, err := w.Svc.Preview().Invite(w.Ctx, w.GAP, w.Invitation(workflowtest.Person("Bart", "Claes"), w.Line(roles.Editor)))
	require.NoError(t, err)
	told("")
	_, err = w.Svc.Invite(w.Ctx, anne, w.Invitation(anne, w.Line(roles.Reader)))
	require.ErrorIs(t, err, accessmgmt.ErrNotFound)
	told("")

	// Refused by the store, the first time: what was announced is over, and
	// nothing came of it.
	overtaken := true
	svc := serviceOn(w, commitsThrough{w.Store, func() error {
		if overtaken {
			overtaken = false
			return accessmgmt.ErrConflict
		}
		return nil
	}})
	_, err = svc.Invite(w.Ctx, w.GAP, w.Invitation(anne, w.Line(roles.Reader)))
	require.NoError(t, err)
	told("writing ID after 2, written ID false at 2, writing ID after 2, written ID true at 3")

	in := w.Svc.Within(w.Store)
	for _, role := range []roles.Code{roles.Reader, roles.Editor} {
		_, err = in.Invite(w.Ctx, w.GAP, w.Invitation(workflowtest.Person("Bart", "Claes"), w.Line(role)))
		require.NoError(t, err)
	}
	told("writing ID after 3")
	in.Committed()
	told("written ID true at 5")
	in.RolledBack()
	told("")
	in = w.Svc.Within(w.Store)
	in.RolledBack()
	told("")
}

// commitsThrough is a store whose commits somebody may refuse.
type commitsThrough struct {
	accessmgmt.Store
	refuse func() error
}

func (s commitsThrough) Commit(ctx context.Context, c accessmgmt.Changes) error {
	if err := s.refuse(); err != nil {
		return err
	}
	return s.Store.Commit(ctx, c)
}

func TestOptionLogger(t *testing.T) {
	var out bytes.Buffer
	w := worldWith(t, func(o *accessmgmt.Options) {
		o.Logger = slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	out.Reset()
	anne := workflowtest.Person("Anne", "Dubois")
	request := w.Request(anne, w.Line(roles.Editor))
	_, err := w.Svc.Approve(w.Ctx, anne, accessmgmt.Approve{Requests: []accessmgmt.RequestRef{request.Ref()}})
	require.NoError(t, err, "the error is the item's")
	_, err = w.Svc.Invite(w.Ctx, anne, w.Invitation(anne, w.Line(roles.Editor)))
	require.Error(t, err)
	w.Mailbox.FailWith(errors.New("550 Anne.Dubois@acme.example unknown"))
	_, err = w.Svc.DispatchOnce(context.Background())
	require.NoError(t, err)
	var lines []map[string]any
	for _, l := range strings.Split(strings.TrimSpace(out.String()), "\n") {
		line := map[string]any{}
		require.NoError(t, json.Unmarshal([]byte(l), &line))
		delete(line, "time")
		lines = append(lines, line)
	}
	commit := func(act string, epoch, messages float64) map[string]any {
		return map[string]any{"level": "INFO", "msg": "committed", "act": act, "enterprise": w.Acme.String(), "epoch": epoch, "events": 1.0, "messages": messages}
	}
	require.GreaterOrEqual(t, len(lines), 5)
	assert.Equal(t, []map[string]any{
		commit("invite", 2, 1), commit("accept", 3, 2),
		{"level": "INFO", "msg": "refused", "act": "approve", "code": "not_found", "enterprise": w.Acme.String(), "person": w.ID(anne).String()},
		{"level": "INFO", "msg": "refused", "act": "invite", "code": "not_found", "enterprise": w.Acme.String(), "person": w.ID(anne).String()},
	}, lines[:4])
	for _, l := range lines[4:] {
		assert.Equal(t, "mail not sent", l["msg"])
		assert.Len(t, l, 5, "%v", l) // level, msg, message, event, attempts
	}
	for _, personal := range []string{"Anne", "Dubois", "Luc", "Maes", "Acme", "example", anne.Identity.Number.Reveal(), anne.Identity.Number.RevealWritten()} {
		assert.NotContains(t, out.String(), personal)
	}
}

func TestOptionsCatalogueAndRepresentatives(t *testing.T) {
	w := worldWith(t, func(*accessmgmt.Options) {})
	options := w.Options
	label := roles.Labels{EN: "x"}
	var err error
	options.Catalogue, err = roles.NewCatalogue(roles.Application{Code: "app", Labels: label, Actions: []roles.ActionDefinition{{Action: "act", Labels: label}},
		Roles: []roles.Role{{Code: "app.user", Labels: label, Actions: roles.Actions("act")}}})
	require.NoError(t, err)
	options.Representatives = accessmgmt.StaticRepresentatives{}
	svc := w.Service(options)
	_, err = svc.Check(w.Ctx, accessmgmt.Question{Person: w.ID(w.GAP), Enterprise: w.Acme, Action: roles.Sign})
	assert.ErrorIs(t, err, accessmgmt.ErrInvalid, "the other catalogue's")
	d, err := svc.Check(w.Ctx, accessmgmt.Question{Person: w.ID(w.GAP), Enterprise: w.Acme, Action: "act"})
	assert.NoError(t, err)
	assert.Equal(t, options.Catalogue.Version(), d.Catalogue)
	_, err = svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, workflowtest.Person("Nora", "Next")))
	assert.Equal(t, accessmgmt.CodeNotRepresentative, accessmgmt.Code(err), "nobody represents anything there")
}
