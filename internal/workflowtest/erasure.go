package workflowtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// Erasures plays the erasing of persons, and the export of what is held of them
// (c-36, D21).
func Erasures(t *testing.T, open Open) {
	t.Run("erased", func(t *testing.T) { play(t, open, erasureScenarios) })
	t.Run("refused", func(t *testing.T) { play(t, open, erasureRefusals) })
	t.Run("broken off", func(t *testing.T) { play(t, open, erasureBreaks) })
	t.Run("exported", func(t *testing.T) { play(t, open, exportScenarios) })
}

// Marked is somebody each word of whom is found again wherever it is kept.
func Marked() accessmgmt.Actor { return Person("Zenobie", "Quasimodo") }

// Markers are what must be nowhere once he is erased.
var Markers = []string{"zenobie", "quasimodo", "zq-reason", "zq-message", "zq-evidence", "+32 475 99 88 77"}

// second enterprise of the life below.
func (w *World) beta() accessmgmt.EnterpriseID {
	number := Number(4321)
	w.Register.Add(number, "Beta SA", w.Rep)
	return w.Enterprise(number, w.Rep, w.GAP)
}

// as returns the world with another enterprise in front.
func (w *World) as(id accessmgmt.EnterpriseID) *World {
	other := *w
	other.Acme = id
	return &other
}

// MarkedLife plays a life in which everything is that can be of a person, in two
// enterprises, and returns the second, with the ids of commands that were
// answered with his name.
func (w *World) MarkedLife() (beta accessmgmt.EnterpriseID, invited, declined accessmgmt.CommandID) {
	marked, beta := Marked(), w.beta()
	for _, in := range []*World{w, w.as(beta)} {
		a := in.Give(marked, in.Line(roles.Editor))
		results, err := in.Svc.End(in.Ctx, in.GAP, accessmgmt.End{Enterprise: in.Acme, Assignments: []accessmgmt.AssignmentID{a.ID}, Reason: "zq-reason 1"})
		require.NoError(w, one(results, err))
		in.Give(marked, in.Line(roles.Owner)) // in force
		waits := in.Request(marked, in.Line(roles.Editor))
		refused, err := in.Svc.Refuse(in.Ctx, in.GAP, accessmgmt.Refuse{Requests: []accessmgmt.RequestRef{waits.Ref()}, Reason: "zq-reason 2"})
		require.NoError(w, one(refused, err))
		in.Request(marked, in.Line(roles.Editor)) // waits
		invited = accessmgmt.CommandID{UUID: uuid.Must(uuid.NewV7())}
		c := in.Invitation(marked, in.Line(roles.Reader))
		c.ID, c.Message = invited, "zq-message"
		_, err = in.Svc.Invite(in.Ctx, in.GAP, c)
		require.NoError(w, err)
		token := in.LastToken(Address(marked.Identity))
		require.NoError(w, in.Svc.Decline(in.Ctx, marked, token, accessmgmt.Decline{Reason: "zq-reason 3"}))
		c.ID, c.Message = accessmgmt.CommandID{}, "zq-message 2" // waits, nobody bound to it
		_, err = in.Svc.Invite(in.Ctx, in.GAP, c)
		require.NoError(w, err)
	}
	// Words about somebody else that name him.
	anne := w.Give(Person("Anne", "Dubois"), w.Line(roles.Editor))
	results, err := w.Svc.End(w.Ctx, w.GAP, accessmgmt.End{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{anne.ID}, Reason: "replaced by QUASIMODO Zénobie"})
	require.NoError(w, one(results, err))
	// A candidacy, and an office that is over.
	declined = accessmgmt.CommandID{UUID: uuid.Must(uuid.NewV7())}
	_, err = w.Svc.RequestGAP(w.Ctx, marked, accessmgmt.RequestGAP{ID: declined, Enterprise: w.Number, EnterpriseName: "Quasimodo SA", Self: true, Evidence: "zq-evidence",
		GAP:     accessmgmt.Candidate{GivenName: "Zenobie", FamilyName: "Quasimodo", Email: Address(marked.Identity), Phone: "+32 475 99 88 77", Language: roles.French},
		Contact: accessmgmt.MustParseEmail("office@quasimodo.example")})
	require.NoError(w, err)
	require.NoError(w, w.removing(w.GAP, w.coGAP(marked))())
	w.Mailbox.FailWith(errors.New("550 Zenobie.Quasimodo@acme.example: no such user"))
	_, err = w.Svc.DispatchOnce(w.Ctx)
	require.NoError(w, err)
	w.Mailbox.FailWith(nil)
	return beta, invited, declined
}

