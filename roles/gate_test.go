package roles_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/roles"
)

// gatedApps are three applications behind one another: a role of inner needs
// one of middle, and one of the roles of middle needs one of outer.
func gatedApps() []roles.Application {
	app := func(code roles.ApplicationCode, list ...roles.Role) roles.Application {
		for i := range list {
			list[i].Labels, list[i].Actions = label("Role"), roles.Actions("act")
		}
		return roles.Application{Code: code, Labels: label("App"), Roles: list,
			Actions: []roles.ActionDefinition{{Action: "act"}, {Action: "idle"}}}
	}
	return []roles.Application{
		app("inner", roles.Role{Code: "inner.gated", Gate: "middle", Manages: "inner"}, roles.Role{Code: "inner.free", Manages: "outer"}),
		app("middle", roles.Role{Code: "middle.plain"}, roles.Role{Code: "middle.old", Retired: true}, roles.Role{Code: "middle.nested", Gate: "outer"}),
		app("outer", roles.Role{Code: "outer.plain"}),
	}
}

// inForceAt says it from the ticks alone.
func inForceAt(s standing, at int) bool {
	w := standings[s]
	return w.window[0] != 0 && w.window[0] <= at && (w.window[1] == 0 || at < w.window[1]) && (w.ended[0] == 0 || at < w.ended[0])
}

func reaches(of, for_ byte) bool { return of == 0 || of == for_ }

// openAt is the rule of D15 and D25 for a gated assignment of a unit, what may
// open its gate, and what may open that one's.
func openAt(of byte, opener, beyond *kind, at int) bool {
	if opener == nil || !inForceAt(opener.standing, at) || !reaches(opener.unit, of) {
		return false
	}
	switch opener.role {
	case "middle.plain", "middle.old":
		return true
	case "middle.nested":
		return beyond != nil && inForceAt(beyond.standing, at) && reaches(beyond.unit, opener.unit)
	default:
		return false
	}
}

func expectedBehindGate(gated kind, opener, beyond *kind, asked byte) roles.Reason {
	const at = 100 // the tick of now
	open := openAt(gated.unit, opener, beyond, at)
	covers := reaches(gated.unit, asked)
	switch {
	case gated.standing == isScheduled && covers && openAt(gated.unit, opener, beyond, standings[isScheduled].window[0]):
		return "not_yet"
	case gated.standing == isScheduled:
		return "no_assignment"
	case inForceAt(gated.standing, at) && covers && open:
		return "allowed"
	case inForceAt(gated.standing, at) && covers:
		return "gate_missing"
	case inForceAt(gated.standing, at) && open:
		return "wrong_unit"
	case !inForceAt(gated.standing, at) && covers && open:
		return "ended"
	default: // two misses or more
		return "no_assignment"
	}
}

