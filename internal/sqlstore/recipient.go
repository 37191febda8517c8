package sqlstore

import (
	"context"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

var recipients = define(table[invitation.Recipient]{
	name: "egovroles_recipient",
	keys: 2,
	columns: columns(`enterprise, id, invitation, given_name, family_name, search_name, email, email_key, language, person,
		state, expires, expires_at, generation, key_id, token_hash, sent_at,
		answered_at, answer_person, answer_given_name, answer_family_name, answer_email, answer_reason,
		created_at, told, version`),
	bind: func(b *binder, r *invitation.Recipient) {
		b.id(r.Enterprise.UUID)
		b.id(r.ID.UUID)
		b.id(r.Invitation.UUID)
		b.text(r.Invitee.GivenName)
		b.text(r.Invitee.FamilyName)
		b.text(accessmgmt.FoldName(r.Invitee.GivenName, r.Invitee.FamilyName))
		b.text(r.Invitee.Email.String())
		b.text(r.Invitee.Email.Key())
		b.text(string(r.Invitee.Language))
		b.optID(r.Invitee.Person.UUID)
		b.text(string(r.State))
		b.day(r.Expires)
		b.time(r.ExpiresAt)
		b.number(int64(r.Generation))
		b.text(r.KeyID)
		b.optHash(r.TokenHash)
		b.optTime(r.SentAt)
		b.optTime(r.Answer.At)
		b.optID(r.Answer.Person.UUID)
		b.text(r.Answer.GivenName)
		b.text(r.Answer.FamilyName)
		b.text(r.Answer.Email.String())
		b.text(r.Answer.Reason)
		b.time(r.CreatedAt)
		b.number(int64(r.Told))
		b.count(r.Version)
	},
	fields: func(r *invitation.Recipient) []any {
		return []any{(*idColumn)(&r.Enterprise.UUID), (*idColumn)(&r.ID.UUID), (*idColumn)(&r.Invitation.UUID),
			&r.Invitee.GivenName, &r.Invitee.FamilyName, nowhere{}, (*emailColumn)(&r.Invitee.Email), nowhere{}, (*textColumn)(&r.Invitee.Language), (*idColumn)(&r.Invitee.Person.UUID),
			(*textColumn)(&r.State), (*dayColumn)(&r.Expires), (*timeColumn)(&r.ExpiresAt), (*intColumn)(&r.Generation), &r.KeyID, (*hashColumn)(&r.TokenHash), (*timeColumn)(&r.SentAt),
			(*timeColumn)(&r.Answer.At), (*idColumn)(&r.Answer.Person.UUID), &r.Answer.GivenName, &r.Answer.FamilyName, (*emailColumn)(&r.Answer.Email), &r.Answer.Reason,
			(*timeColumn)(&r.CreatedAt), (*intColumn)(&r.Told), (*countColumn)(&r.Version)}
	},
	version: func(r *invitation.Recipient) uint64 { return r.Version },
	id:      func(r *invitation.Recipient) uuid.UUID { return r.ID.UUID },
	owner:   func(r *invitation.Recipient) accessmgmt.EnterpriseID { return r.Enterprise },
})

// Recipients implements [accessmgmt.Reader].
func (s *Store) Recipients(ctx context.Context, enterprise accessmgmt.EnterpriseID, of []accessmgmt.RecipientID) ([]invitation.Recipient, error) {
	return byIDs(ctx, s, "recipients", recipients, "id", enterprise, of)
}

// RecipientByToken implements [accessmgmt.Reader].
func (s *Store) RecipientByToken(ctx context.Context, hash invitation.TokenHash) (invitation.Recipient, error) {
	q := query{text: "SELECT " + recipients.list + " FROM egovroles_recipient WHERE token_hash = ?", args: []any{hash[:]}}
	return one(ctx, s, "recipient by token", q, recipients.fields)
}

// FindRecipients implements [accessmgmt.Reader].
func (s *Store) FindRecipients(ctx context.Context, f accessmgmt.RecipientFilter, p accessmgmt.Page) ([]invitation.Recipient, error) {
	w := s.recipientsIn(f)
	return find(ctx, &w, "find recipients", recipients, "created_at", p, func(r invitation.Recipient) (int64, uuid.UUID) {
		return r.CreatedAt.UnixMicro(), r.ID.UUID
	})
}

// CountRecipients implements [accessmgmt.Reader].
func (s *Store) CountRecipients(ctx context.Context, f accessmgmt.RecipientFilter) (int, error) {
	w := s.recipientsIn(f)
	return count(ctx, &w, "count recipients", recipients)
}

func (s *Store) recipientsIn(f accessmgmt.RecipientFilter) where {
	w := where{store: s, none: len(f.Enterprises)+len(f.Parts) == 0 && f.Person.IsZero()}
	w.within(f.Enterprises, f.Parts, func(apps []roles.ApplicationCode) cond { return offering(onlyApplications("applications")(apps)) })
	inIfAny(&w, "invitation", f.Invitations)
	w.narrow = len(f.EmailKeys) > 0 || len(f.Invitations) > 1
	if len(f.EmailKeys) > 0 {
		w.in("email_key", distinct(f.EmailKeys, func(key string) any { return key }))
	}
	if !f.Person.IsZero() {
		w.and("(answer_person = ? OR person = ?)", s.key(f.Person.UUID), s.key(f.Person.UUID))
	}
	if len(f.Roles) > 0 {
		c := offering(anyMark("role_codes", f.Roles, func(code roles.Code) string { return string(code) }))
		w.and(c.text, c.args...)
	}
	if len(f.Units) > 0 {
		c := offering(anyMark("unit_ids", f.Units, unitMark))
		w.and(c.text, c.args...)
	}
	w.during("created_at", f.Created)
	w.named("search_name", f.Name)
	stateAt(&w, f.States, answerable, f.At)
	return w
}

// offering is what a condition on a recipient's invitation is for the recipient.
func offering(c cond) cond {
	return cond{
		text: "EXISTS (SELECT 1 FROM egovroles_invitation i WHERE i.enterprise = egovroles_recipient.enterprise AND i.id = egovroles_recipient.invitation AND " + c.text + ")",
		args: c.args,
	}
}
