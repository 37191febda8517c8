package workflowtest

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// jsonScenarios marshal everything that a question answers, and what commands
// return, and look in it for what must not be there (c-6).
var jsonScenarios = map[string]func(*World){
	"holds no token, key id or number hash": func(w *World) {
		key, err := accessmgmt.NewKey("the-portal's-key-of-spring", Secret)
		require.NoError(w, err)
		w.Options.Key = key
		w.Svc = w.Service(w.Options)
		forbidden := map[string]string{"the key's id": "key-of-spring", "the key": string(Secret)}
		hash := func(what string, h []byte) {
			forbidden[what+" in hex"] = hex.EncodeToString(h)
			forbidden[what+" in base64"] = strings.TrimRight(base64.StdEncoding.EncodeToString(h), "=")
			forbidden[what+" in base64 for URLs"] = base64.RawURLEncoding.EncodeToString(h)
			var asNumbers []int
			for _, b := range h[:6] {
				asNumbers = append(asNumbers, int(b))
			}
			list, err := json.Marshal(asNumbers)
			require.NoError(w, err)
			forbidden[what+" as numbers"] = strings.Trim(string(list), "[]")
		}
		ar := fill(w)
		r, token := w.Invite(Person("Zoë", "Last"), w.Line(roles.Owner))
		forbidden["the token"] = token.Reveal()
		tokenHash := token.Hash()
		hash("the token's hash", tokenHash[:])
		require.Equal(w, "the-portal's-key-of-spring", w.recipient(r).KeyID)
		for _, a := range []accessmgmt.Actor{w.GAP, ar.anne, ar.bert, w.Rep} {
			p, err := w.Store.Person(w.Ctx, w.ID(a))
			require.NoError(w, err)
			require.NotEmpty(w, p.Numbers)
			for _, n := range p.Numbers {
				hash("the number hash of "+a.Identity.FamilyName, n.Hash[:])
			}
			forbidden["the number of "+a.Identity.FamilyName] = a.Identity.Number.Reveal()
			forbidden["the written number of "+a.Identity.FamilyName] = a.Identity.Number.RevealWritten()
		}
		answers := w.everyAnswer(ar, token)
		require.Greater(w, len(answers), 20)
		for where, answer := range answers {
			data, err := json.Marshal(answer)
			require.NoError(w, err, where)
			require.Greater(w, len(data), 2, where)
			for what, secret := range forbidden {
				require.NotContains(w, string(data), secret, "%s is in %s", what, where)
			}
			require.NotContains(w, strings.ToLower(string(data)), "tokenhash", where)
			require.NotContains(w, strings.ToLower(string(data)), "keyid", where)
		}
	},
}

// everyAnswer asks everything, of a filled archive, rightly and wrongly.
func (w *World) everyAnswer(ar *archive, token accessmgmt.Token) map[string]any {
	answers := map[string]any{}
	add := func(where string, answer any, err error) {
		if err != nil {
			var own *accessmgmt.Error
			require.True(w, errors.As(err, &own))
			answers[where+" error"] = own
			return
		}
		answers[where] = answer
	}
	for who, actor := range map[string]accessmgmt.Actor{"GAP": w.GAP, "operator": Staff(), "Anne": ar.anne, "stranger": Person("Stan", "Stranger")} {
		for _, mine := range []bool{false, true} {
			tasks, err := w.Svc.OpenTasksPage(w.Ctx, actor, accessmgmt.TaskQuery{Mine: mine})
			add("open tasks of "+who, tasks, err)
			tasks, err = w.Svc.HandledTasksPage(w.Ctx, actor, accessmgmt.TaskQuery{Mine: mine})
			add("handled tasks of "+who, tasks, err)
			invitations, err := w.Svc.InvitationsPage(w.Ctx, actor, accessmgmt.InvitationQuery{Mine: mine})
			add("invitations of "+who, invitations, err)
			assignments, err := w.Svc.AssignmentsPage(w.Ctx, actor, accessmgmt.AssignmentQuery{Mine: mine})
			add("assignments of "+who, assignments, err)
		}
		templates, err := w.Svc.TemplatesPage(w.Ctx, actor, accessmgmt.TemplateQuery{})
		add("templates of "+who, templates, err)
		persons, err := w.Svc.FindPersonsPage(w.Ctx, actor, accessmgmt.PersonQuery{Enterprise: ar.acme})
		add("persons known to "+who, persons, err)
		audit, err := w.Svc.AuditPage(w.Ctx, actor, accessmgmt.AuditQuery{Enterprise: ar.acme})
		add("audit of "+who, audit, err)
		report, err := w.Svc.VerifyAudit(w.Ctx, actor, ar.acme)
		add("report of "+who, report, err)
		capabilities, err := w.Svc.Capabilities(w.Ctx, actor, ar.acme)
		add("capabilities of "+who, capabilities, err)
		contact, err := w.Svc.WhoIsMyGAP(w.Ctx, actor, ar.acme)
		add("GAP of "+who, contact, err)
	}
	q := accessmgmt.Question{Person: w.ID(ar.bert), Enterprise: ar.acme, Action: roles.Sign}
	d, err := w.Svc.Check(w.Ctx, q)
	add("decision", d, err)
	e, err := w.Svc.Explain(w.Ctx, q)
	add("explanation", e, err)
	persons, err := collect(w, w.Svc.PersonsWho(w.Ctx, accessmgmt.PersonsQuery{Enterprise: ar.acme, Action: roles.Read}), toTheEnd)
	add("persons", persons, err)
	enterprises, err := collect(w, w.Svc.EnterprisesOf(w.Ctx, accessmgmt.EnterprisesQuery{Person: q.Person}), toTheEnd)
	add("enterprises", enterprises, err)
	inspection, err := w.Svc.Inspect(w.Ctx, token)
	add("inspection", inspection, err)
	invited, err := w.Svc.Invite(w.Ctx, w.GAP, w.Invitation(Person("Yves", "More"), w.Line(roles.Owner)))
	add("invited", invited, err)
	accepted, err := w.Svc.Accept(w.Ctx, Person("Zoë", "Last"), token, accessmgmt.Accept{Email: Address(ar.anne.Identity)})
	add("accepted", accepted, err)
	again, err := w.Svc.Accept(w.Ctx, Person("Zoë", "Last"), token, accessmgmt.Accept{Email: Address(ar.anne.Identity)})
	add("accepted again", again, err)
	person, err := w.Store.Person(w.Ctx, q.Person) // no answer of the service, but a type that says json
	add("person", person, err)
	w.Deliver()
	for _, m := range w.Mailbox.All() {
		answers["mail "+m.ID.String()] = m
	}
	return answers
}