// Every standing and scope of a gated role, of what opens its gate, and of
// what opens the gate of that, asked for every unit.
func TestGatesExhaustively(t *testing.T) {
	c := catalogue(t, gatedApps()...)
	var openers, beyonds []*kind
	openers, beyonds = append(openers, nil), append(beyonds, nil)
	for s := range standings {
		for u := range byte(3) {
			for _, role := range []roles.Code{"middle.plain", "middle.old", "middle.nested", "middle.unknown", "outer.plain", "inner.gated"} {
				openers = append(openers, &kind{s, role, u})
			}
			beyonds = append(beyonds, &kind{s, "outer.plain", u})
		}
	}
	cases, reasons := 0, map[roles.Reason]int{}
	for s := range standings {
		for u := range byte(3) {
			gated := kind{s, "inner.gated", u}
			for _, opener := range openers {
				for _, beyond := range beyonds {
					if beyond != nil && (opener == nil || opener.role != "middle.nested") {
						continue // it would open nothing
					}
					held := []roles.Assignment{gated.assignment(1)}
					if opener != nil {
						held = append(held, opener.assignment(2))
					}
					if beyond != nil {
						held = append(held, beyond.assignment(3))
					}
					for asked := range byte(3) {
						cases++
						q := roles.Question{Application: "inner", Action: "act", At: now}
						if asked != 0 {
							q.Unit = unit(asked)
						}
						want := expectedBehindGate(gated, opener, beyond, asked)
						reasons[want]++
						if got := c.Weigh(held, held[0], q); got != want {
							t.Fatalf("%+v behind %+v behind %+v asked for unit %d: %s, want %s", gated, opener, beyond, asked, got, want)
						}
						if opener != nil && opener.role == "inner.gated" {
							continue // a second one of the same role, which answers too
						}
						got := c.Decide(held, q)
						if got.Reason != want || got.Allowed != (want == "allowed") || want != "no_assignment" && !slices.Equal(got.Assignments, []roles.AssignmentID{assignmentID(1)}) {
							t.Fatalf("%+v behind %+v behind %+v asked for unit %d: %+v, want %s", gated, opener, beyond, asked, got, want)
						}
						if c.ActionsOf(held, "inner", q.Unit, now).Has("act") != got.Allowed {
							t.Fatalf("%+v behind %+v behind %+v asked for unit %d: ActionsOf disagrees", gated, opener, beyond, asked)
						}
						slices.Reverse(held)
						if again := c.Decide(held, q); again.Reason != want {
							t.Fatalf("%+v behind %+v behind %+v asked for unit %d: %s in another order, want %s", gated, opener, beyond, asked, again.Reason, want)
						}
						slices.Reverse(held)
					}
					if got, want := c.GateOpen(held, held[0], now), openAt(gated.unit, opener, beyond, 100); got != want {
						t.Fatalf("%+v behind %+v behind %+v: the gate is open: %t, want %t", gated, opener, beyond, got, want)
					}
				}
			}
		}
	}
	t.Logf("%d cases: %v", cases, reasons)
	for _, reason := range []roles.Reason{"allowed", "gate_missing", "not_yet", "ended", "wrong_unit", "no_assignment"} {
		assert.NotZero(t, reasons[reason], "no case gives %s", reason)
	}
}

