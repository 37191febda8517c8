package workflowtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// logged is a service of this world with a log of its own, and what reads the
// lines written since it was last asked, without their times.
func (w *World) logged() (svc *accessmgmt.Service, lines func() []map[string]any) {
	out := &bytes.Buffer{}
	o := w.Options
	o.Logger = slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	return w.Service(o), func() (all []map[string]any) {
		defer out.Reset()
		for _, text := range strings.Split(strings.TrimSpace(out.String()), "\n") {
			if text == "" {
				continue
			}
			line := map[string]any{}
			require.NoError(w, json.Unmarshal([]byte(text), &line))
			delete(line, "time")
			all = append(all, line)
		}
		return all
	}
}

func refusedLine(act accessmgmt.Act, code string, more ...string) map[string]any {
	line := map[string]any{"level": "INFO", "msg": "refused", "act": string(act), "code": code}
	for i := 0; i < len(more); i += 2 {
		line[more[i]] = more[i+1]
	}
	return line
}

// withoutEnterprise are the calls that are refused before any enterprise is read.
var withoutEnterprise = map[string]bool{"ErasePerson": true, "ExportPerson": true, "Candidacies": true, "CandidaciesPage": true, "Offices": true,
	"DeadMessages": true, "DeadMessagesPage": true, "RetryMessages": true, "DropMessages": true}

