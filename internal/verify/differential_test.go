package verify_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
	"github.com/egovroles/egovroles/storage/memory"
)

// TestDifferential does the same to SQLite and to memory, good changesets and
// bad ones, and compares every answer and every error. There are so few ids,
// instants and words that they meet all the time.
func TestDifferential(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		db := open(t, ":memory:")
		db.SetMaxOpenConns(1)
		defer func() { _ = db.Close() }()
		p := &pair{T: rt, want: memory.New(), got: migrated(t, db, nil), epochs: map[accessmgmt.EnterpriseID]uint64{}, versions: map[uuid.UUID]uint64{}}
		rt.Repeat(map[string]func(*rapid.T){
			"commit": p.commit,
			"claim":  p.claim,
			"finish": p.finish,
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
	for _, r := range c.Members {
		p.versions[both(r.Enterprise.UUID, r.Person.UUID)] = r.Version
	}
	for _, r := range c.Recipients {
		p.versions[both(r.Enterprise.UUID, r.ID.UUID)] = r.Version
	}
	for _, r := range c.Requests {
		p.versions[both(r.Enterprise.UUID, r.ID.UUID)] = r.Version
	}
	for _, r := range c.Assignments {
		p.versions[both(r.Enterprise.UUID, r.ID.UUID)] = r.Version
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
	o := accessmgmt.Outcome{State: one(p, accessmgmt.MessagePending, accessmgmt.MessageSent), At: p.instant(), NextAt: p.instant(), Error: one(p, "", "no")}
	want := p.want.FinishMessage(ctx, h.m.Enterprise, h.m.ID, h.claim, o)
	p.alike("FinishMessage", kind(want), kind(p.got.FinishMessage(ctx, h.m.Enterprise, h.m.ID, h.claim, o)))
}

// find asks for pages by filters of all sorts.
func (p *pair) find(rt *rapid.T) {
	p.T = rt
	page := accessmgmt.Page{Limit: rapid.IntRange(1, 4).Draw(rt, "limit"), Newest: p.chance(50)}
	if p.chance(50) {
		page.After = accessmgmt.PageKey{At: p.instant(), ID: p.row(one[byte](p, 'a', 'r', 'q'), p.enterprise())}
	}
	enterprises := some(p, p.enterprise)
	var person accessmgmt.PersonID
	if p.chance(40) {
		person = p.person()
	}
	ask(p, "FindRecipients", func(s accessmgmt.Store) ([]invitation.Recipient, error) {
		return s.FindRecipients(ctx, accessmgmt.RecipientFilter{Enterprises: enterprises, Person: person}, page)
	})
	recipients := accessmgmt.RecipientFilter{Enterprises: enterprises, Person: person, At: p.instant(),
		States: some(p, func() invitation.RecipientState { return one(p, invitation.RecipientStates()...) })}
	if p.chance(30) {
		recipients.EmailKeys = []string{"ben.0@example.be", "ben.1@example.be"}[:rapid.IntRange(1, 2).Draw(rt, "emails")]
	}
	recipients.Invitations = some(p, func() accessmgmt.InvitationID { return accessmgmt.InvitationID{UUID: p.id('i')} })
	ask(p, "FindRecipients", func(s accessmgmt.Store) ([]invitation.Recipient, error) {
		return s.FindRecipients(ctx, recipients, page)
	})
	requests := accessmgmt.RequestFilter{Enterprises: enterprises, Person: person, At: p.instant(),
		States: some(p, func() invitation.RequestState { return one(p, invitation.RequestStates()...) })}
	ask(p, "FindRequests", func(s accessmgmt.Store) ([]invitation.Request, error) { return s.FindRequests(ctx, requests, page) })
	assignments := accessmgmt.AssignmentFilter{Enterprises: enterprises, Persons: some(p, p.person), At: p.instant(),
		Roles:  some(p, func() roles.Code { return one[roles.Code](p, "a.one", "a.two", "a.ONE") }),
		States: some(p, func() roles.AssignmentState { return one(p, roles.Scheduled, roles.Active, roles.Expired, roles.Ended) })}
	ask(p, "FindAssignments", func(s accessmgmt.Store) ([]accessmgmt.RoleAssignment, error) {
		return s.FindAssignments(ctx, assignments, page)
	})
	grants := accessmgmt.GrantQuery{Person: person, Limit: page.Limit}
	if len(enterprises) > 0 {
		grants.Enterprise = enterprises[0]
	}
	if p.chance(50) {
		e := p.enterprise()
		grants.After = accessmgmt.GrantKey{Enterprise: e, Person: p.person(), ID: roles.AssignmentID{UUID: p.row('a', e)}}
	}
	ask(p, "Grants", func(s accessmgmt.Store) ([]roles.Assignment, error) { return s.Grants(ctx, grants) })
}

// compare reads everything there can be, after each step.
func (p *pair) compare(rt *rapid.T) {
	p.T = rt
	all := make([]accessmgmt.EnterpriseID, few)
	for i := range few {
		all[i].UUID = small('e', i)
	}
	for i := range few {
		person := accessmgmt.PersonID{UUID: small('p', i)}
		ask(p, "Person", func(s accessmgmt.Store) (accessmgmt.Person, error) { return s.Person(ctx, person) })
		ask(p, "Offices", func(s accessmgmt.Store) ([]accessmgmt.EnterpriseID, error) { return s.Offices(ctx, person) })
		ask(p, "Enterprise", func(s accessmgmt.Store) (accessmgmt.Enterprise, error) { return s.Enterprise(ctx, all[i]) })
		ask(p, "Audit", func(s accessmgmt.Store) ([]accessmgmt.AuditRecord, error) {
			return s.Audit(ctx, all[i], accessmgmt.AuditPosition{}, 100)
		})
		for _, e := range all {
			ask(p, "Members", func(s accessmgmt.Store) ([]accessmgmt.Member, error) {
				return s.Members(ctx, e, []accessmgmt.PersonID{person})
			})
		}
		ask(p, "Access", func(s accessmgmt.Store) (accessmgmt.Access, error) {
			access, err := s.Access(ctx, all[i], person, accessmgmt.UnitID{})
			slices.SortFunc(access.Assignments, func(a, b roles.Assignment) int { return slices.Compare(a.ID.UUID[:], b.ID.UUID[:]) })
			return access, err
		})
	}
	everything := accessmgmt.Page{Limit: 100}
	ask(p, "FindRecipients", func(s accessmgmt.Store) ([]invitation.Recipient, error) {
		return s.FindRecipients(ctx, accessmgmt.RecipientFilter{Enterprises: all}, everything)
	})
	ask(p, "FindRequests", func(s accessmgmt.Store) ([]invitation.Request, error) {
		return s.FindRequests(ctx, accessmgmt.RequestFilter{Enterprises: all}, everything)
	})
	ask(p, "FindAssignments", func(s accessmgmt.Store) ([]accessmgmt.RoleAssignment, error) {
		return s.FindAssignments(ctx, accessmgmt.AssignmentFilter{Enterprises: all}, everything)
	})
	for _, subject := range []string{"x", "X", "x "} {
		ask(p, "PersonByIdentity", func(s accessmgmt.Store) (accessmgmt.Person, error) {
			return s.PersonByIdentity(ctx, accessmgmt.IdentityRef{Issuer: "i", Subject: subject})
		})
	}
	ask(p, "PersonByNumber", func(s accessmgmt.Store) (accessmgmt.Person, error) {
		return s.PersonByNumber(ctx, []accessmgmt.NumberHash{{KeyID: "k", Hash: accessmgmt.Digest{1: 'x'}}, {KeyID: "k", Hash: accessmgmt.Digest{1: 'X'}}})
	})
	for n := range byte(3) {
		ask(p, "RecipientByToken", func(s accessmgmt.Store) (invitation.Recipient, error) {
			return s.RecipientByToken(ctx, link(all[0], 1, n))
		})
	}
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
		p.Fatalf("%s\nmemory: %s\nSQLite: %s", what, w, g)
	}
}
