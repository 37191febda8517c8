package main

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// approver returns what approves a request from first to last: it reads who
// decides, the enterprise, the request, the roles the person has there and the
// names for the mails, looks whether the GAP may, and commits.
func (h *hand) approver(ctx context.Context, newID func() uuid.UUID) (func(ctx context.Context, account accessmgmt.IdentityRef, e accessmgmt.EnterpriseID, id invitation.RequestID) error, error) {
	stmts, err := h.prepareAll(ctx, personByAccount,
		"SELECT number, name, epoch, gap, designation, managers, suspended_at, sent_on, sent, contact, language, created_at, audit_head FROM egovroles_enterprise WHERE id = ?",
		"SELECT "+requestColumns+" FROM egovroles_request r WHERE r.enterprise = ? AND r.id = ?",
		`SELECT id, role, unit, from_at, to_at, ended_at FROM egovroles_assignment WHERE enterprise = ? AND person = ?
			AND (to_at IS NULL OR to_at > ?) AND (ended_at IS NULL OR ended_at > ?)`,
		"SELECT person, given_name, family_name, email, phone, language, updated_at, version FROM egovroles_member WHERE enterprise = ? AND person IN (?, ?)")
	if err != nil {
		return nil, err
	}
	commit, err := h.approving(ctx, 3)
	if err != nil {
		return nil, err
	}
	a := &handApprover{hand: h, stmts: stmts, newID: newID}
	return func(ctx context.Context, account accessmgmt.IdentityRef, e accessmgmt.EnterpriseID, id invitation.RequestID) error {
		changes, err := a.decide(ctx, account, e, id)
		if err != nil {
			return err
		}
		return commit(ctx, changes)
	}, nil
}

type handApprover struct {
	*hand
	stmts []*sql.Stmt
	newID func() uuid.UUID
}

// handMember is a person as an enterprise knows him.
type handMember struct {
	person                                uuid.UUID
	given, family, email, phone, language string
	updated, version                      int64
}

var errNotPending = errors.New("it doesn't wait, or the person has the role")

func (a *handApprover) decide(ctx context.Context, account accessmgmt.IdentityRef, enterprise accessmgmt.EnterpriseID, id invitation.RequestID) (c accessmgmt.Changes, err error) {
	var actor uuid.UUID
	var created, version int64
	if err := a.stmts[0].QueryRowContext(ctx, account.Issuer, account.Subject).Scan(&actor, &created, &version); err != nil {
		return c, err
	}
	e, err := a.enterprise(ctx, enterprise)
	if err != nil {
		return c, err
	}
	if e.GAP.UUID != actor || !e.SuspendedAt.IsZero() {
		return c, errNotGAP
	}
	var r handRequest
	if err := a.stmts[2].QueryRowContext(ctx, a.id(enterprise.UUID), a.id(id.UUID)).Scan(r.fields()...); err != nil {
		return c, err
	}
	overlaps, err := a.overlaps(ctx, r)
	if err != nil {
		return c, err
	}
	if overlaps || r.state != "pending" || r.lapsesAt <= later.UnixMicro() {
		return c, errNotPending
	}
	user, gap, err := a.members(ctx, enterprise, r.person, actor)
	if err != nil {
		return c, err
	}
	return a.changes(e, r, user, gap), nil
}

func (a *handApprover) enterprise(ctx context.Context, id accessmgmt.EnterpriseID) (e accessmgmt.Enterprise, err error) {
	var number, contact, language string
	var created int64
	var suspended, sentOn sql.NullInt64
	var head []byte
	err = a.stmts[1].QueryRowContext(ctx, a.id(id.UUID)).Scan(&number, &e.Name, &e.Epoch, &e.GAP.UUID, &e.Designation.UUID, &e.Managers, &suspended, &sentOn, &e.Sent, &contact, &language, &created, &head)
	if err != nil {
		return e, err
	}
	e.ID, e.Language, e.CreatedAt = id, roles.Language(language), time.UnixMicro(created).UTC()
	if suspended.Valid {
		e.SuspendedAt = time.UnixMicro(suspended.Int64)
	}
	if sentOn.Valid {
		e.SentOn = date(sentOn.Int64)
	}
	copy(e.AuditHead[:], head)
	if e.Number, err = accessmgmt.ParseEnterpriseNumber(number); err != nil {
		return e, err
	}
	e.Contact, err = invitation.ParseEmail(contact)
	return e, err
}

// date is a day as the tables have it.
func date(n int64) roles.Date {
	return roles.Date{Year: int(n / 10_000), Month: time.Month(n / 100 % 100), Day: int(n % 100)}
}

