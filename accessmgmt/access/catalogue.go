package access

import (
	"fmt"

	"github.com/egovroles/egovroles/roles"
)

// compiled is a catalogue as the index reads it: roles and actions by number.
type compiled struct {
	catalogue *roles.Catalogue
	version   string
	// apps are the applications with the numbers of their actions; first is the
	// one that questions are about when they name none, or nil.
	apps  []app
	first *app
	// numbers are the roles'; 0 is a role that the catalogue doesn't know.
	numbers map[roles.Code]uint16
	roles   []role
	gated   bool // some role has a gate
}

type app struct {
	code    roles.ApplicationCode
	number  uint16
	actions []roles.Action
	bits    map[roles.Action]uint64 // of many actions
}

// role is what a role gives.
type role struct {
	app     uint16 // counted from 1, so that no application is that of the unknown role
	actions uint64
	// gate is the bit of the application that must be open, opens the bit of
	// the role's own; zero: it has none, or opens none.
	gate, opens uint64
	code        roles.Code
}

const (
	maxRoles = 1<<15 - 1
	maxGates = 64
	scan     = 12 // so many names are compared one by one faster than hashed
)

func compile(c *roles.Catalogue, first roles.ApplicationCode) (*compiled, error) {
	out := &compiled{catalogue: c, version: c.Version(), numbers: map[roles.Code]uint16{}, roles: make([]role, 1)}
	gates := map[roles.ApplicationCode]uint64{}
	apps := c.Applications()
	for _, a := range apps {
		for _, r := range a.Roles {
			if r.Gate != "" && gates[r.Gate] == 0 {
				if len(gates) == maxGates {
					return nil, fmt.Errorf("access: more than %d applications are gates", maxGates)
				}
				gates[r.Gate] = 1 << len(gates)
			}
		}
	}
	out.gated = len(gates) > 0
	for i, a := range apps {
		in := app{code: a.Code, number: uint16(i + 1), bits: map[roles.Action]uint64{}}
		for bit, def := range a.Actions {
			in.actions = append(in.actions, def.Action)
			in.bits[def.Action] = 1 << bit
		}
		for _, r := range a.Roles {
			if len(out.roles) > maxRoles {
				return nil, fmt.Errorf("access: more than %d roles", maxRoles)
			}
			to := role{app: in.number, gate: gates[r.Gate], opens: gates[a.Code], code: r.Code}
			if r.Gate == "" {
				to.gate = 0
			}
			for action := range r.Actions.All() {
				to.actions |= in.bits[action]
			}
			out.numbers[r.Code] = uint16(len(out.roles))
			out.roles = append(out.roles, to)
		}
		out.apps = append(out.apps, in)
	}
	for i := range out.apps {
		if code := out.apps[i].code; code == first || first == "" && len(out.apps) == 1 {
			out.first = &out.apps[i]
		}
	}
	return out, nil
}

// app returns an application, nil when there is none.
func (c *compiled) app(code roles.ApplicationCode) *app {
	if code == "" {
		return c.first
	}
	for i := range c.apps {
		if c.apps[i].code == code {
			return &c.apps[i]
		}
	}
	return nil
}

// bit returns an action's, 0 when the application doesn't list it.
func (a *app) bit(action roles.Action) uint64 {
	if len(a.actions) > scan {
		return a.bits[action]
	}
	for i := range a.actions {
		if a.actions[i] == action {
			return 1 << i
		}
	}
	return 0
}

// names returns the actions of a mask.
func (a *app) names(mask uint64) roles.ActionSet {
	var names []roles.Action
	for i, action := range a.actions {
		if mask&(1<<i) != 0 {
			names = append(names, action)
		}
	}
	return roles.Actions(names...)
}
