package main

import (
	"encoding/json"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

var (
	commandTable    = handTable{"egovroles_command", "enterprise, id, act, actor, content, answer, epoch, at"}
	assignmentTable = handTable{"egovroles_assignment", `enterprise, id, person, role, unit, first_day, last_day, properties, from_at, to_at, ended_at,
		given_by, given_as, given_at, request, replaces, ended_by, ending, end_reason, replaced_by, version`}
	auditTable = handTable{"egovroles_audit", `enterprise, seq, ordinal, at, event, actor, capacity, assurance, person, object, object_id,
		data, details, salt, commitment, prev, hash`}
	outboxTable = handTable{"egovroles_outbox", `enterprise, id, event, to_kind, to_person, to_name, to_email, to_language, data, recipient, generation, key_id,
		created_at, state, attempts, next_at, last_error`}
	invitationTable = handTable{"egovroles_invitation", `enterprise, id, offered_lines, applications, role_codes, unit_ids, message, invited_by, invited_as, created_at,
		language, version`}
	recipientTable = handTable{"egovroles_recipient", `enterprise, id, invitation, given_name, family_name, search_name, email, email_key, language, person,
		state, expires, expires_at, generation, key_id, token_hash, sent_at, answered_at, answer_person, answer_given_name, answer_family_name,
		answer_email, answer_reason, created_at, version`}
)

const (
	bumpEnterprise = `UPDATE egovroles_enterprise SET epoch = epoch + 1, number = ?, name = ?, gap = ?, designation = ?, managers = ?, suspended_at = ?,
		sent_on = ?, sent = ?, contact = ?, language = ?, created_at = ?, audit_head = ? WHERE id = ? AND epoch = ?`
	updateRequest = `UPDATE egovroles_request SET invitation = ?, recipient = ?, person = ?, role = ?, unit = ?, first_day = ?, last_day = ?, properties = ?,
		kind = ?, target = ?, four_eyes = ?, no_self_approval = ?, requested_by = ?, state = ?, requested_at = ?, lapses_at = ?, endorsed_at = ?,
		endorsed_by = ?, decided_at = ?, decided_by = ?, reason = ?, assignment = ?, version = ? WHERE enterprise = ? AND id = ? AND version = ?`
)

func (h *hand) bumpArgs(e *accessmgmt.Enterprise) []any {
	return []any{e.Number.Digits(), e.Name, h.orNull(e.GAP.UUID), h.orNull(e.Designation.UUID), int64(e.Managers), instant(e.SuspendedAt),
		day(e.SentOn), int64(e.Sent), e.Contact.String(), string(e.Language), instant(e.CreatedAt), hash(e.AuditHead), h.id(e.ID.UUID), int64(e.Epoch - 1)}
}

func (h *hand) commandArgs(e accessmgmt.EnterpriseID, c *accessmgmt.Command, epoch uint64) []any {
	return []any{h.id(e.UUID), h.id(c.ID.UUID), string(c.Act), h.orNull(c.Actor.UUID), hash(c.Content), c.Answer, int64(epoch), instant(c.At)}
}

func (h *hand) requestArgs(r *invitation.Request) []any {
	return []any{h.orNull(r.Invitation.UUID), h.orNull(r.Recipient.UUID), h.id(r.Person.UUID), string(r.Line.Role), h.orNull(r.Line.Unit.UUID),
		day(r.Line.Period.Start()), lastDay(r.Line.Period), nil, string(r.Kind), h.orNull(r.Target.UUID), flag01(r.Terms.FourEyes),
		flag01(r.Terms.NoSelfApproval), h.orNull(r.RequestedBy.UUID), string(r.State), instant(r.RequestedAt), instant(r.LapsesAt),
		instant(r.Endorsement.At), h.orNull(r.Endorsement.By.UUID), instant(r.DecidedAt), h.orNull(r.DecidedBy.UUID), r.Reason,
		h.orNull(r.Assignment.UUID), int64(r.Version), h.id(r.Enterprise.UUID), h.id(r.ID.UUID), int64(r.Version - 1)}
}

func (h *hand) assignmentArgs(a *accessmgmt.RoleAssignment) []any {
	return []any{h.id(a.Enterprise.UUID), h.id(a.ID.UUID), h.id(a.Person.UUID), string(a.Role), h.orNull(a.Unit.UUID), day(a.Period.Start()),
		lastDay(a.Period), nil, instant(a.Window.From), instant(a.Window.To), instant(a.EndedAt), h.orNull(a.GivenBy.UUID), string(a.GivenAs),
		instant(a.GivenAt), h.orNull(a.Request.UUID), h.orNull(a.Replaces.UUID), h.orNull(a.EndedBy.UUID), string(a.Ending), a.EndReason,
		h.orNull(a.ReplacedBy.UUID), int64(a.Version)}
}

func (h *hand) auditArgs(r *accessmgmt.AuditRecord) []any {
	return []any{h.id(r.Enterprise.UUID), int64(r.Seq), int64(r.Ordinal), instant(r.At), string(r.Event), h.orNull(r.Actor.UUID), string(r.Capacity),
		r.Assurance.String(), h.orNull(r.Person.UUID), r.Object, h.orNull(r.ObjectID), asJSON(r.Data), asJSON(r.Details), nil, hash(r.Commitment),
		hash(r.Prev), hash(r.Hash)}
}

func (h *hand) messageArgs(m *accessmgmt.Message) []any {
	return []any{h.id(m.Enterprise.UUID), h.id(m.ID.UUID), string(m.Event), string(m.To.Kind), h.orNull(m.To.Person.UUID), m.To.Name,
		m.To.Email.String(), string(m.To.Language), asJSON(m.Data), h.orNull(m.Recipient.UUID), int64(m.Generation), m.KeyID, instant(m.CreatedAt),
		string(m.State), int64(m.Attempts), instant(m.NextAt), m.LastError}
}

func (h *hand) invitationArgs(i *invitation.Invitation) []any {
	type line struct {
		Role  roles.Code `json:"role"`
		First roles.Date `json:"first_day"`
	}
	lines := make([]line, len(i.Lines))
	for n, l := range i.Lines {
		lines[n] = line{l.Role, l.Period.Start()}
	}
	offered, err := json.Marshal(lines)
	if err != nil {
		panic(err) // codes and days always are
	}
	role := i.Lines[0].Role
	return []any{h.id(i.Enterprise.UUID), h.id(i.ID.UUID), string(offered), "[" + string(role.Application()) + "]", "[" + string(role) + "]", "[]", i.Message,
		h.orNull(i.InvitedBy.UUID), int64(i.InvitedAs), instant(i.CreatedAt), string(i.Language), int64(i.Version)}
}

func (h *hand) recipientArgs(r *invitation.Recipient) []any {
	return []any{h.id(r.Enterprise.UUID), h.id(r.ID.UUID), h.id(r.Invitation.UUID), r.Invitee.GivenName, r.Invitee.FamilyName,
		accessmgmt.FoldName(r.Invitee.GivenName, r.Invitee.FamilyName), r.Invitee.Email.String(), r.Invitee.Email.Key(), string(r.Invitee.Language),
		h.orNull(r.Invitee.Person.UUID), string(r.State), day(r.Expires), instant(r.ExpiresAt), int64(r.Generation), r.KeyID, hash(r.TokenHash),
		instant(r.SentAt), instant(r.Answer.At), h.orNull(r.Answer.Person.UUID), r.Answer.GivenName, r.Answer.FamilyName, r.Answer.Email.String(),
		r.Answer.Reason, instant(r.CreatedAt), int64(r.Version)}
}
