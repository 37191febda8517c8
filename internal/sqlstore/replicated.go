package sqlstore

import (
	"context"
	"errors"

	"github.com/egovroles/egovroles/accessmgmt"
)

// Command implements [accessmgmt.Reader]. That a command was done is an answer that
// is given once more, so it is to be as safe as the first: see Dialect.Replicated.
// In a transaction of the portal's it is only read.
func (s *Store) Command(ctx context.Context, enterprise accessmgmt.EnterpriseID, id accessmgmt.CommandID) (accessmgmt.Command, error) {
	there, err := s.command(ctx, enterprise, id)
	if err != nil || s.dialect.Replicated == nil || s.host != nil {
		return there, err
	}
	return s.replicated(ctx, commandQuery(s, enterprise, id))
}

// command is Command as the server sees it.
func (s *Store) command(ctx context.Context, enterprise accessmgmt.EnterpriseID, id accessmgmt.CommandID) (accessmgmt.Command, error) {
	return one(ctx, s, "command", commandQuery(s, enterprise, id), commands.fields)
}

func commandQuery(s *Store, enterprise accessmgmt.EnterpriseID, id accessmgmt.CommandID) query {
	return query{text: "SELECT " + commands.list + " FROM egovroles_command WHERE enterprise = ? AND id = ?", args: []any{s.key(enterprise.UUID), s.key(id.UUID)}}
}

// errNotReplicated is why nobody knows of a command that is there.
const errNotReplicated = Plain("it is there, and may not be on any standby")

// replicated reads a command and makes sure that it stays, on one connection: on
// another, a server that never had it could vouch for it. It waits as long as the
// caller does, or a COMMIT may take; cut short, nobody knows.
func (s *Store) replicated(ctx context.Context, q query) (there accessmgmt.Command, err error) {
	waiting, done := context.WithTimeout(ctx, s.limits.commit)
	defer done()
	seen := false
	err = s.retry(waiting, func() error {
		conn, err := s.db.Conn(waiting)
		if err != nil {
			return err
		}
		defer func() { _ = conn.Close() }()
		rows, err := conn.QueryContext(waiting, s.rebind(q.text), q.args...)
		if err != nil {
			return err
		}
		found, err := collect(rows, commands.fields, nil)
		if there, err = only(found, err); err != nil {
			return err
		}
		seen = true
		err = s.dialect.Replicated(waiting, conn)
		if waiting.Err() != nil { // whatever was answered: PostgreSQL says done to who cancels his waiting
			s.drop(conn)
			err = waiting.Err()
		}
		return err
	})
	switch {
	case err == nil || errors.Is(err, accessmgmt.ErrNotFound):
		return there, err
	case seen && ctx.Err() == nil:
		return accessmgmt.Command{}, s.unknown(errNotReplicated)
	}
	return accessmgmt.Command{}, s.fail(ctx, "command", err)
}
