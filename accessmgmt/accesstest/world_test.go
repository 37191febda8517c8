package accesstest_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/accesstest"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
	"github.com/egovroles/egovroles/storage/memory"
)

func TestNew(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	assert.Equal(t, "0884.303.369", w.Number.String())
	assert.Equal(t, "2026-03-02T09:00:00Z", w.Clock.Now().UTC().Format(time.RFC3339))
	assert.Empty(t, w.Mailbox.All(), "the mails of the beginning are nobody's concern")
	w.AuditHas(accessmgmt.EventGAPDesignated)
	can, err := w.Service.Capabilities(context.Background(), w.GAP, w.Enterprise)
	require.NoError(t, err)
	assert.True(t, can.GAP)
	assert.Contains(t, failureOf(t, func(tb testing.TB) { accesstest.New(tb, accesstest.Options{}, accesstest.Options{}) }), "one Options at most")
}

// Each option has a test that fails when it is ignored.

func TestOptionCatalogueAndApplication(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t, accesstest.Options{Catalogue: roles.MonEspaceAndCalista(), Application: roles.CalistaApplication})
	anne := w.Person("Anne Dubois")
	w.Give(anne, roles.CalistaReader)
	w.MustAllow(anne, roles.ReadCase)
	w.MustDeny(anne, roles.Read, roles.ReasonNoAssignment, accesstest.InApplication(roles.MonEspaceApplication))
	w.Give(anne, roles.Reader)
	w.MustAllow(anne, roles.Read, accesstest.InApplication(roles.MonEspaceApplication))

	several := accesstest.New(t, accesstest.Options{Catalogue: roles.MonEspaceAndCalista()})
	assert.Contains(t, failure(t, several, func(w *accesstest.World) { w.MustAllow(w.GAP, roles.Read) }), "several applications, and none is named")
}

func TestOptionPolicy(t *testing.T) {
	t.Parallel()
	lisbon, err := time.LoadLocation("Europe/Lisbon")
	require.NoError(t, err)
	w := accesstest.New(t, accesstest.Options{Policy: accessmgmt.Policy{InvitationDays: 3, Location: lisbon, Matcher: accessmgmt.VerifiedEmail}})
	anne := w.Person("Anne Dubois")
	assert.Equal(t, w.Day(3), w.Invite(anne, roles.Reader).Expires)
	w.Accept(anne) // her provider vouches for her address
	w.Clock.NextDay()
	assert.Equal(t, "2026-03-03T00:00:00Z", w.Clock.Now().UTC().Format(time.RFC3339), "a day begins in Lisbon as in Greenwich")
}

func TestOptionStart(t *testing.T) {
	t.Parallel()
	start := time.Date(2027, time.July, 1, 22, 30, 0, 0, time.UTC)
	w := accesstest.New(t, accesstest.Options{Start: start})
	assert.Equal(t, start, w.Clock.Now())
	assert.Equal(t, "2027-07-02", w.Today().String(), "it is tomorrow in Brussels")
	assert.Equal(t, start, w.AuditHas(accessmgmt.EventGAPDesignated).At)
}

func TestOptionStore(t *testing.T) {
	t.Parallel()
	store := memory.New()
	w := accesstest.New(t, accesstest.Options{Store: store})
	ent, err := store.Enterprise(context.Background(), w.Enterprise)
	require.NoError(t, err)
	assert.Equal(t, w.Name, ent.Name)
}

func TestOptionChange(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	w := accesstest.New(t, accesstest.Options{Change: func(o *accessmgmt.Options) {
		o.AcceptURL = "https://other.example/answer?from=mail"
		o.Logger = slog.New(slog.NewTextHandler(&log, nil))
	}})
	w.Invite(w.GAP, roles.Reader)
	assert.True(t, strings.HasPrefix(w.LinkFor(w.GAP), "https://other.example/answer?from=mail&token="))
	assert.Contains(t, log.String(), "act=invite")
	assert.Equal(t, roles.Reader, w.OpenLink(w.GAP).Offered[0].Role)
}