// Persons with many roles in catalogues of many gates, against the rule written
// once more over the applications as they were given.
func TestGatesOnRandomWorlds(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 25))
	reasons := map[roles.Reason]int{}
	for range 3_000 {
		var apps []roles.Application
		for i := range 4 {
			app := roles.Application{Code: roles.ApplicationCode(fmt.Sprintf("app%d", i)), Labels: label("App"), Actions: []roles.ActionDefinition{{Action: "act"}}}
			for j := range 3 {
				role := roles.Role{Code: roles.Code(fmt.Sprintf("app%d.role%d", i, j)), Labels: label("Role")}
				if r.IntN(4) > 0 {
					role.Actions = roles.Actions("act")
				}
				if gate := r.IntN(4); gate < i && r.IntN(3) > 0 { // of an earlier one, so that none go in a circle
					role.Gate = roles.ApplicationCode(fmt.Sprintf("app%d", gate))
				}
				app.Roles = append(app.Roles, role)
			}
			apps = append(apps, app)
		}
		r.Shuffle(len(apps), func(i, j int) { apps[i], apps[j] = apps[j], apps[i] })
		c := catalogue(t, apps...)
		var held []roles.Assignment
		for i := range 1 + r.IntN(10) {
			a := randomAssignment(r, byte(i))
			a.Role = roles.Code(fmt.Sprintf("app%d.role%d", r.IntN(5), r.IntN(4)))
			held = append(held, a)
		}
		find := func(code roles.Code) (role roles.Role, known bool) {
			for _, app := range apps {
				for _, r := range app.Roles {
					if r.Code == code {
						return r, true
					}
				}
			}
			return role, false
		}
		var open func(a roles.Assignment, at int) bool
		open = func(a roles.Assignment, at int) bool {
			role, known := find(a.Role)
			return known && (role.Gate == "" || slices.ContainsFunc(held, func(b roles.Assignment) bool {
				return b.Role.Application() == role.Gate && (b.Unit.IsZero() || b.Unit == a.Unit) && b.InForce().Contains(tick(at)) && open(b, at)
			}))
		}
		for range 8 {
			at := 1 + r.IntN(8)
			q := roles.Question{Application: roles.ApplicationCode(fmt.Sprintf("app%d", r.IntN(5))), Action: "act", At: tick(at)}
			if n := r.IntN(3); n > 0 {
				q.Unit = unit(byte(n))
			}
			allowed, gateMissing := false, false
			for _, a := range held {
				role, _ := find(a.Role)
				if a.Role.Application() == q.Application && role.Actions.Has("act") && a.Covers(q.Unit) && a.InForce().Contains(tick(at)) {
					allowed, gateMissing = allowed || open(a, at), gateMissing || !open(a, at)
				}
				if got := c.GateOpen(held, a, tick(at)); got != open(a, at) {
					t.Fatalf("the gate of %+v is open: %t, holding %+v", a, got, held)
				}
			}
			d := c.Decide(held, q)
			reasons[d.Reason]++
			if d.Allowed != allowed || (d.Reason == roles.ReasonGateMissing) != (gateMissing && !allowed) {
				t.Fatalf("%+v for %+v holding %+v", d, q, held)
			}
			for _, a := range held { // the answer is about those that would give it, and about all of them
				if (c.Weigh(held, a, q) == d.Reason && d.Reason != roles.ReasonNoAssignment) != slices.Contains(d.Assignments, a.ID) {
					t.Fatalf("%+v for %+v, but %+v answers %s, holding %+v", d, q, a, c.Weigh(held, a, q), held)
				}
			}
			for _, a := range held { // with one action there is, any of them is that one
				gives := c.Weigh(held, a, q) == roles.ReasonAllowed
				anything := q
				anything.Action = ""
				if c.Gives(held, a, q) != gives || c.Gives(held, a, anything) != gives {
					t.Fatalf("%+v gives %t or %t, want %t: %+v holding %+v", a, c.Gives(held, a, q), c.Gives(held, a, anything), gives, q, held)
				}
			}
			if of := c.ActionsOf(held, q.Application, q.Unit, q.At); of.Has("act") != allowed {
				t.Fatalf("ActionsOf says %s, for %+v holding %+v", of, q, held)
			}
		}
	}
	t.Log(reasons)
	assert.Greater(t, reasons[roles.ReasonAllowed], 1000)
	assert.Greater(t, reasons[roles.ReasonGateMissing], 300)
}

// The gated role gives nothing from the instant its gate falls, and gives
// again when the gate returns before its own end (D15).
func TestGateFallsAndReturns(t *testing.T) {
	c := roles.MonEspaceAndCalista()
	held := []roles.Assignment{
		{ID: assignmentID(1), Role: roles.LocalAdministrator, Window: roles.Window{From: tick(10), To: tick(60)}},
		{ID: assignmentID(2), Role: roles.Reader, Window: roles.Window{From: tick(20), To: tick(40)}, EndedAt: tick(30)},
		{ID: assignmentID(3), Role: roles.Owner, Window: roles.Window{From: tick(50)}},
	}
	for _, step := range []struct {
		from   int
		reason roles.Reason
	}{{1, "no_assignment"}, {10, "gate_missing"}, {20, "allowed"}, {30, "gate_missing"}, {50, "allowed"}, {60, "ended"}} {
		for _, at := range []int{step.from, step.from + 5} {
			d := c.Decide(held, roles.Question{Application: roles.CalistaApplication, Action: roles.ManageAccesses, At: tick(at)})
			assert.Equal(t, step.reason, d.Reason, "tick %d", at)
			assert.Equal(t, step.reason == "allowed", len(c.Managed(held, tick(at))) == 1, "tick %d", at)
		}
	}
	// Two assignments that reach one another open the gate without a gap.
	held[1].EndedAt, held[2].Window.From = tick(0), tick(40)
	for at := 20; at < 60; at++ {
		assert.True(t, c.GateOpen(held, held[0], tick(at)), "tick %d", at)
	}
}

