package storagetest

import (
	"fmt"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
)

var erasingCases = []testCase{
	{"an audit record loses its details and its salt, and nothing else", eraseDetails},
	{"an answer is replaced by what is left of it", eraseAnswers},
	{"a message keeps what names nobody", eraseMessages},
	{"a message that is dropped can't be finished by whoever held it", eraseHeld},
	{"a message that was sent stays sent", eraseSent},
	{"what isn't there is passed over", eraseNothing},
	{"nothing of another enterprise is erased", eraseOwn},
	{"a changeset that is refused erases nothing", eraseRefused},
	{"answers are found by the epochs of their commands", answersByEpoch},
	{"messages come in the order of their ids, page by page", messagePages},
	{"members who were erased are left out unless asked for", erasedMembers},
}

// erases makes a changeset that erases something.
func (s *suite) erases(e accessmgmt.Enterprise, what accessmgmt.Erase) accessmgmt.Changes {
	c := s.next(e)
	c.Erase = what
	return c
}

func (s *suite) auditOf(e accessmgmt.Enterprise) []accessmgmt.AuditRecord {
	s.t.Helper()
	records, err := s.Audit(s.ctx, e.ID, accessmgmt.AuditPosition{}, 1_000)
	s.ok(err, "Audit reads")
	return records
}

func (s *suite) messagesOf(e accessmgmt.EnterpriseID) []accessmgmt.Message {
	s.t.Helper()
	messages, err := s.Messages(s.ctx, e, accessmgmt.MessageID{}, 1_000)
	s.ok(err, "Messages reads")
	return messages
}

func eraseDetails(s *suite) {
	e := s.registered()
	c := s.next(e)
	for ordinal := range 4 {
		r := s.record(c, ordinal)
		r.Details, r.Salt = map[string]string{"given_name": "Anne"}, []byte{1, 2, byte(ordinal)}
		r.Data, r.Commitment = map[string]string{"role": "a.one"}, digest("commitment ", ordinal)
		c.Audit = append(c.Audit, r)
	}
	s.commit(c)
	want := s.auditOf(c.Enterprise)
	seq := c.Enterprise.Epoch
	c = s.erases(c.Enterprise, accessmgmt.Erase{Details: []accessmgmt.AuditPosition{{Seq: seq, Ordinal: 1}, {Seq: seq, Ordinal: 3}}})
	s.commit(c)
	for i := range want {
		if want[i].Seq == seq && want[i].Ordinal%2 == 1 {
			want[i].Details, want[i].Salt = nil, nil
		}
	}
	got := s.auditOf(c.Enterprise)
	s.same(want, got, "the records named have neither details nor salt any more; the rest of them, and the others, are as they were")
	for _, r := range got {
		require.Equal(s.t, r.Seq == seq && r.Ordinal%2 == 0, r.Details != nil, "details that were erased come back nil")
	}
	s.commit(s.erases(c.Enterprise, c.Erase))
	s.same(want, s.auditOf(c.Enterprise), "details can be erased again")
}

func eraseAnswers(s *suite) {
	e := s.registered()
	c := s.next(e)
	c.Command.Content, c.Command.Answer = digest("asked"), `{"name":"Anne"}`
	s.commit(c)
	other := s.next(c.Enterprise)
	other.Command.Answer = `{"name":"Ben"}`
	s.commit(other)
	left := accessmgmt.Command{ID: c.Command.ID, Act: "other", Actor: s.personID(), Answer: `{"name":""}`}
	last := s.erases(other.Enterprise, accessmgmt.Erase{Answers: []accessmgmt.Command{left}})
	s.commit(last)
	want := c.Command
	want.Epoch, want.Answer = c.Enterprise.Epoch, `{"name":""}`
	got, err := s.Command(s.ctx, e.ID, want.ID)
	s.ok(err, "Command reads")
	s.same(want, got, "of a command the answer alone is replaced")
	got, err = s.Command(s.ctx, e.ID, other.Command.ID)
	s.ok(err, "Command reads")
	require.Equal(s.t, other.Command.Answer, got.Answer, "the answers of other commands are as they were")
	s.fails(s.Commit(s.ctx, accessmgmt.Changes{Enterprise: s.next(last.Enterprise).Enterprise, Command: c.Command}), accessmgmt.ErrRepeated,
		"a command whose answer was erased was done all the same")
}