// overlaps reports whether the person has the role in the time that a request is
// for.
func (a *handApprover) overlaps(ctx context.Context, r handRequest) (yes bool, err error) {
	rows, err := a.stmts[3].QueryContext(ctx, a.id(r.enterprise), a.id(r.person), later.UnixMicro(), later.UnixMicro())
	if err != nil {
		return false, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id, unit uuid.UUID
		var role string
		var from, to, ended sql.NullInt64
		if err := rows.Scan(&id, &role, &unit, &from, &to, &ended); err != nil {
			return false, err
		}
		yes = yes || role == r.role && unit == r.unit
	}
	return yes, rows.Err()
}

func (a *handApprover) members(ctx context.Context, e accessmgmt.EnterpriseID, user, gap uuid.UUID) (u, g handMember, err error) {
	rows, err := a.stmts[4].QueryContext(ctx, a.id(e.UUID), a.id(user), a.id(gap))
	if err != nil {
		return u, g, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var m handMember
		if err := rows.Scan(&m.person, &m.given, &m.family, &m.email, &m.phone, &m.language, &m.updated, &m.version); err != nil {
			return u, g, err
		}
		if m.person == user {
			u = m
		} else {
			g = m
		}
	}
	return u, g, rows.Err()
}

// changes is what an approval writes. The record is chained to the one before by
// a hash, of another text than ours.
func (a *handApprover) changes(e accessmgmt.Enterprise, r handRequest, user, gap handMember) accessmgmt.Changes {
	period := roles.From(date(r.first.Int64))
	by := accessmgmt.PersonID{UUID: gap.person}
	request := invitation.Request{
		ID: invitation.RequestID{UUID: r.id}, Enterprise: e.ID, Invitation: invitation.ID{UUID: r.invitation}, Recipient: invitation.RecipientID{UUID: r.recipient},
		Person: accessmgmt.PersonID{UUID: r.person}, Line: invitation.Line{Role: roles.Code(r.role), Period: period}, RequestedBy: accessmgmt.PersonID{UUID: r.requestedBy},
		State: invitation.Approved, RequestedAt: time.UnixMicro(r.requestedAt), LapsesAt: time.UnixMicro(r.lapsesAt), DecidedAt: later, DecidedBy: by,
		Version: uint64(r.version) + 1,
	}
	given := accessmgmt.RoleAssignment{
		Assignment: roles.Assignment{ID: accessmgmt.AssignmentID{UUID: a.newID()}, Person: request.Person, Enterprise: e.ID, Role: request.Line.Role, Period: period,
			Window: roles.Window{From: later}},
		GivenBy: by, GivenAs: accessmgmt.AsGAP, GivenAt: later, Request: request.ID, Version: 1,
	}
	request.Assignment = given.ID
	e.Epoch++
	audit := accessmgmt.AuditRecord{Enterprise: e.ID, Seq: e.Epoch, At: later, Event: accessmgmt.EventApproved, Actor: by, Capacity: accessmgmt.AsGAP, Assurance: accessmgmt.AssuranceHigh,
		Person: request.Person, Object: "assignment", ObjectID: given.ID.UUID,
		Data: map[string]string{"role": r.role, "period": period.String(), "request": r.id.String()}, Prev: e.AuditHead}
	line := r.role + " " + period.Start().String() + " "
	data := map[string]string{"enterprise": e.Name, "enterprise_number": e.Number.String(), "person": user.given + " " + user.family, "by": gap.given + " " + gap.family, "roles": line}
	tell := func(kind accessmgmt.AddresseeKind, person uuid.UUID, name, email, language string) accessmgmt.Message {
		return accessmgmt.Message{ID: accessmgmt.MessageID{UUID: a.newID()}, Enterprise: e.ID, Event: accessmgmt.MessageApproved,
			To:   accessmgmt.Addressee{Kind: kind, Person: accessmgmt.PersonID{UUID: person}, Name: name, Email: invitation.MustParseEmail(email), Language: roles.Language(language)},
			Data: data, CreatedAt: later, State: accessmgmt.MessagePending, NextAt: later}
	}
	c := accessmgmt.Changes{Requests: []invitation.Request{request}, Assignments: []accessmgmt.RoleAssignment{given}}
	c.Messages = []accessmgmt.Message{
		tell(accessmgmt.ToUser, user.person, data["person"], user.email, user.language),
		tell(accessmgmt.ToGAP, gap.person, data["by"], gap.email, gap.language),
		tell(accessmgmt.ToContact, uuid.Nil, "", e.Contact.String(), string(e.Language)),
	}
	text, err := json.Marshal(audit)
	if err != nil {
		panic(err) // texts, numbers and instants always are
	}
	audit.Hash = sha256.Sum256([]byte(strings.Join([]string{"by hand", string(text)}, "\n")))
	e.AuditHead = audit.Hash
	c.Audit, c.Enterprise = []accessmgmt.AuditRecord{audit}, e
	c.Command = accessmgmt.Command{ID: accessmgmt.CommandID{UUID: a.newID()}, Act: accessmgmt.ActApprove, Actor: by, Epoch: e.Epoch, At: later}
	return c
}