// Two that wait for the same day: it will be allowed, and the answer says so.
func TestGateOnTheFirstDay(t *testing.T) {
	c := catalogue(t, gatedApps()...)
	gated := roles.Assignment{ID: assignmentID(1), Role: "inner.gated", Window: roles.Window{From: tick(150)}}
	q := roles.Question{Application: "inner", Action: "act", At: now}
	for opener, want := range map[roles.Window]roles.Reason{
		{From: tick(150)}:                "not_yet",
		{From: tick(120), To: tick(151)}: "not_yet",
		{From: tick(50), To: tick(150)}:  "no_assignment", // open now, and not then
		{From: tick(151)}:                "no_assignment",
	} {
		got := c.Decide([]roles.Assignment{gated, {ID: assignmentID(2), Role: "middle.plain", Window: opener}}, q)
		assert.Equal(t, want, got.Reason, "%v", opener)
	}
}

func TestGateIsOfTheSamePersonAndEnterprise(t *testing.T) {
	c := catalogue(t, gatedApps()...)
	always := roles.Window{From: tick(1)}
	ann, bob := roles.PersonID{UUID: rawID(1)}, roles.PersonID{UUID: rawID(2)}
	acme, other := roles.EnterpriseID{UUID: rawID(3)}, roles.EnterpriseID{UUID: rawID(4)}
	gated := roles.Assignment{Role: "inner.gated", Person: ann, Enterprise: acme, Window: always}
	for _, opener := range []roles.Assignment{
		{Role: "middle.plain", Person: ann, Enterprise: acme, Window: always},
		{Role: "middle.plain", Person: bob, Enterprise: acme, Window: always},
		{Role: "middle.plain", Person: ann, Enterprise: other, Window: always},
		{Role: "middle.plain", Person: bob, Enterprise: other, Window: always},
	} {
		want := opener.Person == ann && opener.Enterprise == acme
		assert.Equal(t, want, c.GateOpen([]roles.Assignment{gated, opener}, gated, now), "%v %v", opener.Person, opener.Enterprise)
	}
	// What one has at a gate behind a gate is found shut for him alone.
	nested := func(p roles.PersonID) roles.Assignment {
		return roles.Assignment{Role: "middle.nested", Person: p, Enterprise: acme, Window: always}
	}
	held := []roles.Assignment{gated, nested(ann), nested(bob), {Role: "outer.plain", Person: bob, Enterprise: acme, Window: always}}
	assert.False(t, c.GateOpen(held, gated, now))
	bobs := gated
	bobs.ID, bobs.Person = assignmentID(9), bob
	d := c.Decide(append(slices.Clone(held), bobs), roles.Question{Application: "inner", Action: "act", At: now})
	assert.Equal(t, []roles.AssignmentID{bobs.ID}, d.Assignments, "where two persons' are mixed up, by what each has")
	held[0].Person, gated.Person = bob, bob
	assert.True(t, c.GateOpen(held, gated, now))
}

func TestGateOpenWithoutGate(t *testing.T) {
	c := catalogue(t, gatedApps()...)
	assert.True(t, c.GateOpen(nil, roles.Assignment{Role: "inner.free"}, now))
	assert.False(t, c.GateOpen(nil, roles.Assignment{Role: "inner.gated"}, now))
	for _, code := range []roles.Code{"inner.unknown", "gone.role", ""} {
		assert.False(t, c.GateOpen(nil, roles.Assignment{Role: code}, now), code)
	}
	assert.False(t, (&roles.Catalogue{}).GateOpen(nil, roles.Assignment{Role: "inner.free"}, now))
	assert.Nil(t, (&roles.Catalogue{}).Managed([]roles.Assignment{{Role: "inner.free", Window: roles.Window{From: tick(1)}}}, now))
}

