package workflowtest

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// The roles of the gated applications: of ground some role is needed for those of
// house, and of house for that of roof. One of house two managers must agree to.
// Each allows an action of its own.
const (
	groundRole  roles.Code = "ground.role"
	groundOther roles.Code = "ground.other"
	houseRole   roles.Code = "house.role"
	houseTwo    roles.Code = "house.two"
	roofRole    roles.Code = "roof.role"
)

func gatedCatalogue() *roles.Catalogue {
	label := roles.Labels{EN: "x"}
	app := func(code, gate roles.ApplicationCode, of ...roles.Code) roles.Application {
		a := roles.Application{Code: code, Labels: label}
		for _, c := range of {
			a.Actions = append(a.Actions, roles.ActionDefinition{Action: actionOf(c), Labels: label})
			a.Roles = append(a.Roles, roles.Role{Code: c, Labels: label, Actions: roles.Actions(actionOf(c)), Gate: gate, FourEyes: c == houseTwo})
		}
		return a
	}
	return catalogueOf(app("ground", "", groundRole, groundOther), app("house", "ground", houseRole, houseTwo), app("roof", "house", roofRole))
}

// actionOf is the action that a gated role alone allows.
func actionOf(c roles.Code) roles.Action {
	return map[roles.Code]roles.Action{groundRole: "stand", groundOther: "dig", houseRole: "live", houseTwo: "sell", roofRole: "look"}[c]
}

// Gates plays what is told of a role that gives nothing yet, and that it is what
// a check answers.
func Gates(t *testing.T, open Open) {
	for _, name := range sortedNames(gateScenarios) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := gated(t, open)
			gateScenarios[name](w)
			w.RequireIntact()
		})
	}
	for _, name := range sortedNames(gatePaths) {
		t.Run("by "+name, func(t *testing.T) {
			t.Parallel()
			playGatePath(t, open, gatePaths[name])
		})
	}
	t.Run("whatever is given", func(t *testing.T) { anyGates(t, open) })
}

func gated(t testing.TB, open Open) *World {
	w := WithGAP(t, open, func(o *accessmgmt.Options) { o.Catalogue = gatedCatalogue() })
	w.nameCoGAP(cora)
	return w
}

// requireGate fails unless a check at the instant an assignment takes effect
// denies for want of the gate that was told missing, or allows when none was.
func (w *World) requireGate(a accessmgmt.RoleAssignment, missing roles.ApplicationCode, why ...any) {
	w.Helper()
	at := a.InForce().From
	if now := w.Clock.Now(); at.Before(now) {
		at = now
	}
	d, err := w.Svc.Check(w.Ctx, accessmgmt.Question{Person: a.Person, Enterprise: a.Enterprise, Unit: a.Unit, At: at, Application: a.Role.Application(), Action: actionOf(a.Role)})
	require.NoError(w, err)
	if missing == "" {
		require.Equal(w, roles.ReasonAllowed, d.Reason, why...)
		return
	}
	require.Equal(w, roles.ReasonGateMissing, d.Reason, why...)
	role, _ := w.Svc.Catalogue().Role(a.Role)
	require.Equal(w, role.Gate, missing, why...)
}

// gatePath is a way of giving somebody a role of house. prepare comes before his
// role of ground ends or begins; give returns what was given, and what it told.
type gatePath struct {
	prepare func(w *World, to accessmgmt.Actor) any
	give    func(w *World, svc *accessmgmt.Service, to accessmgmt.Actor, prepared any) (accessmgmt.RoleAssignment, roles.ApplicationCode, error)
}

func approvalOf(results []accessmgmt.Result[accessmgmt.Approval], err error) (accessmgmt.RoleAssignment, roles.ApplicationCode, error) {
	if err = one(results, err); err != nil {
		return accessmgmt.RoleAssignment{}, "", err
	}
	return results[0].Value.Assignment, results[0].Value.GateMissing, nil
}

func (w *World) assignsTo(to accessmgmt.Actor, lines ...invitation.Line) accessmgmt.Assign {
	return accessmgmt.Assign{Enterprise: w.Acme, Persons: []accessmgmt.Assignee{assignee(to)}, Lines: lines}
}

