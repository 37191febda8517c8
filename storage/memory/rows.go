package memory

import (
	"maps"
	"slices"
	"time"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// The functions below copy a row on its way in. They cut every instant to the
// microseconds that a database keeps, in UTC, so that a test doesn't pass here
// with a precision that production loses; and they copy what a row shares with
// its caller. Going out, only the latter is left to do; see copies.

// kept is an instant as it is kept. Nothing is rounded up: 23:59:59.9999999
// must not become the next day.
func kept(t time.Time) time.Time { return t.Truncate(time.Microsecond).UTC() }

func keptWindow(w roles.Window) roles.Window {
	return roles.Window{From: kept(w.From), To: kept(w.To)}
}

func keepEnterprise(e accessmgmt.Enterprise) accessmgmt.Enterprise {
	e.CreatedAt, e.SuspendedAt = kept(e.CreatedAt), kept(e.SuspendedAt)
	return e
}

func keepCommand(c accessmgmt.Command, epoch uint64) *accessmgmt.Command {
	c.At, c.Epoch = kept(c.At), epoch
	return &c
}

func keepPerson(p accessmgmt.Person) *accessmgmt.Person {
	p = copyPerson(p)
	p.CreatedAt, p.ErasedAt = kept(p.CreatedAt), kept(p.ErasedAt)
	return &p
}

func keepMember(m accessmgmt.Member) *accessmgmt.Member {
	m.UpdatedAt, m.ErasedAt = kept(m.UpdatedAt), kept(m.ErasedAt)
	return &m
}

func keepGAP(g accessmgmt.GAP) *accessmgmt.GAP {
	g.From, g.To, g.ResignedAt = kept(g.From), kept(g.To), kept(g.ResignedAt)
	g.Asked.At = kept(g.Asked.At)
	return &g
}

func keepManager(m accessmgmt.Manager) *accessmgmt.Manager {
	m.Window = keptWindow(m.Window)
	m.NamedAt, m.EndedAt = kept(m.NamedAt), kept(m.EndedAt)
	return &m
}

func keepUnit(u accessmgmt.Unit) *accessmgmt.Unit {
	u.AddedAt, u.ClosedAt = kept(u.AddedAt), kept(u.ClosedAt)
	return &u
}

func keepSuspension(s accessmgmt.Suspension) *accessmgmt.Suspension {
	s.From, s.To = kept(s.From), kept(s.To)
	return &s
}

func keepTemplate(t invitation.Template) *invitation.Template {
	t = copyTemplate(t)
	t.CreatedAt, t.RetiredAt = kept(t.CreatedAt), kept(t.RetiredAt)
	return &t
}

func keepInvitation(i invitation.Invitation) *invitation.Invitation {
	i = copyInvitation(i)
	i.CreatedAt = kept(i.CreatedAt)
	return &i
}

func keepRecipient(r invitation.Recipient) *invitation.Recipient {
	r.ExpiresAt, r.SentAt, r.CreatedAt = kept(r.ExpiresAt), kept(r.SentAt), kept(r.CreatedAt)
	r.Answer.At = kept(r.Answer.At)
	return &r
}

func keepRequest(r invitation.Request) *invitation.Request {
	r.RequestedAt, r.LapsesAt, r.DecidedAt = kept(r.RequestedAt), kept(r.LapsesAt), kept(r.DecidedAt)
	r.Endorsement.At = kept(r.Endorsement.At)
	return &r
}

func keepAssignment(a accessmgmt.RoleAssignment) *accessmgmt.RoleAssignment {
	a.Window = keptWindow(a.Window)
	a.EndedAt, a.GivenAt = kept(a.EndedAt), kept(a.GivenAt)
	return &a
}

func keepAuditRecord(r accessmgmt.AuditRecord) *accessmgmt.AuditRecord {
	r = copyAuditRecord(r)
	r.At = kept(r.At)
	return &r
}

func keepMessage(m accessmgmt.Message) accessmgmt.Message {
	m = copyMessage(m)
	m.CreatedAt, m.NextAt, m.FinishedAt = kept(m.CreatedAt), kept(m.NextAt), kept(m.FinishedAt)
	return m
}

// The rows that refer to something beyond themselves. The copies have nil for
// what is empty, as rows that come back from a database do.

func copyPerson(p accessmgmt.Person) accessmgmt.Person {
	p.Identities, p.Numbers, p.Formerly = copySlice(p.Identities), copySlice(p.Numbers), copySlice(p.Formerly)
	return p
}

func copyTemplate(t invitation.Template) invitation.Template {
	t.Lines = copySlice(t.Lines)
	return t
}

func copyInvitation(i invitation.Invitation) invitation.Invitation {
	i.Lines = copySlice(i.Lines)
	return i
}

func copyAuditRecord(r accessmgmt.AuditRecord) accessmgmt.AuditRecord {
	r.Data, r.Details = copyMap(r.Data), copyMap(r.Details)
	r.Salt = copySlice(r.Salt)
	return r
}

func copyMessage(m accessmgmt.Message) accessmgmt.Message {
	m.Data, m.Also = copyMap(m.Data), copySlice(m.Also)
	for i := range m.Also {
		m.Also[i].Data = copyMap(m.Also[i].Data)
	}
	return m
}

func copySlice[T any](s []T) []T {
	if len(s) == 0 {
		return nil
	}
	return slices.Clone(s)
}

func copyMap(m map[string]string) map[string]string {
	if len(m) == 0 {
		return nil
	}
	return maps.Clone(m)
}

// same copies a row that refers to nothing beyond itself.
func same[T any](row T) T { return row }

// copies returns copies of rows for a caller.
func copies[T any](rows []*T, copyRow func(T) T) []T {
	if len(rows) == 0 {
		return nil
	}
	out := make([]T, len(rows))
	for i, row := range rows {
		out[i] = copyRow(*row)
	}
	return out
}
