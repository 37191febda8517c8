package roles_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/egovroles/egovroles/roles"
)

// instant reads an RFC 3339 text, in UTC.
func instant(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		panic(err)
	}
	return t.UTC()
}

func TestStateAtEveryBoundary(t *testing.T) {
	var (
		from   = instant("2026-03-01T00:00:00Z")
		to     = instant("2026-04-01T00:00:00Z")
		before = from.Add(-24 * time.Hour)
		middle = from.Add(24 * time.Hour)
		after  = to.Add(24 * time.Hour)
	)
	type step struct {
		since time.Time
		state roles.AssignmentState
	}
	const (
		scheduled = roles.Scheduled
		active    = roles.Active
		expired   = roles.Expired
		ended     = roles.Ended
	)
	never := time.Time{}
	for name, c := range map[string]struct {
		window roles.Window
		ended  time.Time
		steps  []step // the first holds from the beginning of time
	}{
		"with an end":                  {roles.Window{From: from, To: to}, never, []step{{never, scheduled}, {from, active}, {to, expired}}},
		"without an end":               {roles.Window{From: from}, never, []step{{never, scheduled}, {from, active}}},
		"ended before it began":        {roles.Window{From: from, To: to}, before, []step{{never, scheduled}, {before, ended}}},
		"ended as it began":            {roles.Window{From: from, To: to}, from, []step{{never, scheduled}, {from, ended}}},
		"ended while in force":         {roles.Window{From: from, To: to}, middle, []step{{never, scheduled}, {from, active}, {middle, ended}}},
		"ended at its very end":        {roles.Window{From: from, To: to}, to, []step{{never, scheduled}, {from, active}, {to, ended}}},
		"ended when already over":      {roles.Window{From: from, To: to}, after, []step{{never, scheduled}, {from, active}, {to, expired}}},
		"no end, ended before":         {roles.Window{From: from}, before, []step{{never, scheduled}, {before, ended}}},
		"no end, ended as it began":    {roles.Window{From: from}, from, []step{{never, scheduled}, {from, ended}}},
		"no end, ended while in force": {roles.Window{From: from}, middle, []step{{never, scheduled}, {from, active}, {middle, ended}}},
		"a window that holds nothing":  {roles.Window{From: from, To: from}, never, []step{{never, scheduled}, {from, expired}}},
		"a window turned round":        {roles.Window{From: to, To: from}, never, []step{{never, scheduled}, {from, expired}}},
		"the zero window":              {roles.Window{}, never, []step{{never, scheduled}}},
		"the zero window, ended":       {roles.Window{}, middle, []step{{never, scheduled}, {middle, ended}}},
		"a window without a beginning": {roles.Window{To: to}, never, []step{{never, scheduled}, {to, expired}}},
	} {
		t.Run(name, func(t *testing.T) {
			a := roles.Assignment{Window: c.window, EndedAt: c.ended}
			expect := func(at time.Time) (want roles.AssignmentState) {
				for _, s := range c.steps {
					if !at.Before(s.since) {
						want = s.state
					}
				}
				return want
			}
			for _, edge := range []time.Time{before, from, middle, to, after, {}} {
				for _, off := range []time.Duration{-time.Microsecond, -time.Nanosecond, 0, time.Nanosecond, time.Microsecond} {
					at := edge.Add(off)
					if at.Before(time.Time{}) {
						continue
					}
					assert.Equal(t, expect(at), a.StateAt(at), "at %s", at.Format(time.RFC3339Nano))
					// The zone that an instant is written in is no part of it.
					assert.Equal(t, expect(at), a.StateAt(at.In(brussels)))
					assert.Equal(t, a.StateAt(at) == roles.Active, a.InForce().Contains(at), "at %s", at)
				}
			}
		})
	}
}

func TestInForce(t *testing.T) {
	from, to := instant("2026-03-01T00:00:00Z"), instant("2026-04-01T00:00:00Z")
	a := roles.Assignment{Window: roles.Window{From: from, To: to}}
	assert.Equal(t, a.Window, a.InForce())

	a.EndedAt = to.Add(-time.Nanosecond)
	assert.Equal(t, roles.Window{From: from, To: a.EndedAt}, a.InForce())
	assert.Equal(t, to, a.Window.To, "the window that was given stays")

	a.EndedAt = to.Add(time.Nanosecond)
	assert.Equal(t, roles.Window{From: from, To: to}, a.InForce(), "an act never makes it longer")

	a.EndedAt = from
	assert.True(t, a.InForce().Empty())
	a.EndedAt = from.Add(-time.Hour)
	assert.True(t, a.InForce().Empty())
}

func TestCovers(t *testing.T) {
	wide, of1 := roles.Assignment{}, roles.Assignment{Unit: unit(1)}
	assert.True(t, wide.Covers(roles.UnitID{}))
	assert.True(t, wide.Covers(unit(1)))
	assert.True(t, of1.Covers(unit(1)))
	assert.False(t, of1.Covers(unit(2)))
	assert.False(t, of1.Covers(roles.UnitID{}), "a unit's role doesn't answer for the enterprise as such (D24)")
}
