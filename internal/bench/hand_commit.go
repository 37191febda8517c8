package main

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/egovroles/egovroles/accessmgmt"
)

// committer writes a changeset by hand.
type committer func(ctx context.Context, c accessmgmt.Changes) error

// transaction runs statements in a transaction, each of which must write at least
// one row.
func (h *hand) transaction(ctx context.Context, run func(exec func(stmt *sql.Stmt, args []any) error) error) error {
	tx, err := h.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	err = run(func(stmt *sql.Stmt, args []any) error {
		result, err := tx.StmtContext(ctx, stmt).ExecContext(ctx, args...)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n < 1 {
			return fmt.Errorf("a statement wrote %d rows: %w", n, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return tx.Commit()
}

// approving returns what commits an approval: the enterprise, the command, the
// request, the assignment, one audit record and some messages.
func (h *hand) approving(ctx context.Context, messages int) (committer, error) {
	stmts, err := h.prepareAll(ctx, bumpEnterprise, insertInto(commandTable, 1), updateRequest, insertInto(assignmentTable, 1), insertInto(auditTable, 1),
		insertInto(outboxTable, messages))
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, c accessmgmt.Changes) error {
		var told []any
		for i := range c.Messages {
			told = append(told, h.messageArgs(&c.Messages[i])...)
		}
		args := [][]any{h.bumpArgs(&c.Enterprise), h.commandArgs(c.Enterprise.ID, &c.Command, c.Enterprise.Epoch), h.requestArgs(&c.Requests[0]),
			h.assignmentArgs(&c.Assignments[0]), h.auditArgs(&c.Audit[0]), told}
		return h.transaction(ctx, func(exec func(*sql.Stmt, []any) error) error {
			for i, stmt := range stmts {
				if err := exec(stmt, args[i]); err != nil {
					return err
				}
			}
			return nil
		})
	}, nil
}

// inviting returns what commits an invitation of many: the enterprise, the
// command, the invitation, and in inserts of many rows the recipients, an audit
// record each and a message each.
func (h *hand) inviting(ctx context.Context) (committer, error) {
	stmts, err := h.prepareAll(ctx, bumpEnterprise, insertInto(commandTable, 1), insertInto(invitationTable, 1))
	if err != nil {
		return nil, err
	}
	many := map[string]*sql.Stmt{} // the full inserts, kept; the last of each table is what it is
	for _, t := range []handTable{recipientTable, auditTable, outboxTable} {
		if many[t.name], err = h.prepare(ctx, insertInto(t, h.rows)); err != nil {
			return nil, err
		}
	}
	return func(ctx context.Context, c accessmgmt.Changes) error {
		return h.transaction(ctx, func(exec func(*sql.Stmt, []any) error) error {
			for i, args := range [][]any{h.bumpArgs(&c.Enterprise), h.commandArgs(c.Enterprise.ID, &c.Command, c.Enterprise.Epoch), h.invitationArgs(&c.Invitations[0])} {
				if err := exec(stmts[i], args); err != nil {
					return err
				}
			}
			into := inserting{h, ctx, many, exec}
			if err := insertAll(into, recipientTable, c.Recipients, h.recipientArgs); err != nil {
				return err
			}
			if err := insertAll(into, auditTable, c.Audit, h.auditArgs); err != nil {
				return err
			}
			return insertAll(into, outboxTable, c.Messages, h.messageArgs)
		})
	}, nil
}

// inserting is what adds many rows in a transaction.
type inserting struct {
	*hand
	ctx  context.Context
	many map[string]*sql.Stmt
	exec func(*sql.Stmt, []any) error
}

func insertAll[T any](in inserting, t handTable, rows []T, args func(*T) []any) error {
	for part := range slices.Chunk(rows, in.rows) {
		all := make([]any, 0, 32*len(part))
		for i := range part {
			all = append(all, args(&part[i])...)
		}
		stmt := in.many[t.name]
		if len(part) < in.rows {
			rest, err := in.prepare(in.ctx, insertInto(t, len(part)))
			if err != nil {
				return err
			}
			defer func() { _ = rest.Close() }()
			stmt = rest
		}
		if err := in.exec(stmt, all); err != nil {
			return err
		}
	}
	return nil
}
