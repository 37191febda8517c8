package storagetest

import (
	"fmt"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
)

var outboxCases = []testCase{
	{"messages are taken the oldest first", oldestFirst},
	{"messages of one instant are taken in the order of their ids", oldestFirstByID},
	{"messages never tried are taken before those that failed", untriedFirst},
	{"no more are taken than asked for", claimLimit},
	{"messages are taken when they are due", claimDue},
	{"messages that need no sending are never taken", neverTaken},
	{"a message that was sent is never taken again", finishSent},
	{"a message that was dropped is never taken again", finishDropped},
	{"a message that is dead is never taken again", finishDead},
	{"a message is given back as it was", finishUntried},
	{"a message is tried again when it is due again", finishPending},
	{"attempts count what was finished", attemptsCount},
	{"the last error is kept", lastErrorKept},
}

// claim takes messages under a new claim.
func (s *suite) claim(now, until time.Time, limit int) (accessmgmt.ClaimID, []accessmgmt.Message) {
	s.t.Helper()
	id := accessmgmt.ClaimID{UUID: s.id()}
	messages, err := s.ClaimMessages(s.ctx, accessmgmt.Claim{ID: id, Now: now, Until: until, Limit: limit})
	s.ok(err, "ClaimMessages takes what is pending")
	return id, messages
}

// claimOne takes the one message that there is to take.
func (s *suite) claimOne(now, until time.Time) (accessmgmt.ClaimID, accessmgmt.Message) {
	s.t.Helper()
	claim, messages := s.claim(now, until, 10)
	require.Len(s.t, messages, 1, "there is one message to take")
	return claim, messages[0]
}

// finish records what became of a message that the claim holds.
func (s *suite) finish(m accessmgmt.Message, claim accessmgmt.ClaimID, o accessmgmt.Outcome) {
	s.t.Helper()
	s.ok(s.FinishMessage(s.ctx, m.Enterprise, m.ID, claim, o), "FinishMessage records what became of a message that the claim holds")
}

// messages commits n messages, the nth created n minutes after base and due at
// once.
func (s *suite) messages(n int) []accessmgmt.Message {
	s.t.Helper()
	e := s.registered()
	c := s.next(e)
	for i := range n {
		m := s.message(e)
		m.CreatedAt = after(time.Duration(i) * time.Minute)
		m.NextAt = m.CreatedAt
		c.Messages = append(c.Messages, m)
	}
	s.commit(c)
	return c.Messages
}

func ids(messages []accessmgmt.Message) []accessmgmt.MessageID {
	return mapped(messages, func(m accessmgmt.Message) accessmgmt.MessageID { return m.ID })
}

func oldestFirst(s *suite) {
	var all []accessmgmt.Message
	for range 2 {
		e := s.registered()
		for range 5 {
			all = append(all, s.message(e))
		}
	}
	age := []int{4, 9, 0, 7, 2, 5, 1, 8, 3, 6} // the enterprises mixed
	want := make([]accessmgmt.MessageID, len(all))
	for i, minutes := range age {
		all[i].CreatedAt = after(time.Duration(minutes) * time.Minute)
		all[i].NextAt = after(time.Duration(20-minutes) * time.Minute) // the other way round
		want[minutes] = all[i].ID
	}
	s.commitMessages(all)
	_, got := s.claim(after(hour), after(2*hour), 4)
	require.Equal(s.t, want[:4], ids(got), "the messages of all enterprises are taken the oldest first, by when they were created")
	_, got = s.claim(after(hour), after(2*hour), 100)
	require.Equal(s.t, want[4:], ids(got), "the messages of all enterprises are taken the oldest first, by when they were created")
}