func TestManaged(t *testing.T) {
	c := catalogue(t, gatedApps()...)
	for name, of := range map[string]struct {
		held []kind
		want []roles.ApplicationCode
	}{
		"nothing":                         {nil, nil},
		"a role that manages nothing":     {[]kind{{isActive, "middle.plain", 0}}, nil},
		"a role that manages":             {[]kind{{isActive, "inner.free", 0}}, []roles.ApplicationCode{"outer"}},
		"twice":                           {[]kind{{isActive, "inner.free", 0}, {isToEnd, "inner.free", 0}}, []roles.ApplicationCode{"outer"}},
		"for a unit":                      {[]kind{{isActive, "inner.free", 1}}, nil},
		"scheduled":                       {[]kind{{isScheduled, "inner.free", 0}}, nil},
		"expired":                         {[]kind{{isExpired, "inner.free", 0}}, nil},
		"ended":                           {[]kind{{isEndedNow, "inner.free", 0}}, nil},
		"unknown":                         {[]kind{{isActive, "inner.unknown", 0}}, nil},
		"its gate shut":                   {[]kind{{isActive, "inner.gated", 0}}, nil},
		"its gate open":                   {[]kind{{isActive, "inner.gated", 0}, {isActive, "middle.plain", 0}}, []roles.ApplicationCode{"inner"}},
		"its gate open for a unit":        {[]kind{{isActive, "inner.gated", 0}, {isActive, "middle.plain", 1}}, nil},
		"for a unit whose gate is open":   {[]kind{{isActive, "inner.gated", 1}, {isActive, "middle.plain", 1}}, nil},
		"two, sorted":                     {[]kind{{isActive, "inner.free", 0}, {isActive, "inner.gated", 0}, {isActive, "middle.old", 0}}, []roles.ApplicationCode{"inner", "outer"}},
		"its gate shut by a gate":         {[]kind{{isActive, "inner.gated", 0}, {isActive, "middle.nested", 0}}, nil},
		"its gate open by an open gate":   {[]kind{{isActive, "inner.gated", 0}, {isActive, "middle.nested", 0}, {isActive, "outer.plain", 0}}, []roles.ApplicationCode{"inner"}},
		"a gate that is open for another": {[]kind{{isActive, "inner.free", 0}, {isActive, "outer.plain", 0}}, []roles.ApplicationCode{"outer"}},
	} {
		assert.Equal(t, of.want, c.Managed(assignmentsOf(of.held), now), name)
	}
}

func TestHasManagingRoles(t *testing.T) {
	assert.True(t, roles.MonEspaceAndCalista().HasManagingRoles())
	assert.False(t, roles.MonEspace().HasManagingRoles())
	assert.False(t, (&roles.Catalogue{}).HasManagingRoles())
}

