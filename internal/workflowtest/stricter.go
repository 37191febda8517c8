package workflowtest

import (
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// stricterCatalogue has one role without bounds, and asks for something new when
// the bounds are tightened.
func stricterCatalogue(maxDays int, properties ...roles.Property) *roles.Catalogue {
	label := roles.Labels{EN: "x"}
	c, err := roles.NewCatalogue(roles.Application{Code: "app", Labels: label, Actions: []roles.ActionDefinition{{Action: "act", Labels: label}},
		Roles: []roles.Role{{Code: "app.role", Labels: label, Actions: roles.Actions("act"), MaxDays: maxDays, Properties: properties}}})
	if err != nil {
		panic(err)
	}
	return c
}

// under makes the world's service one with a catalogue.
func (w *World) under(c *roles.Catalogue) {
	w.Options.Catalogue = c
	w.Svc = w.Service(w.Options)
}

// offer is an invitation whose terms were fine when it was written, and a
// request that came of such a one, each of a person of its own.
type offer struct {
	recipient invitation.Recipient
	invited   accessmgmt.Actor
	token     accessmgmt.Token
	request   invitation.Request
}

func (w *World) offer(l invitation.Line) offer {
	o := offer{invited: Person("Inge", "Invited"), request: w.Request(Person("Rik", "Requesting"), l)}
	o.recipient, o.token = w.Invite(o.invited, l)
	return o
}

// requireRefused fails unless sending again, accepting and approving are refused
// for one reason, and change nothing.
func (w *World) requireRefused(o offer, field, code string) {
	w.Helper()
	w.unchanged(func() {
		for what, err := range map[string]error{
			"resend":  second(w.resending(o.recipient, roles.Date{})),
			"accept":  w.accepting(o.invited, o.token)(),
			"approve": w.approving(w.GAP, o.request)(),
		} {
			w.requireFails(err, accessmgmt.ErrDenied, accessmgmt.CodeRoleNotGrantable, what)
			require.NotErrorIs(w, err, accessmgmt.ErrInvalid, "%s: nothing that was typed now is wrong", what)
			var problems roles.Problems
			require.ErrorAs(w, err, &problems, what)
			require.Len(w, problems, 1, what)
			require.Equal(w, field+" "+code, problems[0].Field+" "+problems[0].Code, what)
		}
	})
}

func (w *World) requireAllowed(o offer) {
	w.Helper()
	require.NoError(w, w.approving(w.GAP, o.request)())
	require.NoError(w, second(w.resending(o.recipient, roles.Date{})))
	require.NoError(w, w.accepting(o.invited, w.LastToken(Address(o.invited.Identity)))())
}

// stricterScenarios are what was offered or asked for before the catalogue
// became stricter (c-7c).
var stricterScenarios = map[string]func(*World){
	"a shorter validity, of which what is left counts": func(w *World) {
		w.under(stricterCatalogue(0))
		w.at("2026-03-02 10:00")
		o := w.offer(line("app.role", "2026-03-02", "2026-04-01")) // 31 days
		w.under(stricterCatalogue(30))
		w.requireRefused(o, "lines[0].period.end", roles.ProblemTooFar)
		w.at("2026-03-03 00:00") // 30 are left
		w.requireAllowed(o)
	},
	"a validity at last, for what was offered without an end": func(w *World) {
		w.under(stricterCatalogue(0))
		o := w.offer(invitation.Line{Role: "app.role", Period: roles.From(w.Svc.Today())})
		w.under(stricterCatalogue(3000))
		w.requireRefused(o, "lines[0].period.end", roles.ProblemTooFar)
		w.under(stricterCatalogue(0))
		w.requireAllowed(o)
	},
	"what is to begin later counts from its first day": func(w *World) {
		w.under(stricterCatalogue(0))
		o := w.offer(line("app.role", "2026-04-01", "2026-04-30"))
		w.under(stricterCatalogue(29))
		w.requireRefused(o, "lines[0].period.end", roles.ProblemTooFar)
		w.under(stricterCatalogue(30))
		w.requireAllowed(o)
	},
	"a property that must be answered now": func(w *World) {
		w.under(stricterCatalogue(0))
		o := w.offer(invitation.Line{Role: "app.role", Period: roles.From(w.Svc.Today())})
		w.under(stricterCatalogue(0, roles.Property{Name: "region", Labels: roles.Labels{EN: "x"}, Kind: roles.TextProperty, Mandatory: true}))
		w.requireRefused(o, "lines[0].properties.region", roles.ProblemRequired)
		w.under(stricterCatalogue(0, roles.Property{Name: "region", Labels: roles.Labels{EN: "x"}, Kind: roles.TextProperty}))
		w.requireAllowed(o)
	},
	"a property that is there no more": func(w *World) {
		w.under(stricterCatalogue(0, roles.Property{Name: "region", Labels: roles.Labels{EN: "x"}, Kind: roles.TextProperty, Mandatory: true}))
		o := w.offer(invitation.Line{Role: "app.role", Period: roles.From(w.Svc.Today()), Properties: roles.MustProperties(map[string]roles.Value{"region": roles.Words("Namur")})})
		w.under(stricterCatalogue(0))
		w.requireRefused(o, "lines[0].properties.region", roles.ProblemUnknown)
	},
	"of several lines the one that is over is no obstacle": func(w *World) {
		w.under(stricterCatalogue(0))
		anne := Person("Anne", "Dubois")
		_, token := w.Invite(anne, line("app.role", "2026-03-02", "2026-03-10"), line("app.role", "2026-03-11", "2026-03-31"))
		w.at("2026-03-12 10:00")
		w.under(stricterCatalogue(20)) // the first is over, the second has 20 days left
		requests := w.Accept(anne, token)
		require.Len(w, requests, 1)
		w.approve(requests...)
	},
}
