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

// each calls found with the assignments of each pair that count, until it
// returns false or an error.
func (g *grants) each(q GrantQuery, found func([]roles.Assignment) (bool, error)) error {
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
	q.Limit = pageSize
	var pair []roles.Assignment
	flush := func() (bool, error) {
		given := g.counting(pair)
		pair = nil
		if len(given) == 0 {
			return true, nil
		}
		return found(given)
	}
	for {
		rows, err := g.store.Grants(g.ctx, q)
		if err != nil {
			return err
		}
		for _, a := range rows {
			if len(pair) > 0 && (pair[0].Enterprise != a.Enterprise || pair[0].Person != a.Person) {
				if more, err := flush(); err != nil || !more {
					return err
				}
			}
			pair = append(pair, a)
		}
		if len(rows) < q.Limit {
			_, err := flush()
			return err
		}
		last := rows[len(rows)-1]
		q.After = GrantKey{last.Enterprise, last.Person, last.ID}
	}
}

// counting returns those of the assignments that are in force and give
// something of what is asked: the same judgement as a check's, one by one.
func (g *grants) counting(pair []roles.Assignment) []roles.Assignment {
	var given []roles.Assignment
	for _, a := range pair {
		q := roles.Question{Application: g.app, Action: g.action, Unit: a.Unit, At: g.at}
		if g.unit != nil {
			q.Unit = *g.unit
		}
		switch {
		case g.action != "" && g.catalogue.Decide([]roles.Assignment{a}, q).Allowed:
			given = append(given, a)
		case g.action == "" && g.catalogue.ActionsOf([]roles.Assignment{a}, g.app, q.Unit, g.at).Len() > 0:
			given = append(given, a)
		}
	}
	return given
}
