package workflowtest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// anyGates gives and takes at random, and looks each time whether what is told of
// the gate is what a check answers.
func anyGates(t *testing.T, open Open) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			g := &gateWalk{World: gated(t, open), rng: rand.New(rand.NewPCG(seed, 11)), told: map[bool]int{}}
			g.units = []accessmgmt.UnitID{{}, {}, g.unit("Usine").ID, g.unit("Atelier").ID}
			for i := range 3 {
				g.people = append(g.people, Person("Pat", fmt.Sprintf("Walker-%d", i)))
				g.give(g.people[i], g.days(groundOther, 1)) // so that he is known
			}
			for range 120 {
				g.step()
			}
			g.RequireIntact()
			require.Greater(t, g.told[true], 5, "gates were shut")
			require.Greater(t, g.told[false], 5, "and open")
		})
	}
}

type gateWalk struct {
	*World
	rng    *rand.Rand
	people []accessmgmt.Actor
	units  []accessmgmt.UnitID
	asked  []invitation.Request
	// told counts the gates told missing, and those that weren't.
	told map[bool]int
}

func (g *gateWalk) line() invitation.Line {
	start := g.Svc.Today().AddDays(max(0, g.rng.IntN(9)-4))
	period := roles.From(start)
	if g.rng.IntN(3) > 0 {
		period = roles.Between(start, start.AddDays(g.rng.IntN(8)))
	}
	return invitation.Line{Role: pick(g.rng, []roles.Code{groundRole, groundOther, houseRole, houseTwo, roofRole, roofRole}), Unit: pick(g.rng, g.units), Period: period}
}

// running is some assignment that is in force or to come; false when there is none.
func (g *gateWalk) running() (accessmgmt.RoleAssignment, bool) {
	var all []accessmgmt.RoleAssignment
	for _, a := range g.assignmentsOf(pick(g.rng, g.people)) {
		if state := a.StateAt(g.Clock.Now()); state == roles.Active || state == roles.Scheduled {
			all = append(all, a)
		}
	}
	if len(all) == 0 {
		return accessmgmt.RoleAssignment{}, false
	}
	return pick(g.rng, all), true
}

func (g *gateWalk) step() {
	switch g.rng.IntN(7) {
	case 0, 1:
		c := g.assignsTo(pick(g.rng, g.people), g.line(), g.line(), g.line())
		c.Lines = c.Lines[:1+g.rng.IntN(3)]
		results, err := g.Svc.Assign(g.Ctx, g.GAP, c)
		require.NoError(g, err)
		for _, r := range results {
			g.look(r.Value.Assignment, r.Value.GateMissing, r.Value.Request, r.Err)
		}
	case 2:
		if a, ok := g.running(); ok {
			done, err := g.Svc.Replace(g.Ctx, g.GAP, accessmgmt.Replace{Enterprise: g.Acme, Assignment: a.ID, Line: g.line()})
			g.look(done.Given, done.GateMissing, done.Request, err)
		}
	case 3:
		if a, ok := g.running(); ok {
			results, err := g.Svc.Extend(g.Ctx, g.GAP, accessmgmt.Extend{Enterprise: g.Acme, Assignments: []accessmgmt.AssignmentID{a.ID}, Until: a.Period.Start().AddDays(8 + g.rng.IntN(4))})
			require.NoError(g, err)
			g.look(results[0].Value.Assignment, results[0].Value.GateMissing, results[0].Value.Request, results[0].Err)
		}
	case 4:
		if len(g.asked) > 0 {
			results, err := g.Svc.Approve(g.Ctx, cora, accessmgmt.Approve{Requests: refs(g.asked...)})
			require.NoError(g, err)
			g.asked = nil
			for _, r := range results {
				g.look(r.Value.Assignment, r.Value.GateMissing, invitation.Request{}, r.Err)
			}
		}
	case 5:
		if a, ok := g.running(); ok {
			c := accessmgmt.End{Enterprise: g.Acme, Assignments: []accessmgmt.AssignmentID{a.ID}}
			if g.rng.IntN(2) == 0 {
				c.On = g.Svc.Today().AddDays(g.rng.IntN(4))
			}
			_, err := g.Svc.End(g.Ctx, g.GAP, c)
			require.NoError(g, err)
		}
	default:
		g.Clock.Advance(time.Duration(g.rng.IntN(40)) * time.Hour)
	}
}

// look compares what was told of an assignment with what a check answers.
func (g *gateWalk) look(a accessmgmt.RoleAssignment, missing roles.ApplicationCode, asked invitation.Request, err error) {
	g.Helper()
	switch {
	case err != nil:
		if !errors.Is(err, accessmgmt.ErrInvalid) {
			require.ErrorIs(g, err, accessmgmt.ErrState)
		}
	case !asked.ID.IsZero():
		require.Empty(g, missing)
		g.asked = append(g.asked, asked)
	case g.stored(a).Version == a.Version: // or the same command has ended it
		g.requireGate(a, missing, "%s %s", a.Role, a.Period)
		if role, _ := g.Svc.Catalogue().Role(a.Role); role.Gate != "" {
			g.told[missing != ""]++
		}
	}
}
