package verify_test

import (
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// small returns one of the few ids of a kind.
func small(kind byte, n int) uuid.UUID { return uuid.UUID{0: kind, 6: 0x70, 8: 0x80, 15: byte(n + 1)} }

const few = 4

func (p *pair) id(kind byte) uuid.UUID { return small(kind, rapid.IntRange(0, few-1).Draw(p.T, "id")) }

// chance is true about so often. Rapid prefers small numbers, hence the turn.
func (p *pair) chance(percent int) bool {
	return rapid.IntRange(0, 99).Draw(p.T, "chance") >= 100-percent
}
func (p *pair) enterprise() accessmgmt.EnterpriseID {
	return accessmgmt.EnterpriseID{UUID: p.id('e')}
}
func (p *pair) person() accessmgmt.PersonID { return accessmgmt.PersonID{UUID: p.id('p')} }
func (p *pair) instant() time.Time {
	return now.Add(time.Duration(rapid.IntRange(-2, 2).Draw(p.T, "at")) * time.Microsecond)
}

func (p *pair) orZero() time.Time {
	if p.chance(40) {
		return time.Time{}
	}
	return p.instant()
}

func one[V any](p *pair, values ...V) V { return rapid.SampledFrom(values).Draw(p.T, "one") }

// version is mostly the one that a row should have next.
func (p *pair) version(id uuid.UUID) uint64 {
	if p.chance(5) {
		return uint64(rapid.IntRange(0, 3).Draw(p.T, "version"))
	}
	return p.versions[id] + 1
}

func some[T any](p *pair, make func() T) []T {
	rows := []T{}
	for range rapid.IntRange(0, 2).Draw(p.T, "rows") {
		rows = append(rows, make())
	}
	return rows
}

// row returns one of the few ids of a kind of row in an enterprise. No two
// enterprises have one id, as no two UUIDs are alike.
func (p *pair) row(kind byte, e accessmgmt.EnterpriseID) uuid.UUID {
	id := p.id(kind)
	id[14] = e.UUID[15]
	return id
}

// owner is mostly the enterprise of the changeset.
func (p *pair) owner(e accessmgmt.EnterpriseID) accessmgmt.EnterpriseID {
	if p.chance(1) {
		return p.enterprise()
	}
	return e
}

func (p *pair) changes() accessmgmt.Changes {
	e := accessmgmt.Enterprise{
		ID: p.enterprise(), Number: number(rapid.IntRange(0, 12).Draw(p.T, "number")), Name: one(p, "", "é", "E"),
		Contact: one(p, accessmgmt.Email{}, invitation.MustParseEmail("a@example.be")), Language: roles.French, CreatedAt: p.instant(),
		Managers: rapid.IntRange(0, 2).Draw(p.T, "managers"), SuspendedAt: p.orZero(),
		SentOn: one(p, roles.Date{}, roles.Date{Year: 2026, Month: 2, Day: 28}), Sent: rapid.IntRange(0, 2).Draw(p.T, "sent"),
	}
	if p.chance(70) {
		e.GAP = p.person()
	}
	e.Epoch = p.epochs[e.ID] + 1
	if p.chance(8) {
		e.Epoch = uint64(rapid.IntRange(0, 3).Draw(p.T, "epoch"))
	}
	p.serial++
	c := accessmgmt.Changes{Enterprise: e, Command: accessmgmt.Command{ID: accessmgmt.CommandID{UUID: small('c', p.serial)}, Act: accessmgmt.ActInvite, At: now}}
	if p.chance(5) {
		c.Command.ID.UUID = small('c', rapid.IntRange(1, p.serial).Draw(p.T, "command"))
	}
	if p.chance(50) {
		c.Command.Content, c.Command.Answer = accessmgmt.Digest{byte(p.serial)}, one(p, "", `{"a": "<é>"}`)
	}
	c.Persons = some(p, p.personRow)
	c.Met = some(p, p.person)
	c.Members = some(p, func() accessmgmt.Member {
		m := accessmgmt.Member{Enterprise: p.owner(e.ID), Person: p.person(), GivenName: p.name(), FamilyName: p.name(), UpdatedAt: p.instant()}
		m.Version = p.version(both(m.Enterprise.UUID, m.Person.UUID))
		return m
	})
	c.GAPs = some(p, func() accessmgmt.GAP { return p.gap(e.ID) })
	c.Managers = some(p, func() accessmgmt.Manager { return p.manager(e.ID) })
	c.Units = some(p, func() accessmgmt.Unit { return p.unitRow(e.ID) })
	c.Suspensions = some(p, func() accessmgmt.Suspension {
		r := accessmgmt.Suspension{Enterprise: p.owner(e.ID), From: p.instant(), To: p.orZero(), SuspendedBy: p.person(), Reason: p.name()}
		r.ID.UUID = p.row('s', r.Enterprise)
		r.Version = p.version(both(r.Enterprise.UUID, r.ID.UUID))
		return r
	})
	c.Templates = some(p, func() invitation.Template { return p.template(e.ID) })
	c.Invitations = some(p, func() invitation.Invitation {
		r := invitation.Invitation{Enterprise: p.owner(e.ID), Lines: some(p, p.line), InvitedBy: p.person(), CreatedAt: p.instant()}
		r.ID.UUID = p.row('i', r.Enterprise)
		r.Version = p.version(both(r.Enterprise.UUID, r.ID.UUID))
		return r
	})
	c.Recipients = some(p, func() invitation.Recipient { return p.recipient(e.ID) })
	c.Requests = some(p, func() invitation.Request { return p.request(e.ID) })
	c.Assignments = some(p, func() accessmgmt.RoleAssignment { return p.assignment(e.ID) })
	if p.chance(30) {
		p.serial++
		m := message(p.owner(e.ID))
		m.To.Person = p.person()
		m.ID.UUID, m.CreatedAt, m.NextAt, m.Data = small('m', p.serial), p.instant(), p.instant(), nil
		c.Messages = []accessmgmt.Message{m}
	}
	c.Audit = []accessmgmt.AuditRecord{{Enterprise: e.ID, Seq: e.Epoch, At: now, Event: accessmgmt.EventInvited}}
	return c
}

// code is a role of few applications, whose codes are easily taken for one
// another.
func (p *pair) code() roles.Code {
	return one[roles.Code](p, "a.one", "a.two", "a.One", "b.one", "ab.one", "A.one", "a", "a.b.one", ".one")
}

func (p *pair) name() string { return one(p, "", "Ánne", "d'Hondt", "x", "Y 100%", "a_b", "!") }

// unit is one of few of an enterprise; sometimes zero, the enterprise as a whole.
func (p *pair) unit(e accessmgmt.EnterpriseID) accessmgmt.UnitID {
	if p.chance(50) {
		return accessmgmt.UnitID{}
	}
	return accessmgmt.UnitID{UUID: p.row('u', e)}
}

func (p *pair) unitNumber() accessmgmt.EstablishmentUnitNumber {
	return unitNumber(rapid.IntRange(0, 2).Draw(p.T, "unit number"))
}

func (p *pair) properties() roles.Properties {
	return one(p, roles.Properties{}, roles.MustProperties(map[string]roles.Value{"a": roles.Is(true), "b": roles.Words("<é>")}))
}

func (p *pair) period() roles.Period {
	day := roles.Date{Year: 2026, Month: time.March, Day: rapid.IntRange(1, 2).Draw(p.T, "day")}
	return one(p, roles.Period{}, roles.From(day), roles.Between(day, day))
}

func (p *pair) line() invitation.Line {
	return invitation.Line{Role: p.code(), Unit: p.unit(p.enterprise()), Period: p.period(), Properties: p.properties()}
}

func (p *pair) template(e accessmgmt.EnterpriseID) invitation.Template {
	t := invitation.Template{Enterprise: p.owner(e), Name: p.name(), CreatedBy: p.person(), CreatedAt: p.instant(), RetiredAt: p.orZero()}
	t.ID.UUID = p.row('t', t.Enterprise)
	t.Lines = some(p, func() invitation.TemplateLine {
		l := p.line()
		return invitation.TemplateLine{Role: l.Role, Unit: l.Unit, Properties: l.Properties, Delay: rapid.IntRange(0, 2).Draw(p.T, "delay"), Days: rapid.IntRange(0, 2).Draw(p.T, "days")}
	})
	t.Version = p.version(both(t.Enterprise.UUID, t.ID.UUID))
	return t
}

func (p *pair) gap(e accessmgmt.EnterpriseID) accessmgmt.GAP {
	g := accessmgmt.GAP{
		Enterprise: p.owner(e), Person: p.person(), Procedure: accessmgmt.Exceptional, From: p.orZero(), To: p.orZero(),
		State: one(p, accessmgmt.GAPRequested, accessmgmt.GAPRefused, accessmgmt.GAPActive),
	}
	if p.chance(70) {
		g.Asked = accessmgmt.Candidacy{At: p.instant(), By: p.person(), GivenName: p.name(), Contact: invitation.MustParseEmail("a@example.be")}
	}
	g.ID.UUID = p.row('g', g.Enterprise)
	g.Version = p.version(both(g.Enterprise.UUID, g.ID.UUID))
	return g
}

func (p *pair) manager(e accessmgmt.EnterpriseID) accessmgmt.Manager {
	m := accessmgmt.Manager{
		Enterprise: p.owner(e), Person: p.person(), Kind: one(p, accessmgmt.CoGAP, accessmgmt.AccessManager), Domain: one[roles.DomainCode](p, "", "d"), Period: p.period(),
		Window: roles.Window{From: p.orZero(), To: p.orZero()}, NamedBy: p.person(), NamedAt: p.instant(), EndedAt: p.orZero(), Reason: p.name(),
	}
	m.ID.UUID = p.row('n', m.Enterprise)
	m.Version = p.version(both(m.Enterprise.UUID, m.ID.UUID))
	return m
}

func (p *pair) unitRow(e accessmgmt.EnterpriseID) accessmgmt.Unit {
	u := accessmgmt.Unit{
		Enterprise: p.owner(e), Number: p.unitNumber(), Name: p.name(), AddedAt: p.instant(), AddedBy: p.person(), ClosedAt: p.orZero(),
		MovedTo: one(p, accessmgmt.EnterpriseID{}, p.enterprise()), Reason: p.name(),
	}
	u.ID.UUID = p.row('u', u.Enterprise)
	u.Version = p.version(both(u.Enterprise.UUID, u.ID.UUID))
	return u
}

func (p *pair) request(e accessmgmt.EnterpriseID) invitation.Request {
	r := invitation.Request{
		Enterprise: p.owner(e), Person: p.person(), Line: p.line(), Kind: one(p, invitation.RequestKinds()...), RequestedBy: p.person(),
		Terms: invitation.RequestTerms{FourEyes: p.chance(50), NoSelfApproval: p.chance(50)},
		State: one(p, invitation.Pending, invitation.Approved, invitation.Refused), RequestedAt: p.instant(), LapsesAt: p.instant(),
	}
	if p.chance(30) {
		r.Endorsement = invitation.Endorsement{At: p.instant(), By: p.person()}
	}
	r.ID.UUID = p.row('q', r.Enterprise)
	r.Version = p.version(both(r.Enterprise.UUID, r.ID.UUID))
	return r
}

func (p *pair) assignment(e accessmgmt.EnterpriseID) accessmgmt.RoleAssignment {
	owner := p.owner(e)
	a := accessmgmt.RoleAssignment{GivenAt: p.instant(), GivenBy: p.person()}
	a.Assignment = roles.Assignment{
		Enterprise: owner, ID: roles.AssignmentID{UUID: p.row('a', owner)}, Person: p.person(), Role: p.code(), Unit: p.unit(owner), Properties: p.properties(),
		Window: roles.Window{From: p.orZero(), To: p.orZero()}, EndedAt: p.orZero(),
	}
	a.Version = p.version(both(a.Enterprise.UUID, a.ID.UUID))
	return a
}

func (p *pair) personRow() accessmgmt.Person {
	row := accessmgmt.Person{ID: p.person(), CreatedAt: p.instant()}
	row.Version = p.version(row.ID.UUID)
	for _, subject := range []string{"x", "X", "x "} {
		if p.chance(20) {
			row.Identities = append(row.Identities, accessmgmt.IdentityRef{Issuer: "i", Subject: subject})
			row.Numbers = append(row.Numbers, accessmgmt.NumberHash{KeyID: "k", Hash: accessmgmt.Digest{1: subject[0]}})
			break
		}
	}
	return row
}

func (p *pair) recipient(e accessmgmt.EnterpriseID) invitation.Recipient {
	owner := p.owner(e)
	r := recipient(owner, invitation.ID{UUID: p.row('i', owner)}, rapid.IntRange(0, 3).Draw(p.T, "email"))
	r.Invitee.GivenName, r.Invitee.FamilyName = p.name(), p.name()
	r.ID.UUID, r.CreatedAt, r.ExpiresAt = p.row('r', r.Enterprise), p.instant(), p.instant()
	r.TokenHash = link(r.Enterprise, r.ID.UUID[15], one[byte](p, 0, 1, 2))
	if p.chance(5) { // one that another may have; not one that another loses in the same changeset, which is left open
		if other := p.enterprise(); other != e {
			r.TokenHash = link(other, p.id('r')[15], 1)
		}
	}
	r.State = one(p, invitation.Invited, invitation.Accepted, invitation.Revoked)
	if p.chance(30) {
		r.Invitee.Person = p.person()
	}
	if p.chance(30) {
		r.Answer = invitation.Answer{At: p.instant(), Person: p.person()}
	}
	r.Version = p.version(both(r.Enterprise.UUID, r.ID.UUID))
	return r
}

// link makes the nth token of a row, the zero one for 0.
func link(e accessmgmt.EnterpriseID, row, n byte) invitation.TokenHash {
	if n == 0 {
		return invitation.TokenHash{}
	}
	return invitation.TokenHash{0: e.UUID[15], 1: row, 2: n}
}

// both names a row by its enterprise and its id.
func both(a, b uuid.UUID) uuid.UUID { return uuid.NewSHA1(a, b[:]) }
