package storagetest

import (
	"sync"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
)

var claimCases = []testCase{
	{"what one claim holds, no other takes", heldUntil},
	{"a claim that ran out is anybody's", takenOver},
	{"a claim that ran out and was not taken over can still finish", lateFinish},
	{"only the claim that holds a message finishes it", finishOfOthers},
	{"claims at once never hold one message", claimsAtOnce},
	{"claims at once while others commit", claimsWhileCommitting},
}

func heldUntil(s *suite) {
	all := s.messages(2)
	claim, first := s.claim(after(hour), after(2*hour), 1)
	require.Equal(s.t, ids(all[:1]), ids(first))
	again, err := s.ClaimMessages(s.ctx, accessmgmt.Claim{ID: claim, Now: after(hour), Until: after(2 * hour), Limit: 1})
	s.ok(err, "ClaimMessages takes what is pending")
	require.Equal(s.t, ids(all[1:]), ids(again), "a message that is held isn't taken, not by its own claim either")
	_, got := s.claim(after(2*hour-micro), after(3*hour), 10)
	require.Empty(s.t, got, "a claim holds until the microsecond before its end")
	_, got = s.claim(after(2*hour), after(3*hour), 10)
	require.Equal(s.t, ids(all), ids(got), "a claim that ran out holds nothing from that instant on")
}

func takenOver(s *suite) {
	s.messages(1)
	first, m := s.claimOne(after(hour), after(2*hour))
	second, _ := s.claimOne(after(2*hour), after(3*hour))

	for _, state := range []accessmgmt.MessageState{accessmgmt.MessageSent, accessmgmt.MessageDropped, accessmgmt.MessageDead, accessmgmt.MessagePending} {
		o := accessmgmt.Outcome{State: state, At: after(2 * hour), NextAt: base, Error: "slow"}
		s.fails(s.FinishMessage(s.ctx, m.Enterprise, m.ID, first, o), accessmgmt.ErrConflict, "a claim that another took over no longer holds the message")
	}
	_, got := s.claim(after(3*hour-micro), after(9*hour), 1)
	require.Empty(s.t, got, "a finish that was refused doesn't free the message for others")
	s.finish(m, second, accessmgmt.Outcome{State: accessmgmt.MessagePending, At: after(2 * hour), NextAt: base})
	got = s.claimable()
	require.Len(s.t, got, 1)
	require.Equal(s.t, 1, got[0].Attempts, "a finish that was refused counts no attempt")
	require.Empty(s.t, got[0].LastError, "a finish that was refused writes no error")
}

func lateFinish(s *suite) {
	s.messages(1)
	claim, m := s.claimOne(after(hour), after(2*hour))
	o := accessmgmt.Outcome{State: accessmgmt.MessageSent, At: after(5 * hour)}
	s.ok(s.FinishMessage(s.ctx, m.Enterprise, m.ID, claim, o),
		"a claim that ran out still holds while nobody took it over: a message that was sent late must not be sent twice")
	require.Empty(s.t, s.claimable(), "a message that was sent is never taken again")
}

func finishOfOthers(s *suite) {
	all := s.messages(2)
	other := s.registered()
	sent := accessmgmt.Outcome{State: accessmgmt.MessageSent, At: after(hour)}
	why := "only the claim that holds a message finishes it"
	s.fails(s.FinishMessage(s.ctx, all[0].Enterprise, all[0].ID, accessmgmt.ClaimID{}, sent), accessmgmt.ErrConflict, "a message that nobody took isn't held by the zero claim")

	claim, _ := s.claim(after(hour), after(2*hour), 1)
	s.fails(s.FinishMessage(s.ctx, all[0].Enterprise, all[0].ID, accessmgmt.ClaimID{}, sent), accessmgmt.ErrConflict, why)
	s.fails(s.FinishMessage(s.ctx, all[0].Enterprise, all[0].ID, accessmgmt.ClaimID{UUID: s.id()}, sent), accessmgmt.ErrConflict, why)
	s.fails(s.FinishMessage(s.ctx, all[1].Enterprise, all[1].ID, claim, sent), accessmgmt.ErrConflict, "a claim finishes only what it took")
	s.fails(s.FinishMessage(s.ctx, other.ID, all[0].ID, claim, sent), accessmgmt.ErrConflict, "a message of another enterprise isn't there, and so isn't held")
	s.fails(s.FinishMessage(s.ctx, other.ID, accessmgmt.MessageID{UUID: s.id()}, claim, sent), accessmgmt.ErrConflict, "a message that isn't there isn't held")
	require.Equal(s.t, ids(all), ids(s.claimable()), "a finish that was refused changes nothing")
}

