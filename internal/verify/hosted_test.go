package verify_test

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/internal/sqlstore"
	"github.com/egovroles/egovroles/storage/storagetest"
)

// TestSuiteWithin runs the suite on stores whose writes are each in a transaction
// of a portal's, which commits at once, and which reads first.
func TestSuiteWithin(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			storagetest.Run(t, func(t testing.TB) accessmgmt.Store {
				store, db := d.open(t)
				return within{store, db, d.tx}
			})
		})
	}
}

// within is a store that writes in a portal's transactions.
type within struct {
	sqlStore
	db *sql.DB
	tx *sql.TxOptions
}

// do begins anew after a deadlock, which undoes the whole transaction: a portal
// does, since nobody else can.
func (w within) do(ctx context.Context, act func(accessmgmt.Store) error) (err error) {
	for range 20 {
		var failed *sqlstore.Error
		if err = w.once(ctx, act); !errors.As(err, &failed) || !strings.HasPrefix(failed.Code, "deadlock") {
			return err
		}
	}
	return err
}

func (w within) once(ctx context.Context, act func(accessmgmt.Store) error) error {
	tx, err := w.db.BeginTx(ctx, w.tx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	in := w.In(tx)
	if err := in.Ready(ctx); err != nil {
		return err
	}
	if err := act(in); err != nil {
		return err
	}
	return tx.Commit()
}

func (w within) Commit(ctx context.Context, c accessmgmt.Changes) error {
	return w.do(ctx, func(in accessmgmt.Store) error { return in.Commit(ctx, c) })
}

func (w within) ClaimMessages(ctx context.Context, c accessmgmt.Claim) (claimed []accessmgmt.Message, err error) {
	err = w.do(ctx, func(in accessmgmt.Store) error {
		claimed, err = in.ClaimMessages(ctx, c)
		return err
	})
	return claimed, err
}

func (w within) FinishMessage(ctx context.Context, e accessmgmt.EnterpriseID, id accessmgmt.MessageID, claim accessmgmt.ClaimID, o accessmgmt.Outcome) error {
	return w.do(ctx, func(in accessmgmt.Store) error { return in.FinishMessage(ctx, e, id, claim, o) })
}

func (w within) ResolveMessages(ctx context.Context, refs []accessmgmt.MessageRef, o accessmgmt.Outcome) (n int, err error) {
	err = w.do(ctx, func(in accessmgmt.Store) error {
		n, err = in.ResolveMessages(ctx, refs, o)
		return err
	})
	return n, err
}

func (w within) ForgetMessages(ctx context.Context, f accessmgmt.Forget) (n int, err error) {
	err = w.do(ctx, func(in accessmgmt.Store) error {
		n, err = in.ForgetMessages(ctx, f)
		return err
	})
	return n, err
}
