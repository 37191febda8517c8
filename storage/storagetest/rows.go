package storagetest

import (
	"regexp"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
)

var rowCases = []testCase{
	{"every field of every row comes back", everyField},
	{"an update replaces every field", everyFieldUpdated},
	{"what may be empty comes back empty", emptyFields},
	{"missing things are not found", missing},
	{"ids of another enterprise are not there", otherEnterprise},
	{"lists of ids", listsOfIDs},
	{"a row belongs to the enterprise of its changeset", foreignRows},
	{"a ready store says so", func(s *suite) { s.ok(s.Ready(s.ctx), "a fresh store is ready") }},
}

func everyField(s *suite) {
	s.id()
	w := s.world(accessmgmt.EnterpriseID{UUID: s.id()})
	c := w.changes(s, 1)
	// What is erased, and who is met, is none of its rows; see erasing.go and
	// persons_met.go.
	zero := slices.DeleteFunc(zeroFields(c), func(path string) bool { return strings.HasPrefix(path, ".Erase.") || path == ".Met" })
	require.Empty(s.t, zero, "the suite fills every field; give the new ones a value in full.go")
	s.commit(c)
	s.readBack(c)
}

// readBack compares everything in a changeset with what the store has now.
// Instants must be in UTC, since rows are compared with ==.
func (s *suite) readBack(c accessmgmt.Changes) {
	s.t.Helper()
	s.same(s.expected(c), s.picture(c), "every field of every row comes back equal, instants in UTC")
	s.same(c.Messages, s.claimable(), "every field of a message comes back equal, instants in UTC")
}

// names is what names a row, and so stays when it is updated.
var names = regexp.MustCompile(`^\.(\w+\[0\](\.Assignment)?\.(ID|Enterprise)|Members\[0\]\.Person|Enterprise\.ID)\.UUID$`)

func everyFieldUpdated(s *suite) {
	s.id()
	w := s.world(accessmgmt.EnterpriseID{UUID: s.id()})
	first, second := w.changes(s, 1), w.changes(s, 2)
	updatable := func(c accessmgmt.Changes) accessmgmt.Changes {
		c.Audit, c.Messages = nil, nil
		return c
	}
	alike := slices.DeleteFunc(equalFields(updatable(first), updatable(second)), names.MatchString)
	require.Empty(s.t, alike, "the suite changes every field; give the new ones two values in full.go")

	s.commit(updatable(first))
	s.commit(updatable(second))
	s.same(s.expected(updatable(second)), s.picture(updatable(second)), "an update writes the row as it will be, every field of it")
	none(s, s.claimable(), nil, "no message was written")
}

func emptyFields(s *suite) {
	s.id()
	w := s.world(accessmgmt.EnterpriseID{UUID: s.id()})
	c := w.sparse(s)
	s.commit(c)
	want, got := s.expected(c), s.picture(c)
	// Nobody is GAP, answered or was named, and these are no questions.
	for _, p := range []map[string]any{want, got} {
		for _, question := range []string{"FindRecipients of ", "Offices "} {
			delete(p, question+accessmgmt.PersonID{}.String())
		}
	}
	s.same(want, got, "zero ids, zero instants, no text and no list come back as they were")
	s.same(c.Messages, s.claimable(), "a message without person, data and link comes back as it was")

	_, err := s.RecipientByToken(s.ctx, invitation.TokenHash{})
	s.fails(err, accessmgmt.ErrNotFound, "the zero token hash is none, and finds nobody")
	records, err := s.Audit(s.ctx, c.Enterprise.ID, accessmgmt.AuditPosition{}, 10)
	s.ok(err, "Audit reads")
	require.Len(s.t, records, 1)
	require.Nil(s.t, records[0].Details, "an audit record without details comes back with nil: anything else says that they were not erased")

	another := s.next(c.Enterprise)
	for range 2 {
		recipient := c.Recipients[0]
		recipient.ID = invitation.RecipientID{UUID: s.id()}
		another.Recipients = append(another.Recipients, recipient)
	}
	s.ok(s.Commit(s.ctx, another), "the zero token hash is none, so any number of recipients may have it")
}

func missing(s *suite) {
	s.id()
	w := s.world(accessmgmt.EnterpriseID{UUID: s.id()})
	c := w.changes(s, 1)
	for name, found := range s.picture(c) {
		switch rows := found.(type) {
		case string: // not found
		case accessmgmt.Enterprise, accessmgmt.Person, accessmgmt.Command, accessmgmt.Access, accessmgmt.Unit, invitation.Recipient:
			s.t.Errorf("%s: a thing that isn't there is ErrNotFound", name)
		default:
			require.Empty(s.t, rows, "%s: a list of what isn't there is empty, without an error", name)
		}
	}
	require.Empty(s.t, s.claimable(), "a fresh store has no messages")
}

