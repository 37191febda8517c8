package roles_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/roles"
)

// The exhaustive tests say what an assignment is in words, build it, and hold
// Decide against an oracle that looks at the words alone.

type standing string

const (
	isScheduled standing = "scheduled"
	isActive    standing = "active"
	isUnlimited standing = "active without an end"
	isLastTick  standing = "active for one more microsecond"
	isExpired   standing = "expired"
	isEnded     standing = "ended"
	isEndedNow  standing = "ended at this instant"
	isToEnd     standing = "active, to be ended"
	wasUndone   standing = "ended before its start, which lies ahead"
	toBeUndone  standing = "to be ended before its start, both ahead"
	isUndoneAt  standing = "to be ended at its start, which lies ahead"
	isForgotten standing = "without a window"
)

var now = tick(100)

var standings = map[standing]struct{ window, ended [2]int }{ // ticks: {from, to}, {ended}
	isScheduled: {window: [2]int{101, 200}},
	isActive:    {window: [2]int{100, 200}},
	isUnlimited: {window: [2]int{50, 0}},
	isLastTick:  {window: [2]int{50, 101}},
	isExpired:   {window: [2]int{50, 100}},
	isEnded:     {window: [2]int{50, 200}, ended: [2]int{70}},
	isEndedNow:  {window: [2]int{50, 0}, ended: [2]int{100}},
	isToEnd:     {window: [2]int{50, 0}, ended: [2]int{101}},
	wasUndone:   {window: [2]int{150, 200}, ended: [2]int{70}},
	toBeUndone:  {window: [2]int{150, 0}, ended: [2]int{120}},
	isUndoneAt:  {window: [2]int{150, 200}, ended: [2]int{150}},
	isForgotten: {},
}

type kind struct {
	standing standing
	role     roles.Code
	unit     byte // 0: the whole enterprise
}

func (k kind) assignment(id byte) roles.Assignment {
	s := standings[k.standing]
	a := roles.Assignment{ID: assignmentID(id), Role: k.role, Window: roles.Window{From: tick(s.window[0]), To: tick(s.window[1])}, EndedAt: tick(s.ended[0])}
	if k.unit != 0 {
		a.Unit = unit(k.unit)
	}
	return a
}

func allKinds() (kinds []kind) {
	for s := range standings {
		for _, role := range []roles.Code{"shop.seer", "shop.signer", "shop.idler", "bank.signer", "shop.unknown", "gone.signer", ""} {
			for u := range byte(3) {
				kinds = append(kinds, kind{s, role, u})
			}
		}
	}
	return kinds
}

func allQuestions() (questions []roles.Question) {
	for _, app := range []roles.ApplicationCode{"shop", "bank", "gone", ""} {
		for _, action := range []roles.Action{"see", "sign", "sell", "pay", "burn", ""} {
			for _, u := range []roles.UnitID{{}, unit(1), unit(2)} {
				questions = append(questions, roles.Question{Application: app, Action: action, Unit: u, At: now})
			}
		}
	}
	return questions
}

// gives is the table of shop and bank, written once more.
var gives = map[string]bool{"shop.seer see": true, "shop.signer see": true, "shop.signer sign": true, "bank.signer sign": true}

// expected is what one assignment alone must answer.
func expected(k kind, q roles.Question) roles.Reason {
	ofThisApplication := map[roles.Code]roles.ApplicationCode{
		"shop.seer": "shop", "shop.signer": "shop", "shop.idler": "shop", "bank.signer": "bank",
	}[k.role] == q.Application && q.Application != "" && q.Application != "gone"
	hasAction := gives[string(k.role)+" "+string(q.Action)]
	covers := k.unit == 0 || unit(k.unit) == q.Unit
	inForce := k.standing == isActive || k.standing == isUnlimited || k.standing == isLastTick || k.standing == isToEnd
	switch {
	case !ofThisApplication:
		return "no_assignment"
	case hasAction && covers && inForce:
		return "allowed"
	case hasAction && covers && k.standing == isScheduled:
		return "not_yet"
	case hasAction && covers:
		return "ended"
	case hasAction && inForce:
		return "wrong_unit"
	case covers && inForce:
		return "not_this_action"
	default: // two misses or more
		return "no_assignment"
	}
}

