package postgres_test

import (
	"context"
	"database/sql"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/storage/postgres"
)

// portal is what a portal has.
type portal struct {
	db    *sql.DB
	store *postgres.Store
	svc   *accessmgmt.Service
}

// handOver gives somebody a role and moves a dossier of the portal's: both, or
// neither.
func (p *portal) handOver(ctx context.Context, gap accessmgmt.Actor, c accessmgmt.Assign, dossier int) error {
	tx, err := p.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	in := p.svc.Within(p.store.In(tx))
	defer in.RolledBack() // nothing after Committed
	defer func() { _ = tx.Rollback() }()

	given, err := in.Assign(ctx, gap, c)
	if err != nil {
		return err
	}
	if err := accessmgmt.Failed(given); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE dossier SET state = 'handed over' WHERE id = $1", dossier); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	in.Committed()
	return nil
}

func ExampleStore_In() {
	var p portal // made when the portal starts
	_ = p.handOver
}