// commitMessages commits messages, each in its own enterprise.
func (s *suite) commitMessages(all []accessmgmt.Message) {
	s.t.Helper()
	byEnterprise := map[accessmgmt.EnterpriseID][]accessmgmt.Message{}
	for _, m := range all {
		byEnterprise[m.Enterprise] = append(byEnterprise[m.Enterprise], m)
	}
	for id, messages := range byEnterprise {
		e, err := s.Enterprise(s.ctx, id)
		s.ok(err, "Enterprise finds it")
		c := s.next(e)
		c.Messages = messages
		s.commit(c)
	}
}

func oldestFirstByID(s *suite) {
	e := s.registered()
	c := s.next(e)
	for range 6 {
		c.Messages = append(c.Messages, s.message(e))
	}
	want := ids(c.Messages)
	m := c.Messages
	m[0], m[1], m[2], m[3], m[4], m[5] = m[4], m[2], m[5], m[0], m[3], m[1]
	s.commit(c)
	_, got := s.claim(base, after(hour), 10)
	require.Equal(s.t, want, ids(got), "messages created at one instant are taken in the order of their ids")
}

func untriedFirst(s *suite) {
	e := s.registered()
	c := s.next(e)
	for i, attempts := range []int{2, 0, 1, 0, 2, 11} {
		m := s.message(e)
		m.CreatedAt, m.Attempts = after(time.Duration(i)*time.Minute), attempts
		c.Messages = append(c.Messages, m)
	}
	want := ids(c.Messages)
	s.commit(c)
	claim, got := s.claim(after(hour), after(2*hour), 3)
	require.Equal(s.t, []accessmgmt.MessageID{want[1], want[3], want[2]}, ids(got), "those with the fewest attempts are taken first, of these the oldest: what fails never keeps back what is new")
	s.finish(got[0], claim, accessmgmt.Outcome{State: accessmgmt.MessagePending, At: after(hour), NextAt: after(hour), Error: "no"})
	_, got = s.claim(after(hour), after(2*hour), 10)
	require.Equal(s.t, []accessmgmt.MessageID{want[1], want[0], want[4], want[5]}, ids(got), "an attempt that failed moves a message behind those that had fewer")
}

func finishUntried(s *suite) {
	s.messages(1)
	claim, m := s.claimOne(after(hour), after(9*hour))
	s.finish(m, claim, accessmgmt.Outcome{State: accessmgmt.MessagePending, At: after(hour), NextAt: m.NextAt, Untried: true})
	s.fails(s.FinishMessage(s.ctx, m.Enterprise, m.ID, claim, accessmgmt.Outcome{State: accessmgmt.MessageSent, At: after(hour)}),
		accessmgmt.ErrConflict, "a message that was given back isn't held any more")
	_, again := s.claim(after(hour), after(9*hour), 10)
	s.same([]accessmgmt.Message{m}, again, "a message that was given back untried is anybody's at once, and no attempt is counted")
}

func claimLimit(s *suite) {
	all := s.messages(7)
	var got []accessmgmt.MessageID
	for _, want := range []int{3, 3, 1, 0} {
		_, messages := s.claim(after(hour), after(2*hour), 3)
		require.Len(s.t, messages, want, "a claim takes up to its limit, and as many as there are")
		got = append(got, ids(messages)...)
	}
	require.Equal(s.t, ids(all), got, "claims that follow on each other take each message once")
}

func claimDue(s *suite) {
	e := s.registered()
	c := s.next(e)
	c.Messages = append(c.Messages, s.message(e))
	c.Messages[0].NextAt = after(hour)
	s.commit(c)
	_, got := s.claim(after(hour-micro), after(2*hour), 10)
	require.Empty(s.t, got, "a message isn't taken a microsecond before it is due")
	_, got = s.claim(after(hour), after(2*hour), 10)
	s.same(c.Messages, got, "a message is taken at the very instant it is due")
}

