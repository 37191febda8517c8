// Package memory keeps everything in maps under one mutex. It is the store for
// unit tests of workflows and for demonstrations: it needs no database, starts
// empty, and is fast. Nothing survives the process, and no second process sees
// it, so a portal in production takes another (package storage says which).
//
//	store := memory.New()
//	svc, err := accessmgmt.New(store, mailer, options)
//
// It is also the reference: short enough to be read, and held by the same
// conformance suite as the SQL adapters ([storagetest.Run]), so what a test
// sees here is what it will see on a database. Where a database would refuse a
// row, because its version isn't the next or its identity is another's, so does
// this.
//
// Rows are never changed once they are stored. A new version is a new row in
// the place of the old one, and only copies go in and out.
//
// [storagetest.Run]: https://pkg.go.dev/github.com/egovroles/egovroles/storage/storagetest#Run
package memory

import (
	"context"
	"sync"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
)

// Store is the in-memory adapter. Make one with [New]; it may be used from any
// number of goroutines.
type Store struct {
	mu          sync.RWMutex
	enterprises map[accessmgmt.EnterpriseID]*enterprise
	inOrder     ordered[*enterprise] // by id
	numbers     map[accessmgmt.EnterpriseNumber]*enterprise
	persons     map[accessmgmt.PersonID]*accessmgmt.Person
	identities  map[accessmgmt.IdentityRef]*accessmgmt.Person
	hashes      map[accessmgmt.NumberHash]*accessmgmt.Person
	tokens      map[invitation.TokenHash]*invitation.Recipient
	dossiers    map[accessmgmt.PersonID]*dossier
	candidacies ordered[*accessmgmt.GAP] // the terms of office that were asked for
	outbox      outbox
}

var _ accessmgmt.Store = (*Store)(nil)

// New returns an empty store.
func New() *Store {
	return &Store{
		enterprises: map[accessmgmt.EnterpriseID]*enterprise{},
		inOrder:     ordered[*enterprise]{compare: func(a, b *enterprise) int { return compareEnterprises(a.row.ID, b.row.ID) }},
		numbers:     map[accessmgmt.EnterpriseNumber]*enterprise{},
		persons:     map[accessmgmt.PersonID]*accessmgmt.Person{},
		identities:  map[accessmgmt.IdentityRef]*accessmgmt.Person{},
		hashes:      map[accessmgmt.NumberHash]*accessmgmt.Person{},
		tokens:      map[invitation.TokenHash]*invitation.Recipient{},
		dossiers:    map[accessmgmt.PersonID]*dossier{},
		candidacies: ordered[*accessmgmt.GAP]{compare: byPlace(placeOfCandidacy)},
		outbox:      newOutbox(),
	}
}

// Ready reports that the store can work, which it always can.
func (s *Store) Ready(ctx context.Context) error { return ctx.Err() }

// enterprise is an enterprise with all that belongs to it.
type enterprise struct {
	row         accessmgmt.Enterprise
	commands    map[accessmgmt.CommandID]*accessmgmt.Command
	members     map[accessmgmt.PersonID]*accessmgmt.Member
	gaps        map[accessmgmt.DesignationID]*accessmgmt.GAP
	managers    map[accessmgmt.DesignationID]*accessmgmt.Manager
	units       map[accessmgmt.UnitID]*accessmgmt.Unit
	suspensions map[accessmgmt.SuspensionID]*accessmgmt.Suspension
	templates   map[accessmgmt.TemplateID]*invitation.Template
	invitations map[accessmgmt.InvitationID]*invitation.Invitation
	recipients  map[accessmgmt.RecipientID]*invitation.Recipient
	requests    map[accessmgmt.RequestID]*invitation.Request
	assignments map[accessmgmt.AssignmentID]*accessmgmt.RoleAssignment
	inOrder     shelf
	own         ownShelf
	audit       ordered[*accessmgmt.AuditRecord]
}

func newEnterprise() *enterprise {
	return &enterprise{
		commands:    map[accessmgmt.CommandID]*accessmgmt.Command{},
		members:     map[accessmgmt.PersonID]*accessmgmt.Member{},
		gaps:        map[accessmgmt.DesignationID]*accessmgmt.GAP{},
		managers:    map[accessmgmt.DesignationID]*accessmgmt.Manager{},
		units:       map[accessmgmt.UnitID]*accessmgmt.Unit{},
		suspensions: map[accessmgmt.SuspensionID]*accessmgmt.Suspension{},
		templates:   map[accessmgmt.TemplateID]*invitation.Template{},
		invitations: map[accessmgmt.InvitationID]*invitation.Invitation{},
		recipients:  map[accessmgmt.RecipientID]*invitation.Recipient{},
		requests:    map[accessmgmt.RequestID]*invitation.Request{},
		assignments: map[accessmgmt.AssignmentID]*accessmgmt.RoleAssignment{},
		inOrder:     newShelf(),
		own:         newOwnShelf(),
		audit:       ordered[*accessmgmt.AuditRecord]{compare: compareAudit},
	}
}

// dossier is what all enterprises together hold of one person. There may be
// one of a person who has no row.
type dossier struct {
	inOrder  shelf
	offices  ordered[accessmgmt.EnterpriseID]
	managing ordered[*accessmgmt.Manager]
}

// dossier returns a person's, making it when there is none yet.
func (s *Store) dossier(id accessmgmt.PersonID) *dossier {
	d := s.dossiers[id]
	if d == nil {
		d = &dossier{
			inOrder:  newShelf(),
			offices:  ordered[accessmgmt.EnterpriseID]{compare: compareEnterprises},
			managing: ordered[*accessmgmt.Manager]{compare: compareManagerTerms},
		}
		s.dossiers[id] = d
	}
	return d
}

// rlock begins a read, unless the caller has given up already.
func (s *Store) rlock(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.RLock()
	return nil
}
