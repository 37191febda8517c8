package verify_test

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/internal/workflowtest"
	"github.com/egovroles/egovroles/storage/memory"
)

// histories is how many are recorded on each engine; a nightly run asks for more:
// go test ./internal/verify -run 'Linear|Stale' -histories 1000.
var histories = flag.Int("histories", 25, "how many histories the linearizability tests record on each engine")

// patience is how long porcupine may look for an order of one history. It takes
// milliseconds; it would take for ever for one with too much at once.
const porcupinePatience = time.Minute

// everything is a script in which each deed comes, those on roles and the checks
// more often.
var everything = []deed{
	toDesignate, toDesignate, toDesignate, toVacate, toSuspend, toResume, toResume, toResume, toName, toName, toRemove, toRemove,
	toInvite, toInvite, toInvite, toInvite, toRevoke, toAccept, toAccept, toAccept, toAccept, toDecline,
	toApprove, toApprove, toApprove, toApprove, toRefuse, toRefuse, toWithdraw, toWithdraw,
	toAssign, toAssign, toAssign, toReplace, toReplace, toReplace, toExtend, toExtend, toEnd, toEnd, toGiveBack, toGiveBack,
	toCheck, toCheck, toCheck, toCheck, toCheck, toCheck, toCheck, toCheck, toList, toList, toListTasks, toSeeManagers,
}

// takingAway is a script of roles that come and go, and checks.
var takingAway = []deed{
	toDesignate, toDesignate, toVacate, toSuspend, toResume, toResume, toResume, toAssign, toAssign, toAssign, toAssign, toReplace, toReplace,
	toEnd, toEnd, toEnd, toGiveBack, toCheck, toCheck, toCheck, toCheck, toCheck, toCheck, toCheck, toCheck, toCheck, toCheck,
}

func (s *stage) begin(enterprise int) ledger { return s.firms[enterprise].begin }

// linear asks porcupine about a history.
func (s *stage) linear(history []porcupine.Operation) porcupine.CheckResult {
	return porcupine.CheckOperationsTimeout(ledgers(s.begin), history, porcupinePatience)
}

// TestLinearizable has several processes play at once on each engine, and wants
// the answers that they got to be those of some order in which they came one by
// one, each between its call and its return. A tenth of one player's commits lose
// their answer.
func TestLinearizable(t *testing.T) {
	onEach(t, func(t *testing.T, open func(testing.TB) accessmgmt.Store) {
		store := open(t)
		done := map[deed]int{}
		refused, lost := 0, 0
		for round := range *histories {
			s := setStage(t, store, round)
			s.open = func(player int, seed uint64) (accessmgmt.Store, *lossy) {
				if player == 0 {
					l := &lossy{Store: store, dice: dice(seed)}
					return dawdling{l, dice(seed + 1)}, l
				}
				return dawdling{store, dice(seed)}, nil
			}
			history := s.record(uint64(round), everything)
			require.Equal(t, porcupine.Ok, s.linear(history), "round %d:\n%s", round, s.told(history))
			require.Empty(t, staleGrants(history), "round %d", round)
			for _, o := range history {
				switch out := o.Output.(outcome); {
				case out.open:
					lost++
				case out.refused:
					refused++
				default:
					done[o.Input.(play).deed]++
				}
			}
			for _, f := range s.firms {
				report, err := s.Svc.VerifyAudit(s.Ctx, workflowtest.Staff(), f.id)
				require.NoError(t, err)
				require.True(t, report.Intact(), "the audit is broken: %+v", report.Broken)
			}
		}
		for _, d := range everything {
			assert.True(t, done[d] > 0 || *histories < 100, "nobody ever came to %s", d) // in few histories what is rare may be refused each time
		}
		assert.Greater(t, len(done), 15, "hardly anything was done")
		assert.NotZero(t, lost)
		t.Logf("%d histories, done %v, refused %d, of unknown outcome %d", *histories, done, refused, lost)
	})
}

