package workflowtest

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/mail"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// Secrets plays the whole story, with its mistakes, and then looks for national
// numbers, tokens and the key in everything that left the library: each log
// line, error, result as JSON and under every verb of fmt, each row given to
// the store, each mail but for the link, and what dump returns of the store's
// own bytes (nil: none).
func Secrets(t *testing.T, openStore Open, dump func(t testing.TB, s accessmgmt.Store) []byte) {
	seen := &seen{}
	var logs bytes.Buffer
	var opened accessmgmt.Store
	w := New(t, func(t testing.TB) accessmgmt.Store {
		opened = openStore(t)
		return &spy{Store: opened, seen: seen}
	}, func(o *accessmgmt.Options) {
		o.Logger = slog.New(slog.NewJSONHandler(&logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	people := []accessmgmt.Actor{w.Rep, w.GAP, Person("Anne", "Dubois"), Person("Bert", "Claes"), Person("Carl", "Direct"), Person("Dora", "Late")}
	others := []accessmgmt.Actor{Person("Gina", "Gerard"), Person("Hugo", "Hermans"), Person("Ines", "Ibanez"), Person("Jan", "Jacobs")}
	tokens := w.secretStory(seen, people, others)
	require.NotEmpty(t, tokens)
	people = append(people, others...)

	forbidden := map[string][]byte{"key": Secret, "key in hex": []byte(hex.EncodeToString(Secret)), "key in base64": []byte(base64.StdEncoding.EncodeToString(Secret))}
	for _, p := range people {
		n := p.Identity.Number
		forbidden["number "+p.Identity.FamilyName] = []byte(n.Reveal())
		forbidden["written number "+p.Identity.FamilyName] = []byte(n.RevealWritten())
		forbidden["number without its check "+p.Identity.FamilyName] = []byte(n.Reveal()[:9])
	}
	for i, token := range tokens {
		raw, err := base64.RawURLEncoding.DecodeString(token.Reveal())
		require.NoError(t, err)
		forbidden[fmt.Sprintf("token %d", i)] = []byte(token.Reveal())
		forbidden[fmt.Sprintf("token %d as bytes", i)] = raw
		forbidden[fmt.Sprintf("token %d in hex", i)] = []byte(hex.EncodeToString(raw))
	}
	seen.add("log", logs.Bytes())
	if dump != nil {
		stored := dump(t, opened)
		require.Contains(t, string(stored), "Dubois", "the dump doesn't hold what was stored")
		seen.add("stored bytes", stored)
	}
	require.Greater(t, len(seen.parts), 100, "too little was looked at")
	for what, secret := range forbidden {
		for _, part := range seen.parts {
			if !assert.False(t, bytes.Contains(part.data, secret), "%s shows in %s", what, part.where) {
				break
			}
		}
	}
}

// secretStory plays a story with its mistakes, and then calls every method with
// others, rightly and wrongly. It shows each result to seen, and returns the
// tokens there were.
func (w *World) secretStory(seen *seen, people, others []accessmgmt.Actor) []accessmgmt.Token {
	ctx, svc := w.Ctx, w.Svc
	rep, gap, anne, bert, carl, dora := people[0], people[1], people[2], people[3], people[4], people[5]
	show := func(where string, v any, err error) {
		seen.show(where, v)
		seen.showError(where, err)
	}
	for _, p := range people {
		seen.show("actor", p)
		seen.show("options", w.Options)
	}
	seen.show("command", w.Designation(w.Number, gap))
	done, err := svc.DesignateGAP(ctx, rep, w.Designation(w.Number, gap))
	require.NoError(w, err)
	show("designate", done, err)
	w.Acme = done.Enterprise.ID
	_, err = svc.DesignateGAP(ctx, rep, w.Designation(w.Number, gap))
	show("designate again", nil, err)
	bad := w.Designation(w.Number, anne)
	bad.GAP.GivenName = strings.Repeat("x", 500)
	_, err = svc.DesignateGAP(ctx, rep, bad)
	show("designate badly", nil, err)
	mixed := gap
	mixed.Identity.Number = anne.Identity.Number
	show("identify", nil, second(svc.Identify(ctx, anne.Identity)))

	var tokens []accessmgmt.Token
	invite := func(a accessmgmt.Actor, role roles.Code) (invitation.Recipient, accessmgmt.Token) {
		got, err := svc.Invite(ctx, gap, w.Invitation(a, w.Line(role)))
		show("invite", got, err)
		require.NoError(w, err)
		token := w.LastToken(Address(a.Identity))
		tokens = append(tokens, token)
		seen.show("token", token)
		return got.Results[0].Value, token
	}
	rAnne, first := invite(anne, roles.Editor)
	repeated, err := svc.Invite(ctx, gap, w.Invitation(anne, w.Line(roles.Editor)))
	require.NoError(w, err)
	show("invite again", repeated, accessmgmt.Failed(repeated.Results))
	resent, err := svc.Resend(ctx, gap, accessmgmt.Resend{Enterprise: w.Acme, Recipient: rAnne.ID})
	show("resend", resent, err)
	token := w.LastToken(Address(anne.Identity))
	tokens = append(tokens, token)
	_, err = svc.Accept(ctx, anne, first, accessmgmt.Accept{Email: Address(anne.Identity)})
	show("accept by an old link", nil, err)
	inspected, err := svc.Inspect(ctx, token)
	show("inspect", inspected, err)
	_, err = svc.Accept(ctx, accessmgmt.Actor{}, token, accessmgmt.Accept{Email: Address(anne.Identity)})
	show("accept by nobody", nil, err)
	accepted, err := svc.Accept(ctx, anne, token, accessmgmt.Accept{Email: accessmgmt.MustParseEmail("anne@home.example")})
	require.NoError(w, err)
	show("accept", accepted, err)
	_, err = svc.Accept(ctx, anne, token, accessmgmt.Accept{Email: Address(anne.Identity)})
	show("accept again", nil, err)
	_, tokenBert := invite(bert, roles.Reader)
	show("decline", nil, svc.Decline(ctx, bert, tokenBert, accessmgmt.Decline{Reason: "not for me"}))
	rDora, tokenDora := invite(dora, roles.Reader)
	revoked, err := svc.Revoke(ctx, gap, accessmgmt.Revoke{Enterprise: w.Acme, Recipients: []accessmgmt.RecipientID{rDora.ID, rAnne.ID}, Reason: "a mistake"})
	show("revoke", revoked, err)
	show("accept a revoked one", nil, second(svc.Accept(ctx, dora, tokenDora, accessmgmt.Accept{Email: Address(dora.Identity)})))
	_, tokenLate := invite(dora, roles.Writer)
	tasks, err := svc.OpenTasksPage(ctx, gap, accessmgmt.TaskQuery{})
	show("tasks", tasks, err)
	approved, err := svc.Approve(ctx, gap, accessmgmt.Approve{Requests: []accessmgmt.RequestRef{tasks.Items[0].Request.Ref(), {Enterprise: w.Acme}}})
	show("approve", approved, err)
	command := accessmgmt.Assign{Enterprise: w.Acme, Lines: []invitation.Line{w.Line(roles.Writer)}, Persons: []accessmgmt.Assignee{
		{Number: carl.Identity.Number, GivenName: "Carl", FamilyName: "Direct", Email: Address(carl.Identity)}}}
	seen.show("command", command)
	assigned, err := svc.Assign(ctx, gap, command)
	show("assign", assigned, err)
	again, err := svc.Assign(ctx, gap, command)
	show("assign again", again, err)
	show("identify", nil, second(svc.Identify(ctx, mixed.Identity)))
	replaced, err := svc.Replace(ctx, gap, accessmgmt.Replace{Enterprise: w.Acme, Assignment: assigned[0].Value.Assignment.ID, Line: w.Line(roles.Owner)})
	show("replace", replaced, err)
	explained, err := svc.Explain(ctx, accessmgmt.Question{Person: w.ID(carl), Enterprise: w.Acme, Action: roles.Sign})
	show("explain", explained, err)
	ended, err := svc.End(ctx, gap, accessmgmt.End{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{replaced.Given.ID}, Reason: "left"})
	show("end", ended, err)
	// A mailer that quotes what it couldn't send.
	w.Mailbox.FailBy(func(m accessmgmt.Mail) error { return fmt.Errorf("550 refused: %s", m.Link) })
	w.Clock.Advance(time.Hour)
	_, err = svc.Resend(ctx, gap, accessmgmt.Resend{Enterprise: w.Acme, Recipient: w.openRecipient(dora).ID})
	show("resend", nil, err)
	dispatched, err := svc.DispatchOnce(ctx)
	show("dispatch fails", dispatched, err)
	w.Mailbox.FailWith(nil)
	w.Clock.Advance(time.Hour)
	tokens = append(tokens, tokenLate, w.LastToken(Address(dora.Identity)))
	invitations, err := svc.InvitationsPage(ctx, gap, accessmgmt.InvitationQuery{})
	show("invitations", invitations, err)
	assignments, err := svc.AssignmentsPage(ctx, gap, accessmgmt.AssignmentQuery{})
	show("assignments", assignments, err)
	saved, err := svc.SaveTemplate(ctx, gap, w.template("x", w.Line(roles.Reader)))
	show("save a template", saved, err)
	form := w.from(saved, carl)
	form.Lines, form.SaveAs = []invitation.Line{w.Line("no.such")}, &accessmgmt.SaveAs{}
	show("send it badly", nil, toAll(svc.Invite(ctx, gap, form)))
	templates, err := svc.TemplatesPage(ctx, gap, accessmgmt.TemplateQuery{})
	show("templates", templates, err)
	found, err := svc.FindPersonsPage(ctx, gap, accessmgmt.PersonQuery{Enterprise: w.Acme})
	show("persons", found, err)
	// Who types a number into the field of a name gets it back nowhere.
	show("persons by number", nil, second(svc.FindPersonsPage(ctx, gap, accessmgmt.PersonQuery{Enterprise: w.Acme, Name: carl.Identity.Number.Reveal() + "\x00"})))
	audit, err := svc.AuditPage(ctx, Staff(), accessmgmt.AuditQuery{Enterprise: w.Acme})
	show("audit", audit, err)
	report, err := svc.VerifyAudit(ctx, gap, w.Acme)
	require.True(w, report.Intact())
	show("verify", report, err)
	w.secretManagers(show, gap, dora, carl)
	resigned, err := svc.ResignGAP(ctx, gap, accessmgmt.ResignGAP{Enterprise: w.Acme, Reason: "retiring"})
	show("resign", resigned, err)
	vacated, err := svc.VacateGAP(ctx, rep, accessmgmt.VacateGAP{Enterprise: w.Acme, Reason: "gone"})
	show("vacate", vacated, err)
	tokens = append(tokens, w.callEverything(seen, others, rep, gap)...)
	w.Deliver()
	for _, m := range w.Mailbox.All() {
		words := w.Words(m)
		require.Contains(w, words.Text, m.Link)
		require.Contains(w, words.HTML, m.Link)
		seen.showMail(m, words)
	}
	return tokens
}

// secretManagers has people named by number, as managers and candidates, and an
// identity claim a number that isn't its own.
func (w *World) secretManagers(show func(string, any, error), gap, dora, carl accessmgmt.Actor) {
	svc, ctx := w.Svc, w.Ctx
	c := w.naming(dora, accessmgmt.CoGAP, "", roles.From(svc.Today()))
	show("command", c, nil)
	named, err := svc.NameManager(ctx, gap, c)
	require.NoError(w, err)
	show("name", named, err)
	_, err = svc.NameManager(ctx, gap, c)
	show("name again", nil, err)
	c.Period = roles.Period{}
	_, err = svc.NameManager(ctx, gap, c)
	show("name badly", nil, err)
	overview, err := svc.Managers(ctx, gap, w.Acme)
	show("managers", overview, err)
	removed, err := svc.RemoveManager(ctx, gap, accessmgmt.RemoveManager{Enterprise: w.Acme, Manager: named.ID, Reason: "moved"})
	require.NoError(w, err)
	show("remove", removed, err)
	asking := w.requestingFor(carl, w.Number)
	show("command", asking, nil)
	asked, err := svc.RequestGAP(ctx, Staff(), asking)
	require.NoError(w, err)
	show("request", asked, err)
	_, err = svc.RequestGAP(ctx, Staff(), asking)
	show("request again", nil, err)
	eve := w.weak("Eve", "Elsewhere")
	eve.Identity.Number = dora.Identity.Number
	claimed, err := svc.RequestGAP(ctx, eve, w.requestingGAP(eve, w.Number))
	require.NoError(w, err)
	show("request", claimed, err)
	typed := w.requestingGAP(eve, w.Number)
	typed.GAP.Number = dora.Identity.Number
	_, err = svc.RequestGAP(ctx, eve, typed)
	show("request badly", nil, err)
	candidacies, err := svc.CandidaciesPage(ctx, Staff(), accessmgmt.CandidacyQuery{})
	show("candidacies", candidacies, err)
	refused, err := svc.RefuseGAP(ctx, Staff(), accessmgmt.RefuseGAP{Enterprise: w.Acme, Request: claimed.ID, Reason: "no"})
	show("refuse a candidacy", refused, err)
	approved, err := svc.ApproveGAP(ctx, Staff(), w.approvingGAP(asked))
	require.NoError(w, err)
	show("approve a candidacy", approved, err)
	again, err := svc.DesignateGAP(ctx, w.Rep, w.Designation(w.Number, gap))
	show("designate", again, err)
}

func second[T any](_ T, err error) error { return err }

// openRecipient is an actor's part in an open invitation.
func (w *World) openRecipient(a accessmgmt.Actor) invitation.Recipient {
	found, err := w.Store.FindRecipients(w.Ctx, accessmgmt.RecipientFilter{Enterprises: []accessmgmt.EnterpriseID{w.Acme}, EmailKeys: []string{Address(a.Identity).Key()},
		States: []invitation.RecipientState{invitation.Invited}, At: w.Clock.Now()}, accessmgmt.Page{Limit: 10})
	require.NoError(w, err)
	require.Len(w, found, 1)
	return found[0]
}

// seen is everything that left the library.
type seen struct {
	mu    sync.Mutex
	parts []part
}

type part struct {
	where string
	data  []byte
}

func (s *seen) add(where string, data []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.parts = append(s.parts, part{where, data})
}

// show adds a value as JSON, under the verbs of fmt, in a log, and nested in a
// field that fmt can't call methods on.
func (s *seen) show(where string, v any) {
	hidden := struct{ v any }{v}
	if _, isMail := v.(accessmgmt.Mail); isMail {
		hidden.v = nil
	}
	var logged bytes.Buffer
	slog.New(slog.NewTextHandler(&logged, nil)).Info("shown", "value", v)
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("shown", "value", v)
	s.add(where+" in a log", logged.Bytes())
	s.add(where+" printed", fmt.Appendf(nil, "%v %+v %#v %s %q %x\n%v %+v %#v", v, v, v, v, v, v, hidden, hidden, hidden))
	if data, err := json.Marshal(v); err == nil {
		s.add(where+" as JSON", data)
	}
}

// showError adds an error and what is behind it.
func (s *seen) showError(where string, err error) {
	s.show(where+" error", err)
	var own *accessmgmt.Error
	if errors.As(err, &own) {
		s.show(where+" error inside", own.Err)
	}
}

// showMail adds a mail, without its link where that is its own.
func (s *seen) showMail(m accessmgmt.Mail, words mail.Message) {
	s.show("mail", m)
	text := words.Subject + "\n" + words.Text + words.HTML
	if m.Link != "" {
		text = strings.ReplaceAll(text, m.Link, "")
	}
	s.add("mail text", []byte(text))
	s.show("mail data", m.Data)
}

// spy is a store that shows every row it is given.
type spy struct {
	accessmgmt.Store
	seen *seen
}

func (s *spy) Commit(ctx context.Context, c accessmgmt.Changes) error {
	var raw bytes.Buffer
	flatten(reflect.ValueOf(c), &raw)
	s.seen.add("rows for the store", raw.Bytes())
	s.seen.show("rows for the store", c)
	return s.Store.Commit(ctx, c)
}

func (s *spy) FinishMessage(ctx context.Context, e accessmgmt.EnterpriseID, id accessmgmt.MessageID, claim accessmgmt.ClaimID, o accessmgmt.Outcome) error {
	s.seen.show("outcome for the store", o)
	return s.Store.FinishMessage(ctx, e, id, claim, o)
}

// flatten writes every string and byte in a value, unexported fields too.
func flatten(v reflect.Value, to *bytes.Buffer) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			flatten(v.Elem(), to)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			flatten(v.Field(i), to)
		}
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			for i := range v.Len() {
				to.WriteByte(byte(v.Index(i).Uint()))
			}
			return
		}
		for i := range v.Len() {
			flatten(v.Index(i), to)
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			flatten(it.Key(), to)
			flatten(it.Value(), to)
		}
	case reflect.String:
		to.WriteString(v.String())
	default: // numbers and the like hold no text
	}
}
