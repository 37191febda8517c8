package workflowtest

import (
	"encoding/json"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

func (w *World) export(by accessmgmt.Actor, c accessmgmt.ExportPerson) (parts []accessmgmt.Exported, err error) {
	for part, failed := range w.Svc.ExportPerson(w.Ctx, by, c) {
		if failed != nil {
			return parts, failed
		}
		parts = append(parts, part)
	}
	return parts, nil
}

var exportScenarios = map[string]func(*World){
	"all that is held of him, by himself": func(w *World) {
		beta, _, _ := w.MarkedLife()
		var parts []accessmgmt.Exported
		w.unchanged(func() {
			var err error
			parts, err = w.export(Marked(), accessmgmt.ExportPerson{})
			require.NoError(w, err)
		})
		kinds, in := map[accessmgmt.ExportKind]int{}, map[accessmgmt.EnterpriseID]bool{}
		for _, part := range parts {
			kinds[part.Kind]++
			in[part.Enterprise] = true
		}
		require.Equal(w, 1, kinds[accessmgmt.ExportedPerson])
		require.Equal(w, 2, kinds[accessmgmt.ExportedMember])
		require.Equal(w, 1, kinds[accessmgmt.ExportedTerm])
		require.Equal(w, 1, kinds[accessmgmt.ExportedManager])
		require.Equal(w, 4, kinds[accessmgmt.ExportedAssignment])
		require.Equal(w, 8, kinds[accessmgmt.ExportedRequest])
		require.NotZero(w, kinds[accessmgmt.ExportedRecord])
		require.NotZero(w, kinds[accessmgmt.ExportedMessage])
		require.True(w, in[w.Acme] && in[beta])
		data, err := json.Marshal(parts)
		require.NoError(w, err)
		for _, marker := range []string{"Zenobie", "zq-reason 1", "zq-reason 2", "zq-reason 3", "zq-message", "zq-evidence", "+32 475 99 88 77"} {
			require.Contains(w, string(data), marker)
		}
		require.NotContains(w, string(data), Marked().Identity.Number.Reveal())
		require.NotContains(w, string(data), "Dubois", "nobody else's name")
	},
	"by staff, which the audit says": func(w *World) {
		w.MarkedLife()
		id := w.ID(Marked())
		parts, err := w.export(Staff(), accessmgmt.ExportPerson{Person: id})
		require.NoError(w, err)
		require.Greater(w, len(parts), 20)
		require.Contains(w, w.Events(), accessmgmt.EventExported)
		w.erase(id)
		w.requireNowhere(w.all(id))
	},
	"nobody else's details": func(w *World) {
		w.MarkedLife()
		// An invitation of somebody else's that he answers, one of his that somebody
		// else answers, and staff that acts for others.
		anne, bert := Person("Anne", "Otherwise"), Person("Bert", "Elsewhere")
		_, token := w.Invite(anne, w.Line(roles.Manager))
		_, err := w.Svc.Accept(w.Ctx, Marked(), token, accessmgmt.Accept{Email: Address(Marked().Identity)})
		require.NoError(w, err)
		c := w.Invitation(Marked(), w.Line(roles.Writer))
		w.invite(c)
		_, err = w.Svc.Accept(w.Ctx, bert, w.LastToken(Address(Marked().Identity)), accessmgmt.Accept{Email: Address(bert.Identity)})
		require.NoError(w, err)
		for part, err := range w.Svc.ExportPerson(w.Ctx, accessmgmt.Operator(Staff().Identity, "Olga Onbehalf", "Olga Onbehalf asked"), accessmgmt.ExportPerson{Person: w.ID(Marked())}) {
			require.NoError(w, err)
			_ = part
		}
		for _, by := range []accessmgmt.Actor{Marked(), Staff()} {
			parts, err := w.export(by, accessmgmt.ExportPerson{Person: w.ID(Marked())})
			require.NoError(w, err)
			text := strings.ToLower(inJSON(w, parts))
			for _, marker := range []string{"otherwise", "elsewhere", "onbehalf", "dubois"} {
				at := strings.Index(text, marker)
				require.Negative(w, at, "%s: %s", marker, text[max(0, at-300):max(0, at)])
			}
			require.Contains(w, text, "zq-evidence")
		}
	},
	"the records and mails of invitations that bore his name": func(w *World) {
		w.Invite(Marked(), w.Line(roles.Editor))
		token := w.LastToken(Address(Marked().Identity))
		w.Accept(Marked(), token)
		parts, err := w.export(Marked(), accessmgmt.ExportPerson{})
		require.NoError(w, err)
		events, messages := map[accessmgmt.AuditEvent]int{}, map[accessmgmt.MessageEvent]int{}
		for _, part := range parts {
			switch {
			case part.Record != nil:
				events[part.Record.Event]++
				if part.Record.Event == accessmgmt.EventInvited {
					require.Equal(w, Address(Marked().Identity).String(), part.Record.Details["email"])
				}
			case part.Message != nil:
				messages[part.Message.Event]++
			}
		}
		require.Equal(w, 1, events[accessmgmt.EventInvited], "of when nobody knew whose it was")
		require.Equal(w, 1, messages[accessmgmt.MessageInvitation])
	},
	"by nobody else": func(w *World) {
		w.MarkedLife()
		w.unchanged(func() {
			for _, by := range []accessmgmt.Actor{w.GAP, w.Rep, Person("Eve", "Elsewhere")} {
				parts, err := w.export(by, accessmgmt.ExportPerson{Person: w.ID(Marked())})
				w.requireFails(err, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound)
				require.Empty(w, parts)
			}
		})
	},
	"no further than is wanted": func(w *World) {
		w.MarkedLife()
		n := 0
		for _, err := range w.Svc.ExportPerson(w.Ctx, Marked(), accessmgmt.ExportPerson{}) {
			require.NoError(w, err)
			if n++; n == 3 {
				break
			}
		}
		require.Equal(w, 3, n)
	},
}