func otherEnterprise(s *suite) {
	s.id()
	w := s.world(accessmgmt.EnterpriseID{UUID: s.id()})
	mine := w.changes(s, 1)
	s.commit(mine)
	other := s.registered()
	asked := mine
	asked.Enterprise.ID = other.ID
	why := "ids of another enterprise are not there"

	_, err := s.Command(s.ctx, other.ID, mine.Command.ID)
	s.fails(err, accessmgmt.ErrNotFound, why)
	p := map[string]any{}
	s.pictureRows(p, asked)
	for _, list := range []string{"GAPs", "Managers", "Suspensions", "Audit", "Members", "Units", "Templates", "Invitations", "Recipients", "Requests", "Assignments"} {
		require.Empty(s.t, p[list+" "+other.ID.String()], why)
	}
	access, err := s.Access(s.ctx, other.ID, mine.Assignments[0].Person, mine.Units[0].ID)
	s.ok(err, "Access finds the enterprise")
	s.same(accessmgmt.Access{Enterprise: asChecked(other)}, access, why)
}

func listsOfIDs(s *suite) {
	s.id()
	w := s.world(accessmgmt.EnterpriseID{UUID: s.id()})
	c := w.changes(s, 1)
	second := s.world(w.enterprise.ID).changes(s, 1)
	second.Audit = nil
	c = join(c, second)
	s.commit(c)
	id := c.Enterprise.ID

	why := "a list of ids gives those that exist, each once, however often it was asked for"
	unknown := accessmgmt.RecipientID{UUID: s.id()}
	ids := []accessmgmt.RecipientID{c.Recipients[1].ID, unknown, {}, c.Recipients[0].ID, c.Recipients[1].ID}
	recipients, err := s.Recipients(s.ctx, id, ids)
	s.ok(err, why)
	s.same(c.Recipients, inOrder(recipients, func(r invitation.Recipient) string { return r.ID.String() }), why)
	all, err := s.Enterprises(s.ctx, []accessmgmt.EnterpriseID{id, {UUID: s.id()}, id})
	s.ok(err, why)
	s.same([]accessmgmt.Enterprise{c.Enterprise}, all, why)
	members, err := s.Members(s.ctx, id, []accessmgmt.PersonID{c.Members[0].Person, c.Members[0].Person, s.personID()})
	s.ok(err, why)
	s.same(c.Members[:1], members, why)
	units, err := s.Units(s.ctx, id, []accessmgmt.UnitID{c.Units[1].ID, {UUID: s.id()}, c.Units[1].ID, {}})
	s.ok(err, why)
	s.same(c.Units[1:], units, why)
	templates, err := s.Templates(s.ctx, id, []accessmgmt.TemplateID{c.Templates[0].ID, {}, c.Templates[0].ID, {UUID: s.id()}})
	s.ok(err, why)
	s.same(c.Templates[:1], templates, why)
	require.Equal(s.t, []accessmgmt.RecipientID{c.Recipients[1].ID, unknown, {}, c.Recipients[0].ID, c.Recipients[1].ID}, ids, "the list of ids is the caller's own, and stays as it was")

	why = "an empty list of ids gives nothing"
	for _, empty := range [][]accessmgmt.EnterpriseID{nil, {}} {
		rows, err := s.Enterprises(s.ctx, empty)
		none(s, rows, err, why)
		epochs, err := s.Stamps(s.ctx, empty)
		s.ok(err, why)
		require.Empty(s.t, epochs, why)
	}
	assignments, err := s.Assignments(s.ctx, id, nil)
	none(s, assignments, err, why)
	units, err = s.Units(s.ctx, id, nil)
	none(s, units, err, why)
	templates, err = s.Templates(s.ctx, id, []accessmgmt.TemplateID{})
	none(s, templates, err, why)
	offers, err := s.Invitations(s.ctx, id, nil)
	none(s, offers, err, why)
}

func foreignRows(s *suite) {
	mine, other := s.registered(), s.registered()
	w := s.world(other.ID)
	full := w.changes(s, 1)
	full.Persons = nil
	for _, k := range append(kinds, kind{"audit", auditOf}, kind{"messages", messagesOf}) {
		if k.name == "persons" {
			continue
		}
		c := s.next(mine)
		k.add(&c, full, 1)
		before := s.picture(full, c)
		err := s.Commit(s.ctx, c)
		require.Error(s.t, err, "%s: a row of another enterprise, whose epoch the commit doesn't raise, is refused", k.name)
		s.same(before, s.picture(full, c), "a changeset that was refused writes nothing")
	}
	require.Empty(s.t, s.claimable(), "a changeset that was refused writes no messages")
}

func auditOf(c *accessmgmt.Changes, from accessmgmt.Changes, _ uint64) {
	c.Audit = append(c.Audit, from.Audit...)
}

func messagesOf(c *accessmgmt.Changes, from accessmgmt.Changes, _ uint64) {
	c.Messages = append(c.Messages, from.Messages...)
}
