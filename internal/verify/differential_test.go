package verify_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/storage/memory"
)

// TestDifferential does the same to a database and to memory, good changesets
// and bad ones, and compares every answer and every error. There are so few ids,
// instants and words that they meet all the time.
func TestDifferential(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		differ(t, 100, func() (accessmgmt.Store, func()) {
			db := open(t, ":memory:")
			db.SetMaxOpenConns(1)
			return migrated(t, db, nil), func() { _ = db.Close() }
		})
	})
	t.Run("mariadb", func(t *testing.T) {
		t.Parallel()
		place := onMariaDB(t)
		differ(t, 20, func() (accessmgmt.Store, func()) {
			emptyMariaDB(t, place.config.DBName)
			return place.store, func() {}
		})
	})
	for name, places := range map[string]*postgresPlaces{"postgres": throughPgx, "postgres by lib-pq": throughPQ} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			place := places.take(t)
			differ(t, 20, func() (accessmgmt.Store, func()) {
				place.empty(t)
				return place.store, func() {}
			})
		})
	}
}

// differ compares empty stores to memory up to so many times: a server takes
// longer to answer.
func differ(t *testing.T, times int, empty func() (store accessmgmt.Store, end func())) {
	checks, failed := 0, false
	rapid.Check(t, func(rt *rapid.T) {
		if checks++; checks > times && !failed { // what failed is looked into for as long as it takes
			return
		}
		defer func() { failed = failed || rt.Failed() }()
		store, end := empty()
		defer end()
		p := &pair{T: rt, want: memory.New(), got: store, epochs: map[accessmgmt.EnterpriseID]uint64{}, versions: map[uuid.UUID]uint64{}}
		rt.Repeat(map[string]func(*rapid.T){
			"commit": p.commit,
			"claim":  p.claim,
			"finish": p.finish,
			"look":   p.look,
			"find":   p.find,
			"":       p.compare,
		})
	})
}

// pair is two stores that must answer alike.
type pair struct {
	*rapid.T
	want, got accessmgmt.Store
	epochs    map[accessmgmt.EnterpriseID]uint64
	versions  map[uuid.UUID]uint64
	held      []held
	serial    int
}

type held struct {
	m     accessmgmt.Message
	claim accessmgmt.ClaimID
}

func (p *pair) commit(rt *rapid.T) {
	p.T = rt
	c := p.changes()
	err := p.want.Commit(ctx, c)
	want, got := kind(err), kind(p.got.Commit(ctx, c))
	if want != "another error" && got != "another error" { // a foreign row, beside which either may see a conflict first
		p.alike("Commit", want, got)
	}
	if err != nil {
		return
	}
	p.epochs[c.Enterprise.ID] = c.Enterprise.Epoch
	for _, r := range c.Persons {
		p.versions[r.ID.UUID] = r.Version
	}
	for _, id := range c.Met {
		p.versions[id.UUID]++
	}
	note(p, c.Members, func(r accessmgmt.Member) (accessmgmt.EnterpriseID, uuid.UUID, uint64) {
		return r.Enterprise, r.Person.UUID, r.Version
	})
	note(p, c.GAPs, func(r accessmgmt.GAP) (accessmgmt.EnterpriseID, uuid.UUID, uint64) {
		return r.Enterprise, r.ID.UUID, r.Version
	})
	note(p, c.Managers, func(r accessmgmt.Manager) (accessmgmt.EnterpriseID, uuid.UUID, uint64) {
		return r.Enterprise, r.ID.UUID, r.Version
	})
	note(p, c.Units, func(r accessmgmt.Unit) (accessmgmt.EnterpriseID, uuid.UUID, uint64) {
		return r.Enterprise, r.ID.UUID, r.Version
	})
	note(p, c.Suspensions, func(r accessmgmt.Suspension) (accessmgmt.EnterpriseID, uuid.UUID, uint64) {
		return r.Enterprise, r.ID.UUID, r.Version
	})
	note(p, c.Templates, func(r invitation.Template) (accessmgmt.EnterpriseID, uuid.UUID, uint64) {
		return r.Enterprise, r.ID.UUID, r.Version
	})
	note(p, c.Invitations, func(r invitation.Invitation) (accessmgmt.EnterpriseID, uuid.UUID, uint64) {
		return r.Enterprise, r.ID.UUID, r.Version
	})
	note(p, c.Recipients, func(r invitation.Recipient) (accessmgmt.EnterpriseID, uuid.UUID, uint64) {
		return r.Enterprise, r.ID.UUID, r.Version
	})
	note(p, c.Requests, func(r invitation.Request) (accessmgmt.EnterpriseID, uuid.UUID, uint64) {
		return r.Enterprise, r.ID.UUID, r.Version
	})
	note(p, c.Assignments, func(r accessmgmt.RoleAssignment) (accessmgmt.EnterpriseID, uuid.UUID, uint64) {
		return r.Enterprise, r.ID.UUID, r.Version
	})
}