// farthestFirst is the order of the misses: a help desk says the last one.
var farthestFirst = []roles.Reason{"no_assignment", "not_this_action", "wrong_unit", "ended", "not_yet", "allowed"}

// expectedOf is the nearest of several, with those that it is about.
func expectedOf(kinds []kind, q roles.Question) roles.Decision {
	best := 0
	var ids []roles.AssignmentID
	for i, k := range kinds {
		switch near := slices.Index(farthestFirst, expected(k, q)); {
		case near > best:
			best, ids = near, []roles.AssignmentID{assignmentID(byte(i))}
		case near == best && near > 0:
			ids = append(ids, assignmentID(byte(i)))
		}
	}
	return roles.Decision{Allowed: best == len(farthestFirst)-1, Reason: farthestFirst[best], Assignments: ids}
}

func assignmentsOf(kinds []kind) (out []roles.Assignment) {
	for i, k := range kinds {
		out = append(out, k.assignment(byte(i)))
	}
	return out
}

func same(a, b roles.Decision) bool {
	return a.Allowed == b.Allowed && a.Reason == b.Reason && slices.Equal(a.Assignments, b.Assignments)
}

func TestDecideOneAssignmentExhaustively(t *testing.T) {
	c := catalogue(t, shop(), bank())
	cases, reasons := 0, map[roles.Reason]int{}
	for _, k := range allKinds() {
		for _, q := range allQuestions() {
			cases++
			want := expectedOf([]kind{k}, q)
			reasons[want.Reason]++
			if got := c.Decide(assignmentsOf([]kind{k}), q); !same(got, want) {
				t.Fatalf("%+v asked %s %q unit %v: %v, want %v", k, q.Application, q.Action, q.Unit, got, want)
			}
		}
	}
	t.Logf("%d kinds of assignment, %d questions, %d cases: %v", len(allKinds()), len(allQuestions()), cases, reasons)
	for _, reason := range farthestFirst {
		assert.NotZero(t, reasons[reason], "no case gives %s", reason)
	}
}

func TestDecideTwoAssignmentsExhaustively(t *testing.T) {
	c := catalogue(t, shop(), bank())
	kinds, cases := allKinds(), 0
	for _, first := range kinds {
		for _, second := range kinds {
			pair := []kind{first, second}
			held := assignmentsOf(pair)
			for _, q := range []roles.Question{
				{Application: "shop", Action: "sign", At: now}, {Application: "shop", Action: "sign", Unit: unit(1), At: now},
				{Application: "shop", Action: "see", Unit: unit(2), At: now}, {Application: "bank", Action: "sign", Unit: unit(1), At: now},
			} {
				cases++
				if got, want := c.Decide(held, q), expectedOf(pair, q); !same(got, want) {
					t.Fatalf("%+v asked %s %q unit %v: %v, want %v", pair, q.Application, q.Action, q.Unit, got, want)
				}
			}
		}
	}
	t.Logf("%d cases", cases)
}

func TestDecideNothing(t *testing.T) {
	c := roles.MonEspace()
	q := roles.Question{Application: roles.MonEspaceApplication, Action: roles.Read, At: now}
	assert.Equal(t, roles.Decision{Reason: roles.ReasonNoAssignment}, c.Decide(nil, q))
	assert.Equal(t, roles.Decision{Reason: roles.ReasonNoAssignment}, c.Decide([]roles.Assignment{}, q))
	assert.Equal(t, roles.ReasonNoAssignment, c.Decide([]roles.Assignment{{}}, q).Reason, "the zero assignment")

	// A question whose instant was forgotten is about the year 1.
	held := []roles.Assignment{{Role: roles.Owner, Window: roles.Window{From: tick(1)}}, {Role: roles.Owner}}
	d := c.Decide(held, roles.Question{Application: roles.MonEspaceApplication, Action: roles.Read})
	assert.False(t, d.Allowed)
	assert.Equal(t, roles.ReasonNotYet, d.Reason)
	assert.False(t, c.Decide(held, roles.Question{}).Allowed, "the zero question")
}

