package storagetest

import (
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
)

var deadCases = []testCase{
	{"what waits and what is dead is counted", countWaiting},
	{"dead messages are found, of all enterprises or of one", findDead},
	{"a dead message is tried anew", reviveDead},
	{"a dead message is dropped", dropDead},
	{"nothing but a dead message is resolved", resolveOthers},
	{"many dead messages are resolved at once", resolveMany},
	{"a dead message that a commit erases is dropped", eraseDead},
}

var forgetCases = []testCase{
	{"what was finished long ago is erased", forgetFinished},
	{"no more are erased than asked for, the earliest first", forgetLimit},
	{"what is pending is never erased", forgetPending},
	{"a dead message that was erased is dropped", forgetDead},
}

func refTo(m accessmgmt.Message) accessmgmt.MessageRef {
	return accessmgmt.MessageRef{Enterprise: m.Enterprise, Message: m.ID}
}

// dead is a message that was set aside at an instant.
func (s *suite) dead(e accessmgmt.Enterprise, at time.Time) accessmgmt.Message {
	m := s.message(e)
	m.State, m.Attempts, m.LastError, m.FinishedAt = accessmgmt.MessageDead, 3, "550 5.1.1", at
	return m
}

// deadIn commits n dead messages, the nth created n minutes after base.
func (s *suite) deadIn(e accessmgmt.Enterprise, n int) (accessmgmt.Enterprise, []accessmgmt.Message) {
	s.t.Helper()
	c := s.next(e)
	for i := range n {
		m := s.dead(e, after(hour))
		m.CreatedAt = after(time.Duration(i) * time.Minute)
		c.Messages = append(c.Messages, m)
	}
	s.commit(c)
	return c.Enterprise, c.Messages
}

func (s *suite) deadNow(e accessmgmt.EnterpriseID) []accessmgmt.Message {
	s.t.Helper()
	found, err := s.DeadMessages(s.ctx, e, accessmgmt.Page{Limit: 1_000})
	s.ok(err, "DeadMessages finds")
	return found
}

func (s *suite) requireCounts(want accessmgmt.MessageCounts, why string) {
	s.t.Helper()
	got, err := s.CountMessages(s.ctx)
	s.ok(err, "CountMessages counts")
	require.Equal(s.t, want, got, why)
}

func countWaiting(s *suite) {
	s.requireCounts(accessmgmt.MessageCounts{}, "a fresh store has no messages")
	all := s.messages(4) // a minute apart
	s.deadIn(s.registered(), 3)
	s.requireCounts(accessmgmt.MessageCounts{Pending: 4, Dead: 3, Oldest: base}, "what is to be sent and what is dead is counted, of all enterprises")
	claim, _ := s.claim(after(hour), after(2*hour), 3)
	s.requireCounts(accessmgmt.MessageCounts{Pending: 4, Dead: 3, Oldest: base}, "what a claim holds is still to be sent")
	for i, o := range []accessmgmt.Outcome{
		{State: accessmgmt.MessageSent, At: after(hour)},
		{State: accessmgmt.MessagePending, At: after(hour), NextAt: after(9 * hour), Error: "no"},
		{State: accessmgmt.MessageDead, At: after(hour), Error: "no"},
	} {
		s.finish(all[i], claim, o)
	}
	s.requireCounts(accessmgmt.MessageCounts{Pending: 2, Retried: 1, Dead: 4, Oldest: all[1].CreatedAt},
		"the oldest is by when it was written, whether it is due or not, and one that failed is counted among those to be sent")
}

func findDead(s *suite) {
	require.Empty(s.t, s.deadNow(accessmgmt.EnterpriseID{}))
	e, mine := s.deadIn(s.registered(), 5)
	other, others := s.deadIn(s.registered(), 2)
	c := s.next(e)
	c.Messages = append(c.Messages, s.message(e))
	s.commit(c)
	s.same(mine, s.deadNow(e.ID), "the dead messages of an enterprise come whole, the oldest first")
	s.same(others, s.deadNow(other.ID), "those of another enterprise are its own")
	all := slices.Concat(mine, others)
	slices.SortStableFunc(all, func(a, b accessmgmt.Message) int { return a.CreatedAt.Compare(b.CreatedAt) }) // ids grow
	s.same(all, s.deadNow(accessmgmt.EnterpriseID{}), "those of all come the oldest first, then by id")

	page := accessmgmt.Page{Limit: 3, Newest: true}
	got, err := s.DeadMessages(s.ctx, accessmgmt.EnterpriseID{}, page)
	s.ok(err, "DeadMessages finds")
	slices.Reverse(all)
	s.same(all[:3], got, "a page of the newest has the latest first")
	page.After = accessmgmt.PageKey{At: got[2].CreatedAt, ID: got[2].ID.UUID}
	got, err = s.DeadMessages(s.ctx, accessmgmt.EnterpriseID{}, page)
	s.ok(err, "DeadMessages finds")
	s.same(all[3:6], got, "and the next page goes on after it")
}