// told commits full messages of an enterprise.
func (s *suite) told(n int) (accessmgmt.Enterprise, []accessmgmt.Message) {
	s.t.Helper()
	c := s.next(s.registered())
	for range n {
		m := s.message(c.Enterprise)
		m.To.Name, m.Data = "Anne Dubois", map[string]string{"person": "Anne Dubois", "enterprise": "Acme"}
		m.Also = []accessmgmt.Item{{Event: accessmgmt.MessageEnded, As: accessmgmt.ToGAP, Data: map[string]string{"person": "Anne Dubois"}}, {Event: accessmgmt.MessageOver, As: accessmgmt.ToGAP, Data: map[string]string{"person": "Bert"}}}
		m.LastError = "550 anne@example.be: no such user"
		c.Messages = append(c.Messages, m)
	}
	s.commit(c)
	return c.Enterprise, c.Messages
}

// emptied returns a message with nothing left of it but what names nobody.
func emptied(m accessmgmt.Message) accessmgmt.Message {
	m.To.Name, m.To.Email, m.LastError = "", accessmgmt.Email{}, ""
	m.Data = map[string]string{"enterprise": "Acme"}
	if len(m.Also) == 2 { // the second is about somebody else
		m.Also = []accessmgmt.Item{{Event: accessmgmt.MessageEnded, As: accessmgmt.ToGAP}, m.Also[1]}
	}
	return m
}

func eraseMessages(s *suite) {
	e, all := s.told(3)
	kept := emptied(all[0])
	asked := kept
	asked.Event, asked.To.Kind, asked.Attempts, asked.LastError = "other", "other", 9, "other" // none of which is looked at
	dropped := emptied(all[1])
	dropped.State = accessmgmt.MessageDropped
	s.commit(s.erases(e, accessmgmt.Erase{Messages: []accessmgmt.Message{asked, dropped}}))
	s.same([]accessmgmt.Message{kept, dropped, all[2]}, s.messagesOf(e.ID), "messages have what is left of them, and the others are as they were")
	_, claimed := s.claim(after(hour), after(2*hour), 10)
	s.same([]accessmgmt.Message{kept, all[2]}, claimed, "a message that lost its words is still to be sent, and one that was dropped isn't")
}

func eraseHeld(s *suite) {
	e, all := s.told(2)
	claim, held := s.claim(after(hour), after(2*hour), 10)
	require.Len(s.t, held, 2)
	dropped, kept := emptied(all[0]), emptied(all[1])
	dropped.State = accessmgmt.MessageDropped
	s.commit(s.erases(e, accessmgmt.Erase{Messages: []accessmgmt.Message{dropped, kept}}))
	s.fails(s.FinishMessage(s.ctx, e.ID, all[0].ID, claim, accessmgmt.Outcome{State: accessmgmt.MessagePending, At: after(hour), NextAt: after(hour), Error: "550 anne@example.be"}),
		accessmgmt.ErrConflict, "nobody holds a message that was dropped, nor writes anything on it")
	s.finish(held[1], claim, accessmgmt.Outcome{State: accessmgmt.MessageSent, At: after(hour)})
	kept.State, kept.Attempts, kept.FinishedAt = accessmgmt.MessageSent, 1, after(hour)
	s.same([]accessmgmt.Message{dropped, kept}, s.messagesOf(e.ID), "whoever holds a message that wasn't dropped finishes it")
}

func eraseSent(s *suite) {
	e, all := s.told(1)
	claim, m := s.claimOne(after(hour), after(2*hour))
	s.finish(m, claim, accessmgmt.Outcome{State: accessmgmt.MessageSent, At: after(hour)})
	left := emptied(all[0])
	left.State = accessmgmt.MessageDropped
	s.commit(s.erases(e, accessmgmt.Erase{Messages: []accessmgmt.Message{left}}))
	left.State, left.Attempts, left.FinishedAt = accessmgmt.MessageSent, 1, after(hour)
	s.same([]accessmgmt.Message{left}, s.messagesOf(e.ID), "a message that was sent meanwhile stays sent, and loses its words")
}

func eraseNothing(s *suite) {
	e := s.registered()
	m := s.message(e)
	s.commit(s.erases(e, accessmgmt.Erase{
		Details: []accessmgmt.AuditPosition{{Seq: 900, Ordinal: 7}}, Answers: []accessmgmt.Command{{ID: accessmgmt.CommandID{UUID: s.id()}, Answer: "{}"}},
		Messages: []accessmgmt.Message{m},
	}))
	require.Empty(s.t, s.messagesOf(e.ID), "erasing adds nothing")
}

func eraseOwn(s *suite) {
	e, all := s.told(1)
	other := s.registered()
	require.Error(s.t, s.Commit(s.ctx, s.erases(other, accessmgmt.Erase{Messages: []accessmgmt.Message{emptied(all[0])}})),
		"a message of another enterprise, whose epoch the commit doesn't raise, is refused")
	s.same(all, s.messagesOf(e.ID), "and is as it was")
	records := s.auditOf(e)
	var at []accessmgmt.AuditPosition
	for _, r := range records {
		at = append(at, accessmgmt.AuditPosition{Seq: r.Seq, Ordinal: r.Ordinal})
	}
	s.commit(s.erases(other, accessmgmt.Erase{Details: at}))
	s.same(records, s.auditOf(e), "positions are those of the commit's enterprise")
}