func TestOptionUnregistered(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t, accesstest.Options{Unregistered: true})
	anne := w.Person("Anne Dubois")
	assert.True(t, w.Enterprise.IsZero())
	assert.Contains(t, failure(t, w, func(w *accesstest.World) { w.MustAllow(anne, roles.Read) }), "isn't registered yet: let Renée Peeters designate a GAP")
	assert.Contains(t, w.Report(anne), "enterprise   Acme SA 0884.303.369: not found")

	_, err := w.Service.DesignateGAP(context.Background(), w.Representative, accessmgmt.DesignateGAP{
		Enterprise: w.Number, Self: true, GAP: accessmgmt.Candidate{Email: w.Contact}, Contact: w.Contact})
	require.NoError(t, err)
	w.GAP = w.Representative
	w.MustMail(w.Representative, accessmgmt.MessageGAPDesignated)
	w.Give(anne, roles.Reader)
	w.MustAllow(anne, roles.Read)
}

// TestSubtests: one world in several subtests at once; what fails in one fails
// that one.
func TestSubtests(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	for _, name := range []string{"Anne Dubois", "Kim Claes", "Jef Peeters", "Eva Janssens"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := w.In(t)
			who := w.Person(name)
			w.Give(who, roles.Editor)
			w.MustAllow(who, roles.Sign)
			w.MustMail(who, accessmgmt.MessageApproved)
			assert.NotEmpty(t, w.Report(who))
		})
	}
}

// TestManyAtOnce: the portal's code may use a world's parts from any goroutine.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	anne := w.Person("Anne Dubois")
	given := w.Give(anne, roles.Editor)
	var all sync.WaitGroup
	for i := range 8 {
		all.Add(1)
		go func() {
			defer all.Done()
			_, err := w.Service.Check(context.Background(), accessmgmt.Question{Person: given.Person, Enterprise: w.Enterprise, Action: roles.Sign})
			assert.NoError(t, err)
			_, err = w.Service.DispatchOnce(context.Background())
			assert.NoError(t, err)
			w.Clock.Advance(time.Duration(i) * time.Second)
			w.Mailbox.All()
			w.RegisterDown(i%2 == 0)
			w.FailStore(nil)
		}()
	}
	all.Wait()
}

// TestSecondEnterprise: the same people and clock, and each its own accesses.
func TestSecondEnterprise(t *testing.T) {
	t.Parallel()
	acme := accesstest.New(t)
	jef, anne := acme.Person("Jef Peeters"), acme.Person("Anne Dubois")
	beta := acme.AddEnterprise("Beta SRL", jef)
	gamma := acme.AddEnterprise("Gamma SRL", acme.GAP)
	assert.Empty(t, acme.Mailbox.All())
	for _, other := range []*accesstest.World{beta, gamma} {
		assert.NotEqual(t, acme.Enterprise, other.Enterprise)
		assert.NotEqual(t, acme.Number, other.Number)
		assert.NotEqual(t, acme.Contact, other.Contact)
		assert.NotEqual(t, acme.Representative.Identity.Ref(), other.Representative.Identity.Ref())
	}
	assert.NotEqual(t, beta.Number, gamma.Number)

	beta.Give(anne, roles.Editor)
	beta.MustAllow(anne, roles.Sign)
	acme.MustDeny(anne, roles.Sign, roles.ReasonNoAssignment)
	beta.MustMail(anne, accessmgmt.MessageApproved)
	beta.MustMail(jef, accessmgmt.MessageApproved)
	acme.NoMail(anne)
	beta.AuditHas(accessmgmt.EventApproved)
	assert.Contains(t, failure(t, acme, func(w *accesstest.World) { w.AuditHas(accessmgmt.EventApproved) }), "the audit has no request_approved")

	assert.NotContains(t, acme.Report(anne), "monespace.editor")
	acme.Clock.Advance(time.Hour)
	assert.Equal(t, acme.Clock.Now(), beta.Clock.Now())

	// Her link in each is the one of that enterprise's mail.
	acme.Invite(anne, roles.Reader)
	beta.Invite(anne, roles.Owner)
	assert.Equal(t, "Acme SA", acme.OpenLink(anne).EnterpriseName)
	assert.Equal(t, "Beta SRL", beta.OpenLink(anne).EnterpriseName)

	offices, err := acme.Service.Offices(context.Background(), acme.GAP)
	require.NoError(t, err)
	require.Len(t, offices, 2)
}

