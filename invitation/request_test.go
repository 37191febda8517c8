package invitation_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/invitation"
)

func TestRequestEveryStateAndEvent(t *testing.T) {
	w, cells := requestWorkflow(), 0
	for _, stored := range w.states {
		for _, moment := range around {
			now := stored
			if stored == "pending" && moment.over {
				now = "lapsed"
			}
			r := fullRequest()
			r.State, r.LapsesAt = stored, deadline
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
						requireStateError(t, err, "request", string(now), string(event))
					}
					assert.Equal(t, want, got, "anything but the state has changed")
				})
			}
		}
	}
	assert.Equal(t, 5*4*len(around), cells)
}

func TestRequestUnknownStatesAndEvents(t *testing.T) {
	for _, moment := range around {
		for _, state := range []invitation.RequestState{"", "Pending", "pending ", "invited", "accepted", "expired", "open"} {
			for _, event := range invitation.RequestEvents() {
				r := fullRequest()
				r.State, r.LapsesAt = state, deadline
				assert.Equal(t, state, r.StateAt(moment.at), "an unknown state stays what it is")
				got, err := r.Apply(event, moment.at)
				requireStateError(t, err, "request", string(state), string(event))
				assert.Equal(t, r, got)
			}
		}
		for _, event := range []invitation.RequestEvent{"", "Approve", "accept", "lapse", "resend"} {
			r := fullRequest()
			r.State, r.LapsesAt = invitation.Pending, deadline
			got, err := r.Apply(event, moment.at)
			requireStateError(t, err, "request", string(r.StateAt(moment.at)), string(event))
			assert.Equal(t, r, got)
		}
	}
	_, err := invitation.Request{}.Apply(invitation.Approve, deadline)
	requireStateError(t, err, "request", "", "approve")
}

// A request that lacks its end has lapsed, it isn't open for ever (c-20).
func TestRequestWithoutEndHasLapsed(t *testing.T) {
	r := invitation.Request{State: invitation.Pending}
	for _, at := range []time.Time{{}, time.Unix(0, 0), deadline} {
		assert.Equal(t, invitation.Lapsed, r.StateAt(at))
		_, err := r.Apply(invitation.Approve, at)
		requireStateError(t, err, "request", "lapsed", "approve")
	}
}

func TestRequestRef(t *testing.T) {
	r := fullRequest()
	assert.Equal(t, invitation.RequestRef{Enterprise: r.Enterprise, Request: r.ID}, r.Ref())
}

func TestRequestKinds(t *testing.T) {
	assert.Equal(t, []invitation.RequestKind{"", "replace", "extend"}, invitation.RequestKinds())
	assert.Equal(t, invitation.GiveRole, invitation.Request{}.Kind, "what was asked before there were kinds")
	assert.Zero(t, invitation.Request{}.Terms, "one approval is enough, and may be one's own")
}

// An endorsement leaves the request open, as long as it is.
func TestRequestEndorse(t *testing.T) {
	r := invitation.Request{State: invitation.Pending, LapsesAt: deadline, Terms: invitation.RequestTerms{FourEyes: true}}
	endorsed, err := r.Apply(invitation.Endorse, deadline.Add(-time.Second))
	require.NoError(t, err)
	assert.Equal(t, r, endorsed, "who and when is for the caller to fill in")
	approved, err := endorsed.Apply(invitation.Approve, deadline.Add(-time.Nanosecond))
	require.NoError(t, err)
	_, err = approved.Apply(invitation.Endorse, deadline.Add(-time.Nanosecond))
	requireStateError(t, err, "request", "approved", "endorse")
	_, err = endorsed.Apply(invitation.Approve, deadline)
	requireStateError(t, err, "request", "lapsed", "approve")
}

func TestStateErrorIsOnlyErrState(t *testing.T) {
	err := fmt.Errorf("approve: %w", &invitation.StateError{Object: "request", From: "refused", Event: "approve"})
	assert.ErrorIs(t, err, invitation.ErrState)
	assert.NotErrorIs(t, err, assert.AnError)
	assert.Equal(t, "approve: can't approve a request that is refused", err.Error())
}

func TestStateErrorsReadAsEnglish(t *testing.T) {
	for object, want := range map[string]string{
		"assignment": "can't replace an assignment that is ended", "enterprise": "can't replace an enterprise that is ended", "unit": "can't replace a unit that is ended",
		"recipient": "can't replace a recipient that is ended",
	} {
		err := &invitation.StateError{Object: object, From: "ended", Event: "replace"}
		assert.Equal(t, want, err.Error())
	}
}