func (w *World) erasing(person accessmgmt.PersonID) (accessmgmt.Erasure, error) {
	return w.Svc.ErasePerson(w.Ctx, Staff(), accessmgmt.ErasePerson{Person: person})
}

func (w *World) erase(person accessmgmt.PersonID) accessmgmt.Erasure {
	w.Helper()
	done, err := w.erasing(person)
	require.NoError(w, err)
	return done
}

// all is everything that a store shows of an enterprise and of persons, as JSON.
func (w *World) all(persons ...accessmgmt.PersonID) string {
	rows := w.Snapshot()
	audit, err := w.Store.Audit(w.Ctx, w.Acme, accessmgmt.AuditPosition{}, 1_000)
	require.NoError(w, err)
	messages, err := w.Store.Messages(w.Ctx, w.Acme, accessmgmt.MessageID{}, 1_000)
	require.NoError(w, err)
	members, err := w.Store.FindMembers(w.Ctx, accessmgmt.MemberFilter{Enterprise: w.Acme, Erased: true}, accessmgmt.Page{Limit: 1_000})
	require.NoError(w, err)
	var epochs []uint64
	for _, r := range audit {
		epochs = append(epochs, r.Seq)
	}
	answers, err := w.Store.Answers(w.Ctx, w.Acme, epochs)
	require.NoError(w, err)
	var ids []accessmgmt.InvitationID
	for _, r := range rows["recipients"].([]invitation.Recipient) {
		ids = append(ids, r.Invitation)
	}
	invitations, err := w.Store.Invitations(w.Ctx, w.Acme, ids)
	require.NoError(w, err)
	rows["audit"], rows["messages"], rows["members"], rows["answers"], rows["invitations"] = audit, messages, members, answers, invitations
	for _, id := range persons {
		p, err := w.Store.Person(w.Ctx, id)
		require.NoError(w, err)
		rows["person "+id.String()] = p
	}
	data, err := json.Marshal(rows)
	require.NoError(w, err)
	return strings.ToLower(string(data))
}

// requireNowhere fails if a marker is left anywhere.
func (w *World) requireNowhere(in string) {
	w.Helper()
	for _, marker := range Markers {
		at := strings.Index(in, marker)
		if at >= 0 {
			require.Failf(w, "a trace is left", "%q in %s", marker, in[max(0, at-200):min(len(in), at+200)])
		}
	}
}

