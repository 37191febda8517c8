package workflowtest

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// The roles of the authority table: open ones any manager gives, closed ones
// the GAP may not. Before, all were open (c-7c: the rule changes under a
// pending invitation, request or assignment).
const (
	open1   roles.Code = "app.open1"
	open2   roles.Code = "app.open2"
	open3   roles.Code = "app.open3" // what others are replaced by
	closed1 roles.Code = "app.closed1"
	closed2 roles.Code = "app.closed2"
	gone    roles.Code = "app.gone" // in the earlier catalogue alone
	// The GAP may give these, but no longer as they are given here: without an
	// end, and without an answer.
	shorter roles.Code = "app.shorter"
	asks    roles.Code = "app.asks"
)

func authorityCatalogue(strict bool) *roles.Catalogue {
	label := roles.Labels{EN: "x"}
	role := func(code roles.Code, by roles.Grantors) roles.Role {
		return roles.Role{Code: code, Labels: label, Actions: roles.Actions("act"), GrantedBy: by}
	}
	app := roles.Application{Code: "app", Labels: label, Actions: []roles.ActionDefinition{{Action: "act", Labels: label}}}
	short, ask := role(shorter, 0), role(asks, 0)
	if strict {
		short.MaxDays = 30
		ask.Properties = []roles.Property{{Name: "region", Labels: label, Kind: roles.TextProperty, Mandatory: true}}
	}
	app.Roles = []roles.Role{role(open1, 0), role(open2, roles.ByGAP), role(open3, 0), short, ask}
	if strict {
		app.Roles = append(app.Roles, role(closed1, roles.ByManagingRole), role(closed2, roles.ByCoGAP|roles.ByAccessManager))
	} else {
		app.Roles = append(app.Roles, role(closed1, 0), role(closed2, 0), role(gone, 0))
	}
	c, err := roles.NewCatalogue(app)
	if err != nil {
		panic(err)
	}
	return c
}

// grantable is the table's own opinion of the strict catalogue: what each of
// the managers may give.
var grantable = map[string]map[roles.Code]bool{
	"GAP":            {open1: true, open2: true},
	"co-GAP":         {open1: true, closed2: true},
	"access manager": {open1: true, closed2: true},
}

var (
	allRoles = []roles.Code{open1, open2, closed1, closed2, gone, shorter, asks}
	// present are the roles a target may have already, the third axis (c-7d).
	present = [][]roles.Code{nil, {open2}, {closed1}, {open2, closed1}}
)

// grantPath is one way of giving a role. prepare runs under the earlier
// catalogue, by the GAP; act under the strict one, by whoever is tried, and
// returns the error of the one item.
type grantPath struct {
	prepare func(w *World, target accessmgmt.Actor, role roles.Code) any
	act     func(w *World, actor, target accessmgmt.Actor, role roles.Code, prepared any) error
	// byTarget: the target acts himself, so the actor makes no difference.
	byTarget bool
	// takes: the path takes away a role of the target, which must be grantable
	// as well.
	takes bool
	// offered: what is given was written down under the earlier catalogue, by
	// somebody else.
	offered bool
}

// otherwise are the roles that the GAP may give, but not as they are given here,
// with what is wrong then.
var otherwise = map[roles.Code]string{shorter: "period.end too_far", asks: "properties.region required"}

func assign(w *World, by, target accessmgmt.Actor, codes ...roles.Code) ([]accessmgmt.Result[accessmgmt.Assigned], error) {
	var lines []invitation.Line
	for _, code := range codes {
		lines = append(lines, w.Line(code))
	}
	id := target.Identity
	return w.Svc.Assign(w.Ctx, by, accessmgmt.Assign{Enterprise: w.Acme, Lines: lines, Persons: []accessmgmt.Assignee{{
		Number: id.Number, GivenName: id.GivenName, FamilyName: id.FamilyName, Email: Address(id)}}})
}

