package memory

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
)

// Commit writes a changeset, all of it or nothing. Everything that can fail is
// checked before anything is written, so nothing ever has to be undone.
func (s *Store) Commit(ctx context.Context, c accessmgmt.Changes) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.enterprises[c.Enterprise.ID]
	if e == nil {
		e = newEnterprise()
	}
	for _, check := range []func(*enterprise, *accessmgmt.Changes) error{
		s.checkEnterprise, checkOwner, s.checkVersions, s.checkPersons, s.checkMet, s.checkTokens, s.checkNew,
	} {
		if err := check(e, &c); err != nil {
			return fmt.Errorf("memory: commit %d of enterprise %s: %w", c.Enterprise.Epoch, c.Enterprise.ID, err)
		}
	}
	s.apply(e, &c)
	return nil
}

// conflict says what stands in the way. Like all errors here it names ids and
// never an identity, a number or a token.
func conflict(format string, args ...any) error {
	return fmt.Errorf("%w: %s", accessmgmt.ErrConflict, fmt.Sprintf(format, args...))
}

// checkEnterprise compares epochs before anything else: of two commits decided
// on the same epoch one must lose, whatever they hold. An enterprise that
// doesn't exist has epoch 0.
func (s *Store) checkEnterprise(e *enterprise, c *accessmgmt.Changes) error {
	if c.Enterprise.Epoch != e.row.Epoch+1 {
		return conflict("it is at epoch %d", e.row.Epoch)
	}
	if _, repeated := e.commands[c.Command.ID]; repeated {
		return fmt.Errorf("%w: %s", accessmgmt.ErrRepeated, c.Command.ID)
	}
	if other := s.numbers[c.Enterprise.Number]; other != nil && other != e {
		return conflict("enterprise %s has this number", other.row.ID)
	}
	return nil
}

// errOwner is a mistake of the caller, which trying again wouldn't mend.
var errOwner = errors.New("a row belongs to another enterprise, whose epoch this commit doesn't raise")

func checkOwner(_ *enterprise, c *accessmgmt.Changes) error {
	own := func(id accessmgmt.EnterpriseID) bool { return id == c.Enterprise.ID }
	if !all(c.Members, func(m *accessmgmt.Member) bool { return own(m.Enterprise) }) ||
		!all(c.GAPs, func(g *accessmgmt.GAP) bool { return own(g.Enterprise) }) ||
		!all(c.Managers, func(m *accessmgmt.Manager) bool { return own(m.Enterprise) }) ||
		!all(c.Units, func(u *accessmgmt.Unit) bool { return own(u.Enterprise) }) ||
		!all(c.Suspensions, func(s *accessmgmt.Suspension) bool { return own(s.Enterprise) }) ||
		!all(c.Templates, func(t *invitation.Template) bool { return own(t.Enterprise) }) ||
		!all(c.Invitations, func(i *invitation.Invitation) bool { return own(i.Enterprise) }) ||
		!all(c.Recipients, func(r *invitation.Recipient) bool { return own(r.Enterprise) }) ||
		!all(c.Requests, func(r *invitation.Request) bool { return own(r.Enterprise) }) ||
		!all(c.Assignments, func(a *accessmgmt.RoleAssignment) bool { return own(a.Enterprise) }) ||
		!all(c.Audit, func(r *accessmgmt.AuditRecord) bool { return own(r.Enterprise) }) ||
		!all(c.Messages, func(m *accessmgmt.Message) bool { return own(m.Enterprise) }) ||
		!all(c.Erase.Messages, func(m *accessmgmt.Message) bool { return own(m.Enterprise) }) {
		return errOwner
	}
	return nil
}

func all[T any](rows []T, holds func(*T) bool) bool {
	for i := range rows {
		if !holds(&rows[i]) {
			return false
		}
	}
	return true
}

func (s *Store) checkVersions(e *enterprise, c *accessmgmt.Changes) error {
	return errors.Join(
		checkVersions("person", s.persons, c.Persons, personKey),
		checkVersions("member", e.members, c.Members, memberKey),
		checkVersions("term of office", e.gaps, c.GAPs, gapKey),
		checkVersions("manager's term", e.managers, c.Managers, managerKey),
		checkVersions("establishment unit", e.units, c.Units, unitKey),
		checkVersions("suspension", e.suspensions, c.Suspensions, suspensionKey),
		checkVersions("template", e.templates, c.Templates, templateKey),
		checkVersions("invitation", e.invitations, c.Invitations, invitationKey),
		checkVersions("recipient", e.recipients, c.Recipients, recipientKey),
		checkVersions("request", e.requests, c.Requests, requestKey),
		checkVersions("assignment", e.assignments, c.Assignments, assignmentKey),
	)
}

