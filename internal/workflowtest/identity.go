package workflowtest

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
)

// Identities plays who somebody is, what he may see of himself and of others,
// and what he can't tell apart.
func Identities(t *testing.T, open Open) {
	t.Run("recognition", func(t *testing.T) { play(t, open, recogniseScenarios) })
	t.Run("admission", func(t *testing.T) { play(t, open, admitScenarios) })
	t.Run("capabilities", func(t *testing.T) { play(t, open, capabilityScenarios) })
}

// inadmissible are actors whom every call refuses, with the code it gives.
func inadmissible(of accessmgmt.Actor) map[string]struct {
	actor accessmgmt.Actor
	code  string
} {
	type refused = struct {
		actor accessmgmt.Actor
		code  string
	}
	cases := map[string]refused{"the zero Actor": {accessmgmt.Actor{}, accessmgmt.CodeNoIdentity}}
	for name, c := range map[string]struct {
		code   string
		change func(*accessmgmt.Actor)
	}{
		"no issuer":              {accessmgmt.CodeNoIdentity, func(a *accessmgmt.Actor) { a.Identity.Issuer = "" }},
		"no subject":             {accessmgmt.CodeNoIdentity, func(a *accessmgmt.Actor) { a.Identity.Subject = "" }},
		"no capacity":            {accessmgmt.CodeNoIdentity, func(a *accessmgmt.Actor) { a.Capacity = "" }},
		"says he is the GAP":     {accessmgmt.CodeNoIdentity, func(a *accessmgmt.Actor) { a.Capacity = accessmgmt.AsGAP }},
		"says he represents":     {accessmgmt.CodeNoIdentity, func(a *accessmgmt.Actor) { a.Capacity = accessmgmt.AsRepresentative }},
		"says he is invited":     {accessmgmt.CodeNoIdentity, func(a *accessmgmt.Actor) { a.Capacity = accessmgmt.AsInvitee }},
		"proves nothing":         {accessmgmt.CodeAssurance, func(a *accessmgmt.Actor) { a.Identity.Assurance = accessmgmt.AssuranceNone }},
		"proves little":          {accessmgmt.CodeAssurance, func(a *accessmgmt.Actor) { a.Identity.Assurance = accessmgmt.AssuranceLow }},
		"proves not enough":      {accessmgmt.CodeAssurance, func(a *accessmgmt.Actor) { a.Identity.Assurance = accessmgmt.AssuranceSubstantial }},
		"proves the impossible":  {accessmgmt.CodeAssurance, func(a *accessmgmt.Actor) { a.Identity.Assurance = accessmgmt.AssuranceHigh + 1 }},
		"operator for nobody":    {accessmgmt.CodeNotOperator, func(a *accessmgmt.Actor) { a.Capacity, a.Reason = accessmgmt.AsOperator, "why" }},
		"operator for no reason": {accessmgmt.CodeNotOperator, func(a *accessmgmt.Actor) { a.Capacity, a.OnBehalfOf = accessmgmt.AsOperator, "whom" }},
		"operator for spaces":    {accessmgmt.CodeNotOperator, func(a *accessmgmt.Actor) { a.Capacity, a.OnBehalfOf, a.Reason = accessmgmt.AsOperator, " ", "\t" }},
		"operator for air":       {accessmgmt.CodeNotOperator, func(a *accessmgmt.Actor) { *a = accessmgmt.Operator(a.Identity, "\u200b", "\u200b") }},
		"operator for marks":     {accessmgmt.CodeNotOperator, func(a *accessmgmt.Actor) { *a = accessmgmt.Operator(a.Identity, "file 1", "\u200d\u2060\u2800\u0301") }},
		"subject is his number":  {accessmgmt.CodeSubjectIsNumber, func(a *accessmgmt.Actor) { a.Identity.Subject = a.Identity.Number.RevealWritten() }},
		"issuer has his number":  {accessmgmt.CodeSubjectIsNumber, func(a *accessmgmt.Actor) { a.Identity.Issuer += "/" + a.Identity.Number.Reveal() }},
		"subject is a number":    {accessmgmt.CodeSubjectIsNumber, func(a *accessmgmt.Actor) { a.Identity.Subject = SSIN("another").Reveal() }},
		"weak operator": {accessmgmt.CodeAssurance, func(a *accessmgmt.Actor) {
			*a = accessmgmt.Operator(a.Identity, "whom", "why")
			a.Identity.Assurance = accessmgmt.AssuranceLow
		}},
	} {
		actor := of
		c.change(&actor)
		cases[name] = refused{actor, c.code}
	}
	return cases
}

