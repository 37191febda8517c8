package main

import (
	"database/sql"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/access"
	"github.com/egovroles/egovroles/roles"
)

// fromMemory has an index read all there is, against a plain scan of the same rows,
// and answer lists, against the service that reads them from the store.
func fromMemory(b *bench) ([]result, error) {
	filled := func() (*access.Index, error) {
		ix, err := access.New(b.store, access.Options{Catalogue: roles.MonEspace(), MaxStaleness: time.Minute})
		if err != nil {
			return nil, err
		}
		return ix, ix.Load(b.ctx, nil)
	}
	ix, err := filled()
	if err != nil {
		return nil, err
	}
	total := ix.Size().Assignments
	scan, err := b.hand.scanning(b)
	if err != nil {
		return nil, err
	}
	load, err := b.against("index: Load, against a scan", max(3, b.rounds/30), false, goal{},
		func(int) (func() error, error) {
			return func() error {
				ix, err := filled()
				return enough(ix.Size().Assignments, total, err)
			}, nil
		},
		func(int) (func() error, error) {
			return func() error {
				n, err := scan()
				return enough(n, total, err)
			}, nil
		})
	if err != nil {
		return nil, err
	}
	all := []result{load}
	for name, of := range map[string][]*company{"small": b.world.small, "large": b.world.large} {
		who := func(lists accessmgmt.AccessLists) side {
			return func(n int) (func() error, error) {
				q := accessmgmt.PersonsQuery{Enterprise: of[n%len(of)].ent.ID, Action: roles.Read, Paging: accessmgmt.Paging{Limit: 20}}
				return func() error {
					page, err := lists.PersonsWhoPage(b.ctx, q)
					if err == nil && len(page.Items) == 0 {
						err = fmt.Errorf("nobody may")
					}
					return err
				}, nil
			}
		}
		r, err := b.against("list: PersonsWho, "+name+", index against svc", b.rounds, false, goal{}, who(ix), who(b.svc))
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, nil
}

// scanning returns what reads all assignments and keeps what a check needs.
func (h *hand) scanning(b *bench) (func() (int, error), error) {
	stmt, err := h.prepare(b.ctx, `SELECT enterprise, person, id, role, unit, properties, from_at, to_at, ended_at FROM egovroles_assignment
		ORDER BY enterprise, person, id`)
	if err != nil {
		return nil, err
	}
	type kept struct {
		enterprise, person, id, unit uuid.UUID
		role                         string
		from, to, at                 sql.NullInt64
	}
	return func() (int, error) {
		rows, err := stmt.QueryContext(b.ctx)
		if err != nil {
			return 0, err
		}
		defer func() { _ = rows.Close() }()
		var all []kept
		for rows.Next() {
			var k kept
			var properties sql.NullString
			if err := rows.Scan(&k.enterprise, &k.person, &k.id, &k.role, &k.unit, &properties, &k.from, &k.to, &k.at); err != nil {
				return 0, err
			}
			all = append(all, k)
		}
		return len(all), rows.Err()
	}, nil
}
