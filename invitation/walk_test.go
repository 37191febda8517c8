package invitation_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/invitation"
)

// FuzzApply walks a recipient and a request through events at instants that
// jump back and forth around their deadlines. Three bytes are one step: what
// is tried, when, and whether the deadline is moved as a resend does.
func FuzzApply(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{0, 0, 0, 1, 0, 0, 2, 0, 0})
	f.Add([]byte{3, 128, 0, 3, 200, 200, 0, 190, 0, 2, 0, 0})
	f.Add([]byte{2, 255, 0, 2, 0, 1, 0, 127, 0, 1, 126, 255})
	f.Add([]byte{9, 1, 1, 5, 129, 40, 4, 128, 128, 1, 127, 90, 0, 255, 0})
	recipients, requests := recipientWorkflow(), requestWorkflow()
	f.Fuzz(func(t *testing.T, steps []byte) {
		steps = steps[:min(len(steps), 3*200)] // longer walks find nothing new, slowly
		walk(t, steps, "recipient", "invited", "expired", recipients, invitation.Recipient{State: "invited", ExpiresAt: deadline}, walker[invitation.Recipient, invitation.RecipientState, invitation.RecipientEvent]{
			apply:    invitation.Recipient.Apply,
			stateAt:  invitation.Recipient.StateAt,
			stored:   func(r *invitation.Recipient) *invitation.RecipientState { return &r.State },
			deadline: func(r *invitation.Recipient) *time.Time { return &r.ExpiresAt },
		})
		walk(t, steps, "request", "pending", "lapsed", requests, invitation.Request{State: "pending", LapsesAt: deadline}, walker[invitation.Request, invitation.RequestState, invitation.RequestEvent]{
			apply:    invitation.Request.Apply,
			stateAt:  invitation.Request.StateAt,
			stored:   func(r *invitation.Request) *invitation.RequestState { return &r.State },
			deadline: func(r *invitation.Request) *time.Time { return &r.LapsesAt },
		})
	})
}

// walker is what a recipient and a request have in common.
type walker[T comparable, S, E ~string] struct {
	apply    func(T, E, time.Time) (T, error)
	stateAt  func(T, time.Time) S
	stored   func(*T) *S
	deadline func(*T) *time.Time
}

func walk[T comparable, S, E ~string](t *testing.T, steps []byte, object string, open, timed S, w workflow[S, E], at T, is walker[T, S, E]) {
	events := append(slices.Clone(w.events), "", "unheard of", E(open), "Accept")
	final := w.final()
	for ; len(steps) >= 3; steps = steps[3:] {
		// 128 is the deadline itself; each unit more or less is a microsecond.
		now := is.deadline(&at).Add(time.Duration(int(steps[1])-128) * time.Microsecond)
		event, before, stored := events[int(steps[0])%len(events)], is.stateAt(at, now), *is.stored(&at)

		if !slices.Contains(w.states, stored) || stored == timed {
			t.Fatalf("%q is recorded", stored)
		}
		want := stored
		if over := !now.Before(*is.deadline(&at)); stored == open && over {
			want = timed
		}
		if before != want {
			t.Fatalf("a %s recorded as %s is %s, want %s", object, stored, before, want)
		}

		after, err := is.apply(at, event, now)
		if to := w.next[before][event]; to == "" {
			requireStateError(t, err, object, string(before), string(event))
			if after != at {
				t.Fatalf("refused, and changed: %v, was %v", after, at)
			}
		} else {
			require.NoError(t, err)
			if slices.Contains(final, before) {
				t.Fatalf("%s leads out of %s", event, before)
			}
			expected := at
			*is.stored(&expected) = to
			if after != expected {
				t.Fatalf("%s of what is %s gives %v, want %v", event, before, after, expected)
			}
			if to == open {
				*is.deadline(&after) = is.deadline(&after).Add(time.Duration(steps[2]) * time.Microsecond)
			}
		}
		at = after
	}
}