func TestClock(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	at := func() string { return w.Clock.Now().UTC().Format(time.RFC3339) }
	w.Clock.Advance(90 * time.Minute)
	assert.Equal(t, "2026-03-02T10:30:00Z", at())
	w.Clock.NextDay()
	assert.Equal(t, "2026-03-02T23:00:00Z", at(), "midnight in Brussels")
	w.Clock.NextDay()
	assert.Equal(t, "2026-03-03T23:00:00Z", at())
	assert.Equal(t, "2026-03-04", w.Today().String())
	assert.Equal(t, w.Service.Today(), w.Today())
	assert.Equal(t, "2026-03-02", w.Day(-2).String())
	w.Clock.SetDay(w.Day(26)) // summer time since 29 March
	assert.Equal(t, "2026-03-29T22:00:00Z", at())
	w.Clock.Set(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	assert.Equal(t, "2026-01-01T00:00:00Z", at())
}

// TestStages: each method leaves somebody at its stage.
func TestStages(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	state := func(a accessmgmt.RoleAssignment) roles.AssignmentState {
		for item, err := range w.Service.Assignments(context.Background(), w.GAP, accessmgmt.AssignmentQuery{Enterprise: w.Enterprise}) {
			require.NoError(t, err)
			if item.Assignment.ID == a.ID {
				return item.State
			}
		}
		return "missing"
	}
	w.GiveExpired(w.Person("Ella Expired"), roles.Reader) // moves the clock
	assert.Equal(t, "2026-03-03", w.Today().String())
	w.MustDeny(w.Person("Ella Expired"), roles.Read, roles.ReasonEnded)

	anne := w.Person("Anne Invited")
	assert.Equal(t, invitation.Invited, w.Invite(anne, roles.Reader).State)
	assert.Equal(t, invitation.Invited, w.OpenLink(anne).State)
	w.MustDeny(anne, roles.Read, roles.ReasonNoAssignment)

	ben := w.Person("Ben Pending")
	request := w.Request(ben, roles.Reader)
	assert.Equal(t, invitation.Pending, request.State)
	w.MustDeny(ben, roles.Read, roles.ReasonNoAssignment)
	tasks, err := w.Service.OpenTasksPage(context.Background(), w.GAP, accessmgmt.TaskQuery{})
	require.NoError(t, err)
	require.Len(t, tasks.Items, 1)
	assert.Equal(t, request.ID, tasks.Items[0].Request.ID)

	cleo := w.Person("Cléo Given")
	assert.Equal(t, roles.Active, state(w.Give(cleo, roles.Editor)))
	w.MustAllow(cleo, roles.Sign)
	assert.Equal(t, request.ID, w.Approve(request).Request)
	w.MustAllow(ben, roles.Read)

	dirk := w.Person("Dirk Assigned")
	assert.True(t, w.Assign(dirk, roles.Reader).Request.IsZero(), "directly: on no request")
	w.MustAllow(dirk, roles.Read)

	eva := w.Person("Eva Ended")
	assert.Equal(t, roles.Ended, state(w.GiveEnded(eva, roles.Reader)))
	w.MustDeny(eva, roles.Read, roles.ReasonEnded)

	fien := w.Person("Fien Scheduled")
	assert.Equal(t, roles.Scheduled, state(w.Give(fien, roles.Reader, accesstest.From(w.Day(7)), accesstest.Until(w.Day(8)))))
	w.MustDeny(fien, roles.Read, roles.ReasonNotYet)
	w.MustAllow(fien, roles.Read, accesstest.At(w.Day(8).Start(time.UTC)))
	w.Clock.SetDay(w.Day(7))
	w.MustAllow(fien, roles.Read)
	w.Clock.SetDay(w.Day(2))
	w.MustDeny(fien, roles.Read, roles.ReasonEnded)

	last := w.Day(10)
	a := w.GiveExpired(w.Person("Gus Expired"), roles.Reader, accesstest.Until(last))
	assert.Equal(t, last.AddDays(1), w.Today())
	assert.Equal(t, roles.Expired, state(a))
}

// TestUntilInEitherOrder: a last day given before the first is the same.
func TestUntilInEitherOrder(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	from, until := accesstest.From(w.Day(3)), accesstest.Until(w.Day(5))
	want := roles.Between(w.Day(3), w.Day(5))
	assert.Equal(t, want, w.Give(w.Person("Anne Dubois"), roles.Reader, from, until).Period)
	assert.Equal(t, want, w.Give(w.Person("Kim Claes"), roles.Reader, until, from).Period)
}

// TestRolesWithMore: the longest validity is the default, and properties go
// along.
func TestRolesWithMore(t *testing.T) {
	t.Parallel()
	catalogue, err := roles.NewCatalogue(roles.Application{Code: "archive", Labels: roles.Labels{EN: "Archive"},
		Actions: []roles.ActionDefinition{{Action: roles.Read, Labels: roles.Labels{EN: "Read"}}},
		Roles: []roles.Role{{Code: "archive.reader", Labels: roles.Labels{EN: "Reader"}, Actions: roles.Actions(roles.Read), MaxDays: 10,
			Properties: []roles.Property{{Name: "confidential", Labels: roles.Labels{EN: "Confidential too"}, Kind: roles.YesNo}}}}})
	require.NoError(t, err)
	w := accesstest.New(t, accesstest.Options{Catalogue: catalogue})
	anne := w.Person("Anne Dubois")
	properties := roles.MustProperties(map[string]roles.Value{"confidential": roles.Is(true)})
	a := w.Give(anne, "archive.reader", accesstest.WithProperties(properties))
	assert.Equal(t, roles.Between(w.Today(), w.Day(9)), a.Period)
	assert.Equal(t, []roles.Properties{properties}, w.MustAllow(anne, roles.Read).Properties)
	assert.Contains(t, w.Report(anne), properties.String())
}

// TestAssignWithoutNumber: somebody whose provider gives no national number.
func TestAssignWithoutNumber(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	foreigner := accessmgmt.User(accessmgmt.Identity{Issuer: "https://eidas.example", Subject: "1", GivenName: "Lena", FamilyName: "Weber",
		Email: accessmgmt.MustParseEmail("lena@weber.example"), Assurance: accessmgmt.AssuranceHigh})
	w.Give(foreigner, roles.Reader)
	w.Assign(foreigner, roles.Editor)
	w.MustAllow(foreigner, roles.Sign)
	w.MustMail(foreigner, accessmgmt.MessageAssigned)
}

// TestMailAtAnotherAddress: who typed another address gets his mail there, and
// is found by it.
func TestMailAtAnotherAddress(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	anne := w.Person("Anne Dubois")
	w.Invite(anne, roles.Reader)
	home := accessmgmt.MustParseEmail("anne@home.example")
	done, err := w.Service.Accept(context.Background(), anne, w.TokenFor(anne), accessmgmt.Accept{Email: home})
	require.NoError(t, err)
	w.Approve(done.Requests[0])
	assert.Equal(t, home, w.MustMail(anne, accessmgmt.MessageApproved).To.Email)
}

func TestMailsRefusedOneByOne(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	anne, bert := w.Person("Anne Dubois"), w.Person("Bert Claes")
	w.Mailbox.FailBy(func(m accessmgmt.Mail) error {
		if m.To.Name == "Bert Claes" {
			return accessmgmt.Permanent(errors.New("550"))
		}
		return nil
	})
	w.Invite(anne, roles.Editor)
	w.Invite(bert, roles.Editor)
	w.Deliver()
	counts, err := w.Service.Outbox(context.Background())
	require.NoError(t, err)
	require.Equal(t, 1, counts.Dead)
	require.Len(t, w.AcceptLink(anne).Requests, 1)
}