func neverTaken(s *suite) {
	e := s.registered()
	c := s.next(e)
	for _, state := range []accessmgmt.MessageState{accessmgmt.MessageSent, accessmgmt.MessageDropped, accessmgmt.MessageDead} {
		m := s.message(e)
		m.State = state
		c.Messages = append(c.Messages, m)
	}
	s.commit(c)
	require.Empty(s.t, s.claimable(), "a message that was sent or dropped when it was written is never taken")

	refused := s.next(e)
	refused.Messages = append(refused.Messages, s.message(e))
	s.refused(refused, accessmgmt.ErrConflict, "epochs are compared")
	require.Empty(s.t, s.claimable(), "the messages of a changeset that was refused are never there to be sent")
}

func finishSent(s *suite)    { s.finished(accessmgmt.MessageSent) }
func finishDropped(s *suite) { s.finished(accessmgmt.MessageDropped) }
func finishDead(s *suite)    { s.finished(accessmgmt.MessageDead) }

func (s *suite) finished(state accessmgmt.MessageState) {
	s.t.Helper()
	all := s.messages(2)
	claim, got := s.claim(after(hour), after(2*hour), 10)
	require.Equal(s.t, ids(all), ids(got))
	s.finish(got[0], claim, accessmgmt.Outcome{State: state, At: after(hour)})
	s.fails(s.FinishMessage(s.ctx, all[0].Enterprise, all[0].ID, claim, accessmgmt.Outcome{State: accessmgmt.MessagePending, At: after(hour), NextAt: base}),
		accessmgmt.ErrConflict, fmt.Sprintf("a message is finished once; no claim holds one that is %s", state))
	require.Equal(s.t, ids(all[1:]), ids(s.claimable()), "a message that is %s is never taken again, and the others still are", state)
}

func finishPending(s *suite) {
	s.messages(1)
	claim, m := s.claimOne(after(hour), after(9*hour))
	s.finish(m, claim, accessmgmt.Outcome{State: accessmgmt.MessagePending, At: after(hour), NextAt: after(2 * hour), Error: "greylisted"})
	s.fails(s.FinishMessage(s.ctx, m.Enterprise, m.ID, claim, accessmgmt.Outcome{State: accessmgmt.MessageSent, At: after(hour)}),
		accessmgmt.ErrConflict, "a message that was put back isn't held any more")
	_, again := s.claim(after(2*hour-micro), after(9*hour), 10)
	require.Empty(s.t, again, "a message that was put back isn't taken before it is due again")
	_, again = s.claim(after(2*hour), after(9*hour), 10)
	m.Attempts, m.NextAt, m.LastError = 1, after(2*hour), "greylisted"
	s.same([]accessmgmt.Message{m}, again, "a message that was put back is taken when it is due again, by anybody, though the claim had not run out")
}

func attemptsCount(s *suite) {
	s.messages(1)
	now := after(hour)
	for attempts := range 4 {
		_, m := s.claimOne(now, now.Add(hour))
		require.Equal(s.t, attempts, m.Attempts, "each attempt that was finished counts")
		now = now.Add(hour) // the first claim runs out, which doesn't count
		claim, m := s.claimOne(now, now.Add(hour))
		require.Equal(s.t, attempts, m.Attempts, "an attempt that was never finished doesn't count")
		s.finish(m, claim, accessmgmt.Outcome{State: accessmgmt.MessagePending, At: now, NextAt: now, Error: "again"})
	}
}

func lastErrorKept(s *suite) {
	s.messages(1)
	now, want := after(hour), ""
	for _, said := range []string{"", "no route", "", "550 no such user", ""} {
		claim, m := s.claimOne(now, now.Add(hour))
		require.Equal(s.t, want, m.LastError, "LastError is what the mailer last said, and empty only when it never failed")
		s.finish(m, claim, accessmgmt.Outcome{State: accessmgmt.MessagePending, At: now, NextAt: base, Error: said})
		if said != "" {
			want = said
		}
	}
	_, m := s.claimOne(now, now.Add(hour))
	require.Equal(s.t, want, m.LastError, "LastError is what the mailer last said, and empty only when it never failed")
}