func (s *suite) resolve(want int, refs []accessmgmt.MessageRef, o accessmgmt.Outcome) {
	s.t.Helper()
	n, err := s.ResolveMessages(s.ctx, refs, o)
	s.ok(err, "ResolveMessages resolves")
	require.Equal(s.t, want, n, "ResolveMessages returns how many were dead")
}

func reviveDead(s *suite) {
	e, all := s.deadIn(s.registered(), 2)
	s.resolve(1, []accessmgmt.MessageRef{refTo(all[1])}, accessmgmt.Outcome{State: accessmgmt.MessagePending, At: after(2 * hour), NextAt: after(3 * hour)})
	s.same(all[:1], s.deadNow(e.ID), "a message that is to be tried anew is dead no more, the others are")
	_, early := s.claim(after(3*hour-micro), after(9*hour), 10)
	require.Empty(s.t, early, "it isn't taken before it is due")
	_, got := s.claim(after(3*hour), after(9*hour), 10)
	want := all[1]
	want.State, want.Attempts, want.NextAt, want.FinishedAt = accessmgmt.MessagePending, 0, after(3*hour), time.Time{}
	s.same([]accessmgmt.Message{want}, got, "a message that is tried anew has no attempts, and keeps its last error")
}

func dropDead(s *suite) {
	e, all := s.deadIn(s.registered(), 2)
	refs := []accessmgmt.MessageRef{refTo(all[0]), refTo(all[1])}
	s.resolve(2, refs, accessmgmt.Outcome{State: accessmgmt.MessageDropped, At: after(50 * hour)})
	require.Empty(s.t, s.deadNow(e.ID))
	require.Empty(s.t, s.claimable(), "a message that was dropped is never taken again")
	s.resolve(0, refs, accessmgmt.Outcome{State: accessmgmt.MessagePending, At: base, NextAt: base})
	s.forget(0, after(50*hour), 10)
	s.forget(2, after(50*hour+micro), 10) // finished when it was dropped, not when it died
}

func resolveOthers(s *suite) {
	e, all := s.deadIn(s.registered(), 1)
	other := s.registered()
	c := s.next(e)
	for _, state := range []accessmgmt.MessageState{accessmgmt.MessagePending, accessmgmt.MessageSent, accessmgmt.MessageDropped} {
		m := s.message(e)
		m.State, m.Attempts, m.NextAt = state, 1, after(9*hour)
		c.Messages = append(c.Messages, m)
	}
	s.commit(c)
	for _, state := range []accessmgmt.MessageState{accessmgmt.MessagePending, accessmgmt.MessageDropped} {
		refs := []accessmgmt.MessageRef{{Enterprise: other.ID, Message: all[0].ID}, {Enterprise: e.ID, Message: accessmgmt.MessageID{UUID: s.id()}}}
		for _, m := range c.Messages {
			refs = append(refs, refTo(m))
		}
		s.resolve(0, refs, accessmgmt.Outcome{State: state, At: base, NextAt: base})
	}
	s.resolve(0, nil, accessmgmt.Outcome{State: accessmgmt.MessagePending, At: base, NextAt: base})
	s.same(c.Messages[:1], s.claimable(), "a message that isn't dead stays as it is")
	s.same(all, s.deadNow(e.ID), "one of another enterprise isn't there")
}

func eraseDead(s *suite) {
	e, all := s.deadIn(s.registered(), 1)
	left := emptied(all[0])
	left.State = accessmgmt.MessageDropped
	s.commit(s.erases(e, accessmgmt.Erase{Messages: []accessmgmt.Message{left}}))
	require.Empty(s.t, s.deadNow(e.ID))
	s.resolve(0, mapped(all, refTo), accessmgmt.Outcome{State: accessmgmt.MessagePending, At: base, NextAt: base})
	require.Empty(s.t, s.claimable(), "nobody has sent what was erased")
}