// What a help desk would hear, in the words of Mon Espace.
func TestNearestMissForAHelpDesk(t *testing.T) {
	c := roles.MonEspace()
	of := func(role roles.Code, s standing, u byte) kind { return kind{s, role, u} }
	for name, c2 := range map[string]struct {
		held []kind
		want roles.Reason
		ids  []byte
	}{
		"a reader can't sign":                              {[]kind{of(roles.Reader, isActive, 0)}, "not_this_action", []byte{0}},
		"nor can two":                                      {[]kind{of(roles.Reader, isActive, 0), of(roles.Manager, isActive, 1)}, "not_this_action", []byte{0, 1}},
		"an editor of the other unit":                      {[]kind{of(roles.Editor, isActive, 2)}, "wrong_unit", []byte{0}},
		"the editor's role ran out, a reader's runs on":    {[]kind{of(roles.Reader, isActive, 0), of(roles.Editor, isExpired, 0)}, "ended", []byte{1}},
		"it ran out, but begins again next month":          {[]kind{of(roles.Editor, isExpired, 0), of(roles.Editor, isScheduled, 1)}, "not_yet", []byte{1}},
		"it was to begin, and was replaced by a later one": {[]kind{of(roles.Editor, toBeUndone, 0), of(roles.Editor, isScheduled, 0)}, "not_yet", []byte{1}},
		"it was to begin, and was taken away":              {[]kind{of(roles.Reader, isActive, 0), of(roles.Editor, toBeUndone, 0)}, "ended", []byte{1}},
		"the other unit's editor's role ran out":           {[]kind{of(roles.Editor, isExpired, 2)}, "no_assignment", nil},
		"a reader of the other unit":                       {[]kind{of(roles.Reader, isActive, 2)}, "no_assignment", nil},
		"a reader's role that ran out":                     {[]kind{of(roles.Reader, isExpired, 0)}, "no_assignment", nil},
		"one that may":                                     {[]kind{of(roles.Reader, isActive, 0), of(roles.Owner, isActive, 1)}, "allowed", []byte{1}},
		"two that may":                                     {[]kind{of(roles.Editor, isActive, 0), of(roles.Owner, isActive, 1)}, "allowed", []byte{0, 1}},
	} {
		var ids []roles.AssignmentID
		for _, id := range c2.ids {
			ids = append(ids, assignmentID(id))
		}
		got := c.Decide(assignmentsOf(c2.held), roles.Question{Application: roles.MonEspaceApplication, Action: roles.Sign, Unit: unit(1), At: now})
		assert.Equal(t, roles.Decision{Allowed: c2.want == "allowed", Reason: c2.want, Assignments: ids}, got, name)
	}
}

func TestRolesAreSetsNotRanks(t *testing.T) {
	c := roles.MonEspace()
	of := func(codes ...roles.Code) (held []roles.Assignment) {
		for i, code := range codes {
			held = append(held, kind{isActive, code, 0}.assignment(byte(i)))
		}
		return held
	}
	actionsOf := func(codes ...roles.Code) string {
		return c.ActionsOf(of(codes...), roles.MonEspaceApplication, roles.UnitID{}, now).String()
	}
	manager, editor := c.ActionsOf(of(roles.Manager), roles.MonEspaceApplication, roles.UnitID{}, now), c.ActionsOf(of(roles.Editor), roles.MonEspaceApplication, roles.UnitID{}, now)
	assert.False(t, manager.Contains(editor))
	assert.False(t, editor.Contains(manager))
	assert.Equal(t, "create,delete,manage_space,modify,read,sign,submit", actionsOf(roles.Manager, roles.Editor))
	assert.Equal(t, actionsOf(roles.Owner), actionsOf(roles.Editor, roles.Manager))
	assert.Equal(t, "read", actionsOf(roles.Reader, roles.Reader))
	assert.Empty(t, actionsOf())
	assert.Empty(t, actionsOf("monespace.unknown", "shop.signer"))
}