// askedByOne is the request that the co-GAP's giving of a role left.
func (w *World) askedByOne(to accessmgmt.Actor, l invitation.Line) invitation.Request {
	results, err := w.Svc.Assign(w.Ctx, cora, w.assignsTo(to, l))
	require.NoError(w, one(results, err))
	require.Empty(w, results[0].Value.GateMissing, "nothing is given yet")
	return results[0].Value.Request
}

var gatePaths = map[string]gatePath{
	"assigning": {nil, func(w *World, svc *accessmgmt.Service, to accessmgmt.Actor, _ any) (accessmgmt.RoleAssignment, roles.ApplicationCode, error) {
		results, err := svc.Assign(w.Ctx, w.GAP, w.assignsTo(to, w.Line(houseRole)))
		if err = one(results, err); err != nil {
			return accessmgmt.RoleAssignment{}, "", err
		}
		return results[0].Value.Assignment, results[0].Value.GateMissing, nil
	}},
	"approving": {func(w *World, to accessmgmt.Actor) any { return w.Request(to, w.Line(houseRole)) },
		func(w *World, svc *accessmgmt.Service, to accessmgmt.Actor, r any) (accessmgmt.RoleAssignment, roles.ApplicationCode, error) {
			return approvalOf(svc.Approve(w.Ctx, w.GAP, accessmgmt.Approve{Requests: refs(r.(invitation.Request))}))
		}},
	"the second approval": {func(w *World, to accessmgmt.Actor) any { return w.askedByOne(to, w.Line(houseTwo)) },
		func(w *World, svc *accessmgmt.Service, to accessmgmt.Actor, r any) (accessmgmt.RoleAssignment, roles.ApplicationCode, error) {
			return approvalOf(svc.Approve(w.Ctx, w.GAP, accessmgmt.Approve{Requests: refs(r.(invitation.Request))}))
		}},
	"replacing": {func(w *World, to accessmgmt.Actor) any { return w.give(to, w.Line(roofRole)) },
		func(w *World, svc *accessmgmt.Service, to accessmgmt.Actor, a any) (accessmgmt.RoleAssignment, roles.ApplicationCode, error) {
			done, err := svc.Replace(w.Ctx, w.GAP, accessmgmt.Replace{Enterprise: w.Acme, Assignment: a.(accessmgmt.RoleAssignment).ID, Line: w.Line(houseRole)})
			return done.Given, done.GateMissing, err
		}},
	"replacing, approved": {func(w *World, to accessmgmt.Actor) any {
		old := w.give(to, w.Line(roofRole))
		done, err := w.Svc.Replace(w.Ctx, cora, accessmgmt.Replace{Enterprise: w.Acme, Assignment: old.ID, Line: w.Line(houseTwo)})
		require.NoError(w, err)
		require.Empty(w, done.GateMissing)
		return done.Request
	}, func(w *World, svc *accessmgmt.Service, to accessmgmt.Actor, r any) (accessmgmt.RoleAssignment, roles.ApplicationCode, error) {
		return approvalOf(svc.Approve(w.Ctx, w.GAP, accessmgmt.Approve{Requests: refs(r.(invitation.Request))}))
	}},
	"extending": {func(w *World, to accessmgmt.Actor) any { return w.give(to, w.days(houseRole, 5)) },
		func(w *World, svc *accessmgmt.Service, to accessmgmt.Actor, a any) (accessmgmt.RoleAssignment, roles.ApplicationCode, error) {
			results, err := svc.Extend(w.Ctx, w.GAP, accessmgmt.Extend{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{a.(accessmgmt.RoleAssignment).ID}, Unlimited: true})
			if err = one(results, err); err != nil {
				return accessmgmt.RoleAssignment{}, "", err
			}
			return results[0].Value.Assignment, results[0].Value.GateMissing, nil
		}},
	"extending, approved": {func(w *World, to accessmgmt.Actor) any {
		r := w.askedByOne(to, w.days(houseTwo, 5))
		a := w.approve(r)[0].Assignment
		results, err := w.Svc.Extend(w.Ctx, cora, accessmgmt.Extend{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{a.ID}, Unlimited: true})
		require.NoError(w, one(results, err))
		require.Empty(w, results[0].Value.GateMissing)
		return results[0].Value.Request
	}, func(w *World, svc *accessmgmt.Service, to accessmgmt.Actor, r any) (accessmgmt.RoleAssignment, roles.ApplicationCode, error) {
		return approvalOf(svc.Approve(w.Ctx, w.GAP, accessmgmt.Approve{Requests: refs(r.(invitation.Request))}))
	}},
}