// claimsAtOnce has dispatchers take all messages at one instant. In the end
// each message was taken exactly once.
func claimsAtOnce(s *suite) {
	const workers, rounds, limit = 8, 6, 5
	all := s.messages(workers * rounds * limit)
	claims := make([]accessmgmt.ClaimID, workers)
	for i := range claims {
		claims[i] = accessmgmt.ClaimID{UUID: s.id()}
	}
	taken := make([][]accessmgmt.MessageID, workers)
	errs := atOnce(workers, func(worker int) error {
		for range rounds {
			messages, err := s.ClaimMessages(s.ctx, accessmgmt.Claim{ID: claims[worker], Now: after(9 * hour), Until: after(10 * hour), Limit: limit})
			if err != nil {
				return err
			}
			taken[worker] = append(taken[worker], ids(messages)...)
			for _, m := range messages {
				if err := s.FinishMessage(s.ctx, m.Enterprise, m.ID, claims[worker], accessmgmt.Outcome{State: accessmgmt.MessageSent, At: after(9 * hour)}); err != nil {
					return err
				}
			}
		}
		return nil
	})
	s.allOK(errs, "dispatchers can work at once, and each finishes what it took")
	_, rest := s.claim(after(9*hour), after(10*hour), len(all))
	s.eachOnce(all, append(taken, ids(rest)))
}

// eachOnce wants each message to have been taken exactly once.
func (s *suite) eachOnce(all []accessmgmt.Message, taken [][]accessmgmt.MessageID) {
	s.t.Helper()
	times := map[accessmgmt.MessageID]int{}
	for _, list := range taken {
		for _, id := range list {
			times[id]++
			require.Equal(s.t, 1, times[id], "two claims never hold one message at a time: somebody would get it twice")
		}
	}
	for _, m := range all {
		require.Equal(s.t, 1, times[m.ID], "a message that is pending is taken in the end; none is lost")
	}
}

func claimsWhileCommitting(s *suite) {
	const enterprises, commits = 3, 12
	var changes [enterprises][]accessmgmt.Changes
	var all []accessmgmt.Message
	for i := range changes {
		e := s.registered()
		for range commits {
			c := s.next(e)
			c.Messages = append(c.Messages, s.message(e), s.message(e))
			changes[i] = append(changes[i], c)
			all = append(all, c.Messages...)
			e = c.Enterprise
		}
	}
	claims := [2]accessmgmt.ClaimID{{UUID: s.id()}, {UUID: s.id()}}
	var mu sync.Mutex
	var taken [][]accessmgmt.MessageID
	take := func(claim accessmgmt.ClaimID) error {
		messages, err := s.ClaimMessages(s.ctx, accessmgmt.Claim{ID: claim, Now: after(hour), Until: after(hour + time.Minute), Limit: 7})
		mu.Lock()
		defer mu.Unlock()
		taken = append(taken, ids(messages))
		return err
	}
	errs := atOnce(enterprises+len(claims), func(i int) error {
		if i < enterprises {
			for _, c := range changes[i] {
				if err := s.Commit(s.ctx, c); err != nil {
					return err
				}
			}
			return nil
		}
		for range commits {
			if err := take(claims[i-enterprises]); err != nil {
				return err
			}
		}
		return nil
	})
	s.allOK(errs, "commits and claims don't stand in each other's way")
	_, rest := s.claim(after(hour), after(2*hour), len(all))
	s.eachOnce(all, append(taken, ids(rest)))
}