// TestNoStaleGrant wants no check that began after a role was taken away, by
// anybody in any process, to say that the role lets somebody do something.
func TestNoStaleGrant(t *testing.T) {
	onEach(t, func(t *testing.T, open func(testing.TB) accessmgmt.Store) {
		store := open(t)
		ended, allowed := 0, 0
		for round := range *histories {
			history := setStage(t, store, round).record(uint64(round), takingAway)
			require.Empty(t, staleGrants(history), "round %d", round)
			for _, o := range history {
				in, out := o.Input.(play), o.Output.(outcome)
				if out.allowed {
					allowed++
				}
				if takes(in.deed) && !out.refused {
					ended++
				}
			}
		}
		assert.NotZero(t, ended)
		assert.NotZero(t, allowed)
		t.Logf("%d roles taken away, %d checks allowed", ended, allowed)
	})
}

func takes(d deed) bool { return d == toEnd || d == toGiveBack || d == toReplace }

// staleGrants returns the checks that rest on a role which somebody had been told
// was taken away before they began.
func staleGrants(history []porcupine.Operation) []string {
	gone := map[uuid.UUID]int64{} // since when
	for _, o := range history {
		if in, out := o.Input.(play), o.Output.(outcome); takes(in.deed) && !out.refused && !out.open {
			gone[in.object] = o.Return
		}
	}
	var stale []string
	for _, o := range history {
		if out := o.Output.(outcome); out.allowed {
			for _, row := range out.rows {
				if since, is := gone[uuid.MustParse(row)]; is && o.Call > since {
					stale = append(stale, fmt.Sprintf("%+v at %d, gone at %d", o.Input, o.Call, since))
				}
			}
		}
	}
	return stale
}

// told writes down what was played in the enterprises for whose history there is
// no order, in the order of the calls.
func (s *stage) told(history []porcupine.Operation) string {
	var all strings.Builder
	for _, part := range ledgers(s.begin).Partition(history) {
		if s.linear(part) == porcupine.Ok {
			continue
		}
		slices.SortFunc(part, func(a, b porcupine.Operation) int { return int(a.Call - b.Call) })
		fmt.Fprintf(&all, "enterprise %d, beginning at %+v\n", part[0].Input.(play).enterprise, s.begin(part[0].Input.(play).enterprise))
		for _, o := range part {
			fmt.Fprintf(&all, "%4d-%-4d %s %s\n", o.Call, min(o.Return, s.stamps.Load()), o.Input, o.Output)
		}
	}
	return all.String()
}

// TestLinearizableCanFail plays on stores that break a promise, and wants it to
// be seen: one whose checks are answered from a replica that is one commit behind,
// and one that doesn't compare what a commit was decided on with what is there.
func TestLinearizableCanFail(t *testing.T) {
	const rounds, enough = 20, 3
	t.Run("reads lag", func(t *testing.T) {
		t.Parallel()
		store := &lagging{Store: memory.New(), replica: memory.New(), behind: map[accessmgmt.EnterpriseID]accessmgmt.Changes{}}
		illegal, stale := 0, 0
		for round := 0; round < rounds && min(illegal, stale) < enough; round++ {
			s := setStage(t, store, round)
			s.open = func(_ int, seed uint64) (accessmgmt.Store, *lossy) {
				return dawdling{readsLate{store}, dice(seed)}, nil
			}
			history := s.record(uint64(round), takingAway)
			if s.linear(history) == porcupine.Illegal {
				illegal++
			}
			if len(staleGrants(history)) > 0 {
				stale++
			}
		}
		assert.NotZero(t, illegal, "porcupine finds nothing")
		assert.NotZero(t, stale, "no grant is found to be stale")
		t.Logf("%d histories are illegal, %d have stale grants", illegal, stale)
	})
	t.Run("the epoch isn't compared", func(t *testing.T) {
		t.Parallel()
		store := workflowtest.Careless(memory.New())
		illegal := 0
		for round := 0; round < rounds && illegal < enough; round++ {
			s := setStage(t, store, round)
			if s.linear(s.record(uint64(round), everything)) == porcupine.Illegal {
				illegal++
			}
		}
		assert.NotZero(t, illegal, "porcupine finds nothing")
		t.Logf("%d histories are illegal", illegal)
	})
}
