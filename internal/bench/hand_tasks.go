package main

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
)

const requestColumns = `r.enterprise, r.id, r.invitation, r.recipient, r.person, r.role, r.unit, r.first_day, r.last_day, r.properties, r.kind, r.target,
	r.four_eyes, r.no_self_approval, r.requested_by, r.state, r.requested_at, r.lapses_at, r.endorsed_at, r.endorsed_by, r.decided_at, r.decided_by,
	r.reason, r.assignment, r.version`

// handRequest is a request as somebody would keep it who writes the queries
// himself.
type handRequest struct {
	enterprise, id, invitation, recipient, person, unit, target, requestedBy, endorsedBy, decidedBy, assignment uuid.UUID
	role, kind, state, reason                                                                                   string
	fourEyes, noSelf, requestedAt, lapsesAt, version                                                            int64
	first, last, endorsedAt, decidedAt                                                                          sql.NullInt64
	properties                                                                                                  sql.NullString
}

func (r *handRequest) fields() []any {
	return []any{&r.enterprise, &r.id, &r.invitation, &r.recipient, &r.person, &r.role, &r.unit, &r.first, &r.last, &r.properties, &r.kind, &r.target,
		&r.fourEyes, &r.noSelf, &r.requestedBy, &r.state, &r.requestedAt, &r.lapsesAt, &r.endorsedAt, &r.endorsedBy, &r.decidedAt, &r.decidedBy,
		&r.reason, &r.assignment, &r.version}
}

// pageOfRequests returns what reads the requests that wait in an enterprise,
// after one of them.
func (h *hand) pageOfRequests(ctx context.Context) (func(e accessmgmt.EnterpriseID, at time.Time, id uuid.UUID, limit int) ([]handRequest, error), error) {
	stmt, err := h.prepare(ctx, "SELECT "+requestColumns+` FROM egovroles_request r WHERE r.enterprise = ? AND r.state = 'pending' AND r.lapses_at > ?
		AND r.requested_at >= ? AND (r.requested_at > ? OR r.id > ?) ORDER BY r.requested_at, r.id LIMIT ?`)
	if err != nil {
		return nil, err
	}
	return func(e accessmgmt.EnterpriseID, at time.Time, id uuid.UUID, limit int) (found []handRequest, err error) {
		rows, err := stmt.QueryContext(ctx, h.id(e.UUID), later.UnixMicro(), at.UnixMicro(), at.UnixMicro(), h.id(id), limit)
		if err != nil {
			return nil, err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var r handRequest
			if err := rows.Scan(r.fields()...); err != nil {
				return nil, err
			}
			found = append(found, r)
		}
		return found, rows.Err()
	}, nil
}

// handTask is a row of the page of tasks.
type handTask struct {
	request                                                handRequest
	givenName, familyName, email, phone, language          sql.NullString
	invitedGiven, invitedFamily, invitedEmail, answerGiven sql.NullString
	answerFamily, answerEmail, byGiven, byFamily           sql.NullString
	answerPerson                                           uuid.UUID
	answeredAt                                             sql.NullInt64
}

var errNotGAP = errors.New("not the GAP")

// pageOfTasks returns what reads the first page of tasks for the GAP who has an
// account: who he is, whether the enterprise is his, and the requests with the
// persons who ask and what they were invited as.
func (h *hand) pageOfTasks(ctx context.Context) (func(account accessmgmt.IdentityRef, e accessmgmt.EnterpriseID) (name string, page []handTask, err error), error) {
	stmts, err := h.prepareAll(ctx, personByAccount, "SELECT name, number, gap, managers, suspended_at FROM egovroles_enterprise WHERE id = ?",
		"SELECT "+requestColumns+`, m.given_name, m.family_name, m.email, m.phone, m.language, c.given_name, c.family_name, c.email,
		c.answered_at, c.answer_person, c.answer_given_name, c.answer_family_name, c.answer_email, b.given_name, b.family_name
		FROM egovroles_request r
		LEFT JOIN egovroles_member m ON m.enterprise = r.enterprise AND m.person = r.person
		LEFT JOIN egovroles_recipient c ON c.enterprise = r.enterprise AND c.id = r.recipient
		LEFT JOIN egovroles_member b ON b.enterprise = r.enterprise AND b.person = r.requested_by
		WHERE r.enterprise = ? AND r.state = 'pending' AND r.lapses_at > ? ORDER BY r.requested_at, r.id LIMIT ?`)
	if err != nil {
		return nil, err
	}
	return func(account accessmgmt.IdentityRef, e accessmgmt.EnterpriseID) (name string, page []handTask, err error) {
		var person, gap uuid.UUID
		var version, created, managers int64
		var number string
		var suspended sql.NullInt64
		if err := stmts[0].QueryRowContext(ctx, account.Issuer, account.Subject).Scan(&person, &created, &version); err != nil {
			return "", nil, err
		}
		if err := stmts[1].QueryRowContext(ctx, h.id(e.UUID)).Scan(&name, &number, &gap, &managers, &suspended); err != nil {
			return "", nil, err
		}
		if gap != person {
			return "", nil, errNotGAP
		}
		rows, err := stmts[2].QueryContext(ctx, h.id(e.UUID), later.UnixMicro(), pageOfTasks+1) // one more: is there another page?
		if err != nil {
			return "", nil, err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var t handTask
			if err := rows.Scan(append(t.request.fields(), &t.givenName, &t.familyName, &t.email, &t.phone, &t.language, &t.invitedGiven, &t.invitedFamily,
				&t.invitedEmail, &t.answeredAt, &t.answerPerson, &t.answerGiven, &t.answerFamily, &t.answerEmail, &t.byGiven, &t.byFamily)...); err != nil {
				return "", nil, err
			}
			page = append(page, t)
		}
		return name, page, rows.Err()
	}, nil
}

// personByAccount finds a person by the account he logs in with.
const personByAccount = `SELECT p.id, p.created_at, p.version FROM egovroles_person_identity i JOIN egovroles_person p ON p.id = i.person
	WHERE i.issuer = ? AND i.subject = ?`