var loggingScenarios = map[string]func(*World){
	"one line for each call that is refused": func(w *World) {
		requireAllCalls(w)
		s := w.stage()
		svc, lines := w.logged()
		weak := s.user
		weak.Identity.Assurance = accessmgmt.AssuranceNone
		refused := 0
		for name, call := range calls {
			if call.own || call.act == accessmgmt.ActDesignateGAP {
				continue
			}
			for who, by := range map[string]accessmgmt.Actor{"nobody": {}, "weak": weak, "stranger": Person("Stan", "Stranger"), "user": s.user, "staff": Staff()} {
				lines()
				err := call.do(w, svc, by, s.elsewhere())
				got := lines()
				if err == nil {
					require.Empty(w, got, "%s by %s", name, who)
					continue
				}
				refused++
				var own *accessmgmt.Error
				require.ErrorAs(w, err, &own, "%s by %s", name, who)
				want := refusedLine(own.Act, own.Code)
				if who == "user" {
					want["person"] = w.ID(s.user).String()
				}
				if who == "staff" && len(got) == 1 { // who is known once he did anything
					delete(got[0], "person")
				}
				require.Equal(w, []map[string]any{want}, got, "%s by %s of nothing", name, who)

				if who == "staff" {
					continue
				}
				err = call.do(w, svc, by, s)
				got = lines()
				if err == nil { // WhoIsMyGAP
					require.Empty(w, got, "%s by %s", name, who)
					continue
				}
				if (who == "stranger" || who == "user") && !withoutEnterprise[name] {
					want["enterprise"] = w.Acme.String()
				}
				want["code"] = accessmgmt.Code(err)
				require.Equal(w, []map[string]any{want}, got, "%s by %s", name, who)
			}
		}
		require.Greater(w, refused, 150)
	},
	"who holds a link, or asks for an office": func(w *World) {
		s := w.stage()
		svc, lines := w.logged()
		s.token, _ = accessmgmt.ParseToken("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
		for name, act := range map[string]accessmgmt.Act{"Accept": accessmgmt.ActAccept, "Decline": accessmgmt.ActDecline} {
			require.Error(w, calls[name].do(w, svc, s.user, s))
			require.Equal(w, []map[string]any{refusedLine(act, accessmgmt.CodeTokenUnknown)}, lines())
			require.Error(w, calls[name].do(w, svc, accessmgmt.Actor{}, s))
			require.Equal(w, []map[string]any{refusedLine(act, accessmgmt.CodeNoIdentity)}, lines())
		}
		require.Error(w, calls["Withdraw"].do(w, svc, w.GAP, s))
		require.Equal(w, []map[string]any{refusedLine(accessmgmt.ActWithdraw, accessmgmt.CodeNotFound, "enterprise", w.Acme.String(), "person", w.ID(w.GAP).String())}, lines())
		require.Error(w, calls["DesignateGAP"].do(w, svc, s.user, s))
		require.Equal(w, []map[string]any{refusedLine(accessmgmt.ActDesignateGAP, accessmgmt.CodeNotRepresentative, "enterprise", w.Acme.String(), "person", w.ID(s.user).String())}, lines())
		w.Register.Down(true)
		require.Error(w, calls["DesignateGAP"].do(w, svc, w.Rep, s))
		w.Register.Down(false)
		require.Equal(w, []map[string]any{refusedLine(accessmgmt.ActDesignateGAP, accessmgmt.CodeRegister)}, lines())
	},
	"a bulk of which nothing could be done": func(w *World) {
		a := w.Give(Person("Anne", "Dubois"), w.Line(roles.Editor))
		svc, lines := w.logged()
		end := func(ids ...accessmgmt.AssignmentID) {
			_, err := svc.End(w.Ctx, w.GAP, accessmgmt.End{Enterprise: w.Acme, Assignments: ids})
			require.NoError(w, err)
		}
		missing := accessmgmt.AssignmentID{UUID: uuid.New()}
		end(missing, missing)
		require.Equal(w, []map[string]any{refusedLine(accessmgmt.ActEnd, accessmgmt.CodeNotFound, "enterprise", w.Acme.String(), "person", w.ID(w.GAP).String())}, lines())
		end(missing, a.ID, missing)
		got := lines()
		require.Len(w, got, 1)
		require.Equal(w, "committed", got[0]["msg"])
		require.EqualValues(w, 2, got[0]["failed"])
		end(a.ID, missing)
		require.Equal(w, []map[string]any{refusedLine(accessmgmt.ActEnd, accessmgmt.CodeState, "enterprise", w.Acme.String(), "person", w.ID(w.GAP).String())}, lines())
	},
	"what leaves no line": func(w *World) {
		s := w.stage()
		svc, lines := w.logged()
		_, err := svc.Identify(w.Ctx, Person("Stan", "Stranger").Identity) // he is new
		require.Error(w, err)
		_, err = svc.Refuse(w.Ctx, w.GAP, accessmgmt.Refuse{Requests: refs(s.request)}) // no reason
		require.ErrorIs(w, err, accessmgmt.ErrInvalid)
		for name, call := range calls {
			if call.own {
				continue
			}
			_ = call.do(w, svc.Preview().Service, Person("Stan", "Stranger"), s)
			require.Empty(w, lines(), "a preview of %s", name)
		}
	},
	"an account and a number of two persons": func(w *World) {
		anne := Person("Anne", "Dubois")
		w.known(anne)
		mixed := anne
		mixed.Identity.Number = w.GAP.Identity.Number
		svc, lines := w.logged()
		for _, err := range []error{second(svc.Identify(w.Ctx, mixed.Identity)), second(svc.AuditPage(w.Ctx, mixed, accessmgmt.AuditQuery{Enterprise: w.Acme})),
			second(svc.ResignGAP(w.Ctx, mixed, accessmgmt.ResignGAP{Enterprise: w.Acme}))} {
			require.Equal(w, accessmgmt.CodeIdentityConflict, accessmgmt.Code(err))
		}
		require.Equal(w, []map[string]any{refusedLine(accessmgmt.ActIdentify, accessmgmt.CodeIdentityConflict),
			refusedLine(accessmgmt.ActAudit, accessmgmt.CodeIdentityConflict), refusedLine(accessmgmt.ActResignGAP, accessmgmt.CodeIdentityConflict)}, lines())
	},
	"a store that fails": func(w *World) {
		o := w.Options
		out := &bytes.Buffer{}
		o.Logger = slog.New(slog.NewJSONHandler(out, nil))
		w.Options = o
		svc := w.proxy(func(method string) error {
			if method == "Commit" || method == "Command" {
				return errors.New("disk of Anne Dubois full")
			}
			return nil
		})
		err := toAll(svc.Invite(w.Ctx, w.GAP, w.Invitation(Person("Anne", "Dubois"), w.Line(roles.Editor))))
		require.ErrorIs(w, err, accessmgmt.ErrUnavailable)
		require.Equal(w, 1, strings.Count(out.String(), "\n"))
		require.Contains(w, out.String(), `"code":"unavailable"`)
		require.NotContains(w, out.String(), "Anne")
	},
}
