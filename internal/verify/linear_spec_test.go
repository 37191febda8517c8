package verify_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/anishathalye/porcupine"
	"github.com/google/uuid"

	"github.com/egovroles/egovroles/roles"
)

// This is what one enterprise does when everybody comes one after the other, as
// small as it can be said. It knows nothing of how accessmgmt decides: a porcupine
// looks for an order in which the answers that several got at once are those that
// it would give.

// deed is what somebody does or asks.
type deed string

const (
	toDesignate deed = "designate" // by the representative
	toVacate    deed = "vacate"    // by the representative
	toSuspend   deed = "suspend"   // by staff, as to resume
	toResume    deed = "resume"
	toName      deed = "name"   // a co-GAP
	toRemove    deed = "remove" // him
	toInvite    deed = "invite"
	toRevoke    deed = "revoke"
	toAccept    deed = "accept"
	toDecline   deed = "decline"
	toApprove   deed = "approve"
	toRefuse    deed = "refuse"
	toWithdraw  deed = "withdraw"
	toAssign    deed = "assign"
	toReplace   deed = "replace"
	toExtend    deed = "extend"
	toEnd       deed = "end"
	toGiveBack  deed = "give back"

	toCheck       deed = "check"
	toList        deed = "list the roles in force"
	toListTasks   deed = "list the open tasks"
	toSeeGAP      deed = "see the GAP"
	toSeeManagers deed = "see the managers"
)

// play is one deed: by whom, to whom, about which role and which object.
type play struct {
	enterprise int
	deed       deed
	by, whom   int
	role       int
	object     uuid.UUID
	until      int // the last day of a role, counted from today
}

// outcome is what came of it. A refusal did nothing, whatever it was for. One that
// is open may have happened or not, and never ended; of it made is what it would
// have made.
type outcome struct {
	refused, open bool
	made          uuid.UUID
	// The answer to a check, and to the lists one text for each row, sorted.
	epoch   uint64
	allowed bool
	reason  string
	rows    []string
}

// The roles of these plays, and which of them let somebody read and sign.
var (
	playedRoles = []roles.Code{roles.Reader, roles.Editor}
	mayBySign   = []bool{false, true}
)

func (in play) String() string {
	return fmt.Sprintf("%d: %s (whom %d, role %d, until %d) %s", in.by, in.deed, in.whom, in.role, in.until, short(in.object))
}

func (out outcome) String() string {
	switch {
	case out.open:
		return "? " + short(out.made)
	case out.refused:
		return "refused"
	case out.epoch > 0:
		return fmt.Sprintf("at %d: %t %s %v", out.epoch, out.allowed, out.reason, out.rows)
	}
	return fmt.Sprintf("-> %s %v", short(out.made), out.rows)
}

// short is enough of an id to tell it from the others of one history.
func short(id uuid.UUID) string {
	if id == uuid.Nil {
		return ""
	}
	return id.String()[24:]
}

// ledger is the state of one enterprise: who is GAP, or nobody, and what is open
// or in force. What is over is forgotten.
type ledger struct {
	epoch     uint64
	gap       int
	suspended bool
	coGAPs    map[uuid.UUID]int
	invited   map[uuid.UUID]line
	asked     map[uuid.UUID]line
	given     map[uuid.UUID]line
}

// line is one role of one person.
type line struct {
	person, role, until int
}

const nobody = -1

// firstUntil is the last day that roles are given until, before they are extended.
const firstUntil = 100

// ledgers is the specification, each enterprise beginning with what it is given.
func ledgers(begin func(enterprise int) ledger) porcupine.Model {
	type state struct{ at *ledger } // nil: before the first step, which tells whose it is
	return porcupine.Model{
		Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
			parts := map[int][]porcupine.Operation{}
			for _, o := range history {
				e := o.Input.(play).enterprise
				parts[e] = append(parts[e], o)
			}
			return slices.Collect(maps.Values(parts))
		},
		Init: func() any { return state{} },
		Step: func(s, input, output any) (bool, any) {
			in, out, at := input.(play), output.(outcome), s.(state).at
			if at == nil {
				first := begin(in.enterprise)
				at = &first
			}
			if out.refused {
				return true, state{at}
			}
			next, ok := at.after(in, out)
			if out.open && !ok { // it came to nothing
				return true, state{at}
			}
			return ok, state{&next}
		},
		Equal: func(a, b any) bool {
			x, y := a.(state).at, b.(state).at
			return x == y || x != nil && y != nil && x.same(y)
		},
	}
}

func (l *ledger) same(o *ledger) bool {
	return l.epoch == o.epoch && l.gap == o.gap && l.suspended == o.suspended && maps.Equal(l.coGAPs, o.coGAPs) &&
		maps.Equal(l.invited, o.invited) && maps.Equal(l.asked, o.asked) && maps.Equal(l.given, o.given)
}

