package accessmgmt

import (
	"context"
	"time"

	"github.com/egovroles/egovroles/roles"
)

// grants walks through the assignments of a person or an enterprise, one
// (enterprise, person) after the other, keeping those that count.
type grants struct {
	*Service
	ctx    context.Context
	app    roles.ApplicationCode
	action roles.Action // empty: any action
	unit   *UnitID      // nil: any scope
	at     time.Time
}

// each calls found with the assignments of each pair that count, and with all
// that the pair has, until it returns false or an error.
func (g *grants) each(q GrantQuery, found func(given, all []roles.Assignment) (bool, error)) error {
	var err error
	if g.app, err = g.applicationOf(g.app); err != nil {
		return err
	}
	if g.action != "" && !g.catalogue.HasAction(g.app, g.action) {
		return invalidField("action", roles.ProblemUnknown, "the application has no such action")
	}
	if g.at.IsZero() {
		g.at = g.now()
	}
	if q.Person.IsZero() && q.Enterprise.IsZero() { // of nobody and nothing, which stores need not answer
		return nil
	}
	return eachPair(g.ctx, g.store, q, func(pair []roles.Assignment) (bool, error) {
		given := g.counting(pair)
		if len(given) == 0 {
			return true, nil
		}
		return found(given, pair)
	})
}

// eachPair calls found with all assignments of each (enterprise, person) that a
// query is about, one pair after the other, until it returns false or an error.
func eachPair(ctx context.Context, store Store, q GrantQuery, found func([]roles.Assignment) (bool, error)) error {
	q.Limit = pageSize
	var pair []roles.Assignment
	for {
		rows, err := store.Grants(ctx, q)
		if err != nil {
			return err
		}
		for _, a := range rows {
			if len(pair) > 0 && (pair[0].Enterprise != a.Enterprise || pair[0].Person != a.Person) {
				if more, err := found(pair); err != nil || !more {
					return err
				}
				pair = nil
			}
			pair = append(pair, a)
		}
		if len(rows) < q.Limit {
			if len(pair) > 0 {
				_, err = found(pair)
			}
			return err
		}
		last := rows[len(rows)-1]
		q.After = GrantKey{last.Enterprise, last.Person, last.ID}
	}
}

// counting returns those of the assignments of a pair that are in force and
// give something of what is asked: the same judgement as a check's, one by one,
// with all of them for their gates.
func (g *grants) counting(pair []roles.Assignment) []roles.Assignment {
	var given []roles.Assignment
	for _, a := range pair {
		unit := a.Unit
		if g.unit != nil {
			unit = *g.unit
		}
		if g.catalogue.Gives(pair, a, roles.Question{Application: g.app, Action: g.action, Unit: unit, At: g.at}) {
			given = append(given, a)
		}
	}
	return given
}