var grantPaths = map[string]grantPath{
	"invite": {
		act: func(w *World, actor, target accessmgmt.Actor, role roles.Code, _ any) error {
			return toAll(w.Svc.Invite(w.Ctx, actor, w.Invitation(target, w.Line(role))))
		},
	},
	"invite with another line": {
		act: func(w *World, actor, target accessmgmt.Actor, role roles.Code, _ any) error {
			if role == open1 {
				role = open3
			}
			return toAll(w.Svc.Invite(w.Ctx, actor, w.Invitation(target, w.Line(open1), w.Line(role))))
		},
	},
	"resend": {
		offered: true,
		prepare: func(w *World, target accessmgmt.Actor, role roles.Code) any {
			r, _ := w.Invite(target, w.Line(role))
			return r
		},
		act: func(w *World, actor, _ accessmgmt.Actor, _ roles.Code, prepared any) error {
			_, err := w.Svc.Resend(w.Ctx, actor, accessmgmt.Resend{Enterprise: w.Acme, Recipient: prepared.(invitation.Recipient).ID})
			return err
		},
	},
	"accept": {
		offered:  true,
		byTarget: true,
		prepare: func(w *World, target accessmgmt.Actor, role roles.Code) any {
			_, token := w.Invite(target, w.Line(role))
			return token
		},
		act: func(w *World, _, target accessmgmt.Actor, _ roles.Code, prepared any) error {
			return w.accepting(target, prepared.(accessmgmt.Token))()
		},
	},
	"approve": {
		offered: true,
		prepare: func(w *World, target accessmgmt.Actor, role roles.Code) any { return w.Request(target, w.Line(role)) },
		act: func(w *World, actor, _ accessmgmt.Actor, _ roles.Code, prepared any) error {
			return w.approving(actor, prepared.(invitation.Request))()
		},
	},
	"approve in bulk": {
		offered: true,
		prepare: func(w *World, target accessmgmt.Actor, role roles.Code) any {
			other := Person("Otto", target.Identity.FamilyName)
			return []invitation.Request{w.Request(other, w.Line(open1)), w.Request(target, w.Line(role))}
		},
		act: func(w *World, actor, _ accessmgmt.Actor, _ roles.Code, prepared any) error {
			both := prepared.([]invitation.Request)
			results, err := w.Svc.Approve(w.Ctx, actor, accessmgmt.Approve{Requests: []accessmgmt.RequestRef{both[0].Ref(), both[1].Ref()}})
			if err != nil {
				return err
			}
			return results[1].Err
		},
	},
	"assign": {
		act: func(w *World, actor, target accessmgmt.Actor, role roles.Code, _ any) error {
			return one(assign(w, actor, target, role))
		},
	},
	"assign in bulk": {
		act: func(w *World, actor, target accessmgmt.Actor, role roles.Code, _ any) error {
			if role == open1 {
				return one(assign(w, actor, target, open1))
			}
			results, err := assign(w, actor, target, open1, role)
			if err != nil {
				return err
			}
			return results[1].Err
		},
	},
	"replace by it": {
		prepare: func(w *World, target accessmgmt.Actor, role roles.Code) any {
			if role == open1 {
				return nil // nothing else to be replaced by it here
			}
			results, err := assign(w, w.GAP, target, open1)
			require.NoError(w, one(results, err))
			return results[0].Value.Assignment
		},
		act: func(w *World, actor, target accessmgmt.Actor, role roles.Code, prepared any) error {
			if prepared == nil {
				return one(assign(w, actor, target, role))
			}
			_, err := w.Svc.Replace(w.Ctx, actor, accessmgmt.Replace{Enterprise: w.Acme, Assignment: prepared.(accessmgmt.RoleAssignment).ID, Line: w.Line(role)})
			return err
		},
	},
	"replace it": {
		takes: true,
		prepare: func(w *World, target accessmgmt.Actor, role roles.Code) any {
			results, err := assign(w, w.GAP, target, role)
			require.NoError(w, one(results, err))
			return results[0].Value.Assignment
		},
		act: func(w *World, actor, _ accessmgmt.Actor, role roles.Code, prepared any) error {
			_, err := w.Svc.Replace(w.Ctx, actor, accessmgmt.Replace{Enterprise: w.Acme, Assignment: prepared.(accessmgmt.RoleAssignment).ID, Line: w.Line(open3)})
			return err
		},
	},
	"extend it": {
		prepare: func(w *World, target accessmgmt.Actor, role roles.Code) any {
			l := invitation.Line{Role: role, Period: roles.Between(w.Svc.Today(), w.Svc.Today().AddDays(10))}
			results, err := w.Svc.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: w.Acme, Lines: []invitation.Line{l}, Persons: []accessmgmt.Assignee{assignee(target)}})
			require.NoError(w, one(results, err))
			return results[0].Value.Assignment
		},
		act: func(w *World, actor, _ accessmgmt.Actor, _ roles.Code, prepared any) error {
			return one(w.Svc.Extend(w.Ctx, actor, accessmgmt.Extend{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{prepared.(accessmgmt.RoleAssignment).ID}, Unlimited: true}))
		},
	},
	"end it": {
		takes: true,
		prepare: func(w *World, target accessmgmt.Actor, role roles.Code) any {
			results, err := assign(w, w.GAP, target, role)
			require.NoError(w, one(results, err))
			return results[0].Value.Assignment
		},
		act: func(w *World, actor, _ accessmgmt.Actor, _ roles.Code, prepared any) error {
			return one(w.Svc.End(w.Ctx, actor, accessmgmt.End{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{prepared.(accessmgmt.RoleAssignment).ID}}))
		},
	},
}

// grantActors are those who try; only the managers in office may.
func grantActors(w *World, target accessmgmt.Actor) map[string]accessmgmt.Actor {
	weak := w.GAP
	weak.Identity.Assurance = accessmgmt.AssuranceSubstantial
	staffedGAP := accessmgmt.Operator(w.GAP.Identity, "somebody", "because")
	return map[string]accessmgmt.Actor{
		"GAP":                   w.GAP,
		"nobody":                {},
		"GAP without eID":       weak,
		"GAP as operator":       staffedGAP,
		"operator":              Staff(),
		"legal representative":  w.Rep,
		"target":                target,
		"stranger":              Person("Stan", "Stranger"),
		"former GAP":            Person("Fien", "Former"),
		"GAP of another":        Person("Guy", "Elsewhere"),
		"co-GAP":                Person("Cora", "Named"),
		"access manager":        Person("Fay", "Domain"),
		"scheduled co-GAP":      Person("Cleo", "Coming"),
		"removed co-GAP":        Person("Carl", "Gone"),
		"account without value": accessmgmt.User(accessmgmt.Identity{Assurance: accessmgmt.AssuranceHigh}),
	}
}