// world is a catalogue and one person's assignments, made at random. Roles of
// the assignments may be unknown to the catalogue, and windows turned round.
type world struct {
	catalogue *roles.Catalogue
	apps      []roles.Application
	held      []roles.Assignment
}

func randomWorld(t *testing.T, r *rand.Rand) world {
	var w world
	for i := range 2 {
		app := roles.Application{Code: roles.ApplicationCode(fmt.Sprintf("app%d", i)), Labels: label("App")}
		for _, j := range r.Perm(4)[:1+r.IntN(4)] { // the same names in every application, each at another bit
			app.Actions = append(app.Actions, roles.ActionDefinition{Action: roles.Action(fmt.Sprintf("act%d", j))})
		}
		for j := range 2 + r.IntN(3) {
			var names []roles.Action
			for _, def := range app.Actions {
				if r.IntN(2) == 0 {
					names = append(names, def.Action)
				}
			}
			app.Roles = append(app.Roles, roles.Role{Code: roles.Code(fmt.Sprintf("%s.role%d", app.Code, j)), Labels: label("Role"), Actions: roles.Actions(names...)})
		}
		w.apps = append(w.apps, app)
	}
	w.catalogue = catalogue(t, w.apps...)
	for i := range r.IntN(9) {
		w.held = append(w.held, randomAssignment(r, byte(i)))
	}
	return w
}

func randomAssignment(r *rand.Rand, id byte) roles.Assignment {
	a := roles.Assignment{ID: assignmentID(id), Role: roles.Code(fmt.Sprintf("app%d.role%d", r.IntN(3), r.IntN(5)))}
	if n := r.IntN(3); n > 0 {
		a.Unit = unit(byte(n))
	}
	a.Window = roles.Window{From: tick(r.IntN(6)), To: tick(r.IntN(2) * (1 + r.IntN(8)))}
	if r.IntN(3) == 0 {
		a.EndedAt = tick(1 + r.IntN(7))
	}
	return a
}

func randomQuestion(r *rand.Rand, w world) roles.Question {
	q := roles.Question{Application: roles.ApplicationCode(fmt.Sprintf("app%d", r.IntN(3))), Action: roles.Action(fmt.Sprintf("act%d", r.IntN(5))), At: tick(1 + r.IntN(8))}
	if n := r.IntN(3); n > 0 {
		q.Unit = unit(byte(n))
	}
	if len(w.held) > 0 && r.IntN(4) > 0 { // mostly about something that the person might hold
		about := w.held[r.IntN(len(w.held))]
		q.Application, q.Unit = about.Role.Application(), about.Unit
		if role, ok := w.catalogue.Role(about.Role); ok && role.Actions.Len() > 0 {
			q.Action = slices.Collect(role.Actions.All())[r.IntN(role.Actions.Len())]
		}
	}
	return q
}

// may answers from the applications as they were given, without the
// catalogue: whether one of the assignments allows.
func may(apps []roles.Application, held []roles.Assignment, q roles.Question) bool {
	for _, a := range held {
		for _, app := range apps {
			for _, role := range app.Roles {
				if app.Code == q.Application && role.Code == a.Role && slices.Contains(slices.Collect(role.Actions.All()), q.Action) &&
					(a.Unit == roles.UnitID{} || a.Unit == q.Unit) &&
					a.Window.From != (time.Time{}) && q.At.Sub(a.Window.From) >= 0 &&
					(a.Window.To == (time.Time{}) || q.At.Sub(a.Window.To) < 0) &&
					(a.EndedAt == (time.Time{}) || q.At.Sub(a.EndedAt) < 0) {
					return true
				}
			}
		}
	}
	return false
}