func resolveMany(s *suite) {
	const many = 700
	_, all := s.deadIn(s.registered(), many)
	refs := mapped(all, refTo)
	s.resolve(many, append(refs, refs[:5]...), accessmgmt.Outcome{State: accessmgmt.MessagePending, At: base, NextAt: base})
	require.Equal(s.t, ids(all), ids(s.claimable()))
}

// forget erases what was finished before an instant, and wants so many of them.
func (s *suite) forget(want int, before time.Time, limit int) {
	s.t.Helper()
	n, err := s.ForgetMessages(s.ctx, accessmgmt.Forget{Before: before, At: after(900 * hour), Limit: limit})
	s.ok(err, "ForgetMessages erases")
	require.Equal(s.t, want, n, "ForgetMessages returns how many it erased")
}

// toPerson is a message that names people.
func (s *suite) toPerson(e accessmgmt.Enterprise) accessmgmt.Message {
	m := s.message(e)
	m.To = accessmgmt.Addressee{Kind: accessmgmt.ToUser, Person: s.personID(), Name: "Anne Dubois", Email: invitation.MustParseEmail("anne@example.be"), Language: "nl"}
	m.Data, m.LastError = map[string]string{"person": "Anne Dubois"}, "<anne@example.be> refused"
	return m
}

func forgotten(m accessmgmt.Message) accessmgmt.Message {
	m.To.Name, m.To.Email, m.Data, m.Also, m.LastError = "", accessmgmt.Email{}, nil, nil, ""
	return m
}

// forgetFinished looks at what is left by way of messages that are pending and
// yet have an instant at which they were finished, which nobody else writes.
func forgetFinished(s *suite) {
	e := s.registered()
	c := s.next(e)
	for i := range 2 {
		m := s.toPerson(e)
		m.FinishedAt = after(hour + time.Duration(i)*time.Microsecond)
		c.Messages = append(c.Messages, m)
	}
	s.commit(c)
	s.forget(0, after(hour), 10)
	s.same(c.Messages, s.claimable(), "what was finished at the very instant isn't before it")
	s.forget(1, after(hour+micro), 10)
	s.same([]accessmgmt.Message{forgotten(c.Messages[0]), c.Messages[1]}, s.claimable(), "names, addresses and texts are erased; ids, the event, the language and instants stay")
	s.forget(1, after(9*hour), 10)
	s.forget(0, after(9*hour), 10)
}

func forgetLimit(s *suite) {
	all := s.messages(5)
	claim, _ := s.claim(after(hour), after(2*hour), 10)
	for i, minutes := range []int{3, 1, 5, 2, 4} {
		s.finish(all[i], claim, accessmgmt.Outcome{State: accessmgmt.MessageSent, At: after(hour + time.Duration(minutes)*time.Minute)})
	}
	s.forget(0, after(hour+time.Minute), 10)
	s.forget(2, after(hour+4*time.Minute), 2)
	s.forget(1, after(hour+4*time.Minute), 2)
	s.forget(0, after(hour+4*time.Minute), 2)
	s.forget(2, after(9*hour), 1_000)
}

func forgetPending(s *suite) {
	e := s.registered()
	c := s.next(e)
	c.Messages = append(c.Messages, s.toPerson(e))
	s.commit(c)
	s.forget(0, after(800*hour), 10)
	claim, m := s.claimOne(after(hour), after(2*hour))
	s.finish(m, claim, accessmgmt.Outcome{State: accessmgmt.MessagePending, At: after(hour), NextAt: after(hour)})
	s.forget(0, after(800*hour), 10)
	claim, m = s.claimOne(after(hour), after(2*hour))
	want := c.Messages[0]
	want.Attempts, want.NextAt = 1, after(hour)
	s.same([]accessmgmt.Message{want}, []accessmgmt.Message{m}, "what is yet to be sent is kept whole")
	s.finish(m, claim, accessmgmt.Outcome{State: accessmgmt.MessageDropped, At: after(hour)})
	s.forget(1, after(800*hour), 10)
}

func forgetDead(s *suite) {
	e, all := s.deadIn(s.registered(), 2)
	s.forget(1, after(2*hour), 1)
	require.Len(s.t, s.deadNow(e.ID), 1, "a message that can't be sent any more isn't among those to decide on")
	s.requireCounts(accessmgmt.MessageCounts{Dead: 1}, "nor counted")
	s.forget(1, after(2*hour), 10)
	s.resolve(0, mapped(all, refTo), accessmgmt.Outcome{State: accessmgmt.MessagePending, At: base, NextAt: base})
	require.Empty(s.t, s.claimable(), "and nobody has it sent")
}