// note remembers the versions of rows that were written.
func note[R any](p *pair, rows []R, of func(R) (accessmgmt.EnterpriseID, uuid.UUID, uint64)) {
	for _, row := range rows {
		e, id, version := of(row)
		p.versions[both(e.UUID, id)] = version
	}
}

// kind is what a caller can tell of an error.
func kind(err error) string {
	for _, known := range []error{accessmgmt.ErrConflict, accessmgmt.ErrRepeated, accessmgmt.ErrNotFound} {
		if err != nil && errors.Is(err, known) {
			return known.Error()
		}
	}
	if err != nil {
		return "another error"
	}
	return ""
}

func (p *pair) claim(rt *rapid.T) {
	p.T = rt
	c := accessmgmt.Claim{ID: accessmgmt.ClaimID{UUID: newID()}, Now: p.instant(), Until: p.instant(), Limit: rapid.IntRange(1, 3).Draw(rt, "limit")}
	want, err := p.want.ClaimMessages(ctx, c)
	require.NoError(rt, err)
	got, err := p.got.ClaimMessages(ctx, c)
	require.NoError(rt, err)
	p.alike("ClaimMessages", want, got)
	for _, m := range want {
		p.held = append(p.held, held{m, c.ID})
	}
}

func (p *pair) finish(rt *rapid.T) {
	p.T = rt
	if len(p.held) == 0 {
		rt.Skip("nothing was claimed")
	}
	h := one(p, p.held...)
	o := accessmgmt.Outcome{State: one(p, accessmgmt.MessagePending, accessmgmt.MessageSent, accessmgmt.MessageDead), At: p.instant(), NextAt: p.instant(), Error: one(p, "", "no"), Untried: rapid.Bool().Draw(rt, "untried")}
	want := p.want.FinishMessage(ctx, h.m.Enterprise, h.m.ID, h.claim, o)
	p.alike("FinishMessage", kind(want), kind(p.got.FinishMessage(ctx, h.m.Enterprise, h.m.ID, h.claim, o)))
}

// look compares what both have of dead messages, resolves some of them, and forgets
// some that were finished.
func (p *pair) look(rt *rapid.T) {
	p.T = rt
	ask(p, "CountMessages", func(s accessmgmt.Store) (accessmgmt.MessageCounts, error) { return s.CountMessages(ctx) })
	page := accessmgmt.Page{Limit: rapid.IntRange(1, 4).Draw(rt, "limit"), Newest: rapid.Bool().Draw(rt, "newest")}
	dead, err := p.want.DeadMessages(ctx, accessmgmt.EnterpriseID{}, page)
	require.NoError(rt, err)
	ask(p, "DeadMessages", func(s accessmgmt.Store) ([]accessmgmt.Message, error) {
		return s.DeadMessages(ctx, accessmgmt.EnterpriseID{}, page)
	})
	var refs []accessmgmt.MessageRef
	for _, m := range dead {
		refs = append(refs, accessmgmt.MessageRef{Enterprise: m.Enterprise, Message: m.ID})
	}
	for _, h := range p.held {
		refs = append(refs, accessmgmt.MessageRef{Enterprise: h.m.Enterprise, Message: h.m.ID})
	}
	o := accessmgmt.Outcome{State: one(p, accessmgmt.MessagePending, accessmgmt.MessageDropped), At: p.instant(), NextAt: p.instant()}
	ask(p, "ResolveMessages", func(s accessmgmt.Store) (int, error) { return s.ResolveMessages(ctx, refs, o) })
	f := accessmgmt.Forget{Before: p.instant(), At: p.instant(), Limit: page.Limit}
	ask(p, "ForgetMessages", func(s accessmgmt.Store) (int, error) { return s.ForgetMessages(ctx, f) })
}

// ask asks both stores the same.
func ask[T any](p *pair, what string, question func(accessmgmt.Store) (T, error)) {
	want, wantErr := question(p.want)
	got, gotErr := question(p.got)
	p.alike(what, kind(wantErr), kind(gotErr))
	if wantErr == nil {
		p.alike(what, want, got)
	}
}

// alike compares answers, an empty list being as good as none.
func (p *pair) alike(what string, want, got any) {
	if w, g := fmt.Sprintf("%+v", want), fmt.Sprintf("%+v", got); w != g {
		p.Fatalf("%s\nmemory: %s\nstore:  %s", what, w, g)
	}
}
