package accesstest_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/accesstest"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

var errDown = errors.New("no connection")

func TestFailStore(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	anne := w.Person("Anne Dubois")
	given := w.Give(anne, roles.Reader)
	question := accessmgmt.Question{Person: given.Person, Enterprise: w.Enterprise, Action: roles.Read}

	w.FailStore(errDown)
	_, err := w.Service.Check(context.Background(), question)
	w.MustFail(err, accessmgmt.CodeUnavailable)
	require.ErrorIs(t, err, errDown)
	_, err = w.Service.DispatchOnce(context.Background())
	require.ErrorIs(t, err, errDown)
	w.FailStore(nil)
	w.MustAllow(anne, roles.Read)

	w.FailStoreNext(2, "Access", errDown)
	for range 2 {
		_, err = w.Service.Check(context.Background(), question)
		require.ErrorIs(t, err, errDown)
		_, err = w.Service.Offices(context.Background(), w.GAP)
		require.NoError(t, err, "the other methods answer")
	}
	w.MustAllow(anne, roles.Read)
	w.FailStoreNext(5, "Access", errDown)
	w.FailStoreNext(0, "Access", nil)
	w.MustAllow(anne, roles.Read)
}

// invite is a command of a portal that may be sent again.
func invite(w *accesstest.World, who accessmgmt.Actor) accessmgmt.Invite {
	return accessmgmt.Invite{ID: accessmgmt.CommandID{UUID: uuid.New()}, Enterprise: w.Enterprise,
		Lines:      []invitation.Line{{Role: roles.Reader, Period: roles.From(w.Today())}},
		Recipients: []invitation.Invitee{{GivenName: who.Identity.GivenName, FamilyName: who.Identity.FamilyName, Email: who.Identity.Email}}}
}

// TestSomebodyElseWasFaster: a conflict is decided again, up to a point.
func TestSomebodyElseWasFaster(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	w.FailStoreNext(2, "Commit", accessmgmt.ErrConflict)
	_, err := w.Service.Invite(context.Background(), w.GAP, invite(w, w.Person("Anne Dubois")))
	require.NoError(t, err)
	w.MustMail(w.Person("Anne Dubois"), accessmgmt.MessageInvitation)
}

// TestLoseAnswer: what the caller is told failed has happened, once, however
// often it is sent again.
func TestLoseAnswer(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	anne := w.Person("Anne Dubois")
	command := invite(w, anne)
	w.LoseAnswer()
	_, err := w.Service.Invite(context.Background(), w.GAP, command)
	w.MustFail(err, accessmgmt.CodeOutcomeUnknown)
	w.AuditHas(accessmgmt.EventInvited)

	first, err := w.Service.Invite(context.Background(), w.GAP, command)
	require.NoError(t, err)
	again, err := w.Service.Invite(context.Background(), w.GAP, command)
	require.NoError(t, err)
	require.NoError(t, accessmgmt.Failed(first.Results))
	assert.Equal(t, first.Results[0].Value.ID, again.Results[0].Value.ID)
	w.Deliver()
	assert.Len(t, w.Mailbox.To(anne.Identity.Email), 1)
	w.Give(w.Person("Kim Claes"), roles.Reader) // nothing is lost any more
}

// TestLoseNothing: a commit that fails takes no answer with it.
func TestLoseNothing(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	anne := w.Person("Anne Dubois")
	w.LoseAnswer()
	w.FailStoreNext(1, "Commit", errDown)
	_, err := w.Service.Invite(context.Background(), w.GAP, invite(w, anne))
	require.ErrorIs(t, err, errDown)
	w.NoMail(anne)
	_, err = w.Service.Invite(context.Background(), w.GAP, invite(w, anne))
	w.MustFail(err, accessmgmt.CodeOutcomeUnknown)
	require.NotErrorIs(t, err, errDown)
	w.MustMail(anne, accessmgmt.MessageInvitation)
}

func TestRegister(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	anne := w.Person("Anne Dubois")
	designate := accessmgmt.DesignateGAP{Enterprise: w.Number, Self: true, GAP: accessmgmt.Candidate{Email: anne.Identity.Email}, Contact: w.Contact}
	_, err := w.Service.DesignateGAP(context.Background(), anne, designate)
	w.MustFail(err, accessmgmt.CodeNotRepresentative)
	w.AddRepresentative(anne)
	w.RegisterDown(true)
	_, err = w.Service.DesignateGAP(context.Background(), anne, designate)
	w.MustFail(err, accessmgmt.CodeRegister)
	w.RegisterDown(false)
	_, err = w.Service.DesignateGAP(context.Background(), anne, designate)
	require.NoError(t, err)
	w.MustMail(w.GAP, accessmgmt.MessageGAPReplaced)
	w.GAP = anne
	w.Give(w.Person("Kim Claes"), roles.Reader)
}

func TestMailbox(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	anne := w.Person("Anne Dubois")
	address := anne.Identity.Email
	_, any := w.Mailbox.LastTo(address)
	assert.False(t, any)
	w.Invite(anne, roles.Reader)
	assert.Empty(t, w.Mailbox.All(), "nothing is sent before somebody delivers")

	w.Mailbox.Fail(errors.New("full"))
	w.Deliver()
	w.Mailbox.Fail(nil)
	w.Deliver()
	w.NoMail(anne) // it is tried again later
	w.Clock.Advance(time.Minute)
	w.Deliver()
	last, any := w.Mailbox.LastTo(accessmgmt.MustParseEmail("ANNE.dubois@acme.example"))
	require.True(t, any)
	assert.Equal(t, accessmgmt.MessageInvitation, last.Event)
	assert.Equal(t, w.LinkFor(anne), last.Link)

	w.Give(anne, roles.Editor)
	w.Deliver()
	assert.Len(t, w.Mailbox.To(address), 3)
	assert.Len(t, w.Mailbox.To(w.Contact), 2)
	last, _ = w.Mailbox.LastTo(address)
	assert.Equal(t, accessmgmt.MessageApproved, last.Event)
	w.Mailbox.Clear()
	w.NoMail(anne)

	w.Mailbox.FailNext(1, errors.New("full"))
	w.Invite(anne, roles.Owner)
	w.Invite(w.Person("Kim Claes"), roles.Owner)
	w.Deliver()
	assert.Len(t, w.Mailbox.All(), 1, "one was refused")
}