// playGatePath plays a way of giving, with the gate up and down, tried and done.
func playGatePath(t *testing.T, open Open, path gatePath) {
	for _, shut := range []bool{false, true} {
		w, to := gated(t, open), Person("Anne", "Dubois")
		var prepared any
		if path.prepare != nil {
			prepared = path.prepare(w, to)
		}
		want := roles.ApplicationCode("ground")
		if !shut {
			w.give(to, w.Line(groundRole))
			want = ""
		}
		w.unchanged(func() {
			tried, missing, err := path.give(w, w.Svc.Preview().Service, to, prepared)
			require.NoError(w, err)
			require.False(w, tried.ID.IsZero())
			require.Equal(w, want, missing, "shut: %t, in a preview", shut)
		})
		given, missing, err := path.give(w, w.Svc, to, prepared)
		require.NoError(w, err)
		require.Equal(w, want, missing, "shut: %t", shut)
		w.requireGate(given, missing, "shut: %t", shut)
		w.RequireIntact()
	}
}

var gateScenarios = map[string]func(*World){
	"what the same command gives counts, whatever its order": func(w *World) {
		for i, lines := range [][]invitation.Line{{w.Line(roofRole), w.Line(houseRole), w.Line(groundRole)}, {w.Line(groundRole), w.Line(houseRole), w.Line(roofRole)}} {
			to := Person("Anne", []string{"Dubois", "Claes"}[i])
			results, err := w.Svc.Assign(w.Ctx, w.GAP, w.assignsTo(to, lines...))
			require.NoError(w, err)
			require.NoError(w, accessmgmt.Failed(results))
			for _, r := range results {
				require.Empty(w, r.Value.GateMissing, r.Value.Assignment.Role)
				w.requireGate(r.Value.Assignment, "")
			}
		}
		bert := Person("Bert", "Claes")
		house, ground := w.Request(bert, w.Line(houseRole)), w.Request(bert, w.Line(groundRole))
		for _, done := range w.approve(house, ground) {
			require.Empty(w, done.GateMissing)
		}
	},
	"what the same command couldn't give doesn't": func(w *World) {
		anne := Person("Anne", "Dubois")
		results, err := w.Svc.Assign(w.Ctx, w.GAP, w.assignsTo(anne, w.Line(houseRole), line(groundRole, "2026-03-01", "")))
		require.NoError(w, err)
		require.ErrorIs(w, results[1].Err, accessmgmt.ErrInvalid)
		require.Equal(w, roles.ApplicationCode("ground"), results[0].Value.GateMissing)
		w.requireGate(results[0].Value.Assignment, "ground")
	},
	"what is given to another doesn't": func(w *World) {
		results, err := w.Svc.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: w.Acme, Lines: []invitation.Line{w.Line(houseRole)},
			Persons: []accessmgmt.Assignee{assignee(Person("Anne", "Dubois")), assignee(Person("Bert", "Claes"))}})
		require.NoError(w, accessmgmt.Failed(results))
		require.NoError(w, err)
		require.NotEmpty(w, results[0].Value.GateMissing)
		require.NotEmpty(w, results[1].Value.GateMissing)
		w.give(Person("Bert", "Claes"), w.Line(groundRole))
		results, err = w.Svc.Assign(w.Ctx, w.GAP, w.assignsTo(Person("Anne", "Dubois"), w.Line(roofRole)))
		require.NoError(w, one(results, err))
		require.Equal(w, roles.ApplicationCode("house"), results[0].Value.GateMissing, "it is there, and gives nothing itself")
		w.requireGate(results[0].Value.Assignment, "house")
	},
	"on the day it begins, in the scope it is for": func(w *World) {
		u, v := w.unit("Usine"), w.unit("Atelier")
		for name, c := range map[string]struct {
			ground, house invitation.Line
			missing       bool
		}{
			"both from now on":        {w.Line(groundRole), w.Line(houseRole), false},
			"the gate ends before":    {line(groundRole, "2026-03-02", "2026-03-09"), line(houseRole, "2026-03-10", ""), true},
			"the gate ends that day":  {line(groundRole, "2026-03-02", "2026-03-10"), line(houseRole, "2026-03-10", ""), false},
			"the gate begins later":   {line(groundRole, "2026-03-10", ""), w.Line(houseRole), true},
			"both begin together":     {line(groundRole, "2026-03-10", ""), line(houseRole, "2026-03-10", ""), false},
			"the gate begins after":   {line(groundRole, "2026-03-11", ""), line(houseRole, "2026-03-10", ""), true},
			"for one unit":            {of(u, w.Line(groundRole)), of(u, w.Line(houseRole)), false},
			"for another unit":        {of(v, w.Line(groundRole)), of(u, w.Line(houseRole)), true},
			"the gate for all":        {w.Line(groundRole), of(u, w.Line(houseRole)), false},
			"the gate for a unit":     {of(u, w.Line(groundRole)), w.Line(houseRole), true},
			"later, for another unit": {of(v, line(groundRole, "2026-03-02", "")), of(u, line(houseRole, "2026-03-10", "")), true},
		} {
			for _, together := range []bool{false, true} {
				to := w.someone()
				lines := []invitation.Line{c.house, c.ground}
				if !together {
					w.give(to, c.ground)
					lines = lines[:1]
				}
				results, err := w.Svc.Assign(w.Ctx, w.GAP, w.assignsTo(to, lines...))
				require.NoError(w, err)
				require.NoError(w, accessmgmt.Failed(results))
				require.Equal(w, c.missing, results[0].Value.GateMissing != "", "%s, together: %t", name, together)
				w.requireGate(results[0].Value.Assignment, results[0].Value.GateMissing, name)
			}
		}
	},
	"taken away, and given back": func(w *World) {
		anne := Person("Anne", "Dubois")
		opener := w.give(anne, w.Line(groundRole))
		house := w.give(anne, w.days(houseRole, 5))
		require.NoError(w, w.ending(opener)())
		w.requireGate(house, "ground")
		extend := func(until int) accessmgmt.Extension {
			results, err := w.Svc.Extend(w.Ctx, w.GAP, accessmgmt.Extend{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{house.ID}, Until: w.Svc.Today().AddDays(until)})
			require.NoError(w, one(results, err))
			return results[0].Value
		}
		require.Equal(w, roles.ApplicationCode("ground"), extend(10).GateMissing)
		w.give(anne, w.Line(groundOther))
		w.requireGate(house, "")
		require.Empty(w, extend(20).GateMissing)
		all := w.assignmentsOf(anne)
		done, err := w.Svc.Replace(w.Ctx, w.GAP, accessmgmt.Replace{Enterprise: w.Acme, Assignment: all[len(all)-1].ID, Line: w.Line(roofRole)})
		require.NoError(w, err)
		require.Equal(w, groundOther, done.Ended.Role)
		require.Equal(w, roles.ApplicationCode("house"), done.GateMissing, "what it replaces opened the gate of its gate")
		w.requireGate(done.Given, "house")
	},
	"sent again, told again": func(w *World) {
		c := w.assignsTo(Person("Anne", "Dubois"), w.Line(houseRole))
		c.ID = accessmgmt.CommandID{UUID: uuid.Must(uuid.NewV7())}
		first, err := w.Svc.Assign(w.Ctx, w.GAP, c)
		require.NoError(w, one(first, err))
		w.give(Person("Anne", "Dubois"), w.Line(groundRole))
		again, err := w.Svc.Assign(w.Ctx, w.GAP, c)
		require.NoError(w, one(again, err))
		require.Equal(w, first[0].Value.GateMissing, again[0].Value.GateMissing, "the first answer")
		require.NotEmpty(w, again[0].Value.GateMissing)
		require.Contains(w, inJSON(w, first), `"gate_missing":"ground"`)
		ungated, err := w.Svc.Assign(w.Ctx, w.GAP, w.assignsTo(Person("Bert", "Claes"), w.Line(groundRole)))
		require.NoError(w, one(ungated, err))
		require.NotContains(w, inJSON(w, ungated), "gate_missing")
	},
	"told to who manages the role, whatever else he sees": func(w *World) {
		ada := Person("Ada", "Access")
		w.accessManager(ada, w.Svc.Catalogue().Domain(houseRole))
		results, err := w.Svc.Assign(w.Ctx, ada, w.assignsTo(Person("Anne", "Dubois"), w.Line(houseRole)))
		require.NoError(w, one(results, err))
		require.Equal(w, roles.ApplicationCode("ground"), results[0].Value.GateMissing)
	},
}