// checkVersions wants each row to be the next version of one that is there,
// or version 1 of one that isn't; and no row twice.
func checkVersions[K comparable, R any](what string, there map[K]*R, rows []R, key func(*R) (K, uint64)) error {
	seen := make(map[K]bool, len(rows))
	for i := range rows {
		id, version := key(&rows[i])
		var before uint64
		if old := there[id]; old != nil {
			_, before = key(old)
		}
		if version != before+1 || seen[id] {
			return conflict("%s %v is at version %d, and this is version %d", what, id, before, version)
		}
		seen[id] = true
	}
	return nil
}

func personKey(p *accessmgmt.Person) (accessmgmt.PersonID, uint64)        { return p.ID, p.Version }
func memberKey(m *accessmgmt.Member) (accessmgmt.PersonID, uint64)        { return m.Person, m.Version }
func gapKey(g *accessmgmt.GAP) (accessmgmt.DesignationID, uint64)         { return g.ID, g.Version }
func managerKey(m *accessmgmt.Manager) (accessmgmt.DesignationID, uint64) { return m.ID, m.Version }
func unitKey(u *accessmgmt.Unit) (accessmgmt.UnitID, uint64)              { return u.ID, u.Version }
func templateKey(t *invitation.Template) (accessmgmt.TemplateID, uint64)  { return t.ID, t.Version }
func requestKey(r *invitation.Request) (invitation.RequestID, uint64)     { return r.ID, r.Version }

func suspensionKey(s *accessmgmt.Suspension) (accessmgmt.SuspensionID, uint64) {
	return s.ID, s.Version
}

func invitationKey(i *invitation.Invitation) (invitation.ID, uint64) { return i.ID, i.Version }

func recipientKey(r *invitation.Recipient) (invitation.RecipientID, uint64) { return r.ID, r.Version }

func assignmentKey(a *accessmgmt.RoleAssignment) (accessmgmt.AssignmentID, uint64) {
	return a.ID, a.Version
}

// checkPersons refuses an identity or a number hash that is another's. Whose
// it is counts after the changeset: what one person loses in it, another may
// get.
func (s *Store) checkPersons(_ *enterprise, c *accessmgmt.Changes) error {
	changed := make(map[accessmgmt.PersonID]bool, len(c.Persons))
	for _, p := range c.Persons {
		changed[p.ID] = true
	}
	identities, hashes := map[accessmgmt.IdentityRef]bool{}, map[accessmgmt.NumberHash]bool{}
	for _, p := range c.Persons {
		if taken(p.Identities, s.identities, changed, identities) {
			return conflict("an identity of person %s is another's", p.ID)
		}
		if taken(p.Numbers, s.hashes, changed, hashes) {
			return conflict("a national number of person %s is another's", p.ID)
		}
	}
	return nil
}

// checkMet refuses persons who aren't there, were erased, or come twice.
func (s *Store) checkMet(_ *enterprise, c *accessmgmt.Changes) error {
	seen := map[accessmgmt.PersonID]bool{}
	for _, id := range c.Met {
		p := s.persons[id]
		if i := slices.IndexFunc(c.Persons, func(p accessmgmt.Person) bool { return p.ID == id }); i >= 0 {
			p = &c.Persons[i]
		}
		if p == nil || !p.ErasedAt.IsZero() || seen[id] {
			return conflict("person %s was erased, or isn't there", id)
		}
		seen[id] = true
	}
	return nil
}

// taken reports whether one of keys is there with somebody whom the changeset
// doesn't change, or came in the changeset before.
func taken[K comparable](keys []K, there map[K]*accessmgmt.Person, changed map[accessmgmt.PersonID]bool, before map[K]bool) bool {
	for _, key := range keys {
		if owner := there[key]; before[key] || owner != nil && !changed[owner.ID] {
			return true
		}
		before[key] = true
	}
	return false
}

// checkTokens refuses a token hash that is another recipient's. The zero hash
// is none, and any number of recipients may have it.
func (s *Store) checkTokens(_ *enterprise, c *accessmgmt.Changes) error {
	seen := map[invitation.TokenHash]bool{}
	for _, r := range c.Recipients {
		if r.TokenHash == (invitation.TokenHash{}) {
			continue
		}
		other := s.tokens[r.TokenHash]
		if seen[r.TokenHash] || other != nil && (other.ID != r.ID || other.Enterprise != r.Enterprise) {
			return conflict("the token of recipient %s is another's", r.ID)
		}
		seen[r.TokenHash] = true
	}
	return nil
}

// checkNew refuses audit records and messages that are there already, or twice
// in the changeset.
func (s *Store) checkNew(e *enterprise, c *accessmgmt.Changes) error {
	positions := map[accessmgmt.AuditPosition]bool{}
	for i := range c.Audit {
		at := positionOf(&c.Audit[i])
		if positions[at] || e.audit.has(&c.Audit[i]) {
			return conflict("there is an audit record %d.%d", at.Seq, at.Ordinal)
		}
		positions[at] = true
	}
	messages := map[uuid.UUID]bool{}
	for _, m := range c.Messages {
		if messages[m.ID.UUID] || s.outbox.has(m.Enterprise, m.ID) {
			return conflict("there is a message %s", m.ID)
		}
		messages[m.ID.UUID] = true
	}
	return nil
}