// Authority plays every way of giving a role, by everybody, for every role and
// to targets with every set of roles (c-7 to c-7d), and counts the cases.
func Authority(t *testing.T, openStore Open) {
	cases := 0
	for _, name := range sortedNames(grantPaths) {
		t.Run(name, func(t *testing.T) {
			w := WithGAP(t, openStore, func(o *accessmgmt.Options) { o.Catalogue = authorityCatalogue(false) })
			former := Person("Fien", "Former")
			for _, gap := range []accessmgmt.Actor{former, w.GAP} {
				_, err := w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, gap))
				require.NoError(t, err)
			}
			w.coGAP(Person("Cora", "Named"))
			w.accessManager(Person("Fay", "Domain"), "app")
			w.name(Person("Cleo", "Coming"), accessmgmt.CoGAP, "", roles.From(w.Svc.Today().AddDays(1)))
			require.NoError(t, w.removing(w.GAP, w.coGAP(Person("Carl", "Gone")))())
			w.Register.Add(Number(1), "Elsewhere SA", w.Rep)
			w.Enterprise(Number(1), w.Rep, Person("Guy", "Elsewhere"))
			for _, role := range allRoles {
				for p := range present {
					for actor := range grantActors(w, w.GAP) {
						cases++
						w.authorityCase(grantPaths[name], fmt.Sprintf("%s-%d-%s", role, p, actor), actor, role, present[p])
					}
				}
			}
			w.RequireIntact()
		})
	}
	t.Logf("%d cases of path × actor × role × the target's roles", cases)
}

func (w *World) authorityCase(path grantPath, label, actor string, role roles.Code, has []roles.Code) {
	target := Person("Tom", fmt.Sprintf("Target-%d", w.Count()))
	has = slices.DeleteFunc(slices.Clone(has), func(c roles.Code) bool { return c == role }) // D26 would answer, not authority
	earlier := w.Svc
	if len(has) > 0 {
		_, err := assign(w, w.GAP, target, has...)
		require.NoError(w, err, label)
	}
	var prepared any
	if path.prepare != nil {
		prepared = path.prepare(w, target, role)
	}
	options := w.Options
	options.Catalogue = authorityCatalogue(true)
	w.Svc = w.Service(options)
	defer func() { w.Svc = earlier }()

	before := w.held(target)
	err := path.act(w, grantActors(w, target)[actor], target, role, prepared)
	by := actor
	if path.byTarget {
		by = "GAP" // who invited
	}
	gives, manager := grantable[by]
	allowed := manager && (gives[role] || path.takes && (role == gone || otherwise[role] != ""))
	if allowed {
		require.NoError(w, err, "%s: %s of %s to one who has %v", label, actor, role, has)
		return
	}
	require.Error(w, err, "%s: %s gave or took %s of one who has %v", label, actor, role, has)
	require.True(w, errors.Is(err, accessmgmt.ErrDenied) || errors.Is(err, accessmgmt.ErrNotFound) || errors.Is(err, accessmgmt.ErrInvalid), "%s: %v", label, err)
	if _, manager := grantable[actor]; manager && role != gone {
		kind, code := accessmgmt.ErrDenied, accessmgmt.CodeRoleNotGrantable
		if otherwise[role] != "" && !path.offered { // typed now, so it can be typed rightly
			kind, code = accessmgmt.ErrInvalid, accessmgmt.CodeInvalid
		}
		w.requireFails(err, kind, code, label)
		if why := otherwise[role]; why != "" {
			var problems roles.Problems
			require.ErrorAs(w, err, &problems, label)
			require.Len(w, problems, 1, label)
			require.Contains(w, problems[0].Field+" "+problems[0].Code, why, label)
		}
	}
	after := w.held(target)
	delete(after, open1) // the other item of a bulk may succeed
	delete(before, open1)
	require.Equal(w, before, after, "%s: refused, and yet the roles changed", label)
}

// held returns the roles a person has in force or to come.
func (w *World) held(a accessmgmt.Actor) map[roles.Code]bool {
	held := map[roles.Code]bool{}
	id, err := w.Svc.Identify(w.Ctx, a.Identity)
	if errors.Is(err, accessmgmt.ErrNotFound) {
		return held
	}
	require.NoError(w, err)
	rows, err := w.Store.FindAssignments(w.Ctx, accessmgmt.AssignmentFilter{Enterprises: []accessmgmt.EnterpriseID{w.Acme}, Persons: []accessmgmt.PersonID{id},
		States: []roles.AssignmentState{roles.Active, roles.Scheduled}, At: w.Clock.Now()}, accessmgmt.Page{Limit: 1000})
	require.NoError(w, err)
	for _, row := range rows {
		held[row.Role] = true
	}
	return held
}