func TestNewCatalogueRefusesGatesAndManagers(t *testing.T) {
	app := func(code string, gates ...string) roles.Application {
		a := roles.Application{Code: roles.ApplicationCode(code), Labels: label("App")}
		for i, gate := range gates {
			a.Roles = append(a.Roles, roles.Role{Code: roles.Code(fmt.Sprintf("%s.role%d", code, i)), Labels: label("Role"), Gate: roles.ApplicationCode(gate)})
		}
		return a
	}
	for name, of := range map[string]struct {
		apps  []roles.Application
		field string
		code  string
		text  string
	}{
		"an unknown gate": {[]roles.Application{app("a", "", "none")}, "applications[0].roles[1].gate", "unknown", `there is no application "none"`},
		"its own":         {[]roles.Application{app("b"), app("a", "b", "a")}, "applications[1].roles[1].gate", "cycle", "a role's gate is another application, not its own"},
		"two":             {[]roles.Application{app("a", "b"), app("b", "", "a")}, "applications[1].roles[1].gate", "cycle", "gates go in a circle: a, b, a"},
		"three":           {[]roles.Application{app("a", "b"), app("b", "c"), app("c", "", "a")}, "applications[2].roles[1].gate", "cycle", "gates go in a circle: a, b, c, a"},
		"a way in":        {[]roles.Application{app("a", "c"), app("b", "a"), app("c", "d"), app("d", "c")}, "applications[3].roles[0].gate", "cycle", "gates go in a circle: c, d, c"},
	} {
		_, err := roles.NewCatalogue(of.apps...)
		var problems roles.Problems
		require.ErrorAs(t, err, &problems, name)
		assert.Equal(t, roles.Problems{{Field: of.field, Code: of.code, Text: of.text}}, problems, name)
	}
	// Many ways to one place are no circle.
	_, err := roles.NewCatalogue(app("a", "b", "c"), app("b", "d"), app("c", "d", "b"), app("d"))
	require.NoError(t, err)

	managing := app("a", "")
	managing.Roles[0].Manages = "none"
	_, err = roles.NewCatalogue(managing)
	assert.EqualError(t, err, `roles: catalogue: applications[0].roles[0].manages: there is no application "none"`)
	managing.Roles[0].Manages = "a"
	_, err = roles.NewCatalogue(managing)
	require.NoError(t, err)
}

// Gates behind gates are looked into once each: without that, a person with
// many roles in a deep catalogue would take for ever to be denied.
func TestDeepGatesEnd(t *testing.T) {
	const depth, each = 12, 20 // 20 to the power of 12 ways
	var apps []roles.Application
	var held []roles.Assignment
	for i := range depth {
		code := roles.Code(fmt.Sprintf("app%02d.role", i))
		app := roles.Application{Code: code.Application(), Labels: label("App"), Roles: []roles.Role{{Code: code, Labels: label("Role"), Actions: roles.Actions("act")}},
			Actions: []roles.ActionDefinition{{Action: "act"}}}
		app.Roles[0].Gate = roles.ApplicationCode(fmt.Sprintf("app%02d", i+1))
		apps = append(apps, app)
		for range each {
			held = append(held, roles.Assignment{ID: assignmentID(byte(i)), Role: code, Window: roles.Window{From: tick(1)}})
		}
	}
	apps = append(apps, roles.Application{Code: roles.ApplicationCode(fmt.Sprintf("app%02d", depth)), Labels: label("App"),
		Roles: []roles.Role{{Code: roles.Code(fmt.Sprintf("app%02d.role", depth)), Labels: label("Role")}}})
	c := catalogue(t, apps...)
	q := roles.Question{Application: "app00", Action: "act", At: now}
	assert.Equal(t, roles.ReasonGateMissing, c.Decide(held, q).Reason)
	held = append(held, roles.Assignment{Role: roles.Code(fmt.Sprintf("app%02d.role", depth)), Window: roles.Window{From: tick(1)}})
	assert.True(t, c.Decide(held, q).Allowed)
}

// A check without gates allocates the list of what allows, and nothing else.
func TestDecideAllocates(t *testing.T) {
	c := catalogue(t, gatedApps()...)
	held := assignmentsOf([]kind{{isActive, "inner.free", 0}, {isActive, "inner.gated", 0}, {isActive, "middle.plain", 0}})
	for q, want := range map[roles.Question]float64{
		{Application: "inner", Action: "act", At: now}:  2, // two that allow: the list grows once
		{Application: "middle", Action: "act", At: now}: 1,
		{Application: "gone", Action: "act", At: now}:   0,
	} {
		got := testing.AllocsPerRun(100, func() { c.Decide(held, q) })
		assert.Equal(t, want, got, "%+v", q)
	}
}
