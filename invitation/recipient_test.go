package invitation_test

import (
	"testing"
	"time"
	_ "time/tzdata" // the tests must not depend on the machine's zones

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

func TestRecipientEveryStateAndEvent(t *testing.T) {
	w, cells := recipientWorkflow(), 0
	for _, stored := range w.states {
		for _, moment := range around {
			now := stored
			if stored == "invited" && moment.over {
				now = "expired"
			}
			r := fullRecipient()
			r.State, r.ExpiresAt = stored, deadline
			require.Equal(t, now, r.StateAt(moment.at), "%s, %s", stored, moment.name)
			for _, event := range w.events {
				t.Run(string(stored)+" "+string(event)+" "+moment.name, func(t *testing.T) {
					cells++
					got, err := r.Apply(event, moment.at)
					want := r
					if to := w.next[now][event]; to != "" {
						want.State = to
						require.NoError(t, err)
					} else {
						requireStateError(t, err, "recipient", string(now), string(event))
					}
					assert.Equal(t, want, got, "anything but the state has changed")
				})
			}
		}
	}
	assert.Equal(t, 5*4*len(around), cells)
}

// requireStateError requires that err tells exactly this, in every way.
func requireStateError(t *testing.T, err error, object, from, event string) {
	t.Helper()
	require.ErrorIs(t, err, invitation.ErrState)
	var state *invitation.StateError
	require.ErrorAs(t, err, &state)
	require.Equal(t, invitation.StateError{Object: object, From: from, Event: event}, *state)
	require.Equal(t, "can't "+event+" a "+object+" that is "+from, err.Error())
}

func TestRecipientUnknownStatesAndEvents(t *testing.T) {
	for _, moment := range around {
		for _, state := range []invitation.RecipientState{"", "Invited", "INVITED", "invited ", "pending", "approved", "lapsed", "deleted"} {
			for _, event := range invitation.RecipientEvents() {
				r := fullRecipient()
				r.State, r.ExpiresAt = state, deadline
				assert.Equal(t, state, r.StateAt(moment.at), "an unknown state stays what it is")
				got, err := r.Apply(event, moment.at)
				requireStateError(t, err, "recipient", string(state), string(event))
				assert.Equal(t, r, got)
			}
		}
		for _, event := range []invitation.RecipientEvent{"", "Accept", "accept ", "approve", "expire", "invite"} {
			r := fullRecipient()
			r.State, r.ExpiresAt = invitation.Invited, deadline
			got, err := r.Apply(event, moment.at)
			requireStateError(t, err, "recipient", string(r.StateAt(moment.at)), string(event))
			assert.Equal(t, r, got)
		}
	}
	_, err := invitation.Recipient{}.Apply(invitation.Accept, deadline)
	requireStateError(t, err, "recipient", "", "accept")
}

// An invitation that lacks its end has ended, it isn't open for ever (c-20).
func TestRecipientWithoutExpiryIsExpired(t *testing.T) {
	r := invitation.Recipient{State: invitation.Invited}
	for _, at := range []time.Time{{}, time.Unix(0, 0), deadline} {
		assert.Equal(t, invitation.Expired, r.StateAt(at))
		_, err := r.Apply(invitation.Accept, at)
		requireStateError(t, err, "recipient", "expired", "accept")
	}
}

// The last day is included, in the policy's zone, whatever the clocks do that
// night and wherever the reader's clock is (c-33).
func TestRecipientLastDayIsIncluded(t *testing.T) {
	for lastDay, end := range map[string]time.Time{
		"2026-01-31": time.Date(2026, 1, 31, 23, 0, 0, 0, time.UTC),
		"2026-07-31": time.Date(2026, 7, 31, 22, 0, 0, 0, time.UTC),
		"2026-03-28": time.Date(2026, 3, 28, 23, 0, 0, 0, time.UTC),
		"2026-03-29": time.Date(2026, 3, 29, 22, 0, 0, 0, time.UTC), // the day has 23 hours
		"2026-10-24": time.Date(2026, 10, 24, 22, 0, 0, 0, time.UTC),
		"2026-10-25": time.Date(2026, 10, 25, 23, 0, 0, 0, time.UTC), // and this one 25
		"2028-02-29": time.Date(2028, 2, 29, 23, 0, 0, 0, time.UTC),
		"2026-12-31": time.Date(2026, 12, 31, 23, 0, 0, 0, time.UTC),
	} {
		r := invitation.Recipient{State: invitation.Invited, Expires: day(lastDay), ExpiresAt: day(lastDay).AddDays(1).Start(brussels)}
		for _, reader := range []*time.Location{time.UTC, brussels, zone("America/New_York"), zone("Pacific/Kiritimati")} {
			assert.Equal(t, invitation.Invited, r.StateAt(end.Add(-time.Microsecond).In(reader)), lastDay)
			assert.Equal(t, invitation.Expired, r.StateAt(end.In(reader)), lastDay)
		}
	}
}

// A resend keeps the recipient and needs a new last day to be of use (c-17).
func TestRecipientResendAfterExpiry(t *testing.T) {
	r := fullRecipient()
	r.State, r.ExpiresAt = invitation.Invited, deadline
	late := deadline.Add(time.Hour)
	again, err := r.Apply(invitation.Resend, late)
	require.NoError(t, err)
	assert.Equal(t, r.ID, again.ID)
	assert.Equal(t, invitation.Expired, again.StateAt(late), "the old last day still holds")
	again.ExpiresAt = late.Add(24 * time.Hour)
	assert.Equal(t, invitation.Invited, again.StateAt(late))
	accepted, err := again.Apply(invitation.Accept, late)
	require.NoError(t, err)
	assert.Equal(t, invitation.Accepted, accepted.State)
	assert.Equal(t, invitation.Accepted, accepted.StateAt(deadline.AddDate(10, 0, 0)), "what was accepted doesn't expire")
}

var brussels = zone("Europe/Brussels")

func zone(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return loc
}

// day reads YYYY-MM-DD.
func day(s string) roles.Date {
	d, err := roles.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}