var admitScenarios = map[string]func(*World){
	"everywhere, before anything is asked": func(w *World) {
		requireAllCalls(w)
		s := w.stage()
		store, svc := w.tap()
		before, asked := w.picture(), w.Register.asked
		for _, who := range []accessmgmt.Actor{w.GAP, w.Rep, s.user} {
			for why, c := range inadmissible(who) {
				for name, call := range calls {
					if call.act == accessmgmt.ActRequestGAP && c.code == accessmgmt.CodeAssurance && mayRequestGAP(c.actor) {
						continue // for want of an eID; see exceptional.go
					}
					store.reset(0)
					err := call.do(w, svc, c.actor, s)
					w.requireFails(err, accessmgmt.ErrDenied, c.code, "%s by somebody who %s", name, why)
					require.Zero(w, store.count(""), "%s by somebody who %s asked the store", name, why)
				}
				if c.actor.Capacity != accessmgmt.AsOperator && c.actor.Identity != who.Identity {
					id, err := svc.Identify(w.Ctx, c.actor.Identity)
					require.Zero(w, id)
					w.requireFails(err, accessmgmt.ErrDenied, c.code, why)
				}
			}
		}
		require.Equal(w, asked, w.Register.asked, "the register was asked")
		require.Equal(w, before, w.picture())
	},
	"whatever level the policy wants": func(w *World) {
		for least := accessmgmt.AssuranceLow; least <= accessmgmt.AssuranceHigh; least++ {
			w.Options.Policy.MinAssurance = least
			svc := w.Service(w.Options)
			for has := accessmgmt.AssuranceNone; has <= accessmgmt.AssuranceHigh+1; has++ {
				gap := w.GAP
				gap.Identity.Assurance = has
				_, err := svc.OpenTasksPage(w.Ctx, gap, accessmgmt.TaskQuery{Enterprise: w.Acme})
				if has >= least && has <= accessmgmt.AssuranceHigh {
					require.NoError(w, err, "%s where %s is wanted", has, least)
					continue
				}
				w.requireFails(err, accessmgmt.ErrDenied, accessmgmt.CodeAssurance, "%s where %s is wanted", has, least)
			}
		}
	},
	"there and not for you is the same as not there": func(w *World) {
		s := w.stage()
		w.Register.Add(Number(77), "Elsewhere SA", Person("Rita", "Elsewhere"))
		w.anotherOf(Person("Guy", "Elsewhere"))
		strangers := map[string]accessmgmt.Actor{
			"unknown": Person("Stan", "Stranger"), "GAP of another": Person("Guy", "Elsewhere"),
			"representative of another": Person("Rita", "Elsewhere"), "user": s.user,
		}
		for who, by := range strangers {
			for name, call := range calls {
				if call.own || call.act == accessmgmt.ActDesignateGAP || call.act == accessmgmt.ActWhoIsMyGAP && who == "user" {
					continue
				}
				for _, down := range []bool{false, true} {
					w.unchanged(func() {
						w.Register.Down(down)
						here, away := call.do(w, w.Svc, by, s), call.do(w, w.Svc, by, s.elsewhere())
						w.Register.Down(false)
						require.Equal(w, outcome(away), outcome(here), "%s by %s, the register down: %t", name, who, down)
						if call.act != accessmgmt.ActCapabilities && call.act != accessmgmt.ActOffices {
							w.requireFails(here, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound, "%s by %s", name, who)
						}
					})
				}
			}
			// Capabilities has no error to compare, and the lists of one's own none.
			here, err := w.Svc.Capabilities(w.Ctx, by, w.Acme)
			require.NoError(w, err)
			require.Zero(w, here)
			away, err := w.Svc.Capabilities(w.Ctx, by, accessmgmt.EnterpriseID{UUID: uuid.New()})
			require.NoError(w, err)
			require.Equal(w, away, here)
		}
	},
	"who has something to do with it is told that the register can't be asked": func(w *World) {
		s := w.stage()
		director := Person("Dirk", "Director") // who never designated anybody
		w.Register.Add(w.Number, "Acme SA", director)
		w.anotherOf(Person("Guy", "Elsewhere"))
		for name, call := range calls {
			if call.act != accessmgmt.ActAudit && call.act != accessmgmt.ActManagers && call.act != accessmgmt.ActVacateGAP {
				continue
			}
			w.Register.Down(true)
			w.requireFails(call.do(w, w.Svc, w.Rep, s), accessmgmt.ErrRegister, accessmgmt.CodeRegister, "%s by who designated the GAP", name)
			w.requireFails(call.do(w, w.Svc, director, s), accessmgmt.ErrNotFound, accessmgmt.CodeNotFound, name)
			if call.act == accessmgmt.ActVacateGAP {
				w.requireFails(call.do(w, w.Svc, w.GAP, s), accessmgmt.ErrRegister, accessmgmt.CodeRegister, "%s by the GAP", name)
			}
			w.Register.Down(false)
			if call.act != accessmgmt.ActVacateGAP {
				require.NoError(w, call.do(w, w.Svc, director, s), name)
			}
		}
		require.NoError(w, calls["VacateGAP"].do(w, w.Svc, director, s))
	},
	"of another enterprise's objects too": func(w *World) {
		s := w.stage()
		_, own := w.anotherOf(Person("Guy", "Elsewhere"))
		by := Person("Guy", "Elsewhere")
		crossed, absent := s, s
		crossed.enterprise, absent.enterprise = own, own // his own enterprise, with the objects of another (c-23)
		absent.recipient.ID.UUID, absent.request.ID.UUID, absent.assignment.ID.UUID = uuid.New(), uuid.New(), uuid.New()
		for _, name := range []string{"Resend", "Revoke", "Approve", "Refuse", "Replace", "End"} {
			w.unchanged(func() {
				crossing, missing := calls[name].do(w, w.Svc, by, crossed), calls[name].do(w, w.Svc, by, absent)
				require.Equal(w, outcome(missing), outcome(crossing), name)
				w.requireFails(crossing, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound, name)
			})
		}
		// Somebody else's request, one that isn't there, one under another enterprise.
		for _, by := range []accessmgmt.Actor{Person("Stan", "Stranger"), by, w.GAP} {
			for _, on := range []stage{s, s.elsewhere(), crossed, absent} {
				w.requireFails(calls["Withdraw"].do(w, w.Svc, by, on), accessmgmt.ErrNotFound, accessmgmt.CodeNotFound)
			}
		}
	},
	"a number that isn't registered is as good as one that is": func(w *World) {
		s := w.stage()
		unregistered := s
		unregistered.number = Number(99)
		for _, by := range []accessmgmt.Actor{Person("Stan", "Stranger"), w.GAP, Staff()} {
			here, away := calls["DesignateGAP"].do(w, w.Svc, by, s), calls["DesignateGAP"].do(w, w.Svc, by, unregistered)
			w.requireFails(here, accessmgmt.ErrDenied, accessmgmt.CodeNotRepresentative)
			require.Equal(w, outcome(away), outcome(here))
			w.Register.Down(true)
			here, away = calls["DesignateGAP"].do(w, w.Svc, by, s), calls["DesignateGAP"].do(w, w.Svc, by, unregistered)
			w.Register.Down(false)
			require.Equal(w, outcome(away), outcome(here))
		}
	},
	"a number is as good as an id, the register up or down": func(w *World) {
		s := w.stage()
		for _, down := range []bool{false, true} {
			w.Register.Down(down)
			for who, by := range map[string]accessmgmt.Actor{"stranger": Person("Stan", "Stranger"), "user": s.user, "nobody": {}} {
				here, away := calls["EnterpriseByNumber"].do(w, w.Svc, by, s), calls["EnterpriseByNumber"].do(w, w.Svc, by, s.elsewhere())
				require.Error(w, here)
				require.Equal(w, outcome(away), outcome(here), who)
			}
			for _, by := range []accessmgmt.Actor{w.GAP, Staff()} { // who need no register
				require.NoError(w, calls["EnterpriseByNumber"].do(w, w.Svc, by, s))
			}
		}
		w.Register.Down(false)
		require.NoError(w, calls["EnterpriseByNumber"].do(w, w.Svc, w.Rep, s))
		_, err := w.Svc.EnterpriseByNumber(w.Ctx, w.GAP, accessmgmt.EnterpriseNumber{})
		require.Equal(w, []string{"enterprise required"}, w.problems(err))
	},
	"what is said of a link": func(w *World) {
		s := w.stage()
		never, err := accessmgmt.ParseToken("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
		require.NoError(w, err)
		_, err = w.Svc.Resend(w.Ctx, w.GAP, accessmgmt.Resend{Enterprise: w.Acme, Recipient: s.recipient.ID})
		require.NoError(w, err)
		by := Person("Inge", "Invited")
		for _, token := range []accessmgmt.Token{{}, never, s.token /* replaced */} {
			for _, name := range []string{"Accept", "Decline"} {
				on := s
				on.token = token
				w.requireFails(calls[name].do(w, w.Svc, by, on), accessmgmt.ErrNotFound, accessmgmt.CodeTokenUnknown)
			}
			_, err := w.Svc.Inspect(w.Ctx, token)
			w.requireFails(err, accessmgmt.ErrNotFound, accessmgmt.CodeTokenUnknown)
			require.Equal(w, "egovroles: inspect: not found (token_unknown)", err.Error())
		}
	},
}