func eraseRefused(s *suite) {
	e, all := s.told(1)
	c := s.next(e)
	c.Command.Answer = `{"name":"Anne"}`
	r := s.record(c, 0)
	r.Details, r.Salt = map[string]string{"name": "Anne"}, []byte{7}
	c.Audit = []accessmgmt.AuditRecord{r}
	s.commit(c)
	late := s.erases(e, accessmgmt.Erase{ // of the epoch before
		Details: []accessmgmt.AuditPosition{{Seq: r.Seq, Ordinal: r.Ordinal}}, Answers: []accessmgmt.Command{{ID: c.Command.ID}}, Messages: []accessmgmt.Message{emptied(all[0])},
	})
	before := s.auditOf(e)
	s.fails(s.Commit(s.ctx, late), accessmgmt.ErrConflict, "epochs are compared")
	s.same(before, s.auditOf(e), "a changeset that is refused erases no details")
	s.same(all, s.messagesOf(e.ID), "a changeset that is refused erases no message")
	got, err := s.Command(s.ctx, e.ID, c.Command.ID)
	s.ok(err, "Command reads")
	require.Equal(s.t, c.Command.Answer, got.Answer, "a changeset that is refused erases no answer")
}

func answersByEpoch(s *suite) {
	e := s.registered()
	var want []accessmgmt.Command
	for n := range 12 {
		c := s.next(e)
		if n%3 > 0 {
			c.Command.Answer = fmt.Sprintf(`{"n":%d}`, n)
		}
		s.commit(c)
		e = c.Enterprise
		c.Command.Epoch = e.Epoch
		want = append(want, c.Command)
	}
	other := s.next(s.registered())
	other.Command.Answer = `{"other":true}`
	s.commit(other)
	var epochs []uint64
	var some []accessmgmt.Command
	for n, c := range want {
		if n%2 == 0 {
			epochs = append(epochs, c.Epoch)
			if c.Answer != "" {
				some = append(some, c)
			}
		}
	}
	got, err := s.Answers(s.ctx, e.ID, append(epochs, 900, epochs[0]))
	s.ok(err, "Answers reads")
	byID := func(c accessmgmt.Command) string { return c.ID.String() }
	s.same(inOrder(some, byID), inOrder(got, byID), "the commands of these epochs with an answer come, each once; those without one, and another enterprise's, don't")
	got, err = s.Answers(s.ctx, e.ID, nil)
	none(s, got, err, "no epochs, no answers")
}

func messagePages(s *suite) {
	e, all := s.told(7)
	s.told(2)
	claim, held := s.claim(after(hour), after(2*hour), 1)
	s.finish(held[0], claim, accessmgmt.Outcome{State: accessmgmt.MessageSent, At: after(hour)})
	for i := range all {
		if all[i].ID == held[0].ID {
			all[i].State, all[i].Attempts, all[i].FinishedAt = accessmgmt.MessageSent, 1, after(hour)
		}
	}
	for _, limit := range []int{1, 2, 6, 7, 8} {
		var got []accessmgmt.Message
		var at accessmgmt.MessageID
		for range len(all) + 2 {
			page, err := s.Messages(s.ctx, e.ID, at, limit)
			s.ok(err, "Messages reads")
			got = append(got, page...)
			if len(page) < limit {
				break
			}
			at = page[limit-1].ID
		}
		s.same(all, got, fmt.Sprintf("an enterprise's messages by pages of %d come once each, in the order of their ids, whatever became of them", limit))
	}
}

func erasedMembers(s *suite) {
	e := s.registered()
	c := s.next(e)
	anne, ben := s.member(e, s.personID()), s.member(e, s.personID())
	ben.FamilyName, ben.ErasedAt = accessmgmt.ErasedName, after(hour)
	c.Members = []accessmgmt.Member{anne, ben}
	s.commit(c)
	for erased, want := range map[bool][]accessmgmt.Member{false: {anne}, true: {anne, ben}} {
		got, err := s.FindMembers(s.ctx, accessmgmt.MemberFilter{Enterprise: e.ID, Erased: erased}, accessmgmt.Page{Limit: 10})
		s.ok(err, "FindMembers reads")
		s.same(want, got, "who was erased is found when he is asked for")
	}
	got, err := s.Members(s.ctx, e.ID, []accessmgmt.PersonID{ben.Person})
	s.ok(err, "Members reads")
	s.same([]accessmgmt.Member{ben}, got, "by his id a member who was erased is there")
}
