package workflowtest

import (
	"context"
	"errors"
	"sync"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// errStoreGone is what a tapped store fails with.
var errStoreGone = errors.New("the store doesn't answer")

// tapped is a proxy that counts the calls of each method, and can fail the n-th
// call, alter what is committed, or alter what Audit returns.
type tapped struct {
	proxy
	mu    sync.Mutex
	calls []string
	// failAt is the call that fails, counted from 1. Zero: none.
	failAt int
	// meanwhile, when set, runs before each call, and may fail it.
	meanwhile func(method string) error
	// commit, when set, alters each changeset on its way.
	commit func(*accessmgmt.Changes)
	// audit, when set, alters the whole chain before it is paged through.
	audit func([]accessmgmt.AuditRecord) []accessmgmt.AuditRecord
}

func (s *tapped) tap(method string) error {
	s.mu.Lock()
	s.calls = append(s.calls, method)
	fails, meanwhile := len(s.calls) == s.failAt, s.meanwhile
	s.mu.Unlock()
	if fails {
		return errStoreGone
	}
	if meanwhile != nil {
		return meanwhile(method)
	}
	return nil
}

// reset forgets the calls so far and says which one is to fail.
func (s *tapped) reset(failAt int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls, s.failAt = nil, failAt
}

// count returns how often a method was called, or any for "".
func (s *tapped) count(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, c := range s.calls {
		if c == method || method == "" {
			n++
		}
	}
	return n
}

// tap makes another service on the world's store, with a tap between.
func (w *World) tap(change ...func(*accessmgmt.Options)) (*tapped, *accessmgmt.Service) {
	options := w.Options
	for _, c := range change {
		c(&options)
	}
	store := &tapped{proxy: proxy{Store: w.Store}}
	store.before = store.tap
	svc, err := accessmgmt.New(store, w.Mailbox, &options)
	require.NoError(w, err)
	return store, svc
}

// Commit, and the methods that commands don't call, are tapped here; the others
// are those of proxy.
func (s *tapped) Commit(ctx context.Context, c accessmgmt.Changes) error {
	if s.commit != nil {
		s.commit(&c)
	}
	return s.proxy.Commit(ctx, c)
}

func (s *tapped) Access(ctx context.Context, e accessmgmt.EnterpriseID, p accessmgmt.PersonID, u accessmgmt.UnitID) (accessmgmt.Access, error) {
	return via(&s.proxy, "Access", func() (accessmgmt.Access, error) { return s.Store.Access(ctx, e, p, u) })
}

func (s *tapped) Grants(ctx context.Context, q accessmgmt.GrantQuery) ([]roles.Assignment, error) {
	return via(&s.proxy, "Grants", func() ([]roles.Assignment, error) { return s.Store.Grants(ctx, q) })
}

func (s *tapped) ClaimMessages(ctx context.Context, c accessmgmt.Claim) ([]accessmgmt.Message, error) {
	return via(&s.proxy, "ClaimMessages", func() ([]accessmgmt.Message, error) { return s.Store.ClaimMessages(ctx, c) })
}

func (s *tapped) FinishMessage(ctx context.Context, e accessmgmt.EnterpriseID, id accessmgmt.MessageID, c accessmgmt.ClaimID, o accessmgmt.Outcome) error {
	if err := s.tap("FinishMessage"); err != nil {
		return err
	}
	return s.Store.FinishMessage(ctx, e, id, c, o)
}

func (s *tapped) CountMessages(ctx context.Context) (accessmgmt.MessageCounts, error) {
	return via(&s.proxy, "CountMessages", func() (accessmgmt.MessageCounts, error) { return s.Store.CountMessages(ctx) })
}

func (s *tapped) DeadMessages(ctx context.Context, e accessmgmt.EnterpriseID, p accessmgmt.Page) ([]accessmgmt.Message, error) {
	return via(&s.proxy, "DeadMessages", func() ([]accessmgmt.Message, error) { return s.Store.DeadMessages(ctx, e, p) })
}

func (s *tapped) ResolveMessages(ctx context.Context, refs []accessmgmt.MessageRef, o accessmgmt.Outcome) (int, error) {
	return via(&s.proxy, "ResolveMessages", func() (int, error) { return s.Store.ResolveMessages(ctx, refs, o) })
}

func (s *tapped) ForgetMessages(ctx context.Context, f accessmgmt.Forget) (int, error) {
	return via(&s.proxy, "ForgetMessages", func() (int, error) { return s.Store.ForgetMessages(ctx, f) })
}

// Audit pages through the chain as it is, or as the test has altered it.
func (s *tapped) Audit(ctx context.Context, e accessmgmt.EnterpriseID, after accessmgmt.AuditPosition, limit int) ([]accessmgmt.AuditRecord, error) {
	if err := s.tap("Audit"); err != nil || s.audit == nil {
		if err != nil {
			return nil, err
		}
		return s.Store.Audit(ctx, e, after, limit)
	}
	whole, err := s.Store.Audit(ctx, e, accessmgmt.AuditPosition{}, 1_000_000)
	if err != nil {
		return nil, err
	}
	return auditPage(s.audit(whole), after, limit), nil
}

// auditPage returns what a database would that holds these rows in this order:
// those behind the last one at the position.
func auditPage(rows []accessmgmt.AuditRecord, after accessmgmt.AuditPosition, limit int) []accessmgmt.AuditRecord {
	from := 0
	for i, r := range rows {
		if (accessmgmt.AuditPosition{Seq: r.Seq, Ordinal: r.Ordinal}) == after {
			from = i + 1
		}
	}
	return rows[from:min(from+limit, len(rows))]
}
