package invitation_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/invitation"
)

// What may follow what, written down from decisions D22, D34 and S1 §3.2, not
// from the code: a row for each state, a column for each event.
const (
	recipientTable = `
		         | accept   | decline  | revoke  | resend
		invited  | accepted | declined | revoked | invited
		accepted | -        | -        | -       | -
		declined | -        | -        | -       | -
		revoked  | -        | -        | -       | -
		expired  | -        | -        | revoked | invited`

	requestTable = `
		          | endorse | approve  | refuse  | withdraw
		pending   | pending | approved | refused | withdrawn
		approved  | -       | -        | -       | -
		refused   | -       | -        | -       | -
		withdrawn | -       | -        | -       | -
		lapsed    | -       | -        | -       | -`
)

// workflow is a table as a test reads it: next[state][event] is where the
// event leads, "" where it leads nowhere.
type workflow[S, E ~string] struct {
	states []S
	events []E
	next   map[S]map[E]S
}

func readWorkflow[S, E ~string](table string) workflow[S, E] {
	w := workflow[S, E]{next: map[S]map[E]S{}}
	for i, line := range strings.Split(strings.TrimSpace(table), "\n") {
		cells := strings.Split(line, "|")
		for j := range cells {
			cells[j] = strings.TrimSpace(cells[j])
		}
		if i == 0 {
			for _, event := range cells[1:] {
				w.events = append(w.events, E(event))
			}
			continue
		}
		state := S(cells[0])
		w.states, w.next[state] = append(w.states, state), map[E]S{}
		for j, to := range cells[1:] {
			w.next[state][w.events[j]] = S(strings.Trim(to, "-"))
		}
	}
	return w
}

func recipientWorkflow() workflow[invitation.RecipientState, invitation.RecipientEvent] {
	return readWorkflow[invitation.RecipientState, invitation.RecipientEvent](recipientTable)
}

func requestWorkflow() workflow[invitation.RequestState, invitation.RequestEvent] {
	return readWorkflow[invitation.RequestState, invitation.RequestEvent](requestTable)
}

// final returns the states that nothing follows.
func (w workflow[S, E]) final() (states []S) {
	for _, s := range w.states {
		if !slices.ContainsFunc(w.events, func(e E) bool { return w.next[s][e] != "" }) {
			states = append(states, s)
		}
	}
	return states
}

// deadline is when the recipients and requests of these tests expire or lapse:
// the end of 9 April 2026 in Brussels.
var deadline = time.Date(2026, time.April, 9, 22, 0, 0, 0, time.UTC)

// around are instants on both sides of the deadline, and whether it has come.
var around = []struct {
	name string
	at   time.Time
	over bool
}{
	{"a year before", deadline.AddDate(-1, 0, 0), false},
	{"a microsecond before", deadline.Add(-time.Microsecond), false},
	{"a nanosecond before", deadline.Add(-time.Nanosecond), false},
	{"on the deadline", deadline, true},
	{"on the deadline, in another zone", deadline.In(brussels), true},
	{"a microsecond after", deadline.Add(time.Microsecond), true},
	{"a year after", deadline.AddDate(1, 0, 0), true},
}

func TestWorkflowStates(t *testing.T) {
	recipient, request := recipientWorkflow(), requestWorkflow()
	require.Len(t, recipient.states, 5)
	require.Len(t, recipient.events, 4)
	require.Len(t, request.states, 5)
	require.Len(t, request.events, 4)
	assert.Equal(t, recipient.states, invitation.RecipientStates())
	assert.Equal(t, recipient.events, invitation.RecipientEvents())
	assert.Equal(t, request.states, invitation.RequestStates())
	assert.Equal(t, request.events, invitation.RequestEvents())

	// The caller may do with them what he likes.
	invitation.RecipientStates()[0], invitation.RecipientEvents()[0] = "x", "x"
	invitation.RequestStates()[0], invitation.RequestEvents()[0] = "x", "x"
	assert.Equal(t, recipient.states, invitation.RecipientStates())
	assert.Equal(t, recipient.events, invitation.RecipientEvents())
	assert.Equal(t, request.states, invitation.RequestStates())
	assert.Equal(t, request.events, invitation.RequestEvents())
}

func TestTransitions(t *testing.T) {
	t.Run("recipient", func(t *testing.T) {
		w := recipientWorkflow()
		assert.Equal(t, []invitation.RecipientState{"accepted", "declined", "revoked"}, w.final())
		checkTransitions(t, w, slices.Collect(invitation.RecipientTransitions()), "invited", "expired")
	})
	t.Run("request", func(t *testing.T) {
		w := requestWorkflow()
		assert.Equal(t, []invitation.RequestState{"approved", "refused", "withdrawn", "lapsed"}, w.final())
		checkTransitions(t, w, slices.Collect(invitation.RequestTransitions()), "pending", "lapsed")
	})
}

// checkTransitions checks the shape of a table whose objects begin in first,
// from which the clock leads to timed.
func checkTransitions[S, E ~string](t *testing.T, w workflow[S, E], table []invitation.Transition[S, E], first, timed S) {
	seen := map[S]map[E]bool{}
	reached := map[S]bool{first: true, timed: true}
	for _, tr := range table {
		assert.Contains(t, w.states, tr.From)
		assert.Contains(t, w.states, tr.To)
		assert.Contains(t, w.events, tr.On)
		assert.Equal(t, w.next[tr.From][tr.On], tr.To, "%s of what is %s", tr.On, tr.From)
		assert.NotEqual(t, timed, tr.To, "only the clock leads there")
		assert.NotContains(t, w.final(), tr.From, "no way leads out of it")
		assert.False(t, seen[tr.From][tr.On], "%s of what is %s is there twice", tr.On, tr.From)
		if seen[tr.From] == nil {
			seen[tr.From] = map[E]bool{}
		}
		seen[tr.From][tr.On], reached[tr.To] = true, true
	}
	for _, s := range w.states {
		assert.True(t, reached[s], "nothing leads to %s", s)
	}
}

func TestTransitionsStopEarly(t *testing.T) {
	for tr := range invitation.RecipientTransitions() {
		assert.Equal(t, invitation.Transition[invitation.RecipientState, invitation.RecipientEvent]{From: "invited", On: "accept", To: "accepted"}, tr)
		break
	}
}