func TestDecideOnRandomWorlds(t *testing.T) {
	r := rand.New(rand.NewPCG(2026, 7))
	allowed, denied := 0, 0
	var w world
	for i := range 20_000 {
		if i%5 == 0 { // a catalogue takes longer to make than to ask
			w = randomWorld(t, r)
		}
		q := randomQuestion(r, w)
		got := w.catalogue.Decide(w.held, q)
		if got.Allowed != may(w.apps, w.held, q) || got.Allowed != (got.Reason == roles.ReasonAllowed) {
			t.Fatalf("%v for %+v holding %+v", got, q, w.held)
		}
		if got.Allowed {
			allowed++
		} else {
			denied++
		}
		for _, id := range got.Assignments { // each is one that the person holds and, when allowed, enough by itself
			at := slices.IndexFunc(w.held, func(a roles.Assignment) bool { return a.ID == id })
			if at < 0 || w.catalogue.Decide(w.held[at:at+1], q).Reason != got.Reason {
				t.Fatalf("%v names %v, for %+v holding %+v", got, id, q, w.held)
			}
		}
		if len(got.Assignments) == 0 != (got.Reason == roles.ReasonNoAssignment) {
			t.Fatalf("%v names nobody, or somebody for nothing", got)
		}

		// The order of the assignments doesn't matter.
		shuffled := slices.Clone(w.held)
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		again := w.catalogue.Decide(shuffled, q)
		byID := func(a, b roles.AssignmentID) int { return slices.Compare(a.UUID[:], b.UUID[:]) }
		if again.Allowed != got.Allowed || again.Reason != got.Reason ||
			!slices.Equal(slices.SortedFunc(slices.Values(again.Assignments), byID), slices.SortedFunc(slices.Values(got.Assignments), byID)) {
			t.Fatalf("%v, in another order %v, for %+v holding %+v", got, again, q, w.held)
		}

		// One assignment more never takes away, and never makes the miss farther.
		more := w.catalogue.Decide(append(slices.Clone(w.held), randomAssignment(r, 99)), q)
		if slices.Index(farthestFirst, more.Reason) < slices.Index(farthestFirst, got.Reason) {
			t.Fatalf("%v, with one assignment more %v, for %+v holding %+v", got, more, q, w.held)
		}

		// ActionsOf is Decide for every action.
		of := w.catalogue.ActionsOf(w.held, q.Application, q.Unit, q.At)
		listed := 0
		for i := range 6 {
			ask := q
			ask.Action = roles.Action(fmt.Sprintf("act%d", i))
			answer := w.catalogue.Decide(w.held, ask).Allowed
			if answer {
				listed++
			}
			if of.Has(ask.Action) != answer {
				t.Fatalf("actions %s, but %s: %t, for %+v holding %+v", of, ask.Action, answer, q, w.held)
			}
		}
		require.Equal(t, listed, of.Len(), "%s has an action that nobody asked about", of)
	}
	t.Logf("%d allowed, %d denied", allowed, denied)
	assert.Greater(t, allowed, 1500, "too few worlds allow anything for this test to mean much")
}

func TestDecideDoesNotWriteToItsInput(t *testing.T) {
	c := catalogue(t, shop(), bank())
	held := assignmentsOf([]kind{{isActive, "shop.seer", 0}, {isExpired, "shop.signer", 0}, {isActive, "shop.signer", 1}})
	before := slices.Clone(held)
	d := c.Decide(held, roles.Question{Application: "shop", Action: "sign", Unit: unit(1), At: now})
	d.Assignments[0] = assignmentID(77)
	c.ActionsOf(held, "shop", unit(1), now)
	assert.Equal(t, before, held)
}