// after returns the state after a deed that was done, or an answer that was given,
// and whether that could be. l stays as it is.
func (l *ledger) after(in play, out outcome) (ledger, bool) {
	n := *l
	switch in.deed {
	case toCheck:
		allowed, reason, by := l.check(in)
		return n, out.epoch == l.epoch && out.allowed == allowed && (reason == "" || out.reason == reason) && (!allowed || slices.Equal(out.rows, by))
	case toList:
		return n, slices.Equal(out.rows, texts(l.given))
	case toListTasks:
		return n, slices.Equal(out.rows, texts(l.asked))
	case toSeeGAP:
		return n, slices.Equal(out.rows, []string{fmt.Sprint(l.gap)})
	case toSeeManagers:
		return n, slices.Equal(out.rows, texts(l.coGAPs))
	default:
		n.epoch++
		return n, n.do(in, out.made)
	}
}

// check says whether a person may, why nobody may, and which roles let him.
func (l *ledger) check(in play) (bool, string, []string) {
	switch {
	case l.suspended:
		return false, "suspended", nil
	case l.gap == nobody && len(l.coGAPs) == 0:
		return false, "no_gap", nil
	}
	var by []string
	for id, g := range l.given {
		if g.person == in.whom && (in.role == 0 || mayBySign[g.role]) {
			by = append(by, id.String())
		}
	}
	slices.Sort(by)
	return len(by) > 0, "", by
}

// do changes the state, and reports whether it could be done.
func (l *ledger) do(in play, made uuid.UUID) bool {
	manager := l.gap == in.by || l.isCoGAP(in.by)
	gives := manager && !l.suspended
	switch in.deed {
	case toDesignate:
		ok := l.gap != in.whom
		l.gap = in.whom
		return ok
	case toVacate:
		ok := l.gap != nobody
		l.gap = nobody
		return ok
	case toSuspend, toResume:
		ok := l.suspended == (in.deed == toResume)
		l.suspended = !l.suspended
		return ok
	case toName:
		ok := l.gap == in.by && !l.suspended && in.whom != l.gap && !l.isCoGAP(in.whom)
		l.coGAPs = with(l.coGAPs, made, in.whom)
		return ok
	case toRemove:
		who, there := l.coGAPs[in.object]
		l.coGAPs = without(l.coGAPs, in.object)
		return there && (l.gap == in.by || who == in.by)
	case toInvite:
		ok := gives && !has(l.invited, in.whom, in.role)
		l.invited = with(l.invited, made, line{in.whom, in.role, firstUntil})
		return ok
	case toRevoke, toDecline: // whoever holds the link
		_, there := l.invited[in.object]
		l.invited = without(l.invited, in.object)
		return there && (in.deed == toDecline || manager)
	case toAccept: // he too, and it is his from then on
		what, there := l.invited[in.object]
		ok := there && !l.suspended && !has(l.given, in.by, what.role) && !has(l.asked, in.by, what.role)
		l.invited, l.asked = without(l.invited, in.object), with(l.asked, made, line{in.by, what.role, what.until})
		return ok
	case toRefuse, toWithdraw:
		who, there := l.asked[in.object]
		l.asked = without(l.asked, in.object)
		return there && (in.deed == toRefuse && manager || in.deed == toWithdraw && who.person == in.by)
	case toApprove:
		who, there := l.asked[in.object]
		ok := there && gives && !has(l.given, who.person, who.role)
		l.asked, l.given = without(l.asked, in.object), with(l.given, made, who)
		return ok
	case toAssign:
		ok := gives && !has(l.given, in.whom, in.role)
		l.given = with(l.given, made, line{in.whom, in.role, firstUntil})
		return ok
	case toReplace:
		old, there := l.given[in.object]
		l.given = without(l.given, in.object)
		ok := there && gives && !has(l.given, old.person, in.role)
		l.given = with(l.given, made, line{old.person, in.role, firstUntil})
		return ok
	case toExtend:
		old, there := l.given[in.object]
		l.given = with(l.given, in.object, line{old.person, old.role, in.until})
		return there && gives && in.until > old.until
	case toEnd, toGiveBack:
		old, there := l.given[in.object]
		l.given = without(l.given, in.object)
		return there && (in.deed == toEnd && manager || in.deed == toGiveBack && old.person == in.by)
	default: // it only looks
		return false
	}
}

func (l *ledger) isCoGAP(person int) bool {
	for _, who := range l.coGAPs {
		if who == person {
			return true
		}
	}
	return false
}

func has(lines map[uuid.UUID]line, person, role int) bool {
	for _, l := range lines {
		if l.person == person && l.role == role {
			return true
		}
	}
	return false
}

func with[V any](m map[uuid.UUID]V, id uuid.UUID, v V) map[uuid.UUID]V {
	m = maps.Clone(m)
	if m == nil {
		m = map[uuid.UUID]V{}
	}
	m[id] = v
	return m
}

func without[V any](m map[uuid.UUID]V, id uuid.UUID) map[uuid.UUID]V {
	m = maps.Clone(m)
	delete(m, id)
	return m
}

// texts returns one text for each row, sorted, as the lists of an outcome are.
func texts[V any](m map[uuid.UUID]V) []string {
	var all []string
	for id, v := range m {
		all = append(all, rowText(id, v))
	}
	slices.Sort(all)
	return all
}

func rowText(id uuid.UUID, v any) string { return strings.TrimSpace(fmt.Sprint(id, v)) }