var erasureScenarios = map[string]func(*World){
	"nothing is left of a life in two enterprises, and the audit verifies (c-36)": func(w *World) {
		beta, _, _ := w.MarkedLife()
		id := w.ID(Marked())
		before, err := w.Svc.VerifyAudit(w.Ctx, Staff(), w.Acme)
		require.NoError(w, err)
		require.True(w, before.Intact())
		require.Contains(w, w.all(id), "quasimodo")
		done := w.erase(id)
		require.Equal(w, id, done.Person)
		require.Equal(w, w.Clock.Now(), done.At)
		require.Len(w, done.Enterprises, 2)
		for _, in := range []*World{w, w.as(beta)} {
			in.requireNowhere(in.all(id))
			report, err := in.Svc.VerifyAudit(in.Ctx, Staff(), in.Acme)
			require.NoError(w, err)
			require.True(w, report.Intact(), "%+v", report.Broken)
			require.NotZero(w, report.Erased)
			d, err := in.Svc.Check(in.Ctx, accessmgmt.Question{Person: id, Enterprise: in.Acme, Action: roles.Sign})
			require.NoError(w, err)
			require.False(w, d.Allowed)
		}
		for _, there := range done.Enterprises {
			require.Len(w, there.Ended, 1)
			require.Len(w, there.Withdrawn, 1)
			require.Len(w, there.Revoked, 1)
		}
		// Who, when, why; and nothing of him is told to anybody from now on.
		told := false
		for r, err := range w.Svc.Audit(w.Ctx, Staff(), accessmgmt.AuditQuery{Enterprise: w.Acme}) {
			require.NoError(w, err)
			if r.Event == accessmgmt.EventErased {
				told = true
				require.Equal(w, id, r.Person)
				require.Equal(w, w.ID(Staff()), r.Actor)
				require.Equal(w, "asked by telephone", r.Details["operator_reason"])
				require.NotEmpty(w, r.Data["details"])
			}
		}
		require.True(w, told)
		w.Mailbox.Clear()
		w.Deliver()
		for _, m := range w.Mailbox.All() {
			w.requireNowhere(strings.ToLower(w.Words(m).Subject + w.Words(m).HTML + m.To.Email.String()))
		}
		require.Zero(w, len(w.erase(id).Enterprises), "again, there is nothing left")
	},
	"lists and histories go on": func(w *World) {
		w.MarkedLife()
		id := w.ID(Marked())
		w.erase(id)
		found := 0
		for item, err := range w.Svc.Assignments(w.Ctx, w.GAP, accessmgmt.AssignmentQuery{Enterprise: w.Acme}) {
			require.NoError(w, err)
			if item.Assignment.Person == id {
				found++
				require.Contains(w, fmt.Sprintf("%+v", item), accessmgmt.ErasedName)
			}
		}
		require.Equal(w, 2, found)
		for m, err := range w.Svc.FindPersons(w.Ctx, w.GAP, accessmgmt.PersonQuery{Enterprise: w.Acme}) {
			require.NoError(w, err)
			require.NotEqual(w, id, m.Person, "nobody picks him any more")
		}
		for _, err := range w.Svc.HandledTasks(w.Ctx, w.GAP, accessmgmt.TaskQuery{Enterprise: w.Acme}) {
			require.NoError(w, err)
		}
		for _, err := range w.Svc.Invitations(w.Ctx, w.GAP, accessmgmt.InvitationQuery{Enterprise: w.Acme}) {
			require.NoError(w, err)
		}
	},
	"the same human is somebody new, without any right": func(w *World) {
		w.MarkedLife()
		id := w.ID(Marked())
		w.erase(id)
		_, err := w.Svc.Identify(w.Ctx, Marked().Identity)
		w.requireFails(err, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound)
		_, token := w.Invite(Marked(), w.Line(roles.Editor))
		w.Accept(Marked(), token)
		require.NotEqual(w, id, w.ID(Marked()))
		require.False(w, w.May(Marked(), roles.Sign).Allowed)
		w.erase(w.ID(Marked()))
		w.requireNowhere(w.all(id))
	},
	"nobody writes his name again": func(w *World) {
		w.MarkedLife()
		id := w.ID(Marked())
		w.erase(id)
		results, err := w.Svc.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: w.Acme, Lines: []invitation.Line{w.Line(roles.Editor)},
			Persons: []accessmgmt.Assignee{{Person: id}}})
		w.requireFails(one(results, err), accessmgmt.ErrState, accessmgmt.CodePersonErased)
		c := w.Invitation(Person("Q", "Other"), w.Line(roles.Editor))
		c.Recipients[0].Person = id
		sent, err := w.Svc.Invite(w.Ctx, w.GAP, c)
		require.NoError(w, err)
		w.requireFails(sent.Results[0].Err, accessmgmt.ErrState, accessmgmt.CodePersonErased)
		_, err = w.Svc.NameManager(w.Ctx, w.GAP, accessmgmt.NameManager{Enterprise: w.Acme, Manager: accessmgmt.Assignee{Person: id}, Kind: accessmgmt.CoGAP, Period: roles.From(w.Svc.Today())})
		w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodePersonErased)
		w.requireNowhere(w.all(id))
	},
	"whom he was taken for before he proved his number is he too": func(w *World) {
		w.give(Marked(), w.Line(roles.Editor)) // by number, before he ever logged in
		number := Number(w.Count())
		w.Register.Add(number, "Other SA", w.Rep)
		request := w.requestingGAP(w.weakly(Marked()), number)
		request.Evidence = "zq-evidence"
		_, err := w.Svc.RequestGAP(w.Ctx, w.weakly(Marked()), request)
		require.NoError(w, err)
		_, token := w.Invite(Marked(), w.Line(roles.Manager))
		w.Accept(Marked(), token) // writes down that the account is his
		ent, err := w.Store.EnterpriseByNumber(w.Ctx, number)
		require.NoError(w, err)
		in := w.as(ent.ID)
		require.Contains(w, in.all(), "zq-evidence")
		parts, err := w.export(Marked(), accessmgmt.ExportPerson{})
		require.NoError(w, err)
		require.Contains(w, inJSON(w, parts), "zq-evidence")

		id := w.ID(Marked())
		p, err := w.Store.Person(w.Ctx, id)
		require.NoError(w, err)
		require.Len(w, p.Formerly, 1)
		done := w.erase(id)
		require.Len(w, done.Enterprises, 2)
		in.requireNowhere(in.all(id, p.Formerly[0]))
		w.requireNowhere(w.all(id))
		former, err := w.Store.Person(w.Ctx, p.Formerly[0])
		require.NoError(w, err)
		require.Equal(w, w.Clock.Now(), former.ErasedAt)
		in.RequireIntact()
	},
	"what staff wrote of him when it erased somebody else": func(w *World) {
		w.MarkedLife()
		w.Give(Person("Anne", "Second"), w.Line(roles.Reader))
		_, err := w.Svc.ErasePerson(w.Ctx, accessmgmt.Operator(Staff().Identity, "Zenobie Quasimodo, her father", "QUASIMODO Zenobie wrote"), accessmgmt.ErasePerson{Person: w.ID(Person("Anne", "Second"))})
		require.NoError(w, err)
		w.erase(w.ID(Marked()))
		w.requireNowhere(w.all())
		w.RequireIntact()
	},
	"a colleague with the same address isn't touched": func(w *World) {
		w.Give(Marked(), w.Line(roles.Editor))
		bert := Person("Bert", "Claes")
		c := w.Invitation(bert, w.Line(roles.Owner))
		c.Recipients[0].Email = Address(Marked().Identity)
		w.invite(c)
		token := w.LastToken(Address(Marked().Identity))
		_, err := w.Svc.Accept(w.Ctx, bert, token, accessmgmt.Accept{Email: Address(Marked().Identity)})
		require.NoError(w, err)
		w.invite(func() accessmgmt.Invite { c.Lines = []invitation.Line{w.Line(roles.Reader)}; return c }())
		w.erase(w.ID(Marked()))
		left := w.all()
		require.Contains(w, left, `"given_name":"bert","family_name":"claes","email":"zenobie.quasimodo@acme.example"`)
		require.NotContains(w, left, `"family_name":"quasimodo"`)
		page, err := w.Svc.InvitationsPage(w.Ctx, w.GAP, accessmgmt.InvitationQuery{Enterprise: w.Acme, States: []invitation.RecipientState{invitation.Invited}})
		require.NoError(w, err)
		require.Len(w, page.Items, 1, "his invitation is open still")
		w.RequireIntact()
	},
	"invited where nobody knows him": func(w *World) {
		w.Give(Marked(), w.Line(roles.Editor))
		in := w.as(w.beta())
		in.Invite(Marked(), in.Line(roles.Editor))
		done, err := w.Svc.ErasePerson(w.Ctx, Staff(), accessmgmt.ErasePerson{Person: w.ID(Marked()), Emails: []accessmgmt.Email{Address(Marked().Identity)}})
		require.NoError(w, err)
		require.Len(w, done.Enterprises, 2)
		in.requireNowhere(in.all())
		w.requireNowhere(w.all())
	},
	"what somebody typed elsewhere isn't his": func(w *World) {
		in := w.as(w.beta())
		paul := Person("Paul", "Quasimodo")
		in.Invite(paul, in.Line(roles.Editor))
		c := w.Invitation(Marked(), w.Line(roles.Editor)) // at Paul's address, by mistake or on purpose
		c.Recipients[0].Email = Address(paul.Identity)
		w.invite(c)
		_, err := w.Svc.Accept(w.Ctx, Marked(), w.LastToken(Address(paul.Identity)), accessmgmt.Accept{Email: Address(paul.Identity)})
		require.NoError(w, err)
		done := w.erase(w.ID(Marked()))
		require.Len(w, done.Enterprises, 1)
		page, err := in.Svc.InvitationsPage(in.Ctx, in.GAP, accessmgmt.InvitationQuery{Enterprise: in.Acme, States: []invitation.RecipientState{invitation.Invited}})
		require.NoError(w, err)
		require.Len(w, page.Items, 1)
		require.Equal(w, "Paul", page.Items[0].Recipient.Invitee.GivenName)
	},
	"an invitation that a relative answered stays the relative's": func(w *World) {
		w.Give(Marked(), w.Line(roles.Editor))
		c := w.Invitation(Person("Marie", "Quasimodo"), w.Line(roles.Owner))
		c.Recipients[0].Email = Address(Marked().Identity)
		w.invite(c)
		_, err := w.Svc.Accept(w.Ctx, Person("Marie", "Quasimodo"), w.LastToken(Address(Marked().Identity)), accessmgmt.Accept{Email: Address(Marked().Identity)})
		require.NoError(w, err)
		w.erase(w.ID(Marked()))
		page, err := w.Svc.InvitationsPage(w.Ctx, w.GAP, accessmgmt.InvitationQuery{Enterprise: w.Acme, Roles: []roles.Code{roles.Owner}})
		require.NoError(w, err)
		require.Len(w, page.Items, 1)
		require.Equal(w, "Marie Quasimodo", page.Items[0].Recipient.Invitee.GivenName+" "+page.Items[0].Recipient.Invitee.FamilyName)
	},
	"a command whose answer held his name, sent again": func(w *World) {
		beta, invited, asked := w.MarkedLife()
		in := w.as(beta)
		w.erase(w.ID(Marked()))
		c := in.Invitation(Marked(), in.Line(roles.Reader))
		c.ID, c.Message = invited, "zq-message"
		in.unchanged(func() {
			done, err := in.Svc.Invite(in.Ctx, in.GAP, c)
			require.NoError(w, err, "it was done, and isn't done again")
			require.Equal(w, accessmgmt.ErasedName, done.Results[0].Value.Invitee.FamilyName)
			require.Empty(w, done.Invitation.Message)
			require.NotZero(w, done.Results[0].Value.ID)
		})
		_, err := w.Store.Command(w.Ctx, w.Acme, asked)
		require.NoError(w, err)
	},
	"its own command, sent again": func(w *World) {
		w.MarkedLife()
		c := accessmgmt.ErasePerson{ID: accessmgmt.CommandID{UUID: uuid.Must(uuid.NewV7())}, Person: w.ID(Marked())}
		first, err := w.Svc.ErasePerson(w.Ctx, Staff(), c)
		require.NoError(w, err)
		w.unchanged(func() {
			again, err := w.Svc.ErasePerson(w.Ctx, Staff(), c)
			require.NoError(w, err)
			require.JSONEq(w, inJSON(w, first), inJSON(w, again))
			c.Emails = []accessmgmt.Email{Address(w.GAP.Identity)}
			_, err = w.Svc.ErasePerson(w.Ctx, Staff(), c)
			w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeCommandReused)
		})
	},
	"a preview erases nothing, and says what would be": func(w *World) {
		w.MarkedLife()
		id := w.ID(Marked())
		var tried accessmgmt.Erasure
		w.unchanged(func() {
			var err error
			tried, err = w.Svc.Preview().ErasePerson(w.Ctx, Staff(), accessmgmt.ErasePerson{Person: id})
			require.NoError(w, err)
		})
		require.Equal(w, tried.Enterprises, w.erase(id).Enterprises)
	},
}

// ErasedFrom plays a life, erases whose it was, and looks for what is left of him
// in all that a store keeps, as its own tables have it: what no call shows too.
func ErasedFrom(t *testing.T, open Open, dump func() string) {
	w := WithGAP(t, open)
	w.MarkedLife()
	id := w.ID(Marked())
	p, err := w.Store.Person(w.Ctx, id)
	require.NoError(w, err)
	traces := append([]string{Marked().Identity.Subject, fmt.Sprintf("%x", p.Numbers[0].Hash[:])}, Markers...)
	before := strings.ToLower(dump())
	for _, trace := range traces {
		require.Contains(w, before, strings.ToLower(trace), "else it couldn't be found afterwards")
	}
	w.erase(id)
	left := strings.ToLower(dump())
	for _, trace := range traces {
		at := strings.Index(left, strings.ToLower(trace))
		if at >= 0 {
			require.Failf(w, "a trace is left", "%q in %s", trace, left[max(0, at-300):min(len(left), at+100)])
		}
	}
	require.Contains(w, left, id.String(), "ids stay")
}
